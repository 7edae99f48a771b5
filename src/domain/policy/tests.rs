//! Who may be written to under which policy, by cases and by properties.

use super::*;
use crate::domain::event::ConsentState;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().expect("time")
}

fn days_ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(24 * days)
}

fn said(state: ConsentState) -> Consent {
    Consent::plain(state, days_ago(30), "test")
}

fn rule(channel: ChannelKind, countries: &[&str], basis: Basis) -> ConsentRule {
    let countries = countries.iter().map(|&c| c.to_owned()).collect();
    ConsentRule { channel, countries, basis, naming_carts: false, note: "our counsel's opinion".into() }
}

fn with(consent: Vec<ConsentRule>) -> Policy {
    Policy { consent, ..Policy::default() }
}

fn allows(policy: &Policy, channel: ChannelKind, country: Option<&str>, bought_days_ago: Option<i64>) -> bool {
    policy.may_write(channel, country, None, bought_days_ago.map(days_ago), now()).allows
}

#[test]
fn without_a_policy_only_who_agreed_is_written_to() {
    let policy = Policy::default();
    assert!(policy.faults().is_empty());
    for channel in [ChannelKind::Email, ChannelKind::Sms] {
        for country in [None, Some("US"), Some("DE"), Some("JP")] {
            assert!(!allows(&policy, channel, country, Some(1)));
            assert!(policy.may_write(channel, country, Some(&said(ConsentState::Subscribed)), None, now()).allows);
        }
    }
}

#[test]
fn a_sale_within_two_years_is_a_soft_opt_in_where_the_merchant_relies_on_it() {
    let policy = with(vec![rule(ChannelKind::Email, &["DE", "uk"], Basis::SoftOptIn)]);
    assert_eq!(policy.faults(), Vec::new());
    let check =
        |country, bought, expected| assert_eq!(allows(&policy, ChannelKind::Email, country, bought), expected, "{country:?} {bought:?}");
    check(Some("DE"), Some(700), true);
    check(Some("de"), Some(0), true);
    check(Some("GB"), Some(10), true);
    check(Some("DE"), Some(731), false);
    check(Some("DE"), Some(-1), false);
    check(Some("DE"), None, false);
    check(Some("FR"), Some(10), false);
    check(None, Some(10), false);
    assert!(!allows(&policy, ChannelKind::Sms, Some("DE"), Some(10)));
    let proof = policy.may_write(ChannelKind::Email, Some("DE"), None, Some(days_ago(10)), now()).proof;
    for part in ["2026-06-21", "rule 1", "DE uk", "soft_opt_in", "our counsel's opinion"] {
        assert!(proof.contains(part), "{part} in {proof}");
    }
}

#[test]
fn the_first_rule_that_fits_holds_and_an_unknown_country_needs_express_consent() {
    let mut rules = vec![rule(ChannelKind::Email, &["US"], Basis::OptOut), rule(ChannelKind::Email, &["US", "*"], Basis::SoftOptIn)];
    let policy = with(rules.clone());
    assert!(allows(&policy, ChannelKind::Email, Some("US"), None));
    assert!(!allows(&policy, ChannelKind::Email, Some("JP"), None));
    assert!(allows(&policy, ChannelKind::Email, Some("JP"), Some(3)));
    assert!(!allows(&policy, ChannelKind::Email, None, Some(3)));
    assert!(!allows(&policy, ChannelKind::Email, Some(""), Some(3)));
    rules.reverse();
    assert!(!allows(&with(rules), ChannelKind::Email, Some("US"), None));
}

/// Where the faults are.
fn places(policy: &Policy) -> Vec<String> {
    policy.faults().into_iter().map(|f| f.at).collect()
}

