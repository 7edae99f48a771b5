# Signing in, one's own account, the team.

people-sign-in = Sign in
people-nobody-yet = Nobody can sign in yet. Make the first owner on the server; the password is read from standard input:
people-then-sign-in = Then come back and sign in.
people-email = E-mail address
people-password = Password
people-too-many = Too many attempts. Wait a quarter of an hour, then try again.
people-too-many-codes = Too many attempts. Wait a quarter of an hour, then try again; after fifty in a day, wait until tomorrow.
people-wrong-password = E-mail address and password don't belong together.
people-wrong-code = That code isn't right, or was used before. Each code is taken once: wait for the next one.
people-wrong-passkey = That passkey wasn't accepted. Nothing was changed; try again, or use another way.
people-over = That took too long. Please begin again.
people-by-passkey = Sign in with a passkey
people-passkey-failed = No passkey was used: the device has none for this address, or it was cancelled.
people-no-scripts = Passkeys need a browser that knows them, with scripts switched on.

people-second = One more step
people-code-of-app = Code from your app
people-code-or-recovery = Code from your app, or a recovery code
people-recovery-code = Recovery code
people-lost = I don't have my device
people-lost-all = Nothing left? An owner of the installation can switch your second factor off, or on the server: <code>comeback user reset-factors</code>.
people-start-over = Sign in as somebody else

people-prove = Is it you?
people-prove-why = What you are about to do is sensitive. Prove once more who you are; for a quarter of an hour you won't be asked again.
people-prove-by-passkey = Prove it with a passkey
people-not-proved = That isn't right, or the code was used before. Try again.
people-go-on = Go on

people-account = Your account
people-save = Save
people-on = on
people-off = off

people-look = How pages look
people-language = Language
people-language-browser = As my browser asks
people-language-en = English
people-language-de = Deutsch
people-zone = Time zone
people-zone-store = As the store has it
people-zone-hint = Type a city, such as Berlin. Empty: each store's own.
people-zone-unknown = There is no such time zone. Choose one of the list, such as Europe/Berlin.
people-colours = Colours
people-colours-system = As my system has it
people-colours-light = Light
people-colours-dark = Dark

people-password-present = Present password
people-password-wanted = New password
people-password-choose = Choose a password
people-password-again = The same again
people-password-hint = At least { $min } characters.
people-password-length = A password has { $min } to { $max } characters.
people-passwords-differ = The two passwords differ.
people-password-isnt = That isn't your present password.
people-password-change = Change the password
people-password-others = You are signed out everywhere else.

people-factors = Second factor
people-factors-why = Besides the password, something that only you have: whoever finds out the password can't sign in with it alone.
people-code = Codes from an app
people-code-means = An app on your telephone shows a code that changes every half minute. Any app for one-time codes will do.
people-code-set-up = Set up an app
people-code-scan = Scan this picture with the app.
people-code-picture = The picture that the app scans
people-code-type = Or type this into it:
people-code-first = Type the code that the app shows.
people-code-switch-on = Switch it on
people-wrong-first-code = That isn't the code. See that the clock of your telephone is right, and type the one that is shown now.
people-code-switch-off = Switch it off
people-code-off-means = You are then no longer asked for a code of the app.
people-code-off-yes = Yes, switch it off
people-passkeys = Passkeys
people-passkey = Passkey
people-passkey-means = Your telephone, your computer or a security key signs you in, without a password: it knows who you are by finger, face or PIN.
people-passkey-name = Name of the device
people-passkey-example = Work laptop
people-passkey-add = Add a passkey
people-passkey-made = added
people-passkey-used = last used
people-passkey-remove = Remove
people-passkey-remove-which = Remove the passkey { $name }
people-passkey-remove-means = Nobody can sign in with it any more. Remove it on the device as well.
people-passkey-remove-yes = Yes, remove it
people-passkeys-number = Passkeys can't be used here: they belong to a name, and the address of this installation is a number. Whoever runs it can give it a name with <code>server.public_url</code>.
people-passkeys-insecure = Passkeys can't be used here: browsers have them over https alone, and the address of this installation begins with http. Whoever runs it can change that with <code>server.public_url</code>.
people-recovery = Recovery codes
people-recovery-once = <b>These codes are shown this once.</b> Print them or write them down, and keep them where you keep important papers.
people-recovery-why = With one of them you sign in when you don't have your device. Each works once. Codes from before no longer work.
people-recovery-kept = I have kept them
people-recovery-left = { $count ->
    [0] None is left: make new ones.
    [one] { $count } is left.
   *[other] { $count } are left.
}
people-recovery-renew = Make new ones
people-recovery-renew-means = Those that you have no longer work then.
people-recovery-renew-yes = Yes, make new ones

