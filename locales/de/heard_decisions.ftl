# Was im Verlauf eines Warenkorbs und im Protokoll der Entscheidungen steht: Gründe, Ereignisse, Klicks, Antworten und Meldungen der Anbieter.

# Wörter in Sätzen: Wege, auf denen geschrieben wird, und Anbieter, wie sie gespeichert sind.
heard-decisions-word-e-mail = E-Mail
heard-decisions-word-text-message = SMS
heard-decisions-word-whatsapp = WhatsApp
heard-decisions-word-whatsapp-message = WhatsApp-Nachricht
heard-decisions-word-message = Nachricht
heard-decisions-provider = der Anbieter
heard-decisions-provider-smtp = der Mailserver
heard-decisions-provider-ses = Amazon SES
heard-decisions-provider-sendgrid = SendGrid
heard-decisions-provider-mailgun = Mailgun
heard-decisions-provider-postmark = Postmark
heard-decisions-provider-twilio = Twilio
heard-decisions-provider-vonage = Vonage
heard-decisions-provider-telnyx = Telnyx
heard-decisions-provider-gateway = das SMS-Gateway
heard-decisions-provider-inbox = das Demo-Postfach
heard-decisions-whose-store = der Shop
heard-decisions-whose-sender = der Absender
heard-decisions-whose-law = das Recht von { $place }

# Der Verlauf eines Warenkorbs: was um den Grund einer Entscheidung steht.
heard-decisions-abandoned = ab hier gilt der Checkout als abgebrochen: Es gab so lange keine Aktivität, wie die Kampagne wartet
heard-decisions-not-planned = keine Nachricht geplant: { $why }
heard-decisions-may-leave = { $why_word }: darf gesendet werden: { $why }
heard-decisions-postponed = { $why_word }: aufgeschoben: { $why }
heard-decisions-not-sent = { $why_word }: nicht gesendet: { $why }
heard-decisions-sent = { $why_word }: gesendet: { $why }
heard-decisions-refused = { $why_word }: abgelehnt: { $why }
heard-decisions-again = { $why_word }: wird noch einmal versucht: { $why }
heard-decisions-not-known-yet = { $why_word }: noch nicht bekannt: { $why }
heard-decisions-not-arrived = { $why_word }: nicht angekommen: { $why }
heard-decisions-outcome-unknown = { $why_word }: Ausgang unbekannt: { $why }
heard-decisions-send-now = { $why_word }: jetzt senden: { $why }
heard-decisions-about = { $why_word }: { $why }
heard-decisions-looked-again = { $why }; wieder geprüft wird am { $at }
heard-decisions-instead = { $why }; stattdessen geht sie per { $why_channel }
heard-decisions-too-late-then = { $why }; danach wäre es zu spät

# Klicks.
heard-decisions-preferences-opened = aus der { $why_word } wurde die Seite geöffnet, auf der Kunden Nachrichten abbestellen: { $why }
heard-decisions-clicked = der Kunde hat den Link in der { $why_word } angeklickt: { $why }
heard-decisions-clicked-by-machine = eine Maschine, nicht der Kunde, hat den Link in der { $why_word } geöffnet: { $why }
heard-decisions-click-head = nur die Kopfdaten wurden abgerufen, wie es Vorschauprogramme tun
heard-decisions-click-nameless = das Programm hat nicht angegeben, was es ist
heard-decisions-click-robot = das Programm nennt sich selbst Roboter oder Vorschauprogramm
heard-decisions-click-ahead = das Programm hat die Seite auf Vorrat geladen, bevor jemand sie sehen wollte
heard-decisions-click-scanner = der Aufruf kam von einer Adresse von { $whose }, wo Links geprüft werden
heard-decisions-click-all-at-once = alle Links der Nachricht wurden auf einmal geöffnet, wie es Prüfprogramme tun
heard-decisions-click-browser = ein gewöhnlicher Browser hat die Seite abgerufen
heard-decisions-click-browser-soon = ein gewöhnlicher Browser hat die Seite abgerufen, allerdings keine { $count } Sekunden nach dem Versand der E-Mail

