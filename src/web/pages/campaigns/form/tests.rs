//! Campaigns go through the form and come back.

use super::*;
use crate::domain::campaign::{Condition, Offer, OfferValue, STARTERS, Step, Variant};
use crate::domain::event::ChannelKind;

const USD: Currency = Currency::USD;

/// What a browser sends of the form.
fn pairs(form: &Form) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = vec![("all".into(), "1".into())];
    let mut put = |name: String, value: &str| all.push((name, value.to_owned()));
    let tick = |on: bool| if on { Some("on") } else { None };
    for (name, value) in [
        ("name", &form.name),
        ("trigger", &form.trigger),
        ("abandon_after", &form.abandon_after),
        ("priority", &form.priority),
        ("holdout", &form.holdout),
        ("holdout_scope", &form.holdout_scope),
        ("quiet_from", &form.quiet_from),
        ("quiet_to", &form.quiet_to),
        ("click_window", &form.click_window),
        ("guard_step", &form.guard_step),
        ("guard_minimum", &form.guard_minimum),
        ("guard_used", &form.guard_used),
    ] {
        put(name.into(), value);
    }
    let boxes = form.quiet_days.iter().map(|d| (format!("quiet_{}", d.name), d.quiet));
    for (name, on) in boxes.chain([("quiet".into(), form.quiet), ("quiet_holidays".into(), form.quiet_holidays)]) {
        tick(on).into_iter().for_each(|v| put(name.clone(), v));
    }
    let mut conditions = vec![&form.entry];
    for p in &form.paths {
        put(format!("path{}.was", p.index), &p.was);
        put(format!("path{}.called", p.index), &p.called);
        put(format!("path{}.name", p.index), &p.name);
        conditions.push(&p.condition);
    }
    for s in &form.steps {
        for (field, value) in [
            ("was", &s.was),
            ("delay", &s.delay),
            ("after", &s.after),
            ("at", &s.at),
            ("expires", &s.expires),
            ("message", &s.message),
            ("fallback", &s.fallback),
            ("path", &s.path),
            ("code", &s.code),
            ("discount", &s.discount),
            ("discount_value", &s.discount_value),
            ("discount_minimum", &s.discount_minimum),
            ("discount_valid_for", &s.discount_valid_for),
        ] {
            put(format!("step{}.{field}", s.index), value);
        }
        tick(s.discount_required).into_iter().for_each(|v| put(format!("step{}.discount_required", s.index), v));
        for v in &s.variants {
            let name = |field: &str| format!("step{}.variant{}.{field}", s.index, v.index);
            put(name("name"), &v.name);
            put(name("weight"), &v.weight);
            put(name("template"), &v.template);
            tick(v.without_discount).into_iter().for_each(|on| put(name("without"), on));
        }
        conditions.push(&s.condition);
    }
    for c in conditions {
        for row in &c.rows {
            put(format!("{}{}.kind", c.name, row.index), &row.kind);
            put(format!("{}{}.value", c.name, row.index), &row.value);
        }
    }
    all
}

fn encoded(form: &Form) -> Fields {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs(form));
    Fields::parse(text.finish().as_bytes())
}

