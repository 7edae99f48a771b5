//! How often pages may tell: counted by the minute, in this process alone.

use crate::domain::ids::ShopId;
use jiff::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Requests of one network address to one store in a minute: a person's pages, and an office's behind one address.
const CLIENT_MAX: u32 = 120;
/// Requests to one store in a minute, whoever sends them.
const SHOP_MAX: u32 = 6_000;
/// Addresses that are told apart in one minute; those after them count for the store alone.
const CLIENTS_MAX: usize = 50_000;

/// Counts of the minute that runs.
#[derive(Default)]
pub struct Limits(Mutex<Minute>);

#[derive(Default)]
struct Minute {
    begun: i64,
    shops: HashMap<ShopId, u32>,
    clients: HashMap<(ShopId, IpAddr), u32>,
}

impl Limits {
    /// Counts a request. May it be taken?
    pub fn allow(&self, shop: ShopId, client: Option<IpAddr>, now: Timestamp) -> bool {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = now.as_second().div_euclid(60);
        if minute.begun != begun {
            *minute = Minute { begun, ..Minute::default() };
        }
        let of_shop = minute.shops.entry(shop).or_default();
        *of_shop = of_shop.saturating_add(1);
        let room = *of_shop <= SHOP_MAX;
        let Some(client) = client else { return room };
        let full = minute.clients.len() >= CLIENTS_MAX;
        match minute.clients.get_mut(&(shop, client)) {
            Some(count) => {
                *count = count.saturating_add(1);
                room && *count <= CLIENT_MAX
            }
            None if full => room,
            None => minute.clients.insert((shop, client), 1).is_none() && room,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_and_one_store_have_so_many_a_minute_and_the_next_minute_begins_anew() {
        let (limits, shop, other) = (Limits::default(), ShopId(uuid::Uuid::from_u128(1)), ShopId(uuid::Uuid::from_u128(2)));
        let at = |second: i64| Timestamp::from_second(60_000 + second).expect("time");
        let client = |n: u8| Some(IpAddr::from([203, 0, 113, n]));
        for _ in 0..CLIENT_MAX {
            assert!(limits.allow(shop, client(1), at(0)));
        }
        assert!(!limits.allow(shop, client(1), at(59)), "one too many");
        assert!(limits.allow(shop, client(2), at(59)) && limits.allow(other, client(1), at(59)), "others are not held up");
        assert!(limits.allow(shop, client(1), at(60)), "the next minute");
        for _ in 1..SHOP_MAX {
            limits.allow(shop, None, at(60));
        }
        assert!(!limits.allow(shop, client(3), at(60)), "the store's limit");
    }
}
