# Mails an die eigenen Leute des Shops: Zahlen einer Woche oder eines Monats, und Alarme.

mails-days = { $first } bis { $last }
mails-days-of-month = { $first }. bis { $last }
mails-days-of-year = { $first }. { $month } bis { $last }
mails-day-short = { $day }. { $month }
mails-no-data = keine Daten
mails-rate = { $percent } % ({ $part } von { $whole })
mails-rate-of-few = { $percent } % ({ $part } von { $whole }, wenige)
mails-and = { $all } und { $one }
mails-before = davor: { $figure }

mails-net = Zurückgewonnener Umsatz, netto
mails-net-short = Netto
mails-caused = Davon durch die Nachrichten bewirkt
mails-orders = Bestellungen
mails-refunds = Erstattungen
mails-messages = Nachrichten
mails-abandoned = Verlassene Warenkörbe
mails-recovered = Zurückgewonnene Warenkörbe
mails-credited = { $orders } zugeschrieben

mails-digest-subject = { $shop }: { $net } zurückgewonnen, { $days }
mails-compared = { $days }, verglichen mit { $before }. Tage gelten in der Zeitzone { $zone }.
mails-campaigns = Kampagnen
mails-campaign = Kampagne
mails-carts = Warenkörbe
mails-attention = Was Aufmerksamkeit braucht
mails-meaning = Was die Zahlen bedeuten
mails-open-report = Bericht öffnen
mails-print = Drucken
mails-change = Diese Mails ändern oder abbestellen

mails-net-per-day = Netto pro Tag
mails-no-best-day = Netto pro Tag: An keinem der Tage wurde etwas zurückgewonnen.
mails-best-day = Netto pro Tag: Der beste war der { $day } mit { $net }.
mails-carts-told = Warenkörbe: { $begun } begonnen, { $identified } erkannt, { $abandoned } verlassen, { $bought } gekauft, { $recovered } zurückgewonnen.
mails-step-begun = Begonnen
mails-step-identified = Erkannt
mails-step-abandoned = Verlassen
mails-step-bought = Gekauft
mails-step-recovered = Zurückgewonnen

mails-alarms-subject = { $place }: { $what }
mails-stores = { $count } Shops
mails-alarms-new = { $count ->
    [one] 1 neuer Alarm
   *[other] { $count } neue Alarme
}
mails-alarms-last = { $count ->
    [one] 1 Alarm besteht weiter
   *[other] { $count } Alarme bestehen weiter
}
mails-alarms-over = { $count ->
    [one] 1 Alarm ist vorbei
   *[other] { $count } Alarme sind vorbei
}
mails-new = Neu
mails-still-so = Immer noch
mails-over = Vorbei
mails-since = Seit { $since }.
mails-began = Begonnen am { $since }, Dauer: { $length }.
mails-more-alarms = Und { $count } weitere: siehe Übersicht.
mails-open-overview = Übersicht öffnen
mails-why-alarms = Sie erhalten diese Mail, weil Ihnen ein Shop in Comeback gehört. Ein Alarm wird einmal gemeldet, dann einmal am Tag, solange er anhält, und einmal, wenn er vorbei ist. Die Einstellung watch.mail schaltet diese Mails ab.
