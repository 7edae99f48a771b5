//! What a store counts as revenue: with tax or without, with shipping or without.

use serde::{Deserialize, Serialize};

/// What counts. By default everything that was paid, and nothing is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Basis {
    /// Tax and duties count.
    pub tax_included: bool,
    /// Shipping counts.
    pub shipping_included: bool,
}

impl Default for Basis {
    fn default() -> Self {
        Self { tax_included: true, shipping_included: true }
    }
}

impl Basis {
    /// Every basis.
    pub const ALL: [Self; 4] = [
        Self { tax_included: true, shipping_included: true },
        Self { tax_included: true, shipping_included: false },
        Self { tax_included: false, shipping_included: true },
        Self { tax_included: false, shipping_included: false },
    ];

    /// In words, for every page and report that shows money.
    pub fn words(self) -> &'static str {
        match (self.tax_included, self.shipping_included) {
            (true, true) => "with tax and shipping, after discounts, without gift cards sold",
            (true, false) => "with tax, without shipping, after discounts, without gift cards sold",
            (false, true) => "with shipping, without tax and duties, after discounts, without gift cards sold",
            (false, false) => "without tax, duties and shipping, after discounts, without gift cards sold",
        }
    }
}

/// A basis as a store has set it, and how often it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SetBasis {
    /// What counts.
    pub basis: Basis,
    /// From 0, with which every store begins.
    pub version: i64,
}
