# Vorlagen: die Liste, die Editoren, Versionen, Sprachen, und wie die Seiten für Kunden aussehen.
templates-title = Vorlagen
templates-none = Noch keine Vorlage. Ein neuer Shop bringt welche in zehn Sprachen mit.
templates-template = Vorlage
templates-channel = Kanal
templates-language = Sprache
templates-languages = Sprachen
templates-text = Text
templates-changed = Geändert

# Der Kopf jeder Seite einer Vorlage.
templates-head = { $channel }, { $language }, Version { $version }
templates-views = Ansichten dieser Vorlage
templates-view-code = Code
templates-view-text = Text
templates-view-blocks = Bausteine
templates-view-languages = Sprachen
templates-view-versions = Versionen
templates-language-en = Englisch
templates-language-de = Deutsch
templates-language-fr = Französisch
templates-language-es = Spanisch
templates-language-it = Italienisch
templates-language-nl = Niederländisch
templates-language-pt = Portugiesisch
templates-language-pl = Polnisch
templates-language-sv = Schwedisch
templates-language-da = Dänisch

# Entwürfe.
templates-draft = Ihr Entwurf
templates-draft-what = Daran haben Sie am { $at } geschrieben, ausgehend von Version { $base }. Der Entwurf ist nicht gespeichert, und niemand bekommt ihn: In Verwendung ist Version { $version }.
templates-draft-overtaken = Inzwischen hat jemand eine andere Version gespeichert. Wenn Sie speichern, sehen Sie beide.
templates-draft-changes = Zeigen, was er ändert
templates-draft-discard = Verwerfen
templates-kept = Als Ihr Entwurf gesichert am { $at }.
templates-nothing-to-keep = Nichts ist geändert.
templates-keep = Als Entwurf sichern
notice-template-kept = Als Ihr Entwurf gesichert. Niemand bekommt ihn, bevor Sie ihn speichern.
notice-template-discarded = Der Entwurf ist verworfen. Das hier ist in Verwendung.
notice-template-tested = Dem Anbieter übergeben: Sehen Sie nach, ob die Nachricht angekommen ist.
notice-template-theirs = Das hier ist in Verwendung. Was Sie geschrieben haben, bleibt hier als Ihr Entwurf.
notice-template-restored = Der alte Text ist wieder in Verwendung, als neue Version.
notice-template-language = Eine weitere Sprache. Wer sie liest, bekommt ab jetzt diesen Text.
notice-template-look = Gespeichert. Seiten, die Kunden ab jetzt öffnen, sehen so aus.

# Der Editor.
templates-subject = Betreff
templates-body = Inhalt
templates-plain = Nur Text
templates-approved = Genehmigte Vorlage
templates-values = Werte
templates-mjml = MJML mit Liquid
templates-liquid = Liquid
templates-plain-hint = Liquid; leer gelassen, wird er aus dem HTML erzeugt
templates-whatsapp = Der Wortlaut einer WhatsApp-Nachricht liegt bei Meta und wird dort genehmigt. Hier geben Sie an, welche Vorlage es ist und was in ihren Lücken steht.
templates-approved-hint = ihr Name bei Meta; fügen Sie die Sprache hinzu, die sie dort hat, wenn sie genauer ist als „{ $language }“, wie in <code>cart_reminder en_US</code>
templates-values-hint = Liquid, eine Zeile je Lücke: die erste für <code>{"{{"}1{"}}"}</code>, die nächste für <code>{"{{"}2{"}}"}</code>. Ohne <code>{"{{"} link {"}}"}</code> in einer davon braucht die Vorlage eine Schaltfläche, deren Adresse auf <code>/s/{"{{"}1{"}}"}</code> endet
templates-keys = Strg+Leertaste bietet Variablen und Filter an. Escape verlässt den Text, sodass Tab zum nächsten Feld weitergeht.
templates-save = Speichern
templates-preview-unsaved = Vorschau ohne Speichern
templates-preview = Vorschau
templates-vocabulary = Was in einer Vorlage stehen kann
templates-variables = Überall:
templates-of-items = Für jeden Artikel im Warenkorb:
templates-filters = Nach einem senkrechten Strich, um einen Wert zu ändern:
templates-tags = Zum Auswählen und Wiederholen:
templates-place-line = { $field }, Zeile { $line }
templates-no-problem = Es gibt nichts zu berichtigen.
templates-problems = { $count ->
    [one] Eines ist zu berichtigen.
   *[other] { $count } Dinge sind zu berichtigen.
  }
templates-to-put-right = Zu berichtigen: So kann es nicht gesendet werden
templates-to-look-at = Bitte prüfen
templates-size = Größe
templates-size-why = beim Versand; längere E-Mails schneidet Gmail ab
templates-kb = { $size } KB von { $most } KB

