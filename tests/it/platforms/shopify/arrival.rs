//! Whole purchases, delivered in every order.

use super::{read_in, shared, shared_body};
use crate::world::{World, shuffled};
use comeback::domain::cart::CartState;
use comeback::domain::event::Event;
use comeback::domain::money::Money;
use jiff::SignedDuration;
use serde_json::Value;

/// So many different orders of the real journey are tried; all would be 40 320.
const SHUFFLES: u64 = 3000;

fn event(file: &str, topic: &str, currency: &str) -> Option<Event> {
    let body = shared_body(file)?;
    let mut events = read_in(currency, topic, &body).unwrap_or_else(|e| panic!("{file}: {e}"));
    Some(events.remove(0))
}

fn state(world: &World) -> CartState {
    let cart = world.cart.as_ref().expect("cart");
    cart.state(cart.active_at + SignedDuration::from_hours(2), SignedDuration::from_mins(10), false)
}

#[test]
fn the_real_journey_ends_the_same_in_any_order_and_with_repeats() {
    let Some(folder) = shared() else { return };
    let journey: Value = serde_json::from_slice(&std::fs::read(folder.join("_real_journey.json")).expect("journey")).expect("json");
    let steps = journey["steps"].as_array().expect("steps").iter().map(|step| {
        let text = |key: &str| step[key].as_str().expect("text");
        let (object, action) = text("topic").rsplit_once('_').expect("topic");
        event(text("file"), &format!("{object}/{action}"), "INR").expect("event")
    });
    let events: Vec<Event> = steps.collect();
    assert_eq!(events.len(), 8);
    let end = World::after(false, &events);

    let cart = end.cart.as_ref().expect("cart");
    assert_eq!(state(&end), CartState::Purchased);
    assert_eq!(cart.tokens.len(), 3, "cart, checkout and its id");
    assert_eq!(cart.snapshot().and_then(|s| s.value), Some(Money::new(325_656, "INR".parse().expect("currency"))));
    assert_eq!(cart.email.as_ref().map(|e| e.value.as_str()), Some("buyer9378+tag@example.com"));
    let order = &end.orders["5364772372694"];
    assert!(order.test && order.cancelled_at.is_some() && order.refunds.len() == 1);

    for seed in 0..SHUFFLES {
        let repeated: Vec<Event> = events.iter().chain(shuffled(&events, seed ^ 0xA5).iter().take(3)).cloned().collect();
        assert_eq!(World::after(false, &shuffled(&repeated, seed)), end, "seed {seed}");
    }
}

#[test]
fn the_purchase_out_of_order_ends_the_same_in_every_order() {
    let folder = "_synthetic/out_of_order_purchase";
    let files = [
        ("01_checkouts_create", "checkouts/create"),
        ("02_orders_paid", "orders/paid"),
        ("03_orders_create", "orders/create"),
        ("05_checkouts_update", "checkouts/update"),
        ("06_checkouts_update", "checkouts/update"),
        ("07_checkouts_delete", "checkouts/delete"),
    ];
    let events: Option<Vec<Event>> = files.iter().map(|(file, topic)| event(&format!("{folder}/{file}.json"), topic, "USD")).collect();
    let Some(events) = events else { return };
    let end = World::after(false, &events);
    assert_eq!(state(&end), CartState::Purchased, "neither the old update nor the deletion undoes it");
    assert_eq!(
        end.orders.values().next().and_then(|o| o.worth(comeback::domain::order::Basis::default())).map(|w| w.net_minor),
        Some(40_495)
    );
    let all = orders_of((0..events.len()).collect());
    assert_eq!(all.len(), 720);
    for order in all {
        // The redelivery comes last, whatever came before.
        let arrived = order.iter().chain([&2]).map(|i| &events[*i]);
        assert_eq!(World::after(false, arrived), end, "{order:?}");
    }
}

fn orders_of(items: Vec<usize>) -> Vec<Vec<usize>> {
    if items.len() < 2 {
        return vec![items];
    }
    let lead = |i: usize| {
        let mut rest = items.clone();
        let first = rest.remove(i);
        orders_of(rest).into_iter().map(move |tail| [vec![first], tail].concat())
    };
    (0..items.len()).flat_map(lead).collect()
}
