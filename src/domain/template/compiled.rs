//! A template parsed once, which renders by substitution wherever that is certain to give what laying it out anew would give.

use super::outline::Outline;
use super::shape::Shape;
use super::{RenderContext, RenderedEmail, TemplateError, TemplateSource, language, plain, render_email, render_sms, scan, values};
use std::sync::Arc;

/// A template, parsed.
pub struct Compiled {
    source: TemplateSource,
    /// None where the template can only be refused.
    parsed: Option<Parsed>,
}

struct Parsed {
    subject: liquid::Template,
    body: liquid::Template,
    /// Writes each value between marks.
    marking: liquid::Template,
    text: Option<liquid::Template>,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Compiled {
    /// Parses a template. One with faults is taken too: rendering says what is wrong with it.
    pub fn of(source: &TemplateSource) -> Self {
        Self { parsed: Parsed::of(source).ok(), source: source.clone() }
    }

    /// The template as it is written.
    pub fn source(&self) -> &TemplateSource {
        &self.source
    }

    /// Renders a mail, byte for byte as [`render_email`] does. `shape_of` finds the shape of an outline's MJML, or makes it.
    ///
    /// # Errors
    /// As `render_email`.
    pub fn render_email(
        &self,
        context: &RenderContext,
        shape_of: impl FnOnce(&str) -> Option<Arc<Shape>>,
    ) -> Result<RenderedEmail, TemplateError> {
        match self.quickly(context, shape_of) {
            Some(mail) => Ok(mail),
            None => render_email(&self.source, context),
        }
    }

    /// Renders a text, as [`render_sms`] does.
    ///
    /// # Errors
    /// As `render_sms`.
    pub fn render_sms(&self, context: &RenderContext) -> Result<String, TemplateError> {
        let quick = self.parsed.as_ref().and_then(|parsed| language::render(&parsed.body, &values::globals(context)).ok());
        match quick {
            Some(rendered) => Ok(values::to_plain(&rendered).trim().to_owned()),
            None => render_sms(&self.source, context),
        }
    }

    /// None wherever anything is out of the ordinary: the slow way then gives the mail or says what is wrong.
    fn quickly(&self, context: &RenderContext, shape_of: impl FnOnce(&str) -> Option<Arc<Shape>>) -> Option<RenderedEmail> {
        let parsed = self.parsed.as_ref()?;
        let globals = values::globals(context);
        let subject = values::to_line(&language::render(&parsed.subject, &globals).ok()?);
        let own_text = match &parsed.text {
            Some(text) => Some(values::to_plain(&language::render(text, &globals).ok()?)),
            None => None,
        };
        let outline = Outline::of(&language::render(&parsed.marking, &globals).ok()?)?;
        let (html, text) = shape_of(&outline.skeleton)?.fill(&outline.values)?;
        Some(RenderedEmail { subject, html, text: own_text.unwrap_or_else(|| plain::tidy(&text)) })
    }
}

impl Parsed {
    fn of(source: &TemplateSource) -> Result<Self, TemplateError> {
        scan::safe_places(&source.body).map_err(|fault| TemplateError::Limit(fault.problem))?;
        let body = values::without_marks(&source.body);
        let parse = |text: &str| super::parse(&values::without_marks(text));
        let (subject, plain_body) = (parse(&source.subject)?, parse(&source.body)?);
        let found = scan::pieces(&body).map_err(|fault| TemplateError::Limit(fault.problem))?;
        let marking = language::parse_marking(&body, &found)?;
        Ok(Self { subject, body: plain_body, marking, text: source.text.as_deref().map(parse).transpose()? })
    }
}

#[cfg(test)]
mod tests;
