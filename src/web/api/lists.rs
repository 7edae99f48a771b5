//! Plain lists: the store, orders, contacts, the audit.

use super::auth::{Reader, sees_people};
use super::input::{Query, limit, read_cursor};
use super::problem::Problem;
use super::shapes::{AuditShape, ContactShape, OrderShape, Page, ShopShape, Viewer};
use crate::app::{App, stores};
use crate::db;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// From 1 to 200; 50 by default.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    fn place(&self) -> Result<(i64, Option<Uuid>), Problem> {
        Ok((limit(self.limit.as_deref())?, read_cursor(self.cursor.as_deref())?))
    }
}

/// The store that the token belongs to.
#[utoipa::path(get, path = "/shops", tag = "store", params(ListQuery), responses((status = 200, body = Page<ShopShape>)))]
pub async fn shops(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<ShopShape>> {
    let (most, after) = query.place()?;
    let shop = db::shops::get(&app.db, who.shop_id).await?.filter(|shop| after.is_none_or(|after| shop.id.0 > after));
    let access = stores::shown(&app.db, who.shop_id).await?;
    Ok(Json(Page::of(shop.into_iter().collect(), most, |shop| shop.id.0, |shop| ShopShape::of(shop, access.clone()))))
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListQuery), responses((status = 200, body = Page<OrderShape>)))]
pub async fn orders(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<OrderShape>> {
    let (most, after) = query.place()?;
    let rows = db::lists::orders(&app.db, who.shop_id, after, most + 1).await?;
    Ok(Json(Page::of(rows, most, |row| row.id.0, OrderShape::from)))
}

/// Shoppers, newest first. With the scope `read` addresses are masked and names left out.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ListQuery), responses((status = 200, body = Page<ContactShape>)))]
pub async fn contacts(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<ContactShape>> {
    let (most, after) = query.place()?;
    let rows = db::people::contacts(&app.db, who.shop_id, after, most + 1).await?;
    let viewer = Viewer { shop: who.shop_id, sees_people: sees_people(&who) };
    Ok(Json(Page::of(rows, most, |row| row.id.0, |row| viewer.contact(&row))))
}

/// What people and programs did to the settings, newest first.
#[utoipa::path(get, path = "/audit", tag = "store", params(ListQuery), responses((status = 200, body = Page<AuditShape>)))]
pub async fn audit(app: Data<App>, who: Reader, Query(query): Query<ListQuery>) -> Answer<Page<AuditShape>> {
    let (most, after) = query.place()?;
    let rows = db::access::audit_list(&app.db, who.shop_id, after, most + 1).await?;
    Ok(Json(Page::of(rows, most, |row| row.id, AuditShape::from)))
}
