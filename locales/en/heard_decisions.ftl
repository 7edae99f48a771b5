# What stands in a cart's story and in the decision log: reasons of decisions, summaries of events, clicks, replies and receipts, as src/app and src/domain make them.

# Words within sentences: ways to write, providers as they are stored.
heard-decisions-word-e-mail = e-mail
heard-decisions-word-text-message = text message
heard-decisions-word-whatsapp = WhatsApp
heard-decisions-word-whatsapp-message = WhatsApp message
heard-decisions-word-message = message
heard-decisions-provider = the provider
heard-decisions-provider-smtp = smtp
heard-decisions-provider-ses = ses
heard-decisions-provider-sendgrid = sendgrid
heard-decisions-provider-mailgun = mailgun
heard-decisions-provider-postmark = postmark
heard-decisions-provider-twilio = twilio
heard-decisions-provider-vonage = vonage
heard-decisions-provider-telnyx = telnyx
heard-decisions-provider-gateway = gateway
heard-decisions-provider-inbox = inbox
heard-decisions-whose-store = the store
heard-decisions-whose-sender = the sender
heard-decisions-whose-law = the law of { $place }

# A cart's story: what stands around a decision's reason.
heard-decisions-abandoned = the checkout counts as abandoned from here on: no activity for as long as the campaign waits
heard-decisions-not-planned = no message was planned: { $why }
heard-decisions-may-leave = { $why_word }: may leave: { $why }
heard-decisions-postponed = { $why_word }: postponed: { $why }
heard-decisions-not-sent = { $why_word }: not sent: { $why }
heard-decisions-sent = { $why_word }: sent: { $why }
heard-decisions-refused = { $why_word }: refused: { $why }
heard-decisions-again = { $why_word }: will be tried again: { $why }
heard-decisions-not-known-yet = { $why_word }: not known yet: { $why }
heard-decisions-not-arrived = { $why_word }: did not arrive: { $why }
heard-decisions-outcome-unknown = { $why_word }: outcome unknown: { $why }
heard-decisions-send-now = { $why_word }: send now: { $why }
heard-decisions-about = { $why_word }: { $why }
heard-decisions-looked-again = { $why }; looked at again at { $at }
heard-decisions-instead = { $why }; it goes by { $why_channel } instead
heard-decisions-too-late-then = { $why }; after that it would be too late

# Clicks.
heard-decisions-preferences-opened = the page of preferences was opened from the { $why_word }: { $why }
heard-decisions-clicked = the shopper clicked the link in the { $why_word }: { $why }
heard-decisions-clicked-by-machine = a machine, not the shopper, opened the link in the { $why_word }: { $why }
heard-decisions-click-head = only the head was asked for, as previewers do
heard-decisions-click-nameless = the program did not say what it is
heard-decisions-click-robot = the program calls itself a robot or previewer
heard-decisions-click-ahead = the program fetched it ahead, before anybody asked
heard-decisions-click-scanner = it came from an address of { $whose }, which checks links
heard-decisions-click-all-at-once = all links of the message were opened at once, as scanners do
heard-decisions-click-browser = an ordinary browser asked for the page
heard-decisions-click-browser-soon = an ordinary browser asked for the page, though within { $count } seconds of the mail's departure

# What was written back.
heard-decisions-answered = the shopper answered by { $why_channel }: { $why }
heard-decisions-answered-because = the shopper answered by { $why_channel }: { $why } ({ $words })
heard-decisions-answered-other = the shopper answered by { $why_channel }: wrote back
heard-decisions-meant-stop = asked to stop
heard-decisions-meant-stop-all = asked to stop everything
heard-decisions-meant-start = asked to begin again
heard-decisions-meant-yes = said yes
heard-decisions-meant-no = said no
heard-decisions-meant-help = asked for help
heard-decisions-meant-doubtful = may have asked to stop: nothing is sent until somebody has looked at it
heard-decisions-meant-other = wrote back
# Elsewhere: put together of several texts.
heard-decisions-meant-stop-by = asked to stop by { $why_channel }
heard-decisions-meant-stop-all-by = asked to stop everything by { $why_channel }
heard-decisions-meant-start-by = asked to begin again by { $why_channel }
# Elsewhere: put together of several texts.
heard-decisions-meant-yes-by = said yes by { $why_channel }
# Elsewhere: put together of several texts.
heard-decisions-meant-no-by = said no by { $why_channel }
# Elsewhere: put together of several texts.
heard-decisions-meant-help-by = asked for help by { $why_channel }
# Elsewhere: put together of several texts.
heard-decisions-meant-doubtful-by = may have asked to stop: nothing is sent until somebody has looked at it by { $why_channel }
# Elsewhere: put together of several texts.
heard-decisions-meant-other-by = wrote back by { $why_channel }

