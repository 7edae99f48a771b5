//! What stands around every report: which others there are, and of which days, which campaign and beside what it is.

use crate::app::AppError;
use crate::app::files::Format;
use crate::app::reports::{self, Asked, Report};
use crate::db;
use crate::domain::ids::CampaignId;
use crate::domain::report::days;
use crate::web::pages::shell::frame::Link;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;

/// Every report, in the order in which they are shown.
const REPORTS: [(&str, &str); 11] = [
    ("/reports", "reports-recovered"),
    ("/reports/lift", "reports-lift"),
    ("/reports/attribution", "reports-attribution"),
    ("/reports/funnel", "reports-funnel"),
    ("/reports/performance", "reports-performance"),
    ("/reports/buyers", "reports-buyers"),
    ("/reports/cohorts", "reports-cohorts"),
    ("/reports/ads", "reports-ads"),
    ("/reports/books", "reports-books"),
    ("/reports/annotations", "reports-notes"),
    ("/reports/digest", "reports-by-mail"),
];
/// Periods that are one click away, in days until today.
const PERIODS: [i64; 4] = [7, 30, 90, 365];

/// The links to every report.
pub fn nav(signed: &Signed, here: &str) -> Vec<Link> {
    REPORTS.iter().map(|(path, name)| Link { href: signed.href(path), name: say(*name).to_string(), here: *path == here }).collect()
}

/// Where a page's table is as a file.
pub struct Files {
    pub csv: String,
    pub parquet: String,
}

impl Files {
    /// The page's own address, with everything that is asked for. `table` names which one, of a page with several.
    pub fn new(signed: &Signed, path: &str, table: &str) -> Self {
        let href = |format: Format| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(signed.query.pairs().filter(|(name, _)| !["shop", "format", "table", "done"].contains(name)));
            query.append_pair("format", format.as_str());
            if !table.is_empty() {
                query.append_pair("table", table);
            }
            signed.href(&format!("{path}?{}", query.finish()))
        };
        Self { csv: href(Format::Csv), parquet: href(Format::Parquet) }
    }
}

/// As what file a page is asked for; none: as a page.
pub fn as_file(signed: &Signed) -> Result<Option<Format>, PageError> {
    match signed.query.get("format") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|why| AppError::Invalid(format!("format: {why}")).into()),
    }
}

/// Something to choose.
pub struct Choice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

/// A period to choose.
pub struct Preset {
    pub href: String,
    pub name: String,
    pub here: bool,
}

/// What a report's page lets people choose.
pub struct Choices {
    pub action: String,
    pub from: String,
    pub to: String,
    pub presets: Vec<Preset>,
    /// What it can be broken down by; empty where it can't.
    pub by: Vec<Choice>,
    /// The campaigns that it can be of; empty where it can't.
    pub campaigns: Vec<Choice>,
    /// Can it be compared with the period before, and is it?
    pub compare: Option<bool>,
    pub zone: String,
}

/// What a page asks for, by its address.
pub fn asked(signed: &Signed, name: &str) -> Result<Asked, PageError> {
    let said = |field: &str| Some(signed.query.get(field));
    let report = Report::of(name, signed.query.get("by")).map_err(AppError::Invalid)?;
    let days = reports::period(&signed.app, signed.shop()?, report, (said("from"), said("to")))
        .map_err(|(field, why)| AppError::Invalid(format!("{field}: {why}")))?;
    let campaign: Option<CampaignId> = match signed.query.get("campaign") {
        "" => None,
        id => Some(id.parse().map_err(|_| AppError::Invalid("campaign: expected a campaign's id".into()))?),
    };
    Ok(Asked {
        report,
        days,
        campaign: campaign.filter(|_| report.is_of_carts()),
        compare: report.is_of_carts() && signed.query.get("compare") == "before",
    })
}

impl Choices {
    /// Of a page that answers this.
    pub async fn new(signed: &Signed, (path, by): (&str, Vec<Choice>), asked: &Asked) -> Result<Self, PageError> {
        let (first, last) = (days::date(asked.days.first).to_string(), days::date(asked.days.end - 1).to_string());
        let today = days::number(days::of(signed.app.now(), &signed.shop()?.zone()));
        let kept = Self::kept(signed, asked);
        let preset = |length: i64| {
            let (from, to) = (days::date(today + 1 - length), days::date(today));
            Preset {
                href: signed.href(&format!("{path}?from={from}&to={to}{kept}")),
                name: if length == 365 { say("reports-a-year").to_string() } else { say("reports-days").with("count", length).to_string() },
                here: from.to_string() == first && to.to_string() == last,
            }
        };
        let mut campaigns = Vec::new();
        if asked.report.is_of_carts() {
            let all = db::campaigns::list(&signed.app.db, signed.shop()?.id).await?;
            campaigns.push(Choice { value: String::new(), name: say("reports-all").to_string(), chosen: asked.campaign.is_none() });
            campaigns.extend(all.into_iter().map(|c| Choice {
                value: c.id.to_string(),
                name: c.spec.name,
                chosen: asked.campaign == Some(c.id),
            }));
        }
        Ok(Self {
            action: signed.href(path),
            presets: PERIODS.into_iter().map(preset).collect(),
            from: first,
            to: last,
            by,
            campaigns,
            compare: asked.report.is_of_carts().then_some(asked.compare),
            zone: signed.shop()?.timezone.clone(),
        })
    }

    /// What another period keeps.
    fn kept(signed: &Signed, asked: &Asked) -> String {
        let by = match signed.query.get("by") {
            "" => String::new(),
            by => format!("&by={by}"),
        };
        let campaign = asked.campaign.map_or_else(String::new, |c| format!("&campaign={c}"));
        let compare = if asked.compare { "&compare=before" } else { "" };
        format!("{by}{campaign}{compare}")
    }
}
