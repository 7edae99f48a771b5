# Was Regeln auf Englisch über Kampagnen, Vorlagen, SMS und darüber sagen, wem geschrieben wird: hier auf Deutsch.
# Kampagnen.
heard-campaigns-name = geben Sie der Kampagne einen Namen mit 1 bis 120 Zeichen
heard-campaigns-length-range = muss größer als null sein und darf höchstens 30 Tage betragen
heard-campaigns-length-most = darf höchstens 30 Tage betragen
heard-campaigns-holdout-range = muss zwischen 0 und 90 liegen: Jemand muss die Nachricht erhalten
heard-campaigns-steps-range = eine Kampagne braucht 1 bis { $count } Schritte
heard-campaigns-quiet-same = `from` und `to` (von und bis) sind gleich: Das hieße den ganzen Tag Ruhe oder gar keine; für gar keine steht null
heard-campaigns-quiet-always = jeder Tag ist ein Ruhetag: Es könnte nie etwas gesendet werden
heard-campaigns-paths-most = eine Kampagne hat höchstens { $count } Pfade
heard-campaigns-path-name = geben Sie dem Pfad einen Namen mit 1 bis 60 Zeichen
heard-campaigns-path-twice = es gibt noch einen Pfad „{ $path }“; die Namen müssen sich unterscheiden
heard-campaigns-path-for-all = ein Pfad ohne Bedingung nimmt jeden Warenkorb, deshalb muss er der letzte sein
heard-campaigns-path-missing = den Pfad „{ $path }“ gibt es nicht; legen Sie ihn an (in `paths`), oder wählen Sie einen anderen
heard-campaigns-path-empty = für den Pfad „{ $path }“ gibt es keinen Schritt: Seine Warenkörbe erhalten nichts
heard-campaigns-no-step-before = davor gibt es keinen Schritt: Zählen Sie ab dem Abbruch
heard-campaigns-delay-shorter = darf nicht kürzer sein als beim Schritt davor: Wartezeiten zählen ab dem Abbruch
heard-campaigns-code-unfit = ein Code hat 1 bis 60 Zeichen, ohne Kommas und Leerzeichen
heard-campaigns-codes-stacked = der Schritt hat einen Code für alle und einen eigenen für jeden Kunden: Behalten Sie einen davon, denn zwei Codes gelten nie zusammen
heard-campaigns-discount-early = Rabatte gibt es erst ab Schritt { $count } (`discount_guards.from_step`): Wer früh einen Code bekommt, wartet beim nächsten Mal darauf
heard-campaigns-percent-range = ein Prozentsatz liegt zwischen 1 und 100
heard-campaigns-amount-above-zero = ein Betrag muss größer als null sein
heard-campaigns-amount-below-zero = ein Betrag kann nicht kleiner als null sein
heard-campaigns-minimum-currency = muss in der Währung des Betrags sein
heard-campaigns-code-lifetime = ein Code gilt mindestens eine Stunde und höchstens 30 Tage
heard-campaigns-fallback-same = muss ein anderer Kanal sein als der des Schritts
heard-campaigns-template-missing = die Vorlage „{ $template }“ gibt es nicht (Kanal: { $wordlist }); legen Sie sie an, oder wählen Sie eine andere
heard-campaigns-texts-range = vergleichen Sie 2 bis { $count } Texte oder keinen
heard-campaigns-weights-zero = jeder Anteil ist 0: Niemand würde einen der Texte erhalten
heard-campaigns-variant-name = geben Sie dem Text einen Namen mit 1 bis 60 Zeichen
heard-campaigns-variant-twice = es gibt noch einen Text „{ $variant }“; die Namen müssen sich unterscheiden
heard-campaigns-link-too-early = unter 10 Minuten kann Shopifys Link zurück auf die Startseite führen statt zum Checkout
heard-campaigns-no-holdout = ohne Vergleichsgruppe kann niemand sagen, wie viel Umsatz die Kampagne bewirkt
heard-campaigns-second-text = in den USA und Kanada erlauben Netzbetreiber nur eine SMS je Warenkorb: Kunden dort erhalten diese nicht
heard-campaigns-word-email = E-Mail
heard-campaigns-word-sms = SMS
heard-campaigns-word-whatsapp = WhatsApp