# What providers told of a message.
heard-decisions-told = { $why_word }: { $why_fate }, says { $why_provider }
heard-decisions-told-because = { $why_word }: { $why_fate }, says { $why_provider } ({ $told })
heard-decisions-fate-accepted = passed on by the provider
heard-decisions-fate-soft-bounce = not delivered this time
heard-decisions-fate-delivered = delivered
heard-decisions-fate-blocked = refused for what it says or for who sent it
heard-decisions-fate-hard-bounce = bounced: the address can't be reached
heard-decisions-fate-suppressed = not delivered: the provider doesn't write to this address
heard-decisions-fate-opted-out = the shopper opted out at the provider
heard-decisions-fate-complained = the shopper reported it as spam
heard-decisions-fate-accepted-because = passed on by the provider ({ $told })
heard-decisions-fate-soft-bounce-because = not delivered this time ({ $told })
heard-decisions-fate-delivered-because = delivered ({ $told })
heard-decisions-fate-blocked-because = refused for what it says or for who sent it ({ $told })
heard-decisions-fate-hard-bounce-because = bounced: the address can't be reached ({ $told })
heard-decisions-fate-suppressed-because = not delivered: the provider doesn't write to this address ({ $told })
heard-decisions-fate-opted-out-because = the shopper opted out at the provider ({ $told })
heard-decisions-fate-complained-because = the shopper reported it as spam ({ $told })
heard-decisions-taken = its provider told what became of it, so it had taken it

# Orders that are credited to a message.
# Elsewhere: put together of several texts.
heard-decisions-credit = order { $name }: { $money } net credited to this cart's message: { $why }
# Elsewhere: put together of several texts.
heard-decisions-credit-less = order { $name }: { $money } net credited to this cart's message, after { $money_back } that went back: { $why }
# Elsewhere: put together of several texts.
heard-decisions-influence = order { $name }: { $money } net perhaps influenced by this cart's message: { $why }
# Elsewhere: put together of several texts.
heard-decisions-influence-less = order { $name }: { $money } net perhaps influenced by this cart's message, after { $money_back } that went back: { $why }
heard-decisions-proof-link = the shopper opened its link before the order
heard-decisions-proof-code = the order used its code
heard-decisions-proof-marker = the order carries its marker
heard-decisions-proof-view = it was delivered before the order, and nobody knows whether it was read
heard-decisions-proof-person = it left to who ordered, and nothing else speaks for it

# How likely a checkout is fake.
heard-decisions-score = how likely the checkout is fake: { $count } of { $count_most }: { $whys }
heard-decisions-marked-fake = marked as fake by hand: nothing is sent for it, whatever its score
heard-decisions-marked-not-fake = marked as not fake by hand: its score doesn't matter
heard-decisions-bot-cheapest = at least 8 others within the hour hold the same single item, the cheapest of all
heard-decisions-bot-item = at least 8 others within the hour hold the same single item
heard-decisions-bot-phone = the same phone number came with 3 or more e-mail addresses within the hour
heard-decisions-bot-client = the same machine came with 5 or more e-mail addresses within the hour
heard-decisions-bot-disposable = the e-mail address is of a service that gives out addresses for minutes
heard-decisions-bot-name = the same name came with 3 or more e-mail addresses within the hour
heard-decisions-bot-generated = the e-mail address looks made up by a program
heard-decisions-bot-address = the same postal address came with 3 or more e-mail addresses within the hour
heard-decisions-bot-fast = the form was filled in within seconds, by nobody whom the store knows
heard-decisions-bot-untraced = neither a page that they came from nor a language is known
heard-decisions-bot-burst = checkouts within the hour are many times the store's usual number

