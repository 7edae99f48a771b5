//! Which reader a topic belongs to.

/// What shoppers' doings bring about, as the headers spell it. Staff's doings (refunds, fulfilments) come and go with their working hours.
pub const VITAL: [&str; 6] = ["carts/create", "carts/update", "checkouts/create", "checkouts/update", "orders/create", "orders/paid"];

/// The kinds of deliveries that mean something to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// `carts/create`, `carts/update`.
    Cart,
    /// `checkouts/create`, `checkouts/update`.
    Checkout,
    /// `checkouts/delete`.
    CheckoutDeleted,
    /// Every topic whose body is a whole order.
    Order,
    /// `refunds/create`.
    Refund,
    /// `disputes/create`, `disputes/update`.
    Dispute,
    /// `customers/create`, `update`, `enable`, `disable`.
    Customer,
    /// `customers/merge`.
    CustomersMerged,
    /// `customers_marketing_consent/update`: despite its name, texts only.
    SmsConsent,
    /// `customers_email_marketing_consent/update`.
    EmailConsent,
    /// `customers_whats_app_marketing_consent/update`.
    WhatsAppConsent,
    /// `customers/redact`.
    EraseContact,
    /// `customers/data_request`.
    DataRequest,
    /// `shop/redact`.
    EraseShop,
    /// `products/create`, `products/update`.
    Product,
    /// `products/delete`.
    ProductDeleted,
    /// `variants/in_stock`.
    InStock,
    /// `variants/out_of_stock`.
    OutOfStock,
    /// `app/uninstalled`.
    Uninstalled,
    /// Kept and counted: `orders/edited` and `orders/delete` (their bodies aren't orders), `customers/delete` (names nobody but by a dead id),
    /// `discounts/*`, and all we don't know.
    Other,
}

impl Topic {
    /// Reads `orders/create`, and `ORDERS_CREATE` as GraphQL spells it.
    pub fn of(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().replace('/', "_").as_str() {
            "carts_create" | "carts_update" => Self::Cart,
            "checkouts_create" | "checkouts_update" => Self::Checkout,
            "checkouts_delete" => Self::CheckoutDeleted,
            "orders_create" | "orders_updated" | "orders_paid" | "orders_cancelled" | "orders_fulfilled" | "orders_partially_fulfilled" => {
                Self::Order
            }
            "refunds_create" => Self::Refund,
            "disputes_create" | "disputes_update" => Self::Dispute,
            "customers_create" | "customers_update" | "customers_enable" | "customers_disable" => Self::Customer,
            "customers_merge" => Self::CustomersMerged,
            "customers_marketing_consent_update" => Self::SmsConsent,
            "customers_email_marketing_consent_update" => Self::EmailConsent,
            "customers_whats_app_marketing_consent_update" => Self::WhatsAppConsent,
            "customers_redact" => Self::EraseContact,
            "customers_data_request" => Self::DataRequest,
            "shop_redact" => Self::EraseShop,
            "products_create" | "products_update" => Self::Product,
            "products_delete" => Self::ProductDeleted,
            "variants_in_stock" => Self::InStock,
            "variants_out_of_stock" => Self::OutOfStock,
            "app_uninstalled" => Self::Uninstalled,
            _ => Self::Other,
        }
    }

    /// Can its bodies name a shopper? Of what we don't know it is supposed.
    pub fn names_people(self) -> bool {
        !matches!(self, Self::Product | Self::ProductDeleted | Self::InStock | Self::OutOfStock | Self::Uninstalled | Self::EraseShop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_known_in_both_spellings() {
        let check = |text: &str, expected| assert_eq!(Topic::of(text), expected, "{text}");
        check("orders/partially_fulfilled", Topic::Order);
        check("ORDERS_PARTIALLY_FULFILLED", Topic::Order);
        check("customers_email_marketing_consent/update", Topic::EmailConsent);
        check("CUSTOMERS_MARKETING_CONSENT_UPDATE", Topic::SmsConsent);
        check("orders/edited", Topic::Other);
        check("orders/delete", Topic::Other);
        check("", Topic::Other);
    }

    #[test]
    fn what_a_store_sells_names_nobody_and_what_is_not_known_may() {
        let check = |text: &str, expected| assert_eq!(Topic::of(text).names_people(), expected, "{text}");
        check("products/update", false);
        check("app/uninstalled", false);
        check("orders/create", true);
        check("customers/redact", true);
        check("something/new", true);
    }
}
