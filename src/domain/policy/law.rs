//! How loose a consent rule may be, by channel and country. Not advice: a floor that no setting goes below, with the rule that it rests on.

use super::{ANY_COUNTRY, Basis, CONSENT_RULES_MAX, ConsentRule, NOTE_MAX, fault};
use crate::domain::campaign::Fault;
use crate::domain::event::ChannelKind;
use crate::domain::zones;

/// The strictest that some countries demand for some channel.
struct Floor {
    channel: ChannelKind,
    countries: &'static [&'static str],
    loosest: Basis,
    why: &'static str,
}

/// The United States and their territories, and Canada: one set of carriers' rules.
pub(super) const NORTH_AMERICA: &[&str] = &["US", "CA", "PR", "GU", "VI", "AS", "MP", "UM"];
/// The European Union's member states, and Iceland, Liechtenstein and Norway, where the same directive holds.
const EUROPE: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT",
    "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
const EUROPE_WHY: &str = "in the European Union, Iceland, Liechtenstein and Norway, marketing mails and texts need consent, or an earlier sale to the \
    same person (Directive 2002/58/EC, article 13)";
const BRITAIN_WHY: &str =
    "in the United Kingdom, marketing mails and texts need consent, or an earlier sale to the same person (PECR, regulation 22)";
const CANADA_WHY: &str = "in Canada, marketing mails need consent, or an earlier sale within two years (CASL, sections 6 and 10)";
const TEXTS_WHY: &str = "in the United States marketing texts need the recipient's express consent (47 CFR 64.1200), and carriers there and in Canada \
    ask for an opt-in that names cart reminders";

const FLOORS: [Floor; 6] = [
    Floor { channel: ChannelKind::Sms, countries: NORTH_AMERICA, loosest: Basis::Express, why: TEXTS_WHY },
    Floor { channel: ChannelKind::Sms, countries: EUROPE, loosest: Basis::SoftOptIn, why: EUROPE_WHY },
    Floor { channel: ChannelKind::Sms, countries: &["GB"], loosest: Basis::SoftOptIn, why: BRITAIN_WHY },
    Floor { channel: ChannelKind::Email, countries: EUROPE, loosest: Basis::SoftOptIn, why: EUROPE_WHY },
    Floor { channel: ChannelKind::Email, countries: &["GB"], loosest: Basis::SoftOptIn, why: BRITAIN_WHY },
    Floor { channel: ChannelKind::Email, countries: &["CA"], loosest: Basis::SoftOptIn, why: CANADA_WHY },
];

/// The loosest ground on which people of a country may be written to.
pub(super) fn loosest(channel: ChannelKind, country: &str) -> Basis {
    // Meta's terms ask for an opt-in everywhere (WhatsApp Business Messaging Policy, section 1).
    if channel == ChannelKind::WhatsApp {
        return Basis::Express;
    }
    floor(channel, country).map_or(Basis::OptOut, |f| f.loosest)
}

fn floor(channel: ChannelKind, country: &str) -> Option<&'static Floor> {
    FLOORS.iter().find(|f| f.channel == channel && f.countries.iter().any(|c| same_country(c, country)))
}

/// The same country, whatever the letter case; platforms say `UK` for `GB` and `EL` for `GR` now and then.
pub(super) fn same_country(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

fn canonical(country: &str) -> String {
    let upper = country.trim().to_ascii_uppercase();
    match upper.as_str() {
        "UK" => "GB".into(),
        "EL" => "GR".into(),
        _ => upper,
    }
}

/// What is wrong with consent rules.
pub(super) fn faults(rules: &[ConsentRule], faults: &mut Vec<Fault>) {
    if rules.len() > CONSENT_RULES_MAX {
        faults.push(fault("consent", format!("at most {CONSENT_RULES_MAX} rules")));
        return;
    }
    for (i, rule) in rules.iter().enumerate() {
        countries_faults(i, rule, faults);
        let note = rule.note.trim();
        if rule.basis > Basis::Express && note.is_empty() {
            let what = "say on which ground you write to people who did not agree: it is kept as proof, and you answer for it";
            faults.push(fault(format!("consent[{i}].note"), what));
        }
        if rule.naming_carts && rule.basis != Basis::Confirmed {
            faults.push(fault(
                format!("consent[{i}].naming_carts"),
                "only words that were confirmed can be looked at: choose the ground \"confirmed\", too",
            ));
        }
        if note.chars().count() > NOTE_MAX {
            faults.push(fault(format!("consent[{i}].note"), format!("at most {NOTE_MAX} characters")));
        }
        faults.extend(too_loose(rules, i));
    }
}

fn countries_faults(i: usize, rule: &ConsentRule, faults: &mut Vec<Fault>) {
    if rule.countries.is_empty() {
        faults.push(fault(format!("consent[{i}].countries"), "name at least one country, or \"*\" for every country"));
    }
    for (n, country) in rule.countries.iter().enumerate() {
        if country != ANY_COUNTRY && !is_country(country) {
            let what = format!("{country:?} is not a country; use the two letters of ISO 3166, such as \"DE\", or \"*\" for every country");
            faults.push(fault(format!("consent[{i}].countries[{n}]"), what));
        }
    }
}

/// A country's own zones are found; for anything else the zone given for the store comes back.
fn is_country(code: &str) -> bool {
    let code = canonical(code);
    let letters = code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase());
    letters && zones::candidates(Some(&code), None, "").iter().all(|zone| !zone.is_empty())
}

/// The rule is the first to hold for a country whose law asks for more: one fault for each law, naming the countries.
fn too_loose(rules: &[ConsentRule], i: usize) -> Vec<Fault> {
    let Some(rule) = rules.get(i) else { return Vec::new() };
    let first_for = |country: &str| rules.iter().position(|r| r.channel == rule.channel && r.covers(country)) == Some(i);
    let refused = |floor: &Floor| {
        let countries: Vec<&str> = floor.countries.iter().copied().filter(|c| first_for(c)).collect();
        (!countries.is_empty()).then(|| {
            let others =
                if rule.countries.iter().any(|c| c == ANY_COUNTRY) { "; put a stricter rule for them before this one" } else { "" };
            let what = format!("{} is not enough for {}: {}{others}", rule.basis.as_str(), countries.join(", "), floor.why);
            fault(format!("consent[{i}].basis"), what)
        })
    };
    FLOORS.iter().filter(|f| f.channel == rule.channel && rule.basis > f.loosest).filter_map(refused).collect()
}