# What happened.
heard-decisions-event-deleted = the platform deleted the checkout
heard-decisions-event-paid-back = { $money } was paid back
heard-decisions-event-customer = the customer record changed
heard-decisions-event-erase = the platform demanded erasure
heard-decisions-event-data-request = the person asked for their data
# Elsewhere: put together of several texts.
heard-decisions-event-subscribed = subscribed by { $why_channel }: { $why }
# Elsewhere: put together of several texts.
heard-decisions-event-unsubscribed = unsubscribed by { $why_channel }: { $why }
# Elsewhere: put together of several texts.
heard-decisions-event-pending = pending by { $why_channel }: { $why }
heard-decisions-event-test = { $why } (a test: it never counts)
heard-decisions-event-order-cancelled = order { $name } was cancelled: { $money }
heard-decisions-event-order = order { $name }: { $money }, of which { $figure } is paid
heard-decisions-event-products = { $why_act }: { $count } product(s)
heard-decisions-event-items = { $why_what }: { $count } item(s)
heard-decisions-event-items-worth = { $why_what }: { $count } item(s), { $money }
heard-decisions-event-completed = checkout completed
heard-decisions-event-checkout = checkout changed
heard-decisions-event-cart = cart changed
heard-decisions-source-shopify = shopify { $topic }
heard-decisions-source-shopify-collected = shopify { $topic }, collected from { $why_place }
heard-decisions-place-shopify = SHOPIFY
# Elsewhere: put together of several texts.
heard-decisions-place-other = OTHER
heard-decisions-source-reply = reply: { $words }
heard-decisions-source-receipt = receipt by { $why_provider }: { $why }

# Campaigns: which one a cart enters, and when its messages are due.
heard-decisions-entered = abandoned: entered the campaign "{ $name }" (version { $version }): { $wordlist }
heard-decisions-entered-path = abandoned: entered the campaign "{ $name }" (version { $version }) on the path "{ $path }": { $wordlist }
heard-decisions-moved = moved to version { $version } of the campaign "{ $name }": { $wordlist }
heard-decisions-moved-path = moved to version { $version } of the campaign "{ $name }" on the path "{ $path }": { $wordlist }
heard-decisions-times-at = { $why_channel } at { $at }
heard-decisions-times-none = no step is for it
heard-decisions-too-old = the cart is too old to come back to
heard-decisions-in-sequence = this shopper is being written to about another cart, or was within the last 24 hours
heard-decisions-no-campaign = no campaign is published
heard-decisions-no-campaign-checkouts = no campaign for checkouts or carts is published
heard-decisions-browse-only = the shopper only looked around, and no campaign is for that
heard-decisions-cart-only = the shopper left before the checkout, and no campaign is for carts
heard-decisions-nobody = the shopper gave neither an e-mail address nor a phone number
heard-decisions-in-campaign = the shopper left again; this cart is in a campaign already, and no second one begins
heard-decisions-no-campaign-fits = no campaign is for this cart. "{ $name }": { $why }
heard-decisions-held-out = this shopper is in the comparison group of "{ $name }", which no campaign with the same trigger writes to

# Conditions.
heard-decisions-if-for = it is for { $why }; { $why_found }
heard-decisions-if-others = others than { $why }
heard-decisions-if-either = it is for { $why } or { $why2 }; this cart is not such a one
heard-decisions-if-either-of-three = it is for { $why } or { $why2 } or { $why3 }; this cart is not such a one
heard-decisions-if-both = it is for { $why } and { $why2 }; this cart is not such a one
heard-decisions-if-both-or = it is for { $why } and { $why2 } or { $why3 }; this cart is not such a one
heard-decisions-if-or-both = it is for { $why } or { $why2 } and { $why3 }; this cart is not such a one
heard-decisions-if-no-such = this cart is not such a one
heard-decisions-if-worth = carts worth { $money } or more
heard-decisions-if-below = carts worth less than { $money }
heard-decisions-if-currency = carts in { $currencies }
heard-decisions-if-country = shoppers in { $countries }
heard-decisions-if-language = shoppers whose language is { $languages }
heard-decisions-if-new = new customers
heard-decisions-if-returning = returning customers
heard-decisions-if-item = carts with { $items }
heard-decisions-if-collection = carts with something of the collection { $collections }
heard-decisions-if-product-tag = carts with a product tagged { $tags }
heard-decisions-if-customer-tag = customers tagged { $tags }
heard-decisions-if-code = carts with a code
heard-decisions-if-no-code = carts without a code
heard-decisions-if-used-code = shoppers who used a code within { $wait }
heard-decisions-if-in-stock = carts of which everything can be had
heard-decisions-if-sold-out = carts of which something is sold out
heard-decisions-found-worth = the cart is worth { $money }
heard-decisions-found-worth-unknown = what the cart is worth is unknown
heard-decisions-found-country = the shopper's country is { $country }
heard-decisions-found-country-unknown = the shopper's country is unknown
heard-decisions-found-language = the shopper's language is { $language }
heard-decisions-found-language-unknown = the shopper's language is unknown
heard-decisions-found-orders = the shopper has { $count } earlier order(s)
heard-decisions-found-no-tags = the shopper has no tags
heard-decisions-found-tags = the shopper's tags are { $tags }
heard-decisions-found-code = a code is on the cart
heard-decisions-found-no-code = no code is on the cart
heard-decisions-found-never-used = they never used one
heard-decisions-found-last-used = they last used one at { $at }
heard-decisions-found-sold-out = something in the cart is sold out
heard-decisions-found-in-stock = everything in the cart can be had

