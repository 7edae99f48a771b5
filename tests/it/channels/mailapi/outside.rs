//! Held against other people's programs: Prism with the vendors' descriptions, moto, and Amazon's own library.

use super::{SENDER, refused, served};
use crate::channels::{Kind, email_message, kind};
use crate::support::mail_api::{Answer, MailApi, SECRET, Vendor};
use crate::support::moto::Moto;
use crate::support::prism::Prism;
use crate::support::tools;
use comeback::channels::{Fault, Outcome};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

async fn through_prism(vendor: Vendor, description: &str, recipient: Answer) {
    let server = MailApi::start(vendor).await;
    let Some(prism) = Prism::proxy(&tools::shared(description), &server.url()).await else { return };
    let values = super::values(vendor, &prism.url());
    // Two programs more on the way, on a busy machine.
    let options = comeback::http_client::HttpOptions { total: std::time::Duration::from_secs(15), ..super::options() };
    let channel = super::made(vendor, &values, &options).expect("settings");
    let busy = Answer::Said(429, json!({"ErrorCode": 429, "Message": "slow down"}), vec![("Retry-After", "7")]);
    let cases = [
        (None, Kind::Accepted),
        (Some(recipient), refused(Fault::Recipient)),
        (Some(busy), Kind::TryLater),
        (Some(Answer::Hang), Kind::Unknown),
        (Some(Answer::Cut), Kind::Unknown),
        (None, Kind::Accepted),
    ];
    for (answer, expected) in cases {
        answer.iter().for_each(|answer| server.next(answer.clone()));
        let outcome = channel.send(&email_message()).await;
        assert_eq!(kind(&outcome), expected, "{vendor:?} {answer:?}: {outcome:?}\n{:?}", prism.violations().await);
    }
    channel.probe().await.expect("reached through prism");
    assert_eq!(prism.violations().await, Vec::<String>::new());
    assert_eq!(server.taken().len(), 4, "every request reached the vendor");
    // And it can fail: what breaks the description doesn't pass.
    let http = comeback::http_client::client(&options).expect("a client");
    let path = if vendor == Vendor::SendGrid { "/v3/mail/send" } else { "/email" };
    let bad = http.post(format!("{}{path}", prism.url())).bearer_auth(SECRET).json(&json!({"subject": 7, "Subject": 7})).send().await;
    assert!(bad.expect("an answer").status().is_client_error());
    assert!(prism.next_violation().await.is_some(), "prism looks");
    assert_eq!(server.taken().len(), 4);
}

#[tokio::test]
async fn sendgrids_own_description_lets_our_requests_pass() {
    let recipient = json!({"errors": [{"field": "personalizations.0.to.0.email", "message": "jo.doe@example.com is no address"}]});
    through_prism(Vendor::SendGrid, "specs/sendgrid/oas_v3.json", Answer::Said(400, recipient, vec![])).await;
}

#[tokio::test]
async fn postmarks_own_description_lets_our_requests_pass() {
    let recipient = json!({"ErrorCode": 300, "Message": "Invalid 'To' address: 'jo.doe@example.com'."});
    through_prism(Vendor::Postmark, "specs/postmark/server.json", Answer::Said(422, recipient, vec![])).await;
}

#[tokio::test]
async fn moto_takes_our_mails_once_the_sender_is_verified() {
    let Some(moto) = Moto::start().await else { return };
    let options = comeback::http_client::HttpOptions { total: std::time::Duration::from_secs(90), ..super::options() };
    let channel = super::made(Vendor::Ses, &super::values(Vendor::Ses, &moto.url()), &options).expect("settings");
    let outcome = channel.send(&email_message()).await;
    assert_eq!(kind(&outcome), Kind::TryMuchLater, "not verified yet: {outcome:?}");
    let http = comeback::http_client::client(&options).expect("a client");
    let signed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-west-1/ses/aws4_request, SignedHeaders=host, Signature=0";
    let identity = http.post(format!("{}/v2/email/identities", moto.url())).header("authorization", signed);
    let made = identity.json(&json!({"EmailIdentity": SENDER})).send().await.expect("an answer");
    assert!(made.status().is_success(), "{made:?}");
    match channel.send(&email_message()).await {
        Outcome::Accepted { provider_id: Some(id) } => assert!(!id.is_empty()),
        other => panic!("{other:?}"),
    }
}

/// Signs the same request with Amazon's own library, which stands beside moto.
#[tokio::test]
async fn requests_are_signed_as_amazons_own_library_signs_them() {
    let Some(python) = tools::program("python/bin/python") else { return };
    let (server, channel) = served(Vendor::Ses).await;
    assert_eq!(kind(&channel.send(&email_message()).await), Kind::Accepted);
    let (path, headers, body) = server.requests().pop().expect("a request");
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).expect("a header");
    let request = json!({"url": format!("{}{path}", server.url()), "date": header("x-amz-date"), "body": body, "secret": SECRET});
    let program = "
import json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
given = json.load(sys.stdin)
auth = SigV4Auth(Credentials('AKIDEXAMPLE', given['secret']), 'ses', 'eu-west-1')
headers = {'Content-Type': 'application/json', 'X-Amz-Date': given['date']}
request = AWSRequest(method='POST', url=given['url'], data=given['body'].encode(), headers=headers)
request.context['timestamp'] = given['date']
text = auth.string_to_sign(request, auth.canonical_request(request))
print(auth.signature(text, request), end='')
";
    let mut child = Command::new(python).args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python runs");
    child.stdin.take().expect("a pipe").write_all(request.to_string().as_bytes()).expect("written");
    let output = child.wait_with_output().expect("python ends");
    let theirs = String::from_utf8(output.stdout).expect("text");
    assert_eq!(theirs.len(), 64, "{theirs}");
    assert!(header("authorization").ends_with(&format!("Signature={theirs}")), "{}", header("authorization"));
    assert_eq!(header("x-amz-date"), "20260301T120000Z");
}

/// The descriptions are looked at: what they don't know is found.
#[tokio::test]
async fn a_parameter_that_a_vendor_does_not_know_is_found() {
    use crate::support::specs;
    let check = |schema: &Option<specs::Schema>, body: Value, part: &str| {
        let Some(schema) = schema else { return };
        let found = schema.violations(&body);
        assert!(found.iter().any(|line| line.contains(part)), "{part}: {found:?}");
    };
    check(&specs::SENDGRID, json!({"sendat": 1}), "unknown parameter sendat");
    check(&specs::SENDGRID, json!({"personalizations": [{"to": [{"email": "a@b.example", "nme": "x"}]}]}), "unknown parameter nme");
    check(&specs::SENDGRID, json!({"personalizations": []}), "\"from\" is a required property");
    check(&specs::POSTMARK, json!({"Streem": "x"}), "unknown parameter Streem");
    check(&specs::POSTMARK, json!({"TrackLinks": "No"}), "TrackLinks");
    check(&specs::SES, json!({"Content": {"Simple": {"Subjekt": {}}}}), "unknown parameter Subjekt");
    check(&specs::SES, json!({"Content": {"Simple": {"Headers": [{"Name": "a b", "Value": "ü"}]}}}), "Headers/0/Name");
    check(&specs::SES, json!({}), "\"Content\" is a required property");
    if specs::MAILGUN.is_some() {
        let form = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert!(specs::mailgun_violations(&form("o:traking", "no")).iter().any(|line| line.contains("unknown parameter o:traking")));
        assert!(specs::mailgun_violations(&form("o:tracking", "never")).iter().any(|line| line.contains("o:tracking")));
    }
}