/// A campaign with everything that the form shows, and everything that it doesn't.
fn rich() -> CampaignSpec {
    let big = || Some(Condition::ValueAtLeast(money("150", USD).expect("money")));
    let nested = Condition::Not(Box::new(Condition::Any(vec![Condition::CodeOnCart(true)])));
    let variant = |name: &str, weight| Variant { name: name.into(), weight, template: Some("other".into()), without_discount: weight > 1 };
    let mut spec = CampaignSpec::starter();
    spec.trigger = Trigger::CartAbandoned;
    spec.priority = 7;
    spec.only_if = Some(Condition::All(vec![Condition::Country(vec!["US".into()]), nested.clone()]));
    spec.holdout_scope = HoldoutScope::Trigger;
    spec.quiet_days = vec![Weekday::Sunday, Weekday::Monday];
    spec.quiet_holidays = true;
    spec.paths = vec![Path { name: "big".into(), only_if: big() }, Path { name: "rest".into(), only_if: None }];
    spec.discount_guards = DiscountGuards { from_step: 1, minimum_value: Some(money("20", USD).expect("money")), not_if_used_within: None };
    spec.attribution.view_window = Some(Length::hours(24));
    spec.steps[0].variants = vec![variant("A", 1), variant("B", 3)];
    spec.steps[0].only_if = Some(nested);
    spec.steps[0].discount = Some(Offer {
        value: OfferValue::Amount(money("5 EUR", USD).expect("money")),
        minimum: big().and_then(|c| match c {
            Condition::ValueAtLeast(m) => Some(m),
            _ => None,
        }),
        valid_for: Length::hours(36),
        required: true,
    });
    spec.steps[1].fallback = Some(crate::domain::campaign::Fallback { channel: ChannelKind::Email, template: "checkout-reminder".into() });
    spec.steps[1].path = Some("big".into());
    spec.steps[1].after = crate::domain::campaign::After::PreviousSend;
    spec.steps[1].at = Some(jiff::civil::time(10, 30, 0, 0));
    spec.steps[1].expires_after = Length::hours(12);
    spec.steps.push(Step { discount_code: Some("TEN".into()), ..Step::new(Length::hours(48), ChannelKind::Email, "checkout-reminder") });
    spec
}

#[test]
fn a_campaign_comes_back_from_its_form_as_it_went() {
    let starters = STARTERS.iter().map(|s| s.spec(USD));
    for spec in starters.chain([CampaignSpec::starter(), rich()]) {
        assert_eq!(Form::sent(&encoded(&Form::of(&spec, USD)), &spec, USD).read(&spec), Ok(spec.clone()), "{}", spec.name);
        let jpy = "JPY".parse().expect("currency");
        assert_eq!(Form::sent(&encoded(&Form::of(&spec, jpy)), &spec, jpy).read(&spec), Ok(spec.clone()), "in a store of another currency");
    }
}

#[test]
fn an_edit_keeps_what_the_form_does_not_show() {
    let spec = rich();
    let mut form = Form::of(&spec, USD);
    form.name = "Another".into();
    form.act(Act::RemoveStep(0)).expect("removed");
    form.act(Act::RemovePath(0)).expect("removed");
    let read = Form::sent(&encoded(&form), &spec, USD).read(&spec).expect("a campaign");
    let mut expected = spec.clone();
    expected.name = "Another".into();
    expected.steps.remove(0);
    expected.steps.remove(0);
    expected.paths.remove(0);
    assert_eq!(read, expected, "what is left keeps its own, though its number is another");
}

#[test]
fn a_form_with_a_few_fields_changes_those_alone() {
    let spec = rich();
    let sent = Fields::parse(b"name=New&step0.delay=2h&step1.delay=1d&step2.delay=3d");
    let read = Form::sent(&sent, &spec, USD).read(&spec).expect("a campaign");
    let mut expected = spec.clone();
    expected.name = "New".into();
    for (step, hours) in [(0, 2), (1, 24), (2, 72)] {
        expected.steps[step].delay = Length::hours(hours);
    }
    assert_eq!(read, expected);
}

#[test]
fn a_step_with_everything_is_added() {
    let spec = CampaignSpec::starter();
    let mut form = Form::of(&spec, USD);
    form.act(Act::AddStep(2, None)).expect("added");
    form.act(Act::AddText(2)).expect("added");
    let new = &mut form.steps[2];
    (new.delay, new.message, new.after) = ("2d".into(), "email/checkout-reminder".into(), "previous_send".into());
    (new.discount, new.discount_value) = ("percent".into(), "10 %".into());
    new.variants[1].without_discount = true;
    (new.condition.rows[0].kind, new.condition.rows[0].value) = ("value_at_least".into(), "150".into());
    let read = Form::sent(&encoded(&form), &spec, USD).read(&spec).expect("a campaign");
    let step = &read.steps[2];
    assert_eq!(step.discount.as_ref().map(|o| (o.value, o.valid_for)), Some((OfferValue::Percent(10), Length::hours(72))));
    assert_eq!(
        step.variants.iter().map(|v| (v.name.as_str(), v.weight, v.without_discount)).collect::<Vec<_>>(),
        [("A", 1, false), ("B", 1, true)]
    );
    assert_eq!(step.only_if, Some(Condition::ValueAtLeast(money("150.00", USD).expect("money"))));
    assert_eq!(read.steps[..2], spec.steps);
}

