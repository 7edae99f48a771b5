//! Word to the owners: one mail for what is new, what lasts and what is over; with links to the pages, and without anything of a shopper.

use super::logged;
use crate::app::access::{Role, look_of, people_in};
use crate::app::escaped;
use crate::app::{App, AppError};
use crate::channels::{EmailMessage, Message, Outcome};
use crate::db;
use crate::db::access::UserRow;
use crate::db::alarms::AlarmRow;
use crate::db::shops::Shop;
use crate::domain::contact::Email;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::watch::{must_tell, spoken};
use crate::words::heard::heard_text;
use crate::words::{self, say, written};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use uuid::Uuid;

/// A mail names at most so many alarms: the pages have all.
const NAMED_MAX: usize = 40;

/// Why an alarm is in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    Raised,
    Lasts,
    Over,
}

/// What is told of a store.
struct Told {
    shop: Shop,
    news: News,
    alarm: AlarmRow,
}

/// Writes to the owners about what they haven't been told. It is noted as told before it is sent: a mail may be lost, but none comes twice, and the page says
/// it anyway. Without a mail channel, and of a store that has no owner, nothing is noted, so that the first mail says what stands then.
///
/// # Errors
/// `Db`.
pub async fn tell(app: &App) -> Result<(), AppError> {
    if !app.config.watch_mail || app.channel(ChannelKind::Email).is_none() {
        return Ok(());
    }
    let mut told = Vec::new();
    let mut owners: BTreeMap<Uuid, (UserRow, BTreeSet<ShopId>)> = BTreeMap::new();
    for shop in db::shops::list(&app.db).await? {
        let here: Vec<UserRow> =
            people_in(app, shop.id).await?.into_iter().filter(|(_, role)| *role == Role::Owner).map(|(u, _)| u).collect();
        if here.is_empty() {
            continue;
        }
        for owner in here {
            owners.entry(owner.id).or_insert_with(|| (owner, BTreeSet::new())).1.insert(shop.id);
        }
        logged("telling the owners", shop.id, collect(app, &shop, &mut told).await);
    }
    told.sort_by_key(|t| t.news);
    for (owner, shops) in owners.values() {
        let theirs: Vec<&Told> = told.iter().filter(|t| shops.contains(&t.shop.id)).collect();
        if !theirs.is_empty() {
            // Whoever reads it reads it in their language.
            words::looking(look_of(&owner.look), send(app, owner, &theirs)).await;
        }
    }
    Ok(())
}

/// Notes what is to be told of a store, and adds it.
async fn collect(app: &App, shop: &Shop, told: &mut Vec<Told>) -> Result<(), AppError> {
    let now = app.now();
    let mut add = |news, alarm| told.push(Told { shop: shop.clone(), news, alarm });
    for alarm in db::alarms::active(&app.db, shop.id).await? {
        if !must_tell(alarm.notified_at, alarm.dismissed_at.is_some(), now) {
            continue;
        }
        let mut tx = app.db.begin().await?;
        let ours = db::alarms::set_notified(&mut tx, shop.id, &alarm, now).await?;
        tx.commit().await?;
        if ours {
            add(if alarm.notified_at.is_none() { News::Raised } else { News::Lasts }, alarm);
        }
    }
    for alarm in db::alarms::over_untold(&app.db, shop.id).await? {
        let mut tx = app.db.begin().await?;
        let ours = db::alarms::set_clearing_told(&mut tx, shop.id, alarm.id, now).await?;
        tx.commit().await?;
        if ours {
            add(News::Over, alarm);
        }
    }
    Ok(())
}

async fn send(app: &App, owner: &UserRow, told: &[&Told]) {
    let (Some(channel), Ok(to)) = (app.channel(ChannelKind::Email), owner.email.parse::<Email>()) else { return };
    let mail = EmailMessage {
        key: app.new_id().to_string(),
        to,
        to_name: None,
        from: None,
        from_name: Some("Comeback".into()),
        subject: subject(told),
        html: html(app, told),
        text: text(app, told),
        unsubscribe_url: None,
        reference: None,
        date: app.now(),
        belongs: None,
        pictures: Vec::new(),
    };
    match channel.send(&Message::Email(mail)).await {
        Outcome::Accepted { .. } => {}
        Outcome::Refused { reason, .. } | Outcome::TryLater { reason, .. } | Outcome::Unknown { reason } => {
            tracing::warn!(reason, "an owner could not be told by e-mail of the alarms; the overview shows them");
        }
    }
}

