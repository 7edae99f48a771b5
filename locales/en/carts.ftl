# Carts: the list, a cart's story, what one can do about it.

carts-title = Carts
carts-cart = Cart
carts-search = Find by e-mail, phone or token, to the letter
carts-search-hint = E-mail, +phone or token
carts-find = Find
carts-all = all
carts-outcome-unknown = outcome unknown
carts-state = State
carts-filter = Filter
carts-filter-show = Show
carts-clear = Clear all
carts-looked-for = What is looked for
carts-without = Without “{ $what }”
carts-any = any
carts-why = Why nothing was sent
carts-message = A message that is
carts-campaign = Campaign
carts-value-in = Value, in { $currency }
carts-at-least = at least
carts-at-most = at most
carts-from = from
carts-to = to
carts-chip-state = { $value }
carts-chip-why = because of: { $value }
carts-chip-message = a message is { $value }
carts-chip-in = in “{ $value }”
carts-chip-min = at least { $value }
carts-chip-max = at most { $value }
carts-chip-begun-from = begun from { $value }
carts-chip-begun-to = begun until { $value }
carts-chip-active-from = active from { $value }
carts-chip-active-to = active until { $value }
carts-bad-date = Give a day, as in 2026-07-31.
carts-bad-span = That is before the first day.
carts-bad-amount = Give an amount in { $currency }, as in 49.90.
carts-bad-range = That is less than the least.
carts-count = { $count ->
    [one] { $count } cart
   *[other] { $count } carts
}
carts-count-more = { $count }+ carts
carts-count-looked = { $count ->
    [one] { $count } cart among the latest { $looked }
   *[other] { $count } carts among the latest { $looked }
}
carts-new = { $count ->
    [one] { $count } new cart: show it
   *[other] { $count } new carts: show them
}
carts-new-more = { $count }+ new carts: show them
carts-behind = The carts behind a figure of a report, those begun last first. <a>Show all carts</a>
carts-not-found = Nothing was found. What you look for has to be the whole address, number (with + and country) or token. <a>Show all carts</a>
carts-none = No cart here. <a>Show all carts</a>
carts-none-yet = No cart yet. Carts appear as soon as the store sends webhooks and a shopper begins a checkout.
carts-shopper = Shopper
carts-items = Items
carts-value = Value
carts-last-word = Last word
carts-begun = Begun
carts-active = Last active
carts-abandoned = Abandoned
carts-unknown = unknown
carts-not-known = not known yet
carts-empty = empty
carts-item-untitled = an item without a title
carts-untitled = (no title)
carts-and-more = { $first } and { $count } more
carts-first-100 = Only the first 100 are shown.
carts-older = Older
carts-looked-through = { $count } carts were looked through for this page. There are older ones.
carts-further = Look further back

carts-rule-quiet_hours = quiet hours
carts-rule-frequency_cap = got enough messages
carts-rule-sender_limit = sender's daily limit
carts-rule-no_consent = no consent
carts-rule-unsubscribed = unsubscribed
carts-rule-suppressed = address blocked
carts-rule-no_address = no address for the channel
carts-rule-nobody = shopper not known
carts-rule-holdout = comparison group
carts-rule-held_out = comparison group of another campaign
carts-rule-purchased = has bought
carts-rule-bought_elsewhere = has the items by another order
carts-rule-stopped = stopped by hand
carts-rule-stopped_by_hand = stopped by hand
carts-rule-resumed_by_hand = goes on by hand
carts-rule-hurried_by_hand = sent now by hand
carts-rule-fake = fake checkout
carts-rule-excluded = excluded customer
carts-rule-condition = condition not met
carts-rule-expired = too late
carts-rule-sold_out = sold out
carts-rule-newer_cart = newer cart
carts-rule-in_sequence = written to about another cart
carts-rule-in_campaign = in a campaign already
carts-rule-no_campaign = no campaign
carts-rule-cart_only = left before the checkout
carts-rule-browse_only = only looked around
carts-rule-campaign_paused = campaign paused
carts-rule-campaign_archived = campaign archived
carts-rule-store_stopped = store sends nothing
carts-rule-no_channel = no provider set up
carts-rule-enrolled = planned
carts-rule-accepted = sent
carts-rule-all_clear = may leave
carts-rule-not_due = waits for its time
carts-rule-waits_for_previous = waits for the message before
carts-rule-shopper_active = shopper is in the store
carts-rule-cart_gone = cart is gone
carts-rule-erased = erased
carts-rule-empty = empty
carts-rule-not_a_shopper = not a shopper
carts-rule-no_discount = no discount code
carts-rule-no_code = waits for a code
carts-rule-later_stage = came further
carts-rule-merged = part of another cart
carts-rule-moved = campaign's new version
carts-rule-clicked = clicked
carts-rule-delivered = delivered
carts-rule-bounced = did not arrive
carts-rule-told = provider told

