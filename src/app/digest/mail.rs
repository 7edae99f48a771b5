//! A summary as a mail: readable as text, without its pictures, in the dark and on a telephone, and far below the size at which mail programs cut.

use super::pictures::{self, HEIGHT, PictureError, WIDTH};
use super::summary::{Figures, Summary};
use crate::app::escaped;
use crate::app::report::Row;
use crate::channels::Picture;
use crate::domain::digest::Days;
use crate::domain::report::table::{Cell, Ratio};
use crate::words::heard::{heard_sentence, heard_text};
use crate::words::written::{day, money};
use crate::words::{grouped, heard, look, say};
use jiff::civil::Date;
use std::fmt::Write as _;

/// Alarms that are named; the overview has all.
const ATTENTION_MAX: usize = 5;
const NET: &str = "net-per-day.png";
const FUNNEL: &str = "carts.png";

/// A mail, but for its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// One line.
    pub subject: String,
    /// The HTML part, which names its pictures.
    pub html: String,
    /// The plain text.
    pub text: String,
    /// What the HTML part shows.
    pub pictures: Vec<Picture>,
}

impl Digest {
    /// As a page: with the pictures inside.
    pub fn page(&self) -> String {
        self.pictures
            .iter()
            .fold(self.html.clone(), |html, picture| html.replace(&format!("cid:{}", picture.name), &data_url(&picture.png)))
    }
}

/// A picture as an address that holds it.
pub fn data_url(png: &[u8]) -> String {
    use base64::Engine as _;
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(png))
}

/// `1 to 7 Jul 2026`-like words for days.
pub fn days(days: Days) -> String {
    let (first, last) = (days.first, days.last);
    let alone = |date: Date| date.day().to_string();
    let said = match (first == last, first.year() == last.year(), first.month() == last.month()) {
        (true, ..) => return day(last),
        (_, true, true) => say("mails-days-of-month").with("first", alone(first)),
        (_, true, false) => say("mails-days-of-year").with("first", alone(first)).with("month", say(format!("month-{}", first.month()))),
        _ => say("mails-days").with("first", day(first)),
    };
    said.with("last", day(last)).to_string()
}

fn no_data() -> String {
    say("mails-no-data").to_string()
}

fn count(number: i64) -> String {
    grouped(&number.to_string())
}

/// `15.0 % (12 of 80)`, with a word where the number is small, and "no data" of nothing.
pub fn rate(ratio: Ratio) -> String {
    let Some(interval) = ratio.interval() else { return no_data() };
    let said = say(if ratio.is_small() { "mails-rate-of-few" } else { "mails-rate" });
    let percent = grouped(&format!("{:.1}", interval.estimate * 100.0));
    said.with("percent", percent).with("part", ratio.numerator).with("whole", ratio.denominator).to_string()
}

/// One figure, now and before.
pub struct Line {
    /// What it is.
    pub name: String,
    /// Now.
    pub now: String,
    /// In the days before.
    pub before: String,
}

/// The figures that stand first, each beside that of the days before.
pub fn lines(summary: &Summary) -> Vec<Line> {
    let (now, before) = (&summary.now, &summary.before);
    let line = |name: &str, show: &dyn Fn(&Figures) -> String| Line { name: say(name).to_string(), now: show(now), before: show(before) };
    vec![
        line("mails-net", &|f| net(f)),
        Line { name: say("mails-caused").to_string(), now: heard_text(&summary.caused), before: String::new() },
        line("mails-orders", &|f| count(f.main.orders)),
        line("mails-refunds", &|f| if f.is_empty() { no_data() } else { money(f.main.refunds) }),
        line("mails-messages", &|f| count(f.main.nudges)),
        line("mails-abandoned", &|f| rate(f.abandonment())),
        line("mails-recovered", &|f| rate(f.recovery())),
    ]
}

/// Every currency by itself; "no data" where nothing happened that could have earned something.
fn net(figures: &Figures) -> String {
    if figures.is_empty() {
        return no_data();
    }
    let and = |all: String, row: &Row| say("mails-and").with("all", all).with("one", money(row.net)).to_string();
    figures.others.iter().fold(money(figures.main.net), and)
}

