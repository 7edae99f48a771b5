# Warenkörbe: die Liste, die Geschichte eines Warenkorbs, und was man damit tun kann.

carts-title = Warenkörbe
carts-cart = Warenkorb
carts-search = Nach E-Mail-Adresse, Telefonnummer oder Token suchen, genau wie geschrieben
carts-search-hint = E-Mail, +Telefon oder Token
carts-find = Suchen
carts-all = alle
carts-outcome-unknown = Ausgang unbekannt
carts-state = Status
carts-filter = Filter
carts-filter-show = Anzeigen
carts-clear = Alle Filter entfernen
carts-looked-for = Gesucht wird
carts-without = Ohne „{ $what }“
carts-any = beliebig
carts-why = Warum nichts gesendet wurde
carts-message = Eine Nachricht mit Status
carts-campaign = Kampagne
carts-value-in = Wert in { $currency }
carts-at-least = mindestens
carts-at-most = höchstens
carts-from = von
carts-to = bis
carts-chip-state = { $value }
carts-chip-why = wegen: { $value }
carts-chip-message = Nachricht: { $value }
carts-chip-in = in „{ $value }“
carts-chip-min = mindestens { $value }
carts-chip-max = höchstens { $value }
carts-chip-begun-from = begonnen ab { $value }
carts-chip-begun-to = begonnen bis { $value }
carts-chip-active-from = aktiv ab { $value }
carts-chip-active-to = aktiv bis { $value }
carts-bad-date = Geben Sie einen Tag an, zum Beispiel 2026-07-31.
carts-bad-span = Das liegt vor dem ersten Tag.
carts-bad-amount = Geben Sie einen Betrag in { $currency } an, zum Beispiel 49,90.
carts-bad-range = Das ist weniger als der Mindestbetrag.
carts-count = { $count ->
    [one] { $count } Warenkorb
   *[other] { $count } Warenkörbe
}
carts-count-more = mehr als { $count } Warenkörbe
carts-count-looked = { $count ->
    [one] { $count } Warenkorb unter den letzten { $looked }
   *[other] { $count } Warenkörbe unter den letzten { $looked }
}
carts-new = { $count ->
    [one] { $count } neuer Warenkorb: anzeigen
   *[other] { $count } neue Warenkörbe: anzeigen
}
carts-new-more = mehr als { $count } neue Warenkörbe: anzeigen
carts-behind = Die Warenkörbe hinter einer Zahl eines Berichts, die zuletzt begonnenen zuerst. <a>Alle Warenkörbe anzeigen</a>
carts-not-found = Nichts gefunden. Gesucht wird nach der ganzen Adresse, der ganzen Nummer (mit + und Landesvorwahl) oder dem ganzen Token. <a>Alle Warenkörbe anzeigen</a>
carts-none = Hier ist kein Warenkorb. <a>Alle Warenkörbe anzeigen</a>
carts-none-yet = Noch kein Warenkorb. Warenkörbe erscheinen, sobald der Shop Webhooks sendet und jemand etwas in den Warenkorb legt oder zum Checkout geht.
carts-shopper = Kunde
carts-items = Artikel
carts-value = Wert
carts-last-word = Letzte Entscheidung
carts-begun = Begonnen
carts-active = Zuletzt aktiv
carts-abandoned = Abgebrochen
carts-unknown = unbekannt
carts-not-known = noch nicht bekannt
carts-empty = leer
carts-item-untitled = ein Artikel ohne Titel
carts-untitled = (ohne Titel)
carts-and-more = { $first } und { $count } weitere
carts-first-100 = Nur die ersten 100 sind zu sehen.
carts-older = Ältere
carts-looked-through = Für diese Seite wurden { $count } Warenkörbe durchgesehen. Es gibt noch ältere.
carts-further = Weiter zurück suchen

