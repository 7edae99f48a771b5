//! The contract of `Channel`, held by every channel against its own provider: what each situation must come to, and what never happens.

use super::{Kind, email, email_message, kind, mailapi, sms, sms_message};
use crate::support::mail_api::{Answer as MailAnswer, MailApi, Vendor};
use crate::support::smtp::{self, At, Fault as SmtpFault, SmtpServer};
use crate::support::twilio::{Answer, TwilioServer};
use async_trait::async_trait;
use comeback::channels::{Channel, Fault, Message, Outcome};
use futures_util::future::join_all;
use serde_json::json;

/// What a provider is made to do with the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    Well,
    RefusesTheRecipient,
    Busy,
    BadCredentials,
    TakesItAndHangs,
    TakesItAndCuts,
}

/// A channel with its provider.
#[async_trait]
pub trait Rig: Send + Sync {
    fn channel(&self) -> &dyn Channel;
    fn message(&self) -> Message;
    fn other_message(&self) -> Message;
    fn arrange(&self, situation: Situation);
    /// What names each message that arrived: equal for repeats.
    fn arrived(&self) -> Vec<String>;
    async fn unreachable(&self) -> Box<dyn Channel>;
}

struct SmtpRig(SmtpServer, Box<dyn Channel>);

#[async_trait]
impl Rig for SmtpRig {
    fn channel(&self) -> &dyn Channel {
        self.1.as_ref()
    }
    fn message(&self) -> Message {
        email_message()
    }
    fn other_message(&self) -> Message {
        sms_message()
    }
    fn arrange(&self, situation: Situation) {
        let reply = |text: &str| SmtpFault::Reply(text.to_owned());
        match situation {
            Situation::Well => {}
            Situation::RefusesTheRecipient => self.0.once(At::Rcpt, reply("550 5.1.1 <jo.doe@example.com>: no such user")),
            Situation::Busy => self.0.once(At::Rcpt, reply("451 4.7.1 jo.doe@example.com: come back later")),
            Situation::BadCredentials => self.0.once(At::Mail, reply("530 5.7.0 authentication required")),
            Situation::TakesItAndHangs => self.0.once(At::Dot, SmtpFault::Hang),
            Situation::TakesItAndCuts => self.0.once(At::Dot, SmtpFault::Cut),
        }
    }
    fn arrived(&self) -> Vec<String> {
        self.0.messages().iter().map(|m| email::parsed(m).message_id().expect("a Message-ID").to_owned()).collect()
    }
    async fn unreachable(&self) -> Box<dyn Channel> {
        Box::new(email::channel(&smtp::refusing_url().await))
    }
}

struct TwilioRig(TwilioServer, Box<dyn Channel>);

#[async_trait]
impl Rig for TwilioRig {
    fn channel(&self) -> &dyn Channel {
        self.1.as_ref()
    }
    fn message(&self) -> Message {
        sms_message()
    }
    fn other_message(&self) -> Message {
        email_message()
    }
    fn arrange(&self, situation: Situation) {
        match situation {
            Situation::Well => {}
            Situation::RefusesTheRecipient => self.0.next(Answer::Error(400, 21211, vec![])),
            Situation::Busy => self.0.next(Answer::Error(429, 20429, vec![("Retry-After", "7")])),
            Situation::BadCredentials => self.0.next(Answer::Error(401, 20003, vec![])),
            Situation::TakesItAndHangs => self.0.next(Answer::Hang),
            Situation::TakesItAndCuts => self.0.next(Answer::Cut),
        }
    }
    fn arrived(&self) -> Vec<String> {
        assert_eq!(self.0.violations(), Vec::<String>::new());
        self.0.messages().iter().map(|m| m.get("Body").expect("a body").to_owned()).collect()
    }
    async fn unreachable(&self) -> Box<dyn Channel> {
        Box::new(sms::channel("http://127.0.0.1:1"))
    }
}

struct MailApiRig(MailApi, Box<dyn Channel>);

