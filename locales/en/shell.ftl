# What stands around every page, and how values are written.

number-group = ,
number-point = .
date-day = { $day } { $month } { $year }
date-time = { $date }, { $time }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
length-d = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
length-h = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
length-m = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
length-s = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}

channel-email = e-mail
channel-sms = SMS
channel-whatsapp = WhatsApp

cart-state-open = open
cart-state-abandoned = abandoned
cart-state-recovered = recovered
cart-state-purchased = bought
cart-state-lost = lost
cart-state-invalid = not a shopper
cart-state-erased = erased

nudge-state-scheduled = waiting
nudge-state-sending = sending
nudge-state-sent = sent
nudge-state-delivered = delivered
nudge-state-failed = failed
nudge-state-cancelled = not sent
nudge-state-unknown = unknown

role-owner = owner
role-editor = editor
role-viewer = viewer

shell-skip = Skip to content
shell-store = Store
shell-show = Show
shell-main = Main
shell-sign-out = Sign out
shell-times = Times: { $zone }
shell-copy = Copy
shell-copied = Copied
nav-overview = Overview
nav-carts = Carts
nav-campaigns = Campaigns
nav-templates = Templates
nav-reports = Reports
nav-tracking = Tracking
nav-settings = Settings

shell-to-overview = To the overview
shell-sign-in-title = Please sign in
shell-sign-in-what = You are not signed in, or your session has ended.
shell-sign-in-next = Sign in and try again.
shell-role-title = You may not do that
shell-needs-role = This needs the role “{ $role }”.
shell-role-next = Ask an owner of the store to do it, or to change what you are there under Settings, Team.
shell-forged-title = The form has expired
shell-forged-what = The form didn't come from a page of your present session, so nothing was changed.
shell-forged-next = Go back, reload the page and send it again.
shell-missing-title = Not found
shell-missing-what = There is no { $what }.
shell-missing-next = It may have been removed, or belong to a store that you have no access to.
shell-no-store-title = No store yet
shell-no-store-what = Comeback doesn't know any store that you may see.
shell-no-store-next = Add one on the command line:
shell-invalid-title = That can't be used
shell-invalid-next = Go back, correct it and send it again.
shell-conflict-title = That isn't possible now
shell-conflict-next = Go back and reload the page: it may have changed meanwhile.
shell-unavailable-title = The database can't be reached
shell-unavailable-what = Nothing is lost: deliveries that were acknowledged are stored.
shell-unavailable-next = Try again in a moment. If it stays so, run `comeback doctor` on the server.
shell-internal-title = Something went wrong here
shell-internal-what = The page couldn't be made. The server's log has the reason.
shell-internal-next = Try again; if it stays so, run `comeback doctor` on the server.

missing-page-with-that-address = page with that address
missing-store-with-that-id = store with that id
missing-store = store
missing-campaign-with-that-id = campaign with that id
missing-cart-with-that-id = cart with that id
missing-template-with-that-id = template with that id
missing-note-with-that-id = note with that id
missing-message-with-that-id = message with that id
missing-delivery-with-that-id = delivery with that id
missing-valid-token-with-that-id = valid token with that id
missing-person-with-that-id = person with that id
missing-channel-of-that-name = channel of that name
missing-mail-of-that-step = mail of that step
missing-alarm-with-that-id-that-still-holds = alarm with that id that still holds
missing-endpoint-with-that-id = endpoint with that id
missing-event-with-that-id-for-this-endpoint = event with that id for this endpoint
missing-kind-of-message-of-that-name = kind of message of that name
missing-provider-of-that-name = provider of that name
missing-provider-of-that-kind = provider of that kind
missing-open-link-with-that-address = open link with that address
missing-reply-to-be-looked-at = reply to be looked at
missing-message-of-that-nudge = message of that nudge
missing-such-message-of-that-cart = such message of that cart
missing-such-action = such action
missing-comparison-with-the-books-yet = comparison with the books yet

notice-saved = Saved. What is at work stays as it is until you publish.
notice-publish = Published. Carts that are abandoned from now on enter this version.
notice-publish-and-move = Published. Carts under way are moved to this version, by and by.
notice-created = A draft to begin with. Nothing is sent until you publish it.
notice-cloned = A copy, as a draft. Its comparison group is drawn anew.
notice-pause = Paused. Messages that are planned wait; none is dropped.
notice-resume = Resumed. Messages that waited go on.
notice-archive = Archived. Its open messages will not be sent.
notice-template = Saved and in use from now on.
notice-retried = Back in the queue. What still can't be read comes back here.
notice-nothing = There was nothing left to retry.
notice-arrived = Noted: the message arrived. It is not sent again.
notice-send_again = The message is due again. Every rule is asked anew before it leaves; the timeline says what comes of it.
notice-dismissed = Dismissed. It comes back if it reaches further.
notice-domains = Saved. Pages on these domains may tell what happens on them from now on.
notice-revoked = The token is no longer valid.
notice-digest = Saved. What you chose is sent from the next time on.
notice-digest-sent = Handed to the provider: look into your mailbox.
notice-note = Noted. It stands on the time axis from now on.
notice-note-removed = The note is removed.
notice-policy = Saved. Every message that is decided from now on follows it.
notice-channel = Saved. Messages that leave from now on go this way; send yourself a test.
notice-messages = Saved. Messages that are made from now on follow it.
notice-money = Saved. Every order is worked out anew; figures follow by and by.
notice-books = Asked for. The comparison is made in the background.
notice-taken-in = Taken in. Compare again to see what is left.
notice-link-domain = Saved, and seen to lead here. Links in messages begin with it from now on.
notice-no-link-domain = Saved. Links begin with the program's own address again.
notice-outcome-days = Saved. All figures of what was caused are worked out anew, which takes a moment.
notice-fake = Noted: fake. Nothing is sent for this checkout.
notice-not_fake = Noted: not fake, whatever its score. Messages that are decided from now on follow that.
shell-beyond = that is beyond the calendar
shell-form-unread = the form can't be read; send it again
shell-form-long = what was sent is larger than { $size } KB; shorten it
shell-unread = { $field }: "{ $given }" can't be read
