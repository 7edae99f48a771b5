# Was die Regeln von Berichten, Zahlen, Alarmen und Abgleichen sagen: Definitionen, Hinweise, Urteile, Fehler.

# Zurückgewonnener Umsatz: was seine Zahlen bedeuten.
heard-reports-nudges = Nachrichten, die ein Anbieter im Zeitraum angenommen hat, auch solche, zu denen nie eine Antwort des Anbieters kam.
heard-reports-carts-abandoned = Warenkörbe, die im Zeitraum in eine Kampagne kamen: abgebrochen, und jemand kann angeschrieben werden. Die Vergleichsgruppe, die keine Nachricht erhält, zählt mit.
heard-reports-orders-credited = Im Zeitraum aufgegebene Bestellungen, die einer Nachricht zugerechnet werden: Der Kunde hat ihren Link geöffnet oder ihren Code verwendet, oder die Bestellung trägt ihre Kennzeichnung, und das innerhalb des Zeitfensters der Kampagne vor der Bestellung. Jede Bestellung wird einmal zugerechnet.
heard-reports-gross = Was für diese Bestellungen bezahlt wurde, bevor etwas zurückging, in der Währung des Shops: nach Rabatten, ohne verkaufte Geschenkgutscheine, mit Steuern und Versand, sofern die Einstellungen des Shops sie nicht ausnehmen. Testbestellungen und unbezahlte Bestellungen zählen als null.
heard-reports-refunds = Was für diese Bestellungen bisher zurückging, von dem, was als Brutto zählt: erfolgreiche Erstattungen, offene und verlorene Rückbuchungen und, wenn storniert wurde, die ganze Bestellung.
heard-reports-net = Brutto abzüglich Erstattungen.
heard-reports-cost = Was die Codes der Nachrichten von den hier gezählten Bestellungen abgezogen haben, so wie es in den Bestellungen selbst steht, in der Währung des Shops; bei stornierten Bestellungen nichts. Dazu, was die Nachrichten des Zeitraums gekostet haben, nach den Preisen, die bei ihrem Versand galten, in der Währung dieser Preise.
heard-reports-contribution = Netto abzüglich Kosten. Netto ist, was bezahlt wurde: Was Codes abgezogen haben, fehlt darin schon und wird hier als Preis des Verkaufs noch einmal abgezogen. Das ist eine Untergrenze dessen, was verdient wurde, keine Schätzung. Keine Daten, wo ein Teil der Nachrichten in einer anderen Währung kostet als die Bestellungen: Währungen werden nie addiert.
heard-reports-clicks = Nachrichten, deren Link ein Mensch in einer Viertelstunde des Zeitraums geöffnet hat. Programme, die eine Vorschau zeigen, Nachrichten prüfen oder Seiten vorab laden, sind ausgenommen: Man erkennt sie am Namen, den sie sich geben, daran, dass sie nur den Kopf abfragen oder vorab laden, an der Adresse, oder daran, dass alle Links einer Nachricht auf einmal geöffnet werden.
heard-reports-clicks-raw = Wie oft Links von Nachrichten im Zeitraum geöffnet wurden, gleich durch wen.
heard-reports-summary-abandonment = Im Zeitraum begonnene Warenkörbe, die länger ohne Aktivität blieben, als die Kampagne wartet, von allen darin begonnenen.
heard-reports-summary-recovery = Im Zeitraum begonnene Warenkörbe, die gekauft und einer Nachricht zugerechnet wurden, von den abgebrochenen.
heard-reports-summary-incremental = Was die Nachrichten bewirkt haben: der Unterschied zur Vergleichsgruppe, die keine erhält. Solange die Daten nicht ausreichen, steht hier nichts.

# Trichter und Leistung.
heard-reports-carts = Warenkörbe, die an den Tagen des Zeitraums begonnen wurden, in der Zeitzone des Shops: mit Inhalt, oder Besuche, die eine Kampagne aufgegriffen hat. Ein Warenkorb, der sich als ein anderer erwies, zählt einmal. Alles andere in der Zeile sagt, was aus genau diesen Warenkörben wurde, wann auch immer.
heard-reports-abandoned = Von diesen Warenkörben: länger ohne Aktivität, als die Kampagne wartet, auch wenn der Kunde zurückkam.
heard-reports-nudged = Von diesen Warenkörben: mit einer Nachricht, die ein Anbieter angenommen hat oder zu der nie eine Antwort von ihm kam.
heard-reports-delivered = Von diesen Warenkörben: mit einer Nachricht, die laut ihrem Anbieter angekommen ist oder deren Link ein Mensch geöffnet hat. Ein eigener Mailserver meldet keine Zustellungen.
heard-reports-clicked = Von diesen Warenkörben: mit einer Nachricht, deren Link ein Mensch geöffnet hat. Programme, die eine Vorschau zeigen, Nachrichten prüfen oder Seiten vorab laden, sind ausgenommen.
heard-reports-recovered = Von diesen Warenkörben: gekauft, mit einer Bestellung, die nach dem letzten Kontakt einer ihrer Nachrichten zugerechnet wird, aufgrund von Link, Code oder Kennzeichnung.
heard-reports-funnel-carts = Warenkörbe mit begonnenem Checkout, von den an den Tagen des Zeitraums begonnenen (in der Zeitzone des Shops), die irgendwann auch diesen Schritt erreicht haben: Weder die Reihenfolge der Schritte noch die Schritte dazwischen spielen eine Rolle.
heard-reports-funnel-of-first = Von den Warenkörben mit begonnenem Checkout: wie viele diesen Schritt erreicht haben.
heard-reports-funnel-of-before = Von den Warenkörben, die den Schritt davor erreicht haben: wie viele auch diesen erreicht haben. Mit 95-%-Intervall (Wilson).
heard-reports-funnel-identified = Jemand kann angeschrieben werden: Bekannt ist eine Adresse, eine Nummer oder ein Kundenkonto des Shops.
heard-reports-funnel-bought = Eine Bestellung hat den Warenkorb abgeschlossen, mit oder ohne Nachricht.
heard-reports-funnel-change = Der Anteil am ersten Schritt abzüglich des Anteils im Zeitraum davor, in Prozentpunkten, mit 95-%-Intervall (Newcombe).
heard-reports-abandonment-rate = Abgebrochene Warenkörbe, von allen Warenkörben.
heard-reports-left-behind = Was die Kunden für die abgebrochenen Warenkörbe bezahlt hätten, in der Währung, die sie sahen.
heard-reports-messages = Nachrichten, die zu diesen Warenkörben gesendet wurden.
heard-reports-click-rate = Warenkörbe mit einer Nachricht, deren Link ein Mensch geöffnet hat, von den Warenkörben mit einer Nachricht. Programme, die eine Vorschau zeigen, Nachrichten prüfen oder Seiten vorab laden, sind ausgenommen.
heard-reports-recovery-rate = Zurückgewonnene Warenkörbe, von den abgebrochenen.
heard-reports-order-rate = Zurückgewonnene Warenkörbe, von den Warenkörben mit einer Nachricht.
heard-reports-orders-of-carts = Bestellungen, die nach dem letzten Kontakt den Nachrichten zu diesen Warenkörben zugerechnet werden. Jede Bestellung wird einmal zugerechnet.
heard-reports-gross-of-carts = Was für diese Bestellungen bezahlt wurde, bevor etwas zurückging: nach Rabatten, mit Steuern und Versand, sofern die Einstellungen des Shops sie nicht ausnehmen.
heard-reports-refunds-of-carts = Was für diese Bestellungen bisher zurückging.
heard-reports-cost-of-carts = Was die Codes der Nachrichten von diesen Bestellungen abgezogen haben, und was die Nachrichten gekostet haben, in der Währung ihrer Preise.
heard-reports-average-order = Netto dieser Bestellungen, je Bestellung.
heard-reports-per-recipient = Netto dieser Bestellungen, je Warenkorb mit einer Nachricht.
heard-reports-time-to-order = Vom Abbruch des Warenkorbs bis zur ersten Bestellung, die seinen Nachrichten zugerechnet wird: Ein Viertel der zurückgewonnenen Warenkörbe brauchte weniger als die erste Angabe, die Hälfte weniger als die zweite, drei Viertel weniger als die dritte. Gezählt wird in Klassen von Dauern, jede ein Fünftel breiter als die vorige; das Ergebnis ist auf ein Zehntel genau.
heard-reports-rate-change = Die Rückgewinnungsrate (bei Nachrichten: die Bestellrate) abzüglich derjenigen im gleich langen Zeitraum davor, in Prozentpunkten, mit 95-%-Intervall (Newcombe).

