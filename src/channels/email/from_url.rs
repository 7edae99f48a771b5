//! `email.url` of providers with an HTTP interface: `postmark://TOKEN?stream=broadcast`, `ses://ACCESS:SECRET@eu-west-1`.

use crate::channels::settings::{Field, Values};
use percent_encoding::percent_decode_str;

/// What stands in front of the query.
pub(super) enum Front {
    /// `scheme://ONE`
    One(&'static str),
    /// `scheme://USER@HOST`
    UserAt(&'static str, &'static str),
    /// `scheme://USER:PASSWORD@HOST`
    UserPasswordAt(&'static str, &'static str, &'static str),
}

/// Reads it: the front's parts by their names, then `name=value` of the other settings, short names first turned into long ones. Everything is
/// percent-decoded, and a plus is a plus.
///
/// # Errors
/// What is wrong and what to do, without a secret.
pub(super) fn read(url: &str, front: &Front, fields: &[Field], short: &[(&str, &str)], example: &str) -> Result<Values, String> {
    let unreadable = || format!("can't be read; write it as {example}, with %2F for / and %40 for @ inside of keys");
    let (_, rest) = url.split_once("://").ok_or_else(unreadable)?;
    let (before, query) = rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
    let before = before.strip_suffix('/').unwrap_or(before);
    if before.contains(['/', '#']) {
        return Err(unreadable());
    }
    let mut values = Values::default();
    let mut set = |name: &str, value: &str| -> Result<(), String> {
        let value = percent_decode_str(value).decode_utf8().map_err(|_| unreadable())?;
        if value.trim().is_empty() {
            return Err(unreadable());
        }
        values.set(name, value);
        Ok(())
    };
    match front {
        Front::One(name) if !before.contains('@') => set(name, before)?,
        Front::One(_) => return Err(unreadable()),
        Front::UserAt(user, host) => {
            let (left, right) = before.rsplit_once('@').ok_or_else(unreadable)?;
            set(user, left)?;
            set(host, right)?;
        }
        Front::UserPasswordAt(user, password, host) => {
            let (left, right) = before.rsplit_once('@').ok_or_else(unreadable)?;
            let (left, middle) = left.split_once(':').ok_or_else(unreadable)?;
            set(user, left)?;
            set(password, middle)?;
            set(host, right)?;
        }
    }
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(unreadable)?;
        let name = short.iter().find(|(short, _)| *short == name).map_or(name, |(_, long)| long);
        if !fields.iter().any(|field| field.name == name) {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            return Err(format!("has a setting after its ? that isn't known; expected some of {}", names.join(", ")));
        }
        set(name, value)?;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use crate::channels::settings::of_mail;

    #[test]
    fn each_providers_url_is_read_into_its_settings() {
        let check = |url: &str, provider: &str, expected: &[(&str, &str)]| {
            let chosen = of_mail(url, "shop@example.com").expect(url);
            let mut expected: Vec<(&str, &str)> = expected.iter().copied().chain([("from", "shop@example.com")]).collect();
            expected.sort_unstable();
            assert_eq!((chosen.provider.as_str(), chosen.values.iter().collect::<Vec<_>>()), (provider, expected), "{url}");
        };
        check("sendgrid://SG.aB_c-d", "sendgrid", &[("api_key", "SG.aB_c-d")]);
        check("sendgrid://SG.a%2Fb?webhook_public_key=MF+k%3D", "sendgrid", &[("api_key", "SG.a/b"), ("webhook_public_key", "MF+k=")]);
        check("postmark://1-2-3?stream=outbound", "postmark", &[("server_token", "1-2-3"), ("message_stream", "outbound")]);
        check(
            "mailgun://key-1@mg.example.com?region=eu",
            "mailgun",
            &[("api_key", "key-1"), ("domain", "mg.example.com"), ("region", "eu")],
        );
        check(
            "ses://AKIDEXAMPLE:wJal%2FK7+b@eu-west-1",
            "ses",
            &[("access_key_id", "AKIDEXAMPLE"), ("secret_access_key", "wJal/K7+b"), ("region", "eu-west-1")],
        );
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said_without_its_secret() {
        for url in [
            "sendgrid://",
            "sendgrid://hunter2@x",
            "sendgrid://hunter2?colour=hunter2",
            "sendgrid://hunter2?webhook_public_key=",
            "postmark://hunter2/x",
            "mailgun://hunter2",
            "mailgun://@mg.example.com",
            "ses://AKID:hun/ter2@eu-west-1",
            "ses://hunter2@eu-west-1",
            "ses://AKID:hunter2%FF@eu-west-1",
        ] {
            let problem = of_mail(url, "shop@example.com").expect_err(url);
            assert!(!problem.contains("hunter2") && !problem.contains("ter2"), "{url}: {problem}");
        }
    }
}
