//! Stores' own providers: sealed where they are kept, made into channels where they are used.

use super::access::audit;
use super::keys::Keys;
use super::templates::Tried;
use super::{App, AppError, escaped, suppressions};
use crate::channels::settings::{self, Origin};
pub use crate::channels::settings::{Chosen, Field, PROVIDERS, Provider, Values, provider};
use crate::channels::{Channel, EmailMessage, Message, SmsMessage, WhatsAppMessage};
use crate::clock::bytes;
use crate::db;
use crate::db::shops::Shop;
use crate::domain::contact::AddressError;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use secrecy::ExposeSecret as _;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Stores whose channels are remembered; more are made anew each time.
const REMEMBERED_MAX: usize = 1000;

/// What a store has chosen, by channel.
pub type ByChannel = BTreeMap<ChannelKind, Chosen>;

/// Channels as made of a sealed text: as long as the text is the same, so are the channels, with their open sessions.
type Made = (Vec<u8>, HashMap<ChannelKind, Own>);

/// A store's own channel.
#[derive(Clone)]
pub enum Own {
    /// It has one.
    Channel(Arc<dyn Channel>),
    /// It has chosen one that can't be made: sealed with another key, or its settings don't hold any more.
    Broken,
    /// It has not chosen one.
    NotChosen,
}

/// Channels of stores that have their own.
#[derive(Default)]
pub struct OwnChannels(Mutex<HashMap<ShopId, Made>>);

impl OwnChannels {
    /// A store's channel, of what is sealed.
    pub fn of(&self, keys: &Keys, shop: ShopId, sealed: &[u8], kind: ChannelKind) -> Own {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.get(&shop).is_none_or(|(text, _)| text != sealed) {
            if made.len() >= REMEMBERED_MAX {
                made.clear();
            }
            made.insert(shop, (sealed.to_vec(), make(keys, shop, sealed)));
        }
        made.get(&shop).and_then(|(_, channels)| channels.get(&kind).cloned()).unwrap_or(Own::NotChosen)
    }
}

fn make(keys: &Keys, shop: ShopId, sealed: &[u8]) -> HashMap<ChannelKind, Own> {
    let chosen = match open(keys, shop, sealed) {
        Ok(chosen) => chosen,
        Err(error) => {
            tracing::error!(%error, %shop, "the store's own channels can't be read: its messages wait");
            return ChannelKind::ALL.into_iter().map(|kind| (kind, Own::Broken)).collect();
        }
    };
    let built = chosen.into_iter().map(|(kind, chosen)| match chosen.build(Origin::Store) {
        Ok(channel) if channel.kind() == kind => (kind, Own::Channel(channel)),
        Ok(_) => (kind, Own::Broken),
        Err(problem) => {
            tracing::error!(problem, %shop, channel = kind.as_str(), "the store's own channel can't be made: its messages wait");
            (kind, Own::Broken)
        }
    });
    built.collect()
}

fn open(keys: &Keys, shop: ShopId, sealed: &[u8]) -> Result<ByChannel, AppError> {
    let text = keys.open(shop.0, sealed)?;
    // The parser's words could show what stands there.
    serde_json::from_str(&text).map_err(|_| AppError::Invalid("the store's channel settings can't be read; enter them again".into()))
}

/// What a store has chosen. Holds secrets: to be shown by [`shown`].
///
/// # Errors
/// `Keys`, `Invalid` for what can't be read, `NotFound`, `Db`.
pub async fn chosen(app: &App, shop: ShopId) -> Result<ByChannel, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    row.channels.as_deref().map_or_else(|| Ok(ByChannel::new()), |sealed| open(&app.keys, shop, sealed))
}

/// Who a store's messages of a kind come from, as far as the settings of its provider, or of the program's, say it.
pub fn sender(app: &App, shop: &db::shops::Shop, kind: ChannelKind) -> Option<String> {
    let own = shop.channels.as_deref().and_then(|sealed| open(&app.keys, shop.id, sealed).ok());
    match (own.as_ref().and_then(|all| all.get(&kind)), kind) {
        (Some(chosen), _) => chosen.values.get("from").map(str::to_owned),
        (None, ChannelKind::Email) => app.config.email_from.clone(),
        (None, ChannelKind::Sms) => app.config.sms.as_ref().and_then(|sms| sms.get("from")).map(|from| from.expose_secret().to_owned()),
        (None, ChannelKind::WhatsApp) => None,
    }
}

