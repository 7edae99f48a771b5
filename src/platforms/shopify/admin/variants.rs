//! Asks for variants: price, stock, and the product that they are of.

use super::client::{Admin, Question};
use crate::domain::catalogue::{CatalogueSeen, ProductSeen, VariantSeen};
use crate::domain::money::{Currency, Money};
use crate::platforms::shopify::json::Node;
use crate::platforms::store_api::StoreError;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Variants in one question. A question may cost 1,000 points (<https://shopify.dev/docs/api/usage/limits>), and a variant with its pictures, product and ten
/// collections comes to fewer than twenty.
const PAGE: usize = 50;
/// Variants that are asked for at all; what is beyond is not known.
const IDS_MAX: usize = 250;

pub const VARIANTS: Question = Question {
    name: "variants",
    document: "query ComebackVariants($ids: [ID!]!) {
  shop { currencyCode }
  nodes(ids: $ids) {
    ... on ProductVariant {
      id title price availableForSale inventoryQuantity
      media(first: 1) { nodes { preview { image { url } } } }
      product {
        id title status tags
        featuredMedia { preview { image { url } } }
        collections(first: 10) { nodes { handle } }
      }
    }
  }
}",
};

/// Asks for these variants, page after page. Ids that can't be Shopify's are passed over.
///
/// # Errors
/// The first that stops it; what came before is lost, and can be asked for again.
pub async fn ask(admin: &Admin, ids: &[String]) -> Result<CatalogueSeen, StoreError> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).filter(|id| is_id(id)).take(IDS_MAX).collect();
    // What is true when it is asked for is true as of then, however long the answer takes.
    let mut seen = CatalogueSeen { seen_at: admin.now(), products: Vec::new(), variants: Vec::new() };
    let mut pages: Vec<&[&str]> = ids.chunks(PAGE).rev().collect();
    while let Some(page) = pages.pop() {
        let gids: Vec<String> = page.iter().map(|id| format!("gid://shopify/ProductVariant/{id}")).collect();
        match admin.ask(&VARIANTS, json!({"ids": gids})).await {
            Ok(data) => read(&data, page, &mut seen)?,
            Err(StoreError::TooCostly) if page.len() > 1 => {
                let (first, second) = page.split_at(page.len() / 2);
                pages.extend([second, first]);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(seen)
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Reads a page: a node for each id, in their order; `null` for one that is no more.
fn read(data: &Value, ids: &[&str], seen: &mut CatalogueSeen) -> Result<(), StoreError> {
    let broken = |what: &str| StoreError::Unanswered(format!("the answer about variants can't be read: {what}"));
    let currency: Option<Currency> = data["shop"]["currencyCode"].as_str().and_then(|code| code.parse().ok());
    let nodes = data["nodes"].as_array().filter(|nodes| nodes.len() == ids.len()).ok_or_else(|| broken("it doesn't match the question"))?;
    for (id, node) in ids.iter().zip(nodes) {
        // Something else than a variant has an id of another kind, and comes as an empty object.
        match Node::root(node).filter(|n| n.get("id").is_some()) {
            None => seen.variants.push(VariantSeen { variant_id: (*id).to_owned(), sellable: Some(false), ..VariantSeen::default() }),
            Some(node) => {
                let product = node.object("product");
                seen.variants.push(variant(id, &node, product.as_ref(), currency));
                if let Some(product) = product.as_ref().and_then(self::product)
                    && !seen.products.contains(&product)
                {
                    seen.products.push(product);
                }
            }
        }
    }
    Ok(())
}

fn variant(id: &str, node: &Node<'_>, product: Option<&Node<'_>>, currency: Option<Currency>) -> VariantSeen {
    let price = |currency: Currency| -> Option<Money> { node.total("price", currency).ok()? };
    let media = node.object("media").and_then(|m| m.objects("nodes").into_iter().next());
    VariantSeen {
        variant_id: id.to_owned(),
        product_id: product.and_then(|p| p.global_id("id")),
        title: node.text("title"),
        price: currency.and_then(price),
        sellable: node.flag("availableForSale"),
        stock: node.count("inventoryQuantity"),
        image_url: media.as_ref().and_then(picture),
    }
}

fn product(node: &Node<'_>) -> Option<ProductSeen> {
    let texts = |list: Option<&Value>| -> Option<BTreeSet<String>> {
        Some(list?.as_array()?.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect())
    };
    let handles = node.object("collections").map(|c| c.objects("nodes").iter().filter_map(|n| n.text("handle")).collect());
    Some(ProductSeen {
        product_id: node.global_id("id")?,
        title: node.text("title"),
        on_sale: node.text("status").map(|status| on_sale(&status)),
        tags: texts(node.get("tags")),
        collections: handles,
        image_url: node.object("featuredMedia").as_ref().and_then(picture),
        variant_ids: None,
    })
}

/// An unlisted product is bought by those who have its link. What other states a later version may bring is not told apart: they can be bought.
pub fn on_sale(status: &str) -> bool {
    !["draft", "archived"].iter().any(|closed| status.eq_ignore_ascii_case(closed))
}

fn picture(media: &Node<'_>) -> Option<String> {
    media.object("preview")?.object("image")?.text("url")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn seen_of(data: &Value, ids: &[&str]) -> Result<CatalogueSeen, StoreError> {
        let mut seen = CatalogueSeen { seen_at: Timestamp::UNIX_EPOCH, products: Vec::new(), variants: Vec::new() };
        read(data, ids, &mut seen).map(|()| seen)
    }

    #[test]
    fn a_variant_is_read_with_its_product_and_a_missing_one_cannot_be_bought() {
        let node = json!({
            "id": "gid://shopify/ProductVariant/11", "title": "Blue", "price": "1200", "availableForSale": true, "inventoryQuantity": -2,
            "media": {"nodes": [{"preview": {"image": {"url": "https://cdn.example/v.png"}}}]},
            "product": {"id": "gid://shopify/Product/7", "title": "Mug", "status": "ARCHIVED", "tags": ["gift", "sale"],
                "featuredMedia": null, "collections": {"nodes": [{"handle": "kitchen"}]}},
        });
        let seen = seen_of(&json!({"shop": {"currencyCode": "JPY"}, "nodes": [node, null]}), &["11", "12"]).expect("read");
        assert_eq!(seen.variants.len(), 2);
        let (mug, gone) = (&seen.variants[0], &seen.variants[1]);
        assert_eq!((mug.price, mug.stock), (Some(Money::new(1200, "JPY".parse().expect("a currency"))), Some(-2)));
        assert_eq!((mug.product_id.as_deref(), mug.image_url.as_deref()), (Some("7"), Some("https://cdn.example/v.png")));
        assert_eq!((gone.variant_id.as_str(), gone.sellable, gone.price), ("12", Some(false), None));
        let product = &seen.products[0];
        assert_eq!((product.on_sale, product.title.as_deref()), (Some(false), Some("Mug")));
        assert_eq!(product.collections, Some(BTreeSet::from(["kitchen".to_owned()])));
    }

    #[test]
    fn an_answer_that_does_not_match_its_question_is_not_believed() {
        let short = json!({"shop": {"currencyCode": "USD"}, "nodes": [null]});
        assert!(matches!(seen_of(&short, &["1", "2"]), Err(StoreError::Unanswered(_))));
    }

    #[test]
    fn prices_without_a_currency_are_not_known() {
        let node = json!({"id": "gid://shopify/ProductVariant/11", "price": "1.00", "availableForSale": true});
        let seen = seen_of(&json!({"shop": {"currencyCode": "???"}, "nodes": [node]}), &["11"]).expect("read");
        assert_eq!((seen.variants[0].price, seen.variants[0].sellable), (None, Some(true)));
    }

    #[test]
    fn only_numbers_are_asked_for() {
        let check = |text: &str, expected: bool| assert_eq!(is_id(text), expected, "{text:?}");
        check("43729076", true);
        check("820982911946154508", true);
        check("", false);
        check("gid://shopify/ProductVariant/1", false);
        check("1\") { id } #", false);
    }

    #[test]
    fn drafts_and_archived_products_cannot_be_bought() {
        for (status, expected) in [("ACTIVE", true), ("active", true), ("UNLISTED", true), ("DRAFT", false), ("archived", false)] {
            assert_eq!(on_sale(status), expected, "{status}");
        }
    }
}