#[test]
fn every_field_that_can_not_be_read_is_named() {
    let spec = CampaignSpec::starter();
    let mut form = Form::of(&spec, USD);
    form.abandon_after = "soon".into();
    form.holdout = "300".into();
    form.priority = "-1".into();
    form.quiet_from = "late".into();
    form.guard_minimum = "lots".into();
    form.steps[1].delay = "-1h".into();
    form.steps[1].at = "noon".into();
    form.act(Act::AddText(1)).expect("added");
    form.steps[1].variants[0].weight = "half".into();
    form.steps[1].discount = "percent".into();
    form.steps[0].message = "pigeon/x".into();
    let faults = Form::sent(&encoded(&form), &spec, USD).read(&spec).expect_err("faults");
    let places: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
    assert_eq!(
        places,
        [
            "abandon_after",
            "priority",
            "holdout_percent",
            "quiet_hours",
            "discount_guards.minimum_value",
            "steps[0].template",
            "steps[1].delay",
            "steps[1].at",
            "steps[1].variants[0].weight",
            "steps[1].discount.value"
        ]
    );
}

#[test]
fn a_step_whose_wait_is_emptied_stays_and_is_named() {
    let spec = CampaignSpec::starter();
    let mut form = Form::of(&spec, USD);
    form.steps[0].delay.clear();
    let faults = Form::sent(&encoded(&form), &spec, USD).read(&spec).expect_err("a fault");
    assert_eq!(faults.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), ["steps[0].delay"]);
}

/// Steps by their templates, waits and paths.
fn told(spec: &CampaignSpec) -> Vec<String> {
    let step = |s: &Step| {
        format!("{} {}{}", format::short_length(s.delay), s.template, s.path.as_ref().map_or_else(String::new, |p| format!(" on {p}")))
    };
    spec.steps.iter().map(step).collect()
}

fn after(spec: &CampaignSpec, acts: &[Act]) -> CampaignSpec {
    let mut form = Form::of(spec, USD);
    for act in acts {
        form.act(*act).unwrap_or_else(|| panic!("{act}"));
        // As a browser would send it back, each time.
        form = Form::sent(&encoded(&form), spec, USD);
    }
    form.read(spec).expect("a campaign")
}

/// Three mails, at one hour, a day and two days: a, b, c.
fn three() -> CampaignSpec {
    let mut spec = CampaignSpec::starter();
    let mail = |(hours, template): (i64, &str)| Step::new(Length::hours(hours), ChannelKind::Email, template);
    spec.steps = [(1, "a"), (24, "b"), (48, "c")].map(mail).into();
    spec
}

#[test]
fn steps_are_added_moved_copied_and_removed_and_the_times_stay_in_order() {
    let check = |acts: &[Act], expected: &[&str]| assert_eq!(told(&after(&three(), acts)), expected, "{acts:?}");
    check(&[Act::AddStep(3, None)], &["1h a", "24h b", "2d c", "3d c"]);
    check(&[Act::AddStep(0, None)], &["1h a", "1h a", "24h b", "2d c"]);
    check(&[Act::StepUp(1)], &["1h b", "24h a", "2d c"]);
    check(&[Act::StepDown(1)], &["1h a", "24h c", "2d b"]);
    check(&[Act::StepUp(2), Act::StepUp(1)], &["1h c", "24h a", "2d b"]);
    check(&[Act::CopyStep(0)], &["1h a", "1h a", "24h b", "2d c"]);
    check(&[Act::RemoveStep(1)], &["1h a", "2d c"]);
    check(&[Act::RemoveStep(0), Act::RemoveStep(0)], &["2d c"]);
    assert_eq!(after(&three(), &[Act::StepUp(1), Act::StepDown(0)]), three(), "there and back");
}

