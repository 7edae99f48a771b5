//! Mails: how one is put together, whoever carries it.

mod build;
mod dkim;
mod dkim_keys;
pub mod headers;
mod line;
mod pool;
mod quoted;
mod replies;
mod server;
mod session;
mod smtp;

pub use build::can_be_written;
pub use dkim::Signer as DkimSigner;
pub use dkim_keys::{new_ed25519 as new_ed25519_key, new_rsa as new_rsa_key, strings as txt_strings};
pub use smtp::{PROVIDER as SMTP, Smtp, SmtpOptions};
