//! The words of shoppers' pages in four languages, and which of them a browser asks for.

use super::KindPage;

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
    pub stop_email: &'static str,
    pub stop_sms: &'static str,
    pub stop_all: &'static str,
    pub already: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
}

impl Words {
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
        stop_email: "No more reminders by e-mail",
        stop_sms: "No more reminders by text message",
        stop_all: "No more messages at all",
        already: "You don't get these messages any more.",
        done: "Done",
        done_text: "You won't get these messages any more. You can close this page.",
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
        stop_email: "Keine Erinnerungen per E-Mail mehr",
        stop_sms: "Keine Erinnerungen per SMS mehr",
        stop_all: "Gar keine Nachrichten mehr",
        already: "Sie erhalten diese Nachrichten nicht mehr.",
        done: "Erledigt",
        done_text: "Sie erhalten diese Nachrichten nicht mehr. Sie können diese Seite schließen.",
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
        stop_email: "Plus de rappels par e-mail",
        stop_sms: "Plus de rappels par SMS",
        stop_all: "Plus aucun message",
        already: "Vous ne recevez plus ces messages.",
        done: "C’est fait",
        done_text: "Vous ne recevrez plus ces messages. Vous pouvez fermer cette page.",
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
        stop_email: "No más recordatorios por correo",
        stop_sms: "No más recordatorios por SMS",
        stop_all: "Ningún mensaje más",
        already: "Ya no recibe estos mensajes.",
        done: "Listo",
        done_text: "Ya no recibirá estos mensajes. Puede cerrar esta página.",
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