carts-rule-quiet_hours = Ruhezeit
carts-rule-frequency_cap = genug Nachrichten erhalten
carts-rule-sender_limit = Tageslimit des Absenders
carts-rule-no_consent = keine Einwilligung
carts-rule-unsubscribed = abgemeldet
carts-rule-suppressed = Adresse gesperrt
carts-rule-no_address = keine Adresse für den Kanal
carts-rule-nobody = Kunde nicht bekannt
carts-rule-holdout = Vergleichsgruppe
carts-rule-held_out = Vergleichsgruppe einer anderen Kampagne
carts-rule-purchased = hat gekauft
carts-rule-bought_elsewhere = hat die Artikel mit einer anderen Bestellung gekauft
carts-rule-stopped = von Hand gestoppt
carts-rule-stopped_by_hand = von Hand gestoppt
carts-rule-resumed_by_hand = von Hand fortgesetzt
carts-rule-hurried_by_hand = von Hand vorgezogen
carts-rule-fake = unechter Checkout
carts-rule-excluded = ausgeschlossener Kunde
carts-rule-condition = Bedingung nicht erfüllt
carts-rule-expired = zu spät
carts-rule-sold_out = ausverkauft
carts-rule-newer_cart = neuerer Warenkorb
carts-rule-in_sequence = zu einem anderen Warenkorb angeschrieben
carts-rule-in_campaign = schon in einer Kampagne
carts-rule-no_campaign = keine Kampagne
carts-rule-cart_only = vor dem Checkout abgebrochen
carts-rule-browse_only = nur umgesehen
carts-rule-campaign_paused = Kampagne pausiert
carts-rule-campaign_archived = Kampagne archiviert
carts-rule-store_stopped = Shop sendet nichts
carts-rule-no_channel = kein Anbieter eingerichtet
carts-rule-enrolled = geplant
carts-rule-accepted = gesendet
carts-rule-all_clear = darf gesendet werden
carts-rule-not_due = wartet auf ihre Zeit
carts-rule-waits_for_previous = wartet auf die Nachricht davor
carts-rule-shopper_active = Kunde ist im Shop
carts-rule-cart_gone = Warenkorb nicht mehr da
carts-rule-erased = gelöscht
carts-rule-empty = leer
carts-rule-not_a_shopper = kein Kunde
carts-rule-no_discount = kein Rabattcode
carts-rule-no_code = wartet auf einen Code
carts-rule-later_stage = ist weitergekommen
carts-rule-merged = Teil eines anderen Warenkorbs
carts-rule-moved = neue Version der Kampagne
carts-rule-clicked = geklickt
carts-rule-delivered = zugestellt
carts-rule-bounced = nicht angekommen
carts-rule-told = Meldung des Anbieters

carts-item = Artikel
carts-quantity = Menge
carts-price = Preis
carts-no-items = Der Warenkorb ist leer, oder sein Inhalt ist nicht bekannt.
carts-codes = Rabattcodes:
carts-nobody = Noch nicht bekannt: Es kann keine Nachricht gesendet werden.
carts-hide = Verbergen
carts-look-recorded = Dieser Blick wurde festgehalten.
carts-reveal = Anzeigen
carts-is-recorded = wird festgehalten
carts-known-name = Name
carts-known-customer = Kunde
carts-known-email = E-Mail
carts-known-phone = Telefon
carts-zone = Zeiten gelten in { $zone }.

carts-orders = Bestellung
carts-order = Bestellung
carts-placed = Aufgegeben
carts-paid = Bezahlt
carts-went-back = Erstattet
carts-net = Netto
carts-order-cancelled = storniert
carts-order-test = Test
carts-order-uncredited = Sie wird keiner Nachricht zugerechnet: Keine Nachricht, die ankam, hat rechtzeitig zu ihr geführt.
carts-credit = Zurechnung
carts-credit-on = { $touches ->
    [one] { $evidence }, Zeitfenster { $window }; { $model }, aus einem Kontakt; Regeln { $rules }
   *[other] { $evidence }, Zeitfenster { $window }; { $model }, aus { $touches } Kontakten; Regeln { $rules }
}
carts-credited = <b>{ $net }</b> netto aus Bestellung { $order }
carts-credited-less = <b>{ $net }</b> netto aus Bestellung { $order }, nach { $refunds } Erstattung
carts-influenced = beeinflusst, nicht zugerechnet
carts-basis-tax-shipping = Gezählt mit Steuern und Versand, nach Rabatten, ohne verkaufte Geschenkgutscheine.
carts-basis-tax = Gezählt mit Steuern, ohne Versand, nach Rabatten, ohne verkaufte Geschenkgutscheine.
carts-basis-shipping = Gezählt mit Versand, ohne Steuern und Zölle, nach Rabatten, ohne verkaufte Geschenkgutscheine.
carts-basis-bare = Gezählt ohne Steuern, Zölle und Versand, nach Rabatten, ohne verkaufte Geschenkgutscheine.

