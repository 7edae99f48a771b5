//! Who may send for a domain (RFC 7208): is there one policy, can it be read, and does it stay within its limit of look-ups?

use super::{Answer, Check, Finding, Records, Sender, Verdict};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Terms that ask DNS, in a policy and all that it includes (RFC 7208, section 4.6.4).
pub const LOOKUPS_MAX: usize = 10;
/// How providers' policies are named; from their own documentation.
const PROVIDERS: [(&str, &str); 4] =
    [("ses", "amazonses.com"), ("mailgun", "mailgun.org"), ("sendgrid", "sendgrid.net"), ("postmark", "spf.mtasv.net")];

/// The domains whose policies a TXT answer's policy refers to.
pub fn asks(answer: &Answer) -> Vec<String> {
    let Answer::Records(all) = answer else { return Vec::new() };
    let refers = |term: &str| {
        let bare = term.trim_start_matches(['+', '-', '~', '?']);
        ["include:", "redirect="]
            .iter()
            .find_map(|start| bare.get(..start.len()).filter(|s| s.eq_ignore_ascii_case(start)).and(bare.get(start.len()..)))
            .map(|name| name.trim_end_matches('.').to_ascii_lowercase())
    };
    // A macro stands for a part of each mail: which name it makes can't be told before.
    policies(all)
        .iter()
        .flat_map(|policy| policy.split_whitespace().filter_map(refers))
        .filter(|name| !name.is_empty() && !name.contains('%'))
        .collect()
}

fn policies(all: &[String]) -> Vec<&str> {
    let is_policy = |text: &&str| {
        text.get(..6).is_some_and(|v| v.eq_ignore_ascii_case("v=spf1"))
            && text.get(6..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    all.iter().map(|text| text.trim()).filter(is_policy).collect()
}

pub fn evaluate(sender: &Sender, records: &Records) -> Finding {
    let domain = &sender.domain;
    let Answer::Records(all) = &records.spf else { return Finding::unknown(Check::Spf, domain) };
    let found = policies(all);
    let bad = |found: String, remedy: &str| Finding::new(Check::Spf, Verdict::Bad, found).remedy(remedy);
    let policy = match found.as_slice() {
        [] => {
            let value = format!("v=spf1 {} ~all", own_term(sender));
            return bad(
                format!("{domain} doesn't say who may send for it"),
                "publish this record, with every server that sends for the domain",
            )
            .publish(domain, "TXT", value);
        }
        [one] => one,
        many => {
            let terms: Vec<&str> = many.iter().flat_map(|p| p.split_whitespace().skip(1)).filter(|t| !t.ends_with("all")).collect();
            return bad(format!("{domain} has {} SPF records, which counts as none", many.len()), "replace them by this one").publish(
                domain,
                "TXT",
                format!("v=spf1 {} ~all", terms.join(" ")),
            );
        }
    };
    if let Some(term) = policy.split_whitespace().skip(1).find(|term| !can_be_read(term)) {
        return bad(
            format!("the SPF record of {domain} can't be read at {term:?}, which counts as none"),
            "correct that part of the record",
        );
    }
    let tree = Tree { records, domain };
    if let Some(name) = tree.empty() {
        return bad(
            format!("the SPF record of {domain} refers to {name}, which has none: that makes the whole record fail"),
            "take that part out, or correct its name",
        );
    }
    let (lookups, known) = tree.lookups();
    if lookups > LOOKUPS_MAX {
        return bad(
            format!("the SPF record of {domain} asks DNS {lookups} times, where {LOOKUPS_MAX} are allowed: receivers take it for broken"),
            "take out what doesn't send for the domain any more, or name addresses (ip4:, ip6:) in place of names",
        );
    }
    ending(sender, policy, (lookups, known))
}

/// A policy that can be followed: what does it say of all others, and of the one who sends?
fn ending(sender: &Sender, policy: &str, (lookups, known): (usize, bool)) -> Finding {
    let domain = &sender.domain;
    let terms: Vec<String> = policy.split_whitespace().skip(1).map(str::to_ascii_lowercase).collect();
    let improve = |found: String, remedy: &str| Finding::new(Check::Spf, Verdict::Improve, found).remedy(remedy);
    let has = |name: &str| terms.iter().any(|t| t == name);
    if has("+all") || has("all") {
        return Finding::new(Check::Spf, Verdict::Bad, format!("the SPF record of {domain} lets everybody send for it"))
            .remedy("end it with ~all")
            .publish(
                domain,
                "TXT",
                policy
                    .split_whitespace()
                    .filter(|t| !t.to_ascii_lowercase().ends_with("all"))
                    .chain(["~all"])
                    .collect::<Vec<_>>()
                    .join(" "),
            );
    }
    if !known {
        return Finding::new(
            Check::Spf,
            Verdict::Unknown,
            format!("{domain} has an SPF record, but not all that it refers to could be looked up"),
        );
    }
    if let Some(name) = provider_domain(sender).filter(|name| !terms.iter().any(|t| t.ends_with(name))) {
        let value: Vec<String> = policy.split_whitespace().map(str::to_owned).collect();
        let (head, tail) = value.split_at(1.min(value.len()));
        let value = [head, &[format!("include:{name}")], tail].concat().join(" ");
        let found = format!("the SPF record of {domain} doesn't name {name}, by which its mails leave");
        return improve(found, "unless the provider has a return path of its own at your domain, publish this")
            .publish(domain, "TXT", value);
    }
    if !terms.iter().any(|t| t.ends_with("all") || t.starts_with("redirect=")) {
        return improve(format!("the SPF record of {domain} doesn't say what is to become of mail from others"), "end it with ~all")
            .publish(domain, "TXT", format!("{policy} ~all"));
    }
    Finding::new(Check::Spf, Verdict::Good, format!("{policy:?}, {lookups} of {LOOKUPS_MAX} look-ups"))
}

fn provider_domain(sender: &Sender) -> Option<&'static str> {
    let provider = sender.provider.as_deref()?;
    PROVIDERS.iter().find(|(name, _)| *name == provider).map(|(_, domain)| *domain)
}

fn own_term(sender: &Sender) -> String {
    match (provider_domain(sender), &sender.host) {
        (Some(name), _) => format!("include:{name}"),
        (None, Some(host)) if host.parse::<Ipv4Addr>().is_ok() => format!("ip4:{host}"),
        (None, Some(host)) if host.parse::<Ipv6Addr>().is_ok() => format!("ip6:{host}"),
        (None, Some(host)) => format!("a:{host}"),
        (None, None) => "mx".to_owned(),
    }
}

/// Is it a mechanism or a modifier (RFC 7208, section 12)?
fn can_be_read(term: &str) -> bool {
    let bare = term.strip_prefix(['+', '-', '~', '?']).unwrap_or(term);
    // A modifier that nobody knows is passed over; a mechanism is not.
    if let Some((name, value)) = bare.split_once('=').filter(|(name, _)| !name.contains([':', '/'])) {
        return !name.is_empty() && (!matches!(name, "redirect" | "exp") || !value.is_empty());
    }
    let (name, argument) = bare.split_once(':').map_or((bare, None), |(name, argument)| (name, Some(argument)));
    let network = |argument: Option<&str>, most: u8, parses: fn(&str) -> bool| {
        let (address, length) = argument.map(|a| a.split_once('/').map_or((a, None), |(a, l)| (a, Some(l)))).unwrap_or_default();
        parses(address) && length.is_none_or(|l| l.parse::<u8>().is_ok_and(|l| l <= most))
    };
    match name.to_ascii_lowercase().split('/').next().unwrap_or_default() {
        "all" => argument.is_none() && !name.contains('/'),
        "include" | "exists" => argument.is_some_and(|a| !a.is_empty()),
        "a" | "mx" | "ptr" => argument.is_none_or(|a| !a.is_empty()),
        "ip4" => network(argument, 32, |a| a.parse::<Ipv4Addr>().is_ok()),
        "ip6" => network(argument, 128, |a| a.parse::<Ipv6Addr>().is_ok()),
        _ => false,
    }
}

/// A policy with all that it refers to.
struct Tree<'a> {
    records: &'a Records,
    domain: &'a str,
}

