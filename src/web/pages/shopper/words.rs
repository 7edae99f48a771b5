//! The words of shoppers' pages in ten languages, and which of them a browser asks for.

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

static ALL: [Words; 10] = [
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
    Words {
        language: "it",
        home: "Vai al negozio",
        expired: (
            "Questo link è scaduto",
            "I link nei nostri messaggi sono validi per 30 giorni. Forse il tuo carrello ti aspetta ancora nel negozio.",
        ),
        forged: ("Questo link non funziona", "Forse è stato troncato durante l’invio. Prova ad aprirlo di nuovo dal messaggio."),
        bought: ("Hai già ordinato", "Non resta altro da fare: questo carrello è già stato acquistato. Grazie!"),
        gone: (
            "Questo carrello non esiste più",
            "È stato svuotato o è troppo vecchio. Puoi ricominciare nel negozio in qualsiasi momento.",
        ),
        unavailable: ("Un attimo, per favore", "Al momento non è possibile aprire il tuo carrello. Riprova tra qualche minuto."),
        preferences: "I tuoi messaggi",
        messages_to: "I promemoria vengono inviati a",
        why: "Ricevi un messaggio quando lasci un carrello nel negozio e hai accettato di ricevere messaggi.",
        stop: ["Niente più promemoria via e-mail", "Niente più promemoria via SMS", "Niente più promemoria su WhatsApp"],
        off: [
            "I promemoria via e-mail sono disattivati.",
            "I promemoria via SMS sono disattivati.",
            "I promemoria su WhatsApp sono disattivati.",
        ],
        start: [
            "Sì, ricordami di nuovo il mio carrello via e-mail",
            "Sì, ricordami di nuovo il mio carrello via SMS",
            "Sì, ricordami di nuovo il mio carrello su WhatsApp",
        ],
        stop_all: "Niente più messaggi di alcun tipo",
        already: "Non ricevi più questi messaggi.",
        done: "Fatto",
        done_text: "Non riceverai più questi messaggi. Puoi chiudere questa pagina.",
        saved: "Salvato. Puoi chiudere questa pagina.",
        confirm: "Conferma, per favore",
        confirm_yes: "Sì, accetto",
        confirm_not: "Se non hai richiesto nulla, non fare niente: non ti scriveremo più a riguardo.",
        confirmed: "Grazie",
        confirmed_text: "La conferma è registrata. Puoi revocarla in qualsiasi momento con il link presente in ogni messaggio.",
    },
    Words {
        language: "nl",
        home: "Naar de winkel",
        expired: (
            "Deze link is verlopen",
            "De links in onze berichten werken 30 dagen. Misschien staat je winkelwagen nog klaar in de winkel.",
        ),
        forged: ("Deze link werkt niet", "Misschien is hij onderweg afgebroken. Probeer hem opnieuw te openen vanuit het bericht."),
        bought: ("Je hebt al besteld", "Je hoeft niets meer te doen: deze winkelwagen is al afgerekend. Bedankt!"),
        gone: ("Deze winkelwagen is er niet meer", "Hij is leeggemaakt of te oud. Je kunt in de winkel altijd opnieuw beginnen."),
        unavailable: ("Een ogenblik geduld", "Je winkelwagen kan nu niet worden geopend. Probeer het over een paar minuten opnieuw."),
        preferences: "Je berichten",
        messages_to: "Herinneringen gaan naar",
        why: "Je krijgt een bericht als je een winkelwagen in de winkel achterlaat en daar toestemming voor hebt gegeven.",
        stop: ["Geen herinneringen meer per e-mail", "Geen herinneringen meer per sms", "Geen herinneringen meer via WhatsApp"],
        off: ["Herinneringen per e-mail staan uit.", "Herinneringen per sms staan uit.", "Herinneringen via WhatsApp staan uit."],
        start: [
            "Ja, herinner me weer per e-mail aan mijn winkelwagen",
            "Ja, herinner me weer per sms aan mijn winkelwagen",
            "Ja, herinner me weer via WhatsApp aan mijn winkelwagen",
        ],
        stop_all: "Helemaal geen berichten meer",
        already: "Je ontvangt deze berichten niet meer.",
        done: "Klaar",
        done_text: "Je ontvangt deze berichten niet meer. Je kunt deze pagina sluiten.",
        saved: "Opgeslagen. Je kunt deze pagina sluiten.",
        confirm: "Graag bevestigen",
        confirm_yes: "Ja, ik ga akkoord",
        confirm_not: "Heb je dit niet aangevraagd? Dan hoef je niets te doen: je hoort hierover niets meer van ons.",
        confirmed: "Bedankt",
        confirmed_text: "Het is bevestigd. Je kunt het op elk moment intrekken via de link in elk bericht.",
    },
    Words {
        language: "pt",
        home: "Ir para a loja",
        expired: (
            "Este link expirou",
            "Os links das nossas mensagens são válidos por 30 dias. Talvez o seu carrinho ainda esteja à sua espera na loja.",
        ),
        forged: ("Este link não funciona", "Pode ter sido cortado pelo caminho. Abra-o novamente a partir da mensagem."),
        bought: ("O seu pedido já foi feito", "Não é preciso fazer mais nada: este carrinho já foi comprado. Obrigado!"),
        gone: ("Este carrinho já não existe", "Foi esvaziado ou é muito antigo. Pode recomeçar na loja a qualquer momento."),
        unavailable: ("Um momento, por favor", "Não é possível abrir o seu carrinho neste momento. Tente novamente em alguns minutos."),
        preferences: "As suas mensagens",
        messages_to: "Os lembretes são enviados para",
        why: "Recebe uma mensagem quando deixa um carrinho na loja e aceitou receber mensagens.",
        stop: ["Não receber mais lembretes por e-mail", "Não receber mais lembretes por SMS", "Não receber mais lembretes pelo WhatsApp"],
        off: [
            "Os lembretes por e-mail estão desativados.",
            "Os lembretes por SMS estão desativados.",
            "Os lembretes pelo WhatsApp estão desativados.",
        ],
        start: [
            "Sim, quero voltar a receber lembretes do meu carrinho por e-mail",
            "Sim, quero voltar a receber lembretes do meu carrinho por SMS",
            "Sim, quero voltar a receber lembretes do meu carrinho pelo WhatsApp",
        ],
        stop_all: "Não receber mais nenhuma mensagem",
        already: "Estas mensagens já não lhe são enviadas.",
        done: "Pronto",
        done_text: "Não vai receber mais estas mensagens. Pode fechar esta página.",
        saved: "Guardado. Pode fechar esta página.",
        confirm: "Confirme, por favor",
        confirm_yes: "Sim, aceito",
        confirm_not: "Se não pediu isto, não faça nada: não voltaremos a escrever-lhe sobre o assunto.",
        confirmed: "Obrigado",
        confirmed_text: "Está confirmado. Pode voltar atrás a qualquer momento com o link incluído em cada mensagem.",
    },
    Words {
        language: "pl",
        home: "Przejdź do sklepu",
        expired: ("Ten link wygasł", "Linki w naszych wiadomościach działają przez 30 dni. Być może Twój koszyk wciąż czeka w sklepie."),
        forged: ("Ten link nie działa", "Być może został ucięty po drodze. Spróbuj otworzyć go jeszcze raz z wiadomości."),
        bought: ("Zamówienie zostało już złożone", "Nie trzeba już nic robić: produkty z tego koszyka zostały kupione. Dziękujemy!"),
        gone: ("Tego koszyka już nie ma", "Został opróżniony lub jest zbyt stary. W każdej chwili możesz zacząć w sklepie od nowa."),
        unavailable: ("Prosimy o chwilę cierpliwości", "Nie można teraz otworzyć Twojego koszyka. Spróbuj ponownie za kilka minut."),
        preferences: "Twoje wiadomości",
        messages_to: "Przypomnienia wysyłamy na",
        why: "Wysyłamy wiadomość, gdy zostawisz w sklepie koszyk, o ile mamy Twoją zgodę na kontakt.",
        stop: ["Nie chcę więcej przypomnień e-mailem", "Nie chcę więcej przypomnień SMS-em", "Nie chcę więcej przypomnień przez WhatsApp"],
        off: ["Przypomnienia e-mailem są wyłączone.", "Przypomnienia SMS-em są wyłączone.", "Przypomnienia przez WhatsApp są wyłączone."],
        start: [
            "Tak, przypominajcie mi znów o koszyku e-mailem",
            "Tak, przypominajcie mi znów o koszyku SMS-em",
            "Tak, przypominajcie mi znów o koszyku przez WhatsApp",
        ],
        stop_all: "Nie chcę żadnych wiadomości",
        already: "Nie otrzymujesz już tych wiadomości.",
        done: "Gotowe",
        done_text: "Nie będziesz już otrzymywać tych wiadomości. Możesz zamknąć tę stronę.",
        saved: "Zapisano. Możesz zamknąć tę stronę.",
        confirm: "Prosimy o potwierdzenie",
        confirm_yes: "Tak, zgadzam się",
        confirm_not: "Jeśli to nie Twoja prośba, nie musisz nic robić: nie napiszemy więcej w tej sprawie.",
        confirmed: "Dziękujemy",
        confirmed_text: "Potwierdzenie zostało przyjęte. Zgodę możesz wycofać w każdej chwili przez link w każdej wiadomości.",
    },
    Words {
        language: "sv",
        home: "Till butiken",
        expired: ("Länken har gått ut", "Länkarna i våra meddelanden gäller i 30 dagar. Din varukorg kanske fortfarande väntar i butiken."),
        forged: ("Länken fungerar inte", "Den kan ha kapats på vägen. Försök att öppna den från meddelandet igen."),
        bought: ("Du har redan beställt", "Du behöver inte göra något mer: varukorgen är redan köpt. Tack!"),
        gone: ("Varukorgen finns inte längre", "Den har tömts eller är för gammal. Du kan när som helst börja om i butiken."),
        unavailable: ("Ett ögonblick", "Din varukorg kan inte öppnas just nu. Försök igen om några minuter."),
        preferences: "Dina meddelanden",
        messages_to: "Påminnelser skickas till",
        why: "Du får ett meddelande när du lämnar en varukorg i butiken och har samtyckt till att bli kontaktad.",
        stop: ["Inga fler påminnelser via e-post", "Inga fler påminnelser via sms", "Inga fler påminnelser på WhatsApp"],
        off: ["Påminnelser via e-post är avstängda.", "Påminnelser via sms är avstängda.", "Påminnelser på WhatsApp är avstängda."],
        start: [
            "Ja, påminn mig om min varukorg via e-post igen",
            "Ja, påminn mig om min varukorg via sms igen",
            "Ja, påminn mig om min varukorg på WhatsApp igen",
        ],
        stop_all: "Inga fler meddelanden alls",
        already: "Du får inte längre de här meddelandena.",
        done: "Klart",
        done_text: "Du kommer inte längre att få de här meddelandena. Du kan stänga den här sidan.",
        saved: "Sparat. Du kan stänga den här sidan.",
        confirm: "Vänligen bekräfta",
        confirm_yes: "Ja, jag samtycker",
        confirm_not: "Om du inte har bett om detta behöver du inte göra något: du hör inte av oss igen om saken.",
        confirmed: "Tack",
        confirmed_text: "Det är bekräftat. Du kan när som helst ångra dig via länken i varje meddelande.",
    },
    Words {
        language: "da",
        home: "Til butikken",
        expired: ("Linket er udløbet", "Linkene i vores beskeder virker i 30 dage. Måske venter din kurv stadig i butikken."),
        forged: ("Linket virker ikke", "Det er måske blevet klippet over undervejs. Prøv at åbne det fra beskeden igen."),
        bought: ("Du har allerede bestilt", "Du behøver ikke at gøre mere: Kurven er allerede købt. Tak!"),
        gone: ("Kurven findes ikke længere", "Den er blevet tømt eller er for gammel. Du kan altid begynde forfra i butikken."),
        unavailable: ("Et øjeblik", "Din kurv kan ikke åbnes lige nu. Prøv igen om et par minutter."),
        preferences: "Dine beskeder",
        messages_to: "Påmindelser sendes til",
        why: "Du får en besked, når du efterlader en kurv i butikken og har sagt ja til at blive kontaktet.",
        stop: ["Ingen flere påmindelser via e-mail", "Ingen flere påmindelser via sms", "Ingen flere påmindelser på WhatsApp"],
        off: ["Påmindelser via e-mail er slået fra.", "Påmindelser via sms er slået fra.", "Påmindelser på WhatsApp er slået fra."],
        start: [
            "Ja, mind mig igen om min kurv via e-mail",
            "Ja, mind mig igen om min kurv via sms",
            "Ja, mind mig igen om min kurv på WhatsApp",
        ],
        stop_all: "Slet ingen beskeder mere",
        already: "Du får ikke længere disse beskeder.",
        done: "Færdig",
        done_text: "Du får ikke længere disse beskeder. Du kan lukke siden.",
        saved: "Gemt. Du kan lukke siden.",
        confirm: "Bekræft venligst",
        confirm_yes: "Ja, jeg giver samtykke",
        confirm_not: "Hvis du ikke har bedt om dette, skal du ikke gøre noget: Du hører ikke mere fra os om det.",
        confirmed: "Mange tak",
        confirmed_text: "Det er bekræftet. Du kan til enhver tid trække det tilbage via linket i hver besked.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::template::LANGUAGES;

    #[test]
    fn the_language_that_the_browser_prefers_is_spoken() {
        let check = |accept: &str, expected: &str| assert_eq!(of(accept).language, expected, "{accept:?}");
        check("", "en");
        check("de", "de");
        check("de-AT,de;q=0.9,en;q=0.8", "de");
        check("pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "pt");
        check("fi-FI,fi;q=0.9,sv;q=0.8,en;q=0.7", "sv");
        check("en;q=0.3, fr;q=0.7", "fr");
        check("ja", "en");
        check("de;q=0, fr;q=0.1", "fr");
        check("de;q=x", "en");
        check("FR_ca", "fr");
    }

    #[test]
    fn the_languages_of_the_starters_have_a_page_in_their_own_words() {
        assert_eq!(ALL.iter().map(|w| w.language).collect::<Vec<_>>(), LANGUAGES);
        for (n, words) in ALL.iter().enumerate() {
            let all = said(words);
            assert!(all.iter().all(|text| !text.trim().is_empty()), "{}", words.language);
            for other in ALL.iter().skip(n + 1) {
                let same: Vec<_> = all.iter().zip(said(other)).filter(|(a, b)| *a == b).map(|(a, _)| a).collect();
                assert!(same.is_empty(), "{} and {}: {same:?}", words.language, other.language);
            }
        }
    }

    /// All but single words, which languages share.
    fn said(w: &Words) -> Vec<&'static str> {
        let pairs = [w.expired, w.forged, w.bought, w.gone, w.unavailable].into_iter().flat_map(|(title, text)| [title, text]);
        let alone = [w.preferences, w.messages_to, w.why, w.stop_all, w.already, w.done_text, w.saved, w.confirm_not, w.confirmed_text];
        pairs.chain([w.stop, w.off, w.start].into_iter().flatten()).chain(alone).collect()
    }
}
