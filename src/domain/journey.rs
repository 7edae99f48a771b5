//! The way by which somebody came to an order, or to a cart that ended without one: what brought them to the store, and which of our messages they opened.

use crate::domain::ad_cost::Utm;
use crate::domain::arrival::{Arrival, Arrivals, Channel};
use crate::domain::attribution::ORDER_GRAIN;
use crate::domain::attribution::paths::{ARROW, DIRECT};
use crate::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};

/// Arrivals and clicks this long before the end belong to the journey.
pub const LOOKBACK: SignedDuration = SignedDuration::from_hours(24 * 30);
/// What comes from the same place within this time is one visit, as in Google Analytics.
const ONE_VISIT: SignedDuration = SignedDuration::from_mins(30);
/// Touches of a path: the first, and the latest.
const TOUCHES_MAX: usize = 50;

/// How a path names what touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// By its channel.
    #[default]
    Channel,
    /// By its channel, source and campaign.
    Campaign,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Channel, Self::Campaign];

    /// As stored and as the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Campaign => "campaign",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a scope; expected channel or campaign"))
    }
}

/// One cart of whoever's journey it is.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// When it was begun.
    pub started_at: Timestamp,
    /// How they came to it, as far as it is known.
    pub arrivals: Option<&'a Arrivals>,
}

/// An opening of one of our messages' links by a person.
#[derive(Debug, Clone, Copy)]
pub struct Click<'a> {
    /// When.
    pub at: Timestamp,
    /// By which channel the message had gone.
    pub channel: ChannelKind,
    /// As the campaign is called.
    pub campaign: &'a str,
}

/// A touch, as paths name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Touched {
    at: Timestamp,
    channel: &'static str,
    campaign: String,
    /// What the link said that they came by.
    utm: Option<Utm>,
}

/// What is known of a journey.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// When the order was placed, or the cart was given up.
    pub ended_at: Timestamp,
    /// The carts of whoever it was.
    pub visits: &'a [Visit<'a>],
    /// How the order itself says that they came.
    pub of_order: Option<&'a Arrival>,
    /// Our messages that they opened.
    pub clicks: &'a [Click<'a>],
    /// Hosts of the store's own pages.
    pub own: &'a [String],
}

impl Known<'_> {
    /// The path, as both scopes name it; `direct` when nothing else is known.
    pub fn paths(&self) -> (String, String) {
        let touched = self.touched();
        (path(touched.iter().map(|t| t.channel)), path(touched.iter().map(|t| t.campaign.as_str())))
    }

    /// By what advertisement they came, if the last touch that was no direct visit says so.
    pub fn last_utm(&self) -> Option<Utm> {
        self.touched().into_iter().rev().find(|t| t.campaign != DIRECT).and_then(|t| t.utm)
    }

    fn touched(&self) -> Vec<Touched> {
        let mut touched: Vec<Touched> = self.clicks.iter().filter(|c| self.counts(c.at)).map(of_click).collect();
        let before = touched.len();
        for visit in self.visits {
            touched.extend(self.of_visit(visit));
        }
        if touched.len() == before {
            touched.extend(self.of_order.filter(|a| a.is_sourced() && self.is_from_outside(a)).map(of_arrival));
        }
        touched.sort();
        touched.dedup_by(|later, earlier| {
            let same = later.channel == earlier.channel && later.campaign == earlier.campaign;
            same && later.at.duration_since(earlier.at) <= ONE_VISIT
        });
        if touched.len() > TOUCHES_MAX {
            touched.drain(1..=touched.len() - TOUCHES_MAX);
        }
        touched
    }

    fn counts(&self, at: Timestamp) -> bool {
        let before = self.ended_at.duration_since(at);
        before > -ORDER_GRAIN && before <= LOOKBACK
    }

    /// Not by our own link, whose click is known, nor from a page of the store.
    fn is_from_outside(&self, arrival: &Arrival) -> bool {
        let only_by_host = arrival.utm_source.is_none() && arrival.utm_medium.is_none() && arrival.clicked_ad_of.is_none();
        let own = arrival.referrer_host.as_ref().is_some_and(|h| self.own.iter().any(|o| o.strip_prefix("www.").unwrap_or(o) == h));
        !(arrival.is_ours() || only_by_host && own)
    }

    fn of_visit(&self, visit: &Visit<'_>) -> Vec<Touched> {
        let sourced = || visit.arrivals.into_iter().flat_map(Arrivals::sourced);
        let from_outside: Vec<Touched> = sourced().filter(|a| self.counts(a.at) && self.is_from_outside(a)).map(of_arrival).collect();
        let by_us = sourced().any(Arrival::is_ours);
        let at = visit.arrivals.and_then(Arrivals::plain).map_or(visit.started_at, |a| a.at);
        let after_click = self.clicks.iter().any(|c| at.duration_since(c.at).abs() <= ONE_VISIT);
        if from_outside.is_empty() && !by_us && !after_click && self.counts(at) && self.of_order.is_none_or(|a| !a.is_sourced()) {
            return vec![Touched { at, channel: Channel::Direct.as_str(), campaign: DIRECT.to_owned(), utm: None }];
        }
        from_outside
    }
}

