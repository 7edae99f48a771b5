//! `comeback dkim`: keys by which mails are signed, and what to publish of them.

use super::{CliError, out};
use crate::channels::email::{DkimSigner, new_ed25519_key, new_rsa_key, txt_strings};
use crate::config::Config;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Dkim {
    /// Make a key in a file of its own, and print what to publish and to set
    Make(Make),
    /// Print what to publish of the key that is set
    Record {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// A key to make.
#[derive(Debug, Args)]
pub struct Make {
    /// The domain that mails are signed for: that of the sender's address, or above it
    #[arg(long)]
    domain: String,
    /// Under which name the public key is published; take a new one for each key
    #[arg(long, default_value = "comeback1")]
    selector: String,
    /// Where the private key goes; a file that is there is never replaced
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// Ed25519 in place of RSA: much faster, but large mailbox providers don't check it yet
    #[arg(long)]
    ed25519: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub fn run(config: &Config, command: Dkim) -> Result<(), CliError> {
    match command {
        Dkim::Make(new) => make(&new),
        Dkim::Record { json } => record(config, json),
    }
}

fn make(new: &Make) -> Result<(), CliError> {
    let key = if new.ed25519 { new_ed25519_key() } else { new_rsa_key() }.map_err(CliError::Failed)?;
    // Read before it is written: a domain that can't be used leaves no file behind.
    let signer = DkimSigner::new(&new.domain, &new.selector, &key).map_err(CliError::Usage)?;
    let path = &new.key_file;
    write_new(path, &key).map_err(|e| CliError::Failed(format!("the key file {} can't be made: {e}", path.display())))?;
    if new.json {
        let (name, value) = signer.record();
        return out::json(&json!({"name": name, "type": "TXT", "value": value, "key_file": path}));
    }
    out::line(&format!("The private key is in {}. Keep it as safe as a password.", path.display()));
    out::line("");
    print(&signer);
    out::line("");
    out::line("When name servers show it, set:");
    out::line("");
    out::line(&format!("  COMEBACK_EMAIL__DKIM_DOMAIN={}", new.domain));
    out::line(&format!("  COMEBACK_EMAIL__DKIM_SELECTOR={}", new.selector));
    out::line(&format!("  COMEBACK_EMAIL__DKIM_KEY_FILE={}", path.display()));
    Ok(())
}

fn record(config: &Config, json: bool) -> Result<(), CliError> {
    let none = || CliError::Usage("no key is set: `comeback dkim make` makes one, and says what to set".into());
    let dkim = config.dkim.as_ref().ok_or_else(none)?;
    let signer = DkimSigner::new(&dkim.domain, &dkim.selector, dkim.key.expose_secret()).map_err(CliError::Usage)?;
    if json {
        let (name, value) = signer.record();
        return out::json(&json!({"name": name, "type": "TXT", "value": value}));
    }
    print(&signer);
    Ok(())
}

fn print(signer: &DkimSigner) {
    let (name, value) = signer.record();
    out::line("Publish this in DNS, as TXT:");
    out::line("");
    out::line(&format!("  {name}"));
    out::line(&format!("  {}", txt_strings(&value)));
}

/// A file that only its owner can read.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
