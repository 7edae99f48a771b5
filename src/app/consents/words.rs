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
const ALL: [Words; 4] = [
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
    fn a_stores_name_can_not_become_markup() {
        let html = of("de-AT").mail_html(&of("de-AT").mail("<b>Acme & Co</b>"), "https://x.example/c/t");
        assert!(html.contains("&lt;b&gt;Acme &amp; Co&lt;/b&gt;") && html.contains("lang=\"de\""));
    }
}
