//! What people read when they are asked to confirm, and when they turn a channel on again: kept with their answer, as the proof of what they agreed to.

use crate::app::escaped;
use crate::domain::event::ChannelKind;

/// The words of one language. `{store}` stands for the store's name.
pub struct Words {
    language: &'static str,
    text: &'static str,
    subject: &'static str,
    mail: &'static str,
    button: &'static str,
    ignore: &'static str,
    back_on: [&'static str; 3],
}

/// In English; carriers in North America ask that the text names the programme, how often, the cost, HELP and STOP (CTIA Messaging Principles, 5.1.3).
const ALL: [Words; 10] = [
    Words {
        language: "en",
        text: "{store}: Reply YES to get automated cart reminders by text. At most 1 msg per cart. Msg & data rates may apply. Reply HELP for help, STOP to cancel.",
        subject: "Please confirm: cart reminders from {store}",
        mail: "Yes, {store} may remind me by e-mail of a cart that I have left behind. I can take this back at any time.",
        button: "Yes, remind me",
        ignore: "If you didn't ask for this, do nothing: you won't hear from us again about it.",
        back_on: [
            "{store} may remind me by e-mail of a cart that I have left behind.",
            "{store} may remind me by text message of a cart that I have left behind.",
            "{store} may remind me on WhatsApp of a cart that I have left behind.",
        ],
    },
    Words {
        language: "de",
        text: "{store}: Antworten Sie mit JA oder YES, um automatische Erinnerungen an Ihren Warenkorb per SMS zu erhalten. Höchstens 1 SMS je Warenkorb. STOP beendet, HELP hilft.",
        subject: "Bitte bestätigen: Erinnerungen an den Warenkorb von {store}",
        mail: "Ja, {store} darf mich per E-Mail an einen zurückgelassenen Warenkorb erinnern. Das kann ich jederzeit widerrufen.",
        button: "Ja, erinnern Sie mich",
        ignore: "Wenn Sie das nicht angefordert haben, tun Sie nichts: Sie hören dazu nichts mehr von uns.",
        back_on: [
            "{store} darf mich per E-Mail an einen zurückgelassenen Warenkorb erinnern.",
            "{store} darf mich per SMS an einen zurückgelassenen Warenkorb erinnern.",
            "{store} darf mich über WhatsApp an einen zurückgelassenen Warenkorb erinnern.",
        ],
    },
    Words {
        language: "fr",
        text: "{store} : répondez OUI ou YES pour recevoir par SMS des rappels automatiques de votre panier. 1 SMS par panier au plus. STOP pour arrêter, HELP pour de l'aide.",
        subject: "Merci de confirmer : rappels de panier de {store}",
        mail: "Oui, {store} peut me rappeler par e-mail un panier que j’ai laissé. Je peux revenir sur ce choix à tout moment.",
        button: "Oui, rappelez-le-moi",
        ignore: "Si vous n’avez rien demandé, ne faites rien : nous ne vous écrirons plus à ce sujet.",
        back_on: [
            "{store} peut me rappeler par e-mail un panier que j’ai laissé.",
            "{store} peut me rappeler par SMS un panier que j’ai laissé.",
            "{store} peut me rappeler sur WhatsApp un panier que j’ai laissé.",
        ],
    },
    Words {
        language: "es",
        text: "{store}: responda SÍ o YES para recibir por SMS recordatorios automáticos de su carrito. Como mucho 1 SMS por carrito. STOP para cancelar, HELP para ayuda.",
        subject: "Confirme, por favor: recordatorios de carrito de {store}",
        mail: "Sí, {store} puede recordarme por correo un carrito que haya dejado. Puedo retirar este permiso cuando quiera.",
        button: "Sí, recuérdenmelo",
        ignore: "Si no ha pedido esto, no haga nada: no volveremos a escribirle sobre ello.",
        back_on: [
            "{store} puede recordarme por correo electrónico un carrito que haya dejado.",
            "{store} puede recordarme por SMS un carrito que haya dejado.",
            "{store} puede recordarme por WhatsApp un carrito que haya dejado.",
        ],
    },
    Words {
        language: "it",
        text: "{store}: rispondi SI o YES per ricevere via SMS promemoria automatici del tuo carrello. Al massimo 1 SMS per carrello. STOP per annullare, HELP per aiuto.",
        subject: "Conferma, per favore: promemoria del carrello di {store}",
        mail: "Sì, {store} può ricordarmi via e-mail un carrello che ho lasciato. Posso revocare il consenso in qualsiasi momento.",
        button: "Sì, ricordamelo",
        ignore: "Se non hai richiesto nulla, non fare niente: non ti scriveremo più a riguardo.",
        back_on: [
            "{store} può ricordarmi via e-mail un carrello che ho lasciato.",
            "{store} può ricordarmi via SMS un carrello che ho lasciato.",
            "{store} può ricordarmi su WhatsApp un carrello che ho lasciato.",
        ],
    },
    Words {
        language: "nl",
        text: "{store}: antwoord JA of YES voor automatische herinneringen aan je winkelwagen per sms. Hoogstens 1 sms per winkelwagen. STOP om te stoppen, HELP voor hulp.",
        subject: "Graag bevestigen: herinneringen aan je winkelwagen bij {store}",
        mail: "Ja, {store} mag me per e-mail herinneren aan een winkelwagen die ik heb achtergelaten. Ik kan dit op elk moment intrekken.",
        button: "Ja, herinner me",
        ignore: "Heb je dit niet aangevraagd? Dan hoef je niets te doen: je hoort hierover niets meer van ons.",
        back_on: [
            "{store} mag me per e-mail herinneren aan een winkelwagen die ik heb achtergelaten.",
            "{store} mag me per sms herinneren aan een winkelwagen die ik heb achtergelaten.",
            "{store} mag me via WhatsApp herinneren aan een winkelwagen die ik heb achtergelaten.",
        ],
    },
    Words {
        language: "pt",
        text: "{store}: responda SIM ou YES para receber automaticamente lembretes do seu carrinho por SMS. Até 1 SMS por carrinho. STOP para cancelar, HELP para ajuda.",
        subject: "Confirme, por favor: lembretes de carrinho de {store}",
        mail: "Sim, {store} pode lembrar-me por e-mail de um carrinho que deixei para trás. Posso retirar esta autorização a qualquer momento.",
        button: "Sim, quero lembretes",
        ignore: "Se não pediu isto, não faça nada: não voltaremos a escrever-lhe sobre o assunto.",
        back_on: [
            "{store} pode lembrar-me por e-mail de um carrinho que deixei para trás.",
            "{store} pode lembrar-me por SMS de um carrinho que deixei para trás.",
            "{store} pode lembrar-me pelo WhatsApp de um carrinho que deixei para trás.",
        ],
    },
    Words {
        language: "pl",
        text: "{store}: odpisz TAK lub YES, aby otrzymywac SMS-em automatyczne przypomnienia o koszyku. Najwyzej 1 SMS na koszyk. STOP: rezygnacja, HELP: pomoc.",
        subject: "Prosimy o potwierdzenie: przypomnienia o koszyku w sklepie {store}",
        mail: "Tak, sklep {store} może przypominać mi e-mailem o pozostawionym koszyku. Zgodę mogę wycofać w każdej chwili.",
        button: "Tak, przypominajcie mi",
        ignore: "Jeśli to nie Twoja prośba, nie musisz nic robić: nie napiszemy więcej w tej sprawie.",
        back_on: [
            "Sklep {store} może przypominać mi e-mailem o pozostawionym koszyku.",
            "Sklep {store} może przypominać mi SMS-em o pozostawionym koszyku.",
            "Sklep {store} może przypominać mi przez WhatsApp o pozostawionym koszyku.",
        ],
    },
    Words {
        language: "sv",
        text: "{store}: svara JA eller YES för att få automatiska påminnelser om din varukorg via sms. Högst 1 sms per varukorg. STOP avslutar, HELP ger hjälp.",
        subject: "Vänligen bekräfta: påminnelser om varukorgen från {store}",
        mail: "Ja, {store} får påminna mig via e-post om en varukorg som jag har lämnat. Jag kan när som helst ångra mig.",
        button: "Ja, påminn mig",
        ignore: "Om du inte har bett om detta behöver du inte göra något: du hör inte av oss igen om saken.",
        back_on: [
            "{store} får påminna mig via e-post om en varukorg som jag har lämnat.",
            "{store} får påminna mig via sms om en varukorg som jag har lämnat.",
            "{store} får påminna mig på WhatsApp om en varukorg som jag har lämnat.",
        ],
    },
    Words {
        language: "da",
        text: "{store}: svar JA eller YES for at få automatiske påmindelser om din kurv via sms. Højst 1 sms pr. kurv. STOP for at afmelde, HELP for hjælp.",
        subject: "Bekræft venligst: påmindelser om kurven fra {store}",
        mail: "Ja, {store} må minde mig om en efterladt kurv via e-mail. Jeg kan til enhver tid trække det tilbage.",
        button: "Ja, mind mig om den",
        ignore: "Hvis du ikke har bedt om dette, skal du ikke gøre noget: Du hører ikke mere fra os om det.",
        back_on: [
            "{store} må minde mig om en efterladt kurv via e-mail.",
            "{store} må minde mig om en efterladt kurv via sms.",
            "{store} må minde mig om en efterladt kurv på WhatsApp.",
        ],
    },
];

/// The words of a language, by its tag; English where there are none.
pub fn of(tag: &str) -> &'static Words {
    let base = tag.split(['-', '_']).next().unwrap_or_default();
    ALL.iter().find(|w| w.language.eq_ignore_ascii_case(base)).unwrap_or(&ALL[0])
}