/// Campaigns, `(name, orders, net)`, of which something is known.
pub fn campaigns(summary: &Summary) -> Vec<(String, String, String)> {
    let column = |key: &str| summary.campaigns.columns.iter().position(|c| c.key == key);
    let (orders, net) = (column("orders"), column("net"));
    let cell = |cells: &[Cell], place: Option<usize>| match place.and_then(|p| cells.get(p)) {
        Some(Cell::Count(number)) => count(*number),
        Some(Cell::Money(amount)) => money(*amount),
        _ => no_data(),
    };
    summary.campaigns.lines.iter().map(|l| (l.label.clone(), cell(&l.cells, orders), cell(&l.cells, net))).collect()
}

/// Makes the mail. `url` is that of the installation.
///
/// # Errors
/// `PictureError`.
pub fn digest(summary: &Summary, url: &str) -> Result<Digest, PictureError> {
    let pictures = vec![
        Picture { name: NET.into(), png: pictures::net_per_day(summary)?.small()? },
        Picture { name: FUNNEL.into(), png: pictures::funnel(summary)?.small()? },
    ];
    let subject =
        say("mails-digest-subject").with("shop", &summary.shop.name).with("net", net(&summary.now)).with("days", days(summary.days));
    Ok(Digest { subject: subject.to_string(), html: html(summary, url), text: text(summary, url), pictures })
}

fn link(summary: &Summary, url: &str, path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{url}{path}{sign}shop={}", summary.shop.id)
}

/// Where to read on: `(words, address)`.
fn links(summary: &Summary, url: &str) -> [(String, String); 3] {
    let period = format!("from={}&to={}", summary.days.first, summary.days.last);
    [
        (say("mails-open-report").to_string(), link(summary, url, &format!("/reports?{period}"))),
        (say("mails-print").to_string(), link(summary, url, &format!("/reports/print?{period}"))),
        (say("mails-change").to_string(), link(summary, url, "/reports/digest")),
    ]
}

fn compared(summary: &Summary) -> String {
    let said = say("mails-compared").with("days", days(summary.days)).with("before", days(summary.days_before));
    said.with("zone", &summary.shop.timezone).to_string()
}

fn text(summary: &Summary, url: &str) -> String {
    let mut text = format!("{}\n{}\n\n", summary.shop.name, compared(summary));
    for line in lines(summary) {
        let before =
            if line.before.is_empty() { String::new() } else { format!(" ({})", say("mails-before").with("figure", &line.before)) };
        let _ = writeln!(text, "{}: {}{before}", line.name, line.now);
    }
    let campaigns = campaigns(summary);
    if !campaigns.is_empty() {
        let _ = writeln!(text, "\n{}", say("mails-campaigns").to_string().to_uppercase());
        for (name, orders, net) in campaigns {
            let credited = say("mails-credited").with("orders", orders);
            let _ = writeln!(text, "* {name}: {net} ({credited})");
        }
    }
    if !summary.attention.is_empty() {
        let _ = writeln!(text, "\n{}", say("mails-attention").to_string().to_uppercase());
        for a in summary.attention.iter().take(ATTENTION_MAX) {
            let _ = writeln!(text, "* {} {}", heard_sentence(&a.what), heard_sentence(&a.fix));
        }
    }
    text.push('\n');
    links(summary, url).iter().for_each(|(words, address)| text.push_str(&format!("{words}: {address}\n")));
    let _ = writeln!(text, "\n{}", say("mails-meaning"));
    summary.definitions().for_each(|(figure, meaning)| text.push_str(&format!("{figure}: {}\n", heard_sentence(meaning))));
    text
}

const HEAD: &str = "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
    <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\"><style>\
    body{margin:0;padding:16px;font:15px/1.45 sans-serif}div{max-width:600px;margin:0 auto}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;padding:5px 8px 5px 0;border-bottom:1px solid #8886;vertical-align:top}th{font-weight:normal}.n{text-align:right}\
    img{width:100%;height:auto;border-radius:6px;background:#fff}h1{font-size:20px}h2{font-size:16px;margin-top:24px}small,.q{opacity:.75}\
    @media(prefers-color-scheme:dark){body{background:#16191d;color:#e6e8eb}a{color:#8ab4ff}}</style></head><body><div>";

