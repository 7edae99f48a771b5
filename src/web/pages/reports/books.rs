//! Orders against the platform's books: the last comparison, how to ask for another, and what can be taken in.

use super::frame::{Files, as_file, nav};
use super::table::TableView;
use crate::app::files::Period;
use crate::app::reconcile;
use crate::db;
use crate::db::reconciliations::Run;
use crate::domain::digest::Days;
use crate::web::pages::overview::last_days;
use crate::web::pages::settings::basis_words;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::{Frame, Link};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::HttpResponse;
use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

const DAYS_USUAL: i64 = 30;

/// What the last comparison came to, in a sentence.
struct Verdict {
    tone: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "pages/reports/books.html")]
struct Books {
    frame: Frame,
    nav: Vec<Link>,
    files: Files,
    action: String,
    from: String,
    to: String,
    asked: Option<When>,
    by: String,
    under_way: bool,
    problem: Option<String>,
    verdict: Option<Verdict>,
    take_in: Option<(String, u64)>,
    basis: Said,
    table: Option<TableView>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let (first, _, _) = last_days(signed.app.now(), shop, DAYS_USUAL)?;
    let today = signed.app.now().to_zoned(shop.zone()).date();
    let last = db::reconciliations::last(&signed.app.db, shop.id, false).await?;
    let done = db::reconciliations::last(&signed.app.db, shop.id, true).await?;
    let told = done.as_ref().and_then(|run| Some((run, reconcile::told(run)?)));
    let waits = |run: &Run| run.state == "waiting" || run.state == "running";
    let take_in = told.as_ref().map(|(_, told)| told.compared.can_take_in_count).filter(|n| *n > 0);
    let table = told.as_ref().map(|(run, told)| told.table(run));
    if let (Some(format), Some(table), Some((run, _))) = (as_file(&signed)?, &table, &told) {
        let day = |at: Timestamp| at.to_zoned(shop.zone()).date();
        let (first, last) = (day(run.from), day(run.to - SignedDuration::from_millis(1)));
        return respond::table(format, table, (first, last), Period { from: run.from, to: run.to });
    }
    respond::page(&Books {
        nav: nav(&signed, "/reports/books"),
        files: Files::new(&signed, "/reports/books", ""),
        frame: Frame::new(&signed, "/reports", say("reports-books-title").to_string()),
        action: signed.href("/reports/books"),
        from: first.to_string(),
        to: today.to_string(),
        asked: done.as_ref().map(|run| format::when(run.ended_at.unwrap_or(run.asked_at), &shop.zone())),
        by: done
            .as_ref()
            .map(|run| say(if run.asked_by == "night" { "reports-every-night" } else { "reports-when-asked" }).to_string())
            .unwrap_or_default(),
        under_way: last.as_ref().is_some_and(waits),
        problem: last.as_ref().and_then(|run| run.problem.clone()),
        verdict: told.as_ref().map(|(_, told)| verdict(told)),
        take_in: take_in.map(|n| (signed.href("/reports/books/take-in"), n)),
        basis: basis_words(shop.basis.basis),
        table: table.as_ref().map(|table| TableView::new(&signed, table)),
    })
}

fn verdict(told: &reconcile::Told) -> Verdict {
    let compared = &told.compared;
    let agree: u64 = compared.sums.iter().map(|s| s.orders_agree).sum();
    let all: u64 = compared.sums.iter().map(|s| s.orders_theirs).sum();
    let (tone, rest) = match (compared.differences_count, compared.unexplained_count) {
        (0, _) => ("good", say("reports-no-difference")),
        (n, 0) => ("good", say("reports-all-explained").with("count", n)),
        (n, m) => ("warn", say("reports-some-unexplained").with("count", n).with("unexplained", m)),
    };
    Verdict { tone, text: say("reports-agree").with("agree", agree).with("all", all).with("rest", rest).to_string() }
}

/// Asks for a comparison.
pub async fn ask(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = signed.shop()?;
    let (first, last): (Date, Date) = (posted.fields.parsed("from", "From")?, posted.fields.parsed("to", "To")?);
    let period = signed.instants(Days { first, last })?;
    reconcile::ask(&signed.app, shop.id, period, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/books?done=books")))
}

/// Takes in what the books know and we don't.
pub async fn take_in(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    reconcile::take_in(&signed.app, signed.shop()?.id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/reports/books?done=taken-in")))
}
