//! What is answered to who writes back: the confirmation of an opt-out, and the answer to HELP, in the languages of the keywords.
//!
//! Without letters that would make a text twice as long on its way: only what the GSM alphabet has. A confirmation says nothing else (FCC, 47 CFR
//! 64.1200(a)(12): one text, no marketing).

/// Whoever asked not to be written to any more is told that it is so.
pub fn opted_out(language: &str, shop: &str, by_text: bool) -> String {
    let text = match language {
        "fr" => format!("{shop} : c'est noté, vous ne recevrez plus de messages de notre part."),
        "es" => format!("{shop}: hecho, no recibirá más mensajes nuestros."),
        "de" => format!("{shop}: Erledigt, Sie erhalten keine Nachrichten mehr von uns."),
        "it" => format!("{shop}: fatto, non riceverai più messaggi da noi."),
        "pt" => format!("{shop}: pronto, não vai receber mais mensagens nossas."),
        "nl" => format!("{shop}: geregeld, je krijgt geen berichten meer van ons."),
        "pl" => format!("{shop}: gotowe, nie będziesz już otrzymywać od nas wiadomości."),
        "sv" => format!("{shop}: klart, du får inga fler meddelanden från oss."),
        "da" => format!("{shop}: du er nu afmeldt og får ikke flere beskeder fra os."),
        _ => format!("{shop}: done, you will get no more messages from us."),
    };
    let again = match language {
        "fr" => "START pour recommencer.",
        "es" => "START para volver a empezar.",
        "de" => "Mit START fangen sie wieder an.",
        "it" => "START per ricominciare.",
        "pt" => "START para recomeçar.",
        "nl" => "Met START ontvang je ze weer.",
        "pl" => "Odpisz START, aby wznowić.",
        "sv" => "Svara START för att börja igen.",
        "da" => "Svar START for at begynde igen.",
        _ => "Reply START to begin again.",
    };
    let text = if by_text { format!("{text} {again}") } else { text };
    lean(&text)
}

/// Who writes, about what, where to ask, and how it stops (CTIA, 5.1.3: what HELP is answered).
pub fn help(language: &str, shop: &str, contact: &str) -> String {
    let text = match language {
        "fr" => format!("{shop} : rappels au sujet de votre panier. Questions : {contact}. STOP pour ne plus recevoir de messages."),
        "es" => format!("{shop}: recordatorios sobre su carrito. Preguntas: {contact}. STOP para no recibir más mensajes."),
        "de" => format!("{shop}: Erinnerungen an Ihren Warenkorb. Fragen: {contact}. Mit STOP enden sie."),
        "it" => format!("{shop}: promemoria sul tuo carrello. Domande: {contact}. STOP per non ricevere più messaggi."),
        "pt" => format!("{shop}: lembretes sobre o seu carrinho. Perguntas: {contact}. STOP para não receber mais mensagens."),
        "nl" => format!("{shop}: herinneringen aan je winkelwagen. Vragen: {contact}. Met STOP stoppen ze."),
        "pl" => format!("{shop}: przypomnienia o Twoim koszyku. Pytania: {contact}. Odpisz STOP, aby nie otrzymywać więcej wiadomości."),
        "sv" => format!("{shop}: påminnelser om din varukorg. Frågor: {contact}. Svara STOP för att inte få fler meddelanden."),
        "da" => format!("{shop}: påmindelser om din kurv. Spørgsmål: {contact}. Svar STOP for ikke at få flere beskeder."),
        _ => format!("{shop}: reminders about your cart. Questions: {contact}. Msg & data rates may apply. Reply STOP to stop."),
    };
    lean(&text)
}

/// Of a mail.
pub fn subject(language: &str) -> &'static str {
    match language {
        "fr" => "C'est noté",
        "es" => "Hecho",
        "de" => "Erledigt",
        "it" => "Fatto",
        "pt" => "Pronto",
        "nl" => "Geregeld",
        "pl" => "Gotowe",
        "sv" => "Klart",
        "da" => "Du er afmeldt",
        _ => "Done",
    }
}

/// Letters that the GSM alphabet lacks, by those that it has.
fn lean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'á' | 'ã' | 'â' | 'ą' => 'a',
            'ê' | 'ę' => 'e',
            'í' => 'i',
            'ó' | 'õ' => 'o',
            'ú' => 'u',
            'ç' | 'ć' => 'c',
            'ł' => 'l',
            'ń' => 'n',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            '’' | '‘' => '\'',
            other => other,
        })
        .collect()
}
