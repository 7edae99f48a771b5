//! Tables of records and what is said of them.

use super::*;

fn sender() -> Sender {
    Sender { domain: "shop.example".into(), provider: Some("smtp".into()), host: Some("mail.host.example".into()), signing: None }
}

fn txt(texts: &[&str]) -> Answer {
    Answer::Records(texts.iter().map(|t| (*t).to_owned()).collect())
}

fn records() -> Records {
    Records {
        spf: txt(&["site-verification=1", "v=spf1 ip4:192.0.2.0/24 ~all"]),
        referred: Vec::new(),
        dkim: None,
        dmarc: vec![("_dmarc.shop.example".into(), txt(&["v=DMARC1; p=reject; rua=mailto:x@shop.example"]))],
        mx: txt(&["mx.shop.example"]),
    }
}

#[track_caller]
fn check(sender: &Sender, records: &Records, (of, verdict, part, publish): (Check, Verdict, &str, Option<&str>)) {
    let finding = evaluate(sender, records).into_iter().find(|f| f.check == of).expect("a finding");
    assert_eq!(finding.verdict, verdict, "{finding:?}");
    assert!(finding.found.contains(part), "{finding:?} should say {part:?}");
    assert_eq!(finding.publish.as_ref().map(|p| p.value.as_str()), publish, "{finding:?}");
    assert_eq!(finding.verdict == Verdict::Bad, finding.verdict == Verdict::Bad && finding.remedy.is_some(), "{finding:?}");
}

#[test]
fn a_domain_that_says_it_all_is_good() {
    let good: Vec<Verdict> = evaluate(&sender(), &records()).into_iter().filter(|f| f.check != Check::Dkim).map(|f| f.verdict).collect();
    assert_eq!(good, [Verdict::Good; 3]);
}

#[test]
fn spf_policies_are_read_as_receivers_read_them() {
    let spf = |texts: &[&str], expected: (Verdict, &str, Option<&str>)| {
        let records = Records { spf: txt(texts), ..records() };
        check(&sender(), &records, (Check::Spf, expected.0, expected.1, expected.2));
    };
    spf(&[], (Verdict::Bad, "who may send", Some("v=spf1 a:mail.host.example ~all")));
    spf(&["v=spf10 all", "spf"], (Verdict::Bad, "who may send", Some("v=spf1 a:mail.host.example ~all")));
    spf(&["v=spf1 ip4:1.2.3.4 -all", "v=spf1 mx ~all"], (Verdict::Bad, "2 SPF records", Some("v=spf1 ip4:1.2.3.4 mx ~all")));
    spf(&["V=SPF1 A MX:x.example/24 -ALL"], (Verdict::Good, "2 of 10", None));
    spf(&["v=spf1 exists:%{i}._spf.x.example ptr unknown=mod -all"], (Verdict::Good, "2 of 10", None));
    for term in ["ipv4:1.2.3.4", "ip4:1.2.3", "ip4:1.2.3.4/33", "ip6:::/129", "include:", "all:x", "a:", "foo", "ip4", "redirect="] {
        spf(&[&format!("v=spf1 {term} ~all")], (Verdict::Bad, term, None));
    }
    spf(&["v=spf1 mx +all"], (Verdict::Bad, "everybody", Some("v=spf1 mx ~all")));
    spf(&["v=spf1 mx"], (Verdict::Improve, "from others", Some("v=spf1 mx ~all")));
    let unknown = Records { spf: Answer::Unknown, ..records() };
    check(&sender(), &unknown, (Check::Spf, Verdict::Unknown, "could not be looked up", None));
}

#[test]
fn look_ups_are_counted_through_everything_that_a_policy_includes() {
    let with = |spf: &str, referred: &[(&str, Answer)]| Records {
        spf: txt(&[spf]),
        referred: referred.iter().map(|(n, a)| ((*n).to_owned(), a.clone())).collect(),
        ..records()
    };
    let of_four = txt(&["v=spf1 a mx ptr exists:x.example -all"]);
    let two = with("v=spf1 include:A.example. include:b.example ~all", &[("a.example", of_four.clone()), ("b.example", of_four.clone())]);
    assert_eq!(spf_asks(&two.spf), ["a.example", "b.example"]);
    check(&sender(), &two, (Check::Spf, Verdict::Good, "10 of 10", None));
    let more = Records { spf: txt(&["v=spf1 include:a.example include:b.example mx ~all"]), ..two.clone() };
    check(&sender(), &more, (Check::Spf, Verdict::Bad, "11 times", None));
    let circle = with("v=spf1 include:shop.example ~all", &[("shop.example", txt(&["v=spf1 include:shop.example ~all"]))]);
    check(&sender(), &circle, (Check::Spf, Verdict::Bad, "11 times", None));
    let gone = with("v=spf1 include:gone.example ~all", &[("gone.example", txt(&["other"]))]);
    check(&sender(), &gone, (Check::Spf, Verdict::Bad, "gone.example", None));
    let dark = with("v=spf1 include:dark.example ~all", &[("dark.example", Answer::Unknown)]);
    check(&sender(), &dark, (Check::Spf, Verdict::Unknown, "not all", None));
    let ses = Sender { provider: Some("ses".into()), ..sender() };
    check(&ses, &records(), (Check::Spf, Verdict::Improve, "amazonses.com", Some("v=spf1 include:amazonses.com ip4:192.0.2.0/24 ~all")));
}

