//! What may be said of what messages caused, to people: `app::lift::words` says the same in English, to programs and in mails.

use super::table::slugged;
use crate::app::lift::report::{Line, Report};
use crate::app::lift::words::money;
use crate::domain::lift::compare::Estimate;
use crate::domain::lift::verdict::{Verdict, Wait};
use crate::domain::money::Currency;
use crate::domain::stats::Interval;
use crate::web::pages::shell::format;
use crate::words::{grouped, say};

/// From so many days on, a wait is told in weeks.
const WEEKS_FROM: f64 = 14.0;
/// From so many days on, it is told in months.
const MONTHS_FROM: f64 = 120.0;
const DAYS_OF_WEEK: f64 = 7.0;
const DAYS_OF_MONTH: f64 = 30.4;

/// Of orders: `caused between 107 and 184 orders`.
pub fn orders(line: &Line) -> String {
    let unit = say("reports-caused-orders").to_string();
    said(line.verdicts.orders, (line.lift.orders, line.waits.0), (&|n| grouped(&format!("{n:.0}")), &unit))
}

/// Of their net: `caused between 310.00 and 905.00 USD`.
pub fn net(line: &Line, currency: Currency) -> String {
    let show = |n: f64| money(n, currency).map_or_else(|| grouped(&format!("{n:.2}")), format::amount);
    said(line.verdicts.net, (line.lift.net, line.waits.1), (&show, currency.code()))
}

/// Of the net of a period.
pub fn headline(report: &Report) -> String {
    report.total.as_ref().map_or_else(|| verdict_words(Verdict::NotEnoughData), |line| net(line, report.currency))
}

/// Whom that is said of.
pub fn over(report: &Report) -> String {
    let Some(line) = &report.total else { return say("reports-caused-nobody").to_string() };
    say("reports-caused-over")
        .with("treated", line.lift.treated.shoppers)
        .with("held", line.lift.held.shoppers)
        .with("days", report.outcome_days)
        .with("pending", line.pending.0 + line.pending.1)
        .to_string()
}

fn verdict_words(verdict: Verdict) -> String {
    slugged("reports-said-", verdict.words())
}

fn said(verdict: Verdict, (estimate, wait): (Estimate, Wait), (show, unit): (&dyn Fn(f64) -> String, &str)) -> String {
    let range = |key: &str, i: Interval| say(key).with("low", show(i.low)).with("high", show(i.high)).with("unit", unit).to_string();
    match (verdict, estimate.anytime) {
        (Verdict::Caused, Some(i)) => range("reports-caused", i),
        (Verdict::Harm, Some(i)) => range("reports-caused-harm", i.negated()),
        (Verdict::NotEnoughData, _) => match waiting(wait) {
            Some(wait) => format!("{}: {wait}", verdict_words(verdict)),
            None => verdict_words(verdict),
        },
        _ => verdict_words(verdict),
    }
}

/// How long until it can be told; none where it is told.
fn waiting(wait: Wait) -> Option<String> {
    let about = |key: &str, count: f64| say(key).with("count", count.round()).to_string();
    match wait {
        Wait::Over => None,
        Wait::Begins(days) => Some(say("reports-wait-begins").with("count", days).to_string()),
        Wait::Never => Some(say("reports-wait-never").to_string()),
        Wait::Days(days) if days < WEEKS_FROM => Some(about("reports-wait-days", days)),
        Wait::Days(days) if days < MONTHS_FROM => Some(about("reports-wait-weeks", days / DAYS_OF_WEEK)),
        Wait::Days(days) => Some(about("reports-wait-months", days / DAYS_OF_MONTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, speaking};

    fn check(verdict: Verdict, (range, wait): (Option<(f64, f64)>, Wait), english: &str, german: &str) {
        let anytime = range.map(|(low, high)| Interval { estimate: f64::midpoint(low, high), low, high });
        let estimate = Estimate { anytime, once: None };
        let told = || said(verdict, (estimate, wait), (&|n| grouped(&format!("{n:.2}")), "EUR"));
        assert_eq!(told(), english);
        assert_eq!(speaking(Language::of("de").expect("German"), told), german);
    }

    #[test]
    fn verdicts_are_told_in_the_readers_language() {
        let caused = Some((1310.0, 2905.0));
        check(
            Verdict::Caused,
            (caused, Wait::Over),
            "caused between 1,310.00 and 2,905.00 EUR",
            "bewirkt: zwischen 1.310,00 und 2.905,00 EUR",
        );
        let harm = Some((-9.0, -3.0));
        check(
            Verdict::Harm,
            (harm, Wait::Over),
            "harm seen: between 3.00 and 9.00 EUR lost",
            "Schaden erkennbar: zwischen 3,00 und 9,00 EUR verloren",
        );
        check(Verdict::NoEffect, (caused, Wait::Over), "no effect seen", "keine Wirkung erkennbar");
        check(
            Verdict::NotEnoughData,
            (None, Wait::Days(42.0)),
            "not enough data yet: about 6 weeks more at this pace",
            "noch nicht genug Daten: bei diesem Tempo noch etwa 6 Wochen",
        );
        check(
            Verdict::NotEnoughData,
            (None, Wait::Begins(1)),
            "not enough data yet: the first shoppers can be compared from tomorrow on",
            "noch nicht genug Daten: Die ersten Kunden lassen sich ab morgen vergleichen",
        );
        check(Verdict::NotEnoughData, (None, Wait::Over), "not enough data yet", "noch nicht genug Daten");
    }
}
