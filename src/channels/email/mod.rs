//! Mails: how one is put together, whoever carries it.

mod bounces;
mod build;
mod dkim;
mod dkim_keys;
mod from_url;
pub mod headers;
mod letter;
mod line;
mod mailgun;
mod mailgun_events;
mod pool;
mod postmark;
mod postmark_events;
mod quoted;
mod replies;
mod sendgrid;
mod sendgrid_events;
mod server;
mod ses;
mod ses_events;
mod ses_sign;
mod session;
mod smtp;
mod sns;
mod sns_certificate;

pub use build::can_be_written;
pub use dkim::Signer as DkimSigner;
pub use dkim_keys::{new_ed25519 as new_ed25519_key, new_rsa as new_rsa_key, strings as txt_strings};
pub use mailgun::{Mailgun, PROVIDER as MAILGUN};
pub use postmark::{PROVIDER as POSTMARK, Postmark};
pub use sendgrid::{PROVIDER as SENDGRID, SendGrid};
pub use ses::{PROVIDER as SES, Ses};
pub use smtp::{PROVIDER as SMTP, Smtp, SmtpOptions};
pub use sns::{Fetch, Trust};

use super::{Fault, Outcome};

fn not_a_mail() -> Outcome {
    Outcome::refused("a message of another kind was handed to the e-mail channel", Fault::Content)
}
