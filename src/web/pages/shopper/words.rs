//! The words of shoppers' pages in four languages, and which of them a browser asks for.

use super::KindPage;
use crate::domain::event::ChannelKind;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    pub language: &'static str,
    pub home: &'static str,
    expired: (&'static str, &'static str),
    forged: (&'static str, &'static str),
    bought: (&'static str, &'static str),
    gone: (&'static str, &'static str),
    unavailable: (&'static str, &'static str),
    pub preferences: &'static str,
    pub messages_to: &'static str,
    pub why: &'static str,
    /// By e-mail, by text message, on WhatsApp.
    stop: [&'static str; 3],
    off: [&'static str; 3],
    start: [&'static str; 3],
    pub stop_all: &'static str,
    pub already: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
    pub saved: &'static str,
    pub confirm: &'static str,
    pub confirm_yes: &'static str,
    pub confirm_not: &'static str,
    pub confirmed: &'static str,
    pub confirmed_text: &'static str,
}

fn of_channel([mail, text, whatsapp]: [&'static str; 3], channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => mail,
        ChannelKind::Sms => text,
        ChannelKind::WhatsApp => whatsapp,
    }
}

// Templates pass references.
#[allow(clippy::trivially_copy_pass_by_ref)]
impl Words {
    /// The button that turns a channel off.
    pub fn stop(&self, channel: &ChannelKind) -> &'static str {
        of_channel(self.stop, *channel)
    }

    /// Says that it is off.
    pub fn off(&self, channel: &ChannelKind) -> &'static str {
        of_channel(self.off, *channel)
    }

    /// The button that turns it on again.
    pub fn start(&self, channel: &ChannelKind) -> &'static str {
        of_channel(self.start, *channel)
    }

    /// Title and text of a kind page.
    pub fn kind(&self, kind: KindPage) -> (&'static str, &'static str) {
        match kind {
            KindPage::Expired => self.expired,
            KindPage::Forged => self.forged,
            KindPage::AlreadyBought => self.bought,
            KindPage::CartGone => self.gone,
            KindPage::Unavailable => self.unavailable,
        }
    }
}

/// The words that an `Accept-Language` header (RFC 9110, section 12.5.4) or a tag asks for; English where none fits.
pub fn of(accept: &str) -> &'static Words {
    let mut best: Option<(&'static Words, f32)> = None;
    for part in accept.split(',') {
        let (tag, weight) = part.split_once(";q=").map_or((part, 1.0), |(tag, q)| (tag, q.trim().parse().unwrap_or(0.0)));
        let base = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let words = ALL.iter().find(|w| w.language == base);
        if let Some(words) = words.filter(|_| weight > best.map_or(0.0, |b| b.1)) {
            best = Some((words, weight));
        }
    }
    best.map_or(&ALL[0], |b| b.0)
}