# Was zurückgeschrieben wurde.
heard-decisions-answered = der Kunde hat per { $why_channel } geantwortet: { $why }
heard-decisions-answered-because = der Kunde hat per { $why_channel } geantwortet: { $why } ({ $words })
heard-decisions-answered-other = der Kunde hat per { $why_channel } geantwortet
heard-decisions-meant-stop = möchte nichts mehr erhalten
heard-decisions-meant-stop-all = möchte auf keinem Weg mehr etwas erhalten
heard-decisions-meant-start = möchte wieder Nachrichten erhalten
heard-decisions-meant-yes = hat Ja gesagt
heard-decisions-meant-no = hat Nein gesagt
heard-decisions-meant-help = hat um Hilfe gebeten
heard-decisions-meant-doubtful = möchte vielleicht nichts mehr erhalten: Es wird nichts gesendet, bis jemand es sich angesehen hat
heard-decisions-meant-other = hat zurückgeschrieben
heard-decisions-meant-stop-by = möchte nichts mehr erhalten (per { $why_channel })
heard-decisions-meant-stop-all-by = möchte auf keinem Weg mehr etwas erhalten (per { $why_channel })
heard-decisions-meant-start-by = möchte wieder Nachrichten erhalten (per { $why_channel })
heard-decisions-meant-yes-by = hat per { $why_channel } Ja gesagt
heard-decisions-meant-no-by = hat per { $why_channel } Nein gesagt
heard-decisions-meant-help-by = hat per { $why_channel } um Hilfe gebeten
heard-decisions-meant-doubtful-by = möchte vielleicht nichts mehr erhalten (per { $why_channel }): Es wird nichts gesendet, bis jemand es sich angesehen hat
heard-decisions-meant-other-by = hat per { $why_channel } zurückgeschrieben

# Was Anbieter zu einer Nachricht gemeldet haben.
heard-decisions-told = { $why_word }: { $why_fate }, meldet { $why_provider }
heard-decisions-told-because = { $why_word }: { $why_fate }, meldet { $why_provider } ({ $told })
heard-decisions-fate-accepted = vom Anbieter weitergereicht
heard-decisions-fate-soft-bounce = dieses Mal nicht zugestellt
heard-decisions-fate-delivered = zugestellt
heard-decisions-fate-blocked = wegen ihres Inhalts oder ihres Absenders abgelehnt
heard-decisions-fate-hard-bounce = nicht zustellbar: Die Adresse ist nicht erreichbar
heard-decisions-fate-suppressed = nicht zugestellt: Der Anbieter schreibt nicht an diese Adresse
heard-decisions-fate-opted-out = der Kunde hat sich beim Anbieter abgemeldet
heard-decisions-fate-complained = der Kunde hat sie als Spam gekennzeichnet
heard-decisions-fate-accepted-because = vom Anbieter weitergereicht ({ $told })
heard-decisions-fate-soft-bounce-because = dieses Mal nicht zugestellt ({ $told })
heard-decisions-fate-delivered-because = zugestellt ({ $told })
heard-decisions-fate-blocked-because = wegen ihres Inhalts oder ihres Absenders abgelehnt ({ $told })
heard-decisions-fate-hard-bounce-because = nicht zustellbar: Die Adresse ist nicht erreichbar ({ $told })
heard-decisions-fate-suppressed-because = nicht zugestellt: Der Anbieter schreibt nicht an diese Adresse ({ $told })
heard-decisions-fate-opted-out-because = der Kunde hat sich beim Anbieter abgemeldet ({ $told })
heard-decisions-fate-complained-because = der Kunde hat sie als Spam gekennzeichnet ({ $told })
heard-decisions-taken = ihr Anbieter hat gemeldet, was aus ihr wurde; er hatte sie also angenommen

# Bestellungen, die einer Nachricht zugerechnet werden.
heard-decisions-credit = Bestellung { $name }: { $money } netto, der Nachricht zu diesem Warenkorb zugerechnet: { $why }
heard-decisions-credit-less = Bestellung { $name }: { $money } netto, nach { $money_back } Erstattung, der Nachricht zu diesem Warenkorb zugerechnet: { $why }
heard-decisions-influence = Bestellung { $name }: { $money } netto, vielleicht durch die Nachricht zu diesem Warenkorb beeinflusst: { $why }
heard-decisions-influence-less = Bestellung { $name }: { $money } netto, nach { $money_back } Erstattung, vielleicht durch die Nachricht zu diesem Warenkorb beeinflusst: { $why }
heard-decisions-proof-link = der Kunde hat ihren Link vor der Bestellung geöffnet
heard-decisions-proof-code = bei der Bestellung wurde ihr Code verwendet
heard-decisions-proof-marker = die Bestellung trägt ihre Kennzeichnung
heard-decisions-proof-view = sie wurde vor der Bestellung zugestellt; ob sie gelesen wurde, weiß niemand
heard-decisions-proof-person = sie ging an die Person, die bestellt hat; sonst spricht nichts dafür