# Käufer und Kohorten.
heard-reports-buyers-recovered = Kunden mit einer Bestellung, die einer Nachricht zugerechnet wird. Sie zählen ab der ersten solchen Bestellung.
heard-reports-buyers-other = Kunden ohne eine solche. Sie zählen ab ihrer ersten Bestellung.
heard-reports-buyers = Kunden, deren Bestellung, ab der sie zählen, an den Tagen des Zeitraums aufgegeben wurde und mindestens so viele Tage zurückliegt: Bei den anderen lässt es sich noch nicht wissen. Stornierte, ganz erstattete und Testbestellungen zählen nicht. Wer in zwei Währungen bezahlt hat, steht in den Zeilen beider.
heard-reports-buyers-repeat = Von ihnen: wie viele binnen so vieler Tage erneut bestellt haben.
heard-reports-buyers-orders-after = Bestellungen je Käufer nach derjenigen, ab der er zählt, binnen so vieler Tage.
heard-reports-buyers-net = Was von allen Bestellungen binnen so vieler Tage geblieben ist, einschließlich dieser ersten, je Käufer.
heard-reports-buyers-comparison = Zwei Gruppen nebeneinander, nicht Ursache und Wirkung: Wer durch eine Nachricht zurückgewonnen wird, unterscheidet sich von anderen in mehr als der Nachricht. Was Nachrichten bewirken, sagt die Vergleichsgruppe.
heard-reports-cohort-buyers = Kunden, deren erste Bestellung (oder erste Bestellung, die einer Nachricht zugerechnet wird) in dem Monat aufgegeben wurde. Stornierte, ganz erstattete und Testbestellungen zählen nicht.
heard-reports-cohort-repeat = Von ihnen: wie viele binnen 90 Tagen erneut bestellt haben. Keine Daten, bis für alle 90 Tage vergangen sind.
heard-reports-cohort-month = Was von ihren Bestellungen in diesem Monat und so viele Monate später geblieben ist, geteilt durch alle Käufer der Zeile, auch jene, die dann nichts kauften. Monat 0 ist der Monat selbst; der letzte, den eine Zeile zeigt, kann noch laufen.

# Wirkung.
heard-reports-lift-treated = Kunden, an die im Zeitraum die erste Nachricht der Kampagne gesendet wurde, was auch daraus wurde. Ein Kunde zählt in einer Kampagne einmal, mit seinem ersten Warenkorb, auf der Seite, auf die ihn das Los gestellt hat.
heard-reports-lift-holdout = Kunden der Vergleichsgruppe, an die im Zeitraum die erste Nachricht gesendet worden wäre.
heard-reports-lift-pending = Von beiden diejenigen, deren Tage zum Bestellen noch nicht vorbei sind: Sie stehen in keinem Vergleich.
heard-reports-lift-orders = Von einer Seite die Kunden, die von da an binnen der dafür eingestellten Tage (üblich sind 14) bestellt haben: bezahlt, kein Test, nicht storniert, keine Verlängerung eines Abonnements; jede ihrer Bestellungen, was auch immer sie gebracht hat.
heard-reports-lift-revenue = Netto dieser Bestellungen in der Währung des Shops, nach dem, was bisher zurückging, je Kunde der Seite, auch derer, die nichts gekauft haben.
heard-reports-lift-conversion = Der Anteil der Angeschriebenen, die bestellt haben, abzüglich desjenigen der Vergleichsgruppe. Das 95-%-Intervall gilt, wie oft man auch hinsieht (asymptotische Konfidenzfolge); daneben steht für alle, die nur einmal hinsehen, das nach Newcombe (1998, Methode 10).
heard-reports-lift-relative = Das Verhältnis der beiden Anteile minus eins; für einmaliges Hinsehen nach dem logarithmischen Intervall von Katz.
heard-reports-lift-revenue-difference = Das Netto je Angeschriebenem abzüglich desjenigen der Vergleichsgruppe, nachdem herausgerechnet ist, was die Kunden zuvor ausgegeben hatten (CUPED); für einmaliges Hinsehen nach Welch.
heard-reports-lift-incremental-orders = Der Unterschied der Anteile mal die Zahl der Angeschriebenen: Bestellungen, die es sonst nicht gegeben hätte.
heard-reports-lift-incremental-revenue = Der Unterschied im Netto je Kunde mal die Zahl der Angeschriebenen: was bewirkt wurde.
heard-reports-lift-fraction = Der Teil der Bestellungen der Angeschriebenen, der bewirkt wurde: 1 minus das Verhältnis des Anteils der Vergleichsgruppe zu ihrem eigenen. Der Rest wäre ohnehin gekommen.
heard-reports-lift-holdout-cost = Was es schätzungsweise gekostet hat, der Vergleichsgruppe nicht zu schreiben: der Unterschied im Netto je Kunde mal ihre Zahl.
heard-reports-lift-srm = Wie oft eine faire Aufteilung so weit daneben läge wie diese (Sample Ratio Mismatch): nach Chi-Quadrat für einmaliges Hinsehen, und für alle, die jeden Tag hinsehen. Unter 0,001 gibt es kein Urteil.
heard-reports-lift-verdict = Bewirkt oder Schaden nur, wenn das Intervall, das bei jedem Hinsehen gilt, null ausschließt. Keine Wirkung erkennbar: Es enthält null, und eine Änderung um ein Fünftel dessen, was ohnehin gekauft wird, wäre mit einer Wahrscheinlichkeit von 0,8 aufgefallen. Sonst: noch nicht genug Daten; ebenso bei weniger als 100 Kunden auf einer Seite, oder wenn auf der kleineren weniger als 10 Bestellungen (50, wo es um Geld geht) zu erwarten sind.
heard-reports-texts-shoppers = Die Kunden eines Schritts, denen das Los diesen Text gab, gezählt von da an, als die Nachricht des Schritts gesendet wurde oder gesendet worden wäre, hätte nicht ein Code gefehlt.
heard-reports-texts-orders = Von ihnen diejenigen, die von da an binnen der dafür eingestellten Tage bestellt haben.
heard-reports-texts-revenue = Netto dieser Bestellungen in der Währung des Shops je Kunde, auch derer, die nichts gekauft haben.
heard-reports-texts-best = Wie wahrscheinlich der Text mehr Bestellungen bringt als jeder andere (Beta-Binomial-Modell, gleichverteilte Vorannahme).
heard-reports-texts-loss = Wie viele Bestellungen von 100 Kunden im Mittel verloren gehen, wenn man diesen Text nimmt und ein anderer besser ist.
heard-reports-texts-difference = Bestellungen von 100 Kunden, mehr als mit dem ersten Text, mit einem Intervall, das gilt, wie oft man auch hinsieht; bei mehr als zwei Texten für alle Paare zusammen.
heard-reports-texts-verdict = Ein Text gewinnt nur, wenn dieses Intervall gegen jeden anderen null ausschließt. Bis dahin: noch kein Gewinner.

