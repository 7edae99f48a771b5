//! Merchants' templates: made, changed (each change is a version), looked at and tried out.

use super::access::audit;
use super::own_channels::{self, try_out};
use super::texts::{self, Draft, Look};
use super::{App, AppError};
use crate::channels::{EmailMessage, Message, Outcome, SmsMessage, WhatsAppMessage};
use crate::db::shops::Shop;
use crate::db::templates::{NewVersion, TemplateRow};
use crate::db::{self, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::template::{self, Checked, Problem, RenderContext, TemplateError, TemplateSource};
use uuid::Uuid;

const KEY_MAX: usize = 60; // characters of a key, which campaigns and links carry about
/// The end of the address behind the button of a test message: a page that says that there is nothing.
const TEST_CODE: &str = "test";
const NO_TEMPLATE: AppError = AppError::NotFound("template with that id");

/// Why a template wasn't saved, or can't be shown.
#[derive(Debug, thiserror::Error)]
pub enum TemplateFault {
    /// What is wrong with it, and where.
    #[error("the template can't be used as it is")]
    Faulty(Vec<Problem>),
    /// Somebody saved another text meanwhile: the version that is in use now.
    #[error("the template was changed meanwhile: version {0} is in use; read that, put both changes together, and save on top of it")]
    Stale(i64),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::db::DbError> for TemplateFault {
    fn from(error: crate::db::DbError) -> Self {
        Self::App(error.into())
    }
}

impl From<TemplateError> for TemplateFault {
    fn from(error: TemplateError) -> Self {
        Self::Faulty(vec![problem("body", &error.to_string())])
    }
}

/// A template to be made.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// By which campaigns name it.
    pub key: String,
    /// For which channel.
    pub channel: ChannelKind,
    /// The language alone: `en`.
    pub language: String,
    /// Its text.
    pub source: TemplateSource,
}

/// A text to be put to use.
#[derive(Debug, Clone)]
pub struct Edit {
    /// What it says.
    pub source: TemplateSource,
    /// The version that it was made of: with another one in use it isn't saved. None saves it whatever is in use.
    pub base: Option<i64>,
}

impl From<TemplateSource> for Edit {
    fn from(source: TemplateSource) -> Self {
        Self { source, base: None }
    }
}

/// What a template comes out as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Of a mail; the approved template's name of a WhatsApp message; empty for texts.
    pub subject: String,
    /// Of a mail; empty for texts.
    pub html: String,
    /// The plain text.
    pub text: String,
}

impl Shown {
    fn text(text: String) -> Self {
        Self { subject: String::new(), html: String::new(), text }
    }
}

/// What came of trying a template out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// `accepted`, `refused`, `try_later` or `unknown`.
    pub outcome: &'static str,
    /// What the provider said, where it didn't accept.
    pub reason: Option<String>,
}

impl From<Outcome> for Tried {
    fn from(outcome: Outcome) -> Self {
        let (outcome, reason) = match outcome {
            Outcome::Accepted { .. } => ("accepted", None),
            Outcome::Refused { reason, .. } => ("refused", Some(reason)),
            Outcome::TryLater { reason, .. } => ("try_later", Some(reason)),
            Outcome::Unknown { reason } => ("unknown", Some(reason)),
        };
        Self { outcome, reason }
    }
}

fn problem(field: &str, text: &str) -> Problem {
    Problem { field: field.to_owned(), line: None, problem: text.to_owned() }
}

/// The text of a stored template.
///
/// # Errors
/// `Db` when it can't be read.
pub fn source(row: &TemplateRow) -> Result<TemplateSource, AppError> {
    stored_source(&row.source)
}

/// The text of a stored version.
///
/// # Errors
/// `Db` when it can't be read.
pub fn stored_source(json: &str) -> Result<TemplateSource, AppError> {
    serde_json::from_str(json).map_err(|e| db::DbError::Corrupt(format!("the stored template can't be read: {e}")).into())
}

