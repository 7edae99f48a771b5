//! Receipts and replies in whatever order and repetition end in the same state.

use super::{hours, receipt, suppressed, told};
use crate::support::replay;
use crate::support::shopper::Shopper;
use comeback::channels::Message;
use comeback::domain::event::ChannelKind;
use comeback::domain::receipt::{Fate, Told};

/// Every order of a few things.
fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders_of = Vec::new();
    for first in 0..all.len() {
        let mut rest = all.to_vec();
        let head = rest.remove(first);
        for mut tail in orders(&rest) {
            tail.insert(0, head.clone());
            orders_of.push(tail);
        }
    }
    orders_of
}

#[tokio::test]
async fn receipts_in_any_order_and_repetition_end_in_the_same_state() {
    replay::both(|rig| async move {
        for (set, fates) in [
            [Fate::Accepted, Fate::SoftBounce, Fate::Delivered],
            [Fate::Delivered, Fate::Complained, Fate::Accepted],
            [Fate::Delivered, Fate::HardBounce, Fate::SoftBounce],
        ]
        .into_iter()
        .enumerate()
        {
            let mut ends = std::collections::BTreeSet::new();
            for (n, order) in orders(&fates).into_iter().enumerate() {
                let n = i64::try_from(10 * set + n + 1).expect("small");
                let email = format!("shopper{n}@example.com");
                let someone = Shopper { email: Some(email.clone()), accepts_texts: false, ..Shopper::new("Jo", n) };
                rig.tell("checkouts/update", &someone.checkout(rig.app.now())).await;
                // Always at noon: no night is waited for.
                rig.pass(hours(24)).await;
                let key = rig
                    .mails
                    .all()
                    .into_iter()
                    .rev()
                    .find_map(|(_, m)| matches!(&m, Message::Email(e) if e.to.as_str() == email).then(|| m.key().to_owned()));
                let key = key.expect("a mail");
                let at = rig.app.now();
                let words: Vec<Told> =
                    order.iter().map(|fate| receipt(&key, ChannelKind::Email, *fate, at - hours(fate_hour(*fate)))).collect();
                for word in &words {
                    told(&rig, std::slice::from_ref(word)).await;
                }
                // Again, together and in another order.
                told(&rig, &words.iter().rev().cloned().collect::<Vec<_>>()).await;
                let nudge = rig.nudges().await.into_iter().find(|x| x.id.to_string() == key).expect("its nudge");
                let reason = suppressed(&rig, ChannelKind::Email, &email).await;
                let delivered = nudge.delivered_at.map(|d| at.duration_since(d));
                ends.insert((nudge.state.as_str(), delivered, nudge.fate, reason));
            }
            assert_eq!(ends.len(), 1, "{fates:?}: {ends:?}");
        }
        rig
    })
    .await;
}

/// Each fate has its own time, whenever it is told.
fn fate_hour(fate: Fate) -> i64 {
    i64::try_from(Fate::ALL.iter().position(|f| *f == fate).expect("one of them")).expect("small")
}
