//! The team: who joins, what they are where, who leaves. There is always an owner left.

use super::access::{Role, audit, begin_session, hash_password, new_secret};
use super::keys::token_hash;
use super::sign_in::Whence;
use super::{App, AppError};
use crate::app::access::Person;
use crate::channels::{EmailMessage, Message, Outcome};
use crate::db::access::{self as people, UserRow};
use crate::db::shops::Shop;
use crate::db::team::{self as rows, InvitationRow};
use crate::db::{self, Tx, ceremonies};
use crate::domain::contact::Email;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use jiff::SignedDuration;
use uuid::Uuid;

/// A link to join is good for so long.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The stores in which somebody is something: what happens to them is told in their audits.
///
/// # Errors
/// `Db`.
pub(super) async fn stores_of(app: &App, user: Uuid) -> Result<Vec<ShopId>, AppError> {
    let Some(row) = people::user(&app.db, user).await? else { return Ok(Vec::new()) };
    if row.only_shop.is_none() {
        return Ok(db::shops::list(&app.db).await?.into_iter().map(|s| s.id).collect());
    }
    Ok(people::places_of(&app.db, user).await?.into_iter().map(|p| ShopId(p.shop_id)).collect())
}

/// Records what happened to a person in the audit of each of these stores: `(actor, action, detail)`.
pub(super) async fn note(app: &App, tx: &mut Tx, stores: &[ShopId], (actor, action, detail): (&str, &str, &str)) -> Result<(), AppError> {
    for shop in stores {
        audit(app, tx, *shop, actor, (action, detail)).await?;
    }
    Ok(())
}

async fn known(app: &App, user: Uuid) -> Result<UserRow, AppError> {
    people::user(&app.db, user).await?.ok_or(AppError::NotFound("person with that id"))
}

/// Whoever owns everything must not be the last to do so.
async fn others_own_everything(tx: &mut Tx, user: Uuid) -> Result<(), AppError> {
    let owners = rows::owners_everywhere(tx).await?;
    if owners.contains(&user) && owners.len() == 1 {
        return Err(AppError::Conflict("they are the last owner of every store; make somebody else one first".into()));
    }
    Ok(())
}

/// A store that somebody no longer owns must have another owner, of it or of every store.
async fn others_own(tx: &mut Tx, shop: ShopId, user: Uuid) -> Result<(), AppError> {
    if !rows::owners_everywhere(tx).await?.is_empty() {
        return Ok(());
    }
    let owners = rows::owners_in(tx, shop).await?;
    if owners.contains(&user) && owners.len() == 1 {
        return Err(AppError::Conflict("they are the last owner of this store; make somebody else one first".into()));
    }
    Ok(())
}

/// Says what somebody is in one shop, beside what they may be in every shop; none: nothing. Their sessions go on with other secrets, or end where nothing is left.
///
/// # Errors
/// `NotFound` without that person, `Conflict` for the last owner, `Db`.
pub async fn set_role(app: &App, (shop, user): (ShopId, Uuid), role: Option<Role>, actor: &str) -> Result<(), AppError> {
    let row = known(app, user).await?;
    let mut tx = app.db.begin().await?;
    if role != Some(Role::Owner) {
        others_own(&mut tx, shop, user).await?;
    }
    match role {
        Some(role) => people::set_place(&mut tx, shop, user, role.as_str()).await?,
        None => people::remove_place(&mut tx, shop, user).await?,
    }
    let places = rows::places_of(&mut tx, user).await?;
    if row.only_shop.is_some() && places.is_empty() {
        people::end_sessions(&mut tx, user).await?;
        ceremonies::end_of(&mut tx, user).await?;
    } else {
        people::age_sessions(&mut tx, user).await?;
    }
    if role != Some(Role::Owner) && (row.only_shop.is_some() || row.role != Role::Owner.as_str()) {
        rows::withdraw_of(&mut tx, user).await?;
    }
    audit(app, &mut tx, shop, actor, ("person.role", &format!("{user} {}", role.map_or("none", Role::as_str)))).await?;
    Ok(tx.commit().await?)
}