# Bedingungen, Zeiten.
heard-campaigns-condition-deep = Bedingungen sind mehr als { $count } Ebenen tief verschachtelt
heard-campaigns-condition-list = geben Sie 1 bis { $count } davon an
heard-campaigns-condition-country = „{ $given }“ ist kein Land; geben Sie zwei Buchstaben an, zum Beispiel US
heard-campaigns-not-a-clock = „{ $given }“ ist keine Uhrzeit; erwartet wird zum Beispiel „21:00“
heard-campaigns-not-a-weekday = „{ $given }“ ist kein Wochentag; möglich sind { $names }
heard-campaigns-not-a-trigger = „{ $given }“ ist kein Auslöser; möglich sind { $names }
heard-campaigns-not-a-duration = „{ $given }“ ist keine Dauer; geben Sie sie kurz an wie „1h“, „30m“, „2s“, „5d“ oder nach ISO 8601 wie „PT1H“, „P5D“
heard-campaigns-no-duration = hier fehlt eine Dauer; geben Sie sie kurz an wie „1h“, „30m“, „2s“, „5d“ oder nach ISO 8601 wie „PT1H“, „P5D“
heard-campaigns-json-place = { $why } (Zeile { $count }, Spalte { $count2 })

# Rabatte.
heard-campaigns-off-percent = { $count } % Nachlass
heard-campaigns-off-amount = { $money } Nachlass
heard-campaigns-off-shipping = kostenloser Versand

# Was sich mit Kampagnen tun lässt.
heard-campaigns-starter-missing = eine Kampagne „{ $starter }“ zum Anfangen gibt es nicht; möglich sind { $names }
heard-campaigns-archived-unchanged = eine archivierte Kampagne lässt sich nicht ändern; legen Sie eine neue an
heard-campaigns-archived-unpublished = eine archivierte Kampagne lässt sich nicht veröffentlichen; legen Sie eine neue an
heard-campaigns-status-refused = die Kampagne hat den Status „{ $why }“ und kann nicht zu „{ $why2 }“ wechseln
heard-campaigns-word-draft = Entwurf
heard-campaigns-word-published = veröffentlicht
heard-campaigns-word-paused = pausiert
heard-campaigns-word-archived = archiviert
heard-campaigns-unknown-act = „{ $given }“ ist nichts, was sich mit einer Abfolge tun lässt

# Felder der Formulare.
heard-campaigns-whole-number-range = erwartet wird eine ganze Zahl von { $count } bis { $count2 }
heard-campaigns-whole-number-such = erwartet wird eine ganze Zahl wie 1
heard-campaigns-whole-number = erwartet wird eine ganze Zahl
heard-campaigns-clock-times = erwartet werden Uhrzeiten wie 21:00
heard-campaigns-clock-time = erwartet wird eine Uhrzeit wie 10:00
heard-campaigns-choose-message = wählen Sie eine Nachricht
heard-campaigns-say-which = geben Sie an, welche: einen Wert oder mehrere, durch Kommas getrennt
heard-campaigns-choose-condition = wählen Sie, worum es in der Bedingung geht
heard-campaigns-not-a-currency = „{ $given }“ ist kein Währungscode nach ISO 4217; erwartet werden drei Buchstaben wie USD
heard-campaigns-not-money = „{ $given }“ ist kein Geldbetrag; erwartet wird eine Zahl mit Punkt wie „19.99“
heard-campaigns-no-money = hier fehlt ein Betrag; erwartet wird eine Zahl mit Punkt wie „19.99“

