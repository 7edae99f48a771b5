//! What a text must say by law or by carriers' rules and doesn't: added where it is sent, said where it is written.

use super::countries::{Instruction, reply_words, rule, words};
use super::settings::SenderKind;

/// Words in capitals that tell how to get out.
const STOP_WORDS: [&str; 13] =
    ["STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT", "QUIT", "ARRET", "BAJA", "ABMELDEN", "AFMELDEN", "SAIR", "STOPP", "AVSLUTA", "AFMELD"];

/// For which text.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of the number that it goes to.
    pub country: Option<&'a str>,
    /// As shoppers know it.
    pub shop_name: &'a str,
    /// Who it comes from, where that is known.
    pub sender: Option<&'a str>,
    /// To which number STOP goes, where the sender can't be answered.
    pub stop_number: Option<&'a str>,
    /// The page of their preferences.
    pub link: &'a str,
    /// Of the text.
    pub language: &'a str,
}

/// Something that a text must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// Whose it is.
    Name,
    /// How to get out.
    WayOut,
}

/// A text that says what it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complete {
    /// The text.
    pub body: String,
    /// What it didn't say by itself.
    pub added: Vec<Lacks>,
}

/// How people get out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way<'a> {
    Reply,
    Number(&'a str),
    Link,
}

impl<'a> Wanted<'a> {
    fn way(&self) -> Way<'a> {
        if SenderKind::is_answered(self.sender) {
            return Way::Reply;
        }
        match self.stop_number {
            Some(number) if rule(self.country).opt_out == Instruction::ShortCode => Way::Number(number),
            _ => Way::Link,
        }
    }

    fn instruction(&self) -> String {
        let Some(words) = words(self.language) else { return self.link.to_owned() };
        match self.way() {
            Way::Reply => words.reply.clone(),
            Way::Number(number) => words.short_code.replace("{number}", number),
            Way::Link => words.link.replace("{link}", self.link),
        }
    }
}

/// What a text must say and doesn't.
pub fn lacks(body: &str, wanted: &Wanted<'_>) -> Vec<Lacks> {
    let named = !rule(wanted.country).names_sender || !SenderKind::is_answered(wanted.sender) || names(body, wanted.shop_name);
    let by_link = !wanted.link.is_empty() && body.contains(wanted.link);
    let out = by_link
        || match wanted.way() {
            Way::Reply => says_stop(body),
            Way::Number(number) => says_stop(body) && body.contains(number),
            Way::Link => false,
        };
    [(!named, Lacks::Name), (!out, Lacks::WayOut)].into_iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what).collect()
}

/// A text with what it must say. Where it tells in our own words to answer a sender that can't be answered, these are replaced.
pub fn complete(body: &str, wanted: &Wanted<'_>) -> Complete {
    let added = lacks(body, wanted);
    let mut body = body.trim().to_owned();
    if added.contains(&Lacks::WayOut) {
        let untrue = reply_words().filter(|_| wanted.way() != Way::Reply).find(|words| body.contains(words));
        body = match untrue {
            Some(words) => body.replace(words, &wanted.instruction()),
            None => format!("{body} {}", wanted.instruction()),
        };
    }
    if added.contains(&Lacks::Name) {
        body = format!("{}: {body}", wanted.shop_name);
    }
    Complete { body, added }
}

/// Does it name the store, however it is spelt?
fn names(body: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    letters(body).contains(&letters(name))
}