/// Makes a template.
///
/// # Errors
/// `Faulty`, `Conflict` when there is one of that key, channel and language, `Db`.
pub async fn create(app: &App, shop: ShopId, new: &NewTemplate, actor: &str) -> Result<TemplateRow, TemplateFault> {
    let mut problems = name_problems(new);
    problems.extend(template::check(new.channel, &new.source));
    if !problems.is_empty() {
        return Err(TemplateFault::Faulty(problems));
    }
    let taken = db::templates::by_key(&app.db, shop, &new.key, new.channel).await?;
    if taken.iter().any(|t| t.language == new.language) {
        let text = "there is a template with that key, channel and language; change that one, or choose another key";
        return Err(AppError::Conflict(text.into()).into());
    }
    let mut tx = app.db.begin().await?;
    let id = save(app, &mut tx, shop, new, actor).await?;
    tx.commit().await?;
    Ok(db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?)
}

/// Puts a new text to use; the old versions are kept, and the same text again changes nothing.
///
/// # Errors
/// `Faulty`, `Stale`, `NotFound`, `Db`.
pub async fn update(app: &App, shop: ShopId, id: Uuid, edit: impl Into<Edit>, actor: &str) -> Result<TemplateRow, TemplateFault> {
    let Edit { source, base } = edit.into();
    let row = db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?;
    let problems = template::check(row.channel, &source);
    if !problems.is_empty() {
        return Err(TemplateFault::Faulty(problems));
    }
    if stored_source(&row.source).is_ok_and(|stored| stored == source) {
        return Ok(row);
    }
    let json = json(&source)?;
    let mut tx = app.db.begin().await?;
    let Some(version) = db::templates::raise_version(&mut tx, shop, id, base).await? else {
        tx.rollback().await?;
        let now = db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?;
        return Err(TemplateFault::Stale(now.version));
    };
    db::templates::insert_version(&mut tx, shop, (id, version), (&json, actor, app.now())).await?;
    audit(app, &mut tx, shop, actor, ("template.save", &format!("{id} version {version}"))).await?;
    tx.commit().await?;
    Ok(db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?)
}

/// As texts are stored.
pub(super) fn json(source: &TemplateSource) -> Result<String, AppError> {
    serde_json::to_string(source).map_err(|e| AppError::Invalid(e.to_string()))
}

async fn save(app: &App, tx: &mut Tx, shop: ShopId, new: &NewTemplate, actor: &str) -> Result<Uuid, AppError> {
    let source = json(&new.source)?;
    let version = NewVersion {
        fresh_id: app.new_id(),
        key: &new.key,
        channel: new.channel,
        language: &new.language,
        source: &source,
        author: actor,
        now: app.now(),
    };
    let (id, number) = db::templates::add_version(tx, shop, &version).await?;
    audit(app, tx, shop, actor, ("template.save", &format!("{id} version {number}"))).await?;
    Ok(id)
}

fn name_problems(new: &NewTemplate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new.key.is_empty() || new.key.len() > KEY_MAX || !new.key.chars().all(fits) {
        problems.push(problem("key", "a key has 1 to 60 small letters, digits and hyphens, such as checkout-reminder"));
    }
    if !(2..=3).contains(&new.language.len()) || !new.language.chars().all(|c| c.is_ascii_lowercase()) {
        problems.push(problem("language", "a language is two or three small letters, such as en"));
    }
    problems
}

/// The sample cart, in the shop's name.
async fn sample(app: &App, shop: ShopId) -> Result<RenderContext, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    Ok(sample_of(app, &shop))
}

/// The sample cart, in this shop's name.
pub fn sample_of(app: &App, shop: &db::shops::Shop) -> RenderContext {
    let shop_url = format!("https://{}", shop.domain);
    RenderContext { shop_name: shop.name.clone(), shop_url, shop_address: app.config.postal_address.clone(), ..template::sample() }
}

fn render(channel: ChannelKind, source: &TemplateSource, context: &RenderContext) -> Result<Shown, TemplateError> {
    match channel {
        ChannelKind::Email => {
            let mail = template::render_email(source, context)?;
            Ok(Shown { subject: mail.subject, html: mail.html, text: mail.text })
        }
        ChannelKind::Sms => Ok(Shown::text(template::render_sms(source, context)?)),
        ChannelKind::WhatsApp => {
            let filled = template::render_whatsapp(source, context)?;
            Ok(Shown { subject: filled.template.clone(), ..Shown::text(filled.text(&context.link)) })
        }
    }
}

