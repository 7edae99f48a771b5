//! One's own account: how pages look, the password, second factors, sessions.

use super::passkey;
use crate::app::access::{PASSWORD_MAX, PASSWORD_MIN, is_password};
use crate::app::account::{self, Changed};
use crate::app::factors::{self, Factors, NAME_MAX};
use crate::db;
use crate::db::access::LookRow;
use crate::db::shops::Shop;
use crate::db::team::OwnSession;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{OF_PEOPLE, Said, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::{TimeZone, db as zones};
use uuid::Uuid;

const COLOURS: [&str; 2] = ["light", "dark"];

/// Something to choose.
struct Choice {
    value: &'static str,
    name: Said,
    chosen: bool,
}

/// How pages look, as typed.
struct Look {
    languages: Vec<Choice>,
    timezone: String,
    zones: Vec<String>,
    colours: Vec<Choice>,
    fault: Option<Said>,
}

/// What is wrong with a wish for another password, by its field.
#[derive(Default)]
struct PasswordFaults {
    present: Option<Said>,
    wanted: Option<Said>,
    again: Option<Said>,
}

struct Passkey {
    name: String,
    made: When,
    used: Option<When>,
    remove: String,
}

struct SessionLine {
    program: String,
    address: Option<String>,
    since: When,
    seen: Option<When>,
    here: bool,
    end: String,
}

#[derive(Template)]
#[template(path = "pages/people/account.html")]
struct Account {
    frame: Frame,
    look: Look,
    password: PasswordFaults,
    password_min: usize,
    password_max: usize,
    has: Factors,
    passkeys: Vec<Passkey>,
    unoffered: Option<Said>,
    name_max: usize,
    sessions: Vec<SessionLine>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let look = look(&signed.person.look, None);
    page(&signed, StatusCode::OK, look, PasswordFaults::default()).await
}

async fn page(signed: &Signed, status: StatusCode, look: Look, password: PasswordFaults) -> Result<HttpResponse, PageError> {
    let (db, user) = (&signed.app.db, signed.person.id);
    let zone = signed.shop().map_or(TimeZone::UTC, Shop::zone);
    let when = |ms: i64| format::when(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH), &zone);
    let passkey = |row: db::factors::PasskeyRow| Passkey {
        made: when(row.created_at),
        used: row.used_at.map(when),
        remove: format!("/account/passkeys/{}/remove", row.id),
        name: row.name,
    };
    let session = |row: OwnSession| SessionLine {
        program: row.agent.as_deref().and_then(program).unwrap_or_else(|| say("people-program").to_string()),
        address: row.address,
        since: when(row.created_at),
        seen: row.seen_at.map(when),
        here: row.id == signed.session,
        end: format!("/account/sessions/{}/end", row.id),
    };
    let account = Account {
        frame: Frame::new(signed, "/account", say("people-account").to_string()),
        look,
        password,
        password_min: PASSWORD_MIN,
        password_max: PASSWORD_MAX,
        has: factors::of(&signed.app, user).await?,
        passkeys: db::factors::passkeys(db, user).await?.into_iter().map(passkey).collect(),
        unoffered: passkey::unoffered(&signed.app).map(say),
        name_max: NAME_MAX,
        sessions: db::team::sessions(db, user, signed.app.now()).await?.into_iter().map(session).collect(),
    };
    respond::page_with(status, &account)
}

fn look(row: &LookRow, fault: Option<Said>) -> Look {
    let language = |value: &'static str| Choice {
        value,
        name: say(format!("people-language-{value}")),
        chosen: row.language.as_deref() == Some(value),
    };
    let colours =
        |value: &'static str| Choice { value, name: say(format!("people-colours-{value}")), chosen: row.colours.as_deref() == Some(value) };
    Look {
        languages: OF_PEOPLE.into_iter().map(language).collect(),
        timezone: row.timezone.clone().unwrap_or_default(),
        zones: zone_names(),
        colours: COLOURS.into_iter().map(colours).collect(),
        fault,
    }
}