# Vorschau.
heard-campaigns-preview-store-inactive = Der Shop ist { $why }: Es wird nichts gesendet, bis er wieder aktiv ist.
heard-campaigns-preview-store-uninstalled = Der Shop hat die App entfernt: Es wird nichts gesendet, bis sie wieder installiert ist.
heard-campaigns-preview-no-provider = Für { $wordlist } ist kein Anbieter eingerichtet: Diese Nachrichten warten, bis es einen gibt.
heard-campaigns-preview-code = { $code } steht für den Code, den die Plattform erzeugt; für eine Vorschau wird keiner erzeugt.
heard-campaigns-zones-address = Adresse
heard-campaigns-zones-address-and-phone = Adresse und Telefonnummer
heard-campaigns-zones-phone = Telefonvorwahl
heard-campaigns-zones-locale = Spracheinstellung { $locale }
heard-campaigns-zones-store = Zeitzone des Shops

# Probelauf.
heard-campaigns-trial-period = der Zeitraum muss beginnen, bevor er endet, und darf höchstens ein Jahr lang sein
heard-campaigns-trial-period-ends = der Zeitraum endet, bevor er beginnt: `to` muss nach `from` liegen
heard-campaigns-trial-under-way = in diesem Shop läuft schon ein Probelauf: Warten Sie, bis er zu Ende ist
heard-campaigns-trial-store-gone = den Shop gibt es nicht mehr
heard-campaigns-trial-faulty = die Kampagne hat Fehler: Beheben Sie sie, und versuchen Sie es noch einmal
heard-campaigns-trial-taken-over = ein anderer Prozess hat ihn übernommen
heard-campaigns-trial-stuck = etwas ist fällig, und kein Prozess übernimmt es
heard-campaigns-trial-caveat = Kunden hätten sich anders verhalten, wenn sie andere Nachrichten erhalten hätten: Wer gekauft hätte, ist nicht bekannt, deshalb steht hier nichts über Umsatz.
heard-campaigns-trial-left-out = Warenkörbe, die vor dem Zeitraum abgebrochen wurden, sind nicht dabei. Jeder Anbieter nimmt jede Nachricht sofort an. Pausen des Shops gelten, wie sie waren; die Kampagne pausiert nie.