# Codes of shoppers' own.
heard-decisions-code-on-cart = a code is on the cart already, and codes are not stacked
heard-decisions-code-later-step = discounts begin with step { $step }
# Elsewhere: put together of several texts.
heard-decisions-code-minimum = it is for carts worth { $money } or more; this one is worth { $money2 }
# Elsewhere: put together of several texts.
heard-decisions-code-minimum-unknown = it is for carts worth { $money } or more; what it is worth is unknown
# Elsewhere: put together of several texts.
heard-decisions-code-used-today = the shopper used a code less than a day ago: no second one so soon
# Elsewhere: put together of several texts.
heard-decisions-code-used = the shopper used a code { $count } day(s) ago: no second one so soon
heard-decisions-code-foreign = the store's codes take off { $currency }, and this offer is in { $other }: no code can be made for it
heard-decisions-code-no-access = codes are made by the store's platform, and Comeback has no access to it: { $why }; give it with `comeback shop access`
heard-decisions-code-never-sent = the message is never sent
heard-decisions-code-goes-without = the message waits for two hours and goes without its code

# The rules: what is asked before a message leaves.
heard-decisions-clear = the cart is still abandoned, the shopper may be written to, and it is not quiet time where they are
heard-decisions-clear-no-code = { $why }; it carries no code: { $why2 }
heard-decisions-clear-code-late = { $why }; it carries no code, since the platform had none in time
heard-decisions-purchased = the shopper has bought: no reminder after a purchase
heard-decisions-erased = the shopper's data was erased
heard-decisions-cart-gone = the checkout was deleted by the store, or is too old to come back to
heard-decisions-no-shopper = the cart was made by staff or a machine, not by a shopper
heard-decisions-empty = there is nothing left in the cart
heard-decisions-stopped = somebody of the store stopped messages for this cart
heard-decisions-merged = this cart turned out to be part of another, which is followed instead
heard-decisions-other-shopper = the cart turned out to be another shopper's
heard-decisions-later-stage = the shopper has come further since, and is written to about that
heard-decisions-newer-cart = the same shopper has a newer cart, which is followed instead
heard-decisions-newer-cart-such = the same shopper has a newer cart ({ $cart }), which is followed instead
heard-decisions-step-gone = the campaign's new version doesn't have this step, or the sequence is past it
heard-decisions-unsubscribed = the shopper does not want to be written to any more
heard-decisions-address-refused = the address must not be written to: a provider refused it for good
heard-decisions-campaign-archived = the campaign was archived
heard-decisions-campaign-paused = the campaign is paused: the message waits until it is resumed
heard-decisions-excluded = the customer has the tag "{ $tag }", and the store doesn't write to those
heard-decisions-fake = the checkout looks fake: { $whys }
heard-decisions-fake-score = the checkout looks fake ({ $count } of 100): { $whys }
heard-decisions-fake-by-hand = somebody of the store marked it as fake
heard-decisions-test-store = this is a test store, and the address is not on its list of testers
heard-decisions-bought-elsewhere = the shopper has the same items by order { $order }
heard-decisions-follows = it follows the message before, which is not settled yet
heard-decisions-after-previous = it is due { $wait } after the message before
heard-decisions-time-of-day = it waits for the time of day that its step asks for
heard-decisions-too-late = it was due at { $at } and is too late now
heard-decisions-sold-out = everything in the cart is sold out
heard-decisions-no-email = no e-mail address is known for this shopper
heard-decisions-no-phone = no phone number is known for this shopper
heard-decisions-suppressed = the address must not be written to: { $told }
heard-decisions-no-consent = the shopper may not be written to: { $why }
heard-decisions-never-agreed = the shopper never agreed to be written to by { $why_channel }
heard-decisions-store-rule-instead = the store's rule { $count } ({ $lands }, { $why }): { $note }; it goes by { $why_channel } instead
heard-decisions-carrier-one = US and Canadian carriers allow one cart reminder by text per cart, and it was sent
heard-decisions-carrier-hours = US and Canadian carriers allow a cart reminder by text only within 48 hours
# Elsewhere: put together of several texts.
heard-decisions-store-paused = the store sends nothing now: it is paused
heard-decisions-store-removed = the store sends nothing now: it is removed
heard-decisions-store-uninstalled = the store sends nothing now: it removed the app at { $at }
heard-decisions-active = the shopper is in the store again: wait until they have left
heard-decisions-no-provider-email = no e-mail provider is set up: the message waits; set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM
heard-decisions-no-provider-sms = no SMS provider is set up: the message waits; set COMEBACK_SMS__PROVIDER and its account
heard-decisions-no-provider-whatsapp = no WhatsApp number is set up: the message waits; set COMEBACK_WHATSAPP__PHONE_NUMBER_ID and its token
heard-decisions-code-required = the message is nothing without its code, and that isn't given: { $why }
heard-decisions-code-awaited = the platform has made no discount codes yet: the message waits for one, up to two hours
heard-decisions-code-missing = the platform made no discount code in time, and the message is nothing without it
# Elsewhere: put together of several texts.
heard-decisions-cap = the shopper got { $count } message(s) within { $wait }, and { $why_whose } allows { $count_most }
# Elsewhere: put together of several texts.
heard-decisions-cap-by = the shopper got { $count } message(s) by { $why_channel } within { $wait }, and { $why_whose } allows { $count_most }
heard-decisions-quiet = it is quiet time where the shopper is ({ $places }, by { $why_because })
heard-decisions-quiet-law = { $why }: the law's hours for texts ({ $place }) are not open
heard-decisions-quiet-always = no time is allowed in every zone where the shopper may be ({ $places })
heard-decisions-sender-limit = { $why_whose } sent { $count } by { $why_channel } in 24 hours, and { $count_most } are allowed: what is due first goes first
# Elsewhere: put together of several texts.
heard-decisions-sender-limit-new = { $why_whose } sent { $count } by { $why_channel } in 24 hours, and { $count_most } are allowed while it is new: what is due first goes first
heard-decisions-sender-full = { $why_whose } allows { $count } in 24 hours
heard-decisions-holdout = it would leave now; but this shopper is in the comparison group, which gets no message, so that the campaign's effect can be measured

