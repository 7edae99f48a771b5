//! What can be added to a mail, by where it would stand; and the numbers that a preview shows beside each block.

use super::parse::blocks;
use super::{Block, Kind};

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Sections: in the body or in a wrapper.
    Body,
    /// Sections that are shown for each of several things: a loop within a loop is none that shoppers could follow.
    Repeated,
    /// Columns: in a section or a group.
    Row,
    /// Texts, buttons, pictures: in a column.
    Column,
}

/// Something to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A text.
    Text,
    /// A large, bold text.
    Heading,
    /// A button that leads back to the cart.
    Button,
    /// A picture.
    Image,
    /// A line.
    Divider,
    /// Empty room.
    Spacer,
    /// A section with one column.
    Section,
    /// A section with two columns.
    Columns,
    /// A column.
    Column,
    /// The things in the cart, a row for each.
    Products,
    /// A part that is shown under a condition.
    Condition,
}

/// What may be added at a place.
pub fn pieces(level: Level) -> &'static [Piece] {
    match level {
        Level::Body => &[Piece::Section, Piece::Columns, Piece::Products, Piece::Condition],
        Level::Repeated => &[Piece::Section, Piece::Columns, Piece::Condition],
        Level::Row => &[Piece::Column],
        Level::Column => &[Piece::Text, Piece::Heading, Piece::Button, Piece::Image, Piece::Divider, Piece::Spacer, Piece::Condition],
    }
}

impl Level {
    /// What may stand within a block of this kind that stands here.
    fn within(self, kind: Kind) -> Self {
        match kind {
            Kind::Wrapper if self != Self::Repeated => Self::Body,
            Kind::Section | Kind::Group => Self::Row,
            Kind::Column => Self::Column,
            Kind::Loop if self == Self::Body => Self::Repeated,
            _ => self,
        }
    }

    /// What may stand beside the block with this number.
    pub fn around(all: &[Block], number: usize) -> Self {
        beside(all, number, Self::Body).unwrap_or(Self::Body)
    }

    /// What may stand within a block.
    pub fn inside(all: &[Block], block: &Block) -> Self {
        Self::around(all, block.number).within(block.kind)
    }
}

fn beside(blocks: &[Block], number: usize, level: Level) -> Option<Level> {
    blocks.iter().find_map(
        |block| {
            if block.number == number { Some(level) } else { beside(&block.children, number, level.within(block.kind)) }
        },
    )
}

const TWO_COLUMNS: &str = "<mj-section>
  <mj-column>
    <mj-text>WORDS</mj-text>
  </mj-column>
  <mj-column>
    <mj-text>WORDS</mj-text>
  </mj-column>
</mj-section>";
const ONE_COLUMN: &str = "<mj-section>
  <mj-column>
    <mj-text>WORDS</mj-text>
  </mj-column>
</mj-section>";
const PRODUCTS: &str = r#"{% for item in cart.items %}
<mj-section padding="8px 32px">
  <mj-column width="70%">
    <mj-text font-weight="600">{{ item.title }}{% if item.variant_title %} ({{ item.variant_title }}){% endif %}</mj-text>
  </mj-column>
  <mj-column width="30%">
    <mj-text align="right">{{ item.quantity }}{% if item.unit_price %} × {{ item.unit_price }}{% endif %}</mj-text>
  </mj-column>
</mj-section>
{% endfor %}"#;

impl Piece {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Heading,
        Self::Button,
        Self::Image,
        Self::Divider,
        Self::Spacer,
        Self::Section,
        Self::Columns,
        Self::Column,
        Self::Products,
        Self::Condition,
    ];

    /// For keys of words, and for forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Heading => "heading",
            Self::Button => "button",
            Self::Image => "image",
            Self::Divider => "divider",
            Self::Spacer => "spacer",
            Self::Section => "section",
            Self::Columns => "columns",
            Self::Column => "column",
            Self::Products => "products",
            Self::Condition => "condition",
        }
    }

    /// Its source, with some words to begin with.
    pub(super) fn text(self, level: Level, words: &str) -> String {
        let source = match self {
            Self::Text => "<mj-text>WORDS</mj-text>",
            Self::Heading => r#"<mj-text font-size="26px" line-height="34px" font-weight="700">WORDS</mj-text>"#,
            Self::Button => {
                r##"<mj-button href="{{ link }}" background-color="#1d4ed8" color="#fafafa" border-radius="8px">WORDS</mj-button>"##
            }
            Self::Image => r#"<mj-image src="{{ shop.url }}" alt="{{ shop.name }}" />"#,
            Self::Divider => r##"<mj-divider border-width="1px" border-color="#d4d4d8" />"##,
            Self::Spacer => r#"<mj-spacer height="20px" />"#,
            Self::Section => ONE_COLUMN,
            Self::Columns => TWO_COLUMNS,
            Self::Column => "<mj-column>\n  <mj-text>WORDS</mj-text>\n</mj-column>",
            Self::Products => PRODUCTS,
            Self::Condition => {
                let inside = match level {
                    Level::Body | Level::Repeated => ONE_COLUMN,
                    Level::Row => "<mj-column>\n  <mj-text>WORDS</mj-text>\n</mj-column>",
                    Level::Column => "<mj-text>WORDS</mj-text>",
                };
                return format!("{{% if contact.first_name %}}\n{inside}\n{{% endif %}}").replace("WORDS", words);
            }
        };
        source.replace("WORDS", words)
    }
}

const BADGE: &str = "display:inline-block;min-width:18px;padding:0 4px;margin-right:6px;border-radius:9px;background:#1d4ed8;color:#ffffff;\
    font:700 12px/18px sans-serif;text-align:center";

/// A mail's source with the number of each block that is seen beside it: for a preview only. As it is where it can't be shown as blocks.
pub fn numbered(source: &str) -> String {
    let Ok(all) = blocks(source) else { return source.to_owned() };
    let mut badges = Vec::new();
    collect(&all, &mut badges);
    let mut made = source.to_owned();
    // From the end, so that the places before stay where they are.
    for (at, text) in badges.into_iter().rev() {
        made.insert_str(at, &text);
    }
    made
}

fn collect(blocks: &[Block], badges: &mut Vec<(usize, String)>) {
    for block in blocks {
        let badge = format!("<span style=\"{BADGE}\">{}</span>", block.number);
        match (block.kind, &block.inner) {
            (Kind::Text | Kind::Button, Some(inner)) => badges.push((inner.start, badge)),
            (Kind::Image | Kind::Divider | Kind::Spacer, _) => {
                badges.push((block.span.start, format!("<mj-text padding=\"0\">{badge}</mj-text>")));
            }
            _ => collect(&block.children, badges),
        }
    }
}