/// What somebody agrees to who turns a channel on again.
pub fn back_on(tag: &str, channel: ChannelKind, store: &str) -> String {
    let [mail, text, whatsapp] = of(tag).back_on;
    let words = match channel {
        ChannelKind::Email => mail,
        ChannelKind::Sms => text,
        ChannelKind::WhatsApp => whatsapp,
    };
    named(words, store)
}

fn named(words: &str, store: &str) -> String {
    words.replace("{store}", store)
}

impl Words {
    /// A text's question, whole.
    pub fn text(&self, store: &str) -> String {
        named(self.text, store)
    }

    /// What a mail asks to be confirmed.
    pub fn mail(&self, store: &str) -> String {
        named(self.mail, store)
    }

    /// A mail's subject.
    pub fn subject(&self, store: &str) -> String {
        named(self.subject, store)
    }

    /// A mail as plain text.
    pub fn mail_text(&self, asked: &str, url: &str) -> String {
        format!("{asked}\n\n{}: {url}\n\n{}\n", self.button, self.ignore)
    }

    /// A mail as HTML.
    pub fn mail_html(&self, asked: &str, url: &str) -> String {
        let (asked, url, button, ignore) = (escaped(asked), escaped(url), escaped(self.button), escaped(self.ignore));
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\
            <body style=\"font-family:sans-serif;line-height:1.5;max-width:34rem;margin:2rem auto;padding:0 1rem\"><p>{asked}</p>\
            <p><a href=\"{url}\" style=\"display:inline-block;padding:.75rem 1.25rem;background:#1d4f8b;color:#fff;text-decoration:none;border-radius:.375rem\">{button}</a></p>\
            <p style=\"color:#555\">{ignore}</p></body></html>",
            self.language
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::names_carts;
    use crate::domain::reply::{self, Meant};
    use crate::domain::sms::{Encoding, measure};
    use crate::domain::template::LANGUAGES;

    /// Whose question has a letter that makes it longer on its way.
    const DEAR: [&str; 2] = ["fr", "es"];

    #[test]
    fn every_question_names_the_store_and_its_carts_and_how_to_say_no() {
        for words in &ALL {
            for asked in [words.text("Acme"), words.mail("Acme")] {
                assert!(names_carts(&asked) && asked.contains("Acme") && !asked.contains('{'), "{asked}");
            }
            assert!(words.text("Acme").contains("STOP") && words.text("Acme").contains("YES"));
            for channel in ChannelKind::ALL {
                assert!(back_on(words.language, channel, "Acme").contains("Acme"));
            }
        }
    }

    #[test]
    fn the_languages_of_the_starters_have_a_question_and_most_fit_into_one_text() {
        assert_eq!(ALL.iter().map(|w| w.language).collect::<Vec<_>>(), LANGUAGES);
        for words in ALL.iter().filter(|w| !DEAR.contains(&w.language)) {
            let length = measure(&words.text("Acme"));
            assert_eq!(length.encoding, Encoding::Gsm7, "{}", words.language);
            assert!(length.segments <= 2 && (words.language == "de" || length.segments == 1), "{}: {}", words.language, length.units);
        }
    }

    #[test]
    fn a_question_is_answered_by_the_words_that_it_names() {
        for (language, yes) in [
            ("en", "yes"),
            ("de", "Ja"),
            ("fr", "oui"),
            ("es", "sí"),
            ("it", "Sì!"),
            ("nl", "ja"),
            ("pt", "Sim"),
            ("pl", "Tak"),
            ("sv", "JA"),
            ("da", "ja tak"),
        ] {
            let asked = of(language).text("Acme");
            for answer in [yes, "YES"] {
                assert_eq!(reply::answer(answer, [asked.as_str()]).meant, Meant::Yes, "{language}: {answer}");
            }
        }
        let thanks = reply::answer("Tak", [of("da").text("Acme").as_str()]);
        assert_eq!(thanks.meant, Meant::Other, "a Dane who says thanks has agreed to nothing");
    }

    #[test]
    fn a_stores_name_can_not_become_markup() {
        let html = of("de-AT").mail_html(&of("de-AT").mail("<b>Acme & Co</b>"), "https://x.example/c/t");
        assert!(html.contains("&lt;b&gt;Acme &amp; Co&lt;/b&gt;") && html.contains("lang=\"de\""));
    }
}