# Vorlagen: was in ihnen nicht geht.
heard-campaigns-template-unclosed = hier beginnt etwas mit {"{{"} oder {"{%"} und endet nicht; schließen Sie es mit {"}}"} oder {"%}"}
heard-campaigns-template-tag-inside = innerhalb von {"{%"} { $block } {"%}"} steht ein Tag; nehmen Sie es heraus, oder beenden Sie { $block2 } davor
heard-campaigns-template-large = die Vorlage ist größer als { $count } KB; kürzen Sie sie
heard-campaigns-template-blanks = hier stehen mehr als { $count } Leerzeichen hintereinander; entfernen Sie sie
heard-campaigns-template-range-loop = Schleifen über einen Bereich wie (1..n) sind nicht erlaubt; nehmen Sie eine Schleife über cart.items
heard-campaigns-template-nested-loop = eine Schleife in einer Schleife ist nicht erlaubt; beenden Sie zuerst die äußere
heard-campaigns-template-blocks = es sind mehr als { $count } Liquid-Blöcke; kürzen Sie die Vorlage
heard-campaigns-template-script = E-Mail-Programme verwerfen Skripte; entfernen Sie <script>
heard-campaigns-template-style-value = in einem Stylesheet können keine Werte stehen; schreiben Sie {"{{"} … {"}}"} stattdessen in den Text
heard-campaigns-template-quotes = schreiben Sie Anführungszeichen um das Attribut: ="{"{{"} … {"}}"}"
heard-campaigns-template-comment = dieser Kommentar ist unvollständig; schreiben Sie <!--[if …]> … <![endif]-->
heard-campaigns-template-deep = Elemente sind mehr als { $count } Ebenen tief verschachtelt; schließen Sie die, die noch offen sind
heard-campaigns-template-liquid = das Liquid der Vorlage lässt sich nicht ausführen: { $told }; berichtigen Sie die Vorlage
heard-campaigns-template-mjml = das MJML der Vorlage lässt sich nicht darstellen: { $told }; berichtigen Sie die Vorlage
heard-campaigns-template-limit = die Vorlage überschreitet eine Grenze: { $why }
heard-campaigns-template-output-large = aus der Vorlage werden mehr als 512 KB; kürzen Sie sie
heard-campaigns-template-line = Zeile { $count }: { $why }
heard-campaigns-template-not-text = heraus kam etwas, das kein Text ist
heard-campaigns-template-captured = in capture steht etwas, das kein Text ist
heard-campaigns-template-name-expected = hier wird ein Name erwartet
heard-campaigns-template-filter-large = der Filter { $filter } erzeugt mehr als { $count } Bytes
heard-campaigns-template-output-limit = aus der Vorlage wird mehr, als erlaubt ist
heard-campaigns-mjml-near = bei „{ $near }“ steht { $why }
heard-campaigns-mjml-element = ein Element, das dort nicht hingehört
heard-campaigns-mjml-unexpected = etwas Unerwartetes, etwa das schließende Tag eines anderen Elements
heard-campaigns-mjml-attribute-missing = ein Element, dem ein Attribut fehlt
heard-campaigns-mjml-attribute = ein Attribut, das sich nicht lesen lässt
heard-campaigns-mjml-unread = etwas, das sich nicht lesen lässt
heard-campaigns-mjml-include = mj-include, das nicht erlaubt ist
heard-campaigns-mjml-no-root = es steht kein <mjml>-Element darum
heard-campaigns-mjml-end = der Text endet, wo ein schließendes Tag erwartet wird
heard-campaigns-mjml-markup = es enthält Markup, das sich nicht lesen lässt
heard-campaigns-template-no-subject = der Betreff ist leer; schreiben Sie einen
heard-campaigns-template-no-link-mail = der Link zurück zum Warenkorb fehlt; fügen Sie {"{{"} link {"}}"} ein, in MJML am besten als <mj-button href="{"{{"} link {"}}"}">
heard-campaigns-template-no-unsubscribe = der Link zum Abmelden fehlt, und das Gesetz verlangt ihn; fügen Sie {"{{"} unsubscribe_url {"}}"} ein
heard-campaigns-template-mail-large = die E-Mail hat beim Versand { $count } KB HTML, und Gmail schneidet E-Mails bei { $count2 } KB ab; kürzen Sie sie auf { $count3 } KB
heard-campaigns-template-mail-long = die E-Mail hat beim Versand { $count } KB HTML, und Gmail schneidet E-Mails bei etwa { $count2 } KB ab; mit einem längeren Warenkorb kann das erreicht werden
heard-campaigns-template-no-link-text = der Link zurück zum Warenkorb fehlt; fügen Sie {"{{"} link {"}}"} ein
heard-campaigns-template-no-opt-out = die SMS sagt nicht, wie man sich abmeldet; fügen Sie „Abmelden mit STOP“ oder {"{{"} unsubscribe_url {"}}"} ein
heard-campaigns-template-variable-near = die Variable { $variable } gibt es nicht; meinten Sie { $nearest }?
heard-campaigns-template-variable-missing = die Variable { $variable } gibt es nicht; es gibt { $names }