carts-item = Item
carts-quantity = Quantity
carts-price = Price
carts-no-items = The cart is empty, or its contents are not known.
carts-codes = Discount codes:
carts-nobody = Not known yet: no message can be sent.
carts-hide = Hide
carts-look-recorded = This look was recorded.
carts-reveal = Show
carts-is-recorded = is recorded
carts-known-name = Name
carts-known-customer = Customer
carts-known-email = E-mail
carts-known-phone = Phone
carts-zone = Times are in { $zone }.

carts-orders = Order
carts-order = Order
carts-placed = Placed
carts-paid = Paid
carts-went-back = Went back
carts-net = Net
carts-order-cancelled = cancelled
carts-order-test = test
carts-order-uncredited = It is credited to no message: none that reached the shopper led to it in time.
carts-credit = Credit
carts-credit-on = { $touches ->
    [one] { $evidence }, within { $window }; { $model }, from one touch; rules { $rules }
   *[other] { $evidence }, within { $window }; { $model }, from { $touches } touches; rules { $rules }
}
carts-credited = <b>{ $net }</b> net from order { $order }
carts-credited-less = <b>{ $net }</b> net from order { $order }, after { $refunds } that went back
carts-influenced = influenced, not credited
carts-basis-tax-shipping = Counted with tax and shipping, after discounts, without gift cards sold.
carts-basis-tax = Counted with tax, without shipping, after discounts, without gift cards sold.
carts-basis-shipping = Counted with shipping, without tax and duties, after discounts, without gift cards sold.
carts-basis-bare = Counted without tax, duties and shipping, after discounts, without gift cards sold.

carts-campaigns = Campaigns
carts-version = version { $version }
carts-arm-holdout = comparison group
carts-arm-treated = gets messages
carts-side-holdout = In the comparison group: no message
carts-side-treated = Gets the messages
carts-lot-earlier = , as with an earlier cart of the same shopper
carts-lot = : lot { $lot } of 100, the comparison group takes those below { $below }
carts-delays-from = Delays count from
carts-on-path = On the path “{ $path }”.
carts-variants = Texts: { $variants }.
carts-variant = step { $step }: { $name }
carts-counted = In the comparison since
carts-counted-when = , when its first message left or would have.
carts-not-counted = Not in the comparison yet: no message has left or would have.
carts-superseded = <a>Another cart of the same shopper</a> took over.

carts-fake = Fake or not
carts-counts-fake = counts as fake
carts-not-fake = not fake
carts-said-fake = Marked as fake by hand: nothing is sent for it.
carts-said-not-fake = Marked as not fake by hand: its score doesn't matter.
carts-no-robot = Nothing speaks for a robot.
carts-robot = { $score } of 100 points speak for a robot that tries stolen cards:
carts-it-is-fake = It is fake
carts-it-is-not-fake = It is not fake
carts-say-fake = say whether the checkout is fake or not

