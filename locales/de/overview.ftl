# Die Übersicht: wie die Rückgewinnung läuft, und was Aufmerksamkeit braucht.

overview-title = Übersicht
overview-period = Zeitraum
overview-days = { $days } Tage
overview-choose = Andere Tage oder Vergleich mit den Tagen davor
overview-from = Von
overview-to = Bis
overview-compare = mit den Tagen davor vergleichen
overview-show = Anzeigen
overview-last-days = Letzte { $days } Tage
overview-range = { $from } bis { $to }
overview-bad-day = „{ $day }“ ist kein Tag: Geben Sie einen an wie 2026-07-31
overview-bad-range = der Zeitraum endet, bevor er beginnt: wählen Sie einen späteren letzten Tag
overview-no-data = keine Daten

overview-attention = Was Aufmerksamkeit braucht
overview-since = seit
overview-dismiss = Ausblenden
overview-revenue = Zurückgewonnener Umsatz
overview-net = Zurückgewonnener Umsatz, netto
overview-none = Noch keine Daten
overview-none-what = { $period }: Kein Warenkorb kam in eine Kampagne, und keine Nachricht wurde gesendet.
overview-net-what = { $period }. Attribution: { $model }
overview-more = { $by } mehr als vom { $from } bis { $to }: { $then }
overview-less = { $by } weniger als vom { $from } bis { $to }: { $then }
overview-same = So viel wie vom { $from } bis { $to }: { $then }
overview-caused = Durch Nachrichten bewirkt
overview-within = Mit 95 % Sicherheit zwischen { $low } und { $high } { $currency }
overview-how-known = Woher man das weiß
overview-gross = Brutto
overview-refunds = Erstattungen
overview-orders = Bestellungen
overview-messages = Nachrichten
overview-also = { $count ->
    [one] Dazu { $net } { $currency } netto aus { $count } Bestellung ({ $gross } brutto, { $refunds } erstattet); Währungen werden nie addiert.
   *[other] Dazu { $net } { $currency } netto aus { $count } Bestellungen ({ $gross } brutto, { $refunds } erstattet); Währungen werden nie addiert.
}
overview-what = Was diese Zahl bedeutet
overview-definition = Was für Bestellungen bezahlt wurde, die einer Nachricht zugerechnet werden, abzüglich dessen, was bisher erstattet wurde, in { $currency }. { $basis }
overview-definitions = Alle Definitionen
overview-per-day = Netto je Tag, { $currency }
overview-chart = Balkendiagramm des zurückgewonnenen Nettoumsatzes je Tag; die Tabelle danach enthält dieselben Zahlen
overview-as-table = Zahlen als Tabelle
overview-day = Tag
overview-net-column = Netto
overview-days-without = Tage ohne Bestellung sind ausgelassen.
overview-happened = Was in dieser Zeit geschah ({ $count })
overview-notes = Alle Notizen

overview-rates = Abgebrochen und zurückgewonnen
overview-rate-abandonment-rate = Abbruchrate
overview-rate-recovery-rate = Rückgewinnungsrate
overview-means-abandonment-rate = der Warenkörbe wurden abgebrochen
overview-means-recovery-rate = der abgebrochenen Warenkörbe wurden durch eine Nachricht zurückgewonnen
overview-part = { $part } von { $whole }
overview-sure = Der Zufall lässt alles von { $low } bis { $high } % zu.
overview-sure-few = Das beruht auf wenigen Warenkörben: Der Zufall lässt alles von { $low } bis { $high } % zu.
overview-before = Davor: { $share } %, { $part } von { $whole }.
overview-before-none = Davor: keine Daten.
overview-change = Veränderung um { $by } Prozentpunkte; der Zufall lässt alles von { $low } bis { $high } zu.
overview-rates-more = Aufgeschlüsselt nach Kampagne, Tag und mehr