/// Says what somebody is in every shop, and in the installation itself; none: they are what they are in single ones alone.
///
/// # Errors
/// `NotFound` without that person, `Conflict` for the last owner, `Db`.
pub async fn set_everywhere(app: &App, user: Uuid, role: Option<Role>, actor: &str) -> Result<(), AppError> {
    let row = known(app, user).await?;
    let stores: Vec<ShopId> = db::shops::list(&app.db).await?.into_iter().map(|s| s.id).collect();
    let mut tx = app.db.begin().await?;
    if role != Some(Role::Owner) {
        others_own_everything(&mut tx, user).await?;
        rows::withdraw_of(&mut tx, user).await?;
    }
    let places = rows::places_of(&mut tx, user).await?;
    let first = places.first().map(|(shop, _)| *shop).or(row.only_shop).or(stores.first().map(|s| s.0)).unwrap_or_default();
    rows::set_everywhere(&mut tx, user, role.map(Role::as_str), first).await?;
    if role.is_none() && places.is_empty() {
        people::end_sessions(&mut tx, user).await?;
        ceremonies::end_of(&mut tx, user).await?;
    } else {
        people::age_sessions(&mut tx, user).await?;
    }
    let what = format!("{user} {}", role.map_or("none", Role::as_str));
    note(app, &mut tx, &stores, (actor, "person.role_everywhere", &what)).await?;
    Ok(tx.commit().await?)
}

