//! The carts behind a figure: which they are, as a path or a program asks for them.

use crate::app::{App, AppError, rollups as counting};
use crate::db::rollups::{self, CartsOf, ListedFact};
use crate::db::shops::Shop;
use crate::domain::cart::CartState;
use crate::domain::period::{End, instant};
use crate::domain::report::days::{self, Days};
use crate::domain::report::figure::{Dimension, Reached};

/// What is asked of carts beside their state: names as links and programs use them. None of nothing of it.
///
/// # Errors
/// The name of what can't be read, and why.
pub fn carts_of<'a>(shop: &Shop, get: impl Fn(&'static str) -> Option<&'a str>) -> Result<Option<CartsOf>, (&'static str, String)> {
    let zone = shop.zone();
    let said = |name| get(name).filter(|text| !text.is_empty());
    let day = |name| {
        let at = said(name).map(|text| instant(text, End::From, &zone)).transpose().map_err(|e| (name, e))?;
        Ok(at.map(|at| days::number(days::of(at, &zone))))
    };
    let (first, last) = (day("from")?, day("to")?);
    let days = (first.is_some() || last.is_some())
        .then(|| Days { first: first.unwrap_or(i64::MIN), end: last.map_or(i64::MAX, |last| last.saturating_add(1)) });
    let campaign = said("campaign").map(str::parse).transpose().map_err(|_| ("campaign", "expected a campaign's id".to_owned()))?;
    let reached: Result<Vec<Reached>, String> = said("reached").map_or(Ok(Vec::new()), |text| text.split(',').map(str::parse).collect());
    // A value that is there and empty asks for those of which it is not known.
    let values = Dimension::OF_REPORTS.into_iter().filter(|d| *d != Dimension::Campaign);
    let values = values.filter_map(|d| Some((d, get(d.as_str())?.to_owned()))).collect();
    let of = CartsOf { days, campaign, reached: reached.map_err(|e| ("reached", e))?, values, state: None, after: None };
    Ok((!of.is_any()).then_some(of))
}

/// The carts that a figure counts, those begun last first.
///
/// # Errors
/// `Db`.
pub async fn carts_behind(app: &App, shop: &Shop, of: CartsOf, state: Option<CartState>, most: i64) -> Result<Vec<ListedFact>, AppError> {
    counting::fresh(app, shop).await?;
    Ok(rollups::carts(&app.db, shop.id, &CartsOf { state, ..of }, most).await?)
}