carts-campaigns = Kampagnen
carts-version = Version { $version }
carts-arm-holdout = Vergleichsgruppe
carts-arm-treated = erhält Nachrichten
carts-side-holdout = In der Vergleichsgruppe: keine Nachricht
carts-side-treated = Erhält die Nachrichten
carts-lot-earlier = , wie bei einem früheren Warenkorb derselben Person
carts-lot = : Los { $lot } von 100, die Vergleichsgruppe erhält die unter { $below }
carts-delays-from = Wartezeiten zählen ab
carts-on-path = Auf dem Pfad „{ $path }“.
carts-variants = Texte: { $variants }.
carts-variant = Schritt { $step }: { $name }
carts-counted = Im Vergleich seit
carts-counted-when = , als die erste Nachricht gesendet wurde oder gesendet worden wäre.
carts-not-counted = Noch nicht im Vergleich: Es wurde noch keine Nachricht gesendet, und es wäre auch noch keine gesendet worden.
carts-superseded = <a>Ein anderer Warenkorb derselben Person</a> hat übernommen.

carts-fake = Echt oder unecht
carts-counts-fake = gilt als unecht
carts-not-fake = gilt als echt
carts-said-fake = Von Hand als unecht markiert: Dafür wird nichts gesendet.
carts-said-not-fake = Von Hand als echt markiert: Die Punktzahl spielt keine Rolle.
carts-no-robot = Nichts spricht für einen Roboter.
carts-robot = { $score } von 100 Punkten sprechen für einen Roboter, der gestohlene Karten ausprobiert:
carts-it-is-fake = Das ist unecht
carts-it-is-not-fake = Das ist echt
carts-say-fake = geben Sie an, ob der Checkout unecht ist oder nicht

carts-messages = Nachrichten
carts-no-messages = Für diesen Warenkorb ist keine Nachricht geplant. Der Verlauf sagt, warum, sobald eine Kampagne ihn geprüft hat.
carts-step = Schritt { $step }, { $channel }
carts-sent = gesendet
carts-due = fällig
carts-template = { $key }, Version { $version }, erstellt
carts-rendered = Nachricht, wie sie aussah: { $subject }
carts-rendered-text = Nachricht, wie sie aussah: Text
carts-links-cut = Links sind gekürzt: Wer sie hat, gilt als der Kunde.
carts-mail-as-sent = Die E-Mail, wie sie gesendet wurde
carts-plain-text = Nur Text
carts-stopped = gestoppt
carts-stopped-what = Jemand aus dem Shop hat die Nachrichten für diesen Warenkorb gestoppt: Es wird nichts gesendet.
carts-stop = Nachrichten für diesen Warenkorb stoppen
carts-stop-what = Was wartet, wird abgesagt, und nichts Neues beginnt. Das lässt sich zurücknehmen. Was schon auf dem Weg zum Anbieter ist, kann nicht zurückgeholt werden.
carts-go-on = Nachrichten fortsetzen
carts-go-on-what = Was durch den Stopp abgesagt wurde, wartet wieder wie geplant. Vor jedem Versand werden alle Regeln geprüft.
carts-send-now = Jetzt senden
carts-send-now-what = Nur der geplante Zeitpunkt wird auf jetzt verschoben. Vor dem Versand werden alle Regeln geprüft: Nachts wartet sie bis zum Morgen, und der Verlauf sagt es.

