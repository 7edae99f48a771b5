//! How a store's pages for its shoppers look: its colour, and its logo, which is fetched once and then given by this program, so that nobody else learns who looks.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::db::looks::{LogoRow, LookRow};
use crate::domain::colour::Colour;
use crate::domain::ids::ShopId;
use crate::http_client::{self, HttpOptions, Reach};
use std::time::Duration;
use url::Url;

const LOGO_MAX: usize = 200 * 1024; // bytes
const URL_MAX: usize = 2048; // characters
/// From the call to the last byte: somebody waits for it.
const WAIT: Duration = Duration::from_secs(8);

/// What a store has set.
///
/// # Errors
/// `Db`.
pub async fn get(app: &App, shop: ShopId) -> Result<LookRow, AppError> {
    Ok(db::looks::get(&app.db, shop).await?)
}

/// Sets the colour; none is Comeback's own. The same again changes nothing.
///
/// # Errors
/// `Invalid`, `Db`.
pub async fn set_colour(app: &App, shop: ShopId, colour: Option<&str>, actor: &str) -> Result<(), AppError> {
    let colour = colour.map(str::parse::<Colour>).transpose().map_err(AppError::Invalid)?.map(|c| c.to_string());
    if get(app, shop).await?.colour == colour {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    db::looks::set_colour(&mut tx, shop, colour.as_deref(), app.now()).await?;
    audit(app, &mut tx, shop, actor, ("look.colour", colour.as_deref().unwrap_or("none"))).await?;
    Ok(tx.commit().await?)
}

/// Fetches the logo from an address and keeps it; none takes it away. The same address again fetches it anew.
///
/// # Errors
/// `Invalid` with what is wrong about the address or the picture, `Db`.
pub async fn set_logo(app: &App, shop: ShopId, url: Option<&str>, actor: &str) -> Result<(), AppError> {
    let logo = match url {
        Some(url) => Some((url, picture(fetch(url).await.map_err(AppError::Invalid)?).map_err(AppError::Invalid)?)),
        None if get(app, shop).await?.logo_url.is_none() => return Ok(()),
        None => None,
    };
    let mut tx = app.db.begin().await?;
    db::looks::set_logo(&mut tx, shop, logo.as_ref().map(|(url, row)| (*url, row)), app.now()).await?;
    audit(app, &mut tx, shop, actor, ("look.logo", if logo.is_some() { "set" } else { "none" })).await?;
    Ok(tx.commit().await?)
}

async fn fetch(text: &str) -> Result<Vec<u8>, String> {
    let failed = |error: http_client::HttpError| format!("the logo can't be fetched: {error}");
    let url = Url::parse(text).ok().filter(|_| text.len() <= URL_MAX);
    let url = url.ok_or_else(|| format!("{text:?} is not an address; expected something like https://shop.example/logo.png"))?;
    http_client::allowed(&url).map_err(failed)?;
    let options = HttpOptions { connect: WAIT, total: WAIT, reach: Reach::PublicOnly };
    http_client::get_bytes(&options, &url, LOGO_MAX).await.map_err(failed)
}

/// What it is, by its first bytes rather than by what its server says. Drawings (SVG) aren't taken: they can hold scripts.
fn picture(logo: Vec<u8>) -> Result<LogoRow, String> {
    let begins = |mark: &[u8]| logo.starts_with(mark);
    let kind = match () {
        () if begins(b"\x89PNG\r\n\x1a\n") => "image/png",
        () if begins(b"\xff\xd8\xff") => "image/jpeg",
        () if begins(b"GIF87a") || begins(b"GIF89a") => "image/gif",
        () if begins(b"RIFF") && logo.get(8..12) == Some(b"WEBP") => "image/webp",
        () => return Err("the logo is no picture that every browser shows; use PNG, JPEG, GIF or WebP".to_owned()),
    };
    Ok(LogoRow { logo, logo_kind: kind.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_first_bytes_say() {
        let check =
            |bytes: &[u8], expected: Option<&str>| assert_eq!(picture(bytes.to_vec()).ok().map(|p| p.logo_kind).as_deref(), expected);
        check(b"\x89PNG\r\n\x1a\n...", Some("image/png"));
        check(b"\xff\xd8\xff\xe0", Some("image/jpeg"));
        check(b"GIF89a", Some("image/gif"));
        check(b"RIFF\x10\x00\x00\x00WEBPVP8 ", Some("image/webp"));
        for bad in [b"<svg xmlns=".as_slice(), b"<html>", b"", b"RIFF....WAVE"] {
            check(bad, None);
        }
    }
}
