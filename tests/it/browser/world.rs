//! A store whose shoppers did a little of everything, on a server that listens.

use super::driver::Browser;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::access::{Role, save_user};
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::domain::event::ChannelKind;
use comeback::domain::watch::{Numbered, Waiting, channel_refusing, reconciliation_gap};
use comeback::web;
use jiff::SignedDuration;
use std::sync::Arc;

pub const OWNER: &str = "owner@example.com";
pub const PASSWORD: &str = "correct horse battery";
const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The store: Jo came back by the mail, paid 50.00 and got 12.50 back. Ann left, has her mail, and her text waits. One delivery can't be read.
pub struct World {
    pub rig: Rig,
    pub base: String,
    stop: actix_web::dev::ServerHandle,
}

impl World {
    pub async fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        Self::serving(Rig::on("sqlite").await, listener, base).await
    }

    /// The same at an address with a name, which passkeys need.
    pub async fn at_localhost() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        let rig = Rig::set("sqlite", &[("COMEBACK_SERVER__PUBLIC_URL", base.as_str())]).await;
        Self::serving(rig, listener, base).await
    }

    /// The same with a store at an address of its own, which the browser reaches as well.
    pub async fn beside(store: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let rig = Rig::set("sqlite", &[("COMEBACK_SERVER__PUBLIC_URL", base.as_str()), ("COMEBACK_SHOPIFY__BASE_URL", store)]).await;
        Self::serving(rig, listener, base).await
    }

    async fn serving(rig: Rig, listener: std::net::TcpListener, base: String) -> Self {
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        let (token, _) = rig.links();
        rig.clock.advance(SignedDuration::from_mins(5));
        let click = Opened { link: Given::Token(&token), by: Program::named(PERSON) };
        assert!(matches!(open(&rig.app, &click).await, Ok(Leads::To(_))), "the link leads back");
        rig.clock.advance(SignedDuration::from_mins(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.clock.advance(SignedDuration::from_mins(3));
        rig.tell("refunds/create", &jo.refund(77, "12.50", rig.app.now())).await;
        reminded(&rig, &Shopper::new("Ann", 2)).await;
        rig.post("checkouts/update", "cut", "{\"token\":").await.expect("signed, so it is kept");
        rig.settle().await;
        alarmed(&rig).await;
        save_user(&rig.app, &OWNER.parse().expect("an address"), Role::Owner, None, PASSWORD).await.expect("an owner");
        let server = web::serve(Arc::clone(&rig.app), listener).expect("a server");
        let stop = server.handle();
        tokio::spawn(server);
        Self { rig, base, stop }
    }

    /// A browser in which the owner has signed in, at the overview.
    pub async fn signed_in(&self) -> Browser {
        let browser = Browser::open(&self.base).await;
        browser.goto("/").await;
        browser.see_heading("Sign in").await;
        browser.see("input[name=email]").await.send_keys(OWNER).await.expect("typed");
        browser.see("input[name=password]").await.send_keys(PASSWORD).await.expect("typed");
        browser.press("Sign in").await;
        browser.see_heading("Overview").await;
        browser
    }

    /// Every invariant holds.
    pub async fn end(self) {
        self.rig.at_rest().await;
        self.stop.stop(false).await;
    }
}

/// Two alarms stand: one that may be dismissed, and one with a provider's long words.
async fn alarmed(rig: &Rig) {
    let now = rig.app.now();
    let numbered = |n: u64| Numbered { number: 1001 + 2 * n, at: now - SignedDuration::from_hours(60) };
    let orders = (0..20).map(numbered).chain((1002..1030).map(|number| Numbered { number, at: now - SignedDuration::from_hours(50) }));
    let unique: std::collections::BTreeMap<u64, Numbered> = orders.map(|o| (o.number, o)).collect();
    let why = "smtp refuses this sender: 550-5.7.26 https://support.example.com/mail/answer/81126#authentication_of_the_sender_is_required_by_policy";
    let waiting = Waiting { refused: 3, since: Some(now), why: Some(why.into()), ..Waiting::default() };
    let verdicts = [reconciliation_gap(unique.into_values().collect(), now), channel_refusing(ChannelKind::Email, &waiting, None, now)];
    let mut tx = rig.app.db.begin().await.expect("transaction");
    for verdict in &verdicts {
        let finding = verdict.finding().expect("an alarm");
        comeback::db::alarms::raise(&mut tx, rig.shop.id, rig.app.new_id(), finding, now).await.expect("raised");
    }
    tx.commit().await.expect("commit");
}

/// They begin a checkout, leave, and get the mail.
async fn reminded(rig: &Rig, shopper: &Shopper) {
    let before = rig.mails.count();
    rig.tell("checkouts/create", &shopper.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.pass(SignedDuration::from_mins(60)).await;
    assert_eq!(rig.mails.count(), before + 1, "the mail is sent");
}