# Wie wahrscheinlich ein Checkout unecht ist.
heard-decisions-score = für einen unechten Checkout sprechen { $count } von { $count_most } Punkten: { $whys }
heard-decisions-marked-fake = von Hand als unecht markiert: Es wird dafür nichts gesendet, wie auch immer die Punktzahl lautet
heard-decisions-marked-not-fake = von Hand als echt markiert: Die Punktzahl spielt keine Rolle
heard-decisions-bot-cheapest = mindestens 8 andere Warenkörbe derselben Stunde enthalten nur denselben einen Artikel, den billigsten von allen
heard-decisions-bot-item = mindestens 8 andere Warenkörbe derselben Stunde enthalten nur denselben einen Artikel
heard-decisions-bot-phone = dieselbe Telefonnummer kam in derselben Stunde mit mindestens 3 E-Mail-Adressen
heard-decisions-bot-client = dasselbe Gerät kam in derselben Stunde mit mindestens 5 E-Mail-Adressen
heard-decisions-bot-disposable = die E-Mail-Adresse stammt von einem Dienst, der Adressen für Minuten vergibt
heard-decisions-bot-name = derselbe Name kam in derselben Stunde mit mindestens 3 E-Mail-Adressen
heard-decisions-bot-generated = die E-Mail-Adresse sieht aus, als hätte ein Programm sie erfunden
heard-decisions-bot-address = dieselbe Anschrift kam in derselben Stunde mit mindestens 3 E-Mail-Adressen
heard-decisions-bot-fast = das Formular wurde in Sekunden ausgefüllt, von niemandem, den der Shop kennt
heard-decisions-bot-untraced = weder die Seite, von der der Kunde kam, noch seine Sprache ist bekannt
heard-decisions-bot-burst = in derselben Stunde gab es ein Vielfaches der üblichen Zahl an Checkouts

# Was geschah.
heard-decisions-event-deleted = die Plattform hat den Checkout gelöscht
heard-decisions-event-paid-back = { $money } wurden erstattet
heard-decisions-event-customer = die Kundendaten haben sich geändert
heard-decisions-event-erase = die Plattform hat die Löschung verlangt
heard-decisions-event-data-request = die Person hat Auskunft über ihre Daten verlangt
heard-decisions-event-subscribed = per { $why_channel } eingewilligt: { $why }
heard-decisions-event-unsubscribed = per { $why_channel } abgemeldet: { $why }
heard-decisions-event-pending = per { $why_channel } um Bestätigung gebeten: { $why }
heard-decisions-event-test = { $why } (ein Test: Sie zählt nie)
heard-decisions-event-order-cancelled = Bestellung { $name } wurde storniert: { $money }
heard-decisions-event-order = Bestellung { $name }: { $money }, davon { $figure } bezahlt
heard-decisions-event-products = { $why_act }: { $count ->
    [one] ein Produkt
   *[other] { $count } Produkte
}
heard-decisions-event-items = { $why_what }: { $count } Artikel
heard-decisions-event-items-worth = { $why_what }: { $count } Artikel, { $money }
heard-decisions-event-completed = Checkout abgeschlossen
heard-decisions-event-checkout = Checkout geändert
heard-decisions-event-cart = Warenkorb geändert
heard-decisions-source-shopify = Shopify { $topic }
heard-decisions-source-shopify-collected = Shopify { $topic }, erhoben bei { $why_place }
heard-decisions-place-shopify = Shopify
heard-decisions-place-other = jemand anderem
heard-decisions-source-reply = Antwort: { $words }
heard-decisions-source-receipt = { $why_provider } hat gemeldet: { $why }

