//! Text as quoted-printable (RFC 2045, section 6.7): every mail server passes it on unchanged, which a signature over it needs.

use memchr::memchr;

const LINE_MAX: usize = 76; // characters, of which the last may be the mark of a line that goes on

/// The text's lines, each ended by CRLF except the last if it isn't ended.
///
/// A dot or `From ` at the beginning of a line is encoded, too: servers have been seen to change both.
pub fn printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8 + 16);
    let mut rest = text.as_bytes();
    while let Some(end) = memchr(b'\n', rest) {
        let (line, after) = rest.split_at(end);
        put_line(&mut out, line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
        rest = after.get(1..).unwrap_or_default();
    }
    put_line(&mut out, rest);
    out
}

fn put_line(out: &mut Vec<u8>, mut line: &[u8]) {
    let mut column = 0;
    while let [first, after @ ..] = line {
        // Blanks at a line's end are cut off on the way.
        let plain = is_plain(*first) && !(after.is_empty() && is_blank(*first));
        if column + if plain { 1 } else { 3 } > LINE_MAX - 1 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if !plain || column == 0 && begins_badly(line) {
            out.extend_from_slice(&[b'=', hex(first >> 4), hex(first & 15)]);
            (column, line) = (column + 3, after);
            continue;
        }
        // What needs no encoding goes over in one piece; a blank at its end may be the line's last and is looked at on its own.
        let room = line.get(..line.len().min(LINE_MAX - 1 - column)).unwrap_or_default();
        let run = room.iter().position(|b| !is_plain(*b)).unwrap_or(room.len());
        let ends = run == line.len() && line.last().is_some_and(|b| is_blank(*b));
        let (piece, rest) = line.split_at(if ends { run - 1 } else { run });
        out.extend_from_slice(piece);
        (column, line) = (column + piece.len(), rest);
    }
}

/// May it stand for itself, but at a line's end?
fn is_plain(byte: u8) -> bool {
    (byte.is_ascii_graphic() && byte != b'=') || is_blank(byte)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn begins_badly(line: &[u8]) -> bool {
    line.starts_with(b".") || line.starts_with(b"From ")
}

/// A digit's letter.
fn hex(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'A' + digit - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(String::from_utf8(printable(text)).expect("ASCII"), expected, "{text:?}");
    }

    #[test]
    fn only_what_must_be_is_encoded() {
        check("", "");
        check("Hello, world!", "Hello, world!");
        check("a = b", "a =3D b");
        check("Grüße", "Gr=C3=BC=C3=9Fe");
        check("one\ntwo\r\nthree\n", "one\r\ntwo\r\nthree\r\n");
        check("end \ntab\t\n a\tb", "end=20\r\ntab=09\r\n a\tb");
        check("a\rb", "a=0Db");
        check(".\n..x\na.", "=2E\r\n=2E.x\r\na.");
        check("From here\nFrom: x\n From y", "=46rom here\r\nFrom: x\r\n From y");
        check(&"x".repeat(76), &format!("{}=\r\nx", "x".repeat(75)));
        check(&format!("{}ü", "x".repeat(70)), &format!("{}=C3=\r\n=BC", "x".repeat(70)));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_whole_and_every_line_is_short(text in "([ -~]|\\PC|[\r\n\t =.]|From ){0,300}") {
            let encoded = printable(&text);
            prop_assert!(encoded.is_ascii());
            for line in String::from_utf8(encoded.clone()).expect("ASCII").split("\r\n") {
                prop_assert!(line.len() <= LINE_MAX && !line.contains(['\r', '\n']) && !line.ends_with([' ', '\t']) && !line.starts_with('.') && !line.starts_with("From "));
            }
            let source = [b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".as_slice(), &encoded].concat();
            let mail = mail_parser::MessageParser::default().parse(&source).expect("a mail");
            let back = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
            prop_assert_eq!(back, text.replace("\r\n", "\n"));
        }
    }
}