# Attribution: Modelle und Belege.
heard-reports-journey = Was einen Kunden in den 30 Tagen vor der Bestellung in den Shop gebracht hat, und welche unserer Nachrichten er geöffnet hat, in zeitlicher Folge; „Direkt“, wo sonst nichts bekannt ist. Kanäle sind die Standardgruppen von Google Analytics. Wege, die ohne Bestellung endeten (nach 30 Tagen aufgegebene Warenkörbe), zählen für die Markov-Modelle.
heard-reports-model-last-touch = Die ganze Bestellung wird dem letzten Kontakt davor zugerechnet.
heard-reports-model-first-touch = Die ganze Bestellung wird dem ersten Kontakt des Weges zugerechnet.
heard-reports-model-linear = Jeder Kontakt erhält den gleichen Teil der Bestellung; was zweimal vorkommt, erhält zwei Teile.
heard-reports-model-linear-distinct = Alles, womit es Kontakt gab, erhält den gleichen Teil der Bestellung, wie oft es auch vorkommt.
heard-reports-model-position = 40 % der Bestellung gehen an den ersten Kontakt, 40 % an den letzten, 20 % teilen sich die dazwischen; von zwei Kontakten erhält jeder die Hälfte.
heard-reports-model-time-decay = Ein Kontakt zählt halb so viel wie einer, der 168 Stunden näher an der Bestellung lag.
heard-reports-model-time-decay-weekly = Kontakte der letzten 168 Stunden vor der Bestellung zählen ganz, die der 168 Stunden davor halb, und so weiter.
heard-reports-model-last-non-direct = Die ganze Bestellung wird dem letzten Kontakt zugerechnet, der kein direkter Besuch war; einem direkten Besuch nur, wo es nichts anderes gab.
heard-reports-model-markov-1 = Welcher Teil der Bestellungen ohne den Kanal verloren ginge (Removal-Effekt), in einer Kette, in der der nächste Kontakt vom letzten abhängt; die Bestellungen werden im Verhältnis dazu aufgeteilt. Wege, die ohne Bestellung endeten, zählen mit. Exakt gelöst.
heard-reports-model-markov-2 = Dasselbe, wobei der nächste Kontakt von den letzten zwei abhängt.
heard-reports-model-markov-3 = Dasselbe, wobei der nächste Kontakt von den letzten drei abhängt.
heard-reports-model-shapley = Was der Kanal im Mittel zu denen hinzufügt, die vor ihm da waren, über alle Reihenfolgen, in denen Kanäle auftreten können (Shapley-Wert); eine Menge von Kanälen ist so viel wert wie die Bestellungen, deren Wege keinen anderen brauchten. Damit ergibt sich genau dasselbe wie bei „Linear, ohne Wiederholungen“.
heard-reports-evidence-link = Ein Mensch hat vor der Bestellung den Link einer unserer Nachrichten geöffnet, innerhalb des Zeitfensters der Kampagne für Klicks.
heard-reports-evidence-code = In der Bestellung wurde ein Code aus einer unserer Nachrichten verwendet, innerhalb des Zeitfensters für Klicks nach deren Versand.
heard-reports-evidence-marker = Die Bestellung trägt die Kennzeichnung einer unserer Nachrichten, innerhalb des Zeitfensters für Klicks nach deren Versand.
heard-reports-evidence-view = Beeinflusst, nicht zugerechnet: Laut einem Anbieter wurde eine Nachricht zugestellt, und die Bestellung kam innerhalb des Zeitfensters der Kampagne für Ansichten (keines, wenn es nicht gesetzt ist). Unsere Nachrichten enthalten kein Zählpixel: Niemand weiß, ob sie gelesen wurde.
heard-reports-evidence-person = Beeinflusst, nicht zugerechnet: An die Person, die bestellt hat, wurde innerhalb des Zeitfensters für Klicks vor der Bestellung eine Nachricht gesendet; sonst spricht nichts dafür.

# Abgleich mit den Büchern, und Werbung.
heard-reports-books-here = Was von der Zahlung einer Bestellung nach dem Wissen von Comeback geblieben ist: was bezahlt wurde, abzüglich Erstattungen, abzüglich offener und verlorener Rückbuchungen; nichts von stornierten und Testbestellungen. Die ganze Zahlung, was auch immer der Shop als Umsatz zählt.
heard-reports-books-there = Was nach der eigenen Aufzeichnung der Plattform davon geblieben ist: was eingenommen wurde, abzüglich dessen, was erstattet wurde.
heard-reports-books-difference = Hier abzüglich der Bücher, in der Währung des Shops. Währungen werden nie addiert.
heard-reports-books-explained = Der Teil des Unterschieds, dessen Grund bekannt ist: alles außer „Anderer Betrag“.
heard-reports-ads-cost = Was die Anzeige laut den Werbeplattformen an den Tagen des Zeitraums gekostet hat, wie übernommen, in deren Währung.
heard-reports-ads-net = Was von den im Zeitraum aufgegebenen Bestellungen geblieben ist, deren Kunde zuletzt über diese Anzeige kam: Direkte Besuche dazwischen zählen nicht.
heard-reports-ads-roas = Ertrag der Werbeausgaben (Return on Ad Spend): Netto geteilt durch Kosten, beides in einer Währung. Keine Daten, wo eines davon fehlt.
heard-reports-ads-cpa = Kosten je Bestellung: Kosten geteilt durch die Bestellungen dieser Anzeige. Keine Daten, wo eines davon fehlt.