# Kampagnen: in welche ein Warenkorb kommt, und wann seine Nachrichten fällig sind.
heard-decisions-entered = abgebrochen: Der Warenkorb kam in die Kampagne „{ $name }“ (Version { $version }): { $wordlist }
heard-decisions-entered-path = abgebrochen: Der Warenkorb kam in die Kampagne „{ $name }“ (Version { $version }) auf den Pfad „{ $path }“: { $wordlist }
heard-decisions-moved = auf Version { $version } der Kampagne „{ $name }“ umgestellt: { $wordlist }
heard-decisions-moved-path = auf Version { $version } der Kampagne „{ $name }“ umgestellt, auf den Pfad „{ $path }“: { $wordlist }
heard-decisions-times-at = { $why_channel } am { $at }
heard-decisions-times-none = kein Schritt ist für ihn vorgesehen
heard-decisions-too-old = der Warenkorb ist zu alt, um zu ihm zurückzukehren
heard-decisions-in-sequence = dieser Kunde wird zu einem anderen Warenkorb angeschrieben oder wurde es in den letzten 24 Stunden
heard-decisions-no-campaign = keine Kampagne ist veröffentlicht
heard-decisions-no-campaign-checkouts = keine Kampagne für Checkouts oder Warenkörbe ist veröffentlicht
heard-decisions-browse-only = der Kunde hat sich nur umgesehen, und dafür gibt es keine Kampagne
heard-decisions-cart-only = der Kunde ging vor dem Checkout, und für Warenkörbe gibt es keine Kampagne
heard-decisions-nobody = der Kunde hat weder E-Mail-Adresse noch Telefonnummer angegeben
heard-decisions-in-campaign = der Kunde ist wieder gegangen; dieser Warenkorb ist schon in einer Kampagne, und eine zweite beginnt nicht
heard-decisions-no-campaign-fits = keine Kampagne ist für diesen Warenkorb. „{ $name }“: { $why }
heard-decisions-held-out = dieser Kunde ist in der Vergleichsgruppe von „{ $name }“, die keine Kampagne anschreibt, die genauso beginnt

# Bedingungen.
heard-decisions-if-for = sie ist für { $why }; { $why_found }
heard-decisions-if-others = andere als { $why }
heard-decisions-if-either = sie ist für { $why } oder { $why2 }; dieser Warenkorb gehört nicht dazu
heard-decisions-if-either-of-three = sie ist für { $why } oder { $why2 } oder { $why3 }; dieser Warenkorb gehört nicht dazu
heard-decisions-if-both = sie ist für { $why } und { $why2 }; dieser Warenkorb gehört nicht dazu
heard-decisions-if-both-or = sie ist für { $why } und { $why2 } oder { $why3 }; dieser Warenkorb gehört nicht dazu
heard-decisions-if-or-both = sie ist für { $why } oder { $why2 } und { $why3 }; dieser Warenkorb gehört nicht dazu
heard-decisions-if-no-such = dieser Warenkorb gehört nicht dazu
heard-decisions-if-worth = Warenkörbe ab { $money }
heard-decisions-if-below = Warenkörbe unter { $money }
heard-decisions-if-currency = Warenkörbe in { $currencies }
heard-decisions-if-country = Kunden in { $countries }
heard-decisions-if-language = Kunden mit der Sprache { $languages }
heard-decisions-if-new = Neukunden
heard-decisions-if-returning = Stammkunden
heard-decisions-if-item = Warenkörbe mit { $items }
heard-decisions-if-collection = Warenkörbe mit etwas aus der Kollektion { $collections }
heard-decisions-if-product-tag = Warenkörbe mit einem Produkt mit dem Tag { $tags }
heard-decisions-if-customer-tag = Kunden mit dem Tag { $tags }
heard-decisions-if-code = Warenkörbe mit Code
heard-decisions-if-no-code = Warenkörbe ohne Code
heard-decisions-if-used-code = Kunden, die einen Code genutzt haben (Zeitraum: { $wait })
heard-decisions-if-in-stock = Warenkörbe, die ganz lieferbar sind
heard-decisions-if-sold-out = Warenkörbe mit Ausverkauftem
heard-decisions-found-worth = der Warenkorb ist { $money } wert
heard-decisions-found-worth-unknown = der Wert des Warenkorbs ist nicht bekannt
heard-decisions-found-country = das Land des Kunden ist { $country }
heard-decisions-found-country-unknown = das Land des Kunden ist nicht bekannt
heard-decisions-found-language = die Sprache des Kunden ist { $language }
heard-decisions-found-language-unknown = die Sprache des Kunden ist nicht bekannt
heard-decisions-found-orders = { $count ->
    [0] der Kunde hat noch nie bestellt
    [one] der Kunde hat schon einmal bestellt
   *[other] der Kunde hat schon { $count }-mal bestellt
}
heard-decisions-found-no-tags = der Kunde hat keine Tags
heard-decisions-found-tags = die Tags des Kunden sind { $tags }
heard-decisions-found-code = im Warenkorb ist ein Code
heard-decisions-found-no-code = im Warenkorb ist kein Code
heard-decisions-found-never-used = der Kunde hat noch nie einen genutzt
heard-decisions-found-last-used = der Kunde hat zuletzt am { $at } einen genutzt
heard-decisions-found-sold-out = etwas im Warenkorb ist ausverkauft
heard-decisions-found-in-stock = alles im Warenkorb ist lieferbar

