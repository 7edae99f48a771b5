//! How a store's messages leave, as the API takes and gives it.

use crate::app::own_channels::{Field, InUse, Provider};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A provider that can be set up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub struct ProviderShape {
    /// `twilio`.
    pub name: &'static str,
    /// `email`, `sms` or `whatsapp`.
    pub channel: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// What it asks for.
    pub settings: Vec<ProviderFieldShape>,
}

/// One setting of a provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderSetting)]
pub struct ProviderFieldShape {
    /// `auth_token`.
    pub name: &'static str,
    /// In words.
    pub label: &'static str,
    /// Where to find it and how it looks.
    pub help: &'static str,
    /// Never told again.
    pub secret: bool,
    /// Nothing works without it.
    pub required: bool,
}

impl ProviderShape {
    /// Of a provider.
    pub fn of(p: &Provider) -> Self {
        let field = |f: &Field| ProviderFieldShape { name: f.name, label: f.label, help: f.help, secret: f.secret, required: f.required };
        Self { name: p.name, channel: p.kind.as_str(), title: p.title, settings: p.fields.iter().map(field).collect() }
    }
}

/// How a kind of message leaves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelShape {
    /// `email`, `sms` or `whatsapp`.
    pub channel: &'static str,
    /// By whom; null while nobody is set up.
    #[schema(required = true)]
    pub provider: Option<String>,
    /// The store's own choice; else the installation's.
    pub own: bool,
    /// The store's own choice can't be used: its messages wait.
    pub broken: bool,
    /// Of the store's own choice, what is no secret.
    pub settings: BTreeMap<&'static str, String>,
    /// Where the provider is to call to tell what became of messages.
    #[schema(required = true)]
    pub callback_url: Option<String>,
}

impl ChannelShape {
    /// Of what is in use.
    pub fn of(one: InUse) -> Self {
        Self {
            channel: one.kind.as_str(),
            provider: one.provider,
            own: one.own,
            broken: one.broken,
            settings: one.fields.into_iter().filter_map(|f| Some((f.field.name, f.value?))).collect(),
            callback_url: one.callback,
        }
    }
}

/// A provider of the store's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelBody {
    /// Its name; `GET /providers` lists them.
    pub provider: String,
    /// Its settings by name.
    pub settings: BTreeMap<String, String>,
}