# Why an address must not be written to.
heard-decisions-ground-doubtful = replied: may have asked to stop, to be reviewed
heard-decisions-ground-stop = replied: stop
heard-decisions-ground-stop-all = replied: stop everything
heard-decisions-ground-opted-out = opted out: told by the provider
heard-decisions-ground-soft = bounced: three messages in a row could not be delivered
heard-decisions-ground-refused = bounced: the provider doesn't write to this address
heard-decisions-ground-complained = complained: reported a message as spam
heard-decisions-ground-unreachable = the address can't be reached
heard-decisions-ground-reason-long = reason: it has 1 to { $count } characters on one line
# Elsewhere: put together of several texts.
heard-decisions-ground-manual = the address must not be written to: manual

# Handing a message over.
heard-decisions-took = { $why_provider } took it
heard-decisions-refused-for-good = { $why_provider } refused it for good: { $told }
heard-decisions-refused-for-good-instead = { $why_provider } refused it for good: { $told }; it goes by { $why_channel } instead
heard-decisions-refuses-sender = { $why_provider } refuses this sender: { $told }
heard-decisions-not-now = { $why_provider } didn't take it now: { $told }
heard-decisions-never-answered = { $why_provider } never answered ({ $told }): it may have been sent, so it is not sent again blindly
heard-decisions-unrendered = the message can't be made: { $why }
heard-decisions-unrendered-no-step = the campaign has no such step any more
heard-decisions-unrendered-gone = the template "{ $key }" is gone
heard-decisions-unrendered-unread = the template "{ $key }" can't be read: { $why }
heard-decisions-unrendered-address = the address is gone
heard-decisions-unrendered-number = the number is gone
heard-decisions-unrendered-link = the link can't be signed: { $why }
heard-decisions-held-up-again = the worker was held up; it is tried again
heard-decisions-held-up = the worker was held up until its lease was over
heard-decisions-worker-lost = the worker that was sending it was lost before it could say what came of it: it may have been sent, so it is not sent again blindly
heard-decisions-held-until = nothing is handed over before { $at }: { $told }
heard-decisions-no-answer = no answer: { $why }