# Eigene Codes der Kunden.
heard-decisions-code-on-cart = im Warenkorb ist schon ein Code, und Codes werden nicht kombiniert
heard-decisions-code-later-step = Rabatte beginnen mit Schritt { $step }
heard-decisions-code-minimum = er gilt für Warenkörbe ab { $money }; dieser ist { $money2 } wert
heard-decisions-code-minimum-unknown = er gilt für Warenkörbe ab { $money }; der Wert von diesem ist nicht bekannt
heard-decisions-code-used-today = der Kunde hat vor weniger als einem Tag einen Code genutzt: So bald gibt es keinen zweiten
heard-decisions-code-used = { $count ->
    [one] der Kunde hat vor einem Tag einen Code genutzt: So bald gibt es keinen zweiten
   *[other] der Kunde hat vor { $count } Tagen einen Code genutzt: So bald gibt es keinen zweiten
}
heard-decisions-code-foreign = Codes des Shops gewähren Nachlass in { $currency }, und dieses Angebot lautet auf { $other }: Dafür lässt sich kein Code anlegen
heard-decisions-code-no-access = Codes legt die Plattform des Shops an, und Comeback hat dort keinen Zugriff: { $why }; geben Sie ihn mit `comeback shop access`
heard-decisions-code-never-sent = die Nachricht wird nie gesendet
heard-decisions-code-goes-without = die Nachricht wartet zwei Stunden und geht ohne ihren Code

