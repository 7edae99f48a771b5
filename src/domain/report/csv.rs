//! Comma-separated values (RFC 4180) that no spreadsheet runs: the one writer of every list and report.

use super::flat::{Field, Flat, Value};

/// With what the lines of a file end (RFC 4180, section 2).
pub const LINE_END: &str = "\r\n";

/// A text that a spreadsheet would take for a formula is told to be a text (OWASP, "CSV injection").
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A field: guarded, and quoted where it must be.
pub fn field(text: &str) -> String {
    quoted(&guarded(text))
}

/// Quoted where it must be.
pub fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The line of headings, without its end.
pub fn head(fields: &[Field]) -> String {
    fields.iter().map(|f| field(&f.name)).collect::<Vec<_>>().join(",")
}

/// A line, without its end. Numbers are numbers: a minus before one is no formula.
pub fn line(values: &[Value]) -> String {
    let written = |value: &Value| match value {
        Value::None => String::new(),
        Value::Text(text) => field(text),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Money(money) => money.amount(),
        Value::Instant(at) => at.to_string(),
    };
    values.iter().map(written).collect::<Vec<_>>().join(",")
}

/// A whole file.
pub fn text(flat: &Flat) -> String {
    let lines = std::iter::once(head(&flat.fields)).chain(flat.rows.iter().map(|row| line(row)));
    lines.fold(String::new(), |text, line| text + &line + LINE_END)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};

    #[test]
    fn no_label_breaks_a_line_or_becomes_a_formula() {
        let check = |input: &str, expected: &str| assert_eq!(field(input), expected);
        check("Checkout recovery", "Checkout recovery");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("two\r\nlines", "\"two\r\nlines\"");
        check("=1+1", "'=1+1");
        check("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\"");
        check("@x", "'@x");
        check("\tx", "'\tx");
    }

    #[test]
    fn nothing_is_an_empty_field_and_an_amount_below_zero_stays_a_number() {
        let values = [
            Value::None,
            Value::Money(Money::new(-1250, Currency::USD)),
            Value::Int(-3),
            Value::Double(0.15),
            Value::Bool(true),
            Value::Instant("2026-07-01T04:00:00Z".parse().expect("an instant")),
        ];
        assert_eq!(line(&values), ",-12.50,-3,0.15,true,2026-07-01T04:00:00Z");
    }
}
