# Anmeldung, eigenes Konto, Team.

people-sign-in = Anmelden
people-nobody-yet = Noch kann sich niemand anmelden. Legen Sie auf dem Server den ersten Inhaber an; das Passwort wird von der Standardeingabe gelesen:
people-then-sign-in = Kommen Sie dann zurück und melden Sie sich an.
people-email = E-Mail-Adresse
people-password = Passwort
people-too-many = Zu viele Versuche. Warten Sie eine Viertelstunde und versuchen Sie es dann noch einmal.
people-too-many-codes = Zu viele Versuche. Warten Sie eine Viertelstunde und versuchen Sie es dann noch einmal; nach fünfzig an einem Tag warten Sie bis morgen.
people-wrong-password = E-Mail-Adresse und Passwort gehören nicht zusammen.
people-wrong-code = Dieser Code stimmt nicht oder wurde schon verwendet. Jeder Code gilt einmal: Warten Sie auf den nächsten.
people-wrong-passkey = Dieser Passkey wurde nicht angenommen. Es wurde nichts geändert; versuchen Sie es noch einmal oder auf einem anderen Weg.
people-over = Das hat zu lange gedauert. Bitte beginnen Sie von vorn.
people-by-passkey = Mit einem Passkey anmelden
people-passkey-failed = Es wurde kein Passkey verwendet: Das Gerät hat keinen für diese Adresse, oder der Vorgang wurde abgebrochen.
people-no-scripts = Passkeys brauchen einen Browser, der sie kennt, mit eingeschalteten Skripten.

people-second = Noch ein Schritt
people-code-of-app = Code aus Ihrer App
people-code-or-recovery = Code aus Ihrer App oder ein Wiederherstellungscode
people-recovery-code = Wiederherstellungscode
people-lost = Ich habe mein Gerät nicht
people-lost-all = Nichts mehr da? Ein Inhaber der Installation kann Ihren zweiten Faktor abschalten, oder auf dem Server: <code>comeback user reset-factors</code>.
people-start-over = Als jemand anderes anmelden

people-prove = Sind Sie es?
people-prove-why = Was Sie vorhaben, ist heikel. Weisen Sie sich noch einmal aus; eine Viertelstunde lang werden Sie nicht wieder gefragt.
people-prove-by-passkey = Mit einem Passkey ausweisen
people-not-proved = Das stimmt nicht, oder der Code wurde schon verwendet. Versuchen Sie es noch einmal.
people-go-on = Weiter

people-account = Ihr Konto
people-save = Speichern
people-on = an
people-off = aus

people-look = Aussehen der Seiten
people-language = Sprache
people-language-browser = Wie mein Browser es wünscht
people-language-en = English
people-language-de = Deutsch
people-zone = Zeitzone
people-zone-store = Wie im Shop
people-zone-hint = Geben Sie eine Stadt ein, zum Beispiel Berlin. Leer: die des jeweiligen Shops.
people-zone-unknown = Diese Zeitzone gibt es nicht. Wählen Sie eine aus der Liste, zum Beispiel Europe/Berlin.
people-colours = Farben
people-colours-system = Wie mein System es vorgibt
people-colours-light = Hell
people-colours-dark = Dunkel

people-password-present = Bisheriges Passwort
people-password-wanted = Neues Passwort
people-password-choose = Wählen Sie ein Passwort
people-password-again = Noch einmal dasselbe
people-password-hint = Mindestens { $min } Zeichen.
people-password-length = Ein Passwort hat { $min } bis { $max } Zeichen.
people-passwords-differ = Die beiden Passwörter sind verschieden.
people-password-isnt = Das ist nicht Ihr bisheriges Passwort.
people-password-change = Passwort ändern
people-password-others = Überall sonst werden Sie abgemeldet.