# Die Regeln: was vor dem Versand einer Nachricht geprüft wird.
heard-decisions-clear = der Warenkorb ist noch abgebrochen, dem Kunden darf geschrieben werden, und bei ihm ist keine Ruhezeit
heard-decisions-clear-no-code = { $why }; sie enthält keinen Code: { $why2 }
heard-decisions-clear-code-late = { $why }; sie enthält keinen Code, weil die Plattform nicht rechtzeitig einen hatte
heard-decisions-purchased = der Kunde hat gekauft: Nach einem Kauf gibt es keine Erinnerung
heard-decisions-erased = die Daten des Kunden wurden gelöscht
heard-decisions-cart-gone = der Checkout wurde vom Shop gelöscht oder ist zu alt, um zu ihm zurückzukehren
heard-decisions-no-shopper = der Warenkorb stammt vom Personal oder von einer Maschine, nicht von einem Kunden
heard-decisions-empty = im Warenkorb ist nichts mehr
heard-decisions-stopped = jemand aus dem Shop hat die Nachrichten für diesen Warenkorb gestoppt
heard-decisions-merged = dieser Warenkorb hat sich als Teil eines anderen erwiesen, der an seiner Stelle weiterläuft
heard-decisions-other-shopper = der Warenkorb hat sich als der eines anderen Kunden erwiesen
heard-decisions-later-stage = der Kunde ist seitdem weitergekommen und wird dazu angeschrieben
heard-decisions-newer-cart = derselbe Kunde hat einen neueren Warenkorb, der an die Stelle von diesem tritt
heard-decisions-newer-cart-such = derselbe Kunde hat einen neueren Warenkorb ({ $cart }), der an die Stelle von diesem tritt
heard-decisions-step-gone = die neue Version der Kampagne hat diesen Schritt nicht, oder die Abfolge ist schon weiter
heard-decisions-unsubscribed = der Kunde möchte nicht mehr angeschrieben werden
heard-decisions-address-refused = an die Adresse darf nicht geschrieben werden: Ein Anbieter hat sie endgültig abgelehnt
heard-decisions-campaign-archived = die Kampagne wurde archiviert
heard-decisions-campaign-paused = die Kampagne ist pausiert: Die Nachricht wartet, bis sie fortgesetzt wird
heard-decisions-excluded = der Kunde hat das Tag „{ $tag }“, und der Shop schreibt solchen Kunden nicht
heard-decisions-fake = der Checkout sieht unecht aus: { $whys }
heard-decisions-fake-score = der Checkout sieht unecht aus ({ $count } von 100 Punkten): { $whys }
heard-decisions-fake-by-hand = jemand aus dem Shop hat ihn als unecht markiert
heard-decisions-test-store = dies ist ein Testshop, und die Adresse steht nicht auf der Liste, an die er schreibt
heard-decisions-bought-elsewhere = der Kunde hat dieselben Artikel schon mit Bestellung { $order }
heard-decisions-follows = sie folgt auf die vorige Nachricht, deren Ausgang noch offen ist
heard-decisions-after-previous = sie ist { $wait } nach der vorigen Nachricht fällig
heard-decisions-time-of-day = sie wartet auf die Uhrzeit, die ihr Schritt verlangt
heard-decisions-too-late = sie war am { $at } fällig und ist jetzt zu spät
heard-decisions-sold-out = alles im Warenkorb ist ausverkauft
heard-decisions-no-email = von diesem Kunden ist keine E-Mail-Adresse bekannt
heard-decisions-no-phone = von diesem Kunden ist keine Telefonnummer bekannt
heard-decisions-suppressed = an die Adresse darf nicht geschrieben werden: { $told }
heard-decisions-no-consent = dem Kunden darf nicht geschrieben werden: { $why }
heard-decisions-never-agreed = der Kunde hat nie eingewilligt, per { $why_channel } angeschrieben zu werden
heard-decisions-store-rule-instead = Regel { $count } des Shops ({ $lands }, „{ $why }“): { $note }; stattdessen geht sie per { $why_channel }
heard-decisions-carrier-one = Netzbetreiber in den USA und in Kanada erlauben je Warenkorb eine Erinnerung per SMS, und die wurde gesendet
heard-decisions-carrier-hours = Netzbetreiber in den USA und in Kanada erlauben eine Erinnerung per SMS nur 48 Stunden lang
heard-decisions-store-paused = der Shop sendet zurzeit nichts: Er ist pausiert
heard-decisions-store-removed = der Shop sendet zurzeit nichts: Er ist entfernt
heard-decisions-store-uninstalled = der Shop sendet zurzeit nichts: Er hat die App am { $at } entfernt
heard-decisions-active = der Kunde ist wieder im Shop: Gewartet wird, bis er gegangen ist
heard-decisions-no-provider-email = kein E-Mail-Anbieter ist eingerichtet: Die Nachricht wartet; setzen Sie COMEBACK_EMAIL__URL und COMEBACK_EMAIL__FROM
heard-decisions-no-provider-sms = kein SMS-Anbieter ist eingerichtet: Die Nachricht wartet; setzen Sie COMEBACK_SMS__PROVIDER und sein Konto
heard-decisions-no-provider-whatsapp = keine WhatsApp-Nummer ist eingerichtet: Die Nachricht wartet; setzen Sie COMEBACK_WHATSAPP__PHONE_NUMBER_ID und ihr Token
heard-decisions-code-required = die Nachricht hat ohne ihren Code keinen Sinn, und den gibt es nicht: { $why }
heard-decisions-code-awaited = die Plattform hat noch keine Rabattcodes angelegt: Die Nachricht wartet auf einen, bis zu zwei Stunden
heard-decisions-code-missing = die Plattform hat nicht rechtzeitig einen Rabattcode angelegt, und ohne ihn hat die Nachricht keinen Sinn
heard-decisions-cap = { $count ->
    [one] der Kunde hat eine Nachricht erhalten (Zeitraum: { $wait }), und { $why_whose } erlaubt { $count_most }
   *[other] der Kunde hat { $count } Nachrichten erhalten (Zeitraum: { $wait }), und { $why_whose } erlaubt { $count_most }
}
heard-decisions-cap-by = { $count ->
    [one] der Kunde hat per { $why_channel } eine Nachricht erhalten (Zeitraum: { $wait }), und { $why_whose } erlaubt { $count_most }
   *[other] der Kunde hat per { $why_channel } { $count } Nachrichten erhalten (Zeitraum: { $wait }), und { $why_whose } erlaubt { $count_most }
}
heard-decisions-quiet = beim Kunden ist Ruhezeit ({ $places }, laut { $why_because })
heard-decisions-quiet-law = { $why }: Das Recht erlaubt zu dieser Zeit keine SMS ({ $place })
heard-decisions-quiet-always = keine Zeit ist in allen Zeitzonen erlaubt, in denen der Kunde sein kann ({ $places })
heard-decisions-sender-limit = { $why_whose } hat in 24 Stunden { $count } per { $why_channel } gesendet, und { $count_most } sind erlaubt: Was zuerst fällig ist, geht zuerst
heard-decisions-sender-limit-new = { $why_whose } hat in 24 Stunden { $count } per { $why_channel } gesendet, und { $count_most } sind erlaubt, solange er neu ist: Was zuerst fällig ist, geht zuerst
heard-decisions-sender-full = { $why_whose } erlaubt { $count } in 24 Stunden
heard-decisions-holdout = sie würde jetzt gesendet; aber dieser Kunde ist in der Vergleichsgruppe, die keine Nachricht erhält, damit sich die Wirkung der Kampagne messen lässt