/// The zones that people know: by region and place, and the one that is none.
fn zone_names() -> Vec<String> {
    const REGIONS: [&str; 9] = ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    let all = zones().available().map(|name| name.as_str().to_owned());
    let mut names: Vec<String> = all.filter(|name| name == "UTC" || REGIONS.iter().any(|r| name.starts_with(r))).collect();
    names.sort();
    names
}

/// How pages are to look, out of a form; the name of a zone that isn't one as it was typed.
fn wished(fields: &Fields) -> Result<LookRow, LookRow> {
    let one_of = |name: &str, all: &[&str]| all.iter().find(|v| **v == fields.get(name)).map(|v| (*v).to_owned());
    let typed = fields.get("timezone").replace(' ', "_");
    let zone = TimeZone::get(&typed).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    let row = LookRow { language: one_of("language", &OF_PEOPLE), timezone: zone, colours: one_of("colours", &COLOURS) };
    if row.timezone.is_none() && !typed.is_empty() {
        return Err(LookRow { timezone: Some(fields.get("timezone").to_owned()), ..row });
    }
    Ok(row)
}

/// Keeps how pages look.
pub async fn set_look(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    match wished(&posted.fields) {
        Ok(row) => {
            account::set_look(&signed.app, &signed.person, &row).await?;
            Ok(respond::see_other("/account?done=look"))
        }
        Err(typed) => {
            let look = look(&typed, Some(say("people-zone-unknown")));
            page(signed, StatusCode::UNPROCESSABLE_ENTITY, look, PasswordFaults::default()).await
        }
    }
}

/// Changes the password.
pub async fn change_password(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let (present, wanted) = (fields.raw("present"), fields.raw("wanted"));
    let mut faults = PasswordFaults::default();
    if !is_password(wanted) {
        faults.wanted = Some(length_fault());
    } else if wanted != fields.raw("again") {
        faults.again = Some(say("people-passwords-differ"));
    } else {
        match account::change_password(&signed.app, (&signed.person, signed.session), (present, wanted)).await? {
            Changed::Yes => return Ok(respond::see_other("/account?done=password")),
            Changed::Refused => faults.present = Some(say("people-password-isnt")),
            Changed::TooMany => faults.present = Some(say("people-too-many")),
        }
    }
    page(signed, StatusCode::UNPROCESSABLE_ENTITY, look(&signed.person.look, None), faults).await
}

/// A password that is too short or too long.
pub fn length_fault() -> Said {
    say("people-password-length").with("min", PASSWORD_MIN).with("max", PASSWORD_MAX)
}

/// Ends one session.
pub async fn end_session(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    account::end_session(&signed.app, &signed.person, *id).await?;
    Ok(respond::see_other("/account?done=session-ended#sessions"))
}

/// Ends all sessions but this one.
pub async fn end_others(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    account::end_others(&signed.app, &signed.person, signed.session).await?;
    Ok(respond::see_other("/account?done=sessions-ended#sessions"))
}

/// What a browser is called, and what it runs on, out of what it calls itself. Names only; none where it says neither.
fn program(agent: &str) -> Option<String> {
    // The first that is named: browsers also name those that they want to be taken for.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |all: &[(&str, &'static str)]| all.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_name_whatever_it_wants_to_be_taken_for() {
        let check = |agent: &str, expected: Option<&str>| assert_eq!(program(agent).as_deref(), expected, "{agent}");
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Some("Firefox, Linux"));
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            Some("Edge, Windows"),
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            Some("Safari, iPhone"),
        );
        check(
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            Some("Chrome, Android"),
        );
        check("curl/8.0", None);
        check("", None);
    }

    #[test]
    fn zones_are_taken_as_people_write_them_and_nothing_else_is() {
        let check = |typed: &str, expected: Option<&str>| {
            let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("timezone", typed).finish();
            let wished = wished(&Fields::parse(form.as_bytes())).map(|row| row.timezone);
            assert_eq!(wished.ok().flatten().as_deref(), expected, "{typed}");
        };
        check("Europe/Berlin", Some("Europe/Berlin"));
        check(" america/new york ", Some("America/New_York"));
        check("UTC", Some("UTC"));
        check("", None);
        check("Europe/Atlantis", None);
        check("../../etc/passwd", None);
        assert!(zone_names().len() > 300 && zone_names().contains(&"Europe/Berlin".to_owned()));
    }
}
