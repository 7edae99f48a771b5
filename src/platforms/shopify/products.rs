//! Bodies of `products/*` and `variants/*`: what a store sells, for how much, and whether there is any.

use super::admin::on_sale;
use super::json::{Fault, Node};
use crate::domain::catalogue::{CatalogueSeen, ProductSeen, VariantSeen};
use crate::domain::event::Event;
use crate::domain::money::Currency;
use crate::platforms::ReadContext;
use std::collections::BTreeSet;

/// A product's body holds its first hundred variants; of more, only ids are told (`variant_gids`).
const VARIANTS_IN_BODY: usize = 100;
/// Shopify's own limit of a product's tags.
const TAGS_MAX: usize = 250;

/// A product with its variants, as of its last change. An order that takes from its stock counts as one.
pub fn product(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let product_id = body.key("id").ok_or_else(|| body.fault("id", "the product has no id"))?;
    let images = body.objects("images");
    let picture_of = |variant: &Node<'_>| {
        let id = variant.key("image_id")?;
        images.iter().find(|image| image.key("id").as_ref() == Some(&id))?.text("src")
    };
    let lines = body.objects("variants");
    let variants: Vec<VariantSeen> = lines
        .iter()
        .filter_map(|line| Some(VariantSeen { image_url: picture_of(line), ..variant(line, &product_id, context.shop_currency)? }))
        .collect();
    let seen = ProductSeen {
        title: body.text("title"),
        on_sale: body.text("status").map(|status| on_sale(&status)),
        tags: body.get("tags").and_then(|t| t.as_str()).map(tags),
        // Which collections a product is in is told by no webhook.
        collections: None,
        image_url: body.object("image").and_then(|image| image.text("src")),
        variant_ids: variant_ids(body, &variants),
        product_id,
    };
    let seen_at = body.when(&["updated_at", "created_at"], context)?;
    Ok(Event::Product(Box::new(CatalogueSeen { seen_at, products: vec![seen], variants })))
}

/// A product that is gone; the body holds no more than its id.
pub fn deleted(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let product_id = body.key("id").ok_or_else(|| body.fault("id", "the deleted product has no id"))?;
    let gone = ProductSeen { product_id, on_sale: Some(false), ..ProductSeen::default() };
    Ok(Event::Product(Box::new(CatalogueSeen { seen_at: body.when(&[], context)?, products: vec![gone], variants: Vec::new() })))
}

/// A variant whose stock ran out or came back. Its `updated_at` doesn't move with its stock, so that it is as of when the delivery was triggered.
pub fn stock(body: &Node<'_>, context: &ReadContext<'_>, in_stock: bool) -> Result<Event, Fault> {
    let product_id = body.key("product_id").ok_or_else(|| body.fault("product_id", "the variant names no product"))?;
    let seen = variant(body, &product_id, context.shop_currency).ok_or_else(|| body.fault("id", "the variant has no id"))?;
    let sellable = Some(in_stock || seen.sellable == Some(true));
    let variants = vec![VariantSeen { sellable, ..seen }];
    Ok(Event::Product(Box::new(CatalogueSeen { seen_at: body.when(&[], context)?, products: Vec::new(), variants })))
}

fn variant(line: &Node<'_>, product_id: &str, currency: Currency) -> Option<VariantSeen> {
    Some(VariantSeen {
        variant_id: line.key("id")?,
        product_id: Some(product_id.to_owned()),
        title: line.text("title"),
        price: line.total("price", currency).ok().flatten(),
        sellable: sellable(line),
        stock: line.count("inventory_quantity"),
        image_url: None,
    })
}

/// Newer bodies don't say whether stock is counted at all. Then none left may also mean "not counted", and only less than none is sure to be counted.
fn sellable(line: &Node<'_>) -> Option<bool> {
    let stock = line.count("inventory_quantity")?;
    let goes_on = line.text("inventory_policy").is_some_and(|policy| policy.eq_ignore_ascii_case("continue"));
    match line.text("inventory_management") {
        _ if stock > 0 || goes_on || line.is_null("inventory_management") => Some(true),
        Some(_) => Some(false),
        None => (stock < 0).then_some(false),
    }
}

fn tags(text: &str) -> BTreeSet<String> {
    text.split(',').map(|tag| tag.trim().replace('\0', "")).filter(|tag| !tag.is_empty()).take(TAGS_MAX).collect()
}

/// Every variant that the product has, where the body tells of all.
fn variant_ids(body: &Node<'_>, variants: &[VariantSeen]) -> Option<BTreeSet<String>> {
    body.get("variants")?;
    let told = variants.iter().map(|v| v.variant_id.clone());
    let listed = body.objects("variant_gids");
    let more = listed.iter().filter_map(|v| v.global_id("admin_graphql_api_id"));
    let is_whole = variants.len() < VARIANTS_IN_BODY || !listed.is_empty();
    is_whole.then(|| told.chain(more).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_can_be_sold_is_told_only_where_it_is_known() {
        let check = |line: Value, expected: Option<bool>| {
            assert_eq!(sellable(&Node::root(&line).expect("an object")), expected, "{line}");
        };
        check(json!({"inventory_quantity": 3, "inventory_policy": "deny"}), Some(true));
        check(json!({"inventory_quantity": 0, "inventory_policy": "continue"}), Some(true));
        check(json!({"inventory_quantity": 0, "inventory_policy": "deny", "inventory_management": null}), Some(true));
        check(json!({"inventory_quantity": 0, "inventory_policy": "deny", "inventory_management": "shopify"}), Some(false));
        check(json!({"inventory_quantity": 0, "inventory_policy": "deny"}), None);
        check(json!({"inventory_quantity": -1, "inventory_policy": "deny"}), Some(false));
        check(json!({"inventory_policy": "deny"}), None);
    }

    #[test]
    fn all_variants_are_known_only_where_all_are_told() {
        let listed = |n: usize, more: Value| {
            let lines: Vec<Value> = (0..n).map(|i| json!({"id": i})).collect();
            let body = json!({"id": 7, "variants": lines, "variant_gids": more});
            let node = Node::root(&body).expect("an object");
            let seen: Vec<VariantSeen> = node.objects("variants").iter().filter_map(|l| variant(l, "7", Currency::USD)).collect();
            variant_ids(&node, &seen).map(|ids| ids.len())
        };
        assert_eq!(listed(2, Value::Null), Some(2));
        assert_eq!(listed(100, Value::Null), None);
        assert_eq!(listed(100, json!([{"admin_graphql_api_id": "gid://shopify/ProductVariant/500"}])), Some(101));
        let body = json!({"id": 7});
        assert_eq!(variant_ids(&Node::root(&body).expect("an object"), &[]), None);
    }
}
