//! By which channel somebody came: Google Analytics' default channel groups (support.google.com/analytics/answer/9756891), as far as they can be told from an
//! address and a host.

use super::Arrival;

/// Search engines, by a label of their host or as sources name them.
const SEARCH: [&str; 15] = [
    "google",
    "bing",
    "yahoo",
    "duckduckgo",
    "ecosia",
    "baidu",
    "yandex",
    "qwant",
    "startpage",
    "naver",
    "seznam",
    "brave",
    "ask",
    "aol",
    "kagi",
];
/// Social networks, the same.
const SOCIAL: [&str; 24] = [
    "facebook",
    "fb",
    "instagram",
    "ig",
    "tiktok",
    "twitter",
    "x",
    "t",
    "pinterest",
    "linkedin",
    "lnkd",
    "reddit",
    "snapchat",
    "threads",
    "bsky",
    "mastodon",
    "vk",
    "weibo",
    "tumblr",
    "whatsapp",
    "telegram",
    "messenger",
    "quora",
    "discord",
];
/// Hosts on which people pay, and from which they come back without having gone anywhere.
pub const PAYMENT_HOSTS: [&str; 16] = [
    "paypal.com",
    "klarna.com",
    "stripe.com",
    "shop.app",
    "shopify.com",
    "shopifycs.com",
    "adyen.com",
    "mollie.com",
    "afterpay.com",
    "clearpay.co.uk",
    "affirm.com",
    "sezzle.com",
    "amazonpay.com",
    "payments.amazon.com",
    "sofort.com",
    "checkout.com",
];

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Nobody knows where from.
    Direct,
    /// By a search engine's results.
    OrganicSearch,
    /// By a search engine's ads.
    PaidSearch,
    /// By a social network.
    OrganicSocial,
    /// By a social network's ads.
    PaidSocial,
    /// By banners.
    Display,
    /// By other paid ways.
    PaidOther,
    /// By mails that aren't ours.
    Email,
    /// By texts that aren't ours.
    Sms,
    /// By partners who are paid for it.
    Affiliates,
    /// By a link on another site.
    Referral,
    /// By something that says what it is, in words that nobody has a group for.
    Other,
}

impl Channel {
    /// As paths name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::OrganicSearch => "organic search",
            Self::PaidSearch => "paid search",
            Self::OrganicSocial => "organic social",
            Self::PaidSocial => "paid social",
            Self::Display => "display",
            Self::PaidOther => "paid other",
            Self::Email => "e-mail",
            Self::Sms => "SMS",
            Self::Affiliates => "affiliates",
            Self::Referral => "referral",
            Self::Other => "other",
        }
    }

    /// By what an arrival says, in Google's order: what was paid first, then what is free.
    pub fn of(arrival: &Arrival) -> Self {
        let source =
            arrival.utm_source.as_deref().or(arrival.clicked_ad_of.as_deref()).or(arrival.referrer_host.as_deref()).unwrap_or_default();
        let medium = arrival.utm_medium.as_deref().unwrap_or_default();
        // Facebook puts its id on every link, paid or not.
        let by_ad = arrival.clicked_ad_of.as_deref().is_some_and(|network| network != "facebook");
        let paid = is_paid(medium) || (by_ad && medium.is_empty());
        let (search, social) = (is_one_of(source, &SEARCH), is_one_of(source, &SOCIAL));
        match () {
            () if !arrival.is_sourced() => Self::Direct,
            () if paid && search => Self::PaidSearch,
            () if paid && social => Self::PaidSocial,
            () if ["display", "banner", "expandable", "interstitial", "cpm"].contains(&medium) => Self::Display,
            () if paid => Self::PaidOther,
            () if is_mail(source) || is_mail(medium) => Self::Email,
            () if source == "sms" || medium == "sms" => Self::Sms,
            () if ["affiliate", "affiliates"].contains(&medium) => Self::Affiliates,
            () if social || ["social", "social-network", "social-media", "sm", "social network", "social media"].contains(&medium) => {
                Self::OrganicSocial
            }
            () if search || medium == "organic" => Self::OrganicSearch,
            () if ["referral", "app", "link"].contains(&medium) || (medium.is_empty() && arrival.referrer_host.is_some()) => Self::Referral,
            () => Self::Other,
        }
    }
}

/// `^(.*cp.*|ppc|retargeting|paid.*)$`, without `cpm`, which is display.
fn is_paid(medium: &str) -> bool {
    medium != "cpm" && (medium.contains("cp") || ["ppc", "retargeting"].contains(&medium) || medium.starts_with("paid"))
}

fn is_mail(word: &str) -> bool {
    ["email", "e-mail", "e_mail", "e mail", "newsletter"].contains(&word)
}

/// Is a host, or a source as somebody named it, one of these? `l.facebook.com` and `facebook` are; `notgoogle.example` is not.
fn is_one_of(source: &str, names: &[&str]) -> bool {
    let labels: Vec<&str> = source.split('.').collect();
    match labels.as_slice() {
        [one] => names.contains(one),
        // The name stands before the public part of the host, which has one or two labels.
        [.., third, "co" | "com" | "org" | "net" | "ne" | "or", _] => names.contains(third),
        [.., second, _] => names.contains(second),
        [] => false,
    }
}

/// Do people pay on this host?
pub(super) fn is_payment(host: &str) -> bool {
    PAYMENT_HOSTS.iter().any(|p| host == *p || host.strip_suffix(p).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::super::Device;
    use super::*;
    use jiff::Timestamp;

    fn check((source, medium, ad, host): (&str, &str, &str, &str), expected: Channel) {
        let some = |t: &str| Some(t.to_owned()).filter(|t| !t.is_empty());
        let arrival = Arrival {
            at: Timestamp::UNIX_EPOCH,
            landing_path: None,
            utm_source: some(source),
            utm_medium: some(medium),
            utm_campaign: None,
            clicked_ad_of: some(ad),
            referrer_host: some(host),
            device: Device::Unknown,
        };
        assert_eq!(Channel::of(&arrival), expected, "{source} / {medium}, {ad}, {host}");
    }

    #[test]
    fn channels_are_grouped_as_analytics_does() {
        check(("", "", "", ""), Channel::Direct);
        check(("google", "cpc", "", ""), Channel::PaidSearch);
        check(("", "", "google", "google.com"), Channel::PaidSearch);
        check(("", "", "", "google.co.uk"), Channel::OrganicSearch);
        check(("google", "organic", "", ""), Channel::OrganicSearch);
        check(("", "", "", "l.instagram.com"), Channel::OrganicSocial);
        check(("", "", "facebook", "m.facebook.com"), Channel::OrganicSocial);
        check(("facebook", "paid_social", "facebook", ""), Channel::PaidSocial);
        check(("klaviyo", "email", "", ""), Channel::Email);
        check(("newsletter", "", "", ""), Channel::Email);
        check(("partner", "affiliate", "", ""), Channel::Affiliates);
        check(("criteo", "cpm", "", ""), Channel::Display);
        check(("taboola", "cpc", "", ""), Channel::PaidOther);
        check(("", "", "", "blog.example.org"), Channel::Referral);
        check(("", "", "", "t.co"), Channel::OrganicSocial);
        check(("flyer", "print", "", ""), Channel::Other);
        check(("", "", "", "notgoogle.example"), Channel::Referral);
        check(("attentive", "sms", "", ""), Channel::Sms);
    }
}