people-factors = Zweiter Faktor
people-factors-why = Neben dem Passwort etwas, das nur Sie haben: Wer das Passwort herausfindet, kann sich damit allein nicht anmelden.
people-code = Codes aus einer App
people-code-means = Eine App auf Ihrem Telefon zeigt einen Code, der sich jede halbe Minute ändert. Jede App für Einmalcodes ist geeignet.
people-code-set-up = App einrichten
people-code-scan = Lesen Sie dieses Bild mit der App ein.
people-code-picture = Das Bild, das die App einliest
people-code-type = Oder geben Sie dies in die App ein:
people-code-first = Geben Sie den Code ein, den die App zeigt.
people-code-switch-on = Einschalten
people-wrong-first-code = Das ist nicht der Code. Prüfen Sie, ob die Uhr Ihres Telefons stimmt, und geben Sie den ein, der jetzt gezeigt wird.
people-code-switch-off = Abschalten
people-code-off-means = Sie werden dann nicht mehr nach einem Code der App gefragt.
people-code-off-yes = Ja, abschalten
people-passkeys = Passkeys
people-passkey = Passkey
people-passkey-means = Ihr Telefon, Ihr Computer oder ein Sicherheitsschlüssel meldet Sie an, ohne Passwort: Er erkennt Sie an Finger, Gesicht oder PIN.
people-passkey-name = Name des Geräts
people-passkey-example = Laptop im Büro
people-passkey-add = Passkey hinzufügen
people-passkey-made = hinzugefügt
people-passkey-used = zuletzt verwendet
people-passkey-remove = Entfernen
people-passkey-remove-which = Den Passkey { $name } entfernen
people-passkey-remove-means = Mit ihm kann sich niemand mehr anmelden. Entfernen Sie ihn auch auf dem Gerät.
people-passkey-remove-yes = Ja, entfernen
people-passkeys-number = Passkeys sind hier nicht möglich: Sie gehören zu einem Namen, und die Adresse dieser Installation ist eine Zahl. Wer sie betreibt, kann ihr mit <code>server.public_url</code> einen Namen geben.
people-passkeys-insecure = Passkeys sind hier nicht möglich: Browser bieten sie nur über https an, und die Adresse dieser Installation beginnt mit http. Wer sie betreibt, kann das mit <code>server.public_url</code> ändern.
people-recovery = Wiederherstellungscodes
people-recovery-once = <b>Diese Codes werden nur dieses eine Mal gezeigt.</b> Drucken Sie sie aus oder schreiben Sie sie auf, und bewahren Sie sie bei wichtigen Papieren auf.
people-recovery-why = Mit einem davon melden Sie sich an, wenn Sie Ihr Gerät nicht haben. Jeder gilt einmal. Frühere Codes gelten nicht mehr.
people-recovery-kept = Ich habe sie aufbewahrt
people-recovery-left = { $count ->
    [0] Es ist keiner übrig: Erstellen Sie neue.
    [one] Es ist noch { $count } übrig.
   *[other] Es sind noch { $count } übrig.
}
people-recovery-renew = Neue erstellen
people-recovery-renew-means = Die Codes, die Sie haben, gelten dann nicht mehr.
people-recovery-renew-yes = Ja, neue erstellen

people-sessions = Wo Sie angemeldet sind
people-session-program = Browser
people-program = Unbekanntes Programm
people-session-address = Netzwerkadresse
people-session-since = Angemeldet
people-session-seen = Zuletzt gesehen
people-session-here = dieser hier
people-session-end = Abmelden
people-session-end-which = { $program } abmelden, angemeldet { $since }
people-sessions-end-others = Überall sonst abmelden

people-team = Team
people-members = Personen
people-role = Rolle
people-seen = Zuletzt gesehen
people-never = nie
people-factor = Zweiter Faktor
people-you = Sie
people-change = Ändern
people-change-whom = Ändern, was { $email } darf
people-place-role = { $place }: { $role }
people-nowhere = in keinem Shop
people-every-store = alle Shops
people-roles-mean = Betrachter sehen alles an; Bearbeiter ändern auch Kampagnen und Vorlagen; Inhaber dürfen alles.
people-invitations = Eingeladen
people-until = Bis
people-withdraw = Zurückziehen
people-withdraw-whom = Die Einladung an { $email } zurückziehen

people-invite = Jemanden einladen
people-invite-means = Die eingeladene Person erhält einen Link, mit dem sie beitritt. Er gilt einmal und { $days } Tage lang.
people-invite-to = Einladen: { $place }
people-invite-everywhere = In alle Shops einladen
people-bad-address = Das ist keine E-Mail-Adresse.
people-no-role = Wählen Sie eine Rolle.
people-is-already = Diese Person hat die Rolle schon, oder eine höhere.
people-invited = { $email } ist eingeladen: { $place }, { $role }. Der Link gilt einmal und { $days } Tage lang.
people-mailed = Er wurde per E-Mail verschickt. Sie können ihn auch selbst weitergeben; er wird nur dieses eine Mal gezeigt:
people-mail-failed = Die E-Mail konnte nicht verschickt werden. Geben Sie den Link selbst weiter; er wird nur dieses eine Mal gezeigt:
people-no-mail = Von hier können noch keine E-Mails verschickt werden. Geben Sie den Link selbst weiter; er wird nur dieses eine Mal gezeigt:
people-to-team = Zurück zum Team
people-mail-subject = Einladung: { $place }
people-mail-text = { $by } lädt Sie zu Comeback ein ({ $place }). Öffnen Sie diesen Link, um beizutreten:
people-mail-end = Der Link gilt einmal und { $days } Tage lang. Falls Sie ihn nicht erwartet haben, brauchen Sie nichts zu tun.