# Wie es aussieht.
templates-looks = So sieht es aus
templates-how = Ansicht
templates-cart = Warenkorb
templates-sample = Ein Beispiel-Warenkorb
templates-a-cart = ein Warenkorb
templates-reads = Kunde liest
templates-carts-own = die Sprache des Warenkorbs
templates-currency = Währung
templates-width = Breite
templates-desk = Bildschirm
templates-phone = Telefon, 375 Pixel
templates-colours = Farben
templates-light = Hell
templates-dark = Dunkel
templates-show = Anzeigen
templates-frame = Die Nachricht mit dem gewählten Warenkorb
templates-frame-in = Die Nachricht auf { $language }, mit einem Beispiel-Warenkorb
templates-gets-other = Wer { $reads } liest, bekommt einen anderen Text: <a>den auf { $gets }</a>.

# Was eine SMS kostet.
templates-billed = So wird sie abgerechnet
templates-parts = { $count ->
    [one] 1 Teil
   *[other] { $count } Teile
  }
templates-longest = , und { $parts } mit langen Namen und Titeln
templates-bits-7 = 7 Bit je Zeichen
templates-bits-16 = 16 Bit je Zeichen
templates-length = { $characters } Zeichen zu je { $bits } Bit ({ $encoding }); { $left } von { $room } frei im letzten Teil
templates-dear = Diese Zeichen machen sie teuer, denn sie fehlen im 7-Bit-Alphabet:
templates-offending = { $count ->
    [one] { $character } ({ $codes })
   *[other] { $character } ({ $codes }, { $count }-mal)
  }
templates-from-to = { $least } bis { $most }
templates-cost-own = { $range } { $currency } an eine Nummer in { $country }, nach den Preisen des Shops ({ $table }).
templates-cost-standard = { $range } { $currency } an eine Nummer in { $country }, geschätzt nach den Standardpreisen von { $table }.

# Ein Test.
templates-test = Test senden
templates-test-address = An diese Adresse
templates-test-number = An diese Nummer
templates-test-send = Test senden
templates-test-what = Ihr Entwurf, wie er zuletzt gesichert wurde, sonst die Version in Verwendung, mit dem Beispiel-Warenkorb.
templates-test-faulty = So kann es nicht gesendet werden: Berichtigen Sie zuerst, was oben steht.

# Versionen.
templates-versions = Versionen
templates-version-number = Version { $number }
templates-in-use = in Verwendung
templates-by = von { $author }
templates-what-changed = Was sich geändert hat
templates-older = { $count ->
    [one] Eine ältere Version lässt sich über ihre Nummer in der Adresse vergleichen und wiederherstellen.
   *[other] { $count } ältere Versionen lassen sich über ihre Nummern in der Adresse vergleichen und wiederherstellen.
  }
templates-version-of = Version { $number } von { $key }
templates-version-made = Gespeichert am { $at } von { $author }.
templates-compare-with = Mit Version { $version } vergleichen
templates-restore = Diesen Text wiederherstellen
templates-restore-what = Sein Text wird zu Version { $next }. Keine Version geht verloren.
templates-compare-title = Was sich in { $key } geändert hat
templates-from = Von
templates-to = Bis
templates-compare = Vergleichen
templates-same = Beide sind gleich.
templates-same-lines = { $count ->
    [one] Eine gleiche Zeile
   *[other] { $count } gleiche Zeilen
  }
templates-line-same = Zeile { $line }:
templates-line-removed = Entfernt, Zeile { $line }:
templates-line-added = Hinzugefügt, Zeile { $line }:

# Zwei zugleich.
templates-conflict-title = Zwei Personen haben das geändert
templates-conflict-what = { $author } hat am { $at } Version { $theirs } gespeichert. Sie haben mit Version { $base } begonnen.
templates-conflict-kept = Nichts geht verloren: Die andere Fassung ist in Verwendung, und Ihre bleibt als Entwurf, bis Sie wählen.
templates-theirs = Was dort geändert wurde
templates-mine = Was Sie geändert haben
templates-unchanged = Nichts.
templates-fits = Beide Änderungen passen zusammen: Keine berührt, was die andere ändert.
templates-both-changed = Beide haben das geändert
templates-before = Vorher:
templates-take-theirs = Die andere Fassung nehmen
templates-take-mine = Meine nehmen
templates-take-both = Beide nehmen, die andere zuerst
templates-ways = Wie es weitergeht
templates-save-together = Beide zusammen speichern
templates-edit-together = Beide zusammenführen und weiterschreiben
templates-save-mine = Meine stattdessen speichern
templates-keep-theirs = Die andere behalten, meine als Entwurf
templates-ways-what = Was Sie auch wählen, jede Version bleibt in der Liste.
templates-ways-choose = Wo beide dieselben Zeilen geändert haben, gilt Ihre Wahl oben.

# Sprachen.
templates-languages-of = { $key } in seinen Sprachen
templates-edit = Bearbeiten
templates-here = diese hier
templates-gets = Welchen Text ein Kunde bekommt
templates-gets-which = Bekommt
templates-why = Warum
templates-any-other = jede andere Sprache oder eine unbekannte
templates-because-own = Es ist seine eigene.
templates-because-store = In seiner eigenen gibt es keinen: Es ist die des Shops.
templates-because-english = Weder in seiner eigenen noch in der des Shops gibt es einen: Es ist Englisch.
templates-because-first = Es ist die erste, in der es einen gibt.
templates-add-language = Eine Sprache hinzufügen
templates-all-languages = Alle zehn Sprachen sind da.
templates-begin-with = Beginnen mit
templates-copy-of = einer Kopie des Textes auf { $language }
templates-copy-starter = dem Text von Comeback in dieser Sprache
templates-no-starter = In dieser Sprache gibt es keinen Text zum Beginnen; wählen Sie einen anderen.
templates-add = Hinzufügen

