//! The sender's domain, as the API gives it.

use crate::domain::sender_domain::{Finding, Publish};
use serde::Serialize;
use utoipa::ToSchema;

/// The domain that mails come from, and what DNS says of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenderDomain)]
pub struct SenderDomainShape {
    /// Of the sender's address; null where none is set.
    #[schema(required = true)]
    pub domain: Option<String>,
    /// One of each: SPF, DKIM, DMARC, MX.
    pub findings: Vec<DnsFindingShape>,
}

/// What was found of one check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DnsFinding)]
pub struct DnsFindingShape {
    /// `SPF`, `DKIM`, `DMARC` or `MX`.
    pub check: &'static str,
    /// `good`, `improve`, `bad`, or `unknown` where it could not be looked up.
    pub verdict: &'static str,
    /// What is there.
    pub found: String,
    /// What to do; null where there is nothing to do.
    #[schema(required = true)]
    pub remedy: Option<String>,
    /// The record to publish, where it can be told.
    #[schema(required = true)]
    pub publish: Option<DnsRecordShape>,
}

/// A record to publish in DNS.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DnsRecord)]
pub struct DnsRecordShape {
    /// `_dmarc.shop.example`.
    pub name: String,
    /// `TXT`.
    pub kind: &'static str,
    /// What it should say.
    pub value: String,
}

impl SenderDomainShape {
    /// Of a domain.
    pub fn of(domain: &str, findings: Vec<Finding>) -> Self {
        let record = |p: Publish| DnsRecordShape { name: p.name, kind: p.kind, value: p.value };
        let shape = |f: Finding| DnsFindingShape {
            check: f.check.as_str(),
            verdict: f.verdict.as_str(),
            found: f.found,
            remedy: f.remedy,
            publish: f.publish.map(record),
        };
        Self { domain: Some(domain.to_owned()), findings: findings.into_iter().map(shape).collect() }
    }
}