people-sessions = Where you are signed in
people-session-program = Browser
people-program = Unknown program
people-session-address = Network address
people-session-since = Signed in
people-session-seen = Last seen
people-session-here = this one
people-session-end = Sign out
people-session-end-which = Sign out { $program }, signed in { $since }
people-sessions-end-others = Sign out everywhere else

people-team = Team
people-members = People
people-role = Role
people-seen = Last seen
people-never = never
people-factor = Second factor
people-you = you
people-change = Change
people-change-whom = Change what { $email } may do
people-place-role = { $place }: { $role }
people-nowhere = in no store
people-every-store = every store
people-roles-mean = Viewers look; editors also change campaigns and templates; owners do everything.
people-invitations = Invited
people-until = Until
people-withdraw = Withdraw
people-withdraw-whom = Withdraw the invitation of { $email }

people-invite = Invite somebody
people-invite-means = They get a link with which they join. It works once, and for { $days } days.
people-invite-to = Invite to { $place }
people-invite-everywhere = Invite to every store
people-bad-address = That isn't an e-mail address.
people-no-role = Choose a role.
people-is-already = They are that already, or more.
people-invited = { $email } is invited: { $place }, { $role }. The link works once, and for { $days } days.
people-mailed = It was sent by e-mail. You can also give it to them yourself; it is shown this once:
people-mail-failed = The e-mail could not be sent. Give them the link yourself; it is shown this once:
people-no-mail = No e-mail can be sent here yet. Give them the link yourself; it is shown this once:
people-to-team = Back to the team
people-mail-subject = Invitation: { $place }
people-mail-text = { $by } invites you to Comeback ({ $place }). Open this link to join:
people-mail-end = The link works once, and for { $days } days. If you did not expect it, you need not do anything.

people-join = Join { $place }
people-join-as = You are invited as <b>{ $role }</b> of <b>{ $place }</b>, with the address <b>{ $email }</b>.
people-join-known = You have an account with this address. <a>Sign in</a>, then open the link once more.
people-join-other = You are signed in as { $email }. Sign out, then open the link once more.
people-join-yes = Join
people-invitation-over = This link no longer works
people-invitation-over-why = It was used, withdrawn, or is more than seven days old. Ask whoever invited you for another.

people-now = At present
people-in-store = In { $place }
people-set-role = Set the role
people-leave = Remove from this store
people-leave-means = They no longer see { $place }, from this moment on. What they may do in every store stays.
people-leave-yes = Yes, remove them from this store
people-in-every-store = In every store
people-role-everywhere = Role in every store
people-role-none = none: single stores only
people-set-everywhere = Set it for every store
people-everywhere-means = In a store the greater of both roles counts. Owners of every store also own the installation.
people-reset = Switch off their second factor
people-reset-means = For who has lost the device. They are signed out everywhere, and sign in with the password alone until they set up another.
people-reset-yes = Yes, switch it off
people-remove = Remove them entirely
people-remove-means = { $email } can no longer sign in, and is signed out everywhere from this moment on. What they did stays in the audit.
people-remove-yes = Yes, remove them

notice-look = Saved.
notice-password = The password is changed, and you are signed out everywhere else.
notice-code-on = From now on you are asked for a code when you sign in.
notice-code-off = Switched off. You are no longer asked for a code of the app.
notice-passkey-on = The passkey is added.
notice-passkey-off = The passkey is removed.
notice-passkey-refused = The passkey wasn't added: what the device answered wasn't accepted. Try again.
notice-session-ended = Signed out there.
notice-sessions-ended = Signed out everywhere else.
notice-withdrawn = The invitation is withdrawn. Its link no longer works.
notice-role = Saved. It counts from this moment on.
notice-left = Removed from the store.
notice-removed = Removed, and signed out everywhere.
notice-factors-reset = Their second factor is switched off, and they are signed out everywhere.

missing-invitation-with-that-id = invitation with that id
missing-session-of-yours-with-that-id = session of yours with that id
missing-passkey-of-yours-with-that-id = passkey of yours with that id
missing-app-that-makes-codes = app that makes codes
missing-second-factor-of-that-person = second factor of that person

audit-person-role-everywhere = Changed what a person is in every store
audit-person-remove = Removed a person
audit-person-invite = Invited somebody
audit-person-invite-withdraw = Withdrew an invitation
audit-person-join = Joined the team
audit-person-password = Changed the password
audit-person-codes-on = Switched on codes from an app
audit-person-codes-off = Switched off codes from an app
audit-person-recovery-code = Signed in with a recovery code
audit-person-recovery-codes = Made new recovery codes
audit-person-passkey-add = Added a passkey
audit-person-passkey-remove = Removed a passkey
audit-person-passkey-copied = A passkey was refused: there may be a copy of it
audit-person-factors-reset = Switched off a person's second factor
