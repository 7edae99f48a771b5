//! A summary as a mail: readable as text, without its pictures, in the dark and on a telephone, and far below the size at which mail programs cut.

use super::pictures::{self, HEIGHT, PictureError, WIDTH};
use super::summary::{Figures, Summary};
use crate::app::escaped;
use crate::channels::Picture;
use crate::domain::digest::Days;
use crate::domain::money::Money;
use crate::domain::report::table::{Cell, Ratio};
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
    let from = match (first == last, first.year() == last.year(), first.month() == last.month()) {
        (true, ..) => return last.strftime("%-d %b %Y").to_string(),
        (_, true, true) => first.strftime("%-d").to_string(),
        (_, true, false) => first.strftime("%-d %b").to_string(),
        _ => first.strftime("%-d %b %Y").to_string(),
    };
    format!("{from} to {}", last.strftime("%-d %b %Y"))
}

/// `1,234.50 USD`
pub fn money(money: Money) -> String {
    let plain = money.amount();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("−", d));
    let (whole, rest) = digits.split_once('.').map_or((digits, String::new()), |(w, r)| (w, format!(".{r}")));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest} {}", money.currency)
}

/// `15.0 % (12 of 80)`, with a word where the number is small, and "no data" of nothing.
pub fn rate(ratio: Ratio) -> String {
    let few = if ratio.is_small() { ", few" } else { "" };
    ratio.interval().map_or_else(
        || "no data".to_owned(),
        |i| format!("{:.1} % ({} of {}{few})", i.estimate * 100.0, ratio.numerator, ratio.denominator),
    )
}

/// One figure, now and before.
pub struct Line {
    /// What it is.
    pub name: &'static str,
    /// Now.
    pub now: String,
    /// In the days before.
    pub before: String,
}

/// The figures that stand first, each beside that of the days before.
pub fn lines(summary: &Summary) -> Vec<Line> {
    let (now, before) = (&summary.now, &summary.before);
    let line = |name, show: &dyn Fn(&Figures) -> String| Line { name, now: show(now), before: show(before) };
    vec![
        line("Net recovered revenue", &|f| net(f)),
        Line { name: "Of this, caused by the messages", now: summary.caused.clone(), before: String::new() },
        line("Orders", &|f| f.main.orders.to_string()),
        line("Refunds", &|f| if f.is_empty() { "no data".to_owned() } else { money(f.main.refunds) }),
        line("Messages", &|f| f.main.nudges.to_string()),
        line("Carts abandoned", &|f| rate(f.abandonment())),
        line("Carts recovered", &|f| rate(f.recovery())),
    ]
}

/// Every currency by itself; "no data" where nothing happened that could have earned something.
fn net(figures: &Figures) -> String {
    if figures.is_empty() {
        return "no data".to_owned();
    }
    let others = figures.others.iter().map(|row| format!(" and {}", money(row.net)));
    money(figures.main.net) + &others.collect::<String>()
}

/// Campaigns, `(name, orders, net)`, of which something is known.
pub fn campaigns(summary: &Summary) -> Vec<(String, String, String)> {
    let column = |key: &str| summary.campaigns.columns.iter().position(|c| c.key == key);
    let (orders, net) = (column("orders"), column("net"));
    let cell = |cells: &[Cell], place: Option<usize>| match place.and_then(|p| cells.get(p)) {
        Some(Cell::Count(count)) => count.to_string(),
        Some(Cell::Money(amount)) => money(*amount),
        _ => "no data".to_owned(),
    };
    summary.campaigns.lines.iter().map(|l| (l.label.clone(), cell(&l.cells, orders), cell(&l.cells, net))).collect()
}

/// Makes the mail. `url` is that of the installation.
///
/// # Errors
/// `PictureError`.
pub fn digest(summary: &Summary, url: &str) -> Result<Digest, PictureError> {
    let pictures = vec![
        Picture { name: NET.into(), png: pictures::net_per_day(summary)? },
        Picture { name: FUNNEL.into(), png: pictures::funnel(summary)? },
    ];
    let subject = format!("{}: {} recovered, {}", summary.shop.name, net(&summary.now), days(summary.days));
    Ok(Digest { subject, html: html(summary, url), text: text(summary, url), pictures })
}

fn link(summary: &Summary, url: &str, path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{url}{path}{sign}shop={}", summary.shop.id)
}