#[test]
fn what_the_law_or_carriers_refuse_is_refused_with_its_place_and_reason() {
    use Basis::{Express, OptOut, SoftOptIn};
    use ChannelKind::{Email, Sms};
    let check = |rules: Vec<ConsentRule>, expected: &[&str]| {
        let policy = with(rules);
        assert_eq!(places(&policy), expected, "{:?}", policy.faults());
    };
    check(vec![rule(Sms, &["US"], SoftOptIn)], &["consent[0].basis"]);
    check(vec![rule(Sms, &["CA"], OptOut)], &["consent[0].basis"]);
    check(vec![rule(Sms, &["US", "CA"], Express)], &[]);
    check(vec![rule(Email, &["US"], OptOut)], &[]);
    check(vec![rule(Email, &["US"], OptOut), rule(Email, &["FR"], OptOut)], &["consent[1].basis"]);
    check(vec![rule(Email, &["UK"], OptOut)], &["consent[0].basis"]);
    check(vec![rule(Email, &["CA"], OptOut)], &["consent[0].basis"]);
    check(vec![rule(Email, &["CA", "DE", "GB"], SoftOptIn)], &[]);
    // A rule for all countries holds for those, too: once for each law.
    check(vec![rule(Email, &["*"], OptOut)], &["consent[0].basis", "consent[0].basis", "consent[0].basis"]);
    let strict: Vec<&str> =
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK GB CA".split(' ').collect();
    check(vec![rule(Email, &strict, SoftOptIn), rule(Email, &["*"], OptOut)], &[]);
    let mut silent = rule(Email, &["US"], OptOut);
    silent.note = "  ".into();
    check(vec![silent], &["consent[0].note"]);
    check(vec![rule(Email, &["Germany", "ZZ", "DE"], Express)], &["consent[0].countries[0]", "consent[0].countries[1]"]);
    check(vec![rule(Email, &[], Express)], &["consent[0].countries"]);
    let reason = with(vec![rule(Email, &["FR"], OptOut)]).faults().remove(0).problem;
    assert!(reason.contains("FR") && reason.contains("2002/58/EC"), "{reason}");
}

#[test]
fn what_is_out_of_bounds_is_named() {
    let policy = Policy {
        caps: vec![
            Cap { channel: None, max: 0, within: Length::hours(24) },
            Cap { channel: Some(ChannelKind::Sms), max: 1, within: Length::hours(24 * 60) },
        ],
        excluded_tags: vec!["vip".into(), " ".into(), "a,b".into()],
        bots: BotPolicy { block_from: Some(0) },
        test: Some(TestMode { allow: vec!["me@example.com".into(), "+14155552671".into(), "me".into()] }),
        sending: [(ChannelKind::Email, Limits { per_day: Some(0), ..Limits::default() })].into(),
        bought_within: Length::hours(24 * 46),
        ..Policy::default()
    };
    let expected = [
        "caps[0].max",
        "caps[1].within",
        "excluded_tags[1]",
        "excluded_tags[2]",
        "bots.block_from",
        "test.allow[2]",
        "sending.email.per_day",
        "bought_within",
    ];
    assert_eq!(places(&policy), expected);
}