# WhatsApp.
heard-campaigns-whatsapp-name = nennen Sie die Vorlage, die Meta genehmigt hat: Kleinbuchstaben, Ziffern und Unterstriche, wie in cart_reminder
heard-campaigns-whatsapp-language = hinter dem Namen der Vorlage darf nur ihre Sprache bei Meta stehen, wie en_US
heard-campaigns-whatsapp-empty-line = ist über einen Kunden wenig bekannt, bleibt von dieser Zeile nichts übrig, und WhatsApp nimmt nichts Leeres an; geben Sie ein Ersatzwort an, wie in {"{{"} contact.first_name | default: "there" {"}}"}
heard-campaigns-whatsapp-empty-gap = für diesen Kunden steht nichts in {"{{"}{ $count }{"}}"}, und WhatsApp nimmt nichts Leeres an
heard-campaigns-whatsapp-long = eine WhatsApp-Nachricht hat höchstens { $count } Teile mit zusammen { $count2 } Zeichen

# Vorlagen: Namen, Versionen, Entwürfe.
heard-campaigns-template-key = ein Schlüssel hat 1 bis 60 Kleinbuchstaben, Ziffern und Bindestriche, wie checkout-reminder
heard-campaigns-template-language = eine Sprache besteht aus zwei oder drei Kleinbuchstaben, wie en
heard-campaigns-template-taken = es gibt schon eine Vorlage mit diesem Schlüssel, Kanal und dieser Sprache; ändern Sie diese, oder wählen Sie einen anderen Schlüssel
heard-campaigns-template-stale = die Vorlage wurde inzwischen geändert: Version { $version } ist in Verwendung; lesen Sie diese, führen Sie beide Änderungen zusammen, und speichern Sie darauf aufbauend
heard-campaigns-draft-large = der Text ist größer als { $count } KB und wird nicht gesichert; kürzen Sie ihn
heard-campaigns-not-a-colour = „{ $given }“ ist keine Farbe; erwartet wird etwas wie #1d4ed8
heard-campaigns-logo-unfetched = das Logo lässt sich nicht abrufen: { $why }
heard-campaigns-logo-address = „{ $given }“ ist keine Adresse; erwartet wird etwas wie https://shop.example/logo.png
heard-campaigns-logo-kind = das Logo ist kein Bild, das jeder Browser zeigt; nehmen Sie PNG, JPEG, GIF oder WebP

# SMS: was sie kosten und sagen müssen.
heard-campaigns-text-foreign-name = Mit einem Namen wie { $name } braucht der ganze Text 16 Bit je Zeichen: Er hat dann { $count } Teile.
heard-campaigns-text-name = SMS müssen den Shop nennen: Sein Name wird dieser vorangestellt.
heard-campaigns-text-name-to = SMS nach { $land } müssen den Shop nennen: Sein Name wird dieser vorangestellt.
heard-campaigns-text-opt-out = SMS müssen sagen, wie man sich abmeldet, und diese sagt nicht, { $why }: Der Hinweis wird angehängt.
heard-campaigns-text-opt-out-to = SMS nach { $land } müssen sagen, wie man sich abmeldet, und diese sagt nicht, { $why }: Der Hinweis wird angehängt.
heard-campaigns-text-opt-out-reply = dass man mit STOP antworten kann
heard-campaigns-text-opt-out-otherwise = wie das geht, denn auf ihren Absender kann man nicht antworten
heard-campaigns-text-sample-number = die Beispielnummer lässt sich nicht lesen
heard-campaigns-messages-rows = es sind mehr als 300 Zeilen
heard-campaigns-messages-country = das ist kein Land; erwartet werden zwei Großbuchstaben wie DE
heard-campaigns-messages-percent = erwartet wird 0 bis 1000; 100 ist der Standardpreis
heard-campaigns-messages-key = erwartet wird ein Land wie FR oder der Anfang einer Nummer wie +1
heard-campaigns-messages-sender = das ist kein Absender; erwartet wird eine Nummer wie +14155550100, eine Kurzwahl, bis zu 11 Buchstaben und Ziffern oder ein Messaging Service (MG und 32 Ziffern)
heard-campaigns-messages-letters = SMS nach { $land } können keinen Absender aus Buchstaben haben: Geben Sie eine Nummer oder eine Kurzwahl ein
heard-campaigns-messages-stop-number = die Nummer für STOP hat 4 bis 15 Ziffern, wie 36111
heard-campaigns-messages-row = erwartet wird ein Land, ein Doppelpunkt und was dafür gilt
heard-campaigns-not-a-price = „{ $given }“ ist kein Preis; erwartet wird eine Zahl mit Punkt wie 0.0079, mit höchstens 6 Nachkommastellen
heard-campaigns-no-price = hier fehlt ein Preis; erwartet wird eine Zahl mit Punkt wie 0.0079, mit höchstens 6 Nachkommastellen