#[async_trait]
impl Rig for MailApiRig {
    fn channel(&self) -> &dyn Channel {
        self.1.as_ref()
    }
    fn message(&self) -> Message {
        email_message()
    }
    fn other_message(&self) -> Message {
        sms_message()
    }
    fn arrange(&self, situation: Situation) {
        let said = |status, body, headers| MailAnswer::Said(status, body, headers);
        match situation {
            Situation::Well => {}
            Situation::RefusesTheRecipient => self.0.next(match self.0.vendor {
                Vendor::SendGrid => {
                    let error = json!({"field": "personalizations.0.to.0.email", "message": "jo.doe@example.com is no address"});
                    said(400, json!({"errors": [error]}), vec![])
                }
                Vendor::Postmark => said(422, json!({"ErrorCode": 300, "Message": "Invalid 'To' address: 'jo.doe@example.com'."}), vec![]),
                Vendor::Mailgun => said(400, json!({"message": "'to' parameter is not a valid address: jo.doe@example.com"}), vec![]),
                Vendor::Ses => {
                    let words = json!({"message": "Illegal address jo.doe@example.com"});
                    said(400, words, vec![("x-amzn-ErrorType", "BadRequestException")])
                }
            }),
            Situation::Busy => self.0.next(said(429, json!({"message": "slow down, jo.doe@example.com"}), vec![("Retry-After", "7")])),
            Situation::BadCredentials => self.0.next(said(401, json!({"message": "who is jo.doe@example.com?"}), vec![])),
            Situation::TakesItAndHangs => self.0.next(MailAnswer::Hang),
            Situation::TakesItAndCuts => self.0.next(MailAnswer::Cut),
        }
    }
    fn arrived(&self) -> Vec<String> {
        assert_eq!(self.0.violations(), Vec::<String>::new());
        self.0.taken().iter().map(|taken| mailapi::named(self.0.vendor, &taken.body)).collect()
    }
    async fn unreachable(&self) -> Box<dyn Channel> {
        mailapi::channel(self.0.vendor, "http://127.0.0.1:1")
    }
}

async fn rigs() -> Vec<Box<dyn Rig>> {
    let smtp = SmtpServer::start().await;
    let twilio = TwilioServer::start().await;
    let mails = Box::new(email::hasty(&smtp.url()));
    let texts = Box::new(sms::channel(&twilio.url()));
    let mut rigs: Vec<Box<dyn Rig>> = vec![Box::new(SmtpRig(smtp, mails)), Box::new(TwilioRig(twilio, texts))];
    rigs.extend(super::textapi::rigs().await);
    for vendor in mailapi::VENDORS {
        let server = MailApi::start(vendor).await;
        let channel = mailapi::channel(vendor, &server.url());
        rigs.push(Box::new(MailApiRig(server, channel)));
    }
    rigs
}

#[tokio::test]
async fn every_channel_says_what_came_of_a_message() {
    let cases = [
        (Situation::Well, Kind::Accepted),
        (Situation::RefusesTheRecipient, Kind::Refused(Fault::Recipient)),
        (Situation::Busy, Kind::TryLater),
        (Situation::BadCredentials, Kind::TryMuchLater),
        (Situation::TakesItAndHangs, Kind::Unknown),
        (Situation::TakesItAndCuts, Kind::Unknown),
        (Situation::Well, Kind::Accepted),
    ];
    join_all(rigs().await.iter().map(async |rig| {
        for (situation, expected) in cases {
            rig.arrange(situation);
            let outcome = rig.channel().send(&rig.message()).await;
            assert_eq!(kind(&outcome), expected, "{} {situation:?}: {outcome:?}", rig.channel().name());
        }
        assert!(rig.channel().probe().await.is_ok(), "{}", rig.channel().name());
    }))
    .await;
}

#[tokio::test]
async fn every_channel_tries_later_when_nobody_is_there_and_says_so_when_asked() {
    for rig in rigs().await {
        let channel = rig.unreachable().await;
        assert_eq!(kind(&channel.send(&rig.message()).await), Kind::TryLater, "{}", channel.name());
        assert!(channel.probe().await.is_err(), "{}", channel.name());
    }
}

#[tokio::test]
async fn every_channel_refuses_the_other_kind_of_message() {
    for rig in rigs().await {
        assert_eq!(kind(&rig.channel().send(&rig.other_message()).await), Kind::Refused(Fault::Content), "{}", rig.channel().name());
        assert!(rig.arrived().is_empty());
    }
}

#[tokio::test]
async fn a_second_attempt_is_the_same_message() {
    for rig in rigs().await {
        for _ in 0..2 {
            let outcome = rig.channel().send(&rig.message()).await;
            assert_eq!(kind(&outcome), Kind::Accepted, "{}: {outcome:?}", rig.channel().name());
        }
        let arrived = rig.arrived();
        assert_eq!(arrived.len(), 2, "a channel never decides not to send");
        assert_eq!(arrived[0], arrived[1]);
    }
}

#[tokio::test]
async fn what_is_refused_or_put_off_did_not_arrive() {
    for rig in rigs().await {
        for situation in [Situation::RefusesTheRecipient, Situation::Busy, Situation::BadCredentials] {
            rig.arrange(situation);
            let outcome = rig.channel().send(&rig.message()).await;
            assert!(matches!(outcome, Outcome::Refused { .. } | Outcome::TryLater { .. }));
        }
        assert!(rig.arrived().is_empty(), "{}", rig.channel().name());
    }
}
