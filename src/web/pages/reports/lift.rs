//! What was caused: verdicts first, then the figures that they rest on, then texts against each other.

use super::caused;
use super::frame::{Files, as_file, nav};
use super::picture::{self, Drawing, Picture};
use super::table::TableView;
use crate::app::access::Role;
use crate::app::files::Period;
use crate::app::lift::report::{Asked, Line, Report, lift};
use crate::app::lift::{experiments, settings, words};
use crate::domain::digest::Days;
use crate::domain::lift::verdict::Verdict;
use crate::web::pages::overview::last_days;
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{grouped, say};
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;

/// Longer than other reports look back: who was counted lately isn't compared yet.
const DAYS_USUAL: i64 = 90;

struct Said {
    label: String,
    orders: String,
    net: String,
    tone: &'static str,
    warning: Option<String>,
    once: String,
}

#[derive(Template)]
#[template(path = "pages/reports/lift.html")]
struct Lift {
    frame: Frame,
    from: String,
    to: String,
    action: String,
    said: Vec<Said>,
    nav: Vec<Link>,
    files: Files,
    texts_files: Files,
    pictures: Vec<Picture>,
    table: TableView,
    texts: TableView,
    outcome_days: i64,
    days_action: Option<String>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let (usual, _, _) = last_days(signed.app.now(), shop, DAYS_USUAL)?;
    let today = signed.app.now().to_zoned(shop.zone()).date();
    let date = |name: &str, known_as: &str, usual: Date| match signed.query.get(name) {
        "" => Ok(usual),
        _ => signed.query.parsed(name, known_as),
    };
    let (first, last): (Date, Date) = (date("from", "From", usual)?, date("to", "To", today)?);
    let (from, to) = signed.instants(Days { first, last })?;
    let asked = Asked { shop: shop.id, from, to, campaign: signed.query.get("campaign").parse().ok() };
    let report = lift(&signed.app, asked).await?;
    let texts = experiments::table(&experiments::experiments(&signed.app, asked).await?);
    let figures = words::table(&report);
    if let Some(format) = as_file(&signed)? {
        let table = if signed.query.get("table") == "texts" { &texts } else { &figures };
        return respond::table(format, table, (first, last), Period { from: asked.from, to });
    }
    respond::page(&Lift {
        frame: Frame::new(&signed, "/reports", say("reports-lift-title").to_string()),
        from: first.to_string(),
        to: last.to_string(),
        action: signed.href("/reports/lift"),
        said: report.total.iter().filter(|_| report.lines.len() != 1).chain(&report.lines).map(|l| said(l, &report)).collect(),
        pictures: [
            picture::intervals(&figures, "conversion_difference", "reports-picture-lift"),
            picture::intervals(&figures, "revenue_difference", "reports-picture-lift-net"),
            picture::intervals(&texts, "difference", "reports-picture-texts"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        table: TableView::new(&signed, &figures).fitting(),
        texts: TableView::new(&signed, &texts).fitting(),
        nav: nav(&signed, "/reports/lift"),
        files: Files::new(&signed, "/reports/lift", "figures"),
        texts_files: Files::new(&signed, "/reports/lift", "texts"),
        outcome_days: report.outcome_days,
        days_action: signed.may(Role::Editor).then(|| signed.href("/reports/lift")),
    })
}

fn said(line: &Line, report: &Report) -> Said {
    let tone = match line.verdicts.orders {
        Verdict::Caused => "good",
        Verdict::Harm | Verdict::Withheld => "bad",
        Verdict::NotCompared | Verdict::NotEnoughData | Verdict::NoEffect => "quiet",
    };
    let is_open = line.verdicts.orders != Verdict::Withheld;
    let once = line.lift.orders.once.filter(|_| is_open).map_or_else(String::new, |i| {
        let whole = |n: f64| grouped(&format!("{n:.0}"));
        say("reports-estimated-once").with("estimate", whole(i.estimate)).with("low", whole(i.low)).with("high", whole(i.high)).to_string()
    });
    Said {
        label: line.label.clone(),
        orders: format::sentence(&caused::orders(line)),
        net: format::sentence(&caused::net(line, report.currency)),
        tone,
        warning: words::split(line.split),
        once,
    }
}

/// Sets for how long orders are shoppers'.
pub async fn set_days(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let days: i64 = posted.fields.parsed("days", "Days")?;
    settings::set_outcome_days(&signed.app, signed.shop()?.id, days, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/lift?done=outcome-days")))
}
