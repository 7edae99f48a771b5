//! From a nudge and its template to the message that leaves.

use super::Ready;
use crate::app::plan::whereabouts;
use crate::app::texts::{Draft, Prepared};
use crate::app::{App, AppError, link_domain, own_channels, texts};
use crate::channels::{Belongs, EmailMessage, Message, SmsMessage, WhatsAppMessage};
use crate::db::contexts::NudgeContext;
use crate::db::messages::MessageRow;
use crate::db::shops::Shop;
use crate::db::{self, templates::TemplateRow};
use crate::domain::campaign::Step;
use crate::domain::cart::{Cart, Snapshot};
use crate::domain::catalogue::{CatalogueItem, FreshItem, fresh};
use crate::domain::contact::Phone;
use crate::domain::discount::words;
use crate::domain::event::ChannelKind;
use crate::domain::link::{Link, Purpose};
use crate::domain::nudge::{CARRIER_WINDOW, LINK_LIFETIME};
use crate::domain::template::{self, Compiled, RenderContext, RenderItem, RenderedWhatsApp};
use crate::domain::zones;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How long a provider may keep trying to deliver a text before the reminder is stale.
const TEXT_VALID_FOR: SignedDuration = SignedDuration::from_hours(4);

/// A template as stored, and as parsed.
type Stored = (TemplateRow, Result<Arc<Compiled>, String>);

/// What a batch is rendered with: its templates in every language, and what is known of the products in its carts.
pub struct Templates {
    by_key: HashMap<(String, ChannelKind), Vec<Stored>>,
    /// Who the store's texts come from, as far as its provider's settings say it.
    sender: Option<String>,
    catalogue: HashMap<String, CatalogueItem>,
}

impl Templates {
    /// Loads them.
    ///
    /// # Errors
    /// `Db`.
    pub async fn load(app: &App, shop: &Shop, ready: &[Ready]) -> Result<Self, AppError> {
        let keys: BTreeSet<(String, ChannelKind)> =
            ready.iter().filter_map(|r| Some((r.context.template()?.to_owned(), r.context.channel))).collect();
        let mut by_key = HashMap::new();
        for (key, channel) in keys {
            let rows = db::templates::by_key(&app.db, shop.id, &key, channel).await?;
            let read = |row: TemplateRow| {
                let parsed = app.rendering.template(&row.source).map_err(|e| e.to_string());
                (row, parsed)
            };
            by_key.insert((key, channel), rows.into_iter().map(read).collect());
        }
        let lines = ready.iter().filter_map(|r| r.context.cart.snapshot()).flat_map(|s| &s.items);
        let variants: BTreeSet<&str> = lines.filter_map(|item| item.variant_id.as_deref()).collect();
        let mut tx = app.db.look().await?;
        let catalogue = db::catalogue::of_carts(&mut tx, shop.id, &variants.into_iter().collect::<Vec<_>>()).await?;
        tx.rollback().await?;
        Ok(Self { by_key, sender: own_channels::sender(app, shop, ChannelKind::Sms), catalogue })
    }

    /// The template in the shopper's language, else in the shop's, else in English, else in any.
    fn choose(&self, nudge: &NudgeContext, shop_language: &str) -> Result<(&TemplateRow, &Compiled), String> {
        let key = nudge.template().ok_or("the campaign has no such step any more")?;
        let locale = nudge.cart.locale.as_ref().map(|l| l.value.as_str());
        let all = self.by_key.get(&(key.to_owned(), nudge.channel)).map(Vec::as_slice).unwrap_or_default();
        let there: Vec<&str> = all.iter().map(|(row, _)| row.language.as_str()).collect();
        match template::language_for(&there, locale, shop_language).and_then(|(place, _)| all.get(place)) {
            None => Err(format!("the template {key:?} is gone")),
            Some((_, Err(problem))) => Err(format!("the template {key:?} can't be read: {problem}")),
            Some((row, Ok(parsed))) => Ok((row, parsed)),
        }
    }
}

