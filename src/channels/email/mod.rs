//! Mails: how one is put together, whoever carries it.

mod build;
mod replies;
mod session;
mod smtp;

pub use build::can_be_written;
pub use smtp::{PROVIDER as SMTP, Smtp, SmtpOptions};
