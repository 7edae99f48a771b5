//! Two people saved at once: what they made of it, what we made of it, and how both come together. Ours is kept as a draft meanwhile, so that nothing is lost
//! whatever is chosen here.

use super::diffs::{self, Field};
use super::editor::{faulty, put};
use super::live::kept;
use super::one::{Head, Typed, base, find, people};
use super::view::View;
use crate::app::templates::{TemplateFault, stored_source};
use crate::db;
use crate::db::templates::TemplateRow;
use crate::domain::diff::{Choice, Region, join, merge as merged};
use crate::domain::template::TemplateSource;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

/// A place that both changed.
struct Both {
    /// `body-0`
    name: String,
    base: String,
    theirs: String,
    mine: String,
}

/// A field that somebody changed.
struct Changed {
    name: String,
    theirs: Option<Field>,
    mine: Option<Field>,
    both: Vec<Both>,
}

#[derive(Template)]
#[template(path = "pages/templates/conflict.html")]
struct Conflict {
    frame: Frame,
    head: Head,
    action: String,
    /// Who saved meanwhile, when, and as which version.
    author: String,
    at: When,
    theirs: i64,
    base: i64,
    mine: TemplateSource,
    text: String,
    changed: Vec<Changed>,
    clash: bool,
}

/// The page; what we wrote is kept first.
pub async fn page(signed: &Signed, id: Uuid, mine: &Typed) -> Result<HttpResponse, PageError> {
    // What is in use now, not what it was when the form was read.
    let row = find(signed, id).await?;
    kept(signed, &row, mine).await?;
    let sides = Sides::load(signed, &row, mine).await?;
    let shop = signed.shop()?;
    let author = db::templates::version(&signed.app.db, shop.id, row.id, row.version).await?.map(|v| v.2).unwrap_or_default();
    let changed = sides.changed();
    let page = Conflict {
        frame: Frame::new(signed, "/templates", say("templates-conflict-title").to_string()),
        head: Head::of(signed, &row, "code"),
        action: signed.href(&format!("/templates/{}/merge", row.id)),
        author: people(signed).await?.get(&author).cloned().unwrap_or(author),
        at: format::when(row.updated_at, &shop.zone()),
        theirs: row.version,
        base: mine.base,
        text: mine.source.text.clone().unwrap_or_default(),
        mine: mine.source.clone(),
        clash: changed.iter().any(|c| !c.both.is_empty()),
        changed,
    };
    respond::page_with(StatusCode::CONFLICT, &page)
}

/// The three texts.
struct Sides {
    channel: crate::domain::event::ChannelKind,
    base: TemplateSource,
    theirs: TemplateSource,
    mine: TemplateSource,
}

impl Sides {
    async fn load(signed: &Signed, row: &TemplateRow, mine: &Typed) -> Result<Self, PageError> {
        let theirs = super::one::source(row)?;
        let found = db::templates::version(&signed.app.db, signed.shop()?.id, row.id, mine.base).await?;
        // Of a version that isn't there, neither side can be told to have changed anything: all that differs is both's.
        let base = match found {
            Some((_, source, ..)) => stored_source(&source)?,
            None => TemplateSource { subject: String::new(), body: String::new(), text: None },
        };
        Ok(Self { channel: row.channel, base, theirs, mine: mine.source.clone() })
    }

    /// Each field's three texts.
    fn fields(&self) -> impl Iterator<Item = (&'static str, &str, &str, &str)> {
        let (base, theirs, mine) = (diffs::fields(&self.base), diffs::fields(&self.theirs), diffs::fields(&self.mine));
        base.into_iter().zip(theirs).zip(mine).map(|(((name, base), (_, theirs)), (_, mine))| (name, base, theirs, mine))
    }

    fn changed(&self) -> Vec<Changed> {
        let of = |(name, base, theirs, mine): (&'static str, &str, &str, &str)| {
            let diff = |new: &str| (base != new).then(|| diffs::field(self.channel, (name, base), new));
            let (by_them, by_us) = (diff(theirs), diff(mine));
            let regions = merged(base, theirs, mine).into_iter().filter_map(|region| match region {
                Region::Agreed(_) => None,
                Region::Differs { base, theirs, mine } => Some((base, theirs, mine)),
            });
            let both = regions.enumerate().map(|(i, (base, theirs, mine))| Both { name: format!("{name}-{i}"), base, theirs, mine });
            let changed = Changed { name: super::one::field_name(self.channel, name), both: both.collect(), theirs: by_them, mine: by_us };
            (changed.theirs.is_some() || changed.mine.is_some()).then_some(changed)
        };
        self.fields().filter_map(of).collect()
    }

    /// Both put together, by what a form chooses where both changed the same; both, where it chooses nothing.
    fn together(&self, fields: &Fields) -> TemplateSource {
        let [subject, body, text] = ["subject", "body", "text"].map(|wanted| {
            let found = self.fields().find(|f| f.0 == wanted);
            found.map_or_else(String::new, |(name, base, theirs, mine)| {
                let choose = |i: usize| match fields.get(&format!("{name}-{i}")) {
                    "theirs" => Choice::Theirs,
                    "mine" => Choice::Mine,
                    _ => Choice::Both,
                };
                join(&merged(base, theirs, mine), choose).trim().to_owned()
            })
        });
        let one_line = subject.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        TemplateSource { subject: one_line, body, text: Some(text).filter(|t| !t.is_empty()) }
    }
}

/// What was chosen: theirs, ours, or both together, saved or to be written on.
pub async fn merge(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let row = find(signed, *id).await?;
    let mine = Typed::sent(fields, &row)?;
    let home = format!("/templates/{}", row.id);
    if fields.get("act") == "theirs" {
        return Ok(respond::see_other(&signed.href(&format!("{home}?done=template-theirs"))));
    }
    let seen: i64 = fields.get("theirs").parse().unwrap_or_default();
    if seen != row.version || base(fields).is_none() {
        // A third version came meanwhile: what was chosen was chosen of another.
        return page(signed, row.id, &mine).await;
    }
    let source = match fields.get("act") {
        "mine" => mine.source.clone(),
        _ => Sides::load(signed, &row, &mine).await?.together(fields),
    };
    let together = Typed { source, base: row.version };
    if fields.get("act") == "edit" {
        kept(signed, &row, &together).await?;
        return Ok(respond::see_other(&signed.href(&home)));
    }
    match put(signed, &row, (&together, Some(row.version))).await {
        Ok(()) => Ok(respond::see_other(&signed.href(&format!("{home}?done=template")))),
        Err(TemplateFault::Faulty(_)) => {
            kept(signed, &row, &together).await?;
            faulty(signed, &row, together, &View::asked(fields)?).await
        }
        Err(TemplateFault::Stale(_)) => page(signed, row.id, &mine).await,
        Err(TemplateFault::App(error)) => Err(error.into()),
    }
}