# Hinweise unter Tabellen.
heard-reports-note-behind = { $count ->
    [one] { $count } Bestellung folgt noch dem, was der Shop zuvor als Umsatz gezählt hat; sie wird gerade neu berechnet.
   *[other] { $count } Bestellungen folgen noch dem, was der Shop zuvor als Umsatz gezählt hat; sie werden gerade neu berechnet.
}
heard-reports-note-untold = { $count ->
    [one] { $count } Bestellung des Zeitraums nennt ihre Steuern oder ihren Versand nicht: Sie sind mitgezählt.
   *[other] { $count } Bestellungen des Zeitraums nennen ihre Steuern oder ihren Versand nicht: Sie sind mitgezählt.
}
heard-reports-note-anew = Die Zurechnungen werden neu berechnet, denn { $why }: { $count } % sind erledigt. Diese Zahlen folgen noch den früheren Einstellungen.
heard-reports-anew-windows = die Zeitfenster der Kampagne „{ $campaign }“ wurden geändert
heard-reports-note-counting = { $count ->
    [one] { $count } Warenkorb oder Käufer wird noch gezählt. Bis dahin können sich die Zahlen ändern.
   *[other] { $count } Warenkörbe und Käufer werden noch gezählt. Bis dahin können sich die Zahlen ändern.
}
heard-reports-note-carts-day = Warenkörbe zählen an dem Tag, an dem sie begonnen wurden, mit allem, was seither aus ihnen wurde. Währungen werden nie addiert.
heard-reports-note-several-lines = Ein Warenkorb kann in mehreren Zeilen stehen; die Zeilen können also mehr ergeben als die Summe.
heard-reports-note-of-campaign = Nachrichten und Bestellungen sind die der gewählten Kampagne, und die Warenkörbe sind die, die in sie kamen.
heard-reports-note-day-before = Der Zeitraum davor steht in der Summe: Ein Tag hat keinen anderen Tag, mit dem er zu vergleichen wäre.
heard-reports-note-buyers-passed = Es zählen nur Käufer, für die alle diese Tage vergangen sind.
heard-reports-note-buyers-groups = Zwei Gruppen nebeneinander, nicht Ursache und Wirkung: Wer durch eine Nachricht zurückkommt, unterscheidet sich von anderen in mehr als der Nachricht.
heard-reports-note-months = Monate zählen in der Zeitzone des Shops. Der letzte Monat, den eine Zeile zeigt, kann noch laufen.
heard-reports-note-funnel = Ein Schritt zählt, wann immer er erreicht wurde: Wer ohne Nachricht gekauft hat, ist unter denen, die gekauft haben.
heard-reports-note-no-deliveries-told = Kein Anbieter hat in diesem Zeitraum eine Zustellung gemeldet: Wie viele Nachrichten angekommen sind, ist nicht bekannt.
heard-reports-note-journeys = { $count ->
    [one] { $count } Weg in { $currency } endete mit einer Bestellung, { $count_without } ohne.
   *[other] { $count } Wege in { $currency } endeten mit einer Bestellung, { $count_without } ohne.
}
heard-reports-note-hundredths = Teile einer Bestellung stehen in Hundertsteln da: Ein Modell kann eine auf mehrere Kanäle aufteilen.
heard-reports-note-net-columns = Nach Abzug bisheriger Erstattungen. Die Spalte jedes Modells ergibt auf den Cent genau die Summe.
heard-reports-note-ledger = { $count ->
    [one] Von { $count } zugerechneten Bestellung: { $wordlist }; beeinflusst: { $wordlist_influenced }.
   *[other] Von { $count } zugerechneten Bestellungen: { $wordlist }; beeinflusst: { $wordlist_influenced }.
}
heard-reports-note-ledger-no-influence = { $count ->
    [one] Von { $count } zugerechneten Bestellung: { $wordlist }; beeinflusst: keine.
   *[other] Von { $count } zugerechneten Bestellungen: { $wordlist }; beeinflusst: keine.
}
heard-reports-note-ledger-influence-only = Zugerechnete Bestellungen: { $count }; beeinflusst: { $wordlist_influenced }.
heard-reports-note-ledger-nothing = Zugerechnete Bestellungen: { $count }; beeinflusst: keine.
heard-reports-ledger-link = { $count } über Link
heard-reports-ledger-code = { $count } über Code
heard-reports-ledger-marker = { $count } über Kennzeichnung
heard-reports-ledger-view = { $count } über Ansicht
heard-reports-ledger-person = { $count } über die Person im Zeitfenster
heard-reports-note-kinds-apart = Zugerechnetes und Beeinflusstes werden nie addiert: Eine Bestellung steht in einer der Zeilen.
heard-reports-note-books-store = Bestellungen, aufgegeben von { $from } bis vor { $to }, vom Shop erfragt.
heard-reports-note-books-file = Bestellungen, aufgegeben von { $from } bis vor { $to }, aus dem Export der Plattform gelesen.
heard-reports-note-books-unlisted = { $count ->
    [one] { $count } weiterer Unterschied ist in den Summen enthalten, aber nicht aufgeführt.
   *[other] { $count } weitere Unterschiede sind in den Summen enthalten, aber nicht aufgeführt.
}
heard-reports-note-ads-currencies = Währungen werden nie addiert oder umgerechnet: Kosten in der einen und Bestellungen in einer anderen stehen getrennt.
heard-reports-note-ads-unknown = Über welche Anzeige die Kunden kamen, ist zu den Bestellungen nicht bekannt: Der Ertrag der Werbeausgaben und die Kosten je Bestellung lassen sich nicht angeben.
heard-reports-note-outcome-days = { $count ->
    [one] Kunden werden verglichen, sobald ihr { $count } Tag zum Bestellen vorbei ist: Vorher hätten die früh Gezählten mehr Zeit zum Bestellen gehabt als die anderen. Tage sind ganze Tage in der Zeitzone des Shops.
   *[other] Kunden werden verglichen, sobald ihre { $count } Tage zum Bestellen vorbei sind: Vorher hätten die früh Gezählten mehr Zeit zum Bestellen gehabt als die anderen. Tage sind ganze Tage in der Zeitzone des Shops.
}
heard-reports-split-off = Die Kunden wurden nicht wie vorgesehen aufgeteilt (p = { $p }): Etwas sortiert sie, bevor sie gezählt werden. Deshalb sind die beiden Seiten nicht vergleichbar, und es gibt kein Urteil. Suchen Sie nach etwas, das nur für eine Seite begann oder endete, etwa einem Kanal, der aus war, einem Zurücksetzen der Datenbank oder einer anderen App, die denselben Kunden schreibt.
heard-reports-note-split-off = { $campaign }: Die Kunden wurden nicht wie vorgesehen aufgeteilt (p = { $p }): Etwas sortiert sie, bevor sie gezählt werden. Deshalb sind die beiden Seiten nicht vergleichbar, und es gibt kein Urteil. Suchen Sie nach etwas, das nur für eine Seite begann oder endete, etwa einem Kanal, der aus war, einem Zurücksetzen der Datenbank oder einer anderen App, die denselben Kunden schreibt.
heard-reports-note-alone = { $count ->
    [one] { $campaign }: { $count } Kunde wurde angeschrieben, während es keine Vergleichsgruppe gab; er steht in keinem Vergleich.
   *[other] { $campaign }: { $count } Kunden wurden angeschrieben, während es keine Vergleichsgruppe gab; sie stehen in keinem Vergleich.
}
heard-reports-note-elsewhere = { $count ->
    [one] { $campaign }: { $count } Kunde hat auch in einer anderen Währung bestellt; das zählt als Bestellung und steht in keiner Summe von Beträgen.
   *[other] { $campaign }: { $count } Kunden haben auch in einer anderen Währung bestellt; das zählt als Bestellung und steht in keiner Summe von Beträgen.
}
heard-reports-note-how-long = Wie lange es dauert, ist aus der bisher gesehenen Wirkung berechnet, als wäre sie die wahre. Eine größere Vergleichsgruppe verkürzt es.
heard-reports-note-campaigns-added = Kampagnen werden jede für sich verglichen und dann zusammengezählt. Eine, die unter vielen glänzt, kann das durch Zufall tun: Nehmen Sie es als Hinweis, es noch einmal zu versuchen, nicht als Beweis.
heard-reports-note-lift-counting = Zu { $count } Kunden ist gerade etwas eingegangen, das noch gezählt wird.

