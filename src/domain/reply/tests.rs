//! Every word of the lists, natural phrases, and what must not be taken for them; in whatever case, with whatever around it.

use super::*;
use crate::domain::template::LANGUAGES;
use proptest::prelude::*;

const STOP: Meant = Meant::Stop { everywhere: false };
const EVERYTHING: Meant = Meant::Stop { everywhere: true };

fn check(text: &str, meant: Meant) {
    assert_eq!(read(text, false).meant, meant, "{text:?}");
}

#[test]
fn the_seven_words_of_the_rule_are_understood_whatever_is_around_them() {
    for word in ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"] {
        for text in [
            word.to_owned(),
            word.to_uppercase(),
            format!(" \"{word}\"!! "),
            format!("{word}."),
            format!("Please {word} 🙏"),
            format!("{word} now, thanks"),
        ] {
            check(&text, STOP);
        }
    }
}

#[test]
fn other_languages_are_understood() {
    for (text, language) in [
        ("ARRÊT", "fr"),
        ("Arrêtez svp", "fr"),
        ("Désabonnement", "fr"),
        ("ne m'envoyez plus de SMS", "fr"),
        ("Je souhaite me désinscrire", "fr"),
        ("BAJA", "es"),
        ("no me envíen más mensajes por favor", "es"),
        ("quiero darme de baja", "es"),
        ("Abmelden bitte", "de"),
        ("Bitte keine Nachrichten mehr!", "de"),
        ("Hört auf mir zu schreiben", "de"),
        ("non inviatemi più messaggi", "it"),
        ("Cancellami", "it"),
        ("Não me envie mais mensagens", "pt"),
        ("SAIR", "pt"),
        ("afmelden aub", "nl"),
        ("Graag geen berichten meer", "nl"),
        ("Cancellatemi subito", "it"),
        ("Non mandarmi più SMS", "it"),
        ("Parem!", "pt"),
        ("Quero cancelar a subscrição", "pt"),
        ("opzeggen aub", "nl"),
        ("Ik wil me uitschrijven", "nl"),
        ("Rezygnuję", "pl"),
        ("Proszę mnie wypisać", "pl"),
        ("Nie życzę sobie tych wiadomości!", "pl"),
        ("Usuńcie mój numer", "pl"),
        ("AVSLUTA", "sv"),
        ("Avregistrera mig, tack", "sv"),
        ("Sluta skicka sms!", "sv"),
        ("Snälla, inga fler meddelanden", "sv"),
        ("Afmeld", "da"),
        ("Jeg vil gerne afmelde mig", "da"),
        ("Ikke flere beskeder, tak", "da"),
        ("Ønsker ikke flere sms", "da"),
    ] {
        check(text, STOP);
        assert_eq!(read(text, false).language, Some(language), "{text:?}");
    }
}

#[test]
fn wishes_are_understood_as_people_put_them() {
    for text in [
        "please stop texting me",
        "Stop texting me!!!",
        "remove me",
        "Remove me from this list please",
        "no more texts",
        "take me off your list",
        "opt me out",
        "please opt me out",
        "I'd like to opt out of these messages",
        "Don't text me again",
        "do not text this number",
        "I want to unsubscribe",
        "stop it",
        "STOP STOP STOP",
        "s t o p",
        "S.T.O.P",
        "ok stop",
        "Stop pls",
        "ＳＴＯＰ",
        "leave me alone",
        "I revoke my consent to be texted",
        "STOPP!",
        "Stopp bitte",
        "Stop tak",
    ] {
        check(text, STOP);
    }
    for text in [
        "stop everything",
        "STOP all messages",
        "Unsubscribe me from everything",
        "stop contacting me",
        "do not contact me again",
        "stop on all channels",
        "Proszę się ze mną nie kontaktować",
        "Kontakta mig inte igen",
        "Kontakt mig ikke",
    ] {
        check(text, EVERYTHING);
    }
}

#[test]
fn what_only_sounds_like_it_is_not_taken_for_it() {
    for text in [
        "nonstop",
        "I shop there nonstop!",
        "I'll stop by the shop tomorrow",
        "can't stop loving it",
        "Can’t stop wearing these",
        "don't stop",
        "don't ever stop",
        "please do not stop",
        "never stop",
        "is there a bus stop near you",
        "one stop shop, love it",
        "When does the sale end?",
        "Can I still cancel an order after it shipped, and how long does it take to be paid back?",
        "Thanks!",
        "How much is shipping?",
        "help with my order would be nice, where is it",
        "",
        "👍",
        "yes",
        "no",
        "Yes please",
        "what a start to the day",
        "Tak!",
        "Tack",
        "Proszę wypisać fakturę",
        "Jeg vil ikke afmelde mig",
        "Jag vill inte avregistrera mig",
        "Jag vill inte avsluta mitt köp än",
    ] {
        check(text, Meant::Other);
    }
}

#[test]
fn what_may_be_a_wish_to_stop_is_left_to_a_person() {
    for text in [
        "why can nobody make you stop this nonsense",
        "who is this, wrong number",
        "not interested",
        "Pomyłka, to zły numer",
        "fel nummer",
        "Forkert nummer!",
        "this is spam",
        "I never signed up for this",
        "my lawyer will call you",
        "stop or start, I don't care which",
    ] {
        check(text, Meant::Doubtful);
    }
}