#[test]
fn a_policy_is_read_with_its_defaults_and_misspelt_fields_are_refused() {
    let read = |text: &str| serde_json::from_str::<Policy>(text);
    assert_eq!(read("{}").expect("default"), Policy::default());
    assert_eq!(read(r#"{"bots": {}}"#).expect("policy").bots.block_from, Some(BLOCK_FROM));
    assert_eq!(read(r#"{"bots": {"block_from": null}}"#).expect("policy").bots.block_from, None);
    assert!(read(r#"{"bots": {"block_from": 101}}"#).expect("policy").faults().len() == 1);
    assert!(read(r#"{"cap": []}"#).is_err_and(|e| e.to_string().contains("cap")));
    let given =
        read(r#"{"caps": [{"channel": "sms", "max": 1, "within": "P2D"}], "test": {"allow": ["me@example.com"]}, "bought_within": "P3D"}"#);
    let given = given.expect("policy");
    assert_eq!(given.caps, [Cap { channel: Some(ChannelKind::Sms), max: 1, within: Length::hours(48) }]);
    let written = serde_json::to_string(&given).expect("json");
    assert_eq!(read(&written).expect("policy"), given);
    let default = serde_json::to_value(Policy::default()).expect("json");
    assert_eq!(default["caps"][0], serde_json::json!({"channel": null, "max": 4, "within": "PT24H"}));
    assert_eq!(default["bought_within"], "P7D");
}

#[test]
fn tags_are_compared_without_case_and_blanks() {
    let policy = Policy::default();
    assert_eq!(policy.excluded_by(["vip", " WholeSale"]), Some(" WholeSale"));
    assert_eq!(policy.excluded_by(["B2B"]), Some("B2B"));
    assert_eq!(policy.excluded_by(["wholesaler", "b2", ""]), None);
}

#[test]
fn a_test_store_writes_to_its_own_addresses_only() {
    assert!(!Policy::default().test_keeps_from("anybody@example.com"));
    let allow = vec!["Me@Example.com".to_owned(), "+1 (415) 555-2671".to_owned()];
    let policy = Policy { test: Some(TestMode { allow }), ..Policy::default() };
    assert_eq!(policy.faults(), Vec::new());
    assert!(!policy.test_keeps_from("me@example.com"));
    assert!(!policy.test_keeps_from("+14155552671"));
    assert!(policy.test_keeps_from("you@example.com"));
    assert!(policy.test_keeps_from("+14155552672"));
    assert!(Policy { test: Some(TestMode::default()), ..Policy::default() }.test_keeps_from("me@example.com"));
}

#[test]
fn a_hand_goes_before_the_score() {
    let policy = BotPolicy::default();
    assert!(policy.blocks(BLOCK_FROM, None) && !policy.blocks(BLOCK_FROM - 1, None));
    assert!(policy.blocks(0, Some(true)) && !policy.blocks(SCORE_MAX, Some(false)));
    assert!(!BotPolicy { block_from: None }.blocks(SCORE_MAX, None));
}

#[test]
fn a_text_goes_by_the_country_of_its_number_where_the_address_agrees() {
    let of = |channel, address, phone: Option<&str>| {
        let phone: Option<Phone> = phone.map(|p| p.parse().expect("phone"));
        country_of(channel, address, phone.as_ref())
    };
    let sms = ChannelKind::Sms;
    assert_eq!(of(ChannelKind::Email, Some("de"), None).as_deref(), Some("DE"));
    assert_eq!(of(ChannelKind::Email, None, Some("+4915123456789")), None);
    assert_eq!(of(sms, Some("DE"), Some("+4915123456789")).as_deref(), Some("DE"));
    assert_eq!(of(sms, None, Some("+4915123456789")).as_deref(), Some("DE"));
    assert_eq!(of(sms, Some("DE"), Some("+14155552671")), None);
    assert_eq!(of(sms, Some("UK"), Some("+447400123456")).as_deref(), Some("GB"));
    assert_eq!(of(sms, Some("CA"), Some("+16135550100")).as_deref(), Some("CA"));
    assert_eq!(of(sms, Some("US"), None), None);
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let country = prop_oneof![Just("*"), Just("US"), Just("DE"), Just("GB"), Just("CA"), Just("JP")];
    let basis = prop_oneof![Just(Basis::Express), Just(Basis::SoftOptIn), Just(Basis::OptOut)];
    let one = (any::<bool>(), proptest::collection::vec(country, 1..4), basis).prop_map(|(sms, countries, basis)| {
        let channel = if sms { ChannelKind::Sms } else { ChannelKind::Email };
        rule(channel, &countries, basis)
    });
    proptest::collection::vec(one, 0..6).prop_map(with)
}

proptest! {
    #[test]
    fn who_opted_out_or_has_not_answered_is_never_written_to(
        policy in any_policy(), sms: bool, country in proptest::option::of("[A-Z]{2}"), pending: bool, bought in proptest::option::of(0i64..900),
    ) {
        let channel = if sms { ChannelKind::Sms } else { ChannelKind::Email };
        let said = said(if pending { ConsentState::Pending } else { ConsentState::Unsubscribed });
        prop_assert!(!policy.may_write(channel, country.as_deref(), Some(&said), bought.map(days_ago), now()).allows);
    }

    #[test]
    fn no_policy_at_all_lets_a_text_to_north_america_or_a_mail_to_europe_go_to_a_stranger(
        policy in any_policy(), bought in proptest::option::of(0i64..900),
    ) {
        for country in ["US", "CA", "PR"] {
            prop_assert!(!allows(&policy, ChannelKind::Sms, Some(country), bought));
        }
        for country in ["DE", "FR", "GB", "UK", "CA"] {
            prop_assert!(!allows(&policy, ChannelKind::Email, Some(country), None));
        }
        for channel in [ChannelKind::Email, ChannelKind::Sms] {
            prop_assert!(!allows(&policy, channel, None, bought));
        }
    }

    #[test]
    fn a_policy_without_faults_means_what_it_says(policy in any_policy(), sms: bool, bought in proptest::option::of(0i64..700)) {
        prop_assume!(policy.faults().is_empty());
        let channel = if sms { ChannelKind::Sms } else { ChannelKind::Email };
        for country in ["US", "DE", "GB", "CA", "JP"] {
            let basis = rule_for(&policy.rules(), channel, Some(country)).map_or(Basis::Express, |(_, r)| r.basis);
            let expected = match basis { Basis::Confirmed | Basis::Express => false, Basis::SoftOptIn => bought.is_some(), Basis::OptOut => true };
            prop_assert_eq!(allows(&policy, channel, Some(country), bought), expected, "{} {:?}", country, basis);
        }
    }
}

#[test]
fn a_confirmed_ground_takes_a_confirmation_since_the_last_no_and_words_that_name_carts_where_asked() {
    let mut policy = with(vec![rule(ChannelKind::Sms, &["US"], Basis::Confirmed)]);
    let agreed = said(ConsentState::Subscribed);
    let confirmed = Consent { confirmed_at: Some(days_ago(20)), ..agreed.clone() };
    let named = Consent { named_at: Some(days_ago(20)), ..confirmed.clone() };
    let taken_back = Consent { withdrawn_at: Some(days_ago(10)), ..named.clone() };
    let check = |policy: &Policy, country, said: &Consent, expected| {
        let ground = policy.may_write(ChannelKind::Sms, country, Some(said), None, now());
        assert_eq!(ground.allows, expected, "{country:?}: {}", ground.proof);
    };
    check(&policy, Some("US"), &agreed, false);
    check(&policy, Some("US"), &confirmed, true);
    check(&policy, Some("US"), &taken_back, false);
    check(&policy, Some("FR"), &agreed, true);
    check(&policy, None, &agreed, false);
    assert_eq!(policy.faults(), Vec::new());
    policy.consent[0].naming_carts = true;
    check(&policy, Some("US"), &confirmed, false);
    check(&policy, Some("US"), &named, true);
    policy.consent[0].basis = Basis::Express;
    assert_eq!(places(&policy), ["consent[0].naming_carts"]);
}

#[test]
fn ready_made_tables_have_no_fault_and_deny_texts_to_who_never_agreed() {
    for table in Table::ALL {
        let policy = Policy { consent_table: table, ..Policy::default() };
        let own = with(policy.rules().to_vec());
        assert_eq!(own.faults(), Vec::new(), "{}", table.as_str());
        for channel in ChannelKind::ALL {
            for country in [None, Some("US"), Some("DE"), Some("JP")] {
                assert!(!allows(&policy, channel, country, Some(1)), "{} {country:?}", table.as_str());
            }
        }
    }
    let standard = Policy { consent_table: Table::Standard, ..Policy::default() };
    let demanded = |channel, country| standard.demands_confirmation(channel, Some(country));
    assert_eq!(demanded(ChannelKind::Sms, "US"), Some(true));
    assert_eq!(demanded(ChannelKind::Sms, "FR"), None);
    assert_eq!(demanded(ChannelKind::Email, "DE"), Some(false));
    assert_eq!(demanded(ChannelKind::Email, "US"), None);
}