#[test]
fn a_step_moves_past_those_that_the_same_carts_get_and_past_no_other() {
    let mut spec = three();
    spec.paths = ["big", "rest"].map(|name| Path { name: name.into(), only_if: None }).into();
    (spec.steps[1].path, spec.steps[2].path) = (Some("big".into()), Some("rest".into()));
    assert_eq!(told(&after(&spec, &[Act::StepUp(2)])), ["1h c on rest", "2d a", "24h b on big"]);
    let mut form = Form::of(&spec, USD);
    assert_eq!((form.act(Act::StepDown(1)), form.act(Act::StepUp(0))), (None, None), "there is nothing to move past");
}

#[test]
fn paths_come_in_twos_are_asked_in_turn_and_take_their_steps_along() {
    let spec = three();
    let branched = after(&spec, &[Act::AddPath, Act::AddStep(3, Some(0)), Act::AddPath]);
    assert_eq!(branched.paths.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Path 1", "Path 2", "All others"]);
    assert_eq!(told(&branched)[3], "3d c on Path 1");
    assert_eq!(after(&branched, &[Act::RemovePath(0)]).steps, spec.steps);
    let turned = after(&branched, &[Act::PathDown(0)]);
    assert_eq!(turned.paths.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Path 2", "Path 1", "All others"]);
    assert_eq!(turned.steps, branched.steps);
    let mut form = Form::of(&branched, USD);
    form.paths[0].name = "Big carts".into();
    let renamed = Form::sent(&encoded(&form), &branched, USD).read(&branched).expect("a campaign");
    assert_eq!((renamed.paths[0].name.as_str(), renamed.steps[3].path.as_deref()), ("Big carts", Some("Big carts")));
}

#[test]
fn a_sequence_takes_no_more_than_can_be_published() {
    let mut form = Form::of(&three(), USD);
    let added = (0..20).filter(|_| form.act(Act::AddStep(0, None)).is_some()).count();
    assert_eq!((added, form.steps.len(), form.act(Act::CopyStep(0))), (7, 10, None));
    let texts = (0..20).filter(|_| form.act(Act::AddText(0)).is_some()).count();
    assert_eq!((texts, form.steps[0].variants.len()), (5, 6), "two at first, then one by one");
    assert_eq!(form.act(Act::RemoveText(0, 1)).map(|a| a.part), Some("step-1".into()));
    assert_eq!(form.steps[0].variants.iter().map(|v| v.name.as_str()).collect::<String>(), "ACDEF");
    assert_eq!((form.act(Act::RemoveStep(99)), form.act(Act::AddStep(99, None)), form.act(Act::AddStep(0, Some(7)))), (None, None, None));
}

#[test]
fn a_draft_with_more_than_can_be_published_loses_nothing_on_its_way() {
    let mut spec = three();
    spec.steps = (0..15).map(|hours| Step::new(Length::hours(hours), ChannelKind::Email, "a")).collect();
    assert_eq!(Form::sent(&encoded(&Form::of(&spec, USD)), &spec, USD).read(&spec), Ok(spec));
}

#[test]
fn what_a_button_sends_is_what_it_does() {
    let all = [
        Act::AddStep(2, None),
        Act::AddStep(2, Some(1)),
        Act::StepUp(1),
        Act::StepDown(1),
        Act::CopyStep(1),
        Act::RemoveStep(1),
        Act::AddText(1),
        Act::RemoveText(1, 0),
        Act::AddPath,
        Act::PathUp(1),
        Act::PathDown(1),
        Act::RemovePath(1),
    ];
    for act in all {
        assert_eq!(act.to_string().parse(), Ok(act));
    }
    for bad in ["", "step-up", "step-up x", "step-up 1 2", "step-up -1", "explode 1"] {
        assert!(bad.parse::<Act>().is_err(), "{bad}");
    }
}