overview-carts = Warenkörbe
overview-no-carts = Noch keine Daten: Es wurde kein Warenkorb begonnen. { $period }
overview-begun = { $count ->
    [one] { $count } Warenkorb begonnen. { $period }
   *[other] { $count } Warenkörbe begonnen. { $period }
}
overview-step = <b>{ $count }</b> von { $of }
overview-step-none = noch keine Daten
overview-step-identified = Erkannt
overview-step-abandoned = Abgebrochen
overview-step-bought = Gekauft
overview-step-recovered = Zurückgewonnen
overview-step-means-identified = der begonnenen Warenkörbe, bei denen jemand angeschrieben werden kann
overview-step-means-abandoned = der begonnenen Warenkörbe, länger ohne Aktivität, als die Kampagne wartet
overview-step-means-bought = der begonnenen Warenkörbe, mit oder ohne Nachricht
overview-step-means-recovered = der gekauften Warenkörbe, einer Nachricht zugerechnet
overview-campaigns = Kampagnen
overview-campaign = Kampagne
overview-status = Status
overview-no-campaign = Noch keine Kampagne.
overview-campaign-none = keine Daten in diesem Zeitraum
overview-canary = Ein Test-Warenkorb ging zuletzt den ganzen Weg, vom Webhook bis zur zugerechneten Bestellung, am
overview-canary-what = Er hat niemanden erreicht und steht in keiner Zahl.

