# Was um jede Seite steht, und wie Werte geschrieben werden.

number-group = .
number-point = ,
date-day = { $day }. { $month } { $year }
date-time = { $date }, { $time }
month-1 = Jan.
month-2 = Feb.
month-3 = März
month-4 = Apr.
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = Aug.
month-9 = Sept.
month-10 = Okt.
month-11 = Nov.
month-12 = Dez.
length-d = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
length-h = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
length-m = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
length-s = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}

channel-email = E-Mail
channel-sms = SMS
channel-whatsapp = WhatsApp

cart-state-open = offen
cart-state-abandoned = abgebrochen
cart-state-recovered = zurückgewonnen
cart-state-purchased = gekauft
cart-state-lost = verloren
cart-state-invalid = kein Kunde
cart-state-erased = gelöscht

nudge-state-scheduled = wartet
nudge-state-sending = wird gesendet
nudge-state-sent = gesendet
nudge-state-delivered = zugestellt
nudge-state-failed = fehlgeschlagen
nudge-state-cancelled = nicht gesendet
nudge-state-unknown = unbekannt

role-owner = Inhaber
role-editor = Bearbeiter
role-viewer = Betrachter

shell-skip = Zum Inhalt springen
shell-store = Shop
shell-show = Anzeigen
shell-main = Hauptmenü
shell-sign-out = Abmelden
shell-times = Zeiten: { $zone }
shell-copy = Kopieren
shell-copied = Kopiert
nav-overview = Übersicht
nav-carts = Warenkörbe
nav-campaigns = Kampagnen
nav-templates = Vorlagen
nav-reports = Berichte
nav-tracking = Tracking
nav-settings = Einstellungen

shell-to-overview = Zur Übersicht
shell-sign-in-title = Bitte melden Sie sich an
shell-sign-in-what = Sie sind nicht angemeldet, oder Ihre Sitzung ist abgelaufen.
shell-sign-in-next = Melden Sie sich an und versuchen Sie es erneut.
shell-role-title = Das dürfen Sie nicht
shell-needs-role = Dafür ist die Rolle „{ $role }“ nötig.
shell-role-next = Bitten Sie einen Inhaber des Shops, es zu tun oder Ihre Rolle unter „Team“ in den Einstellungen zu ändern.
shell-forged-title = Das Formular ist abgelaufen
shell-forged-what = Das Formular stammt nicht von einer Seite Ihrer jetzigen Sitzung; es wurde nichts geändert.
shell-forged-next = Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal.
shell-missing-title = Nicht gefunden
shell-missing-what = Nicht vorhanden: { $what }.
shell-missing-next = Vielleicht wurde es entfernt, oder es gehört zu einem Shop, auf den Sie keinen Zugriff haben.
shell-no-store-title = Noch kein Shop
shell-no-store-what = Comeback kennt keinen Shop, den Sie sehen dürfen.
shell-no-store-next = Fügen Sie auf der Kommandozeile einen hinzu:
shell-invalid-title = Das kann nicht verwendet werden
shell-invalid-next = Gehen Sie zurück, korrigieren Sie es und senden Sie das Formular noch einmal.
shell-conflict-title = Das ist jetzt nicht möglich
shell-conflict-next = Gehen Sie zurück und laden Sie die Seite neu: Sie kann sich inzwischen geändert haben.
shell-unavailable-title = Die Datenbank ist nicht erreichbar
shell-unavailable-what = Nichts ist verloren: Bestätigte Zustellungen sind gespeichert.
shell-unavailable-next = Versuchen Sie es gleich noch einmal. Bleibt es so, führen Sie auf dem Server `comeback doctor` aus.
shell-internal-title = Hier ist etwas schiefgegangen
shell-internal-what = Die Seite konnte nicht erstellt werden. Der Grund steht im Protokoll des Servers.
shell-internal-next = Versuchen Sie es erneut; bleibt es so, führen Sie auf dem Server `comeback doctor` aus.

