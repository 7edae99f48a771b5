//! WhatsApp templates: which template of Meta's, and what stands in its gaps, a line of Liquid for each.
//!
//! The words themselves are at Meta, which approves them: our `subject` names the template (`cart_reminder`, or `cart_reminder en_US` where its language at
//! Meta is more than ours), and each line of our `body` is what stands for `{{1}}`, `{{2}}` and so on.

use super::check::{Problem, sample};
use super::{RenderContext, TemplateError, TemplateSource, liquid, values};
use std::fmt::Write as _;

const NAME_MAX: usize = 512; // characters; Meta's
const PARAMETERS_MAX: usize = 20; // gaps; a reminder that needs more is none
const TOTAL_MAX: usize = 1024; // characters of all that is filled in; Meta's limit for the whole body

/// A WhatsApp message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedWhatsApp {
    /// The approved template's name.
    pub template: String,
    /// Its language at Meta, where the template says it; else the language of ours.
    pub language: Option<String>,
    /// What stands for `{{1}}`, `{{2}}` and so on: each one line, none empty.
    pub parameters: Vec<String>,
    /// The link back is one of them, or within one. Else it is the template's button that leads back, and needs the link's code.
    pub has_link: bool,
}

impl RenderedWhatsApp {
    /// As people read it here: Meta has the words around it.
    pub fn text(&self, link: &str) -> String {
        let mut text = String::new();
        for (i, parameter) in self.parameters.iter().enumerate() {
            // Writing into a string can't fail.
            let _ = writeln!(text, "{{{{{}}}}} {parameter}", i + 1);
        }
        if !self.has_link {
            let _ = writeln!(text, "Button: {link}");
        }
        text.trim_end().to_owned()
    }
}

/// Renders a WhatsApp message.
///
/// # Errors
/// Whatever `check` would have said of the template, and which gap nothing stands in for this shopper: Meta refuses empty ones.
pub fn render_whatsapp(source: &TemplateSource, context: &RenderContext) -> Result<RenderedWhatsApp, TemplateError> {
    let (template, language) = named(&source.subject).map_err(|problem| TemplateError::Limit(problem.to_owned()))?;
    let globals = values::globals(context);
    let mut parameters = Vec::new();
    for (_, line) in gaps(&source.body) {
        let text = values::to_line(&liquid(line, &globals)?);
        if text.is_empty() {
            return Err(TemplateError::Limit(format!(
                "nothing stands in {{{{{}}}}} for this shopper, and WhatsApp takes no empty part",
                parameters.len() + 1
            )));
        }
        parameters.push(text);
    }
    if parameters.len() > PARAMETERS_MAX || parameters.iter().map(|p| p.chars().count()).sum::<usize>() > TOTAL_MAX {
        return Err(TemplateError::Limit(format!(
            "a WhatsApp message has at most {PARAMETERS_MAX} parts, with {TOTAL_MAX} characters together"
        )));
    }
    let has_link = parameters.iter().any(|p| p.contains(&context.link));
    Ok(RenderedWhatsApp { template, language, parameters, has_link })
}