# Wem geschrieben wird.
heard-campaigns-policy-score = muss zwischen 1 und { $count } liegen; null lässt jeden Checkout durch
heard-campaigns-policy-bought = darf höchstens 45 Tage betragen: Ältere Bestellungen sagen nichts über diesen Warenkorb
heard-campaigns-policy-caps = höchstens { $count } Grenzen
heard-campaigns-policy-cap-least = muss mindestens 1 sein; um nichts zu senden, pausieren Sie den Shop oder seine Kampagnen
heard-campaigns-policy-cap-within = muss zwischen 10 Minuten und 31 Tagen liegen
heard-campaigns-policy-tags = höchstens { $count } Tags
heard-campaigns-policy-tag = jedes Tag hat 1 bis { $count } Zeichen und kein Komma
heard-campaigns-policy-addresses = höchstens { $count } Adressen
heard-campaigns-policy-address = muss eine E-Mail-Adresse sein oder eine Telefonnummer in internationaler Form wie +14155550100
heard-campaigns-policy-per-day = muss zwischen 1 und { $count } liegen; um nichts zu senden, pausieren Sie den Shop oder seine Kampagnen
heard-campaigns-policy-warm-up-days = höchstens { $count } Tage
heard-campaigns-policy-warm-up-day = jeder Tag hat 1 bis { $count } Nachrichten
heard-campaigns-policy-rules = höchstens { $count } Regeln
heard-campaigns-policy-note-missing = geben Sie an, auf welcher Grundlage Sie Personen schreiben, die nicht eingewilligt haben: Die Angabe wird als Nachweis aufbewahrt, und Sie stehen für sie ein
heard-campaigns-policy-naming = nur ein bestätigter Wortlaut lässt sich prüfen: Wählen Sie dazu auch „wer eingewilligt und es bestätigt hat“
heard-campaigns-policy-note-long = höchstens { $count } Zeichen
heard-campaigns-policy-no-country = nennen Sie mindestens ein Land, oder „*“ für alle Länder
heard-campaigns-policy-country = „{ $given }“ ist kein Land; nehmen Sie die zwei Buchstaben nach ISO 3166, zum Beispiel „DE“, oder „*“ für alle Länder
heard-campaigns-policy-too-loose = „{ $why }“ reicht nicht für { $lands }: { $why2 }
heard-campaigns-policy-too-loose-rest = „{ $why }“ reicht nicht für { $lands }: { $why2 }; setzen Sie für diese Länder eine strengere Regel davor
heard-campaigns-policy-table = „{ $given }“ ist keine Tabelle mit Regeln; möglich sind { $names }
heard-campaigns-policy-choose-channel = wählen Sie E-Mail, SMS oder WhatsApp
heard-campaigns-policy-choose-basis = wählen Sie, wem geschrieben werden darf
heard-campaigns-basis-confirmed = wer eingewilligt und es bestätigt hat
heard-campaigns-basis-express = wer eingewilligt hat
heard-campaigns-basis-soft = auch wer hier in den letzten zwei Jahren gekauft hat
heard-campaigns-basis-opt-out = wer nicht Nein gesagt hat
heard-campaigns-law-europe = in der Europäischen Union, Island, Liechtenstein und Norwegen brauchen Werbe-E-Mails und Werbe-SMS eine Einwilligung oder einen früheren Verkauf an dieselbe Person (Richtlinie 2002/58/EG, Artikel 13)
heard-campaigns-law-britain = im Vereinigten Königreich brauchen Werbe-E-Mails und Werbe-SMS eine Einwilligung oder einen früheren Verkauf an dieselbe Person (PECR, regulation 22)
heard-campaigns-law-canada = in Kanada brauchen Werbe-E-Mails eine Einwilligung oder einen Verkauf in den zwei Jahren davor (CASL, sections 6 und 10)
heard-campaigns-law-north-america = in den Vereinigten Staaten brauchen Werbe-SMS die ausdrückliche Einwilligung des Empfängers (47 CFR 64.1200), und Netzbetreiber dort und in Kanada verlangen, dass die Einwilligung Erinnerungen an Warenkörbe nennt

