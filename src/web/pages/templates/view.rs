//! How a message is looked at: on which width, light or dark, with whose cart, for a shopper of which language, in which currency.

use super::one::language_name;
use crate::app::access::Role;
use crate::app::preview::Whose;
use crate::app::specimen::{self, Specimen};
use crate::db;
use crate::db::lists::CartFilter;
use crate::db::templates::TemplateRow;
use crate::domain::ids::CartId;
use crate::domain::money::Currency;
use crate::domain::template::{LANGUAGES, RenderContext};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;

/// So many carts can be chosen; any other by its id in the address.
const CARTS_MAX: i64 = 20;
/// What most stores sell in; any other by its code in the address.
const CURRENCIES: [&str; 14] = ["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "DKK", "NOK", "PLN", "JPY", "BRL", "MXN", "INR"];

/// How it is looked at.
#[derive(Debug, Clone)]
pub struct View {
    pub whose: Whose,
    pub language: Option<String>,
    pub currency: Option<Currency>,
    pub phone: bool,
    pub dark: bool,
}

/// One thing to choose.
pub struct Choice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

/// What there is to choose from.
pub struct Choices {
    pub carts: Vec<Choice>,
    pub languages: Vec<Choice>,
    pub currencies: Vec<Choice>,
    pub phone: bool,
    pub dark: bool,
}

impl View {
    /// What an address or a form asks for.
    pub fn asked(fields: &Fields) -> Result<Self, PageError> {
        let whose = match fields.get("cart") {
            "" | "sample" => Whose::Sample,
            _ => Whose::Cart(fields.parsed::<CartId>("cart", "Cart")?),
        };
        let currency = match fields.get("currency") {
            "" => None,
            _ => Some(fields.parsed::<Currency>("currency", "Currency")?),
        };
        let tag = |t: &&str| t.len() <= 12 && t.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let language = Some(fields.get("language")).filter(|t| !t.is_empty()).filter(tag).map(str::to_owned);
        Ok(Self { whose, language, currency, phone: fields.get("width") == "phone", dark: fields.get("look") == "dark" })
    }

    /// The same as the query of an address, without its question mark.
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Whose::Cart(id) = self.whose {
            query.append_pair("cart", &id.to_string());
        }
        if let Some(language) = &self.language {
            query.append_pair("language", language);
        }
        if let Some(currency) = &self.currency {
            query.append_pair("currency", currency.code());
        }
        if self.phone {
            query.append_pair("width", "phone");
        }
        if self.dark {
            query.append_pair("look", "dark");
        }
        query.finish()
    }

    /// An address of a template with this view.
    pub fn href(&self, signed: &Signed, path: &str) -> String {
        let query = self.query();
        let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(p, f)| (p, format!("#{f}")));
        let sign = if path.contains('?') { '&' } else { '?' };
        signed.href(&if query.is_empty() { format!("{path}{fragment}") } else { format!("{path}{sign}{query}{fragment}") })
    }

    /// What a template would speak of.
    pub async fn context(&self, signed: &Signed, row: &TemplateRow) -> Result<RenderContext, PageError> {
        let language = match (&self.language, self.whose) {
            (None, Whose::Sample) => Some(row.language.clone()),
            (language, _) => language.clone(),
        };
        let specimen = Specimen { whose: self.whose, language, currency: self.currency, names: signed.may(Role::Editor) };
        Ok(specimen::context(&signed.app, signed.shop()?, &specimen).await?)
    }

    /// What there is to choose from.
    pub async fn choices(&self, signed: &Signed, row: &TemplateRow) -> Result<Choices, PageError> {
        let shop = signed.shop()?;
        let (language, currency) = (self.language.clone(), self.currency.unwrap_or(shop.currency));
        let mut tags: Vec<&str> = LANGUAGES.to_vec();
        tags.extend(language.as_deref().filter(|tag| !LANGUAGES.contains(tag)));
        let chosen = language.clone().unwrap_or_else(|| if self.whose == Whose::Sample { row.language.clone() } else { String::new() });
        let mut languages: Vec<Choice> =
            tags.iter().map(|tag| Choice { value: (*tag).to_owned(), name: language_name(tag), chosen: chosen == *tag }).collect();
        if self.whose != Whose::Sample {
            let name = say("templates-carts-own").to_string();
            languages.insert(0, Choice { value: String::new(), name, chosen: chosen.is_empty() });
        }
        let mut codes: Vec<&str> = CURRENCIES.to_vec();
        codes.extend(Some(currency.code()).filter(|code| !CURRENCIES.contains(code)));
        let money = |code: &&str| Choice { value: (*code).to_owned(), name: (*code).to_owned(), chosen: currency.code() == *code };
        let currencies = if self.whose == Whose::Sample { codes.iter().map(money).collect() } else { Vec::new() };
        Ok(Choices { carts: self.carts(signed).await?, languages, currencies, phone: self.phone, dark: self.dark })
    }

    async fn carts(&self, signed: &Signed) -> Result<Vec<Choice>, PageError> {
        let shop = signed.shop()?;
        let zone = shop.zone();
        let rows = db::lists::carts(&signed.app.db, shop.id, &CartFilter::default(), CARTS_MAX).await?;
        let sample = Choice { value: "sample".into(), name: say("templates-sample").to_string(), chosen: self.whose == Whose::Sample };
        let mut all = vec![sample];
        for cart in &rows {
            let worth = cart.value.map_or_else(|| say("templates-a-cart").to_string(), format::money);
            let (state, when) = (format::cart_state(cart.state).text, format::when(cart.active_at, &zone).text);
            let chosen = self.whose == Whose::Cart(cart.id);
            all.push(Choice { value: cart.id.to_string(), name: format!("{worth}, {state}, {when}"), chosen });
        }
        if let Whose::Cart(id) = self.whose
            && !all.iter().any(|o| o.chosen)
        {
            all.push(Choice { value: id.to_string(), name: say("templates-a-cart").to_string(), chosen: true });
        }
        Ok(all)
    }
}