#[test]
fn the_key_must_be_the_one_that_signs() {
    let signing = Signing { domain: "shop.example".into(), selector: "c1".into(), kind: "rsa".into(), public_key: "MIIBabc=".into() };
    let sender = Sender { signing: Some(signing), ..sender() };
    let dkim = |answer: Answer, verdict, part: &str| {
        let records = Records { dkim: Some(answer), ..records() };
        let publish = matches!(verdict, Verdict::Bad | Verdict::Improve).then_some("v=DKIM1; k=rsa; p=MIIBabc=");
        check(&sender, &records, (Check::Dkim, verdict, part, publish));
    };
    dkim(txt(&["v=DKIM1; k=rsa; p=MIIB abc="]), Verdict::Good, "c1._domainkey.shop.example");
    dkim(txt(&["k=rsa; t=s:y; p=MIIBabc="]), Verdict::Improve, "test");
    dkim(txt(&[]), Verdict::Bad, "no key");
    dkim(txt(&["v=DKIM1; p="]), Verdict::Bad, "revoked");
    dkim(txt(&["v=DKIM1; p=MIIBxyz="]), Verdict::Bad, "another");
    dkim(txt(&["hello"]), Verdict::Bad, "no DKIM key");
    dkim(txt(&["p=a", "p=b"]), Verdict::Bad, "2 records");
    dkim(Answer::Unknown, Verdict::Unknown, "could not be looked up");
}

#[test]
fn the_nearest_policy_holds_and_alignment_is_asked_for() {
    assert_eq!(dmarc_names("a.b.example"), ["_dmarc.a.b.example", "_dmarc.b.example"]);
    let dmarc = |sender: &Sender, answers: &[Answer], expected: (Verdict, &str, Option<&str>)| {
        let dmarc = dmarc_names(&sender.domain).into_iter().zip(answers.iter().cloned()).collect();
        check(sender, &Records { dmarc, ..records() }, (Check::Dmarc, expected.0, expected.1, expected.2));
    };
    let sub = Sender { domain: "mail.shop.example".into(), ..sender() };
    let none = txt(&["v=spf1 -all"]);
    dmarc(&sub, &[none.clone(), txt(&["v=DMARC1; p=reject; sp=quarantine"])], (Verdict::Good, "p=quarantine at _dmarc.shop.example", None));
    dmarc(&sub, &[txt(&["v=DMARC1;p=none;rua=mailto:a@b.example"]), none.clone()], (Verdict::Good, "p=none at _dmarc.mail", None));
    dmarc(&sub, &[Answer::Unknown, none.clone()], (Verdict::Unknown, "_dmarc.mail.shop.example could not", None));
    let advice = "v=DMARC1; p=none; rua=mailto:dmarc@shop.example";
    dmarc(&sender(), &[txt(&[])], (Verdict::Bad, "no DMARC policy", Some(advice)));
    dmarc(&sender(), &[txt(&["v=DMARC1; p=none;"])], (Verdict::Improve, "without an address", Some(advice)));
    dmarc(&sender(), &[txt(&["v=DMARC1; p=maybe"])], (Verdict::Bad, "no p=", None));
    dmarc(&sender(), &[txt(&["v=DMARC1; p=none", "v=DMARC1; p=reject"])], (Verdict::Bad, "2 DMARC records", None));
    let signed = |domain: &str| {
        let signing = Signing { domain: domain.into(), selector: "s".into(), kind: "rsa".into(), public_key: "x".into() };
        Sender { signing: Some(signing), ..sender() }
    };
    let strict = txt(&["v=DMARC1; p=reject; adkim=s"]);
    let relaxed = txt(&["v=DMARC1; p=reject"]);
    dmarc(&signed("mail.shop.example"), std::slice::from_ref(&relaxed), (Verdict::Good, "p=reject", None));
    dmarc(&signed("mail.shop.example"), std::slice::from_ref(&strict), (Verdict::Bad, "doesn't count", None));
    dmarc(&signed("othershop.example"), &[relaxed], (Verdict::Bad, "doesn't count", None));
    dmarc(&signed("shop.example"), &[strict], (Verdict::Good, "p=reject", None));
}

#[test]
fn a_domain_that_takes_no_mail_or_is_not_ones_own_is_told() {
    let mx = |answer: Answer, verdict, part: &str| check(&sender(), &Records { mx: answer, ..records() }, (Check::Mx, verdict, part, None));
    mx(txt(&[]), Verdict::Improve, "no mail server");
    mx(txt(&["."]), Verdict::Bad, "takes no mail");
    mx(Answer::Unknown, Verdict::Unknown, "could not be looked up");
    let gmail = Sender { domain: "gmail.com".into(), ..sender() };
    let findings = evaluate(&gmail, &records());
    assert_eq!(findings.iter().map(|f| f.verdict).collect::<Vec<_>>(), [Verdict::Bad]);
}