static ALL: [Words; 4] = [
    Words {
        language: "en",
        home: "Go to the store",
        expired: ("This link has expired", "Links in our messages work for 30 days. Your cart may still be waiting for you in the store."),
        forged: ("This link doesn't work", "It may have been cut off on its way. Try opening it from the message again."),
        bought: ("You have already ordered", "There is nothing left to do: the cart behind this link was bought. Thank you!"),
        gone: ("This cart is gone", "It was emptied or is too old to come back to. You can start anew in the store at any time."),
        unavailable: ("One moment, please", "Your cart can't be opened right now. Please try again in a few minutes."),
        preferences: "Your messages",
        messages_to: "Reminders go to",
        why: "You get a message when you leave a cart behind in the store and have agreed to be written to.",
        stop: ["No more reminders by e-mail", "No more reminders by text message", "No more reminders on WhatsApp"],
        off: ["E-mail reminders are off.", "Text message reminders are off.", "WhatsApp reminders are off."],
        start: [
            "Yes, remind me of my cart by e-mail again",
            "Yes, remind me of my cart by text message again",
            "Yes, remind me of my cart on WhatsApp again",
        ],
        stop_all: "No more messages at all",
        already: "You don't get these messages any more.",
        done: "Done",
        done_text: "You won't get these messages any more. You can close this page.",
        saved: "Saved. You can close this page.",
        confirm: "Please confirm",
        confirm_yes: "Yes, I agree",
        confirm_not: "If you didn't ask for this, do nothing: you won't hear from us again about it.",
        confirmed: "Thank you",
        confirmed_text: "It is confirmed. You can take it back at any time by the link in every message.",
    },
    Words {
        language: "de",
        home: "Zum Shop",
        expired: (
            "Dieser Link ist abgelaufen",
            "Die Links in unseren Nachrichten gelten 30 Tage. Vielleicht wartet Ihr Warenkorb noch im Shop auf Sie.",
        ),
        forged: (
            "Dieser Link funktioniert nicht",
            "Vielleicht wurde er unterwegs abgeschnitten. Öffnen Sie ihn bitte noch einmal aus der Nachricht.",
        ),
        bought: ("Sie haben bereits bestellt", "Es gibt nichts mehr zu tun: Dieser Warenkorb wurde gekauft. Vielen Dank!"),
        gone: ("Diesen Warenkorb gibt es nicht mehr", "Er wurde geleert oder ist zu alt. Im Shop können Sie jederzeit neu beginnen."),
        unavailable: (
            "Einen Moment bitte",
            "Ihr Warenkorb lässt sich gerade nicht öffnen. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
        ),
        preferences: "Ihre Nachrichten",
        messages_to: "Erinnerungen gehen an",
        why: "Sie erhalten eine Nachricht, wenn Sie im Shop einen Warenkorb zurücklassen und dem zugestimmt haben.",
        stop: ["Keine Erinnerungen per E-Mail mehr", "Keine Erinnerungen per SMS mehr", "Keine Erinnerungen über WhatsApp mehr"],
        off: ["Erinnerungen per E-Mail sind aus.", "Erinnerungen per SMS sind aus.", "Erinnerungen über WhatsApp sind aus."],
        start: [
            "Ja, wieder per E-Mail an meinen Warenkorb erinnern",
            "Ja, wieder per SMS an meinen Warenkorb erinnern",
            "Ja, wieder über WhatsApp an meinen Warenkorb erinnern",
        ],
        stop_all: "Gar keine Nachrichten mehr",
        already: "Sie erhalten diese Nachrichten nicht mehr.",
        done: "Erledigt",
        done_text: "Sie erhalten diese Nachrichten nicht mehr. Sie können diese Seite schließen.",
        saved: "Gespeichert. Sie können diese Seite schließen.",
        confirm: "Bitte bestätigen",
        confirm_yes: "Ja, ich stimme zu",
        confirm_not: "Wenn Sie das nicht angefordert haben, tun Sie nichts: Sie hören dazu nichts mehr von uns.",
        confirmed: "Vielen Dank",
        confirmed_text: "Es ist bestätigt. Sie können es jederzeit über den Link in jeder Nachricht widerrufen.",
    },
    Words {
        language: "fr",
        home: "Aller à la boutique",
        expired: (
            "Ce lien a expiré",
            "Les liens de nos messages sont valables 30 jours. Votre panier vous attend peut-être encore dans la boutique.",
        ),
        forged: ("Ce lien ne fonctionne pas", "Il a peut-être été coupé en chemin. Essayez de l’ouvrir à nouveau depuis le message."),
        bought: ("Vous avez déjà commandé", "Il n’y a plus rien à faire : ce panier a été acheté. Merci !"),
        gone: ("Ce panier n’existe plus", "Il a été vidé ou il est trop ancien. Vous pouvez recommencer dans la boutique à tout moment."),
        unavailable: (
            "Un instant, s’il vous plaît",
            "Votre panier ne peut pas être ouvert pour le moment. Réessayez dans quelques minutes.",
        ),
        preferences: "Vos messages",
        messages_to: "Les rappels sont envoyés à",
        why: "Vous recevez un message lorsque vous laissez un panier dans la boutique et que vous avez accepté d’être contacté.",
        stop: ["Plus de rappels par e-mail", "Plus de rappels par SMS", "Plus de rappels sur WhatsApp"],
        off: [
            "Les rappels par e-mail sont désactivés.",
            "Les rappels par SMS sont désactivés.",
            "Les rappels sur WhatsApp sont désactivés.",
        ],
        start: [
            "Oui, me rappeler à nouveau mon panier par e-mail",
            "Oui, me rappeler à nouveau mon panier par SMS",
            "Oui, me rappeler à nouveau mon panier sur WhatsApp",
        ],
        stop_all: "Plus aucun message",
        already: "Vous ne recevez plus ces messages.",
        done: "C’est fait",
        done_text: "Vous ne recevrez plus ces messages. Vous pouvez fermer cette page.",
        saved: "C’est enregistré. Vous pouvez fermer cette page.",
        confirm: "Merci de confirmer",
        confirm_yes: "Oui, j’accepte",
        confirm_not: "Si vous n’avez rien demandé, ne faites rien : nous ne vous écrirons plus à ce sujet.",
        confirmed: "Merci",
        confirmed_text: "C’est confirmé. Vous pouvez revenir sur ce choix à tout moment par le lien de chaque message.",
    },
    Words {
        language: "es",
        home: "Ir a la tienda",
        expired: (
            "Este enlace ha caducado",
            "Los enlaces de nuestros mensajes valen 30 días. Quizá su carrito aún le espere en la tienda.",
        ),
        forged: ("Este enlace no funciona", "Puede que se haya cortado por el camino. Ábralo otra vez desde el mensaje."),
        bought: ("Ya ha hecho su pedido", "No queda nada por hacer: este carrito ya se compró. ¡Gracias!"),
        gone: ("Este carrito ya no existe", "Se vació o es demasiado antiguo. Puede empezar de nuevo en la tienda cuando quiera."),
        unavailable: ("Un momento, por favor", "Ahora mismo no se puede abrir su carrito. Inténtelo de nuevo en unos minutos."),
        preferences: "Sus mensajes",
        messages_to: "Los recordatorios van a",
        why: "Recibe un mensaje cuando deja un carrito en la tienda y ha aceptado que le escriban.",
        stop: ["No más recordatorios por correo", "No más recordatorios por SMS", "No más recordatorios por WhatsApp"],
        off: [
            "Los recordatorios por correo están desactivados.",
            "Los recordatorios por SMS están desactivados.",
            "Los recordatorios por WhatsApp están desactivados.",
        ],
        start: [
            "Sí, volver a recordarme mi carrito por correo",
            "Sí, volver a recordarme mi carrito por SMS",
            "Sí, volver a recordarme mi carrito por WhatsApp",
        ],
        stop_all: "Ningún mensaje más",
        already: "Ya no recibe estos mensajes.",
        done: "Listo",
        done_text: "Ya no recibirá estos mensajes. Puede cerrar esta página.",
        saved: "Guardado. Puede cerrar esta página.",
        confirm: "Confirme, por favor",
        confirm_yes: "Sí, acepto",
        confirm_not: "Si no ha pedido esto, no haga nada: no volveremos a escribirle sobre ello.",
        confirmed: "Gracias",
        confirmed_text: "Está confirmado. Puede retirarlo cuando quiera con el enlace de cada mensaje.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_the_browser_prefers_is_spoken() {
        let check = |accept: &str, expected: &str| assert_eq!(of(accept).language, expected, "{accept:?}");
        check("", "en");
        check("de", "de");
        check("de-AT,de;q=0.9,en;q=0.8", "de");
        check("pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "es");
        check("en;q=0.3, fr;q=0.7", "fr");
        check("ja", "en");
        check("de;q=0, fr;q=0.1", "fr");
        check("de;q=x", "en");
        check("FR_ca", "fr");
    }
}
