//! When one of a store's own programs takes nothing of what it is to be told.

use super::{Finding, Kind, Verdict, spoken};
use crate::domain::outbound::FAILING_TOLD;
use jiff::Timestamp;

/// What is known of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// Of its address only the host: the rest may be a secret.
    pub host: String,
    /// It took nothing since.
    pub failing_since: Option<Timestamp>,
    /// It is told nothing any more, not because a person said so.
    pub given_up: bool,
}

/// It took nothing for a while, or is told nothing any more because of that.
pub fn endpoint_failing(endpoint: &Endpoint, now: Timestamp) -> Verdict {
    let since = endpoint.failing_since.unwrap_or(now);
    let host = &endpoint.host;
    let (what, fix) = if endpoint.given_up {
        let what = format!("The program at {host} is told nothing any more: it took nothing for days, or said that it is gone.");
        (what, "What waits for it is kept. Put it right and switch it on again on the page of webhooks, or remove it there.")
    } else if endpoint.failing_since.is_some() && now.duration_since(since) >= FAILING_TOLD {
        let what = format!("The program at {host} has taken nothing that it was told for {}.", spoken(now.duration_since(since)));
        (what, "It is tried for days, and nothing is lost until then. The log on the page of webhooks shows what it answers.")
    } else {
        return Verdict::Over;
    };
    let subject = endpoint.id.clone();
    Verdict::Holds(Finding { kind: Kind::EndpointFailing, subject, since, mark: i64::from(endpoint.given_up), what, fix: fix.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn an_endpoint_is_told_of_after_an_hour_and_once_it_is_given_up() {
        let begun = Timestamp::UNIX_EPOCH;
        let endpoint = Endpoint { id: "1".into(), host: "example.com".into(), failing_since: Some(begun), given_up: false };
        let asked = |e: &Endpoint, minutes| endpoint_failing(e, begun + SignedDuration::from_mins(minutes));
        assert_eq!(asked(&endpoint, 59), Verdict::Over);
        assert!(
            asked(&endpoint, 60)
                .finding()
                .is_some_and(|f| f.what.contains("example.com has taken nothing") && f.what.contains("60 minutes"))
        );
        let gone = Endpoint { given_up: true, ..endpoint.clone() };
        assert!(asked(&gone, 1).finding().is_some_and(|f| f.what.contains("told nothing any more")));
        assert_eq!(asked(&Endpoint { failing_since: None, ..endpoint }, 600), Verdict::Over);
    }
}
