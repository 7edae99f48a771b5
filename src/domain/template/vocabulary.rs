//! What templates can say: every variable, filter and tag that ours know. Checks, completion and the help beside the editor read this one list.

use super::language;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Stands in `{{ … }}`.
    Variable,
    /// The same, in a loop over the cart's items.
    OfItem,
    /// Stands after a bar.
    Filter,
    /// Stands in `{% … %}`.
    Tag,
}

impl WordKind {
    /// As scripts know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::OfItem => "item",
            Self::Filter => "filter",
            Self::Tag => "tag",
        }
    }
}

/// A word that templates know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written: `cart.value`, `item.title`, `upcase`, `if`.
    pub name: &'static str,
    /// What it is.
    pub kind: WordKind,
}

/// Variables that stand for a value, and those that hold others.
pub(super) const VARIABLES: [&str; 14] = [
    "shop.name",
    "shop.url",
    "shop.address",
    "contact.first_name",
    "contact.last_name",
    "contact.locale",
    "cart.items",
    "cart.item_count",
    "cart.value",
    "link",
    "unsubscribe_url",
    "discount_code",
    "discount_value",
    "discount_ends_at",
];
/// Of an item of the cart, under whatever name the loop gives it.
pub(super) const OF_ITEM: [&str; 5] = ["item.title", "item.variant_title", "item.quantity", "item.unit_price", "item.image_url"];
const TAGS: [&str; 16] = [
    "if",
    "elsif",
    "else",
    "endif",
    "unless",
    "endunless",
    "case",
    "when",
    "endcase",
    "for",
    "endfor",
    "assign",
    "capture",
    "endcapture",
    "break",
    "continue",
];

/// Every word, variables first.
pub fn vocabulary() -> Vec<Word> {
    let of = |kind: WordKind| move |name: &'static str| Word { name, kind };
    let filters = language::filter_names().map(of(WordKind::Filter));
    let own = VARIABLES.into_iter().map(of(WordKind::Variable)).chain(OF_ITEM.into_iter().map(of(WordKind::OfItem)));
    own.chain(filters).chain(TAGS.into_iter().map(of(WordKind::Tag))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::ChannelKind;
    use crate::domain::template::{TemplateSource, check};

    /// What a text says that holds this, and nothing of the rest that a text needs.
    fn unknown(liquid: &str) -> Vec<String> {
        let body = format!("{liquid} {{{{ link }}}} STOP");
        check(ChannelKind::Sms, &TemplateSource { subject: String::new(), body, text: None }).into_iter().map(|p| p.problem).collect()
    }

    #[test]
    fn every_word_that_is_offered_is_understood() {
        for word in vocabulary() {
            let liquid = match word.kind {
                WordKind::Variable if word.name == "cart.items" => "{% for i in cart.items %}{% endfor %}".to_owned(),
                WordKind::Variable => format!("{{{{ {} }}}}", word.name),
                WordKind::OfItem => format!("{{% for item in cart.items %}}{{{{ {} }}}}{{% endfor %}}", word.name),
                WordKind::Filter => format!("{{{{ shop.name | {}: \"a\" }}}}", word.name),
                WordKind::Tag => continue,
            };
            assert_eq!(unknown(&liquid), Vec::<String>::new(), "{}", word.name);
        }
    }

    #[test]
    fn every_tag_that_is_offered_is_understood() {
        let all = "{% if link %}{% elsif shop.name %}{% else %}{% endif %}{% unless link %}{% endunless %}{% case link %}{% when \"a\" %}{% endcase %}\
            {% for i in cart.items %}{% break %}{% continue %}{% endfor %}{% assign a = link %}{% capture b %}{% endcapture %}";
        assert_eq!(unknown(all), Vec::<String>::new());
        for word in vocabulary().iter().filter(|w| w.kind == WordKind::Tag) {
            assert!(all.contains(&format!("{{% {}", word.name)), "{}", word.name);
        }
    }
}
