# Was ankommt: Zustellungen, zurückgestellte, und das Skript für die Seiten eines Shops.

tracking-title = Tracking
tracking-health = Was in den letzten 7 Tagen ankam
tracking-last = Der letzte Webhook kam am
tracking-oldest = Der älteste wartende kam am
tracking-nothing-yet = Noch keine Daten: Es ist kein Webhook angekommen. Tragen Sie diese Adresse in den Webhook-Einstellungen des Shops ein (<a>die Schritte</a>):
tracking-none-lately = Keiner in den letzten 7 Tagen. Prüfen Sie in den Einstellungen des Shops, ob die Webhooks noch eingetragen sind.
tracking-topic = Thema
tracking-applied = Verarbeitet
tracking-waiting = Wartend
tracking-aside = Zurückgestellt
tracking-last-came = Zuletzt
tracking-counted-latest = Gezählt sind nur die letzten 20.000.
tracking-of-server = Ereignisse Ihres Servers
tracking-of-pages = Ereignisse Ihrer Seiten

tracking-came = Was gerade kommt
tracking-all-topics = alle Themen
tracking-filter = Anzeigen
tracking-reload = <a>Neu laden</a>, um zu sehen, was seitdem kam.
tracking-live = Was ankommt, erscheint hier von selbst.
tracking-full = Es sind zu viele Fenster zugleich offen, daher geht es in diesem nicht von selbst weiter. Schließen Sie ein anderes und laden Sie diese Seite neu.
tracking-none-came = Es ist noch nichts angekommen.
tracking-none-of-topic = Unter den letzten 20.000 war keine Zustellung zu diesem Thema.
tracking-bytes = { $count ->
    [one] { $count } Byte
   *[other] { $count } Byte
}
tracking-version = Version { $version }
tracking-cart = Warenkorb anzeigen
tracking-became-applied = verarbeitet
tracking-became-ignored = ohne Folgen
tracking-became-waiting = wartet
tracking-became-aside = zurückgestellt
tracking-became-emptied = gelöscht
tracking-why-ignored = Gelesen und aufbewahrt. Nichts darin ist ein Ereignis eines Warenkorbs, einer Bestellung oder einer Person.
tracking-why-waiting = Gespeichert, aber noch nicht verarbeitet.
tracking-why-aside = Der Grund wurde nicht festgehalten.
tracking-why-emptied = Der Inhalt wurde gelöscht, weil er eine Person betraf, deren Daten gelöscht wurden.
tracking-no-reason = der Grund wurde nicht festgehalten

tracking-none-aside = Keine: Alles, was signiert war, konnte gelesen werden.
tracking-what-aside = Diese waren signiert und sind gespeichert, konnten aber nicht gelesen werden. Nichts ist verloren: Nach einem Update können sie erneut versucht werden.
tracking-retry-all = Alle erneut versuchen
tracking-retry = Erneut versuchen
tracking-retry-one = { $topic } vom { $at } erneut versuchen
tracking-raw = Rohdaten herunterladen
tracking-aside-more = Die letzten { $shown } sind zu sehen; die übrigen rücken nach, sobald diese erledigt sind.

tracking-pixel = Was sich Besucher ansehen
tracking-pixel-what = Wer bekannt ist und zugestimmt hat, kann so an Produkte erinnert werden, die er sich auf Ihren Seiten angesehen hat. Vor der Zustimmung wird von einem Besucher nichts gespeichert: Gefragt wird das Banner von Shopify, oder Ihr Banner ruft <code>comeback('consent', true)</code> auf.
tracking-pixel-theme = Für das Theme, vor <code>&lt;/head&gt;</code>
tracking-pixel-custom = Als eigenes Pixel in Shopify
tracking-pixel-where = Einstellungen, Kundenereignisse, Eigenes Pixel hinzufügen; Berechtigungen: Marketing und Analyse
tracking-domains = Seiten von { $domain } dürfen melden, außerdem die von:
tracking-domains-set = Domains Ihrer Seiten festlegen
