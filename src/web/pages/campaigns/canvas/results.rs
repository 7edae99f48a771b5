//! What steps did, beside the steps: of the carts begun lately, with how sure each share is.

use crate::app::reports::{self, Did, Done};
use crate::db::campaigns::CampaignRow;
use crate::domain::report::days::{self, Days};
use crate::domain::report::table::Ratio;
use crate::web::pages::campaigns::form::StepForm;
use crate::web::pages::reports::ratio_words;
use crate::web::pages::shell::format;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;

/// Carts begun within so many days count.
pub const DAYS: i64 = 30;

/// A share: in words, and what it was worked out from.
pub struct Share {
    pub name: String,
    pub text: String,
    pub from: String,
}

/// What a step or a text did.
pub struct DidView {
    /// Where the carts behind it are.
    pub href: String,
    pub carts: u64,
    pub shares: Vec<Share>,
    pub net: String,
}

/// What the steps of a campaign did, by their places when it was last saved.
pub struct Results {
    done: Done,
    base: String,
    pub days: i64,
    /// Where the whole report is.
    pub report: String,
}

impl Results {
    /// Of a campaign that was published once.
    pub async fn load(signed: &Signed, row: &CampaignRow) -> Result<Option<Self>, PageError> {
        if row.version == 0 {
            return Ok(None);
        }
        let shop = signed.shop()?;
        let today = days::number(days::of(signed.app.now(), &shop.zone()));
        let period = Days { first: today + 1 - DAYS, end: today + 1 };
        let texts = row.spec.steps.iter().any(|s| !s.variants.is_empty());
        let done = reports::of_steps(&signed.app, shop, row.id, (period, texts)).await?;
        let (from, to) = (days::date(period.first), days::date(today));
        let report = signed.href(&format!("/reports/performance?by=step&campaign={}&from={from}&to={to}", row.id));
        Ok(Some(Self { done, base: signed.href(""), days: DAYS, report }))
    }

    /// Of carts of which something came in that isn't counted yet.
    pub fn counting(&self) -> i64 {
        self.done.counting
    }

    /// A step's; none for one that isn't saved yet.
    pub fn of_step(&self, step: &StepForm) -> Option<DidView> {
        let number = step.was.parse::<usize>().ok()? + 1;
        Some(self.view(self.done.step(number)))
    }

    /// A text's.
    pub fn of_text(&self, step: &StepForm, name: &str) -> Option<DidView> {
        let number = step.was.parse::<usize>().ok()? + 1;
        Some(self.view(self.done.text(number, name)))
    }

    fn view(&self, did: Option<&Did>) -> DidView {
        let Some(did) = did.filter(|d| d.carts > 0) else {
            return DidView { href: String::new(), carts: 0, shares: Vec::new(), net: String::new() };
        };
        // No word of a delivery isn't a word of none.
        let told = did.delivered.numerator > 0;
        let unknown =
            Share { name: say("campaigns-did-delivered").to_string(), text: say("campaigns-did-untold").to_string(), from: String::new() };
        let shares = vec![
            if told { share("campaigns-did-delivered", did.delivered) } else { unknown },
            share("campaigns-did-clicked", did.clicked),
            share("campaigns-did-bought", did.bought),
        ];
        let net: Vec<String> = did.net.iter().map(|m| format::money(*m)).collect();
        let net = if net.is_empty() { say("campaigns-did-nothing").to_string() } else { net.join(", ") };
        let (path, store) = (&did.path, self.base.trim_start_matches('?'));
        let href = if store.is_empty() { path.clone() } else { format!("{path}&{store}") };
        DidView { href, carts: did.carts, shares, net }
    }
}

fn share(name: &str, ratio: Ratio) -> Share {
    let (text, from) = ratio_words(ratio);
    Share { name: say(name).to_string(), text, from }
}