missing-page-with-that-address = eine Seite mit dieser Adresse
missing-store-with-that-id = ein Shop mit dieser ID
missing-store = ein Shop
missing-campaign-with-that-id = eine Kampagne mit dieser ID
missing-cart-with-that-id = ein Warenkorb mit dieser ID
missing-template-with-that-id = eine Vorlage mit dieser ID
missing-note-with-that-id = eine Notiz mit dieser ID
missing-message-with-that-id = eine Nachricht mit dieser ID
missing-delivery-with-that-id = eine Zustellung mit dieser ID
missing-valid-token-with-that-id = ein gültiges Token mit dieser ID
missing-person-with-that-id = eine Person mit dieser ID
missing-channel-of-that-name = ein Kanal dieses Namens
missing-mail-of-that-step = eine E-Mail zu diesem Schritt
missing-alarm-with-that-id-that-still-holds = ein noch bestehender Alarm mit dieser ID
missing-endpoint-with-that-id = ein Endpunkt mit dieser ID
missing-event-with-that-id-for-this-endpoint = ein Ereignis mit dieser ID für diesen Endpunkt
missing-kind-of-message-of-that-name = eine Art von Nachricht mit diesem Namen
missing-provider-of-that-name = ein Anbieter dieses Namens
missing-provider-of-that-kind = ein Anbieter dieser Art
missing-open-link-with-that-address = ein gültiger Link mit dieser Adresse
missing-reply-to-be-looked-at = eine Antwort, die noch anzusehen wäre
missing-message-of-that-nudge = eine Nachricht zu diesem Schritt
missing-such-message-of-that-cart = eine solche Nachricht zu diesem Warenkorb
missing-such-action = eine solche Aktion
missing-comparison-with-the-books-yet = ein Abgleich mit den Büchern

notice-saved = Gespeichert. Was läuft, bleibt, wie es ist, bis Sie veröffentlichen.
notice-publish = Veröffentlicht. Warenkörbe, die ab jetzt abgebrochen werden, folgen dieser Version.
notice-publish-and-move = Veröffentlicht. Laufende Warenkörbe werden nach und nach auf diese Version umgestellt.
notice-created = Ein Entwurf für den Anfang. Es wird nichts gesendet, bis Sie ihn veröffentlichen.
notice-cloned = Eine Kopie als Entwurf. Ihre Vergleichsgruppe wird neu ausgelost.
notice-pause = Pausiert. Geplante Nachrichten warten; keine geht verloren.
notice-resume = Fortgesetzt. Nachrichten, die gewartet haben, gehen weiter.
notice-archive = Archiviert. Offene Nachrichten werden nicht gesendet.
notice-template = Gespeichert und ab jetzt in Verwendung.
notice-retried = Wieder in der Warteschlange. Was immer noch nicht lesbar ist, kommt hierher zurück.
notice-nothing = Es gab nichts mehr zu wiederholen.
notice-arrived = Vermerkt: Die Nachricht ist angekommen. Sie wird nicht noch einmal gesendet.
notice-send_again = Die Nachricht ist wieder fällig. Vor dem Versand wird jede Regel neu geprüft; der Verlauf zeigt das Ergebnis.
notice-dismissed = Ausgeblendet. Die Meldung kommt wieder, wenn es schlimmer wird.
notice-domains = Gespeichert. Seiten dieser Domains dürfen ab jetzt melden, was auf ihnen geschieht.
notice-revoked = Das Token ist nicht mehr gültig.
notice-digest = Gespeichert. Ihre Auswahl wird ab dem nächsten Mal gesendet.
notice-digest-sent = Dem Anbieter übergeben: Sehen Sie in Ihrem Postfach nach.
notice-note = Notiert. Die Notiz steht ab jetzt auf der Zeitachse.
notice-note-removed = Die Notiz ist entfernt.
notice-policy = Gespeichert. Jede Nachricht, über die ab jetzt entschieden wird, richtet sich danach.
notice-channel = Gespeichert. Nachrichten nehmen ab jetzt diesen Weg; senden Sie sich selbst einen Test.
notice-messages = Gespeichert. Nachrichten, die ab jetzt entstehen, richten sich danach.
notice-money = Gespeichert. Jede Bestellung wird neu berechnet; die Zahlen folgen nach und nach.
notice-books = Angefordert. Der Abgleich läuft im Hintergrund.
notice-taken-in = Übernommen. Gleichen Sie erneut ab, um zu sehen, was übrig ist.
notice-link-domain = Gespeichert, und sie führt hierher. Links in Nachrichten beginnen ab jetzt damit.
notice-no-link-domain = Gespeichert. Links beginnen wieder mit der eigenen Adresse des Programms.
notice-outcome-days = Gespeichert. Alle Zahlen zur Wirkung werden neu berechnet, das dauert einen Moment.
notice-fake = Vermerkt: unecht. Für diesen Checkout wird nichts gesendet.
notice-not_fake = Vermerkt: echt, wie auch immer die Punktzahl lautet. Nachrichten, über die ab jetzt entschieden wird, richten sich danach.
shell-beyond = das liegt außerhalb des Kalenders
shell-form-unread = das Formular lässt sich nicht lesen; senden Sie es noch einmal
shell-form-long = das Gesendete ist größer als { $size } KB; kürzen Sie es
shell-unread = { $field }: „{ $given }“ lässt sich nicht lesen