# Warum an eine Adresse nicht geschrieben werden darf.
heard-decisions-ground-doubtful = Antwort: möchte vielleicht nichts mehr erhalten; jemand muss es sich ansehen
heard-decisions-ground-stop = Antwort: möchte nichts mehr erhalten
heard-decisions-ground-stop-all = Antwort: möchte auf keinem Weg mehr etwas erhalten
heard-decisions-ground-opted-out = abgemeldet, wie der Anbieter meldet
heard-decisions-ground-soft = nicht zustellbar: Drei Nachrichten nacheinander kamen nicht an
heard-decisions-ground-refused = nicht zustellbar: Der Anbieter schreibt nicht an diese Adresse
heard-decisions-ground-complained = Beschwerde: Eine Nachricht wurde als Spam gekennzeichnet
heard-decisions-ground-unreachable = die Adresse ist nicht erreichbar
heard-decisions-ground-reason-long = Grund: Erlaubt sind 1 bis { $count } Zeichen in einer Zeile
heard-decisions-ground-manual = an die Adresse darf nicht geschrieben werden: Sie wurde von Hand gesperrt

# Die Übergabe einer Nachricht.
heard-decisions-took = { $why_provider } hat sie angenommen
heard-decisions-refused-for-good = { $why_provider } hat sie endgültig abgelehnt: { $told }
heard-decisions-refused-for-good-instead = { $why_provider } hat sie endgültig abgelehnt: { $told }; stattdessen geht sie per { $why_channel }
heard-decisions-refuses-sender = { $why_provider } lehnt diesen Absender ab: { $told }
heard-decisions-not-now = { $why_provider } hat sie jetzt nicht angenommen: { $told }
heard-decisions-never-answered = { $why_provider } hat nicht geantwortet ({ $told }): Sie kann gesendet worden sein, daher wird sie nicht einfach noch einmal gesendet
heard-decisions-unrendered = die Nachricht lässt sich nicht erstellen: { $why }
heard-decisions-unrendered-no-step = die Kampagne hat diesen Schritt nicht mehr
heard-decisions-unrendered-gone = die Vorlage „{ $key }“ gibt es nicht mehr
heard-decisions-unrendered-unread = die Vorlage „{ $key }“ lässt sich nicht lesen: { $why }
heard-decisions-unrendered-address = die Adresse gibt es nicht mehr
heard-decisions-unrendered-number = die Telefonnummer gibt es nicht mehr
heard-decisions-unrendered-link = der Link lässt sich nicht signieren: { $why }
heard-decisions-held-up-again = der Prozess wurde aufgehalten; es wird noch einmal versucht
heard-decisions-held-up = der Prozess wurde so lange aufgehalten, dass seine Frist ablief
heard-decisions-worker-lost = der Prozess, der sie sendete, ging verloren, bevor er das Ergebnis melden konnte: Sie kann gesendet worden sein, daher wird sie nicht einfach noch einmal gesendet
heard-decisions-held-until = vor dem { $at } wird nichts übergeben: { $told }
heard-decisions-no-answer = keine Antwort: { $why }

