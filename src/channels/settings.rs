//! The providers that can be set up, and the settings that each asks for: the settings page, `doctor` and the table in the documentation are made of this.

use super::Channel;
use crate::domain::event::ChannelKind;
use crate::http_client::Reach;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value is at most this long: keys are the longest.
pub const VALUE_MAX: usize = 8 * 1024; // bytes

/// Reads settings from an address.
pub type ReadUrl = fn(&str) -> Result<Values, String>;
/// Makes a channel.
pub type Build = fn(&Values, Origin) -> Result<Arc<dyn Channel>, String>;

/// A provider that can be set up.
pub struct Provider {
    /// As [`Channel::name`] says it: `twilio`.
    pub name: &'static str,
    /// What it sends.
    pub kind: ChannelKind,
    /// As people call it: `Amazon SES`.
    pub title: &'static str,
    /// What it asks for.
    pub fields: &'static [Field],
    /// Reads its settings from `email.url`; none for those that have other settings. `Err` says what is wrong and what to do, without a secret.
    pub from_url: Option<ReadUrl>,
    /// Makes the channel. `Err` says what is wrong with the settings and what to do, without a secret.
    pub build: Build,
}

impl Provider {
    /// Does it tell by itself what became of messages? A mail server doesn't.
    pub fn calls_back(&self) -> bool {
        self.name != super::email::SMTP.name
    }
}

/// One setting of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// `auth_token`
    pub name: &'static str,
    /// On the settings page: `Auth token`.
    pub label: &'static str,
    /// Where to find it and how it looks, in one sentence.
    pub help: &'static str,
    /// Never shown again.
    pub secret: bool,
    /// Nothing works without it.
    pub required: bool,
    /// It has several lines, as a key in PEM has: the page gives room for them.
    pub multiline: bool,
}

/// Who chose the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Whoever runs the program: addresses inside of their network are theirs to name.
    Operator,
    /// A store's people, on the settings page: only public addresses are called .
    Store,
}

impl Origin {
    /// What their providers' addresses may lead to.
    pub fn reach(self) -> Reach {
        match self {
            Self::Operator => Reach::Anywhere,
            Self::Store => Reach::PublicOnly,
        }
    }
}

/// A provider's settings by name. Shown nowhere: some are secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<String, String>);

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Values {
    /// A setting, without blanks around it; none where it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    ///
    /// # Errors
    /// That it is missing.
    pub fn need(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("{name} is missing"))
    }

    /// Sets one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Names of what is set, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> Extend<(N, V)> for Values {
    fn extend<T: IntoIterator<Item = (N, V)>>(&mut self, pairs: T) {
        self.0.extend(pairs.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Values {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Which provider, with which settings: what is kept of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Its name.
    pub provider: String,
    /// Its settings.
    pub values: Values,
}

/// Of `email.url`: `smtps://...` is SMTP too, every other provider has its own name before the colon.
///
/// # Errors
/// What is wrong and what to do, without a secret.
pub fn of_mail(url: &str, from: &str) -> Result<Chosen, String> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let name = if scheme == "smtps" { super::email::SMTP.name } else { scheme };
    let schemes = || PROVIDERS.iter().filter(|p| p.from_url.is_some()).map(|p| format!("{}://", p.name)).collect::<Vec<_>>().join(", ");
    let unknown = || format!("begins with none of {}", schemes());
    let (provider, read) = provider(name).and_then(|p| Some((p, p.from_url?))).ok_or_else(unknown)?;
    let mut values = read(url)?;
    values.set("from", from);
    Ok(Chosen { provider: provider.name.to_owned(), values })
}

/// Every provider, in the order in which they are offered.
pub const PROVIDERS: &[&Provider] = &[
    &super::email::SMTP,
    &super::email::SENDGRID,
    &super::email::POSTMARK,
    &super::email::MAILGUN,
    &super::email::SES,
    &super::sms::TWILIO,
    &super::sms::VONAGE,
    &super::sms::TELNYX,
    &super::sms::GATEWAY,
    &super::whatsapp::PROVIDER,
];

/// The provider of that name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().copied().find(|p| p.name == name)
}

impl Chosen {
    /// Makes the channel.
    ///
    /// # Errors
    /// What is wrong with the settings and what to do, without a secret.
    pub fn build(&self, origin: Origin) -> Result<Arc<dyn Channel>, String> {
        let names = || PROVIDERS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
        let provider =
            provider(&self.provider).ok_or_else(|| format!("{:?} is no provider; expected one of {}", self.provider, names()))?;
        for (name, value) in self.values.iter() {
            if !provider.fields.iter().any(|f| f.name == name) {
                return Err(format!("{} has no setting {name:?}", provider.title));
            }
            if value.len() > VALUE_MAX {
                return Err(format!("{name} is longer than {VALUE_MAX} bytes"));
            }
        }
        if let Some(field) = provider.fields.iter().find(|f| f.required && self.values.get(f.name).is_none()) {
            return Err(format!("{} needs {} ({}): {}", provider.title, field.label, field.name, field.help));
        }
        (provider.build)(&self.values, origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(provider: &str, values: &[(&str, &str)]) -> Chosen {
        Chosen { provider: provider.to_owned(), values: values.iter().copied().collect() }
    }

    #[test]
    fn what_is_wrong_with_settings_is_said_without_a_secret() {
        let check = |provider: &str, values: &[(&str, &str)], part: &str| {
            let problem = chosen(provider, values).build(Origin::Operator).err().unwrap_or_default();
            assert!(problem.contains(part) && !problem.contains("hunter2"), "{provider}: {problem}");
        };
        check("pigeon", &[], "expected one of smtp");
        check("twilio", &[("auth_token", "hunter2")], "account_sid");
        check("twilio", &[("colour", "hunter2")], "no setting \"colour\"");
        assert!(!format!("{:?}", chosen("twilio", &[("auth_token", "hunter2")])).contains("hunter2"));
    }

    #[test]
    fn providers_have_names_of_their_own_and_say_what_each_setting_is() {
        for p in PROVIDERS {
            assert_eq!(PROVIDERS.iter().filter(|q| q.name == p.name).count(), 1, "{}", p.name);
            for f in p.fields {
                assert!(
                    !f.label.is_empty() && f.help.ends_with('.') && f.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                    "{}",
                    f.name
                );
            }
        }
    }
}