carts-messages = Messages
carts-no-messages = No message is planned for this cart. The timeline says why once a campaign has looked at it.
carts-step = Step { $step }, { $channel }
carts-sent = sent
carts-due = due
carts-template = { $key }, version { $version }, rendered
carts-rendered = Message as rendered: { $subject }
carts-rendered-text = Message as rendered: text
carts-links-cut = Links are cut short: whoever has them is the shopper.
carts-mail-as-sent = The e-mail as sent
carts-plain-text = Plain text
carts-stopped = stopped
carts-stopped-what = Somebody of the store stopped messages for this cart: nothing is sent for it.
carts-stop = Stop messages for this cart
carts-stop-what = What waits is cancelled, and nothing new begins. It can be taken back. What is on its way to its provider can't be called back.
carts-go-on = Let messages go on
carts-go-on-what = What was cancelled by the stop waits again as it was planned. Every rule is asked before anything leaves.
carts-send-now = Send now
carts-send-now-what = Only the time that it waits for is moved to now. Every rule is asked before it leaves: at night it waits for the morning, and the timeline says so.

carts-doubt-worker = The worker that was sending it was lost before it could note what came of it, so it may have arrived or not.
carts-doubt-handed = It was handed to { $provider }, and no answer came back, so it may have arrived or not.
carts-doubt-asked = { $count ->
    [one] { $provider } was asked once
   *[other] { $provider } was asked { $count } times
}
carts-doubt-asks = { $provider } is asked at
carts-doubt-asks-again = { $provider } is asked again at
carts-doubt-next = , and the answer settles it. You need not do anything.
carts-doubt-nobody = Nobody else can be asked, so it stays as it is until you say what you know, and it is not sent again by itself.
carts-doubt-log = Your mail server's log says whether it left: look there for this Message-ID:
carts-mail-server = the mail server
carts-sms-provider = the SMS provider
carts-it-arrived = It arrived
carts-send-again = It did not arrive: send it
carts-send-again-what = If it did arrive after all, sending it reaches the shopper twice. It leaves only if every rule still allows it: never to somebody who has bought or doesn't want it.
carts-cannot-send = The cart is over, so it can't be sent again.
carts-editor-says = An editor of this store can say whether it arrived.
carts-say-arrived = say whether the message arrived or is to be sent again

carts-timeline = Timeline
carts-no-timeline = Nothing is recorded for this cart yet.
carts-rule = Rule { $rule }, version { $version }
carts-rule-unversioned = Rule { $rule }

carts-erase-link = Erase this shopper
carts-erase-title = Erase this shopper
carts-erase-who = This erases { $who } with { $count ->
    [one] their cart.
   *[other] all of their { $count } carts.
}
carts-erase-nameless = Nobody knows whose cart this is. This erases what is in it of a person.
carts-somebody = the shopper
carts-erase-goes = What goes
carts-erase-goes-person = name, addresses, phone number, and what they agreed to
carts-erase-goes-messages = the messages as they were sent, what providers told of them, and what was written back
carts-erase-goes-raw = the raw webhooks that speak of them
carts-erase-goes-waiting = messages that wait: none is sent any more
carts-erase-stays = What stays
carts-erase-stays-money = amounts, items and times, so that figures stay what they were
carts-erase-stays-refusal = that they didn't want to be written to, as a fingerprint of their address, so that it is kept
carts-erase-stays-platform = what the store's platform and your providers hold: erase it there as well
carts-erase-final = This can't be undone.
carts-erase-sure = I want to erase this shopper's data for good
carts-erase-unsure = Tick the box if you are sure.
carts-erase = Erase for good
carts-erase-not = Back to the cart
carts-erased-already = this cart's shopper was erased already

notice-stopped = Stopped. Nothing is sent for this cart until you let it go on.
notice-goes-on = Goes on. Every rule is asked before anything leaves; the timeline says what comes of it.
notice-send-now = Due now. Every rule is asked before it leaves; the timeline says what comes of it.
notice-erased = Erased. What is left names nobody.