# Warum jemandem geschrieben werden darf oder nicht.
heard-campaigns-consent-said = { $why } seit dem { $at }: { $why2 }
heard-campaigns-consent-said-confirmed = { $why } seit dem { $at }: { $why2 }; bestätigt
heard-campaigns-consent-said-confirmed-naming = { $why } seit dem { $at }: { $why2 }; bestätigt mit einem Wortlaut, der Erinnerungen an Warenkörbe nennt
heard-campaigns-consent-said-unconfirmed = { $why } seit dem { $at }: { $why2 }; nicht bestätigt; { $why3 }
heard-campaigns-consent-said-unconfirmed-naming = { $why } seit dem { $at }: { $why2 }; nicht mit einem Wortlaut bestätigt, der Erinnerungen an Warenkörbe nennt; { $why3 }
heard-campaigns-consent-pending = um Bestätigung gebeten
heard-campaigns-consent-subscribed = eingewilligt
heard-campaigns-consent-unsubscribed = abgemeldet
heard-campaigns-consent-sample = der Beispiel-Kunde
heard-campaigns-consent-nothing = dazu liegt keine Äußerung vor; { $why }
heard-campaigns-consent-nothing-express = dazu liegt keine Äußerung vor, und der Shop sendet dorthin ({ $wordlist }) { $why } nur mit ausdrücklicher Einwilligung
heard-campaigns-consent-nothing-bought = dazu liegt keine Äußerung vor, aber ein Kauf hier am { $at }; { $why }
heard-campaigns-consent-nothing-not-bought = dazu liegt keine Äußerung vor und kein Kauf hier in den letzten zwei Jahren; { $why }
heard-campaigns-consent-nothing-no-no = dazu liegt keine Äußerung vor, auch kein Nein; { $why }
heard-campaigns-consent-mails = E-Mails
heard-campaigns-consent-texts = SMS
heard-campaigns-consent-whatsapp = WhatsApp-Nachrichten
heard-campaigns-consent-unknown-country = Land unbekannt
heard-campaigns-consent-no-rule = keine Regel des Shops sagt mehr
heard-campaigns-consent-rule = Regel { $count } des Shops ({ $lands }, „{ $why }“): { $note }
heard-campaigns-consent-rule-bare = Regel { $count } des Shops ({ $lands }, „{ $why }“)
heard-campaigns-consent-table-rule = Regel { $count } der Tabelle „{ $why }“ ({ $lands }, „{ $why2 }“): { $why3 }
heard-campaigns-consent-table-standard = üblich
heard-campaigns-consent-table-strict = streng
heard-campaigns-consent-why-mails = Gerichte dort erkennen die Antwort von der Adresse selbst als Nachweis der Einwilligung an
heard-campaigns-consent-why-texts = Netzbetreiber dort verlangen eine per SMS bestätigte Einwilligung, deren Wortlaut Erinnerungen an Warenkörbe nennt (Twilio-Fehler 30517, CTIA Messaging Principles)
heard-campaigns-consent-why-strict = diese Tabelle verlangt von allen, ihre Adresse zu bestätigen
