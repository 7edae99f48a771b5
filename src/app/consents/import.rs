//! Lists of contacts that a store brings along: each line is an event of its own, so that good lines are taken, bad ones are told, and the same list again
//! changes nothing.

use super::take::{self, Given};
use crate::app::track::{self, Fate, Offered, Site, TrackError};
use crate::app::{App, AppError};
use crate::domain::consent::Method;
use crate::domain::event::ChannelKind;
use crate::domain::visit::{Given as Event, GivenContact, Teller};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The columns that a list may have.
pub const COLUMNS: [&str; 14] = [
    "email",
    "phone",
    "customer_id",
    "first_name",
    "last_name",
    "locale",
    "country",
    "email_consent",
    "sms_consent",
    "whatsapp_consent",
    "consent_at",
    "source",
    "shown",
    "proof",
];
/// And how they agreed.
pub const METHOD: &str = "method";

/// A line, by its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it stands: `contacts.csv line 7`.
    pub place: String,
    /// What it says.
    pub fields: BTreeMap<String, String>,
}

/// What became of lines, in their order.
pub type Imported = Vec<Fate>;

impl Line {
    fn get(&self, column: &str) -> Option<String> {
        self.fields.get(column).map(|t| t.trim()).filter(|t| !t.is_empty()).map(str::to_owned)
    }

    /// What a column that isn't known is told.
    fn unknown(&self) -> Option<String> {
        let is_known = |name: &str| COLUMNS.contains(&name) || name == METHOD;
        self.fields
            .keys()
            .find(|name| !is_known(name))
            .map(|name| format!("there is no column {name:?}; known are {}, {METHOD}", COLUMNS.join(", ")))
    }

    fn contact(&self) -> GivenContact {
        GivenContact {
            email: self.get("email"),
            phone: self.get("phone"),
            customer_id: self.get("customer_id"),
            first_name: self.get("first_name"),
            last_name: self.get("last_name"),
            locale: self.get("locale"),
            country: self.get("country"),
            province: None,
        }
    }

    /// The line's event, named by what it says of the person.
    fn event(&self) -> Offered {
        let mut hash = Sha256::new();
        for column in COLUMNS.iter().take(7) {
            let value = self.get(column).unwrap_or_default();
            hash.update(value.len().to_be_bytes());
            hash.update(value);
        }
        let id = format!("import:{}", hex::encode(hash.finalize()));
        let given = Event { event_id: id.clone(), name: "identify".into(), contact: self.contact(), ..Event::default() };
        (Some(id), Ok(given))
    }

    fn consents(&self) -> Vec<Given> {
        let said = |channel: ChannelKind| {
            let state = self.get(&format!("{}_consent", channel.as_str()))?;
            Some(Given {
                id: None,
                channel: channel.as_str().into(),
                state,
                email: self.get("email"),
                phone: self.get("phone"),
                country: self.get("country"),
                customer_id: self.get("customer_id"),
                at: self.get("consent_at"),
                source: self.get("source").or_else(|| Some("a list of contacts".into())),
                method: self.get(METHOD),
                shown: self.get("shown"),
                proof: self.get("proof").or_else(|| Some(self.place.clone())),
            })
        };
        ChannelKind::ALL.into_iter().filter_map(said).collect()
    }
}

/// Takes lines in. A line whose consent can't be taken is refused whole.
///
/// # Errors
/// `Busy`, `App`: all of them may be given again.
pub async fn import(app: &App, site: &Site, lines: &[Line]) -> Result<Imported, TrackError> {
    let mut fates: Vec<Fate> = Vec::with_capacity(lines.len());
    let mut good: Vec<(usize, &Line)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let refused = line.unknown().or_else(|| line.consents().iter().find_map(|given| take::faults(given, Method::Import, app.now())));
        if refused.is_none() {
            good.push((index, line));
        }
        fates.push(refused.map_or(Fate::Duplicate, Fate::Refused));
    }
    let offered = good.iter().map(|(_, line)| line.event()).collect();
    let answers = track::take(app, site, Teller::Store, offered).await?;
    let mut consents: Vec<(usize, Given)> = Vec::new();
    for ((index, line), (_, fate)) in good.into_iter().zip(answers) {
        if !matches!(fate, Fate::Refused(_)) {
            consents.extend(line.consents().into_iter().map(|given| (index, given)));
        }
        // The event is about what it names only: said in the words of a list.
        set(
            &mut fates,
            index,
            match fate {
                Fate::Refused(why) => Fate::Refused(why.replace("contact.", "")),
                fate => fate,
            },
        );
    }
    let (places, given): (Vec<usize>, Vec<Given>) = consents.into_iter().unzip();
    let taken = take::take(app, &site.shop, Method::Import, given).await?;
    for (index, fate) in places.into_iter().zip(taken) {
        if fate == Fate::Accepted {
            set(&mut fates, index, fate);
        }
    }
    Ok(fates)
}

fn set(fates: &mut [Fate], index: usize, fate: Fate) {
    if let Some(place) = fates.get_mut(index) {
        *place = fate;
    }
}

/// The store as events are taken in for it.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn site(app: &App, shop: crate::domain::ids::ShopId) -> Result<std::sync::Arc<Site>, AppError> {
    track::site(app, shop).await?.ok_or(AppError::NotFound("store with that id"))
}