carts-doubt-worker = Der Prozess, der sie sendete, ging verloren, bevor er das Ergebnis festhalten konnte. Sie kann angekommen sein oder nicht.
carts-doubt-handed = Sie wurde übergeben an: { $provider }. Es kam keine Antwort zurück, daher kann sie angekommen sein oder nicht.
carts-doubt-asked = { $count ->
    [one] { $provider } wurde einmal gefragt
   *[other] { $provider } wurde { $count }-mal gefragt
}
carts-doubt-asks = { $provider } wird gefragt am
carts-doubt-asks-again = { $provider } wird wieder gefragt am
carts-doubt-next = , und die Antwort klärt es. Sie müssen nichts tun.
carts-doubt-nobody = Sonst kann niemand gefragt werden. Es bleibt daher so, bis Sie sagen, was Sie wissen, und von selbst wird sie nicht erneut gesendet.
carts-doubt-log = Das Protokoll Ihres Mailservers zeigt, ob sie gesendet wurde. Suchen Sie dort nach dieser Message-ID:
carts-mail-server = der Mailserver
carts-sms-provider = der SMS-Anbieter
carts-it-arrived = Sie kam an
carts-send-again = Sie kam nicht an: senden
carts-send-again-what = Falls sie doch angekommen ist, erreicht sie die Person zweimal. Sie wird nur gesendet, wenn noch alle Regeln es erlauben: nie an jemanden, der gekauft hat oder es nicht möchte.
carts-cannot-send = Der Warenkorb ist abgeschlossen, daher kann sie nicht erneut gesendet werden.
carts-editor-says = Wer diesen Shop bearbeiten darf, kann sagen, ob sie ankam.
carts-say-arrived = geben Sie an, ob die Nachricht ankam oder erneut gesendet werden soll

carts-timeline = Verlauf
carts-no-timeline = Für diesen Warenkorb ist noch nichts festgehalten.
carts-rule = Regel { $rule }, Version { $version }
carts-rule-unversioned = Regel { $rule }

carts-erase-link = Diese Person löschen
carts-erase-title = Diese Person löschen
carts-erase-who = Gelöscht wird { $who } mit { $count ->
    [one] ihrem Warenkorb.
   *[other] allen { $count } Warenkörben.
}
carts-erase-nameless = Niemand weiß, wessen Warenkorb das ist. Gelöscht wird, was darin eine Person betrifft.
carts-somebody = die Person
carts-erase-goes = Was verschwindet
carts-erase-goes-person = Name, Adressen, Telefonnummer und Einwilligungen
carts-erase-goes-messages = die gesendeten Nachrichten, was Anbieter dazu gemeldet haben, und die Antworten
carts-erase-goes-raw = die Rohdaten der Webhooks, die sie betreffen
carts-erase-goes-waiting = wartende Nachrichten: Es wird keine mehr gesendet
carts-erase-stays = Was bleibt
carts-erase-stays-money = Beträge, Artikel und Zeiten, damit Zahlen bleiben, wie sie waren
carts-erase-stays-refusal = dass die Person nicht angeschrieben werden wollte, als Fingerabdruck der Adresse, damit das eingehalten wird
carts-erase-stays-platform = was die Plattform des Shops und Ihre Anbieter speichern: Löschen Sie es auch dort
carts-erase-final = Das lässt sich nicht zurücknehmen.
carts-erase-sure = Ich möchte die Daten dieser Person endgültig löschen
carts-erase-unsure = Setzen Sie das Häkchen, wenn Sie sicher sind.
carts-erase = Endgültig löschen
carts-erase-not = Zurück zum Warenkorb
carts-erased-already = die Daten zu diesem Warenkorb wurden schon gelöscht

notice-stopped = Gestoppt. Für diesen Warenkorb wird nichts gesendet, bis Sie es fortsetzen.
notice-goes-on = Fortgesetzt. Vor jedem Versand werden alle Regeln geprüft; der Verlauf zeigt, was daraus wird.
notice-send-now = Jetzt fällig. Vor dem Versand werden alle Regeln geprüft; der Verlauf zeigt, was daraus wird.
notice-erased = Gelöscht. Was übrig ist, nennt niemanden.
