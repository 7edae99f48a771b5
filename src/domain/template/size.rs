//! How large a mail is on its way: HTML travels as quoted-printable, which makes it larger.

/// Gmail shows no more than about 102 KB of a mail's HTML, measured as it travels; the unsubscribe link would be in the part cut off. In bytes.
pub const ENCODED_MAX: usize = 102 * 1024;
/// From here on a longer cart, or the encoding of another provider, may reach that. In bytes.
pub const ENCODED_ADVISED: usize = 80 * 1024;
/// Characters of an encoded line, without the `=` that continues it (RFC 2045, section 6.7).
const LINE_MAX: usize = 75;

/// The size of a text as quoted-printable (RFC 2045, section 6.7), in bytes.
pub fn encoded_len(text: &str) -> usize {
    let mut lines = text.split('\n').peekable();
    let mut total = 0;
    while let Some(line) = lines.next() {
        let ended = lines.peek().is_some();
        let line = if ended { line.strip_suffix('\r').unwrap_or(line) } else { line };
        total += encoded_line(line.as_bytes()) + if ended { 2 } else { 0 };
    }
    total
}

fn encoded_line(line: &[u8]) -> usize {
    let (mut total, mut column) = (0, 0);
    for (at, byte) in line.iter().enumerate() {
        let last = at + 1 == line.len();
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !last);
        let width = if plain { 1 } else { 3 };
        if column + width > LINE_MAX {
            total += 3;
            column = 0;
        }
        total += width;
        column += width;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_quoted_printable() {
        let check = |text: &str, encoded: &str| assert_eq!(encoded_len(text), encoded.len(), "{text:?}");
        check("", "");
        check("plain", "plain");
        check("a=b", "a=3Db");
        check("é", "=C3=A9");
        check("two\nlines \n", "two\r\nlines=20\r\n");
        check(&"x".repeat(76), &format!("{}=\r\nx", "x".repeat(75)));
    }
}
