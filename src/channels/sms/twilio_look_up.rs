//! Asking Twilio what became of a text: its list of messages (<https://www.twilio.com/docs/messaging/api/message-resource#list-all-messages>) has no key
//! of ours, so the text is known by the short link in its body, which no other text holds.

use super::twilio::Twilio;
use super::twilio_codes::class;
use crate::channels::class::Class;
use crate::channels::{Fault, Found, LookUp};
use crate::domain::cart::SaturatingInstant as _;
use crate::http_client;
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde::Deserialize;
use url::form_urlencoded;

const PAGE_SIZE: usize = 200; // texts; Twilio allows 1000
const PAGES_MAX: usize = 5; // pages about one number; somebody who got more than 1000 texts is not looked through
const SAMPLE_SIZE: usize = 50; // texts of the whole account by which we see whether numbers and bodies are kept
const PAGE_MAX: usize = 4 * 1024 * 1024; // bytes
/// Clocks differ, theirs and ours.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_hours(1);

/// A page of the list. Without `messages` it is none.
#[derive(Debug, Deserialize)]
struct Page {
    messages: Vec<Listed>,
    next_page_uri: Option<String>,
}

/// The part of a listed text that we use.
#[derive(Debug, Deserialize)]
struct Listed {
    sid: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    direction: String,
    body: Option<String>,
    to: Option<String>,
    error_code: Option<u32>,
    date_sent: Option<String>,
    date_created: Option<String>,
}

impl Listed {
    fn is_ours(&self) -> bool {
        self.direction != "inbound"
    }

    fn at(&self) -> Option<Timestamp> {
        let text = self.date_sent.as_deref().or(self.date_created.as_deref())?;
        jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp())
    }

    /// Its body was not kept, so that it can't be told from the one that is looked for; unless it is older.
    fn could_be(&self, question: &LookUp) -> bool {
        let blank = self.body.as_deref().unwrap_or_default().trim().is_empty();
        blank && self.at().is_none_or(|at| at >= question.since.saturating_add_lossy(-CLOCK_MARGIN))
    }

    /// Neither number nor body can be read: the account is set to forget them.
    fn is_redacted(&self) -> bool {
        let number = self.to.as_deref().unwrap_or_default();
        let whole = number.strip_prefix('+').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
        !whole || self.body.as_deref().unwrap_or_default().trim().is_empty()
    }
}

impl Twilio {
    /// Looks for a text, and answers "absent" only when it would have seen it.
    pub(super) async fn find(&self, question: &LookUp) -> Found {
        if question.account.as_deref() != Some(self.account_sid()) {
            return Found::cannot_say("the text went through another Twilio account than the one that is set up now");
        }
        self.search(question).await.unwrap_or_else(|reason| Found::Unreachable { reason })
    }

    /// By number and without a date: whether a filter by date hides texts that are still in Twilio's queue is nowhere written.
    async fn search(&self, question: &LookUp) -> Result<Found, String> {
        let mut query = first_query(question);
        let mut refused = None;
        let mut unreadable = false;
        for _ in 0..PAGES_MAX {
            let page = self.page(&query).await?;
            for text in page.messages.iter().filter(|text| text.is_ours()) {
                match found(text, question) {
                    // A later attempt of the same nudge may have arrived where an earlier one didn't.
                    Some(arrived @ Found::Arrived { .. }) => return Ok(arrived),
                    Some(other) => refused = refused.or(Some(other)),
                    None => unreadable |= text.could_be(question),
                }
            }
            let Some(next) = page.next_page_uri else {
                return match (refused, unreadable) {
                    (Some(refused), _) => Ok(refused),
                    (None, true) => {
                        Ok(Found::cannot_say("Twilio doesn't keep the bodies of texts in this account, so none can be told from another"))
                    }
                    (None, false) => self.absent_if_visible(question).await,
                };
            };
            // Only the query is taken over, so that an answer can't lead elsewhere.
            query = next.split_once('?').map(|(_, query)| query.to_owned()).ok_or("Twilio's list of texts can't be read to its end")?;
        }
        Ok(Found::cannot_say(format!("the number got more than {} texts, too many to look through", PAGE_SIZE * PAGES_MAX)))
    }

    /// An account that forgets numbers lists nothing by number. What it lists without one shows whether it does.
    async fn absent_if_visible(&self, question: &LookUp) -> Result<Found, String> {
        let page = self.page(&format!("PageSize={SAMPLE_SIZE}")).await?;
        let ours = || page.messages.iter().filter(|text| text.is_ours());
        if let Some(found) = ours().find_map(|text| found(text, question)) {
            return Ok(found);
        }
        if ours().any(Listed::is_redacted) {
            return Ok(Found::cannot_say(
                "Twilio doesn't keep the numbers or bodies of texts in this account, so none can be found by them",
            ));
        }
        Ok(Found::Absent)
    }

    async fn page(&self, query: &str) -> Result<Page, String> {
        let response = self.get(&format!("/Messages.json?{query}")).send().await;
        let response = response.map_err(|_| "Twilio could not be reached".to_owned())?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(format!("Twilio answered {}", status.as_u16()));
        }
        let body = http_client::read_capped(response, PAGE_MAX).await.map_err(|_| "Twilio's list of texts broke off".to_owned())?;
        serde_json::from_slice(&body).map_err(|_| "Twilio's list of texts can't be read".to_owned())
    }
}

fn first_query(question: &LookUp) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("To", &question.to).append_pair("PageSize", &PAGE_SIZE.to_string()).finish()
}

/// Does the body hold this very link, and not one that begins with it?
fn holds(body: &str, link: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    body.match_indices(link).any(|(at, found)| body.get(at + found.len()..).is_some_and(|rest| !goes_on(rest)))
}

/// What a listed text says of the one that is looked for; none if it is another.
fn found(text: &Listed, question: &LookUp) -> Option<Found> {
    let body = text.body.as_deref()?;
    if !holds(body, &question.link) {
        return None;
    }
    Some(match text.status.as_str() {
        "failed" | "undelivered" | "canceled" => refused(text),
        // Whatever else it is, queued, sent or a status that comes up tomorrow: Twilio has it, and a second one would be a repeat.
        _ => Found::Arrived { provider_id: text.sid.clone().unwrap_or_default(), at: text.at() },
    })
}

fn refused(text: &Listed) -> Found {
    let fault = text.error_code.and_then(class).map_or(Fault::Content, Class::fault);
    let code = text.error_code.map_or_else(String::new, |code| format!(" with error {code}"));
    Found::Refused { reason: format!("Twilio lists it as {}{code}", text.status), fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_whole_and_nothing_that_begins_like_it() {
        let check = |body: &str, expected: bool| assert_eq!(holds(body, "/s/aB3x"), expected, "{body}");
        check("Your cart: https://c.example/s/aB3x Reply STOP", true);
        check("https://c.example/s/aB3x.", true);
        check("https://c.example/s/aB3xY", false);
        check("https://c.example/s/aB3xY https://c.example/s/aB3x", true);
        check("https://c.example/s/ab3x", false);
        check("", false);
    }
}
