//! Merchants' templates: Liquid in MJML for mails, Liquid in plain text for texts. Checked when saved, rendered when sent.

pub mod blocks;
mod check;
mod compiled;
mod fallback;
mod language;
mod outline;
mod plain;
mod scan;
mod shape;
mod size;
mod starters;
mod values;
mod vocabulary;
mod whatsapp;

pub use check::{Checked, Problem, check, look, sample};
pub use compiled::Compiled;
pub use fallback::{Because, language_for};
pub use shape::Shape;
pub use size::{ENCODED_ADVISED, ENCODED_MAX, encoded_len};
pub use starters::{LANGUAGES, Starter, starter, starters};
pub use vocabulary::{Word, WordKind, vocabulary};
pub use whatsapp::{RenderedWhatsApp, render_whatsapp};

/// A template as a merchant writes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateSource {
    /// Liquid, one line. Empty for texts; for WhatsApp the approved template's name.
    pub subject: String,
    /// For mails MJML with Liquid, for texts Liquid; for WhatsApp a line of Liquid for each gap of the approved template.
    pub body: String,
    /// The plain-text part of a mail, in Liquid; none makes it from the HTML.
    pub text: Option<String>,
}

/// What a template can speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderContext {
    /// `shop.name`
    pub shop_name: String,
    /// `shop.url`
    pub shop_url: String,
    /// `shop.address`: of the sender, by post.
    pub shop_address: Option<String>,
    /// `contact.first_name`; dropped if it is no name.
    pub first_name: Option<String>,
    /// `contact.last_name`; dropped if it is no name.
    pub last_name: Option<String>,
    /// `cart.items`
    pub items: Vec<RenderItem>,
    /// `cart.value`, formatted: `19.99 USD`.
    pub cart_value: Option<String>,
    /// `link`: back to the cart.
    pub link: String,
    /// `unsubscribe_url`
    pub unsubscribe_url: String,
    /// `discount_code`
    pub discount_code: Option<String>,
    /// `discount_value`: what the shopper's own code takes off, such as `10% off`.
    pub discount_value: Option<String>,
    /// `discount_ends_at`: until when the shopper's own code works, by their clock: `2026-07-04 14:00`.
    pub discount_ends_at: Option<String>,
    /// `contact.locale`, BCP 47.
    pub locale: Option<String>,
}

/// One line of the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderItem {
    /// `item.title`
    pub title: String,
    /// `item.variant_title`
    pub variant_title: Option<String>,
    /// `item.quantity`
    pub quantity: i64,
    /// `item.unit_price`, formatted.
    pub unit_price: Option<String>,
    /// `item.image_url`; dropped unless http(s).
    pub image_url: Option<String>,
}

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedEmail {
    /// One line, at most 255 characters.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain-text part.
    pub text: String,
}

/// Why a template can't be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Liquid refused it.
    #[error("the template's Liquid can't be rendered: {0}; correct the template")]
    Liquid(String),
    /// MJML refused it.
    #[error("the template's MJML can't be rendered: {0}; correct the template")]
    Mjml(String),
    /// It would take too long or too much.
    #[error("the template goes over a limit: {0}")]
    Limit(String),
    /// It renders to too much.
    #[error("the template renders to more than 512 KB; shorten it")]
    TooLarge,
}

/// Renders a mail.
///
/// # Errors
/// Whatever `check` would have said of the template.
pub fn render_email(source: &TemplateSource, context: &RenderContext) -> Result<RenderedEmail, TemplateError> {
    let globals = values::globals(context);
    let subject = values::to_line(&liquid(&source.subject, &globals)?);
    scan::safe_places(&source.body).map_err(|fault| TemplateError::Limit(fault.problem))?;
    let html = values::to_html(&mjml(&liquid(&source.body, &globals)?)?);
    let text = match &source.text {
        Some(text) => values::to_plain(&liquid(text, &globals)?),
        None => plain::from_html(&html),
    };
    Ok(RenderedEmail { subject, html, text })
}

/// Renders a text.
///
/// # Errors
/// Whatever `check` would have said of the template.
pub fn render_sms(source: &TemplateSource, context: &RenderContext) -> Result<String, TemplateError> {
    Ok(values::to_plain(&liquid(&source.body, &values::globals(context))?).trim().to_owned())
}

fn liquid(source: &str, globals: &liquid::Object) -> Result<String, TemplateError> {
    language::render(&parse(&values::without_marks(source))?, globals)
}

fn parse(source: &str) -> Result<liquid::Template, TemplateError> {
    scan::within_limits(source).map_err(|fault| TemplateError::Limit(fault.problem))?;
    language::parse(source)
}

fn mjml(rendered: &str) -> Result<String, TemplateError> {
    scan::markup_within_limits(rendered).map_err(|fault| TemplateError::Limit(fault.problem))?;
    let parsed = mrml::parse(rendered).map_err(|e| mjml_error(rendered, &e))?;
    let html = parsed.element.render(&mrml::prelude::render::RenderOptions::default()).map_err(|e| TemplateError::Mjml(e.to_string()))?;
    // A picture's height that is left to its width is no attribute that HTML knows; the renderer's style says it.
    let html = html.replace(" height=\"auto\" src=", " src=");
    // The preheader isn't shown, but its white on white is taken for text that hides from people.
    Ok(html.replace("font-size:1px;color:#ffffff;line-height:1px;", "font-size:1px;line-height:1px;"))
}

/// MJML's words, and the text at which it stopped: positions in rendered text tell the merchant nothing.
fn mjml_error(rendered: &str, error: &mrml::prelude::parser::Error) -> TemplateError {
    use mrml::prelude::parser::Error as E;
    let (what, at) = match error {
        E::UnexpectedElement { position, .. } => ("an element that doesn't belong there", Some(position)),
        E::UnexpectedToken { position, .. } => ("something unexpected, such as a closing tag of another element", Some(position)),
        E::MissingAttribute { position, .. } => ("an element without one of its attributes", Some(position)),
        E::InvalidAttribute { position, .. } => ("an attribute that can't be read", Some(position)),
        E::InvalidFormat { position, .. } => ("something that can't be read", Some(position)),
        E::IncludeLoaderError { position, .. } => ("mj-include, which is not allowed", Some(position)),
        E::NoRootNode => ("no <mjml> element around it", None),
        E::EndOfStream { .. } => ("an end where a closing tag was expected", None),
        E::SizeLimit { .. } | E::ParserError { .. } => ("markup that can't be read", None),
    };
    let near = at.and_then(|span| rendered.get(span.start..)).map(|rest| values::to_plain(&rest.chars().take(40).collect::<String>()));
    TemplateError::Mjml(near.map_or(format!("there is {what}"), |near| format!("there is {what}, near {near:?}")))
}

#[cfg(test)]
mod tests;
