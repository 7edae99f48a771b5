//! Stores and templates, as the API takes and gives them.

use super::super::problem::{Problem, Wrong};
use super::TextShape;
use crate::app::stores::ShownAccess;
use crate::app::templates::{self, Previewed, Shown, Tried};
use crate::db::shops::Shop;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::{Checked, TemplateSource};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A store.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopShape {
    /// Ours.
    pub id: Uuid,
    /// `shopify`.
    pub platform: String,
    /// On its platform.
    pub domain: String,
    /// As shoppers know it.
    pub name: String,
    /// In which its orders are counted.
    pub currency: String,
    /// IANA.
    pub timezone: String,
    /// Of its templates.
    pub language: String,
    /// `active`, `paused` or `removed`.
    pub status: String,
    /// When it removed the app, if it did.
    pub uninstalled_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// With what it lets Comeback ask for prices and stock, and make discounts; null where it doesn't.
    pub access: Option<AccessShape>,
}

/// Access to a store; its token or secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessShape {
    /// `token` or `client`.
    pub kind: &'static str,
    /// Of a client: its public id.
    pub client_id: Option<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When the store was last asked for prices and stock, if ever.
    pub asked_at: Option<Timestamp>,
    /// Why it didn't answer then; null when it did.
    pub problem: Option<String>,
}

impl From<ShownAccess> for AccessShape {
    fn from(a: ShownAccess) -> Self {
        Self { kind: a.kind, client_id: a.client_id, given_at: a.given_at, asked_at: a.asked_at, problem: a.problem }
    }
}

impl ShopShape {
    /// A store with its access.
    pub fn of(s: Shop, access: Option<ShownAccess>) -> Self {
        Self {
            access: access.map(AccessShape::from),
            id: s.id.0,
            platform: s.platform,
            domain: s.domain,
            name: s.name,
            currency: s.currency.code().to_owned(),
            timezone: s.timezone,
            language: s.language,
            status: s.status,
            uninstalled_at: s.uninstalled_at,
            created_at: s.created_at,
        }
    }
}

/// A template with the version in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateShape {
    /// Ours.
    pub id: Uuid,
    /// By which campaigns name it.
    pub key: String,
    /// `email` or `sms`.
    pub channel: &'static str,
    /// The language alone.
    pub language: String,
    /// In use.
    pub version: i64,
    /// Liquid, one line; empty for texts.
    pub subject: String,
    /// For mails MJML with Liquid, for texts Liquid.
    pub body: String,
    /// The plain-text part of a mail; null makes it from the HTML.
    pub text: Option<String>,
    /// When that version was made.
    pub updated_at: Timestamp,
}

impl TryFrom<TemplateRow> for TemplateShape {
    type Error = Problem;
    fn try_from(row: TemplateRow) -> Result<Self, Problem> {
        let source = templates::source(&row)?;
        Ok(Self {
            id: row.id,
            key: row.key,
            channel: row.channel.as_str(),
            language: row.language,
            version: row.version,
            subject: source.subject,
            body: source.body,
            text: source.text,
            updated_at: row.updated_at,
        })
    }
}

/// One version of a template.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionShape {
    /// From 1.
    pub version: i64,
    /// Liquid, one line; empty for texts.
    pub subject: String,
    /// For mails MJML with Liquid, for texts Liquid.
    pub body: String,
    /// The plain-text part of a mail.
    pub text: Option<String>,
    /// Who wrote it: a person's or token's id, or `comeback`.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}

impl TryFrom<(i64, String, String, Timestamp)> for VersionShape {
    type Error = Problem;
    fn try_from((version, json, author, created_at): (i64, String, String, Timestamp)) -> Result<Self, Problem> {
        let TemplateSource { subject, body, text } = templates::stored_source(&json)?;
        Ok(Self { version, subject, body, text, author, created_at })
    }
}

/// A template's text, to be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// Liquid, one line; left out for texts.
    #[serde(default)]
    pub subject: String,
    /// For mails MJML with Liquid, for texts Liquid.
    pub body: String,
    /// The plain-text part of a mail; left out it is made from the HTML.
    #[serde(default)]
    pub text: Option<String>,
    /// The version that the text was made of: with another one in use it is refused with 409, so that nobody's work is replaced unseen. Left out it is saved in any
    /// case.
    #[serde(default)]
    pub base_version: Option<i64>,
}

impl From<TemplateText> for templates::Edit {
    fn from(t: TemplateText) -> Self {
        Self { source: TemplateSource { subject: t.subject, body: t.body, text: t.text }, base: t.base_version }
    }
}

/// A template to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplateBody {
    /// By which campaigns name it: small letters, digits, hyphens.
    pub key: String,
    /// `email` or `sms`.
    #[schema(value_type = String)]
    pub channel: ChannelKind,
    /// The language alone: `en`.
    pub language: String,
    /// Liquid, one line; left out for texts.
    #[serde(default)]
    pub subject: String,
    /// For mails MJML with Liquid, for texts Liquid.
    pub body: String,
    /// The plain-text part of a mail; left out it is made from the HTML.
    #[serde(default)]
    pub text: Option<String>,
}

/// How a template looks with a sample cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewShape {
    /// Of a mail; empty for texts.
    pub subject: String,
    /// Of a mail; empty for texts.
    pub html: String,
    /// The plain text.
    pub text: String,
    /// What keeps it from being saved.
    pub problems: Vec<Wrong>,
    /// Of a text that leaves by SMS: how it is billed. Null for others.
    pub sms: Option<TextShape>,
    /// What should be looked at, and keeps it from nothing.
    pub warnings: Vec<Wrong>,
    /// How large a mail's HTML is on its way, in bytes of quoted-printable; null for texts. Mail programs cut off what is too long.
    pub encoded_bytes: Option<usize>,
}

impl From<Previewed> for PreviewShape {
    fn from(p: Previewed) -> Self {
        let Checked { problems, warnings, encoded_bytes } = p.checked;
        let Shown { subject, html, text } = p.shown;
        Self { subject, html, text, problems: wrong(problems), sms: p.text.map(TextShape::from), warnings: wrong(warnings), encoded_bytes }
    }
}

fn wrong(problems: Vec<crate::domain::template::Problem>) -> Vec<Wrong> {
    problems.into_iter().map(|p| Wrong { at: p.field, problem: p.problem, line: p.line }).collect()
}

/// Where to send a template for a look at it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestSendBody {
    /// An e-mail address or phone number, as the template's channel takes it.
    pub to: String,
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestSendShape {
    /// `accepted`, `refused`, `try_later` or `unknown`.
    pub outcome: &'static str,
    /// What the provider said, where it didn't accept.
    pub reason: Option<String>,
}

impl From<Tried> for TestSendShape {
    fn from(tried: Tried) -> Self {
        Self { outcome: tried.outcome, reason: tried.reason }
    }
}