impl Tree<'_> {
    fn answer(&self, name: &str) -> Option<&Answer> {
        self.records.referred.iter().find(|(n, _)| n == name).map(|(_, answer)| answer)
    }

    /// A domain that is referred to and has no policy.
    fn empty(&self) -> Option<&str> {
        let is_empty = |answer: &Answer| matches!(answer, Answer::Records(all) if policies(all).len() != 1);
        self.records.referred.iter().find(|(_, answer)| is_empty(answer)).map(|(name, _)| name.as_str())
    }

    /// How often the policy asks DNS, and whether everything that it refers to is known.
    fn lookups(&self) -> (usize, bool) {
        let (mut total, mut known) = (0, true);
        let mut open = vec![(self.domain.to_owned(), &self.records.spf)];
        // A policy that includes itself would never end: past the limit nothing more has to be counted.
        while let Some((_, answer)) = open.pop().filter(|_| total <= LOOKUPS_MAX) {
            let Answer::Records(all) = answer else {
                known = false;
                continue;
            };
            total += policies(all).iter().flat_map(|p| p.split_whitespace().skip(1)).filter(|term| asks_dns(term)).count();
            for name in asks(answer) {
                match self.answer(&name) {
                    Some(next) => open.push((name, next)),
                    None => known = false,
                }
            }
        }
        (total, known)
    }
}

fn asks_dns(term: &str) -> bool {
    let bare = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
    let name = bare.split([':', '/', '=']).next().unwrap_or_default();
    matches!(name, "include" | "a" | "mx" | "ptr" | "exists" | "redirect")
}