# What became of a message in doubt.
heard-decisions-asked-has = { $why_provider } was asked and has it as { $id }
heard-decisions-asked-has-of = { $why_provider } was asked and has it as { $id }, of { $at }
heard-decisions-asked-refused = { $why_provider } was asked and will not deliver it: { $told }
heard-decisions-asked-absent-twice = { $why_provider } was asked twice and has no such message
heard-decisions-asked-absent = { $why_provider } was asked and has no such message yet
heard-decisions-asked-cannot-say = { $why_provider } can't say whether it arrived: { $why }
heard-decisions-asked-silent = { $why_provider } was asked and gave no answer: { $told }
heard-decisions-then-asks-again = { $why }; it is asked again at { $at }
heard-decisions-then-nobody = { $why }; nobody else can be asked, so a person has to say what became of it
heard-decisions-then-due-again = { $why }: it never left, so it is due again, and every rule is asked anew
heard-decisions-asked-no-provider = no provider is set up for the channel
heard-decisions-asked-other-provider = it went through another provider than the one that is set up now
heard-decisions-asked-no-address = to whom it went is not known any more
heard-decisions-arrived-clicked = a person opened its link, so it arrived
heard-decisions-arrived-code = an order used its discount code, so it arrived
heard-decisions-arrived-marker = an order carries its marker, so it arrived
heard-decisions-said-arrived = a person decided that it arrived
heard-decisions-said-again = a person decided that it did not arrive: it is due again, and every rule is asked anew
heard-decisions-credited-arrived = an order is credited to this message, so it arrived and is not sent again
heard-decisions-known-sent = what became of this message is known by now: it was sent
heard-decisions-known-refused = what became of this message is known by now: it was refused for good
heard-decisions-known-cancelled = what became of this message is known by now: it is not sent, and its timeline says why
heard-decisions-known-waiting = this message waits to be sent or is on its way: there is nothing to settle
heard-decisions-known-soon = this message is being settled right now: try again in a moment

# What people of a store did about a cart.
heard-decisions-stop-over = the cart is over, so nothing is sent for it anyway
heard-decisions-stop-already = messages for this cart are stopped already
heard-decisions-stop-not = messages for this cart are not stopped
heard-decisions-go-on-other-cart = the same shopper is written to about another cart by now, or was within the last 24 hours
heard-decisions-now-none = no message of this cart waits to be sent: it may have left, or be on its way
heard-decisions-now-held = this shopper is in the comparison group, which gets no message
heard-decisions-erase-already = this cart's shopper was erased already
heard-decisions-by-hand-stopped = messages for this cart were stopped by hand: { $why }, and no new one begins
# Elsewhere: put together of several texts.
heard-decisions-by-hand-stopped-late = messages for this cart were stopped by hand: { $why }, and no new one begins; what was on its way to its provider already may still arrive
heard-decisions-by-hand-none-waited = nothing waited
heard-decisions-by-hand-cancelled = { $count ->
    [one] { $count } message that waited is cancelled
   *[other] { $count } messages that waited are cancelled
}
heard-decisions-by-hand-goes-on = messages for this cart may go on, by hand: { $why }
heard-decisions-by-hand-over = the cart is over, so nothing more is sent for it
heard-decisions-by-hand-looked-again = campaigns look at it again
heard-decisions-by-hand-none-cancelled = nothing had been cancelled
heard-decisions-by-hand-wait-again = { $count ->
    [one] { $count } message waits again, and every rule is asked before anything leaves
   *[other] { $count } messages wait again, and every rule is asked before anything leaves
}
heard-decisions-by-hand-waits = it waits again as it was planned
heard-decisions-by-hand-now = it was planned for { $at } and is due now, by hand: every rule is asked before it leaves