# Urteile, wie Tabellen, Hinweise und die Druckseite sie haben.
heard-reports-caused-orders = bewirkt: zwischen { $figure } und { $figure2 } Bestellungen
heard-reports-caused-net = bewirkt: zwischen { $figure } und { $money }
heard-reports-harm-orders = Schaden erkennbar: zwischen { $figure } und { $figure2 } Bestellungen verloren
heard-reports-harm-net = Schaden erkennbar: zwischen { $figure } und { $money } verloren
heard-reports-verdict-not-compared = niemand zum Vergleichen
heard-reports-verdict-withheld = kein Urteil: Die Aufteilung war nicht wie vorgesehen
heard-reports-verdict-open = noch nicht genug Daten
heard-reports-verdict-open-wait = noch nicht genug Daten: { $why_wait }
heard-reports-verdict-no-effect = keine Wirkung erkennbar
heard-reports-verdict-caused = mehr bewirkt
heard-reports-verdict-harm = Schaden erkennbar
heard-reports-wait-tomorrow = Die ersten Kunden lassen sich ab morgen vergleichen
heard-reports-wait-begins = { $count ->
    [one] Die ersten Kunden lassen sich in { $count } Tag vergleichen
   *[other] Die ersten Kunden lassen sich in { $count } Tagen vergleichen
}
heard-reports-wait-never = bei diesem Tempo lässt es sich binnen drei Jahren nicht sagen, wenn das bisher Gesehene alles ist
heard-reports-wait-days = { $count ->
    [one] bei diesem Tempo noch etwa { $count } Tag
   *[other] bei diesem Tempo noch etwa { $count } Tage
}
heard-reports-wait-weeks = { $count ->
    [one] bei diesem Tempo noch etwa { $count } Woche
   *[other] bei diesem Tempo noch etwa { $count } Wochen
}
heard-reports-wait-months = { $count ->
    [one] bei diesem Tempo noch etwa { $count } Monat
   *[other] bei diesem Tempo noch etwa { $count } Monate
}
heard-reports-texts-untold = lässt sich nicht sagen: Alle erhalten denselben Text, und niemand wird allein von diesem Schritt ausgenommen
heard-reports-texts-winner = „{ $text }“ bringt mehr Bestellungen als jeder andere
heard-reports-texts-no-winner = noch kein Gewinner: Was die Texte unterscheidet, kann noch Zufall sein
heard-reports-code-untold = { $campaign }, Schritt { $step }: Ob sich der Code lohnt, lässt sich nicht sagen: Geben Sie einem Text des Schritts keinen Code, um zu vergleichen.
heard-reports-code-pays = { $campaign }, Schritt { $step }: Der Code lohnt sich: zwischen { $money } und { $money2 } mehr je Kunde, nach Abzug des Nachlasses.
heard-reports-code-costs = { $campaign }, Schritt { $step }: Der Code kostet mehr, als er bringt: zwischen { $money } und { $money2 } weniger je Kunde.
heard-reports-code-neither = { $campaign }, Schritt { $step }: Der Code lohnt sich nicht und schadet nicht: Eine Wirkung auf das Netto je Kunde ist nicht erkennbar.
heard-reports-code-open = { $campaign }, Schritt { $step }: Ob sich der Code lohnt: { $why }.
heard-reports-agree = { $count } von { $count_all } Bestellungen stimmen überein
heard-reports-explained = { $money } davon erklärt, { $money_not } nicht

# Warum eine Bestellung von den Büchern der Plattform abweicht.
heard-reports-books-missed = Ihr Webhook kam nie an. Übernehmen Sie sie, und prüfen Sie, ob die Webhooks des Shops für Bestellungen eingerichtet sind.
heard-reports-books-missed-file = Ihr Webhook kam nie an. Prüfen Sie, ob die Webhooks des Shops für Bestellungen eingerichtet sind; mit Zugriff auf den Shop lässt sie sich übernehmen.
heard-reports-books-gone = Die Plattform hat sie gemeldet, und ihre Bücher haben sie nicht mehr: Sie wurde dort vielleicht gelöscht.
heard-reports-books-currency = Hier steht sie in { $currency }, in den Büchern in { $other }: Prüfen Sie die Währung des Shops auf beiden Seiten.
heard-reports-books-rest = { $money } bleiben, die hier nichts erklärt: Sehen Sie sich die Bestellung auf der Plattform an.
heard-reports-books-test-here = Hier ist sie ein Test, in den Büchern keiner.
heard-reports-books-test-gateway = Sie wurde über ein Test-Gateway bezahlt: Hier zählt sie nie, und die Bücher unterscheiden Tests nicht.
heard-reports-books-test-there = Laut den Büchern ist sie ein Test; hier zählt sie, weil ihr Webhook das nicht gesagt hat.
heard-reports-books-refund-missed = Erstattung { $id }: Laut den Büchern gingen { $money } mehr zurück, als hier gemeldet wurde. Übernehmen Sie, was sie sagen.
heard-reports-books-refunds-missed = { $why_refunds }: Laut den Büchern gingen { $money } mehr zurück, als hier gemeldet wurde. Übernehmen Sie, was sie sagen.
heard-reports-books-refunds = Erstattungen
heard-reports-books-refund-here = Erstattung { $id }: Hier gingen { $money } mehr zurück als laut den Büchern.
heard-reports-books-refunds-here = { $why_refunds }: Hier gingen { $money } mehr zurück als laut den Büchern.
heard-reports-books-edited-totals = Sie wurde bearbeitet, und eine Seite hat den Stand davor: { $why_totals }; { $why_sides }.
heard-reports-books-totals = sie beläuft sich hier auf { $money } und in den Büchern auf { $money_books }
heard-reports-books-sides = bezahlt wurden hier { $money }, laut den Büchern { $money_books }
heard-reports-books-edited = Sie wurde bearbeitet: { $why_sides }.
heard-reports-books-same-total = Bei gleichem Gesamtbetrag: { $why_sides }, und nichts hier erklärt den Unterschied.
heard-reports-books-chargeback = { $money } sind zurückgebucht: hier abgezogen, bis der Streitfall gewonnen ist; die Bücher der Bestellungen kennen keine Streitfälle.
heard-reports-books-cancelled-there = Laut den Büchern wurde sie storniert, und das wurde hier nie gemeldet. Übernehmen Sie, was sie sagen.
heard-reports-books-cancelled-here = Sie wurde storniert, und damit zählt hier nichts mehr von ihr; laut den Büchern wurden { $money } ihrer Zahlung nicht erstattet.