/// Removes a person, and ends their sessions.
///
/// # Errors
/// `NotFound` without that person, `Conflict` for the last owner, `Db`.
pub async fn remove(app: &App, user: Uuid, actor: &str) -> Result<(), AppError> {
    known(app, user).await?;
    let stores = stores_of(app, user).await?;
    let mut tx = app.db.begin().await?;
    others_own_everything(&mut tx, user).await?;
    for (shop, role) in rows::places_of(&mut tx, user).await? {
        if role == Role::Owner.as_str() {
            others_own(&mut tx, ShopId(shop), user).await?;
        }
    }
    if !people::remove_user(&mut tx, user).await? {
        return Err(AppError::NotFound("person with that id"));
    }
    note(app, &mut tx, &stores, (actor, "person.remove", &user.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Somebody to join.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Who.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// Where; none: in every store.
    pub shop: Option<ShopId>,
}

/// Asks somebody to join: by a link that is good once and for seven days. Its secret is told this once; a former link to the same place is no longer good.
///
/// # Errors
/// `Conflict` for who is that already, `Db`.
pub async fn invite(app: &App, invite: &Invite, by: &Person) -> Result<String, AppError> {
    invite_by(app, invite, Some(by.id)).await
}

/// The same, by somebody or, where nobody is signed in, on the command line.
///
/// # Errors
/// As [`invite`].
pub async fn invite_by(app: &App, invite: &Invite, by: Option<Uuid>) -> Result<String, AppError> {
    let stores: Vec<ShopId> = match invite.shop {
        Some(shop) => vec![shop],
        None => db::shops::list(&app.db).await?.into_iter().map(|s| s.id).collect(),
    };
    let token = new_secret(app);
    let now = app.now();
    let row = InvitationRow {
        id: app.new_id(),
        email: invite.email.as_str().to_owned(),
        role: invite.role.as_str().to_owned(),
        only_shop: invite.shop.map(|s| s.0),
        invited_by: by.unwrap_or_default(),
        created_at: now.as_millisecond(),
        expires_at: (now + INVITATION_LASTS).as_millisecond(),
    };
    let mut tx = app.db.begin().await?;
    rows::invite(&mut tx, &row, &token_hash(&token)).await?;
    let actor = by.map_or_else(|| "cli".to_owned(), |id| id.to_string());
    note(app, &mut tx, &stores, (&actor, "person.invite", &format!("{} {}", row.id, row.role))).await?;
    tx.commit().await?;
    Ok(token)
}

/// What came of a mail with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailed {
    /// A provider took it.
    Yes,
    /// It did not, or it is not known whether it did.
    Failed,
    /// No mail can be sent.
    NoChannel,
}

/// Sends somebody their link.
pub async fn send_invitation(app: &App, shop: Option<&Shop>, to: &Email, (subject, text): (&str, &str)) -> Mailed {
    let own = shop.and_then(|s| app.channel_for(s, ChannelKind::Email));
    let Some(channel) = own.or_else(|| app.channel(ChannelKind::Email).cloned()) else { return Mailed::NoChannel };
    let paragraphs: String = text.split("\n\n").map(|p| format!("<p>{}</p>", super::escaped(p))).collect();
    let mail = EmailMessage {
        key: app.new_id().to_string(),
        reference: None,
        to: to.clone(),
        to_name: None,
        from: None,
        from_name: Some("Comeback".into()),
        subject: subject.to_owned(),
        html: paragraphs,
        text: format!("{text}\n"),
        unsubscribe_url: None,
        date: app.now(),
        belongs: None,
        pictures: Vec::new(),
    };
    let outcome = channel.send(&Message::Email(mail)).await;
    if matches!(outcome, Outcome::Accepted { .. }) { Mailed::Yes } else { Mailed::Failed }
}

/// Withdraws an invitation that is open: to this shop, or by an owner of everything to wherever.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn withdraw(app: &App, id: Uuid, shop: Option<ShopId>, actor: &str) -> Result<(), AppError> {
    const NONE: AppError = AppError::NotFound("invitation with that id");
    let open = rows::invitations(&app.db, app.now()).await?.into_iter().find(|i| i.id == id);
    let Some(open) = open.filter(|i| shop.is_none_or(|shop| i.only_shop == Some(shop.0))) else { return Err(NONE) };
    let stores: Vec<ShopId> = match open.only_shop {
        Some(shop) => vec![ShopId(shop)],
        None => db::shops::list(&app.db).await?.into_iter().map(|s| s.id).collect(),
    };
    let mut tx = app.db.begin().await?;
    if !rows::withdraw(&mut tx, id).await? {
        return Err(NONE);
    }
    note(app, &mut tx, &stores, (actor, "person.invite_withdraw", &id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// An invitation that somebody has opened.
pub struct Opened {
    /// What it says.
    pub invitation: InvitationRow,
    /// Has somebody with that address an account?
    pub is_known: bool,
}

/// What a link leads to; none where it is not good, or no longer.
///
/// # Errors
/// `Db`.
pub async fn opened(app: &App, token: &str) -> Result<Option<Opened>, AppError> {
    let Some(invitation) = rows::invitation(&app.db, &token_hash(token), app.now()).await? else { return Ok(None) };
    let is_known = people::user_by_email(&app.db, &invitation.email).await?.is_some();
    Ok(Some(Opened { invitation, is_known }))
}

/// What came of accepting.
#[derive(Debug, PartialEq, Eq)]
pub enum Accepted {
    /// They have joined; a new person's session has this secret.
    Yes(Option<String>),
    /// There is an account with that address, whose owner has to sign in first.
    Known,
    /// The link is not good, or no longer.
    Over,
}

/// Adds the person who was invited, with a password of theirs, and signs them in.
///
/// # Errors
/// `Invalid` for a password that is too short or too long, `Db`.
pub async fn join(app: &App, token: &str, password: &str, from: &Whence) -> Result<Accepted, AppError> {
    let Some(open) = rows::invitation(&app.db, &token_hash(token), app.now()).await? else { return Ok(Accepted::Over) };
    let hash = hash_password(app, password).await?;
    let (id, now) = (app.new_id(), app.now());
    let mut tx = app.db.begin().await?;
    // The person first: whoever finds that address taken gives the link back, for them to use who has it.
    if !rows::add_user(&mut tx, (id, &open.email, &hash), (&open.role, open.only_shop), now).await? {
        return Ok(Accepted::Known);
    }
    let Some(taken) = rows::take_invitation(&mut tx, &token_hash(token), now).await? else { return Ok(Accepted::Over) };
    if let Some(shop) = taken.only_shop.map(ShopId) {
        people::set_place(&mut tx, shop, id, &taken.role).await?;
    }
    note_joined(app, &mut tx, &taken, id).await?;
    let secret = begin_session(app, &mut tx, id, from).await?;
    tx.commit().await?;
    Ok(Accepted::Yes(Some(secret)))
}

/// Lets somebody who is signed in join where they were invited to.
///
/// # Errors
/// `Conflict` where it was somebody else who was invited, `Db`.
pub async fn accept(app: &App, token: &str, person: &Person) -> Result<Accepted, AppError> {
    let mut tx = app.db.begin().await?;
    let Some(taken) = rows::take_invitation(&mut tx, &token_hash(token), app.now()).await? else { return Ok(Accepted::Over) };
    if taken.email != person.email {
        return Err(AppError::Conflict("this invitation is for another address".into()));
    }
    let role: Role = taken.role.parse().map_err(AppError::Invalid)?;
    // An invitation makes nobody less than they are.
    match taken.only_shop.map(ShopId) {
        None if person.everywhere < Some(role) => rows::set_everywhere(&mut tx, person.id, Some(role.as_str()), Uuid::nil()).await?,
        Some(shop) if person.places.get(&shop) < Some(&role) => people::set_place(&mut tx, shop, person.id, role.as_str()).await?,
        _ => {}
    }
    people::age_sessions(&mut tx, person.id).await?;
    note_joined(app, &mut tx, &taken, person.id).await?;
    tx.commit().await?;
    Ok(Accepted::Yes(None))
}

async fn note_joined(app: &App, tx: &mut Tx, taken: &InvitationRow, user: Uuid) -> Result<(), AppError> {
    let stores: Vec<ShopId> = match taken.only_shop {
        Some(shop) => vec![ShopId(shop)],
        None => db::shops::list(&app.db).await?.into_iter().map(|s| s.id).collect(),
    };
    let (who, what) = (user.to_string(), format!("{} {user} {}", taken.id, taken.role));
    note(app, tx, &stores, (&who, "person.join", &what)).await
}

/// One of the team.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub user: UserRow,
    /// What they are in every store.
    pub everywhere: Option<Role>,
    /// What they are in single ones.
    pub places: Vec<(ShopId, Role)>,
    /// When they were last seen, in milliseconds.
    pub seen_at: Option<i64>,
    /// Is a second factor asked of them?
    pub secured: bool,
}

impl Member {
    /// What they are in a store.
    pub fn role_in(&self, shop: ShopId) -> Option<Role> {
        self.everywhere.max(self.places.iter().find(|p| p.0 == shop).map(|p| p.1))
    }
}

/// Everybody, those that were added first at the top.
///
/// # Errors
/// `Db`.
pub async fn members(app: &App) -> Result<Vec<Member>, AppError> {
    let seen = rows::last_seen(&app.db).await?;
    let secured = db::factors::holders(&app.db).await?;
    let mut members = Vec::new();
    for user in people::users(&app.db).await? {
        let mut places = Vec::new();
        for place in people::places_of(&app.db, user.id).await? {
            places.push((ShopId(place.shop_id), place.role.parse().map_err(AppError::Invalid)?));
        }
        members.push(Member {
            everywhere: super::access::everywhere(&user)?,
            places,
            seen_at: seen.iter().find(|s| s.0 == user.id).and_then(|s| s.1),
            secured: secured.contains(&user.id),
            user,
        });
    }
    Ok(members)
}
