//! Lists that a store brings along: good lines are taken, bad ones told, and the same list again changes nothing.

use super::{ledger, state};
use crate::support::replay::both;
use crate::support::rig::Rig;
use comeback::app::consents::import::{self, Line};
use comeback::app::suppressions::{self, Given};
use comeback::app::track::Fate;
use comeback::db;
use comeback::domain::consent::Method;
use comeback::domain::event::ChannelKind;
use std::collections::BTreeMap;

fn line(n: usize, fields: &[(&str, &str)]) -> Line {
    let fields: BTreeMap<String, String> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Line { place: format!("list.csv line {n}"), fields }
}

async fn imported(rig: &Rig, lines: &[Line]) -> Vec<Fate> {
    let site = import::site(&rig.app, rig.shop.id).await.expect("a store");
    let fates = import::import(&rig.app, &site, lines).await.expect("imported");
    rig.settle().await;
    fates
}

#[tokio::test]
async fn good_lines_of_contacts_are_taken_bad_ones_are_told_and_again_nothing_changes() {
    both(|rig| async move {
        let good =
            [("email", "jo@example.com"), ("first_name", "Jo"), ("email_consent", "subscribed"), ("consent_at", "2026-01-02T03:04:05Z")];
        let lines = [
            line(2, &good),
            line(3, &[("email", "nobody"), ("email_consent", "subscribed")]),
            line(4, &[("email", "ann@example.com"), ("colour", "blue")]),
            line(5, &[("email", "jo@example.com"), ("sms_consent", "subscribed")]),
        ];
        let fates = imported(&rig, &lines).await;
        assert_eq!(fates[0], Fate::Accepted);
        let why = |fate: &Fate| if let Fate::Refused(why) = fate { why.clone() } else { panic!("{fate:?}") };
        assert!(
            why(&fates[1]).starts_with("email:") && why(&fates[2]).contains("colour") && why(&fates[3]).starts_with("phone:"),
            "{fates:?}"
        );
        let again = imported(&rig, &lines).await;
        assert_eq!(again[0], Fate::Duplicate);
        let all = ledger(&rig).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].method, all[0].proof.as_deref()), (Method::Import, Some("list.csv line 2")));
        assert_eq!(all[0].at.to_string(), "2026-01-02T03:04:05Z");
        assert_eq!(state(&rig, ChannelKind::Email).await, "subscribed");
        rig
    })
    .await;
}

#[tokio::test]
async fn suppressions_come_in_together_and_the_first_reason_stays() {
    both(|rig| async move {
        let given =
            |address: &str, reason: &str| Given { channel: ChannelKind::Email, address: address.into(), reason: Some(reason.into()) };
        let list = vec![given("Jo@example.com", "asked by phone"), given("nonsense", "x"), given("jo@example.com", "twice")];
        let fates = suppressions::add_all(&rig.app, rig.shop.id, list.clone(), "story").await.expect("taken");
        assert!(matches!(fates.as_slice(), [Fate::Accepted, Fate::Refused(_), Fate::Duplicate]), "{fates:?}");
        let again = suppressions::add_all(&rig.app, rig.shop.id, list, "story").await.expect("taken");
        assert!(matches!(again.as_slice(), [Fate::Duplicate, Fate::Refused(_), Fate::Duplicate]), "{again:?}");
        let stored = db::people::suppression(&rig.app.db, rig.shop.id, ChannelKind::Email, "jo@example.com").await.expect("read");
        assert_eq!(stored.expect("forbidden").reason, "asked by phone");
        rig
    })
    .await;
}
