//! Replies, over the published lists of words.

use super::shared;
use comeback::domain::reply::{Meant, read};

#[test]
fn every_word_of_the_published_lists_is_understood() {
    const STOP: Meant = Meant::Stop { everywhere: false };
    let Some(text) = shared("vectors/sms_keywords.json") else { return };
    let lists: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let check = |text: &str, meant: Meant| assert_eq!(read(text, false).meant, meant, "{text:?}");
    let words = |list: &str| -> Vec<String> { serde_json::from_value(lists[list]["words"].clone()).expect("a list of words") };
    for list in ["twilio_default_opt_out", "twilio_french_proxy_list", "fcc_64_1200_a_10_per_se", "ctia"] {
        words(list).iter().for_each(|word| check(word, STOP));
    }
    check(lists["ctia"]["free_text_example"].as_str().expect("an example"), STOP);
    words("twilio_default_help").iter().for_each(|word| check(word, Meant::Help));
    for word in words("twilio_default_opt_in") {
        // Without a question a YES is no answer.
        check(&word, if word == "YES" { Meant::Other } else { Meant::Start });
    }
}