people-join = Beitreten: { $place }
people-join-as = Sie sind als <b>{ $role }</b> eingeladen (<b>{ $place }</b>), mit der Adresse <b>{ $email }</b>.
people-join-known = Mit dieser Adresse haben Sie ein Konto. <a>Melden Sie sich an</a> und öffnen Sie den Link dann noch einmal.
people-join-other = Sie sind als { $email } angemeldet. Melden Sie sich ab und öffnen Sie den Link dann noch einmal.
people-join-yes = Beitreten
people-invitation-over = Dieser Link gilt nicht mehr
people-invitation-over-why = Er wurde verwendet, zurückgezogen oder ist älter als sieben Tage. Bitten Sie die Person, die Sie eingeladen hat, um einen neuen.

people-now = Derzeit
people-in-store = In { $place }
people-set-role = Rolle setzen
people-leave = Aus diesem Shop entfernen
people-leave-means = Die Person sieht { $place } ab sofort nicht mehr. Was sie in allen Shops darf, bleibt.
people-leave-yes = Ja, aus diesem Shop entfernen
people-in-every-store = In allen Shops
people-role-everywhere = Rolle in allen Shops
people-role-none = keine: nur einzelne Shops
people-set-everywhere = Für alle Shops setzen
people-everywhere-means = In einem Shop zählt die höhere der beiden Rollen. Inhabern aller Shops gehört auch die Installation.
people-reset = Zweiten Faktor abschalten
people-reset-means = Für den Fall, dass das Gerät verloren ist. Die Person wird überall abgemeldet und meldet sich mit dem Passwort allein an, bis sie einen neuen einrichtet.
people-reset-yes = Ja, abschalten
people-remove = Ganz entfernen
people-remove-means = { $email } kann sich nicht mehr anmelden und wird ab sofort überall abgemeldet. Was die Person getan hat, bleibt im Protokoll.
people-remove-yes = Ja, entfernen

notice-look = Gespeichert.
notice-password = Das Passwort ist geändert, und überall sonst sind Sie abgemeldet.
notice-code-on = Ab jetzt werden Sie beim Anmelden nach einem Code gefragt.
notice-code-off = Abgeschaltet. Sie werden nicht mehr nach einem Code der App gefragt.
notice-passkey-on = Der Passkey ist hinzugefügt.
notice-passkey-off = Der Passkey ist entfernt.
notice-passkey-refused = Der Passkey wurde nicht hinzugefügt: Die Antwort des Geräts wurde nicht angenommen. Versuchen Sie es noch einmal.
notice-session-ended = Dort abgemeldet.
notice-sessions-ended = Überall sonst abgemeldet.
notice-withdrawn = Die Einladung ist zurückgezogen. Ihr Link gilt nicht mehr.
notice-role = Gespeichert. Es gilt ab sofort.
notice-left = Aus dem Shop entfernt.
notice-removed = Entfernt und überall abgemeldet.
notice-factors-reset = Der zweite Faktor ist abgeschaltet, und die Person ist überall abgemeldet.

missing-invitation-with-that-id = eine Einladung mit dieser ID
missing-session-of-yours-with-that-id = eine Anmeldung von Ihnen mit dieser ID
missing-passkey-of-yours-with-that-id = ein Passkey von Ihnen mit dieser ID
missing-app-that-makes-codes = eine App, die Codes erzeugt
missing-second-factor-of-that-person = ein zweiter Faktor dieser Person

audit-person-role-everywhere = Rolle einer Person in allen Shops geändert
audit-person-remove = Person entfernt
audit-person-invite = Jemanden eingeladen
audit-person-invite-withdraw = Einladung zurückgezogen
audit-person-join = Dem Team beigetreten
audit-person-password = Passwort geändert
audit-person-codes-on = Codes aus einer App eingeschaltet
audit-person-codes-off = Codes aus einer App abgeschaltet
audit-person-recovery-code = Mit einem Wiederherstellungscode angemeldet
audit-person-recovery-codes = Neue Wiederherstellungscodes erstellt
audit-person-passkey-add = Passkey hinzugefügt
audit-person-passkey-remove = Passkey entfernt
audit-person-passkey-copied = Passkey abgelehnt: Vielleicht gibt es eine Kopie davon
audit-person-factors-reset = Zweiten Faktor einer Person abgeschaltet