# Wie Zeilen von Tabellen heißen.
heard-reports-tier-below = unter { $money }
heard-reports-tier-between = { $figure } bis unter { $money }
heard-reports-tier-above = { $money } und mehr
heard-reports-others = { $count } weitere
heard-reports-others-in = { $count } weitere, { $currency }
heard-reports-all-others = alle { $count } weiteren
heard-reports-all-campaigns = Alle Kampagnen
heard-reports-deleted-campaign = eine gelöschte Kampagne
heard-reports-no-campaign = (keine Kampagne)
heard-reports-buyers-within-recovered = Zurückgewonnene Käufer, binnen { $count } Tagen
heard-reports-buyers-within-recovered-in = Zurückgewonnene Käufer, binnen { $count } Tagen, { $currency }
heard-reports-buyers-within-other = Andere Käufer, binnen { $count } Tagen
heard-reports-buyers-within-other-in = Andere Käufer, binnen { $count } Tagen, { $currency }
heard-reports-by-organic-search = Organische Suche
heard-reports-by-paid-search = Bezahlte Suche
heard-reports-by-organic-social = Soziale Medien, organisch
heard-reports-by-paid-social = Soziale Medien, bezahlt
heard-reports-by-paid-other = Sonstige, bezahlt
heard-reports-by-comeback-e-mail = E-Mail von Comeback
heard-reports-by-comeback-sms = SMS von Comeback
heard-reports-by-comeback-whatsapp = WhatsApp von Comeback

# Notizen auf der Zeitachse.
heard-reports-mark-published = { $campaign }: Version { $version } veröffentlicht
heard-reports-mark-holdout = { $campaign }: Vergleichsgruppe von { $count } % auf { $count_to } % geändert
heard-reports-mark-attribution = { $campaign }: Attribution geändert
heard-reports-mark-paused = { $campaign }: pausiert
heard-reports-mark-resumed = { $campaign }: fortgesetzt
heard-reports-mark-archived = { $campaign }: archiviert
heard-reports-mark-money = Geändert, was als Umsatz zählt
heard-reports-mark-attribution-set = Attribution geändert
heard-reports-mark-policy = Geändert, wem geschrieben wird
heard-reports-mark-store = Der Shop wurde pausiert oder fortgesetzt
heard-reports-mark-template = Vorlage { $key } ({ $why_channel }, { $language }) geändert
heard-reports-mark-price = Preis geändert: { $product } von { $figure } auf { $money }
heard-reports-mark-prices-variants = Preise von { $count } Varianten geändert: { $product } von { $figure } auf { $money }
heard-reports-mark-prices-products = Preise von { $count } Produkten geändert, etwa { $product } von { $figure } auf { $money }
heard-reports-channel-sms = SMS

# Alarme: was geschah und was zu tun ist.
heard-reports-for-minutes = { $count ->
    [one] seit { $count } Minute
   *[other] seit { $count } Minuten
}
heard-reports-for-hours = { $count ->
    [one] seit { $count } Stunde
   *[other] seit { $count } Stunden
}
heard-reports-for-days = { $count ->
    [one] seit { $count } Tag
   *[other] seit { $count } Tagen
}
heard-reports-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
heard-reports-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
heard-reports-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
heard-reports-alarm-silent-never = Aus dem Shop ist { $why_for } kein Webhook gekommen; sonst ist er nie eine Stunde lang still.
heard-reports-alarm-silent-usual = Aus dem Shop ist { $why_for } kein Webhook gekommen; die längste übliche Stille der letzten vier Wochen dauerte { $why_length }.
heard-reports-alarm-silent-unknown = Aus dem Shop ist { $why_for } kein Webhook gekommen; was bei ihm üblich ist, lässt sich nach so kurzer Zeit noch nicht sagen.
heard-reports-alarm-silent-fix = Sehen Sie nach, ob die Plattform noch sendet: die Liste ihrer Webhooks, deren Adresse und die Fehler, die sie meldet. Steht ein Proxy davor, prüfen Sie, ob er /webhooks/ durchlässt. Ist der Shop einfach geschlossen, blenden Sie dies aus.
heard-reports-alarm-topic = Zum Thema { $topic } ist { $why_for } kein Webhook gekommen, zu anderen Themen aber { $count }.
heard-reports-alarm-topic-fix = Sehen Sie nach, ob { $topic } noch in der Liste der Webhooks auf der Plattform steht: Plattformen entfernen Webhooks, deren Zustellung lange gescheitert ist. Soll es so sein, blenden Sie dies aus.
heard-reports-alarm-gap = { $count ->
        [one] { $count } Bestellung von { $count_all } kam
       *[other] { $count } Bestellungen von { $count_all } kamen
    } den Nummern nach nie hier an: { $wordlist }.
heard-reports-gap-range = { $number } bis { $number_to }
heard-reports-gap-more = weitere davor
heard-reports-alarm-gap-fix = Wer gekauft hat, wird vielleicht noch erinnert, und die Bestellung zählt nicht. Suchen Sie die Nummern in der Verwaltung des Shops: Eine kleine Änderung an einer solchen Bestellung, etwa ein neues Schlagwort (Tag), lässt die Plattform sie noch einmal senden, sofern das Thema orders/updated eingerichtet ist. Wurden sie gelöscht oder die Nummerierung geändert, blenden Sie dies aus.
heard-reports-alarm-lag-webhooks = Webhooks sind gespeichert, werden aber nicht verarbeitet, der älteste { $why_for }.
heard-reports-alarm-lag-messages = Fällige Nachrichten werden nicht bearbeitet, die älteste { $why_for }.
heard-reports-alarm-lag-both = Weder Webhooks noch fällige Nachrichten werden bearbeitet; der älteste Webhook wartet { $why_for }.
heard-reports-alarm-lag-fix = Nichts ist verloren. Prüfen Sie, ob ein Prozess mit der Rolle `all` oder `worker` läuft, und sehen Sie in sein Protokoll; `comeback doctor` sagt mehr.
heard-reports-alarm-refused = Der { $why_channel }-Anbieter lehnt diesen Absender ab: { $count ->
        [one] { $count } Nachricht wartet
       *[other] { $count } Nachrichten warten
    }.