/// A setting as people may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownField {
    /// What it is.
    pub field: settings::Field,
    /// Its value; none for a secret.
    pub value: Option<String>,
    /// It has a value.
    pub is_set: bool,
}

/// A provider's settings without its secrets.
pub fn shown(chosen: &Chosen) -> Vec<ShownField> {
    let Some(provider) = settings::provider(&chosen.provider) else { return Vec::new() };
    let show = |field: &settings::Field| {
        let value = chosen.values.get(field.name);
        ShownField { field: *field, value: value.filter(|_| !field.secret).map(str::to_owned), is_set: value.is_some() }
    };
    provider.fields.iter().map(show).collect()
}

/// Chooses a provider for one of a store's channels. A secret that is left empty keeps its value, as long as the provider is the same.
///
/// # Errors
/// `Invalid` for settings that can't be used, `NotFound`, `Keys`, `Db`.
pub async fn choose(app: &App, shop: ShopId, kind: ChannelKind, given: Chosen, actor: &str) -> Result<(), AppError> {
    let provider = settings::provider(&given.provider).filter(|p| p.kind == kind);
    let provider =
        provider.ok_or_else(|| AppError::Invalid(format!("{:?} is no provider of {} messages", given.provider, kind.as_str())))?;
    let mut all = chosen(app, shop).await?;
    let before = all.get(&kind).filter(|before| before.provider == given.provider);
    let kept = provider.fields.iter().filter(|f| f.secret && given.values.get(f.name).is_none());
    let kept = kept.filter_map(|f| Some((f.name, before?.values.get(f.name)?.to_owned())));
    let values: Values =
        given.values.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).chain(kept.map(|(n, v)| (n.to_owned(), v))).collect();
    let fresh = Chosen { provider: given.provider, values };
    fresh.build(Origin::Store).map_err(AppError::Invalid)?;
    let detail = format!("{} by {}", kind.as_str(), provider.name);
    all.insert(kind, fresh);
    save(app, shop, &all, (actor, "channel.choose", &detail)).await
}

/// Gives up a store's own provider: the program's own takes over.
///
/// # Errors
/// `NotFound` when it has none, `Keys`, `Db`.
pub async fn give_up(app: &App, shop: ShopId, kind: ChannelKind, actor: &str) -> Result<(), AppError> {
    let mut all = chosen(app, shop).await?;
    all.remove(&kind).ok_or(AppError::NotFound("provider of the store's own for that channel"))?;
    save(app, shop, &all, (actor, "channel.give_up", kind.as_str())).await
}

async fn save(app: &App, shop: ShopId, all: &ByChannel, (actor, action, detail): (&str, &str, &str)) -> Result<(), AppError> {
    let sealed = if all.is_empty() {
        None
    } else {
        let text = serde_json::to_string(all).map_err(|e| AppError::Invalid(e.to_string()))?;
        Some(app.keys.seal(shop.0, bytes(app.random.as_ref()), &text)?)
    };
    let mut tx = app.db.begin().await?;
    db::shops::set_channels(&mut tx, shop, sealed.as_deref()).await?;
    audit(app, &mut tx, shop, actor, (action, detail)).await?;
    Ok(tx.commit().await?)
}

/// How a kind of message leaves for a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// Of which kind.
    pub kind: ChannelKind,
    /// By whom; none while nobody is set up.
    pub provider: Option<String>,
    /// The store's own choice.
    pub own: bool,
    /// The store's own choice can't be used: its messages wait.
    pub broken: bool,
    /// Of the store's own choice, without its secrets.
    pub fields: Vec<ShownField>,
    /// Where the provider is to call to tell what became of messages.
    pub callback: Option<String>,
}