fn html(summary: &Summary, url: &str) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"{}\">{HEAD}<h1>{}</h1><p class=\"q\">{}</p><table role=\"presentation\">",
        look().language.tag(),
        escaped(&summary.shop.name),
        escaped(&compared(summary))
    );
    for (place, line) in lines(summary).iter().enumerate() {
        let now = escaped(&line.now);
        let now = if place < 2 { format!("<strong>{now}</strong>") } else { now };
        let before = if line.before.is_empty() {
            String::new()
        } else {
            format!("<br><small>{}</small>", escaped(&say("mails-before").with("figure", &line.before).to_string()))
        };
        let _ = write!(html, "<tr><th scope=\"row\">{}</th><td class=\"n\">{now}{before}</td></tr>", escaped(&line.name));
    }
    html.push_str("</table>");
    html.push_str(&picture(&said("mails-net-per-day"), NET, &daily_alt(summary)));
    html.push_str(&picture(&said("mails-carts"), FUNNEL, &funnel_alt(summary)));
    let campaigns = campaigns(summary);
    if !campaigns.is_empty() {
        let [title, campaign, orders, net] = ["mails-campaigns", "mails-campaign", "mails-orders", "mails-net-short"].map(said);
        let _ = write!(
            html,
            "<h2>{title}</h2><table><tr><th scope=\"col\">{campaign}</th><th scope=\"col\" class=\"n\">{orders}</th><th scope=\"col\" class=\"n\">{net}</th></tr>"
        );
        for (name, orders, net) in campaigns {
            let _ = write!(html, "<tr><td>{}</td><td class=\"n\">{orders}</td><td class=\"n\">{}</td></tr>", escaped(&name), escaped(&net));
        }
        html.push_str("</table>");
    }
    if !summary.attention.is_empty() {
        let _ = write!(html, "<h2>{}</h2><ul>", said("mails-attention"));
        for a in summary.attention.iter().take(ATTENTION_MAX) {
            let _ = write!(html, "<li><strong>{}</strong> {}</li>", heard(&a.what), heard(&a.fix));
        }
        html.push_str("</ul>");
    }
    html.push_str("<p>");
    links(summary, url)
        .iter()
        .for_each(|(words, address)| html.push_str(&format!("<a href=\"{}\">{}</a><br>", escaped(address), escaped(words))));
    html.push_str("</p><p class=\"q\"><small>");
    summary.definitions().for_each(|(figure, meaning)| html.push_str(&format!("<b>{}</b>: {} ", escaped(&figure), heard(meaning))));
    html.push_str("</small></p></div></body></html>");
    html
}

/// A sentence of the catalogue as HTML.
fn said(key: &str) -> String {
    escaped(&say(key).to_string())
}

fn picture(title: &str, name: &str, alt: &str) -> String {
    let (width, height) = (WIDTH / 2, HEIGHT / 2);
    format!("<h2>{title}</h2><img src=\"cid:{name}\" width=\"{width}\" height=\"{height}\" alt=\"{}\">", escaped(alt))
}

/// What the picture says, for those who don't see it.
pub fn daily_alt(summary: &Summary) -> String {
    let best = summary.daily.iter().filter(|d| d.1.minor > 0).max_by_key(|d| (d.1.minor, std::cmp::Reverse(d.0)));
    best.map_or_else(
        || say("mails-no-best-day").to_string(),
        |(best, net, _)| say("mails-best-day").with("day", pictures::short_day(*best)).with("net", money(*net)).to_string(),
    )
}

/// What the picture says, for those who don't see it.
pub fn funnel_alt(summary: &Summary) -> String {
    let c = summary.now.carts;
    let said = say("mails-carts-told").with("begun", count(c.begun)).with("identified", count(c.identified));
    said.with("abandoned", count(c.abandoned)).with("bought", count(c.bought)).with("recovered", count(c.recovered)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_shortly_as_they_can_be() {
        let check = |first: &str, last: &str, expected: &str| {
            let both = Days { first: first.parse().expect("a day"), last: last.parse().expect("a day") };
            assert_eq!(days(both), expected);
        };
        check("2026-07-06", "2026-07-12", "6 to 12 Jul 2026");
        check("2026-06-29", "2026-07-05", "29 Jun to 5 Jul 2026");
        check("2025-12-29", "2026-01-04", "29 Dec 2025 to 4 Jan 2026");
        check("2026-07-06", "2026-07-06", "6 Jul 2026");
    }

    #[test]
    fn a_rate_says_of_how_many_and_where_they_are_few() {
        assert_eq!(rate(Ratio::new(12, 80)), "15.0 % (12 of 80)");
        assert_eq!(rate(Ratio::new(1, 4)), "25.0 % (1 of 4, few)");
        assert_eq!(rate(Ratio::new(0, 0)), "no data");
    }
}
