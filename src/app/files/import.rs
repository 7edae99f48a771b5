//! Lists that a store brings along, taken in some lines at a time: good lines are taken, bad ones are told with their number, and the same line again changes
//! nothing.

use super::lines::Unreadable;
use crate::app::consents::import::{self as contacts, Line};
use crate::app::suppressions::{self, Given};
use crate::app::track::{Fate, TrackError};
use crate::app::{App, AppError, ad_costs};
use crate::domain::ids::ShopId;

/// Lines that are taken together.
pub const TOGETHER: usize = 200;

/// Which list is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Addresses that must not be written to: channel, address, reason.
    Suppressions,
    /// Shoppers: e-mail address, phone, names, and what they agreed to, with its proof.
    Contacts,
    /// What advertising cost, by day and campaign.
    AdCosts,
}

impl Brought {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Suppressions, Self::AdCosts];

    /// As stored, and as commands name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suppressions => "suppressions",
            Self::Contacts => "contacts",
            Self::AdCosts => "ad-costs",
        }
    }
}

impl std::str::FromStr for Brought {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|b| b.as_str() == text).ok_or_else(|| format!("{text:?} is no list that can be taken in"))
    }
}

/// What became of some lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// So many changed something.
    pub taken: usize,
    /// So many said what was known before.
    pub known: usize,
    /// What was wrong with each of the others, with its place.
    pub faults: Vec<String>,
}

/// Why lines were not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be read: which lines were taken before stays so.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// They can't be made durable now: they may be given again.
    #[error("{0}")]
    Busy(String),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<TrackError> for ImportError {
    fn from(error: TrackError) -> Self {
        match error {
            TrackError::Busy(why) => Self::Busy(why),
            TrackError::App(error) => Self::App(error),
        }
    }
}

/// Takes lines in.
///
/// # Errors
/// `Busy`, `App`: all of them may be given again.
pub async fn take(app: &App, (shop, what): (ShopId, Brought), some: Vec<Result<Line, String>>, actor: &str) -> Result<Taken, ImportError> {
    let mut came = Taken::default();
    let mut good = Vec::new();
    for line in some {
        match line {
            Ok(line) => good.push(line),
            Err(why) => came.faults.push(why),
        }
    }
    let fates = match what {
        Brought::Contacts => {
            let site = contacts::site(app, shop).await?;
            contacts::import(app, &site, &good).await?
        }
        Brought::Suppressions => {
            let given = forbidden(&mut good, &mut came.faults);
            suppressions::add_all(app, shop, given, actor).await?
        }
        Brought::AdCosts => {
            let lines: Vec<_> = good.iter().map(|line| line.fields.clone()).collect();
            ad_costs::take(app, shop, &lines, actor).await?
        }
    };
    for (line, fate) in good.iter().zip(fates) {
        match fate {
            Fate::Accepted => came.taken += 1,
            Fate::Duplicate => came.known += 1,
            Fate::Refused(why) => came.faults.push(format!("{}: {why}", line.place)),
        }
    }
    Ok(came)
}

/// A line without a channel that is one is bad; the others are taken together.
fn forbidden(lines: &mut Vec<Line>, faults: &mut Vec<String>) -> Vec<Given> {
    let mut given = Vec::new();
    lines.retain(|line| {
        let field = |name: &str| line.fields.get(name).map(|t| t.trim()).filter(|t| !t.is_empty());
        match field("channel").unwrap_or_default().parse() {
            Ok(channel) => {
                let address = field("address").unwrap_or_default().to_owned();
                given.push(Given { channel, address, reason: field("reason").map(str::to_owned) });
                true
            }
            Err(why) => {
                faults.push(format!("{}: channel: {why}", line.place));
                false
            }
        }
    });
    given
}