# Bausteine.
templates-blocks = Bausteine
templates-blocks-of = { $key } aus Bausteinen
templates-new-words = Neuer Text
templates-to-block = Zum Formular eines Bausteins
templates-block-number = Baustein { $number }: { $title }
templates-block-wrapper = Gemeinsamer Hintergrund
templates-block-section = Abschnitt
templates-block-group = Spalten, die beieinanderbleiben
templates-block-column = Spalte
templates-block-text = Text
templates-block-button = Schaltfläche
templates-block-image = Bild
templates-block-divider = Linie
templates-block-spacer = Leerraum
templates-block-condition = Unter einer Bedingung gezeigt
templates-block-loop = Wiederholt
templates-block-branch = Wenn, oder für jeden
templates-block-else = Sonst
templates-block-code = Code
templates-field-text = Text
templates-field-code = Code
templates-field-when = Bedingung
templates-field-align = Ausrichtung
templates-field-color = Textfarbe
templates-field-background-color = Hintergrundfarbe
templates-field-border-color = Linienfarbe
templates-field-border-width = Linienstärke
templates-field-font-size = Schriftgröße
templates-field-padding = Abstand
templates-field-width = Breite
templates-field-height = Höhe
templates-field-href = Link
templates-field-src = Adresse des Bildes
templates-field-alt = Was das Bild zeigt, in Worten
templates-hint-text = Variablen; fett, Links oder Zeilenumbrüche als HTML
templates-hint-when = wie in discount_code, oder item in cart.items
templates-align-usual = wie üblich
templates-align-left = links
templates-align-center = zentriert
templates-align-right = rechts
templates-up = Nach oben
templates-down = Nach unten
templates-double = Duplizieren
templates-remove = Entfernen
templates-add-below = Darunter hinzufügen
templates-add-inside = Darin hinzufügen, am Ende
templates-below-number = unter Baustein { $number }
templates-inside-number = in Baustein { $number }
templates-piece-text = Text
templates-piece-heading = Überschrift
templates-piece-button = Schaltfläche
templates-piece-image = Bild
templates-piece-divider = Linie
templates-piece-spacer = Leerraum
templates-piece-section = Abschnitt
templates-piece-columns = Zwei Spalten
templates-piece-column = Spalte
templates-piece-products = Die Artikel im Warenkorb
templates-piece-condition = Ein Teil unter einer Bedingung
templates-unfit = Dieser Text lässt sich nicht in Bausteinen zeigen
templates-unfit-body = Um den sichtbaren Inhalt steht kein <mj-body>.
templates-unfit-open = Was in Zeile { $line } beginnt, endet nicht innerhalb des Teils, in dem es steht.
templates-unfit-stray = Was in Zeile { $line } endet, hat nicht innerhalb des Teils begonnen, in dem es steht.
templates-unfit-large = Er hat zu viele Bausteine, oder sie stehen zu tief ineinander.
templates-unfit-code = Als Code ändern
templates-blocks-refused-unfit = Danach ließe sich der Text nicht mehr in Bausteinen zeigen; ändern Sie ihn als Code.
templates-blocks-refused-gone = Diesen Baustein gibt es nicht mehr: Die Seite zeigt den Text, wie er ist.
templates-blocks-refused-tears = Was in Baustein { $number } steht, wird nicht übernommen: Tags und Bedingungen müssen in dem Baustein enden, in dem sie beginnen. Auch das Übrige wird erst übernommen, wenn das berichtigt ist.

# Wie die Seiten für Kunden aussehen.
templates-look-link = Aussehen der Kundenseiten
templates-look-title = Seiten für Kunden
templates-look-what = Die Seiten, auf denen Kunden wählen, welche Nachrichten sie möchten, und die für abgelaufene Links. Sie erscheinen in der Sprache des Kunden und kommen ohne Skripte aus.
templates-look-colour = Farbe des Shops
templates-look-colour-hint = wie in #1d4ed8; leer gelassen, ist es die von Comeback. Was darauf steht, bleibt immer lesbar
templates-look-logo = Adresse des Logos
templates-look-logo-hint = PNG, JPEG, GIF oder WebP, höchstens 200 KB. Es wird einmal abgerufen und von hier aus gezeigt
templates-look-now = Das Logo, wie es jetzt ist
templates-look-again = Noch einmal abrufen
templates-look-languages = Kunden lesen diese Seiten auf: { $languages }. Alle anderen lesen sie auf Englisch.
missing-version-with-that-number = eine Version mit dieser Nummer
templates-no-text = das Formular enthält keinen Text
