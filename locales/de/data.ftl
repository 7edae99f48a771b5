# Die Daten eines Shops: wie lange sie aufbewahrt werden, wer gelöscht wird, was als Datei hinausgeht und hereinkommt.

data-erase = Eine Kundin oder einen Kunden löschen
data-erase-what = Für alle, die verlangen, vergessen zu werden: über die Adresse, von der sie schreiben. Die Kundendaten auf der Plattform des Shops bleiben davon unberührt und werden dort gelöscht.
data-erase-address = E-Mail-Adresse oder Telefonnummer
data-erase-look = Nachsehen, wer das ist
data-erase-no-address = Das ist weder eine E-Mail-Adresse noch eine Telefonnummer mit Landesvorwahl, etwa +12125550100.
data-erase-nobody = Diese Adresse hat hier niemand mehr. Es wurde nichts gelöscht.
data-erase-nobody-of = Die Adresse { $address } hat hier niemand. Es gibt nichts zu löschen.
data-erase-forbidden = Sie steht auf der Liste der Adressen, denen nicht geschrieben wird. Das bleibt so, damit ihr niemand wieder schreibt.
data-erase-found = { $address } gehört zu Ihrem Kundenkreis.
data-erase-extent = { $carts ->
    [one] 1 Warenkorb
   *[other] { $carts } Warenkörbe
    }, { $messages ->
    [one] 1 gesendete Nachricht
   *[other] { $messages } gesendete Nachrichten
    }, { $orders ->
    [one] 1 Bestellung
   *[other] { $orders } Bestellungen
    }.
data-erase-goes = Namen, Adressen, der Wortlaut von Nachrichten und empfangene Webhooks werden endgültig gelöscht, und was noch wartet, wird nicht gesendet. Beträge, Zeiten und Entscheidungen bleiben ohne die Person, ebenso, dass sie Nein gesagt hat.
data-erase-now = Jetzt löschen
data-erase-not = Niemanden löschen

data-keep = Wie lange etwas aufbewahrt wird
data-keep-what = Jede Nacht wird endgültig gelöscht, was älter ist. Eine Änderung gilt ab der nächsten Nacht, die mindestens einen Tag entfernt ist.
data-keep-raw = Webhooks, Importe und Aufrufe, wie sie empfangen wurden
data-keep-raw-help = Danach geleert. Mindestens 3 Monate, denn so lange werden Bestellungen erstattet und beanstandet. Eine Nachrechnung vergleicht nur, von wem noch alles da ist, und sagt, wie viele sie auslässt.
data-keep-browser = Was Ihre Seiten über Besuche melden, wie es empfangen wurde
data-keep-browser-help = Danach geleert. Mindestens 1 Monat. Klicks enthalten weder Adresse noch Gerät und bleiben als Zahlen.
data-keep-shoppers = Kundinnen und Kunden, die seither weder gekauft haben noch gesehen wurden
data-keep-shoppers-help = Danach gelöscht, als hätten sie es verlangt. Mindestens 6 Monate. Wenn Sie SMS in die USA senden, wählen Sie 48 Monate oder mehr: Ob jemand zugestimmt hatte, kann vier Jahre lang bestritten werden.
data-keep-always = Aufbewahrt, solange der Shop hier ist: wem nicht geschrieben werden darf und dass er oder sie Nein gesagt hat; Beträge von Bestellungen, Zuschreibungen, Entscheidungen und das Änderungsprotokoll dieses Shops, ohne die Person. Der Nachweis einer Zustimmung wird so lange aufbewahrt wie die Person selbst.
data-keep-figures = Das Leeren von Webhooks ändert keine Zahl. Bei Warenkörben gelöschter Personen sagen Berichte nicht mehr, dass sie gekauft wurden; die Beträge der Bestellungen bleiben.
data-keep-wrong = Es wurde nichts gespeichert: Wählen Sie jeweils eine der Dauern.
data-months = { $count ->
    [one] 1 Monat
   *[other] { $count } Monate
    }
data-months-usual = { $count ->
    [one] 1 Monat (üblich)
   *[other] { $count } Monate (üblich)
    }
data-months-ever = solange der Shop hier ist
data-ran = Letzter Lauf:
data-ran-never = Es gab noch keinen Lauf.
data-ran-nothing = Nichts war alt genug.
data-ran-came = { $raw ->
    [one] 1 Lieferung
   *[other] { $raw } Lieferungen
    } und { $browser ->
    [one] 1 Meldung Ihrer Seiten
   *[other] { $browser } Meldungen Ihrer Seiten
    } geleert, { $shoppers ->
    [one] 1 Person
   *[other] { $shoppers } Personen
    } gelöscht.
data-next = Nächster Lauf frühestens:

data-export = Eine Liste mitnehmen
data-export-what = Die Datei entsteht im Hintergrund: Sie können diese Seite verlassen. Sie wird 24 Stunden aufbewahrt, und wer sie herunterlädt, wird festgehalten.
data-export-list = Liste
data-export-format = Format
data-export-from = Von
data-export-to = Bis
data-export-ask = Datei erstellen
data-export-people = Kundschaft, Einwilligungen und gesperrte Adressen gehen unabhängig von den Tagen vollständig hinaus, und nicht als Parquet.
data-export-wrong = Wählen Sie einen ersten Tag, der nicht nach dem letzten liegt, höchstens drei Jahre; Listen von Personen gehen als CSV oder JSON-Zeilen hinaus.
data-too-many = An fünf Dateien wird schon gearbeitet: Warten Sie, bis eine fertig ist, oder brechen Sie eine ab.
data-list-carts = Warenkörbe, die an diesen Tagen begonnen wurden
data-list-orders = Bestellungen dieser Tage
data-list-credits = Zuschreibungen dieser Bestellungen
data-list-nudges = Für diese Tage geplante Nachrichten
data-list-contacts = Kundinnen und Kunden
data-list-consents = Einwilligungen mit ihrem Nachweis
data-list-suppressions = Gesperrte Adressen
data-format-csv = CSV, für Tabellenprogramme
data-format-jsonl = JSON-Zeilen, für Programme
data-format-parquet = Parquet, für Datenwerkzeuge

data-import = Eine Liste mitbringen
data-import-what = CSV mit einer Zeile von Überschriften, oder JSON-Zeilen. Gute Zeilen werden übernommen, schlechte mit ihrer Nummer genannt, und dieselbe Liste noch einmal ändert nichts.
data-import-list = Was sie enthält
data-import-file = Datei, höchstens { $megabytes } MB
data-import-ask = Übernehmen
data-import-none = Wählen Sie eine Datei, die nicht leer ist.
data-import-too-long = Eine Datei hat hier höchstens { $megabytes } MB: Teilen Sie sie auf, oder lassen Sie sie auf der Kommandozeile übernehmen.
data-import-columns = Spalten, die sie haben kann
data-brought-contacts = Kundschaft und wozu sie eingewilligt hat
data-brought-suppressions = Adressen, denen nicht geschrieben wird
data-brought-ad-costs = Was Werbung gekostet hat

data-files = Dateien
data-files-none = Keine Datei in den letzten 30 Tagen.
data-state-waiting = wartet
data-state-running = in Arbeit
data-state-done = fertig
data-state-failed = gescheitert
data-state-cancelled = abgebrochen
data-came-waiting = Sie ist bald an der Reihe.
data-came-rows = Bisher { $rows ->
    [one] 1 Zeile
   *[other] { $rows } Zeilen
    }.
data-came-made = { $rows ->
    [one] 1 Zeile
   *[other] { $rows } Zeilen
    }, { $kilobytes } kB.
data-came-lines = { $taken } übernommen, { $known } schon bekannt, { $refused } abgelehnt.
data-resumed = Nach einer Unterbrechung ging es weiter: Von den Zeilen um sie herum können einige übernommene als schon bekannt gezählt sein.
data-failed = Weiter wurde nichts daraus:
data-faults = { $count ->
    [one] 1 Zeile wurde abgelehnt
   *[other] { $count } Zeilen wurden abgelehnt (die ersten 100 sind aufgeführt)
    }
data-progress = Wie weit { $what } ist
data-download = { $what } herunterladen
data-until = Wird gelöscht:
data-cancel = Abbrechen
data-cancel-named = { $what } abbrechen

data-work = Arbeit im Hintergrund
data-work-none = Zurzeit wird an nichts gearbeitet.
data-work-leave = Alles hier geht weiter, wenn Sie die Seite verlassen oder das Programm neu gestartet wird.
data-work-credits = Zuschreibungen werden neu berechnet
data-work-orders = { $count ->
    [one] 1 Bestellung ist noch danach neu zu berechnen, was als Umsatz zählt
   *[other] { $count } Bestellungen sind noch danach neu zu berechnen, was als Umsatz zählt
    }
data-work-move = Warenkörbe wechseln zur neuen Fassung von „{ $campaign }“
data-work-trial = „{ $campaign }“ wird an der Vergangenheit erprobt
data-work-books = Bestellungen werden mit den Büchern der Plattform verglichen
data-work-retention = Was lange genug aufbewahrt wurde, wird gelöscht: bisher { $count ->
    [one] 1 Zeile
   *[other] { $count } Zeilen
    }
data-since = seit
data-percent = { $percent } %

notice-data-kept = Gespeichert. Es gilt ab dem nächsten Lauf.
notice-data-erased = Die Person ist gelöscht.
notice-data-asked = Die Datei wird erstellt. Sie können diese Seite verlassen.
notice-data-taken-in = Die Datei wird übernommen. Sie können diese Seite verlassen.
notice-data-cancelled = Abgebrochen. Was bis dahin übernommen wurde, bleibt.

missing-shopper-with-that-address = eine Kundin oder ein Kunde mit dieser Adresse
missing-file-with-that-id = eine Datei mit dieser Kennung, oder nicht mehr

audit-shopper-erase = Eine Person über ihre Adresse gelöscht
audit-file-export = Eine Liste als Datei erstellen lassen
audit-file-import = Eine Datei zum Übernehmen gebracht
audit-file-cancel = Eine Datei abgebrochen
audit-file-download = Eine Datei heruntergeladen
audit-retention-set = Festgelegt, wie lange etwas aufbewahrt wird
audit-retention-run = Gelöscht, was lange genug aufbewahrt war
data-broke-off = das Formular brach auf dem Weg ab: senden Sie es noch einmal
