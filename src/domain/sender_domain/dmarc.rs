//! What is to become of mails that are neither signed nor sent for a domain (RFC 7489), and whether ours are.

use super::{Answer, Check, Finding, Records, Sender, Verdict, tag};

pub fn evaluate(sender: &Sender, records: &Records) -> Finding {
    let domain = &sender.domain;
    let name = format!("_dmarc.{domain}");
    for (at, answer) in &records.dmarc {
        let Answer::Records(all) = answer else { return Finding::unknown(Check::Dmarc, at) };
        let policies: Vec<&String> = all.iter().filter(|text| is_policy(text)).collect();
        match policies.as_slice() {
            [] => {}
            [policy] => return one(sender, (at, policy), *at == name),
            many => {
                return bad(format!("there are {} DMARC records at {at}, which counts as none", many.len()), "keep one of them");
            }
        }
    }
    bad(
        format!("{domain} has no DMARC policy: large mailbox providers ask bulk senders for one"),
        "publish this record, with an address of yours for reports",
    )
    .publish(&name, "TXT", format!("v=DMARC1; p=none; rua=mailto:dmarc@{domain}"))
}

fn bad(found: String, remedy: &str) -> Finding {
    Finding::new(Check::Dmarc, Verdict::Bad, found).remedy(remedy)
}

fn is_policy(text: &str) -> bool {
    tag(text, "v") == Some("DMARC1") && text.trim_start().get(..1).is_some_and(|c| c.eq_ignore_ascii_case("v"))
}

/// The one policy that holds, and whether it is the domain's own or of one above it.
fn one(sender: &Sender, (at, policy): (&str, &str), own: bool) -> Finding {
    let word = |name: &str| tag(policy, name).map(str::to_ascii_lowercase);
    let asked = word("p").filter(|p| matches!(p.as_str(), "none" | "quarantine" | "reject"));
    let Some(asked) = asked else {
        return bad(format!("the DMARC record at {at} has no p= that could be read"), "say p=none, p=quarantine or p=reject");
    };
    let holds = word("sp").filter(|_| !own).unwrap_or(asked);
    if let Some(signing) = &sender.signing {
        let strict = word("adkim").as_deref() == Some("s");
        if !aligned(&signing.domain, &sender.domain, strict) {
            let found = format!("mails from {} are signed for {}, which the policy at {at} doesn't count", sender.domain, signing.domain);
            return bad(found, "sign for the domain of the sender's address");
        }
    }
    if tag(policy, "rua").is_none() && holds == "none" {
        let found = format!("p={holds} at {at}, without an address for reports: nobody would notice that mails fail");
        return Finding::new(Check::Dmarc, Verdict::Improve, found).remedy("add an address of yours for reports").publish(
            at,
            "TXT",
            format!("{}; rua=mailto:dmarc@{}", policy.trim().trim_end_matches(';'), at.trim_start_matches("_dmarc.")),
        );
    }
    Finding::new(Check::Dmarc, Verdict::Good, format!("p={holds} at {at}"))
}

/// Does a signature for one domain count for an address of the other? Without a list of registries two domains count as of one organisation when one
/// contains the other.
fn aligned(signed: &str, from: &str, strict: bool) -> bool {
    let contains = |inner: &str, outer: &str| inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.')) && outer.contains('.');
    signed == from || (!strict && (contains(signed, from) || contains(from, signed)))
}