/// Renders a nudge. The message, and how it is kept.
///
/// # Errors
/// Why it can't be rendered, for the merchant.
pub fn message(app: &App, shop: &Shop, templates: &Templates, ready: &Ready) -> Result<(Message, MessageRow), String> {
    let nudge = &ready.context;
    let step = nudge.step().ok_or("the campaign has no such step any more")?;
    let (row, template) = templates.choose(nudge, &shop.language)?;
    let own = OwnCode::of(ready, step, shop, &row.language);
    let context = render_context(app, shop, (nudge, step), &templates.catalogue, own)?;
    let to = nudge.address().ok_or("the address is gone")?.to_owned();
    let kept = |subject: &str, html: &str, text: &str| MessageRow {
        nudge_id: nudge.id,
        recipient: to.clone(),
        subject: subject.to_owned(),
        html: html.to_owned(),
        text: text.to_owned(),
        template_key: row.key.clone(),
        template_version: row.version,
        rendered_at: app.now(),
        charge: None,
    };
    match nudge.channel {
        ChannelKind::Email => {
            let mail = app.rendering.email(template, &context).map_err(|e| e.to_string())?;
            let charge = shop.messages.charge_mail((shop.currency, shop.messages_version));
            let kept = MessageRow { charge, ..kept(&mail.subject, &mail.html, &mail.text) };
            Ok((Message::Email(email(app, shop, ready, (mail, context.unsubscribe_url))?), kept))
        }
        ChannelKind::Sms => {
            let body = template.render_sms(&context).map_err(|e| e.to_string())?;
            let to = nudge.cart.phone.as_ref().map(|p| p.value.clone()).ok_or("the number is gone")?;
            let country = nudge.cart.country.as_ref().map(|c| c.value.as_str());
            let draft = Draft { to: &to, country, body: &body, language: &row.language, opt_out: &context.unsubscribe_url };
            let text = texts::prepare(shop, templates.sender.as_deref(), &draft);
            let kept = MessageRow { charge: text.charge.clone(), ..kept("", "", &text.body) };
            Ok((Message::Sms(sms(app, shop, nudge, (to, text))), kept))
        }
        ChannelKind::WhatsApp => {
            let filled = template::render_whatsapp(template.source(), &context).map_err(|e| e.to_string())?;
            let kept = kept(&filled.template, "", &filled.text(&context.link));
            Ok((Message::WhatsApp(whatsapp(nudge, row, filled)?), kept))
        }
    }
}

fn email(
    app: &App,
    shop: &Shop,
    ready: &Ready,
    (mail, unsubscribe_url): (template::RenderedEmail, String),
) -> Result<EmailMessage, String> {
    let nudge = &ready.context;
    Ok(EmailMessage {
        key: nudge.id.to_string(),
        reference: ready.reference.clone(),
        to: nudge.cart.email.as_ref().map(|e| e.value.clone()).ok_or("the address is gone")?,
        to_name: None,
        from: None,
        from_name: Some(shop.name.clone()),
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        unsubscribe_url: Some(unsubscribe_url),
        date: app.now(),
        belongs: Some(Belongs {
            shop: shop.id.to_string(),
            campaign: Some(nudge.campaign_id.to_string()),
            step: Some(nudge.step.saturating_add(1)),
        }),
        pictures: Vec::new(),
    })
}

fn sms(app: &App, shop: &Shop, nudge: &NudgeContext, (to, text): (Phone, Prepared)) -> SmsMessage {
    let callback = |provider| app.callback_url(shop.id, provider, &nudge.id.to_string());
    SmsMessage {
        key: nudge.id.to_string(),
        to,
        from: text.from,
        body: text.body,
        status_callback: app.channel_for(shop, nudge.channel).map(|channel| callback(channel.name())),
        valid_for: Some(TEXT_VALID_FOR.min(CARRIER_WINDOW)),
    }
}

fn whatsapp(nudge: &NudgeContext, row: &TemplateRow, filled: RenderedWhatsApp) -> Result<WhatsAppMessage, String> {
    Ok(WhatsAppMessage {
        key: nudge.id.to_string(),
        to: nudge.cart.phone.as_ref().map(|p| p.value.clone()).ok_or("the number is gone")?,
        template: filled.template,
        language: filled.language.unwrap_or_else(|| row.language.clone()),
        parameters: filled.parameters,
        link_code: if filled.has_link { String::new() } else { nudge.short_code.clone() },
        valid_for: Some(TEXT_VALID_FOR),
    })
}

