//! The chart of net by day, with what happened meanwhile on its axis.

use crate::db::shops::Shop;
use crate::domain::annotation::Mark;
use crate::domain::money::Money;
use crate::words::{look, say};
use serde_json::json;

/// What the page's script draws: net of each day, in the store's currency, and the marks on their days.
pub fn data(shop: &Shop, days: &[(String, Money)], marks: &[Mark]) -> String {
    data_beside(shop, days, &[], marks)
}

/// The same beside the days of the period before, the first beside the first.
pub fn data_beside(shop: &Shop, days: &[(String, Money)], before: &[(String, Money)], marks: &[Mark]) -> String {
    let zone = shop.zone();
    let mark = |m: &Mark| json!({ "day": m.at.to_zoned(zone.clone()).date(), "kind": m.kind, "note": m.note });
    let net: Vec<String> = days.iter().map(|(_, net)| net.amount()).collect();
    let names: Vec<&str> = days.iter().map(|(day, _)| day.as_str()).collect();
    let marks: Vec<_> = marks.iter().map(mark).collect();
    let before: Vec<String> = before.iter().map(|(_, net)| net.amount()).collect();
    let words = json!({ "day": say("reports-day").to_string(), "net": say("reports-net").to_string(), "before": say("reports-net-before").to_string() });
    json!({
        "currency": shop.currency.code(), "decimals": shop.currency.decimals(), "days": names, "net": net, "before": before, "marks": marks,
        "words": words, "language": look().language.tag(),
    })
    .to_string()
}