/// Where to read on: `(words, address)`.
fn links(summary: &Summary, url: &str) -> [(&'static str, String); 3] {
    let period = format!("from={}&to={}", summary.days.first, summary.days.last);
    [
        ("Open the report", link(summary, url, &format!("/reports?{period}"))),
        ("Print it", link(summary, url, &format!("/reports/print?{period}"))),
        ("Change or stop these mails", link(summary, url, "/reports/digest")),
    ]
}

fn compared(summary: &Summary) -> String {
    format!("{}, compared with {}. Days are counted in {}.", days(summary.days), days(summary.days_before), summary.shop.timezone)
}

fn text(summary: &Summary, url: &str) -> String {
    let mut text = format!("{}\n{}\n\n", summary.shop.name, compared(summary));
    for line in lines(summary) {
        let before = if line.before.is_empty() { String::new() } else { format!(" (before: {})", line.before) };
        let _ = writeln!(text, "{}: {}{before}", line.name, line.now);
    }
    let campaigns = campaigns(summary);
    if !campaigns.is_empty() {
        text.push_str("\nCAMPAIGNS\n");
        campaigns.iter().for_each(|(name, orders, net)| text.push_str(&format!("* {name}: {net} ({orders} credited)\n")));
    }
    if !summary.attention.is_empty() {
        text.push_str("\nWHAT NEEDS ATTENTION\n");
        summary.attention.iter().take(ATTENTION_MAX).for_each(|a| text.push_str(&format!("* {} {}\n", a.what, a.fix)));
    }
    text.push('\n');
    links(summary, url).iter().for_each(|(words, address)| text.push_str(&format!("{words}: {address}\n")));
    text.push_str("\nWhat the figures mean\n");
    summary.definitions().for_each(|d| text.push_str(&format!("{}: {}\n", d.figure, d.definition)));
    text
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
    <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\"><style>\
    body{margin:0;padding:16px;font:15px/1.45 sans-serif}div{max-width:600px;margin:0 auto}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;padding:5px 8px 5px 0;border-bottom:1px solid #8886;vertical-align:top}th{font-weight:normal}.n{text-align:right}\
    img{width:100%;height:auto;border-radius:6px;background:#fff}h1{font-size:20px}h2{font-size:16px;margin-top:24px}small,.q{opacity:.75}\
    @media(prefers-color-scheme:dark){body{background:#16191d;color:#e6e8eb}a{color:#8ab4ff}}</style></head><body><div>";

fn html(summary: &Summary, url: &str) -> String {
    let mut html = format!(
        "{HEAD}<h1>{}</h1><p class=\"q\">{}</p><table role=\"presentation\">",
        escaped(&summary.shop.name),
        escaped(&compared(summary))
    );
    for (place, line) in lines(summary).iter().enumerate() {
        let now = escaped(&line.now);
        let now = if place < 2 { format!("<strong>{now}</strong>") } else { now };
        let before = if line.before.is_empty() { String::new() } else { format!("<br><small>before: {}</small>", escaped(&line.before)) };
        let _ = write!(html, "<tr><th scope=\"row\">{}</th><td class=\"n\">{now}{before}</td></tr>", line.name);
    }
    html.push_str("</table>");
    html.push_str(&picture("Net per day", NET, &daily_alt(summary)));
    html.push_str(&picture("Carts", FUNNEL, &funnel_alt(summary)));
    let campaigns = campaigns(summary);
    if !campaigns.is_empty() {
        html.push_str("<h2>Campaigns</h2><table><tr><th scope=\"col\">Campaign</th><th scope=\"col\" class=\"n\">Orders</th><th scope=\"col\" class=\"n\">Net</th></tr>");
        for (name, orders, net) in campaigns {
            let _ = write!(html, "<tr><td>{}</td><td class=\"n\">{orders}</td><td class=\"n\">{}</td></tr>", escaped(&name), escaped(&net));
        }
        html.push_str("</table>");
    }
    if !summary.attention.is_empty() {
        html.push_str("<h2>What needs attention</h2><ul>");
        for a in summary.attention.iter().take(ATTENTION_MAX) {
            let _ = write!(html, "<li><strong>{}</strong> {}</li>", escaped(&a.what), escaped(&a.fix));
        }
        html.push_str("</ul>");
    }
    html.push_str("<p>");
    links(summary, url).iter().for_each(|(words, address)| html.push_str(&format!("<a href=\"{}\">{words}</a><br>", escaped(address))));
    html.push_str("</p><p class=\"q\"><small>");
    summary.definitions().for_each(|d| html.push_str(&format!("<b>{}</b>: {} ", d.figure, escaped(d.definition))));
    html.push_str("</small></p></div></body></html>");
    html
}

fn picture(title: &str, name: &str, alt: &str) -> String {
    let (width, height) = (WIDTH / 2, HEIGHT / 2);
    format!("<h2>{title}</h2><img src=\"cid:{name}\" width=\"{width}\" height=\"{height}\" alt=\"{}\">", escaped(alt))
}

/// What the picture says, for those who don't see it.
pub fn daily_alt(summary: &Summary) -> String {
    let best = summary.daily.iter().filter(|d| d.1.minor > 0).max_by_key(|d| (d.1.minor, std::cmp::Reverse(d.0)));
    best.map_or_else(
        || "Net per day: on none of the days was anything recovered.".to_owned(),
        |(day, net, _)| format!("Net per day: the best was {} with {}.", day.strftime("%-d %b"), money(*net)),
    )
}

/// What the picture says, for those who don't see it.
pub fn funnel_alt(summary: &Summary) -> String {
    let c = summary.now.carts;
    format!(
        "Carts: {} begun, {} identified, {} abandoned, {} bought, {} recovered.",
        c.begun, c.identified, c.abandoned, c.bought, c.recovered
    )
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