/// How a template looks, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// With a sample cart.
    pub shown: Shown,
    /// What keeps it from being saved, what should be looked at, and how large it is.
    pub checked: Checked,
    /// Of a text: its parts, what makes it dear, what it costs.
    pub text: Option<Look>,
}

/// How a template looks with a sample cart: the stored text, or one that is being written. Beside it what is to be said of that text.
///
/// # Errors
/// `Faulty` when it can't be rendered at all, `NotFound`, `Db`.
pub async fn preview(app: &App, shop: ShopId, id: Uuid, draft: Option<TemplateSource>) -> Result<Previewed, TemplateFault> {
    let row = db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?;
    let text = match draft {
        Some(draft) => draft,
        None => source(&row)?,
    };
    let checked = template::look(row.channel, &text);
    let looked = match row.channel {
        ChannelKind::Sms => {
            let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
            texts::look(app, &shop, &text, &row.language).map(|look| (Shown::text(look.body.clone()), Some(look)))
        }
        ChannelKind::Email | ChannelKind::WhatsApp => render(row.channel, &text, &sample(app, shop).await?).map(|shown| (shown, None)),
    };
    match looked {
        Ok((shown, text)) => Ok(Previewed { shown, checked, text }),
        Err(_) if !checked.problems.is_empty() => Err(TemplateFault::Faulty(checked.problems)),
        Err(error) => Err(error.into()),
    }
}

/// Sends a template with a sample cart to one address, now: the stored text, or one that is being written.
///
/// # Errors
/// `Faulty` for a text that can't be rendered, `Invalid` for a bad address, `Conflict` without a channel or for an address that must not be written to,
/// `NotFound`, `Db`.
pub async fn test_send(
    app: &App,
    shop: ShopId,
    (id, draft): (Uuid, Option<&TemplateSource>),
    to: &str,
    actor: &str,
) -> Result<Tried, TemplateFault> {
    let mut row = db::templates::get(&app.db, shop, id).await?.ok_or(NO_TEMPLATE)?;
    if let Some(draft) = draft {
        row.source = json(draft)?;
    }
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let context = sample(app, shop.id).await?;
    let detail = id.to_string();
    try_out(app, &shop, (row.channel, to), (actor, "template.test_send", &detail), |to| message(app, (&shop, &row), to, &context)).await
}

fn message(app: &App, (shop, row): (&Shop, &TemplateRow), to: &str, context: &RenderContext) -> Result<Message, TemplateFault> {
    let invalid = |e: crate::domain::contact::AddressError| AppError::Invalid(e.to_string());
    let (key, source) = (app.new_id().to_string(), source(row)?);
    Ok(match row.channel {
        ChannelKind::Email => {
            let shown = render(row.channel, &source, context)?;
            Message::Email(EmailMessage {
                key,
                reference: None,
                to: to.parse().map_err(invalid)?,
                to_name: None,
                from: None,
                from_name: Some(context.shop_name.clone()),
                subject: format!("[Test] {}", shown.subject),
                html: shown.html,
                text: shown.text,
                unsubscribe_url: Some(context.unsubscribe_url.clone()),
                date: app.now(),
                belongs: None,
                pictures: Vec::new(),
            })
        }
        ChannelKind::Sms => {
            let (to, body) = (to.parse().map_err(invalid)?, template::render_sms(&source, context)?);
            let draft = Draft { to: &to, country: None, body: &body, language: &row.language, opt_out: &context.unsubscribe_url };
            // As it would leave: the words and the sender that the number's country wants are part of it.
            let text = texts::prepare(shop, own_channels::sender(app, shop, ChannelKind::Sms).as_deref(), &draft);
            Message::Sms(SmsMessage { key, to, from: text.from, body: text.body, status_callback: None, valid_for: None })
        }
        ChannelKind::WhatsApp => {
            let filled = template::render_whatsapp(&source, context)?;
            Message::WhatsApp(WhatsAppMessage {
                key,
                to: to.parse().map_err(invalid)?,
                template: filled.template,
                language: filled.language.unwrap_or_else(|| row.language.clone()),
                parameters: filled.parameters,
                link_code: if filled.has_link { String::new() } else { TEST_CODE.to_owned() },
                valid_for: None,
            })
        }
    })
}
