//! Callbacks that come before we have recorded what the provider answered; workers that die in between.

use super::{calls, hours, suppressed};
use crate::support::rig::{BEGIN, Rig, TestClock, app_on};
use crate::support::shopper::Shopper;
use async_trait::async_trait;
use comeback::app::ingest;
use comeback::app::receipts::Heard;
use comeback::channels::{Callback, Channel, Heard as Told, Message, Outcome, Unheard};
use comeback::domain::event::ChannelKind;
use comeback::domain::receipt::{Fate, ReceiptSeen, Told as Word};
use std::sync::{Arc, Mutex, OnceLock};

/// A provider that calls back before it answers.
struct Eager {
    rig: OnceLock<(std::sync::Weak<comeback::app::App>, comeback::domain::ids::ShopId)>,
    fate: Fate,
    echoes_key: bool,
    /// The worker dies before it can record the answer.
    dies: bool,
    sent: Mutex<usize>,
}

#[async_trait]
impl Channel for Eager {
    fn name(&self) -> &'static str {
        "outbox"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, message: &Message) -> Outcome {
        *self.sent.lock().expect("sent") += 1;
        let (app, shop) = self.rig.get().expect("a world");
        let app = app.upgrade().expect("an app");
        let word = Word::Receipt(ReceiptSeen {
            channel: ChannelKind::Email,
            provider: "outbox".into(),
            event_id: "early".into(),
            key: self.echoes_key.then(|| message.key().to_owned()),
            provider_id: Some("m-7".into()),
            fate: self.fate,
            reason: None,
            at: app.now(),
        });
        // It is told over the real way in, and applied while the message is still on its way.
        assert_eq!(calls(&app, *shop, &[word]).await, Heard::Kept(None));
        ingest::apply_due(&app).await.expect("applied");
        if self.dies {
            std::future::pending::<()>().await;
        }
        Outcome::Accepted { provider_id: Some("m-7".into()) }
    }

    async fn hear(&self, call: &Callback) -> Result<Told, Unheard> {
        let told = serde_json::from_slice(&call.body).map_err(|e| Unheard::Unreadable(e.to_string()))?;
        Ok(Told { told, answer: None })
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

async fn world(engine: &'static str, eager: &Arc<Eager>) -> Rig {
    let clock = TestClock::at(BEGIN);
    let (app, folder) = app_on(engine, &clock, vec![eager.clone()]).await;
    let rig = Rig::around(engine, app, clock, folder).await;
    let _ = eager.rig.set((Arc::downgrade(&rig.app), rig.shop.id));
    let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(hours(1)).await;
    rig
}

fn eager(fate: Fate, echoes_key: bool, dies: bool) -> Arc<Eager> {
    Arc::new(Eager { rig: OnceLock::new(), fate, echoes_key, dies, sent: Mutex::new(0) })
}

#[tokio::test]
async fn a_receipt_that_is_quicker_than_the_answer_counts_as_soon_as_that_is_recorded() {
    for engine in ["sqlite", "postgres"] {
        for echoes_key in [true, false] {
            for (fate, state) in [(Fate::Delivered, "delivered"), (Fate::HardBounce, "failed")] {
                let eager = eager(fate, echoes_key, false);
                let rig = world(engine, &eager).await;
                rig.pass(hours(2)).await;
                assert_eq!(rig.nudge_states().await[0].1, state, "{engine} {fate:?} {echoes_key}");
                let forbidden = suppressed(&rig, ChannelKind::Email, "jo@example.com").await.is_some();
                assert_eq!(forbidden, fate == Fate::HardBounce, "{engine} {fate:?} {echoes_key}");
                rig.at_rest().await;
                crate::support::replay::assert_equal(&rig).await;
                assert_eq!(*eager.sent.lock().expect("sent"), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_receipt_for_a_message_whose_worker_died_settles_it_and_it_is_not_sent_again() {
    for engine in ["sqlite", "postgres"] {
        let eager = eager(Fate::Delivered, true, true);
        let rig = world(engine, &eager).await;
        rig.clock.advance(hours(1));
        let dying = tokio::time::timeout(std::time::Duration::from_millis(1500), rig.settle()).await;
        assert!(dying.is_err(), "{engine}: the worker is gone in the midst of it");
        assert_eq!(*eager.sent.lock().expect("sent"), 1, "{engine}");
        // Its lease lapses, and another worker comes.
        rig.pass(hours(1)).await;
        assert_eq!((rig.nudge_states().await[0].1, *eager.sent.lock().expect("sent")), ("delivered", 1), "{engine}");
        rig.at_rest().await;
        crate::support::replay::assert_equal(&rig).await;
    }
}
