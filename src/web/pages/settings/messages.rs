//! Characters, senders and prices of a store's messages.

use super::nav::{Subject, subjects};
use super::policy::FaultLine;
use crate::app::message_settings::{self, SettingsError};
use crate::domain::campaign::Fault;
use crate::domain::sms::{MessageSettings, OwnPrices, Price, Sender, standard_prices};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The fields, as texts.
#[derive(Clone)]
pub struct Form {
    pub smart: bool,
    /// One a line: `FR ACME 36111`.
    pub senders: String,
    /// One a line: `DE 0.075`.
    pub prices: String,
    pub elsewhere: String,
    pub percent: String,
    pub email: String,
}

#[derive(Template)]
#[template(path = "pages/settings/messages.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    action: String,
    form: Form,
    faults: Vec<FaultLine>,
    currency: String,
    /// Of the standard prices: when, and in which currency.
    standard: Option<(String, String)>,
}

impl Form {
    fn of(settings: &MessageSettings) -> Self {
        let sender = |(key, s): (&String, &Sender)| {
            let stop = s.stop_number.as_ref().map_or_else(String::new, |number| format!(", STOP to {number}"));
            format!("{key}: {}{stop}\n", s.from)
        };
        Self {
            smart: settings.smart_characters,
            senders: settings.senders.iter().map(sender).collect(),
            prices: settings.prices.segment.iter().map(|(country, price)| format!("{country}: {price}\n")).collect(),
            elsewhere: settings.prices.elsewhere.map_or_else(String::new, |p| p.to_string()),
            percent: settings.prices.percent.to_string(),
            email: settings.prices.email.to_string(),
        }
    }

    fn sent(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            smart: fields.get("smart") == "on",
            senders: fields.raw("senders").replace("\r\n", "\n"),
            prices: fields.raw("prices").replace("\r\n", "\n"),
            elsewhere: text("elsewhere"),
            percent: text("percent"),
            email: text("email"),
        }
    }

    fn read(&self) -> Result<MessageSettings, Vec<Fault>> {
        let mut faults = Vec::new();
        let senders = rows(&self.senders, "senders", &mut faults, |text| Ok(sender(text)));
        let segment = rows(&self.prices, "prices.segment", &mut faults, Price::from_str);
        let mut price = |at: &str, text: &str| match text {
            "" => None,
            text => text.parse::<Price>().map_err(|problem| faults.push(Fault { at: at.to_owned(), problem })).ok(),
        };
        let (elsewhere, email) = (price("prices.elsewhere", &self.elsewhere), price("prices.email", &self.email).unwrap_or_default());
        let percent = self.percent.parse().unwrap_or(u32::MAX);
        let prices = OwnPrices { segment, elsewhere, percent, email };
        if faults.is_empty() { Ok(MessageSettings { smart_characters: self.smart, senders, prices }) } else { Err(faults) }
    }
}

/// Lines of `key: value`.
fn rows<T>(text: &str, place: &str, faults: &mut Vec<Fault>, read: impl Fn(&str) -> Result<T, String>) -> BTreeMap<String, T> {
    let mut rows = BTreeMap::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let made = match line.split_once(':') {
            Some((key, value)) => read(value.trim()).map(|value| (key.trim().to_owned(), value)),
            None => Err("expected a country, a colon, and what is set for it".to_owned()),
        };
        match made {
            Ok((key, value)) => drop(rows.insert(key, value)),
            Err(problem) => faults.push(Fault { at: format!("{place}, line {}", i + 1), problem }),
        }
    }
    rows
}

/// `ACME, STOP to 36111`
fn sender(text: &str) -> Sender {
    match text.split_once(", STOP to ") {
        Some((from, number)) => Sender { from: from.trim().to_owned(), stop_number: Some(number.trim().to_owned()) },
        None => Sender { from: text.to_owned(), stop_number: None },
    }
}

/// What is in force.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed)?)
}

fn view(signed: &Signed) -> Result<Page, PageError> {
    let shop = signed.shop()?;
    Ok(Page {
        frame: Frame::new(signed, "/settings", say("settings-nav-messages").to_string()),
        nav: subjects(signed, "/settings/messages"),
        action: signed.href("/settings/messages"),
        form: Form::of(&shop.messages),
        faults: Vec::new(),
        currency: shop.currency.to_string(),
        standard: standard_prices().map(|t| (t.version.clone(), t.currency.to_string())),
    })
}

/// Sets what the form says.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let form = Form::sent(&posted.fields);
    let faults = match form.read() {
        Err(faults) => faults,
        Ok(settings) => match message_settings::set(&signed.app, signed.shop()?.id, settings, &signed.actor()).await {
            Ok(_) => return Ok(respond::see_other(&signed.href("/settings/messages?done=messages"))),
            Err(SettingsError::Faulty(faults)) => faults,
            Err(SettingsError::App(error)) => return Err(error.into()),
        },
    };
    let line = |f: &Fault| FaultLine { place: place(&f.at), problem: heard(&f.problem) };
    let refused = Page { form, faults: faults.iter().map(line).collect(), ..view(signed)? };
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

/// Where a fault stands, in the form's words.
fn place(at: &str) -> String {
    let word = match at {
        "prices.percent" => "percent",
        "prices.elsewhere" => "elsewhere",
        "prices.email" => "mail",
        _ if at.starts_with("senders") => "senders",
        _ => "prices",
    };
    let named = say(format!("settings-messages-at-{word}")).to_string();
    let rest = ["senders", "prices.segment"].into_iter().find_map(|prefix| at.strip_prefix(prefix)).unwrap_or_default();
    let rest = rest.trim_start_matches(['.', ',']).trim();
    let rest = match rest.strip_prefix("line ") {
        Some(number) => say("settings-messages-at-line").with("number", number).to_string(),
        None => rest.to_owned(),
    };
    if rest.is_empty() { named } else { format!("{named}, {rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_is_sent_as_it_was_shown_changes_nothing() {
        let settings: MessageSettings = serde_json::from_str(
            r#"{"senders": {"FR": {"from": "ACME", "stop_number": "36111"}, "+1": {"from": "+14155550100"}}, "prices": {"segment": {"DE": "0.075"}, "elsewhere": "0.1", "email": "0.0004"}}"#,
        )
        .expect("settings");
        assert_eq!(Form::of(&settings).read(), Ok(settings));
        assert_eq!(Form::of(&MessageSettings::default()).read(), Ok(MessageSettings::default()));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let form =
            Form { prices: "DE: 0.075\n\nFR 0.07\nES: dear".to_owned(), email: "x".to_owned(), ..Form::of(&MessageSettings::default()) };
        let places: Vec<String> = form.read().expect_err("faults").iter().map(|f| place(&f.at)).collect();
        assert_eq!(places, ["Prices, line 3", "Prices, line 4", "A mail"]);
        assert_eq!(place("senders.US"), "Senders, US");
    }
}
