//! "What would this have done last month?": asked for, watched, and told.

use super::campaign::find;
use crate::app::AppError;
use crate::app::campaigns::CampaignError;
use crate::app::trials::{self, Told};
use crate::db;
use crate::db::trials::TrialJob;
use crate::domain::event::ChannelKind;
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{self, Rich, heard, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// What is tried where nothing else is asked for, in days.
const USUAL_DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "pages/campaigns/campaign_trial.html")]
struct TrialPage {
    frame: Frame,
    name: String,
    list: String,
    campaign: String,
    action: String,
    from: String,
    to: String,
    asked: Option<When>,
    period: String,
    under_way: bool,
    done: i64,
    of_all: Option<i64>,
    problem: Option<Rich>,
    told: Option<Told>,
    /// Why it couldn't be asked for.
    refused: Option<Rich>,
}

impl TrialPage {
    /// What a rule is about; nothing for one that has no words yet.
    fn words(rule: &str) -> String {
        words::find(&format!("campaigns-rule-{rule}")).unwrap_or_default()
    }

    fn channel(word: &str) -> String {
        word.parse::<ChannelKind>().map_or_else(|_| word.to_owned(), format::channel)
    }
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed, *id, None).await?)
}

/// Asks for one.
pub async fn ask(posted: Posted, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = signed.shop()?;
    let zone = shop.zone();
    let day = |name: &str, end: bool| -> Result<Option<Timestamp>, PageError> {
        if posted.fields.get(name).is_empty() {
            return Ok(None);
        }
        let date: Date = posted.fields.parsed(name, "Date")?;
        let date = if end { date.checked_add(Span::new().days(1)).unwrap_or(date) } else { date };
        Ok(date.to_zoned(zone.clone()).ok().map(|z| z.timestamp()))
    };
    let period = (day("from", false)?, day("to", true)?);
    match trials::ask(&signed.app, shop.id, *id, period, &signed.actor()).await {
        Ok(_) => Ok(respond::see_other(&signed.href(&format!("/campaigns/{id}/trial")))),
        Err(CampaignError::Faulty(_)) => {
            let why = say("campaigns-trial-faulty").rich();
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(signed, *id, Some(why)).await?)
        }
        Err(CampaignError::App(AppError::Conflict(why) | AppError::Invalid(why))) => {
            respond::page_with(StatusCode::CONFLICT, &view(signed, *id, Some(heard(&why))).await?)
        }
        Err(CampaignError::App(error)) => Err(error.into()),
    }
}

async fn view(signed: &Signed, id: CampaignId, refused: Option<Rich>) -> Result<TrialPage, PageError> {
    let row = find(signed, id).await?;
    let shop = signed.shop()?;
    let zone = shop.zone();
    let job = db::trials::get(&signed.app.db, shop.id, id).await?;
    let today = signed.app.now().to_zoned(zone.clone()).date();
    let date = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let begin = today.checked_sub(Span::new().days(USUAL_DAYS)).unwrap_or(today);
    Ok(TrialPage {
        frame: Frame::new(signed, "/campaigns", say("campaigns-trial-title").with("name", &row.spec.name).to_string()),
        list: signed.href("/campaigns"),
        campaign: signed.href(&format!("/campaigns/{id}")),
        action: signed.href(&format!("/campaigns/{id}/trial")),
        from: job.as_ref().map_or(begin, |j| date(j.from)).to_string(),
        to: today.to_string(),
        asked: job.as_ref().map(|j| format::when(j.asked_at, &zone)),
        period: job.as_ref().map(|j| period(j, &zone)).unwrap_or_default(),
        under_way: job.as_ref().is_some_and(|j| j.state.is_under_way()),
        done: job.as_ref().map_or(0, |j| j.done),
        of_all: job.as_ref().and_then(|j| j.of_all),
        problem: job.as_ref().and_then(|j| j.problem.clone()).map(|p| heard(&p)),
        told: job.as_ref().and_then(trials::told),
        refused,
        name: row.spec.name,
    })
}

fn period(job: &TrialJob, zone: &TimeZone) -> String {
    let (from, to) = (format::when(job.from, zone).text, format::when(job.to, zone).text);
    say("campaigns-trial-period").with("from", from).with("to", to).to_string()
}