fn render_context(
    app: &App,
    shop: &Shop,
    (nudge, step): (&NudgeContext, &Step),
    catalogue: &HashMap<String, CatalogueItem>,
    own: Option<OwnCode>,
) -> Result<RenderContext, String> {
    let base = link_domain::base(app, shop);
    let expires_at = app.now() + LINK_LIFETIME;
    let sign = |purpose| {
        let link = Link { shop_id: shop.id, nudge_id: nudge.id, purpose, expires_at };
        app.keys.links.sign(&link).map_err(|e| format!("the link can't be signed: {e}"))
    };
    let (link, unsubscribe_url) = match nudge.channel {
        ChannelKind::Email => (format!("{base}/r/{}", sign(Purpose::Return)?), format!("{base}/u/{}", sign(Purpose::Unsubscribe)?)),
        ChannelKind::Sms | ChannelKind::WhatsApp => (format!("{base}/s/{}", nudge.short_code), format!("{base}/u/{}", nudge.short_code)),
    };
    let cart = &nudge.cart;
    let (items, cart_value) = lines_of(cart, shop, catalogue);
    let value = |s: &Option<crate::domain::joined::Stamped<String>>| s.as_ref().map(|s| s.value.clone());
    Ok(RenderContext {
        shop_name: shop.name.clone(),
        shop_url: format!("https://{}", shop.domain),
        shop_address: app.config.postal_address.clone(),
        first_name: value(&cart.first_name),
        last_name: value(&cart.last_name),
        items,
        cart_value,
        link,
        unsubscribe_url,
        discount_code: own.as_ref().map(|own| own.code.clone()).or_else(|| step.code_for(nudge.variant.as_deref()).map(str::to_owned)),
        discount_value: own.as_ref().map(|own| own.value.clone()),
        discount_ends_at: own.map(|own| own.ends_at),
        locale: value(&cart.locale),
    })
}

/// What a message lists of a cart, as it can be had now, and what that is worth.
pub fn lines_of(cart: &Cart, shop: &Shop, catalogue: &HashMap<String, CatalogueItem>) -> (Vec<RenderItem>, Option<String>) {
    let country = cart.country.as_ref().map(|c| c.value.as_str());
    let now = cart.snapshot().map(|s| fresh(s, &of_market(s, catalogue, zones::is_abroad(country, &shop.timezone))));
    // Of a cart of which nothing is left all is shown: whether it leaves at all was decided before.
    let shown = |line: &&FreshItem| !line.sold_out() || now.as_ref().is_some_and(|cart| cart.all_sold_out);
    let items = now.iter().flat_map(|cart| cart.items.iter().filter(shown)).map(item).collect();
    (items, now.as_ref().and_then(|cart| cart.value).map(|v| v.to_string()))
}

/// What is known of a cart's products, for its shopper's market: the catalogue's prices are the store's own, and another country may have others in the same
/// currency.
fn of_market(cart: &Snapshot, catalogue: &HashMap<String, CatalogueItem>, abroad: bool) -> HashMap<String, CatalogueItem> {
    let row = |id: &String| {
        let row = catalogue.get(id)?.clone();
        Some((id.clone(), if abroad { CatalogueItem { price: None, ..row } } else { row }))
    };
    cart.items.iter().filter_map(|item| item.variant_id.as_ref()).filter_map(row).collect()
}

/// A shopper's own code, as its message says it.
struct OwnCode {
    code: String,
    value: String,
    ends_at: String,
}

impl OwnCode {
    fn of(ready: &Ready, step: &Step, shop: &Shop, language: &str) -> Option<Self> {
        let (own, offer) = (ready.code.as_ref()?, step.discount.as_ref()?);
        let zones = whereabouts(&ready.context.cart, &shop.timezone).names;
        let zones: Vec<TimeZone> = zones.iter().filter_map(|zone| TimeZone::get(zone).ok()).collect();
        Some(Self { code: own.code.clone(), value: words::value(offer.value, language), ends_at: words::ends_at(own.ends_at, &zones) })
    }
}

fn item(line: &FreshItem) -> RenderItem {
    RenderItem {
        title: line.item.title.clone(),
        variant_title: line.item.variant_title.clone(),
        quantity: line.item.quantity,
        unit_price: line.price.map(|p| p.to_string()),
        image_url: line.image_url.clone(),
    }
}
