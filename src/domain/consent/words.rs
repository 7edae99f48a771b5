//! Does a text name reminders of carts? Carriers in North America ask for words that do, and for proof of them.

/// Words for carts that begin other words, too: these alone.
const WHOLE: [&str; 10] = ["cart", "carts", "basket", "baskets", "trolley", "carro", "cesta", "kurv", "kurven", "panier"];
/// Beginnings of words for carts and checkouts, in lower case.
const BEGINNINGS: [&str; 18] = [
    "checkout",
    "check-out",
    "warenkorb",
    "warenkörbe",
    "einkaufswagen",
    "paniers",
    "carrito",
    "carrello",
    "carrinho",
    "winkelwagen",
    "winkelmand",
    "varukorg",
    "kundvagn",
    "handlekurv",
    "indkøbskurv",
    "koszyk",
    "košík",
    "ostoskor",
];
/// Written without gaps between words.
const JAPANESE: &str = "カート";

/// The text names carts, baskets or checkouts.
pub fn names_carts(shown: &str) -> bool {
    let lower = shown.to_lowercase();
    let is_name = |word: &str| WHOLE.contains(&word) || BEGINNINGS.iter().any(|b| word.starts_with(b));
    lower.contains(JAPANESE) || lower.split(|c: char| !c.is_alphanumeric() && c != '-').any(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(names_carts(text), expected, "{text:?}");
    }

    #[test]
    fn texts_that_name_carts_are_told_from_those_that_do_not() {
        check("Reply YES to get cart reminders from Acme. Msg & data rates may apply.", true);
        check("By ticking this you agree to automated texts (e.g. Cart Reminders).", true);
        check("reminders of what you left in your BASKET", true);
        check("Erinnerungen an Ihren Warenkorb", true);
        check("rappels de panier", true);
        check("recordatorios de tu carrito", true);
        check("przypomnienia o Twoim koszyku", true);
        check("Påmindelser om din indkøbskurv", true);
        check("カートのお知らせ", true);
        check("Keep me up to date on news and offers", false);
        check("We send cartoons, a carte postale and carrots", false);
        check("", false);
    }
}