/// The lines that stand in gaps, each with its place in the text, from 1.
fn gaps(body: &str) -> impl Iterator<Item = (usize, &str)> {
    body.lines().enumerate().map(|(i, line)| (i + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// `cart_reminder` or `cart_reminder en_US`.
fn named(subject: &str) -> Result<(String, Option<String>), &'static str> {
    let mut words = subject.split_whitespace();
    let (name, language, more) = (words.next().unwrap_or_default(), words.next(), words.next());
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(fits) {
        return Err("name the template that Meta has approved: small letters, digits and underscores, such as cart_reminder");
    }
    if more.is_some() || language.is_some_and(|language| !is_language(language)) {
        return Err("after the template's name only its language at Meta may stand, such as en_US");
    }
    Ok((name.to_owned(), language.map(str::to_owned)))
}

fn is_language(text: &str) -> bool {
    let (language, country) = text.split_once('_').unwrap_or((text, "US"));
    (2..=3).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_lowercase())
        && (2..=3).contains(&country.len())
        && country.chars().all(|c| c.is_ascii_uppercase())
}

/// What is wrong with a template whose Liquid holds.
pub(super) fn check(source: &TemplateSource) -> Vec<Problem> {
    let problem = |field: &str, line: Option<usize>, problem: String| Problem { field: field.to_owned(), line, problem };
    if let Err(what) = named(&source.subject) {
        return vec![problem("subject", None, what.to_owned())];
    }
    // Each line stands alone, so that a condition can't begin in one and end in another.
    for (line, text) in gaps(&source.body) {
        for context in [sample(), bare()] {
            let what = match liquid(text, &values::globals(&context)) {
                Err(error) => error.to_string(),
                Ok(rendered) if values::to_line(&rendered).is_empty() => {
                    "nothing is left of this line for a shopper of whom little is known, and WhatsApp takes no empty part; \
                     give it another word, as in {{ contact.first_name | default: \"there\" }}"
                        .to_owned()
                }
                Ok(_) => continue,
            };
            return vec![problem("body", Some(line), what)];
        }
    }
    render_whatsapp(source, &sample()).err().map(|error| problem("body", None, error.to_string())).into_iter().collect()
}

/// A shopper of whom nothing is known but the cart.
fn bare() -> RenderContext {
    RenderContext {
        first_name: None,
        last_name: None,
        cart_value: None,
        discount_code: None,
        discount_value: None,
        discount_ends_at: None,
        locale: None,
        ..sample()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(subject: &str, body: &str) -> TemplateSource {
        TemplateSource { subject: subject.to_owned(), body: body.to_owned(), text: None }
    }

    const BODY: &str = "{{ contact.first_name | default: \"there\" }}\n\n{{ shop.name }}";

    #[test]
    fn each_line_stands_in_one_gap_and_the_button_leads_back() {
        let rendered = render_whatsapp(&source("cart_reminder en_US", BODY), &sample()).expect("renders");
        assert_eq!((rendered.template.as_str(), rendered.language.as_deref()), ("cart_reminder", Some("en_US")));
        assert_eq!((rendered.parameters.as_slice(), rendered.has_link), (["Robin".to_owned(), "Fern & Fog".to_owned()].as_slice(), false));
        assert_eq!(rendered.text("https://s.example/s/abc"), "{{1}} Robin\n{{2}} Fern & Fog\nButton: https://s.example/s/abc");
        let with_link = render_whatsapp(&source("cart_reminder", "{{ link }}"), &sample()).expect("renders");
        assert_eq!((with_link.language, with_link.has_link), (None, true));
        assert!(render_whatsapp(&source("hello_world", ""), &sample()).is_ok_and(|r| r.parameters.is_empty()));
    }

    #[test]
    fn a_strangers_line_breaks_stay_within_their_gap() {
        let mut context = sample();
        context.items[0].title = "Mug\r\nwith\u{2028}lines".to_owned();
        let rendered = render_whatsapp(&source("cart_reminder", "{{ cart.items[0].title }}"), &context).expect("renders");
        assert_eq!(rendered.parameters, ["Mug with lines"]);
    }

    #[test]
    fn an_empty_gap_is_refused_before_it_is_sent() {
        let context = RenderContext { first_name: None, ..sample() };
        let error = render_whatsapp(&source("cart_reminder", "{{ shop.name }}\n{{ contact.first_name }}"), &context).expect_err("refused");
        assert!(error.to_string().contains("{{2}}"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let check = |subject: &str, body: &str, expected: Option<(&str, Option<usize>, &str)>| {
            let found = check(&source(subject, body));
            match expected {
                None => assert!(found.is_empty(), "{subject} {body}: {found:?}"),
                Some((field, line, part)) => {
                    assert!(
                        found.len() == 1 && found[0].field == field && found[0].line == line && found[0].problem.contains(part),
                        "{found:?}"
                    );
                }
            }
        };
        check("cart_reminder", BODY, None);
        check("cart_reminder de", BODY, None);
        check("", BODY, Some(("subject", None, "approved")));
        check("Cart Reminder", BODY, Some(("subject", None, "small letters")));
        check("cart_reminder en-US", BODY, Some(("subject", None, "en_US")));
        check("cart_reminder en_US please", BODY, Some(("subject", None, "only its language")));
        check("cart_reminder", "{{ shop.name }}\n\n{{ contact.first_name }}", Some(("body", Some(3), "default")));
        check("cart_reminder", "{{ discount_code }}", Some(("body", Some(1), "empty part")));
        check("cart_reminder", "{% if cart.value %}\nx\n{% endif %}", Some(("body", Some(1), "Liquid")));
        check("cart_reminder", &"x\n".repeat(21), Some(("body", None, "at most 20")));
    }
}