fn of_arrival(a: &Arrival) -> Touched {
    let channel = a.channel().as_str();
    let or_empty = |part: &Option<String>| part.clone().unwrap_or_default();
    let utm = a.utm_source.as_ref().map(|source| Utm {
        source: source.clone(),
        medium: or_empty(&a.utm_medium),
        campaign: or_empty(&a.utm_campaign),
    });
    Touched { at: a.at, channel, campaign: format!("{channel}: {}", a.source()), utm }
}

fn of_click(c: &Click<'_>) -> Touched {
    let channel = own_channel(c.channel);
    let name: String = c.campaign.chars().filter(|c| *c != ARROW).collect();
    Touched { at: c.at, channel, campaign: format!("{channel}: {}", name.trim()), utm: None }
}

/// Our own messages, as paths name them.
pub fn own_channel(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "comeback e-mail",
        ChannelKind::Sms => "comeback SMS",
        ChannelKind::WhatsApp => "comeback WhatsApp",
    }
}

fn path<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let path = names.collect::<Vec<_>>().join(" > ");
    if path.is_empty() { DIRECT.to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::arrival;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(10_000_000 + minute * 60).expect("time")
    }

    fn arrivals(all: &[Came<'_>]) -> Arrivals {
        let mut arrivals = Arrivals::default();
        for (minute, page, referrer) in all {
            let came = arrival::Came { page: Some(page), referrer: Some(referrer).filter(|r| !r.is_empty()).copied(), agent: None };
            Arrival::read(at(*minute), came, &[]).into_iter().for_each(|a| arrivals.add(a));
        }
        arrivals
    }

    /// At a minute, to a page, from another.
    type Came<'a> = (i64, &'a str, &'a str);

    /// Carts begun at a minute with their arrivals, minutes of clicks on a mail, and the paths; the order is at minute 100 000.
    fn check(visits: &[(i64, &[Came<'_>])], clicks: &[i64], expected: (&str, &str)) {
        let all: Vec<(i64, Arrivals)> = visits.iter().map(|(begun, came)| (*begun, arrivals(came))).collect();
        let visits: Vec<Visit<'_>> = all.iter().map(|(begun, a)| Visit { started_at: at(*begun), arrivals: Some(a) }).collect();
        let clicks: Vec<Click<'_>> =
            clicks.iter().map(|m| Click { at: at(*m), channel: ChannelKind::Email, campaign: "Carts > all" }).collect();
        let known = Known { ended_at: at(100_000), visits: &visits, of_order: None, clicks: &clicks, own: &["shop.example".to_owned()] };
        let (channel, campaign) = known.paths();
        assert_eq!((channel.as_str(), campaign.as_str()), expected);
    }

    #[test]
    fn a_journey_is_what_brought_them_and_what_they_opened_by_time() {
        check(&[], &[], ("direct", "direct"));
        check(&[(99_000, &[])], &[], ("direct", "direct"));
        let search: Came<'_> = (90_000, "/?gclid=1&utm_campaign=Spring", "https://www.google.com/");
        check(
            &[(90_001, &[search])],
            &[99_000],
            ("paid search > comeback e-mail", "paid search: google / Spring > comeback e-mail: Carts  all"),
        );
        check(&[(90_001, &[search, (90_020, search.1, search.2)])], &[], ("paid search", "paid search: google / Spring"));
        check(
            &[(90_001, &[search]), (99_001, &[(99_000, "/r?utm_source=comeback", "")])],
            &[99_000],
            ("paid search > comeback e-mail", "paid search: google / Spring > comeback e-mail: Carts  all"),
        );
        check(&[(10_000, &[(10_000, "/?utm_source=old", "")])], &[], ("direct", "direct"));
        check(&[(90_000, &[(90_000, "/a", "https://www.shop.example/")])], &[], ("direct", "direct"));
        check(&[(99_999, &[(99_998, "/a", "")])], &[99_990], ("comeback e-mail", "comeback e-mail: Carts  all"));
        check(
            &[(90_000, &[(90_000, "/a", "")]), (95_000, &[(95_000, "/a", "https://blog.example.org/x")])],
            &[],
            ("direct > referral", "direct > referral: blog.example.org"),
        );
    }
}
