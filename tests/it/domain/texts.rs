//! How texts are counted and written plainly, against Twilio's own calculator.

use super::shared;
use comeback::domain::sms::{Encoding, measure, plain, split};
use serde_json::Value;

/// Of a part, with its header (3GPP TS 23.040).
const HEADER_BITS: u64 = 48;

fn vectors() -> Option<Value> {
    shared("vectors/sms_segments.json").map(|text| serde_json::from_str(&text).expect("vectors"))
}

fn check(name: &str, body: &str, expected: &Value) {
    let found = measure(body);
    let mut compared = 0;
    let mut same = |field: &str, actual: u64| {
        if let Some(number) = expected.get(field).and_then(Value::as_u64) {
            assert_eq!(actual, number, "{name}: {field}");
            compared += 1;
        }
    };
    let bits = if found.encoding == Encoding::Gsm7 { 7 } else { 16 };
    let (units, segments) = (found.units as u64, found.segments as u64);
    same("segments", segments);
    same("characters", found.characters as u64);
    same("message_bits", units * bits);
    same("total_bits", units * bits + if segments > 1 { segments * HEADER_BITS } else { 0 });
    assert!(compared >= 1, "{name}: nothing to compare");
    if let Some(encoding) = expected["encoding"].as_str() {
        assert_eq!(encoding, found.encoding.as_str(), "{name}");
    }
}

#[test]
fn texts_are_counted_as_twilio_counts_them() {
    let Some(vectors) = vectors() else { return };
    let cases = vectors["cases"].as_array().expect("cases");
    assert!(cases.len() >= 27);
    for case in cases {
        let (name, body) = (case["name"].as_str().expect("name"), case["body"].as_str().expect("body"));
        check(name, body, &case["published"]);
        check(name, body, &case["calculator"]);
    }
}

#[test]
fn a_text_is_cut_into_the_parts_of_the_calculator_and_written_plainly_as_it_is_there() {
    let Some(vectors) = vectors() else { return };
    for case in vectors["extra_cases_calculator_output_only"].as_array().expect("cases") {
        let (name, body) = (case["name"].as_str().expect("name"), case["body"].as_str().expect("body"));
        check(name, body, &case["calculator"]);
        let lengths: Vec<u64> = split(body).iter().map(|part| part.chars().count() as u64).collect();
        let expected: Vec<u64> =
            case["calculator"]["segment_lengths"].as_array().expect("lengths").iter().filter_map(Value::as_u64).collect();
        assert_eq!(lengths, expected, "{name}");
        let smart = measure(&plain(body));
        assert_eq!(case["with_smart_encoding"]["encoding"], smart.encoding.as_str(), "{name}");
        assert_eq!(case["with_smart_encoding"]["segments"], smart.segments, "{name}");
    }
}

#[test]
fn every_character_that_the_calculator_replaces_is_replaced_by_the_same_or_by_one_blank() {
    let Some(vectors) = vectors() else { return };
    let map = vectors["smart_encoding_map"].as_object().expect("a map");
    assert_eq!(map.len(), 271);
    for (from, to) in map {
        let to = to.as_str().expect("text");
        let expected = if !to.is_empty() && to.trim().is_empty() { " " } else { to };
        assert_eq!(plain(from), expected, "{}", from.escape_unicode());
    }
}

#[test]
fn every_character_of_the_tables_takes_as_many_septets_as_there() {
    let Some(vectors) = vectors() else { return };
    for (table, units) in [("gsm7_basic", 1), ("gsm7_extension", 2)] {
        for code in vectors[table].as_object().expect("a table").keys() {
            let code = u32::from_str_radix(code.trim_start_matches("U+"), 16).expect("a code point");
            let text = char::from_u32(code).expect("a character").to_string();
            let found = measure(&text);
            assert_eq!((found.encoding, found.units), (Encoding::Gsm7, units), "{}", text.escape_unicode());
        }
    }
}