# Was aus einer Nachricht wurde, bei der Zweifel bestehen.
heard-decisions-asked-has = { $why_provider } wurde gefragt und führt sie als { $id }
heard-decisions-asked-has-of = { $why_provider } wurde gefragt und führt sie als { $id }, vom { $at }
heard-decisions-asked-refused = { $why_provider } wurde gefragt und stellt sie nicht zu: { $told }
heard-decisions-asked-absent-twice = { $why_provider } wurde zweimal gefragt und hat keine solche Nachricht
heard-decisions-asked-absent = { $why_provider } wurde gefragt und hat noch keine solche Nachricht
heard-decisions-asked-cannot-say = { $why_provider } kann nicht sagen, ob sie ankam: { $why }
heard-decisions-asked-silent = { $why_provider } wurde gefragt und gab keine Antwort: { $told }
heard-decisions-then-asks-again = { $why }; wieder gefragt wird am { $at }
heard-decisions-then-nobody = { $why }; sonst kann niemand gefragt werden, daher muss ein Mensch sagen, was aus ihr wurde
heard-decisions-then-due-again = { $why }: Sie wurde nie gesendet, ist also wieder fällig, und alle Regeln werden neu geprüft
heard-decisions-asked-no-provider = für den Kanal ist kein Anbieter eingerichtet
heard-decisions-asked-other-provider = sie ging über einen anderen Anbieter als den jetzt eingerichteten
heard-decisions-asked-no-address = an wen sie ging, ist nicht mehr bekannt
heard-decisions-arrived-clicked = ein Mensch hat ihren Link geöffnet, also kam sie an
heard-decisions-arrived-code = bei einer Bestellung wurde ihr Rabattcode verwendet, also kam sie an
heard-decisions-arrived-marker = eine Bestellung trägt ihre Kennzeichnung, also kam sie an
heard-decisions-said-arrived = ein Mensch hat entschieden, dass sie ankam
heard-decisions-said-again = ein Mensch hat entschieden, dass sie nicht ankam: Sie ist wieder fällig, und alle Regeln werden neu geprüft
heard-decisions-credited-arrived = dieser Nachricht wird eine Bestellung zugerechnet, sie kam also an und wird nicht noch einmal gesendet
heard-decisions-known-sent = was aus dieser Nachricht wurde, ist inzwischen bekannt: Sie wurde gesendet
heard-decisions-known-refused = was aus dieser Nachricht wurde, ist inzwischen bekannt: Sie wurde endgültig abgelehnt
heard-decisions-known-cancelled = was aus dieser Nachricht wurde, ist inzwischen bekannt: Sie wird nicht gesendet, und der Verlauf sagt, warum
heard-decisions-known-waiting = diese Nachricht wartet auf den Versand oder ist auf dem Weg: Es gibt nichts zu klären
heard-decisions-known-soon = was aus dieser Nachricht wurde, klärt sich gerade: Versuchen Sie es gleich noch einmal

# Was Menschen aus dem Shop mit einem Warenkorb getan haben.
heard-decisions-stop-over = der Warenkorb ist abgeschlossen, es wird dafür also ohnehin nichts gesendet
heard-decisions-stop-already = die Nachrichten für diesen Warenkorb sind schon gestoppt
heard-decisions-stop-not = die Nachrichten für diesen Warenkorb sind nicht gestoppt
heard-decisions-go-on-other-cart = derselbe Kunde wird inzwischen zu einem anderen Warenkorb angeschrieben oder wurde es in den letzten 24 Stunden
heard-decisions-now-none = keine Nachricht für diesen Warenkorb wartet auf den Versand: Vielleicht ist sie schon gesendet oder auf dem Weg
heard-decisions-now-held = dieser Kunde ist in der Vergleichsgruppe, die keine Nachricht erhält
heard-decisions-erase-already = die Daten zu diesem Warenkorb wurden schon gelöscht
heard-decisions-by-hand-stopped = die Nachrichten für diesen Warenkorb wurden von Hand gestoppt: { $why }, und keine neue beginnt
heard-decisions-by-hand-stopped-late = die Nachrichten für diesen Warenkorb wurden von Hand gestoppt: { $why }, und keine neue beginnt; was schon auf dem Weg zum Anbieter war, kann noch ankommen
heard-decisions-by-hand-none-waited = nichts hat gewartet
heard-decisions-by-hand-cancelled = { $count ->
    [one] eine wartende Nachricht ist abgesagt
   *[other] { $count } wartende Nachrichten sind abgesagt
}
heard-decisions-by-hand-goes-on = die Nachrichten für diesen Warenkorb wurden von Hand fortgesetzt: { $why }
heard-decisions-by-hand-over = der Warenkorb ist abgeschlossen, es wird dafür also nichts mehr gesendet
heard-decisions-by-hand-looked-again = Kampagnen prüfen ihn erneut
heard-decisions-by-hand-none-cancelled = nichts war abgesagt worden
heard-decisions-by-hand-wait-again = { $count ->
    [one] eine Nachricht wartet wieder, und vor jedem Versand werden alle Regeln geprüft
   *[other] { $count } Nachrichten warten wieder, und vor jedem Versand werden alle Regeln geprüft
}
heard-decisions-by-hand-waits = sie wartet wieder wie geplant
heard-decisions-by-hand-now = sie war für den { $at } geplant und ist von Hand auf jetzt vorgezogen: Vor dem Versand werden alle Regeln geprüft