fn subject(told: &[&Told]) -> String {
    let count = |news| told.iter().filter(|t| t.news == news).count();
    let (raised, lasts, over) = (count(News::Raised), count(News::Lasts), count(News::Over));
    let mut stores: Vec<&str> = told.iter().map(|t| t.shop.name.as_str()).collect();
    stores.dedup();
    let place = match stores.as_slice() {
        [one] => (*one).to_owned(),
        more => say("mails-stores").with("count", more.iter().collect::<BTreeSet<_>>().len()).to_string(),
    };
    let what = match (raised, lasts, over) {
        (0, 0, n) => say("mails-alarms-over").with("count", n),
        (0, n, _) => say("mails-alarms-last").with("count", n),
        (n, ..) => say("mails-alarms-new").with("count", n),
    };
    say("mails-alarms-subject").with("place", place).with("what", what).to_string()
}

fn heading(news: News) -> String {
    let key = match news {
        News::Raised => "mails-new",
        News::Lasts => "mails-still-so",
        News::Over => "mails-over",
    };
    say(key).to_string()
}

/// What stands beside an alarm: for how long.
fn lasting(app: &App, t: &Told) -> String {
    let zone = t.shop.zone();
    let since = written::clock(t.alarm.since, &zone, "%H:%M");
    let end = t.alarm.cleared_at.unwrap_or_else(|| app.now());
    let said = if t.news == News::Over {
        say("mails-began").with("since", since).with("length", heard_text(&spoken(end.duration_since(t.alarm.since))))
    } else {
        say("mails-since").with("since", since)
    };
    said.to_string()
}

fn overview(app: &App, shop: &Shop) -> String {
    format!("{}/?shop={}", app.config.public_url, shop.id)
}

fn text(app: &App, told: &[&Told]) -> String {
    let mut text = String::new();
    let mut last = None;
    for t in told.iter().take(NAMED_MAX) {
        if last != Some(t.news) {
            let _ = writeln!(text, "{}\n", heading(t.news).to_uppercase());
            last = Some(t.news);
        }
        let _ = writeln!(text, "* {}: {} {}", t.shop.name, heard_text(&t.alarm.what), lasting(app, t));
        if t.news != News::Over {
            let _ = writeln!(text, "  {}", heard_text(&t.alarm.fix));
        }
        let _ = writeln!(text, "  {}\n", overview(app, &t.shop));
    }
    text.push_str(&rest(told));
    let _ = writeln!(text, "{}", say("mails-why-alarms"));
    text
}

fn rest(told: &[&Told]) -> String {
    let left = told.len().saturating_sub(NAMED_MAX);
    if left > 0 { format!("{}\n\n", say("mails-more-alarms").with("count", left)) } else { String::new() }
}

fn html(app: &App, told: &[&Told]) -> String {
    let mut html = format!(
        "<div lang=\"{}\" style=\"font-family:sans-serif;font-size:15px;line-height:1.45;max-width:40em\">",
        words::look().language.tag()
    );
    let mut last = None;
    for t in told.iter().take(NAMED_MAX) {
        if last != Some(t.news) {
            let _ = write!(html, "<h2 style=\"font-size:17px\">{}</h2>", heading(t.news));
            last = Some(t.news);
        }
        let (name, what, when) = (escaped(&t.shop.name), escaped(&heard_text(&t.alarm.what)), escaped(&lasting(app, t)));
        let _ = write!(html, "<p><strong>{name}: {what}</strong> {when}");
        if t.news != News::Over {
            let _ = write!(html, "<br>{}", escaped(&heard_text(&t.alarm.fix)));
        }
        let _ = write!(
            html,
            "<br><a href=\"{}\">{}</a></p>",
            escaped(&overview(app, &t.shop)),
            escaped(&say("mails-open-overview").to_string())
        );
    }
    let _ = write!(
        html,
        "<p>{}</p><p style=\"color:#666;font-size:13px\">{}</p></div>",
        escaped(&rest(told)),
        escaped(&say("mails-why-alarms").to_string())
    );
    html.replace("<p></p>", "")
}
