//! Codes that change every half minute (RFC 6238), and those for who has lost what makes them.

use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// Of a secret: as long as the hash, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// How many codes for who lost the device are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Of a recovery code: so long that nobody finds one by trying, whatever leaks.
pub const RECOVERY_BYTES: usize = 10;
/// Letters and digits between two hyphens of a recovery code.
const GROUP: usize = 4;
/// Codes of the half minute before and after are taken too: clocks differ, and typing takes time.
const SKEW: u16 = 1;

/// A secret as people type it where nothing reads the picture: base32.
pub fn secret(bytes: [u8; SECRET_BYTES]) -> String {
    Secret::from(bytes.to_vec()).to_base32()
}

fn builder(secret: &str) -> Option<Builder> {
    Some(Builder::new().with_skew(SKEW).with_secret(Secret::try_from_base32(secret).ok()?))
}

/// The half minute, counted from 1970, that a code belongs to; none when it is none of this secret's now.
pub fn step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let totp: Totp = builder(secret)?.build().ok()?;
    let step = totp.check(&digits, u64::try_from(now.as_second()).ok()?)?;
    i64::try_from(step).ok()
}

/// The code of a secret now: what an app would show.
pub fn code(secret: &str, now: Timestamp) -> Option<String> {
    Some(builder(secret)?.build().ok()?.generate(u64::try_from(now.as_second()).ok()?).to_string())
}

/// What the picture holds that an app reads; none for an account that can't stand in it.
pub fn url(secret: &str, issuer: &str, account: &str) -> Option<String> {
    builder(secret)?.with_issuer(Some(issuer)).with_account_name(account).build().ok()?.to_url().ok()
}

/// A recovery code as it is shown: `abcd-efgh-2345-67ab`.
pub fn recovery_code(bytes: [u8; RECOVERY_BYTES]) -> String {
    let plain: Vec<char> = Secret::from(bytes.to_vec()).to_base32().to_lowercase().chars().collect();
    plain.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A recovery code as somebody typed it, as it is hashed: without what stands between, and with the letters for which digits were read.
pub fn plain(typed: &str) -> String {
    let letter = |c: char| match c.to_ascii_lowercase() {
        '0' => 'o',
        '1' => 'l',
        '8' => 'b',
        other => other,
    };
    typed.chars().filter(char::is_ascii_alphanumeric).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of its table for SHA-1.
    const RFC: &[u8; SECRET_BYTES] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = secret(*RFC);
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let check = |second: i64, of_eight: &str| {
            let now = Timestamp::from_second(second).expect("a time");
            let of_six = &of_eight[2..];
            assert_eq!(code(&secret, now).as_deref(), Some(of_six));
            assert_eq!(step(&secret, of_six, now), Some(second / 30));
            assert_eq!(step(&secret, of_eight, now), None, "six digits, not eight");
        };
        check(59, "94287082");
        check(1_111_111_109, "07081804");
        check(1_111_111_111, "14050471");
        check(1_234_567_890, "89005924");
        check(2_000_000_000, "69279037");
        check(20_000_000_000, "65353130");
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_one_on_either_side() {
        let secret = secret(*RFC);
        let made = Timestamp::from_second(1_234_567_890).expect("a time");
        let code = code(&secret, made).expect("a code");
        let (first, second) = code.split_at(3);
        for (later, taken) in [(-60, false), (-30, true), (0, true), (29, true), (59, true), (60, false), (3_600, false)] {
            let now = Timestamp::from_second(made.as_second() + later).expect("a time");
            assert_eq!(step(&secret, &code, now).is_some(), taken, "{later} s");
            assert_eq!(step(&secret, &format!(" {first} {second}\n"), now).is_some(), taken, "as apps show it");
        }
        for wrong in ["", "000000", "+05924", "00592", "0059244", "００５９２４"] {
            assert_eq!(step(&secret, wrong, made), None, "{wrong:?}");
        }
        assert_eq!(step("not base32!", &code, made), None);
    }

    #[test]
    fn the_address_for_apps_names_who_and_where() {
        let url = url(&secret(*RFC), "Comeback (cb.example)", "jo+1@shop.example").expect("an address");
        let read = url::Url::parse(&url).expect("an address");
        assert_eq!((read.scheme(), read.host_str()), ("otpauth", Some("totp")));
        let field = |name: &str| read.query_pairs().find(|p| p.0 == name).map(|p| p.1.into_owned());
        assert_eq!(field("secret").as_deref(), Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert_eq!(field("issuer").as_deref(), Some("Comeback (cb.example)"));
        assert!(url.contains("jo%2B1%40shop.example") || url.contains("jo+1@shop.example"), "{url}");
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let shown = recovery_code([0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF]);
        assert_eq!(shown, "abcd-efgh-ijkl-mnop", "RFC 4648: five bits a letter");
        let check = |typed: &str| assert_eq!(plain(typed), "abcdefghijklmnop", "{typed:?}");
        check(&shown);
        check(" ABCD EFGH IJKL MNOP ");
        check("a8cdefghijk1mn0p");
        assert_ne!(plain("abcd-efgh-ijkl-mno"), plain(&shown));
    }
}
