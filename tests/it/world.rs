//! One cart and its orders, kept as the program keeps them: whatever comes, in whatever order.

use comeback::domain::cart::{Cart, apply};
use comeback::domain::event::Event;
use comeback::domain::order::Order;
use std::collections::BTreeMap;

/// A cart and the orders of its shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    pub cart: Option<Cart>,
    pub orders: BTreeMap<String, Order>,
    /// Do the orders' people count as the cart's?
    pub same_person: bool,
}

impl World {
    /// The world after these events, in this order.
    pub fn after<'a>(same_person: bool, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut world = Self { same_person, ..Self::default() };
        events.into_iter().for_each(|event| world.see(event));
        world
    }

    fn see(&mut self, event: &Event) {
        let order = |id: &str| Order::new(id);
        match event {
            Event::Order(seen) => self.orders.entry(seen.order_id.clone()).or_insert_with(|| order(&seen.order_id)).join_seen(seen),
            Event::Refund(refund) => {
                self.orders.entry(refund.order_id.clone()).or_insert_with(|| order(&refund.order_id)).join_refund(refund);
            }
            _ => {}
        }
        self.cart = apply(self.cart.take(), event).0;
        self.link();
    }

    /// Joins every order that may end the cart.
    pub fn link(&mut self) {
        if let Some(cart) = &mut self.cart {
            self.orders.values().for_each(|order| cart.link_order(order, self.same_person));
        }
    }
}

/// A shuffle that comes out the same on every run.
pub fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut items = items.to_vec();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for i in (1..items.len()).rev() {
        // Xorshift (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(i, usize::try_from(state % (i as u64 + 1)).expect("index"));
    }
    items
}
