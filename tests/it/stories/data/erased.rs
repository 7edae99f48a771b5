//! Somebody asks to be forgotten, and writes from an address.

use super::{WHO, audited, raw};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::AppError;
use comeback::app::erase::by_address::{self, Found};
use comeback::app::suppressions;
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;

async fn look_up(rig: &Rig, address: &str) -> Found {
    by_address::look_up(&rig.app, rig.shop.id, address).await.expect("looked up")
}

#[tokio::test]
async fn whoever_has_an_address_is_erased_with_all_of_their_carts_and_the_address_is_recorded_nowhere() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(71)).await;
        assert_eq!(rig.mails.count(), 1);
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.pass(SignedDuration::from_hours(30)).await;
        rig.tell("checkouts/update", &jo.again(2).checkout(rig.app.now())).await;
        rig.tell("checkouts/update", &Shopper::new("Ann", 3).checkout(rig.app.now())).await;
        let Found::Shopper(found) = look_up(&rig, " JO@example.com ").await else { panic!("{}: Jo is known", rig.engine) };
        assert_eq!((found.carts, found.messages, found.orders), (2, 1, 1), "{}", rig.engine);
        assert!(!found.masked.contains("jo@") && found.masked.ends_with("@example.com"), "{}", found.masked);
        let by_phone = look_up(&rig, "+12125551001").await;
        assert!(matches!(by_phone, Found::Shopper(ref c) if c.contact == found.contact), "{}: {by_phone:?}", rig.engine);
        let money = rig.credited().await;

        by_address::erase(&rig.app, rig.shop.id, "+12125551001", WHO).await.expect("erased");
        assert!(matches!(look_up(&rig, "jo@example.com").await, Found::Nobody { is_forbidden: false, .. }), "{}", rig.engine);
        let states: Vec<&str> = rig.carts().await.iter().map(|c| c.state.as_str()).collect();
        assert_eq!(states.iter().filter(|s| **s == "erased").count(), 2, "{}: {states:?}", rig.engine);
        let full = raw(&rig).await.into_iter().filter(|(_, bytes)| *bytes > 0).count();
        assert_eq!(full, 1, "{}: Ann's alone is left", rig.engine);
        assert_eq!(rig.credited().await, money, "{}: money stays", rig.engine);
        assert_eq!(audited(&rig, "shopper.erase").await, [found.contact.to_string()]);
        let twice = by_address::erase(&rig.app, rig.shop.id, "jo@example.com", WHO).await;
        assert!(matches!(twice, Err(AppError::NotFound(_))), "{}: {twice:?}", rig.engine);
        rig.pass(SignedDuration::from_hours(30)).await;
        assert_eq!(rig.mails.count(), 2, "{}: Ann's alone left since", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_is_not_known_is_said_to_be_unknown_and_that_they_are_forbidden_stays() {
    both(|rig| async move {
        assert!(matches!(look_up(&rig, "nobody@example.com").await, Found::Nobody { is_forbidden: false, .. }));
        suppressions::add(&rig.app, rig.shop.id, (ChannelKind::Email, "nobody@example.com"), "asked", WHO).await.expect("forbidden");
        assert!(matches!(look_up(&rig, "nobody@example.com").await, Found::Nobody { is_forbidden: true, .. }));
        for wrong in ["", "jo", "jo@", "12"] {
            let refused = by_address::look_up(&rig.app, rig.shop.id, wrong).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{}: {wrong:?} {refused:?}", rig.engine);
        }
        assert!(audited(&rig, "shopper.erase").await.is_empty());
        rig
    })
    .await;
}