/// How each kind of message leaves for a store.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn in_use(app: &App, shop: ShopId) -> Result<Vec<InUse>, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let own = match row.channels.as_deref().map(|sealed| open(&app.keys, shop, sealed)) {
        Some(Ok(own)) => own,
        None => ByChannel::new(),
        Some(Err(_)) => return Ok(ChannelKind::ALL.map(unreadable).to_vec()),
    };
    let line = |kind: ChannelKind| {
        let chosen = own.get(&kind);
        let channel = app.channel_for(&row, kind);
        let provider = chosen.map(|c| c.provider.clone()).or_else(|| channel.as_ref().map(|c| c.name().to_owned()));
        InUse {
            kind,
            callback: provider
                .as_deref()
                .filter(|p| settings::provider(p).is_some_and(Provider::calls_back))
                .map(|p| callback_url(app, shop, p)),
            provider,
            own: chosen.is_some(),
            broken: chosen.is_some() && channel.is_none(),
            fields: chosen.map(shown).unwrap_or_default(),
        }
    };
    Ok(ChannelKind::ALL.map(line).to_vec())
}

fn unreadable(kind: ChannelKind) -> InUse {
    InUse { kind, provider: None, own: true, broken: true, fields: Vec::new(), callback: None }
}

/// Where a provider calls to tell what became of a store's messages.
pub fn callback_url(app: &App, shop: ShopId, provider: &str) -> String {
    format!("{}/callbacks/{provider}/{shop}", app.config.public_url)
}

/// Sends one message that says what it is, to an address of the store's own people.
///
/// # Errors
/// `Invalid` for a bad address, `Conflict` without a provider or for an address that must not be written to, `NotFound`, `Db`.
pub async fn test_send(app: &App, shop: ShopId, kind: ChannelKind, to: &str, actor: &str) -> Result<Tried, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    try_out(app, &row, (kind, to), (actor, "channel.test_send", kind.as_str()), |to| test_message(app, &row, kind, to)).await
}

/// Sends one message to an address by the channel in use, outside of every campaign, and audits it. `make` is given the address as it is written.
///
/// # Errors
/// `Invalid` for a bad address, `Conflict` without a provider or for an address that must not be written to, `Db`; and whatever `make` says.
pub(super) async fn try_out<E: From<AppError>>(
    app: &App,
    shop: &Shop,
    (kind, to): (ChannelKind, &str),
    (actor, action, detail): (&str, &str, &str),
    make: impl FnOnce(&str) -> Result<Message, E>,
) -> Result<Tried, E> {
    let to = suppressions::address(kind, to).map_err(|e| AppError::Invalid(e.to_string()))?;
    let none = || AppError::Conflict(format!("no {} channel is set up: set one in the settings, then try again", kind.as_str()));
    let channel = app.channel_for(shop, kind).ok_or_else(none)?;
    if db::messages::suppression_of(&app.db, shop.id, kind, &to).await.map_err(AppError::from)?.is_some() {
        return Err(AppError::Conflict("that address is on the list of those that must not be written to".into()).into());
    }
    let outcome = channel.send(&make(&to)?).await;
    let mut tx = app.db.begin().await.map_err(AppError::from)?;
    audit(app, &mut tx, shop.id, actor, (action, detail)).await?;
    tx.commit().await.map_err(AppError::from)?;
    Ok(outcome.into())
}

fn test_message(app: &App, shop: &Shop, kind: ChannelKind, to: &str) -> Result<Message, AppError> {
    let invalid = |e: AddressError| AppError::Invalid(e.to_string());
    let key = app.new_id().to_string();
    let said = format!("This is a test message of {}, sent by Comeback. If you can read it, messages arrive.", shop.name);
    Ok(match kind {
        ChannelKind::Email => Message::Email(EmailMessage {
            key,
            reference: None,
            to: to.parse().map_err(invalid)?,
            to_name: None,
            from: None,
            from_name: Some(shop.name.clone()),
            subject: "Test message".into(),
            html: format!("<p>{}</p>", escaped(&said)),
            text: format!("{said}\n"),
            unsubscribe_url: None,
            date: app.now(),
            belongs: None,
            pictures: Vec::new(),
        }),
        ChannelKind::Sms => {
            let to = to.parse().map_err(invalid)?;
            Message::Sms(SmsMessage { key, to, from: None, body: said, status_callback: None, valid_for: None })
        }
        // Every WhatsApp account has this one, approved, from the beginning.
        ChannelKind::WhatsApp => Message::WhatsApp(WhatsAppMessage {
            key,
            to: to.parse().map_err(invalid)?,
            template: "hello_world".into(),
            language: "en_US".into(),
            parameters: Vec::new(),
            link_code: String::new(),
            valid_for: None,
        }),
    })
}
