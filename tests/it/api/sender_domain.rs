//! What DNS says of a store's sender: over the API, on the page of settings and by the doctor, from a DNS server of the test's own.

use super::Client;
use crate::cli::program::{Program, finish};
use crate::support::dns::{DnsServer, Stands};
use crate::support::rig::Rig;
use comeback::app::access::Scope;
use comeback::app::sender_domain::look;
use comeback::config::Config;
use comeback::domain::sender_domain::{Check, Sender, Signing, Verdict};
use serde_json::{Value, json};

const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxQ5mB0a1eZr8xT6V";

/// One domain that has everything, one that has nothing, and one that nobody answers for.
const WORLD: &[Stands] = &[
    Stands::Txt("fern.example", "site-verification=123"),
    Stands::Txt("fern.example", "v=spf1 include:_spf.host.example ip4:192.0.2.7 ip4:192.0.2.8 ip4:192.0.2.9 ~all"),
    Stands::Txt("_spf.host.example", "v=spf1 ip4:198.51.100.0/24 -all"),
    Stands::Txt("_dmarc.fern.example", "v=DMARC1; p=quarantine; rua=mailto:dmarc@fern.example"),
    Stands::Txt("c1._domainkey.fern.example", "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxQ5mB0a1eZr8xT6V"),
    Stands::Mx("fern.example", "mx2.fern.example"),
    Stands::Failing("dark.example"),
    Stands::Failing("_dmarc.dark.example"),
];

fn config(server: &DnsServer) -> Config {
    Config::from_parts(None, [("COMEBACK_DNS__SERVER".to_owned(), server.address.to_string())].into_iter()).expect("config")
}

fn sender(domain: &str) -> Sender {
    let signing = Signing { domain: domain.to_owned(), selector: "c1".to_owned(), kind: "rsa".to_owned(), public_key: KEY.to_owned() };
    Sender {
        domain: domain.to_owned(),
        provider: Some("smtp".to_owned()),
        host: Some("mail.host.example".to_owned()),
        signing: Some(signing),
    }
}

async fn verdicts(server: &DnsServer, domain: &str) -> Vec<(Check, Verdict)> {
    look(&config(server), &sender(domain)).await.into_iter().map(|f| (f.check, f.verdict)).collect()
}

#[tokio::test]
async fn a_domain_that_says_it_all_is_good_and_one_that_says_nothing_is_told_what_to_publish() {
    let server = DnsServer::start(WORLD).await;
    let all = |verdict: Verdict| [Check::Spf, Check::Dkim, Check::Dmarc, Check::Mx].map(|check| (check, verdict));
    let good = look(&config(&server), &sender("fern.example")).await;
    assert_eq!(verdicts(&server, "fern.example").await, all(Verdict::Good), "{good:#?}");
    let bare = look(&config(&server), &sender("bare.example")).await;
    let publish: Vec<(&str, &str)> = bare.iter().filter_map(|f| f.publish.as_ref()).map(|p| (p.name.as_str(), p.value.as_str())).collect();
    let key = format!("v=DKIM1; k=rsa; p={KEY}");
    let expected = [
        ("bare.example", "v=spf1 a:mail.host.example ~all"),
        ("c1._domainkey.bare.example", key.as_str()),
        ("_dmarc.bare.example", "v=DMARC1; p=none; rua=mailto:dmarc@bare.example"),
    ];
    assert_eq!(publish, expected, "{bare:#?}");
}

#[tokio::test]
async fn what_can_not_be_looked_up_is_unknown_and_never_missing() {
    let server = DnsServer::start(WORLD).await;
    let dark = verdicts(&server, "dark.example").await;
    let known: Vec<_> = dark.iter().filter(|(_, verdict)| *verdict != Verdict::Unknown).collect();
    // Only the key's name was answered for: it is not there.
    assert_eq!(known, [&(Check::Dkim, Verdict::Bad)]);
    let gone = config(&server);
    drop(server);
    let offline = look(&gone, &sender("fern.example")).await;
    assert!(offline.iter().all(|f| f.verdict == Verdict::Unknown && f.publish.is_none()), "{offline:#?}");
}

#[tokio::test]
async fn the_api_looks_at_the_stores_own_sender() {
    let server = DnsServer::start(WORLD).await;
    let address = server.address.to_string();
    let rig = Rig::set("sqlite", &[("COMEBACK_DNS__SERVER", &address)]).await;
    let admin = Client::new(&rig, Scope::Admin).await;
    assert_eq!(admin.get("/sender-domain").await.with(200), json!({"domain": null, "findings": []}));
    let own = json!({"provider": "smtp", "settings": {"url": "smtp://mail.fern.example:587", "from": "shop@fern.example"}});
    admin.put(&format!("/shops/{}/channels/email", rig.shop.id), own).await.with(200);
    let told = Client::new(&rig, Scope::Read).await.get("/sender-domain").await.with(200);
    let all = told["findings"].as_array().expect("findings");
    let verdicts: Vec<(&str, &str)> =
        all.iter().map(|f| (f["check"].as_str().expect("check"), f["verdict"].as_str().expect("verdict"))).collect();
    assert_eq!(told["domain"], "fern.example");
    assert_eq!(verdicts, [("SPF", "good"), ("DKIM", "unknown"), ("DMARC", "good"), ("MX", "good")], "{told}");
    rig.at_rest().await;
    rig.app.db.close().await;
}

#[tokio::test]
async fn the_doctor_says_what_to_publish() {
    let server = DnsServer::start(WORLD).await;
    let address = server.address.to_string();
    let findings = tokio::task::spawn_blocking(move || {
        let program = Program::new();
        let mut command = program.command(&["doctor", "--json"]);
        command.env("COMEBACK_DNS__SERVER", address).env("COMEBACK_EMAIL__FROM", "shop@bare.example");
        serde_json::from_str::<Value>(&finish(command, "").out).expect("findings")
    });
    let findings = findings.await.expect("the program");
    let of = |check: &str| findings.as_array().expect("a list").iter().find(|f| f["check"] == check).expect("the finding").clone();
    let dmarc = of("DMARC of bare.example");
    assert_eq!(dmarc["verdict"], "fail");
    assert!(dmarc["remedy"].as_str().expect("a remedy").contains("_dmarc.bare.example TXT \"v=DMARC1; p=none;"), "{dmarc}");
    assert_eq!((&of("MX of bare.example")["verdict"], &of("address by post")["verdict"]), (&json!("warn"), &json!("warn")));
}
