//! What a sender's domain says in DNS, and what it should say so that mails arrive: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), MX (RFC 5321).
//! Records in, findings out; who looks them up is elsewhere.

mod dmarc;
mod spf;
#[cfg(test)]
mod tests;

pub use spf::{LOOKUPS_MAX, asks as spf_asks};

/// Domains of mailboxes for everybody: whoever isn't their owner can't send for them.
const PUBLIC: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
];

/// What DNS answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The records of this name and type; none is an answer too.
    Records(Vec<String>),
    /// It could not be looked up: which says nothing about what is there.
    Unknown,
}

/// What is known of a sender before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The domain of its address.
    pub domain: String,
    /// By which provider its mails leave: `smtp`, `ses`.
    pub provider: Option<String>,
    /// With SMTP the server that carries them.
    pub host: Option<String>,
    /// How they are signed, if they are signed here.
    pub signing: Option<Signing>,
}

/// A DKIM signature of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// For which domain.
    pub domain: String,
    /// Under which selector the key is published.
    pub selector: String,
    /// `rsa` or `ed25519`.
    pub kind: String,
    /// The public key in Base64, as it stands after `p=`.
    pub public_key: String,
}

impl Signing {
    /// The name of its record.
    pub fn name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

/// What DNS says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// TXT of the domain.
    pub spf: Answer,
    /// TXT of the domains that its policy refers to, by name.
    pub referred: Vec<(String, Answer)>,
    /// TXT of `selector._domainkey`; none where mails are not signed here.
    pub dkim: Option<Answer>,
    /// TXT of `_dmarc` of the domain and of those above it, as in [`dmarc_names`].
    pub dmarc: Vec<(String, Answer)>,
    /// The domain's mail servers.
    pub mx: Answer,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Who may send for the domain.
    Spf,
    /// The key by which signatures are checked.
    Dkim,
    /// What becomes of mails that are neither.
    Dmarc,
    /// Where answers and bounces go.
    Mx,
}

impl Check {
    /// As people know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::Mx => "MX",
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Mails arrive, but should be better off.
    Improve,
    /// Mails are refused or taken for spam.
    Bad,
    /// It could not be looked up.
    Unknown,
}

impl Verdict {
    /// In the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Improve => "improve",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// A record to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// `_dmarc.shop.example`.
    pub name: String,
    /// `TXT` or `MX`.
    pub kind: &'static str,
    /// What it should say.
    pub value: String,
}

/// What was found of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of what.
    pub check: Check,
    /// How it is.
    pub verdict: Verdict,
    /// What is there.
    pub found: String,
    /// What to do, where there is something to do.
    pub remedy: Option<String>,
    /// The record to publish, where it can be told.
    pub publish: Option<Publish>,
}

impl Finding {
    fn new(check: Check, verdict: Verdict, found: impl Into<String>) -> Self {
        Self { check, verdict, found: found.into(), remedy: None, publish: None }
    }

    fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    fn publish(self, name: &str, kind: &'static str, value: String) -> Self {
        Self { publish: Some(Publish { name: name.to_owned(), kind, value }), ..self }
    }

    fn unknown(check: Check, name: &str) -> Self {
        Self::new(check, Verdict::Unknown, format!("{name} could not be looked up"))
            .remedy("is this machine online, and does its DNS server answer?")
    }
}

/// Everything about a sender's domain, in the order of [`Check`].
pub fn evaluate(sender: &Sender, records: &Records) -> Vec<Finding> {
    if PUBLIC.contains(&sender.domain.as_str()) {
        let found = format!("{} belongs to a mail provider, which alone may send for it: other providers refuse such mails", sender.domain);
        return vec![Finding::new(Check::Dmarc, Verdict::Bad, found).remedy("send from an address of a domain of your own")];
    }
    vec![spf::evaluate(sender, records), dkim(sender, records), dmarc::evaluate(sender, records), mx(sender, &records.mx)]
}

/// Where a DMARC policy for a domain may stand: its own `_dmarc`, then that of each domain above it that isn't a top-level domain.
pub fn dmarc_names(domain: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = Some(domain);
    while let Some(name) = rest.filter(|name| name.contains('.')) {
        names.push(format!("_dmarc.{name}"));
        rest = name.split_once('.').map(|(_, above)| above);
    }
    names
}

/// The value of a tag in a list such as `v=DKIM1; k=rsa`.
fn tag<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    list.split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn dkim(sender: &Sender, records: &Records) -> Finding {
    let (Some(signing), Some(answer)) = (&sender.signing, &records.dkim) else {
        let found = "mails are signed by whoever carries them, under a name that can't be guessed";
        let remedy = format!(
            "set signing up for {} there; in a mail that arrived, Authentication-Results should say dkim=pass with header.d={}",
            sender.domain, sender.domain
        );
        return Finding::new(Check::Dkim, Verdict::Unknown, found).remedy(remedy);
    };
    let name = signing.name();
    let value = format!("v=DKIM1; k={}; p={}", signing.kind, signing.public_key);
    let Answer::Records(all) = answer else { return Finding::unknown(Check::Dkim, &name) };
    let bad = |found: String| {
        Finding::new(Check::Dkim, Verdict::Bad, found).remedy("publish this record; a long value is split into strings of 255").publish(
            &name,
            "TXT",
            value.clone(),
        )
    };
    let key = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    match all.as_slice() {
        [] => bad(format!("there is no key at {name}: no signature can be checked")),
        [_, _, ..] => bad(format!("there are {} records at {name}, where one is allowed", all.len())),
        [one] => match tag(one, "p").map(key) {
            None => bad(format!("what stands at {name} is no DKIM key")),
            Some(p) if p.is_empty() => bad(format!("the key at {name} was revoked")),
            Some(p) if p != key(&signing.public_key) => bad(format!("the key at {name} is another one than mails are signed with")),
            Some(_) if tag(one, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y")) => Finding::new(
                Check::Dkim,
                Verdict::Improve,
                format!("the key at {name} is marked as a test, which receivers may take for none"),
            )
            .remedy("take t=y out")
            .publish(&name, "TXT", value.clone()),
            Some(_) => Finding::new(Check::Dkim, Verdict::Good, format!("{name} has the key that mails are signed with")),
        },
    }
}

fn mx(sender: &Sender, answer: &Answer) -> Finding {
    let domain = &sender.domain;
    match answer {
        Answer::Unknown => Finding::unknown(Check::Mx, domain),
        Answer::Records(servers) if servers.is_empty() => {
            Finding::new(Check::Mx, Verdict::Improve, format!("{domain} names no mail server: bounces and replies may not arrive"))
                .remedy("publish the mail server that takes mail for the domain; some receivers refuse mail from domains that take none")
        }
        // RFC 7505: a domain that takes no mail at all.
        Answer::Records(servers) if servers.iter().any(|server| server.trim_end_matches('.').is_empty()) => {
            Finding::new(Check::Mx, Verdict::Bad, format!("{domain} says that it takes no mail, so receivers refuse mail from it"))
                .remedy("publish the mail server that takes mail for the domain, or send from a domain that has one")
        }
        Answer::Records(servers) => Finding::new(Check::Mx, Verdict::Good, format!("mail for {domain} goes to {}", servers.join(", "))),
    }
}