#[test]
fn yes_and_no_answer_only_a_question_that_was_asked() {
    let asked = |text| read(text, true).meant;
    assert_eq!([asked("YES"), asked("y"), asked("Oui !"), asked("sí"), asked("Yes please"), asked("JA")], [Meant::Yes; 6]);
    assert_eq!([asked("NO"), asked("n"), asked("Nein"), asked("não")], [Meant::No; 4]);
    assert_eq!([asked("STOP"), asked("start"), asked("yes, where is my order?")], [STOP, Meant::Start, Meant::Other]);
    assert_eq!([read("YES", false).meant, read("no", false).meant], [Meant::Other; 2]);
}

#[test]
fn a_word_that_is_yes_in_one_language_alone_answers_the_question_that_names_it() {
    let (polish, danish) = ("Acme: odpisz TAK lub YES", "Acme: svar JA eller YES");
    let meant = |text: &str, asked: &[&str]| answer(text, asked.iter().copied()).meant;
    assert_eq!([meant("TAK", &[polish]), meant("Tak!", &[danish, polish])], [Meant::Yes; 2]);
    assert_eq!([meant("Tak", &[danish]), meant("Tak", &[])], [Meant::Other; 2]);
    assert_eq!([meant("Ja tak", &[danish]), meant("YES", &[danish]), meant("Ja, tack!", &[danish])], [Meant::Yes; 3]);
    assert_eq!([meant("Nej tak", &[danish]), meant("nie", &[polish])], [Meant::No; 2]);
    assert_eq!([meant("yes", &[]), meant("STOP", &[polish])], [Meant::Other, STOP]);
}

#[test]
fn beginning_again_and_help_are_whole_messages() {
    for text in ["START", "start", "UNSTOP", "Opt in", "\"Start\"", "start please"] {
        check(text, Meant::Start);
    }
    for text in ["HELP", "info", "Help me", "AYUDA", "Hilfe!", "aide svp", "Pomoc", "hjälp", "Hjælp!"] {
        check(text, Meant::Help);
    }
    check("start shipping faster", Meant::Other);
}

#[test]
fn the_words_that_are_kept_as_proof_are_those_of_the_tables() {
    assert_eq!(read("Hi, this is Jo Doe of 1 Example Street, take me off your list", false).because, Some("take me off"));
    assert_eq!(read("STOP!!", false).because, Some("stop"));
    assert_eq!(read("Where is my parcel?", false).because, None);
}

#[test]
fn tables_are_in_their_plain_form_and_say_each_thing_once() {
    let entries = ALONE.iter().map(|(e, _)| e.0).chain(STRONG.iter().chain(EVERYWHERE).chain(PHRASES).chain(DOUBTS).map(|e| e.0));
    for entry in entries.chain(FILLERS.iter().chain(NEGATIONS).chain(IDIOMS_AFTER).chain(IDIOMS_BEFORE).copied()) {
        assert_eq!(plain(entry).join(" "), entry);
    }
    for (entry, _) in ALONE {
        assert_eq!(ALONE.iter().filter(|(other, _)| other.0 == entry.0).count(), 1, "{}", entry.0);
    }
}

#[test]
fn answers_fit_into_one_plain_text_and_name_the_store() {
    const GSM: &str = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n";
    let english = answers::help("en", "Acme", "https://acme.example");
    for language in LANGUAGES.into_iter().chain(["xx"]) {
        for text in [answers::opted_out(language, "Acme", true), answers::help(language, "Acme", "https://acme.example")] {
            assert!(text.chars().count() <= 160 && text.contains("Acme"), "{text}");
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || GSM.contains(c)), "{text}");
        }
        assert!(!answers::opted_out(language, "Acme", false).contains("START"));
        assert_eq!(answers::help(language, "Acme", "https://acme.example") == english, ["en", "xx"].contains(&language), "{language}");
    }
}

proptest! {
    #[test]
    fn case_marks_quotes_and_emoji_around_a_word_change_nothing(
        word in prop::sample::select(vec!["stop", "unsubscribe", "opt out", "arret", "abmelden", "start", "help"]),
        upper in prop::collection::vec(any::<bool>(), 12),
        before in "[ \"'“«(*🙏😡!.-]{0,4}",
        after in "[ \"'”»)*🙏😡!.-]{0,4}",
        mark: bool,
    ) {
        let cased: String = word.chars().zip(upper.iter().cycle()).flat_map(|(c, up)| {
            let c = if *up { c.to_ascii_uppercase() } else { c };
            std::iter::once(c).chain((mark && c.is_ascii_alphabetic()).then_some('\u{301}'))
        }).collect();
        prop_assert_eq!(read(&format!("{before}{cased}{after}"), false).meant, read(word, false).meant);
    }

    #[test]
    fn no_text_is_too_strange_to_be_read(text in any::<String>(), pending: bool) {
        let reading = read(&text, pending);
        prop_assert_eq!(reading.meant.as_str().parse(), Ok(reading.meant));
        prop_assert!(pending || !matches!(reading.meant, Meant::Yes | Meant::No));
    }
}
