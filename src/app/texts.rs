//! Texts on their way: what they must say is added, typographic characters are replaced, their sender is chosen, their cost worked out. And the same for a text
//! that is being written.

use super::preview::sample_number;
use super::{App, link_domain, own_channels};
use crate::db::shops::Shop;
use crate::domain::contact::Phone;
use crate::domain::event::ChannelKind;
use crate::domain::money::Currency;
use crate::domain::sms::{self, Charge, Complete, Encoding, Lacks, Measure, Offending, Price, SenderKind, Wanted};
use crate::domain::template::{self, RenderContext, RenderItem, TemplateError, TemplateSource};

/// Stands for a code of eleven characters in links of samples.
const SAMPLE_CODE: &str = "23456789abc";
/// As long as values of real carts may plausibly be: of a hundred carts one has longer ones.
const LONG_FIRST_NAME: &str = "Maximilienne";
const LONG_LAST_NAME: &str = "Montgomery-Smith";
const LONG_TITLE: &str = "Waterproof hiking jacket with detachable hood, women's cut";
const LONG_VALUE_WHOLE: i64 = 12_345;
const LONG_CODE: &str = "WELCOMEBACK-2026";
/// A usual name that the 7-bit alphabet doesn't have.
const FOREIGN_NAME: &str = "Zoë";

/// A text as its template made it.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// To whom.
    pub to: &'a Phone,
    /// Of their address, as the platform says it.
    pub country: Option<&'a str>,
    /// What the template made.
    pub body: &'a str,
    /// Of the template.
    pub language: &'a str,
    /// The page of their preferences.
    pub opt_out: &'a str,
}

/// A text as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What is read.
    pub body: String,
    /// Who it comes from; none: the provider's own sender.
    pub from: Option<String>,
    /// To which country.
    pub country: Option<&'static str>,
    /// What the template didn't say and must.
    pub added: Vec<Lacks>,
    /// How long it is.
    pub measure: Measure,
    /// What it costs.
    pub charge: Option<Charge>,
}

/// A text as it leaves; `usual` is the sender of the store's provider, where it is known.
pub fn prepare(shop: &Shop, usual: Option<&str>, draft: &Draft<'_>) -> Prepared {
    let settings = &shop.messages;
    let country = sms::country_of(draft.to, draft.country);
    let sender = settings.sender(country, draft.to);
    let wanted = Wanted {
        country,
        shop_name: &shop.name,
        sender: sender.map(|s| s.from.as_str()).or(usual),
        stop_number: sender.and_then(|s| s.stop_number.as_deref()),
        link: draft.opt_out,
        language: draft.language,
    };
    let Complete { body, added } = sms::complete(draft.body, &wanted);
    let body = if settings.smart_characters { sms::plain(&body).into_owned() } else { body };
    let measure = sms::measure(&body);
    let charge = settings.charge_text((shop.currency, shop.messages_version), country, &measure);
    Prepared { body, from: sender.map(|s| s.from.clone()), country, added, measure, charge }
}

/// What is said of a text that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// With a sample cart, as it would leave.
    pub body: String,
    /// With the sample cart.
    pub measure: Measure,
    /// With values as long as they may plausibly be.
    pub longest: Measure,
    /// What makes it take sixteen bits a character.
    pub offending: Vec<Offending>,
    /// What is worth a second look, in sentences.
    pub notes: Vec<String>,
    /// What one costs, from the sample cart to the longest values.
    pub cost: Option<CostRange>,
}

/// From least to most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostRange {
    /// To which country.
    pub country: String,
    /// In which currency.
    pub currency: Currency,
    /// With the sample cart.
    pub least: Price,
    /// With the longest values.
    pub most: Price,
    /// By which prices: `2026-11`, or `own 3`.
    pub table: String,
}

/// Looks at a text that is being written, for a number of the store's own country.
///
/// # Errors
/// Why it can't be rendered.
pub fn look(app: &App, shop: &Shop, source: &TemplateSource, language: &str) -> Result<Look, TemplateError> {
    let usual = own_channels::sender(app, shop, ChannelKind::Sms);
    let (sample, longest, foreign) = (sample(app, shop), longest(app, shop), foreign(app, shop));
    let made = |context: &RenderContext| {
        let body = template::render_sms(source, context)?;
        let to: Phone = sample_number(shop).parse().map_err(|_| TemplateError::Limit("the sample number can't be read".to_owned()))?;
        let draft = Draft { to: &to, country: None, body: &body, language, opt_out: &context.unsubscribe_url };
        Ok::<Prepared, TemplateError>(prepare(shop, usual.as_deref(), &draft))
    };
    let (usually, most, with_foreign) = (made(&sample)?, made(&longest)?, made(&foreign)?);
    let mut notes = notes(&usually, usual.as_deref());
    if usually.measure.encoding == Encoding::Gsm7 && with_foreign.measure.segments > usually.measure.segments {
        notes.push(format!(
            "A name such as {FOREIGN_NAME} turns the whole text to 16 bits a character: {} parts then.",
            with_foreign.measure.segments
        ));
    }
    let cost = usually.charge.as_ref().zip(most.charge.as_ref()).map(|(least, most)| CostRange {
        country: usually.country.unwrap_or_default().to_owned(),
        currency: least.currency,
        least: Price(least.cost_micros),
        most: Price(most.cost_micros),
        table: least.table.clone(),
    });
    let offending = sms::offending(&usually.body);
    Ok(Look { measure: usually.measure, longest: most.measure, offending, notes, cost, body: usually.body })
}

fn notes(made: &Prepared, usual: Option<&str>) -> Vec<String> {
    let sender = made.from.as_deref().or(usual);
    let mut notes = Vec::new();
    let place = made.country.map_or_else(String::new, |country| format!(" to {country}"));
    if made.added.contains(&Lacks::Name) {
        notes.push(format!("Texts{place} must name the store: its name is put before this one."));
    }
    if made.added.contains(&Lacks::WayOut) {
        let how = if SenderKind::is_answered(sender) { "how to answer STOP" } else { "how to get out, since its sender can't be answered" };
        notes.push(format!("Texts{place} must tell how to opt out, and this one doesn't tell {how}: it is put behind it."));
    }
    notes
}

fn sample(app: &App, shop: &Shop) -> RenderContext {
    let base = link_domain::base(app, shop);
    RenderContext {
        shop_name: shop.name.clone(),
        shop_url: format!("https://{}", shop.domain),
        link: format!("{base}/s/{SAMPLE_CODE}"),
        unsubscribe_url: format!("{base}/u/{SAMPLE_CODE}"),
        ..template::sample()
    }
}

fn longest(app: &App, shop: &Shop) -> RenderContext {
    let sample = sample(app, shop);
    let money = |whole: i64| {
        crate::domain::money::Money::new(whole.saturating_mul(10_i64.pow(shop.currency.decimals())), shop.currency).to_string()
    };
    let item = |item: &RenderItem| RenderItem { title: LONG_TITLE.to_owned(), unit_price: Some(money(LONG_VALUE_WHOLE)), ..item.clone() };
    RenderContext {
        first_name: Some(LONG_FIRST_NAME.to_owned()),
        last_name: Some(LONG_LAST_NAME.to_owned()),
        items: sample.items.iter().map(item).collect(),
        cart_value: Some(money(LONG_VALUE_WHOLE)),
        discount_code: sample.discount_code.as_ref().map(|_| LONG_CODE.to_owned()),
        ..sample
    }
}

fn foreign(app: &App, shop: &Shop) -> RenderContext {
    RenderContext { first_name: Some(FOREIGN_NAME.to_owned()), ..sample(app, shop) }
}