heard-reports-alarm-refused-why = Der { $why_channel }-Anbieter lehnt diesen Absender ab: { $count ->
        [one] { $count } Nachricht wartet
       *[other] { $count } Nachrichten warten
    }. Zuletzt: { $told }.
heard-reports-alarm-later = Der { $why_channel }-Anbieter nimmt { $why_for } keine Nachrichten an: { $count } warten.
heard-reports-alarm-later-why = Der { $why_channel }-Anbieter nimmt { $why_for } keine Nachrichten an: { $count } warten. Zuletzt: { $told }.
heard-reports-alarm-held = Dem { $why_channel }-Anbieter wird { $why_for } nichts übergeben: Er nimmt keine Nachrichten an. Zuletzt: { $told }.
heard-reports-alarm-unreachable = Der { $why_channel }-Anbieter war { $count }-mal hintereinander nicht erreichbar. Zuletzt: { $told }.
heard-reports-alarm-provider-fix = Nichts ist verloren: Die Nachrichten warten bis zu drei Tage. Sehen Sie nach, was der Anbieter selbst meldet, und prüfen Sie seine Einstellungen hier; `comeback doctor` fragt ihn noch einmal.
heard-reports-alarm-template = { $count ->
        [one] { $count } Nachricht per { $why_channel } lässt
       *[other] { $count } Nachrichten per { $why_channel } lassen
    } sich aus der Vorlage nicht erstellen.
heard-reports-alarm-template-why = { $count ->
        [one] { $count } Nachricht per { $why_channel } lässt
       *[other] { $count } Nachrichten per { $why_channel } lassen
    } sich aus der Vorlage nicht erstellen. Zuletzt: { $why }.
heard-reports-alarm-template-fix = Sie warten bis zu drei Tage und werden jede Viertelstunde erneut versucht. Öffnen Sie die Vorlage und speichern Sie einen Text ohne Fehler.
heard-reports-alarm-codes = Die Plattform des Shops legt keine Rabattcodes an. Zuletzt: { $why }.
heard-reports-alarm-codes-waiting = Die Plattform des Shops legt keine Rabattcodes an. { $count ->
        [one] { $count } Nachricht wartet
       *[other] { $count } Nachrichten warten
    } auf einen. Zuletzt: { $why }.
heard-reports-alarm-codes-fix = Beheben Sie, was sie sagt. Nachrichten warten zwei Stunden auf einen Code und werden dann ohne gesendet, wenn ihr Schritt nichts anderes sagt.
heard-reports-alarm-codes-access = Es können keine Rabattcodes angelegt werden: Comeback hat keinen Zugriff auf die Plattform des Shops. { $count ->
        [one] { $count } Nachricht wartet
       *[other] { $count } Nachrichten warten
    } auf einen.
heard-reports-alarm-codes-access-fix = Geben Sie ihn mit `comeback shop access` (Berechtigung `write_discounts`), oder nehmen Sie den Rabatt aus der Kampagne.
heard-reports-alarm-codes-left = Es sind keine Rabattcodes mehr da. { $count ->
        [one] { $count } Nachricht wartet
       *[other] { $count } Nachrichten warten
    } auf einen.
heard-reports-alarm-codes-left-fix = Sie werden so schnell angelegt, wie die Plattform es zulässt. Hält das an, sehen Sie im Protokoll nach, was sie antwortet.
heard-reports-alarm-aside = { $count ->
    [one] { $count } Webhook ist zurückgestellt.
   *[other] { $count } Webhooks sind zurückgestellt.
}
heard-reports-alarm-aside-fix = Gespeichert, aber nicht lesbar: Nichts ist verloren. Die Seite „Tracking“ zeigt, warum; versuchen Sie es nach einem Update erneut.
heard-reports-alarm-invariant = Die nächtliche Prüfung hat gefunden, was nicht sein darf: { $violation }.
heard-reports-alarm-invariant-more = Die nächtliche Prüfung hat gefunden, was nicht sein darf: { $violation }. Und { $count } weitere.
heard-reports-alarm-invariant-fix = Führen Sie `comeback verify` aus, um alles zu sehen, und melden Sie es mit dieser Ausgabe: Das ist ein Fehler in Comeback oder in der Datenbank.
heard-reports-alarm-endpoint-off = Das Programm unter { $host } wird nicht mehr benachrichtigt: Es hat tagelang nichts angenommen oder sich selbst abgemeldet.
heard-reports-alarm-endpoint-off-fix = Was darauf wartet, bleibt erhalten. Bringen Sie es in Ordnung und schalten Sie es auf der Seite der Webhooks wieder ein, oder entfernen Sie es dort.
heard-reports-alarm-endpoint = Das Programm unter { $host } hat { $why_for } nichts von dem angenommen, was ihm gemeldet wurde.
heard-reports-alarm-endpoint-fix = Es wird tagelang weiter versucht, und bis dahin geht nichts verloren. Das Protokoll auf der Seite der Webhooks zeigt, was es antwortet.
heard-reports-canary-webhook = sein Webhook wurde nicht angenommen
heard-reports-canary-applied = sein Webhook wurde nicht verarbeitet
heard-reports-canary-planned = seine Nachrichten wurden nicht geplant
heard-reports-canary-sent = seine Nachricht wurde nicht gesendet
heard-reports-canary-opened = der Link in seiner Nachricht funktioniert nicht
heard-reports-canary-ordered = seine Bestellung kam nicht an
heard-reports-canary-cancelled = seine Erinnerung wurde nach dem Kauf nicht abgesagt
heard-reports-canary-credited = seine Bestellung wurde nicht zugerechnet
heard-reports-alarm-canary = Der Test-Warenkorb kam nicht durch ({ $why_stage }): { $why }.
heard-reports-alarm-canary-fix = Was ihm geschah, geschieht auch Kunden. Beheben Sie, was hier steht; binnen zehn Minuten wird es erneut versucht, und der Alarm verschwindet von selbst.
heard-reports-alarm-canary-overdue = Es ist { $why_for } kein Test-Warenkorb gestartet: Das überwachende Programm läuft nicht oder kann es nicht.
heard-reports-alarm-canary-overdue-fix = Prüfen Sie, ob jeder Prozess von Comeback läuft, und sehen Sie in sein Protokoll; `comeback doctor` sagt mehr.
heard-reports-alarm-stays = dieser Alarm verschwindet von selbst mit seiner Ursache; er lässt sich nicht ausblenden