/// Capitals, as such instructions are written, or in quotes: "stop by our store" is none.
fn says_stop(body: &str) -> bool {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).replace('Ê', "E");
    let quoted = |word: &str| word.starts_with(['"', '\'', '“', '‘', '«']) && bare(word).eq_ignore_ascii_case("stop");
    body.split_whitespace().any(|word| STOP_WORDS.contains(&bare(word).as_str()) || quoted(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::{self, Meant};

    const LINK: &str = "https://go.acme.example/u/23456789abc";

    fn wanted<'a>(country: &'a str, sender: &'a str, language: &'a str) -> Wanted<'a> {
        Wanted { country: Some(country), shop_name: "Fern & Fog", sender: Some(sender), stop_number: None, link: LINK, language }
    }

    fn check(body: &str, wanted: &Wanted<'_>, expected: &str) {
        let made = complete(body, wanted);
        assert_eq!(made.body, expected);
        assert!(lacks(&made.body, wanted).is_empty(), "{}", made.body);
    }

    #[test]
    fn a_text_that_says_everything_stays_as_it_is() {
        for body in ["Fern & Fog: your cart waits. Reply STOP to opt out", "Back at fern&fog? Answer “stop” to end", "FernFog: x, STOPALL"]
        {
            let made = complete(body, &wanted("US", "+14155550100", "en"));
            assert_eq!((made.body.as_str(), made.added.len()), (body, 0));
        }
    }

    #[test]
    fn what_is_missing_is_added_in_the_language_of_the_text() {
        check("Your cart waits", &wanted("US", "+14155550100", "en"), "Fern & Fog: Your cart waits Reply STOP to opt out");
        check("Stop by our store", &wanted("CA", "36111", "en-CA"), "Fern & Fog: Stop by our store Reply STOP to opt out");
        check("Fern & Fog: Ihr Warenkorb ", &wanted("DE", "+4915112345678", "de"), "Fern & Fog: Ihr Warenkorb Abmelden mit STOP");
        check("Fern & Fog : votre panier", &wanted("FR", "36111", "fr"), "Fern & Fog : votre panier STOP pour se désabonner");
        check("Fern & Fog: koszyk", &wanted("PL", "36111", "pl"), "Fern & Fog: koszyk Aby zrezygnowac, odpisz STOP");
        check("Fern & Fog: varukorg", &wanted("SE", "36111", "sv-SE"), "Fern & Fog: varukorg Svara STOP för att avsluta");
        check("Fern & Fog: kurv", &wanted("DK", "36111", "da"), "Fern & Fog: kurv Svar STOP for at afmelde");
        check("Fern & Fog: xin", &wanted("VN", "+84901234567", "vi"), "Fern & Fog: xin Reply STOP to opt out");
    }

    #[test]
    fn a_sender_of_letters_gets_a_number_or_a_link_in_place_of_an_answer() {
        let french = Wanted { stop_number: Some("36111"), ..wanted("FR", "FERNFOG", "fr") };
        check("Votre panier attend", &french, "Votre panier attend STOP au 36111");
        check("Votre panier attend STOP pour se désabonner", &french, "Votre panier attend STOP au 36111");
        check("Votre panier", &wanted("FR", "FERNFOG", "fr"), &format!("Votre panier Se désabonner : {LINK}"));
        check("Ihr Warenkorb. Abmelden mit STOP", &wanted("DE", "FERNFOG", "de"), &format!("Ihr Warenkorb. Abmelden: {LINK}"));
        check("Din kurv venter Svar STOP for at afmelde", &wanted("DK", "FERNFOG", "da"), &format!("Din kurv venter Afmeld: {LINK}"));
        let own = format!("Ihr Warenkorb, Ende: {LINK}");
        check(&own, &wanted("DE", "FERNFOG", "de"), &own);
    }

    #[test]
    fn every_word_that_counts_as_a_way_out_is_understood_when_it_is_written_back() {
        for word in STOP_WORDS {
            assert_eq!(reply::read(word, false).meant, Meant::Stop { everywhere: false }, "{word}");
        }
    }

    #[test]
    fn without_a_known_sender_people_can_answer() {
        let unknown = Wanted { sender: None, ..wanted("DE", "", "de") };
        check("Fern & Fog: Hallo", &unknown, "Fern & Fog: Hallo Abmelden mit STOP");
    }
}