overview-see-address = Webhook-Adresse anzeigen
overview-see-tracking = Tracking öffnen
overview-see-connection = Erneut installieren
overview-see-app = Verbindung öffnen
overview-see-settings = Einstellungen öffnen
overview-see-webhooks = Webhooks öffnen
overview-see-templates = Vorlagen öffnen
overview-see-reports = Berichte öffnen
overview-see-steps = Schritte anzeigen
overview-see-why = Grund anzeigen
overview-see-campaigns = Kampagnen öffnen
overview-see-books = Abgleich öffnen
overview-see-carts = Warenkörbe anzeigen
overview-see-one-cart = Warenkorb anzeigen
overview-see-all-carts = Zu den Warenkörben
overview-see-cart = Warenkorb öffnen
overview-untold = Niemand erfährt per E-Mail von diesen Alarmen: Es ist kein E-Mail-Anbieter eingerichtet.
overview-untold-fix = Setzen Sie COMEBACK_EMAIL__URL und COMEBACK_EMAIL__FROM und starten Sie neu; bis dahin sehen Sie hier nach.
overview-removed = Der Shop hat die App entfernt.
overview-removed-fix = Es wird nichts gesendet. Installieren Sie die App erneut und setzen Sie den Shop dann fort, in den Einstellungen unter „Shops“ oder auf der Kommandozeile:
overview-removed-again = Es wird nichts gesendet, und der Zugang ist erloschen. Installieren Sie die App erneut: Danach geht alles von selbst weiter.
overview-untold-of = Der Shop sendet keine Webhooks über { $topics }.
overview-untold-of-fix = Ohne sie bleiben Warenkörbe oder Käufe unbekannt. Fügen Sie der App die fehlenden Berechtigungen hinzu und installieren Sie sie erneut.
overview-unanswered = Der Shop hat nicht geantwortet, als er gefragt wurde, was er sendet: { $why }.
overview-unanswered-fix = Er wird jede Stunde wieder gefragt. Bis dahin fehlen Webhooks, die er aufgegeben hat.
overview-paused = Der Shop ist pausiert.
overview-paused-fix = Nachrichten warten, keine geht verloren. Setzen Sie den Shop fort, in den Einstellungen unter „Shops“ oder auf der Kommandozeile:
overview-no-webhook = Es ist noch kein Webhook aus dem Shop angekommen.
overview-no-webhook-fix = Tragen Sie diese Adresse in den Webhook-Einstellungen des Shops ein; die Schritte stehen in den Einstellungen:
overview-behind = Webhooks warten seit { $since }.
overview-behind-fix = Sie sind gespeichert, werden aber nicht verarbeitet: Prüfen Sie, ob ein Worker läuft (`comeback serve --role all` oder `worker`).
overview-aside = { $count ->
    [one] { $count } Webhook ist zurückgestellt.
   *[other] { $count } Webhooks sind zurückgestellt.
}
overview-aside-fix = Gespeichert, aber nicht lesbar: Nichts ist verloren, und es kann erneut versucht werden.
overview-unpublished = Keine Kampagne ist veröffentlicht.
overview-unpublished-fix = Bis dahin wird keine Nachricht geplant. Sehen Sie den Entwurf durch und veröffentlichen Sie ihn.
overview-books-more = Die Bücher der Plattform enthalten mehr, als hier gemeldet wurde: { $count } Unterschiede.
overview-books-off = { $count ->
    [one] { $count } Unterschied zwischen den Bestellungen hier und den Büchern der Plattform ist nicht erklärt.
   *[other] { $count } Unterschiede zwischen den Bestellungen hier und den Büchern der Plattform sind nicht erklärt.
}
overview-books-fix = Um so viel können die Zahlen falsch sein. Sehen Sie sich jeden Unterschied an, übernehmen Sie, was fehlt, und vergleichen Sie erneut.
overview-unknown = { $count ->
    [one] Bei { $count } Nachricht ist der Ausgang unbekannt.
   *[other] Bei { $count } Nachrichten ist der Ausgang unbekannt.
}
overview-unknown-fix = Sie kann angekommen sein oder nicht, und niemand kann gefragt werden. Auf der Seite des Warenkorbs können Sie sagen, was Sie wissen; bis dahin wird sie nicht erneut gesendet.
overview-reply = Jemand hat per { $channel } geantwortet und möchte vielleicht nichts mehr erhalten.
overview-reply-fix = An diese Person wird nichts mehr gesendet. Lesen Sie auf der Seite des Warenkorbs, was sie geschrieben hat. War es nicht so gemeint, geben Sie die Adresse wieder frei: DELETE /api/v1/suppressions.
overview-restored = Die Datenbank wurde auf den Stand vom { $from } zurückgesetzt: Von der Zeit bis { $to } ist nichts bekannt.
overview-restored-doubt = { $count ->
    [0] Bei keiner Nachricht besteht Zweifel.
    [one] { $count } Nachricht kann in der Zwischenzeit gesendet worden sein.
   *[other] { $count } Nachrichten können in der Zwischenzeit gesendet worden sein.
}
overview-restored-fix = Keine wird von selbst erneut gesendet. Webhooks dieser Zeit fehlen, auch Käufe: Sehen Sie sich die Warenkörbe dieser Zeit an.
overview-held = Nachrichten per { $channel } werden bis { $until } zurückgehalten: Der Anbieter sagte „{ $why }“.
overview-held-fix = Nichts ist verloren: Nachrichten warten in ihrer Reihenfolge. Dann wird eine versucht, und alle folgen, wenn sie angenommen wird.
overview-full = Nachrichten per { $channel } warten mindestens bis { $until }: { $why }.
overview-full-fix = Nachrichten warten in ihrer Reihenfolge und werden gesendet, sobald Plätze frei werden. Was dann zu spät wäre, wird nicht gesendet.
overview-no-provider = { $count ->
    [0] Für { $channel } ist kein Anbieter eingerichtet: Nachrichten werden warten.
    [one] Für { $channel } ist kein Anbieter eingerichtet: { $count } Nachricht wartet darauf.
   *[other] Für { $channel } ist kein Anbieter eingerichtet: { $count } Nachrichten warten darauf.
}
overview-no-provider-email = Setzen Sie COMEBACK_EMAIL__URL (etwa smtp://user:password@host:587) und COMEBACK_EMAIL__FROM und starten Sie neu.
overview-no-provider-sms = Füllen Sie den Abschnitt [sms] der Einstellungen aus (COMEBACK_SMS__PROVIDER und so weiter) und starten Sie neu; oder nehmen Sie den SMS-Schritt heraus.