# Warum ein Test-Warenkorb oder ein simulierter Warenkorb nicht weiterkam.
heard-reports-canary-store-stopped = der Shop ist pausiert oder hat die App entfernt: Setzen Sie ihn zuerst fort
heard-reports-canary-no-campaign = es gibt keine Kampagne ohne Fehler zum Ausprobieren: Wählen Sie zuerst eine
heard-reports-canary-twin-gone = sein verborgenes Gegenstück ist weg; der nächste legt ein neues an
heard-reports-canary-platform = seine Plattform ist nicht bekannt
heard-reports-canary-stored = er ist gespeichert, aber kein Worker hat ihn verarbeitet
heard-reports-canary-not-stored = er wurde angenommen, ist aber nicht gespeichert
heard-reports-canary-unplanned = der Warenkorb wurde abgebrochen, aber kein Worker hat etwas für ihn geplant
heard-reports-canary-unlooked = kein Worker hat sie bearbeitet
heard-reports-canary-messages-gone = seine Nachrichten sind weg
heard-reports-canary-message = Nachricht { $number } ({ $why_channel }): { $why }
heard-reports-canary-not-kept = die Nachricht wurde nicht aufbewahrt
heard-reports-canary-no-link = es gibt keinen, der mit der öffentlichen Adresse dieses Programms (server.public_url) beginnt
heard-reports-canary-answered-expired = er führt auf die Seite für abgelaufene Links
heard-reports-canary-answered-forged = er wird für gefälscht gehalten
heard-reports-canary-answered-bought = er meldet, dass schon gekauft wurde
heard-reports-canary-answered-gone = er meldet, dass der Warenkorb nicht mehr da ist
heard-reports-canary-click = der Klick wurde nicht als der eines Menschen erkannt
heard-reports-canary-still-waits = sie wartet noch
heard-reports-canary-is-sending = sie ist noch im Versand: { $why }
heard-reports-canary-is-sent = sie wurde gesendet: { $why }
heard-reports-canary-is-delivered = sie wurde zugestellt: { $why }
heard-reports-canary-is-failed = sie ist fehlgeschlagen: { $why }
heard-reports-canary-is-cancelled = sie wurde abgesagt: { $why }
heard-reports-canary-is-unknown = ihr Ausgang ist unbekannt: { $why }
heard-reports-canary-no-credit = keine Nachricht hat sie zugerechnet bekommen
heard-reports-canary-money = bezahlt wurden { $money }, die Bestellung sagt { $money_order }, und zugerechnet wurden: { $credits }

# Fehler von Zeiträumen, Formularen und Dateien.
heard-reports-period-backwards-days = Bis: Der Zeitraum endet, bevor er beginnt; wählen Sie einen späteren letzten Tag
heard-reports-period-from = Von: „{ $given }“ ist keine Zeitangabe; geben Sie einen Tag an wie 2026-03-01 oder einen Zeitpunkt wie 2026-03-01T00:00:00Z
heard-reports-period-to = Bis: „{ $given }“ ist keine Zeitangabe; geben Sie einen Tag an wie 2026-03-01 oder einen Zeitpunkt wie 2026-03-01T00:00:00Z
heard-reports-period-beyond = der Zeitraum reicht über den Kalender hinaus
heard-reports-period-books = der Zeitraum muss vor seinem Ende beginnen, spätestens vor einer Viertelstunde, und darf nicht länger als ein Jahr sein
heard-reports-bad-campaign = Kampagne: Erwartet wird die ID einer Kampagne
heard-reports-bad-reached = reached: „{ $given }“ ist nicht bekannt; möglich sind { $names }
heard-reports-bad-format = format: „{ $given }“ ist kein Format; möglich sind { $names }
heard-reports-bad-by = „{ $given }“ ist keine Aufschlüsselung; möglich sind { $names }
heard-reports-bad-by-cohorts = „{ $given }“ ist keine Aufschlüsselung; möglich sind first und recovered
heard-reports-bad-basis = „{ $given }“ ist keine Grundlage; möglich sind first und recovered
heard-reports-not-broken-down = der Bericht „{ $report }“ lässt sich nicht aufschlüsseln
heard-reports-of-buyers = dieser Bericht handelt von Käufern: Er lässt sich weder auf eine Kampagne beschränken noch neben den Zeitraum davor stellen
heard-reports-bad-model = { $model } braucht alle Wege auf einmal und kann keine einzelne Bestellung zurechnen; möglich sind { $names }
heard-reports-models-failed = die Modelle konnten nicht berechnet werden: { $problem }
heard-reports-bad-outcome-days = es müssen { $count } bis { $count_most } Tage sein, nicht { $given }
heard-reports-note-empty = geben Sie an, was geschehen ist
heard-reports-note-long = eine Notiz hat höchstens { $count_most } Zeichen, und diese hat { $count }
heard-reports-books-no-access = der Shop kann nicht gefragt werden: Geben Sie mit `comeback shop access` Zugriff, oder vergleichen Sie mit seinem Export durch `comeback reconcile --file`
heard-reports-books-under-way = in diesem Shop läuft ein Vergleich: Warten Sie, bis er fertig ist
heard-reports-books-access-back = der Shop kann nicht gefragt werden: Er hat keinen Zugriff gewährt oder ihn zurückgenommen
heard-reports-books-access-none = der Shop kann nicht gefragt werden: Er hat keinen Zugriff gewährt
heard-reports-books-another = ein anderer Worker hat den Vergleich übernommen
heard-reports-books-too-many = in diesem Zeitraum gibt es mehr als { $count } Bestellungen: Vergleichen Sie einen kürzeren
heard-reports-books-unreadable = der letzte Vergleich lässt sich nicht lesen: Vergleichen Sie noch einmal
heard-reports-books-not-kept = die Bestellung lässt sich nicht aufbewahren: { $problem }
heard-reports-digest-no-provider = es ist kein E-Mail-Anbieter eingerichtet: Richten Sie in den Einstellungen einen ein und versuchen Sie es noch einmal
heard-reports-digest-refused = die E-Mail wurde nicht angenommen: { $why }
heard-reports-digest-address = an die Adresse dieser Person kann nicht geschrieben werden
heard-reports-digest-picture = das Bild lässt sich nicht zeichnen: { $problem }

# Beanstandete Zahlungen.
heard-reports-dispute-inquiry = die Bank des Käufers hat eine Rückfrage zur Zahlung: { $money }
heard-reports-dispute-open = zurückgebucht: { $money }
heard-reports-dispute-refunded = eine beanstandete Zahlung wurde erstattet: { $money }
heard-reports-dispute-lost = die Rückbuchung ist verloren: { $money }
heard-reports-dispute-won = die Rückbuchung ist gewonnen, das Geld ist zurück: { $money }
