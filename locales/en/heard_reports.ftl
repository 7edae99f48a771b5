# What the rules of reports, figures, alarms and comparisons say, by which it is recognised and said anew in the reader's language.

# Recovered revenue: what its figures mean.
heard-reports-nudges = Messages that a provider took in the period, also those of which the provider's answer never came.
heard-reports-carts-abandoned = Carts that entered a campaign in the period: abandoned, and with a contact to write to. Includes the comparison group, which gets no message.
heard-reports-orders-credited = Orders placed in the period that are credited to a nudge: the shopper opened its link, or used its code, or the order carries its marker, within the campaign's window before the order. An order is credited once.
heard-reports-gross = What was paid for those orders before anything went back, in the store's currency: after discounts, without gift cards sold, and with tax and shipping unless the store's settings leave them out. Test orders and unpaid orders count as zero.
heard-reports-refunds = What went back for those orders by now, of what counts as gross: successful refund payments, chargebacks that are open or lost, and the whole order when it was cancelled.
heard-reports-net = Gross less refunds.
heard-reports-cost = What the codes of its messages took off the orders counted here, by what the orders themselves say, in the store's currency; nothing for orders that were cancelled. And what the period's messages cost, by the prices that held when each left, in the currency of those prices.
heard-reports-contribution = Net less cost. Net is what was paid, so what codes took off is missing from it already and is taken off once more here as the price of the sale: a floor of what was earned, not an estimate. No data where some of the messages cost in another currency than the orders: currencies are never added up.
heard-reports-clicks = Messages whose link a person opened in a quarter of an hour of the period. Previewers, scanners and prefetchers are left out: by the name that a program gives itself, by asking for the head only, by fetching ahead, by a scanner's address, by opening all links of a message at once.
heard-reports-clicks-raw = Openings of messages' links in the period, by whomever.
heard-reports-summary-abandonment = Carts begun in the period that were left for longer than the campaign waits, of the carts begun in it.
heard-reports-summary-recovery = Carts begun in the period that were bought and credited to a message, of those that were abandoned.
heard-reports-summary-incremental = What the messages caused: the difference to the comparison group, which gets none. Nothing is told before there is enough to tell.

# Funnel and performance.
heard-reports-carts = Carts begun on the days of the period, in the store's zone: with something in them, or visits that a campaign took up. A cart that turned out to be another counts once. Everything else in the line is what became of these very carts, whenever it happened.
heard-reports-abandoned = Of those carts: left for longer than the campaign waits, even if the shopper came back.
heard-reports-nudged = Of those carts: with a message that a provider took, or of which its answer never came.
heard-reports-delivered = Of those carts: with a message that its provider says arrived, or whose link a person opened. A mail server of one's own tells of no delivery.
heard-reports-clicked = Of those carts: with a message whose link a person opened. Previewers, scanners and prefetchers are left out.
heard-reports-recovered = Of those carts: bought, with an order that is credited to one of their messages by last touch, on a link, code or marker.
heard-reports-funnel-carts = Carts whose checkout was begun, of those begun on the days of the period in the store's zone, that also reached this step, at any time: neither the order of the steps nor those between them matter.
heard-reports-funnel-of-first = Of the carts whose checkout was begun: how many reached this step.
heard-reports-funnel-of-before = Of the carts that reached the step before: how many reached this one as well. With its 95 % interval (Wilson).
heard-reports-funnel-identified = There is somebody to write to: an address, a number or a customer of the store.
heard-reports-funnel-bought = An order ended the cart, with a message or without.
heard-reports-funnel-change = The share of the first step less that of the period before, in percentage points, with its 95 % interval (Newcombe).
heard-reports-abandonment-rate = Abandoned carts, of the carts.
heard-reports-left-behind = What the shoppers would have paid for the abandoned carts, in the currency that they saw.
heard-reports-messages = Messages that left for those carts.
heard-reports-click-rate = Carts with a message whose link a person opened, of the carts with a message. Previewers, scanners and prefetchers are left out.
heard-reports-recovery-rate = Recovered carts, of the abandoned ones.
heard-reports-order-rate = Recovered carts, of the carts with a message.
heard-reports-orders-of-carts = Orders credited to messages of those carts by last touch. An order is credited once.
heard-reports-gross-of-carts = Paid for those orders before anything went back: after discounts, and with tax and shipping unless the store's settings leave them out.
heard-reports-refunds-of-carts = Gone back for those orders by now.
heard-reports-cost-of-carts = What the messages' codes took off those orders, and what the messages cost, in the currency of their prices.
heard-reports-average-order = Net of those orders, per order.
heard-reports-per-recipient = Net of those orders, per cart with a message.
heard-reports-time-to-order = From when the cart was left until the first order that is credited to its messages: a quarter of the recovered carts took less than the first figure, half less than the second, three quarters less than the third. Worked out from counts in classes of length, each a fifth wider than the one before, and exact to a tenth.
heard-reports-rate-change = The recovery rate (of messages: the order rate) less that of the period before, of the same length, in percentage points with its 95 % interval (Newcombe).

# Buyers and cohorts.
heard-reports-buyers-recovered = Shoppers with an order that is credited to a message. They count from the first such order.
heard-reports-buyers-other = Shoppers without one. They count from their first order.
heard-reports-buyers = Shoppers whose order, from which they count, was placed on the days of the period, and at least so many days ago: of the others it can't be known yet. Orders that were cancelled, all paid back or tests don't count. Whoever paid in two currencies stands in the lines of both.
heard-reports-buyers-repeat = Of them: how many ordered again within so many days.
heard-reports-buyers-orders-after = Orders per buyer after the one that they count from, within so many days.
heard-reports-buyers-net = What stayed of all orders within so many days, that one too, per buyer.
heard-reports-buyers-comparison = Two groups side by side, not cause and effect: whoever is recovered by a message differs from others in more than the message. What messages cause is told by the comparison group.
heard-reports-cohort-buyers = Shoppers whose first order (or first order credited to a message) was placed in the month. Orders that were cancelled, all paid back or tests don't count.
heard-reports-cohort-repeat = Of them: how many ordered again within 90 days. No data until 90 days have passed for all of them.
heard-reports-cohort-month = What stayed of their orders in that month and so many months later, divided by all buyers of the line, also those who bought nothing then. Month 0 is the month itself; the last one shown for a line may still be under way.

# Lift.
heard-reports-lift-treated = Shoppers whose first message of the campaign left in the period, whatever became of it. A shopper counts once in a campaign, with their first cart, on the side that their lot drew.
heard-reports-lift-holdout = Shoppers of the comparison group whose first message would have left in the period.
heard-reports-lift-pending = Of both, those whose days for ordering aren't over yet: they are in no comparison.
heard-reports-lift-orders = Of a side, shoppers who ordered within the store's outcome days (14 unless set) from that moment on: paid, no test, not cancelled, no renewal of a subscription; any order of theirs, whatever brought them.
heard-reports-lift-revenue = Net of those orders in the store's currency, by what went back until now, per shopper of the side, also of those who bought nothing.
heard-reports-lift-conversion = The share of the treated who ordered, less that of the comparison group. The interval of 95 % holds however often one looks (asymptotic confidence sequence); for whoever looks once beside it by Newcombe (1998, method 10).
heard-reports-lift-relative = The two shares' ratio, less one; once by Katz's log interval.
heard-reports-lift-revenue-difference = The treated's net per shopper less that of the comparison group, after what shoppers had spent before was taken out (CUPED); once by Welch.
heard-reports-lift-incremental-orders = The difference of the shares times the treated: orders that would not have been placed.
heard-reports-lift-incremental-revenue = The difference of net per shopper times the treated: what was caused.
heard-reports-lift-fraction = The part of the treated's orders that was caused: 1 less the comparison group's share over theirs. The rest would have come anyway.
heard-reports-lift-holdout-cost = What leaving the comparison group alone is estimated to have cost: the difference of net per shopper times their number.
heard-reports-lift-srm = How often a fair split would look as far off as this one (sample ratio mismatch): by chi-square for a single look, and for whoever looks every day. Below 0.001 there is no verdict.
heard-reports-lift-verdict = Caused or harm only when the interval that holds at every look leaves zero out. No effect seen: it holds zero, and a change of a fifth of what is bought anyway would have been seen with a probability of 0.8. Else: not enough data yet; also with fewer than 100 shoppers on a side, or fewer than 10 orders (50 where it is about money) to be expected on the smaller one.
heard-reports-texts-shoppers = Those of a step's shoppers whose lot named the text, counted from the moment at which the step's message left, or would have but for a code.
heard-reports-texts-orders = Of them, those who ordered within the store's outcome days from that moment on.
heard-reports-texts-revenue = Net of those orders in the store's currency per shopper, also of those who bought nothing.
heard-reports-texts-best = How likely the text makes more orders than every other (beta-binomial, uniform priors).
heard-reports-texts-loss = How many orders of 100 shoppers are lost on average by taking this text, if another is better.
heard-reports-texts-difference = Orders of 100 shoppers more than with the first text, with an interval that holds however often one looks; of more than two texts, for all pairs together.
heard-reports-texts-verdict = A text wins only when that interval leaves zero out against every other. Until then: no winner yet.

# Attribution: models and evidence.
heard-reports-journey = What brought a shopper to the store in the 30 days before the order, and which of our messages they opened, by time; "direct" where nothing else is known. Channels are Google Analytics' default groups. Journeys that ended without an order (carts given up after 30 days) count for the Markov models.
heard-reports-model-last-touch = The whole order goes to the last touch before it.
heard-reports-model-first-touch = The whole order goes to the first touch of the journey.
heard-reports-model-linear = Every touch has the same part of the order; what touched twice has two parts.
heard-reports-model-linear-distinct = Everything that touched has the same part of the order, however often it touched.
heard-reports-model-position = 40 % of the order go to the first touch, 40 % to the last, 20 % are shared by those between; two touches have half each.
heard-reports-model-time-decay = A touch counts half as much as one that was 168 hours nearer to the order.
heard-reports-model-time-decay-weekly = Touches of the last 168 hours before the order count in full, those of the 168 hours before half, and so on.
heard-reports-model-last-non-direct = The whole order goes to the last touch that was no direct visit; to a direct visit only where there was nothing else.
heard-reports-model-markov-1 = What part of the orders would be lost without the channel (removal effect), in a chain in which the next touch depends on the last one; orders are shared in proportion. Journeys that ended without an order count too. Solved exactly.
heard-reports-model-markov-2 = The same, where the next touch depends on the last two.
heard-reports-model-markov-3 = The same, where the next touch depends on the last three.
heard-reports-model-shapley = What the channel adds on average to those that were there before it, over all orders in which channels can come (Shapley value); a set of channels is worth the orders whose journeys needed no other. For this it equals linear by distinct touch, exactly.
heard-reports-evidence-link = A person opened the link of one of our messages within the campaign's click window before the order.
heard-reports-evidence-code = The order used a code that one of our messages carried, within the click window after it left.
heard-reports-evidence-marker = The order carries the marker of one of our messages, within the click window after it left.
heard-reports-evidence-view = Influenced, not attributed: a provider says that a message was delivered, and the order came within the campaign's view window (none unless it is set). There is no pixel in our messages: nobody knows whether it was read.
heard-reports-evidence-person = Influenced, not attributed: a message left to the person who ordered, within the click window before the order, and nothing else speaks for it.

# The platform's books, and advertising.
heard-reports-books-here = What stayed of an order's payment as Comeback knows it: what was paid, less refunds, less chargebacks that are open or lost; nothing of cancelled and test orders. All of the payment, whatever the store counts as revenue.
heard-reports-books-there = What stayed of it by the platform's own record of the order: what was received less what was paid back.
heard-reports-books-difference = Here less books, in the store's currency. Currencies are never added up.
heard-reports-books-explained = As much of the difference as has a known cause: everything but "another amount".
heard-reports-ads-cost = What the ad platforms say that the advertisement cost on the days of the period, as imported, in their currency.
heard-reports-ads-net = What stayed of the orders placed in the period whose shopper last arrived by that advertisement: direct visits in between don't count.
heard-reports-ads-roas = Return on ad spend: net over cost, both in one currency. No data where either is missing.
heard-reports-ads-cpa = Cost per order: cost over the orders of that advertisement. No data where either is missing.

# Notes below tables.
heard-reports-note-behind = { $count } orders still follow what the store counted before as revenue; they are being worked out anew.
heard-reports-note-untold = { $count } orders of the period don't tell their tax or shipping: it is counted in.
heard-reports-note-anew = Credits are being worked out anew, because { $why }: { $count } % done. These figures are by the former settings.
heard-reports-anew-windows = the windows of the campaign "{ $campaign }" changed
heard-reports-note-counting = { $count } carts and buyers are still being counted. The figures may change until that is done.
heard-reports-note-carts-day = Carts count on the day on which they were begun, with everything that became of them since. Currencies are never added up.
heard-reports-note-several-lines = One cart may stand in several lines, so the lines may add up to more than the total.
heard-reports-note-of-campaign = Messages and orders are those of the chosen campaign, and the carts are those that entered it.
heard-reports-note-day-before = The period before is shown in the total: a day has no other day that it would be compared with.
heard-reports-note-buyers-passed = Only buyers count for whom all of the days have passed.
heard-reports-note-buyers-groups = Two groups side by side, not cause and effect: whoever comes back by a message differs from others in more than the message.
heard-reports-note-months = Months are the store's. The last month shown of a line may still be under way.
heard-reports-note-funnel = A step counts whenever it was reached: whoever bought without a message is among those who bought.
heard-reports-note-no-deliveries-told = No provider told of a delivery in this period: how many messages arrived is not known.
heard-reports-note-journeys = { $count } journeys in { $currency } ended with an order, { $count_without } without.
heard-reports-note-hundredths = Parts of an order are told in hundredths: a model may share one among several channels.
heard-reports-note-net-columns = Net of refunds by now. Each model's column adds up to the total, to the last minor unit.
heard-reports-note-ledger = Of { $count } attributed orders: { $wordlist }; influenced: { $wordlist_influenced }.
# Elsewhere: put together of several texts.
heard-reports-note-ledger-no-influence = Of { $count } attributed orders: { $wordlist }; influenced: none.
# Elsewhere: put together of several texts.
heard-reports-note-ledger-influence-only = Of { $count } attributed orders: none; influenced: { $wordlist_influenced }.
# Elsewhere: put together of several texts.
heard-reports-note-ledger-nothing = Of { $count } attributed orders: none; influenced: none.
heard-reports-ledger-link = { $count } link
heard-reports-ledger-code = { $count } code
heard-reports-ledger-marker = { $count } marker
heard-reports-ledger-view = { $count } view
heard-reports-ledger-person = { $count } person-in-window
heard-reports-note-kinds-apart = What was attributed and what was influenced are never added up: an order is in one of the lines.
heard-reports-note-books-store = Orders placed from { $from } to before { $to }, asked of the store.
heard-reports-note-books-file = Orders placed from { $from } to before { $to }, read from the platform's export.
heard-reports-note-books-unlisted = { $count } more differences are counted in the sums and not listed.
heard-reports-note-ads-currencies = Currencies are never added up or converted: costs in one and orders in another are told apart.
heard-reports-note-ads-unknown = By which advertisement shoppers arrived is not known of the orders: return on ad spend and cost per order can't be told.
heard-reports-note-outcome-days = Shoppers are compared once their { $count } days for ordering are over: before that, those who were counted early had more time to order than the others. Days are whole days of the store's zone.
heard-reports-split-off = Shoppers were not split as was meant (p = { $p }): something sorts them before they are counted, so that the two sides are not alike and no verdict is given. Look for what began or ended for one side only, such as a channel that was off, a restore of the database, or another app that writes to the same shoppers.
heard-reports-note-split-off = { $campaign }: Shoppers were not split as was meant (p = { $p }): something sorts them before they are counted, so that the two sides are not alike and no verdict is given. Look for what began or ended for one side only, such as a channel that was off, a restore of the database, or another app that writes to the same shoppers.
heard-reports-note-alone = { $campaign }: { $count } shoppers were written to while nobody was left alone; they are in no comparison.
heard-reports-note-elsewhere = { $campaign }: { $count } shoppers also ordered in another currency; that is counted as an order, and is in no sum of money.
heard-reports-note-how-long = How long it takes is worked out from the effect seen so far, as if it were the true one. A greater part left alone shortens it.
heard-reports-note-campaigns-added = Campaigns are each compared for themselves and then added up. One that shines among many may do so by chance: take it as a hint to try again, not as proof.
heard-reports-note-lift-counting = Of { $count } shoppers something came in just now that is still being counted.

# Verdicts, as tables, notes and the page to print have them.
heard-reports-caused-orders = caused between { $figure } and { $figure2 } orders
heard-reports-caused-net = caused between { $figure } and { $money }
# Elsewhere: put together of several texts.
heard-reports-harm-orders = harm seen: between { $figure } and { $figure2 } orders lost
# Elsewhere: put together of several texts.
heard-reports-harm-net = harm seen: between { $figure } and { $money } lost
heard-reports-verdict-not-compared = nobody to compare with
heard-reports-verdict-withheld = no verdict: shoppers were not split as meant
heard-reports-verdict-open = not enough data yet
heard-reports-verdict-open-wait = not enough data yet: { $why_wait }
heard-reports-verdict-no-effect = no effect seen
heard-reports-verdict-caused = caused more
heard-reports-verdict-harm = harm seen
heard-reports-wait-tomorrow = the first shoppers can be compared from tomorrow on
heard-reports-wait-begins = the first shoppers can be compared in { $count } days
heard-reports-wait-never = at this pace it can't be told within three years, if what is seen so far is all there is
heard-reports-wait-days = about { $count } days more at this pace
heard-reports-wait-weeks = about { $count } weeks more at this pace
heard-reports-wait-months = about { $count } months more at this pace
heard-reports-texts-untold = can't be told: everybody gets the same text, and nobody is left out of this step alone
heard-reports-texts-winner = "{ $text }" makes more orders than every other
heard-reports-texts-no-winner = no winner yet: what sets the texts apart may still be chance
heard-reports-code-untold = { $campaign }, step { $step }: Whether the code pays for itself can't be told: give one text of the step no code, to compare with.
heard-reports-code-pays = { $campaign }, step { $step }: The code pays for itself: between { $money } and { $money2 } more per shopper, after what it took off.
heard-reports-code-costs = { $campaign }, step { $step }: The code costs more than it brings: between { $money } and { $money2 } less per shopper.
heard-reports-code-neither = { $campaign }, step { $step }: The code neither pays for itself nor costs: no effect on net per shopper was seen.
heard-reports-code-open = { $campaign }, step { $step }: Whether the code pays for itself: { $why }.
heard-reports-agree = { $count } of { $count_all } orders agree
heard-reports-explained = { $money } of it explained, { $money_not } not

# Why an order differs from the platform's books.
heard-reports-books-missed = Its webhook never came. Take it in, and look whether the store's webhooks are set up for orders.
heard-reports-books-missed-file = Its webhook never came. Look whether the store's webhooks are set up for orders; with access to the store it can be taken in.
heard-reports-books-gone = The platform told of it, and its books don't have it any more: it may have been deleted there.
heard-reports-books-currency = Here it is in { $currency }, in the books in { $other }: look at the store's currency in both.
heard-reports-books-rest = { $money } are left that nothing here explains: look at the order on the platform.
heard-reports-books-test-here = It is a test here, and no test in the books.
heard-reports-books-test-gateway = It was paid through a test gateway: it never counts here, and the books don't tell tests apart.
heard-reports-books-test-there = The books say that it is a test; here it counts, since its webhook didn't say so.
heard-reports-books-refund-missed = Refund { $id }: { $money } more went back by the books than was told here. Take in what they say.
heard-reports-books-refunds-missed = { $why_refunds }: { $money } more went back by the books than was told here. Take in what they say.
heard-reports-books-refunds = Refunds
heard-reports-books-refund-here = Refund { $id }: { $money } more went back here than by the books.
heard-reports-books-refunds-here = { $why_refunds }: { $money } more went back here than by the books.
heard-reports-books-edited-totals = It was edited, and one side has the state before: { $why_totals }; { $why_sides }.
heard-reports-books-totals = it comes to { $money } here and to { $money_books } in the books
heard-reports-books-sides = paid were { $money } here, { $money_books } by the books
heard-reports-books-edited = It was edited: { $why_sides }.
heard-reports-books-same-total = Of the same total { $why_sides }, and nothing here explains it.
heard-reports-books-chargeback = { $money } are charged back: gone here until the dispute is won; the books of orders don't know of disputes.
heard-reports-books-cancelled-there = The books say that it was cancelled, and that was never told here. Take in what they say.
heard-reports-books-cancelled-here = It was cancelled, which takes all of it away here; by the books { $money } of its payment were not paid back.

# What lines of tables are called.
heard-reports-tier-below = below { $money }
heard-reports-tier-between = { $figure } to below { $money }
heard-reports-tier-above = { $money } and more
heard-reports-others = { $count } others
heard-reports-others-in = { $count } others, { $currency }
heard-reports-all-others = all { $count } others
heard-reports-all-campaigns = All campaigns
heard-reports-deleted-campaign = a deleted campaign
heard-reports-no-campaign = (no campaign)
# Elsewhere: put together of several texts.
heard-reports-buyers-within-recovered = Recovered buyers, within { $count } days
# Elsewhere: put together of several texts.
heard-reports-buyers-within-recovered-in = Recovered buyers, within { $count } days, { $currency }
# Elsewhere: put together of several texts.
heard-reports-buyers-within-other = Other buyers, within { $count } days
# Elsewhere: put together of several texts.
heard-reports-buyers-within-other-in = Other buyers, within { $count } days, { $currency }
heard-reports-by-organic-search = organic search
heard-reports-by-paid-search = paid search
heard-reports-by-organic-social = organic social
heard-reports-by-paid-social = paid social
heard-reports-by-paid-other = paid other
heard-reports-by-comeback-e-mail = comeback e-mail
heard-reports-by-comeback-sms = comeback SMS
heard-reports-by-comeback-whatsapp = comeback WhatsApp

# Marks on the time axis.
heard-reports-mark-published = { $campaign }: version { $version } published
heard-reports-mark-holdout = { $campaign }: comparison group changed from { $count } % to { $count_to } %
heard-reports-mark-attribution = { $campaign }: attribution changed
heard-reports-mark-paused = { $campaign }: paused
heard-reports-mark-resumed = { $campaign }: resumed
heard-reports-mark-archived = { $campaign }: archived
heard-reports-mark-money = What counts as revenue was changed
heard-reports-mark-attribution-set = Attribution was changed
heard-reports-mark-policy = The rules of sending were changed
heard-reports-mark-store = The store was paused or resumed
heard-reports-mark-template = Template { $key } ({ $why_channel }, { $language }) changed
heard-reports-mark-price = Price changed: { $product } from { $figure } to { $money }
heard-reports-mark-prices-variants = Prices of { $count } variants changed: { $product } from { $figure } to { $money }
heard-reports-mark-prices-products = Prices of { $count } products changed, such as { $product } from { $figure } to { $money }
heard-reports-channel-sms = SMS

# Alarms: what happened and what to do.
heard-reports-for-minutes = { $count ->
    [one] for { $count } minute
   *[other] for { $count } minutes
}
heard-reports-for-hours = { $count ->
    [one] for { $count } hour
   *[other] for { $count } hours
}
heard-reports-for-days = { $count ->
    [one] for { $count } day
   *[other] for { $count } days
}
heard-reports-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
heard-reports-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
heard-reports-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
heard-reports-alarm-silent-never = No webhook has come from the store { $why_for }; it is never silent for an hour otherwise.
heard-reports-alarm-silent-usual = No webhook has come from the store { $why_for }; its longest usual silence in four weeks was { $why_length }.
heard-reports-alarm-silent-unknown = No webhook has come from the store { $why_for }; there is too little history to say what is usual for it.
heard-reports-alarm-silent-fix = Look whether the platform still sends: its list of webhooks, their address, and the failures it reports. Behind a proxy, look whether it lets /webhooks/ through. If the store is simply closed, dismiss this.
heard-reports-alarm-topic = No webhook of the topic { $topic } has come { $why_for }, while { $count } of other topics did.
heard-reports-alarm-topic-fix = Look whether the platform's list of webhooks still has { $topic }: platforms drop one whose deliveries failed for long. If it is meant to be gone, dismiss this.
heard-reports-alarm-gap = { $count ->
        [one] { $count } order
       *[other] { $count } orders
    } of { $count_all } never arrived here, by their numbers: { $wordlist }.
heard-reports-gap-range = { $number } to { $number_to }
heard-reports-gap-more = others before them
heard-reports-alarm-gap-fix = A shopper who bought may be reminded, and the order isn't counted. Look the numbers up in the store's admin: a small change to such an order, as a tag, makes the platform send it anew, where the topic orders/updated is set up. If they were deleted or the numbering was changed, dismiss this.
heard-reports-alarm-lag-webhooks = Webhooks are stored but not worked on, the oldest { $why_for }.
heard-reports-alarm-lag-messages = Messages that are due are not looked at, the oldest { $why_for }.
heard-reports-alarm-lag-both = Neither webhooks nor due messages are worked on; the oldest webhook waits { $why_for }.
heard-reports-alarm-lag-fix = Nothing is lost. Look whether a process of role `all` or `worker` is running, and at its log; `comeback doctor` tells more.
heard-reports-alarm-refused = The { $why_channel } provider refuses this sender: { $count ->
        [one] { $count } message waits
       *[other] { $count } messages wait
    }.
heard-reports-alarm-refused-why = The { $why_channel } provider refuses this sender: { $count ->
        [one] { $count } message waits
       *[other] { $count } messages wait
    }. The last time: { $told }.
heard-reports-alarm-later = The { $why_channel } provider has not taken messages { $why_for }: { $count } wait.
# Elsewhere: put together of several texts.
heard-reports-alarm-later-why = The { $why_channel } provider has not taken messages { $why_for }: { $count } wait. The last time: { $told }.
heard-reports-alarm-held = Nothing is handed to the { $why_channel } provider { $why_for }: it doesn't take messages. The last time: { $told }.
heard-reports-alarm-unreachable = The { $why_channel } provider could not be reached { $count } times in a row. The last time: { $told }.
heard-reports-alarm-provider-fix = Nothing is lost: the messages wait for up to three days. Look at the provider's own status and at its settings here; `comeback doctor` asks it again.
heard-reports-alarm-template = { $count ->
        [one] { $count } message
       *[other] { $count } messages
    } by { $why_channel } can't be made from the template.
heard-reports-alarm-template-why = { $count ->
        [one] { $count } message
       *[other] { $count } messages
    } by { $why_channel } can't be made from the template. The last time: { $why }.
heard-reports-alarm-template-fix = They wait for up to three days, and are tried again every quarter of an hour. Open the template, and save a text without faults.
heard-reports-alarm-codes = The store's platform makes no discount codes. The last time: { $why }.
# Elsewhere: put together of several texts.
heard-reports-alarm-codes-waiting = The store's platform makes no discount codes. { $count ->
        [one] { $count } message waits
       *[other] { $count } messages wait
    } for one. The last time: { $why }.
heard-reports-alarm-codes-fix = Put right what it says. Messages wait for a code for two hours, and then leave without, unless their step says otherwise.
heard-reports-alarm-codes-access = No discount codes can be made: Comeback has no access to the store's platform. { $count ->
        [one] { $count } message waits
       *[other] { $count } messages wait
    } for one.
heard-reports-alarm-codes-access-fix = Give it with `comeback shop access` (scope `write_discounts`), or take the offer out of the campaign.
heard-reports-alarm-codes-left = There are no discount codes left. { $count ->
        [one] { $count } message waits
       *[other] { $count } messages wait
    } for one.
heard-reports-alarm-codes-left-fix = They are made as fast as the platform lets us. If this lasts, look at the log for what it answers.
heard-reports-alarm-aside = { $count ->
    [one] 1 webhook is set aside.
   *[other] { $count } webhooks are set aside.
}
heard-reports-alarm-aside-fix = Stored, but not readable: nothing is lost. See why on the page Tracking, and try them again after an update.
heard-reports-alarm-invariant = The nightly check found what must not be: { $violation }.
heard-reports-alarm-invariant-more = The nightly check found what must not be: { $violation }. And { $count } more.
heard-reports-alarm-invariant-fix = Run `comeback verify` to see everything, and report it with its output: this is a fault in Comeback or in the database.
heard-reports-alarm-endpoint-off = The program at { $host } is told nothing any more: it took nothing for days, or said that it is gone.
heard-reports-alarm-endpoint-off-fix = What waits for it is kept. Put it right and switch it on again on the page of webhooks, or remove it there.
heard-reports-alarm-endpoint = The program at { $host } has taken nothing that it was told { $why_for }.
heard-reports-alarm-endpoint-fix = It is tried for days, and nothing is lost until then. The log on the page of webhooks shows what it answers.
heard-reports-canary-webhook = its webhook was not accepted
heard-reports-canary-applied = its webhook was not applied
heard-reports-canary-planned = its messages were not planned
heard-reports-canary-sent = its message was not sent
heard-reports-canary-opened = the link in its message does not work
heard-reports-canary-ordered = its order was not taken in
heard-reports-canary-cancelled = its reminder was not cancelled after the purchase
heard-reports-canary-credited = its order was not credited
heard-reports-alarm-canary = The canary did not come through: { $why_stage }: { $why }.
heard-reports-alarm-canary-fix = What happened to it happens to shoppers. Put right what it says; it tries again within ten minutes, and this goes away by itself.
heard-reports-alarm-canary-overdue = No canary has begun { $why_for }: the program that watches doesn't run, or can't.
heard-reports-alarm-canary-overdue-fix = Look whether every process of Comeback is running, and at its log; `comeback doctor` tells more.
heard-reports-alarm-stays = that alarm goes away by itself when its cause does; it can't be dismissed

# Why a canary or a simulated cart got no further.
heard-reports-canary-store-stopped = the store is paused or has removed the app: resume it first
heard-reports-canary-no-campaign = there is no campaign without faults to try: choose one first
heard-reports-canary-twin-gone = its hidden twin is gone; the next one makes another
heard-reports-canary-platform = its platform is not known
heard-reports-canary-stored = it is stored, but no worker has worked on it
heard-reports-canary-not-stored = it was accepted, but isn't stored
heard-reports-canary-unplanned = the cart was left, but no worker has planned anything for it
heard-reports-canary-unlooked = no worker has looked at it
heard-reports-canary-messages-gone = its messages are gone
heard-reports-canary-message = message { $number } ({ $why_channel }): { $why }
heard-reports-canary-not-kept = the message was not kept
heard-reports-canary-no-link = there is none that begins with this program's public address (server.public_url)
heard-reports-canary-answered-expired = it is answered as expired
# Elsewhere: put together of several texts.
heard-reports-canary-answered-forged = it is answered as forged
heard-reports-canary-answered-bought = it is answered as bought
# Elsewhere: put together of several texts.
heard-reports-canary-answered-gone = it is answered as gone
heard-reports-canary-click = the click was not recorded as a person's
heard-reports-canary-still-waits = it still waits
# Elsewhere: put together of several texts.
heard-reports-canary-is-sending = it is sending: { $why }
heard-reports-canary-is-sent = it is sent: { $why }
# Elsewhere: put together of several texts.
heard-reports-canary-is-delivered = it is delivered: { $why }
# Elsewhere: put together of several texts.
heard-reports-canary-is-failed = it is failed: { $why }
# Elsewhere: put together of several texts.
heard-reports-canary-is-cancelled = it is cancelled: { $why }
heard-reports-canary-is-unknown = it is unknown: { $why }
heard-reports-canary-no-credit = no message has credit for it
heard-reports-canary-money = it paid { $money }, the order says { $money_order }, and the credits are: { $credits }

# Errors of periods, forms and files.
# Elsewhere: put together of several texts.
heard-reports-period-backwards-days = to: the period ends before it begins: `to` must not be earlier than `from`
heard-reports-period-from = from: "{ $given }" is not a time; expected a date such as 2026-03-01 or an instant such as 2026-03-01T00:00:00Z
heard-reports-period-to = to: "{ $given }" is not a time; expected a date such as 2026-03-01 or an instant such as 2026-03-01T00:00:00Z
heard-reports-period-beyond = the period goes beyond the calendar
heard-reports-period-books = the period must begin before it ends, a quarter of an hour ago at the latest, and be no longer than a year
heard-reports-bad-campaign = campaign: expected a campaign's id
heard-reports-bad-reached = reached: "{ $given }" is none of { $names }
heard-reports-bad-format = format: "{ $given }" is not a format; expected one of { $names }
heard-reports-bad-by = "{ $given }" is not a breakdown; expected one of { $names }
heard-reports-bad-by-cohorts = "{ $given }" is not a breakdown; expected first or recovered
heard-reports-bad-basis = "{ $given }" is no basis; expected first, recovered or other
heard-reports-not-broken-down = the report "{ $report }" is not broken down
heard-reports-of-buyers = this report is of buyers: it can't be of one campaign or beside the period before
heard-reports-bad-model = { $model } needs all journeys at once, and can't credit one order; expected one of { $names }
heard-reports-models-failed = the models could not be worked out: { $problem }
heard-reports-bad-outcome-days = outcome days must be { $count } to { $count_most }, not { $given }
heard-reports-note-empty = say what happened
heard-reports-note-long = a note has at most { $count_most } characters, and this one has { $count }
heard-reports-books-no-access = the store can't be asked: give access to it with `comeback shop access`, or compare with its export by `comeback reconcile --file`
heard-reports-books-under-way = a comparison is under way in this store: wait until it is over
heard-reports-books-access-back = the store can't be asked: it gave no access, or takes it back
heard-reports-books-access-none = the store can't be asked: it gave no access
heard-reports-books-another = another worker has taken the comparison over
heard-reports-books-too-many = there are more than { $count } orders in this period: compare a shorter one
heard-reports-books-unreadable = the last comparison can't be read: compare again
heard-reports-books-not-kept = the order can't be kept: { $problem }
heard-reports-digest-no-provider = no provider for e-mail is set up: set one up on the settings page, then try again
heard-reports-digest-refused = the mail was not taken: { $why }
heard-reports-digest-address = the person's address can't be written to
heard-reports-digest-picture = the picture can't be drawn: { $problem }

# Disputed payments.
heard-reports-dispute-inquiry = the buyer's bank asks about the payment: { $money }
heard-reports-dispute-open = charged back: { $money }
heard-reports-dispute-refunded = a disputed payment was refunded: { $money }
heard-reports-dispute-lost = the chargeback is lost: { $money }
heard-reports-dispute-won = the chargeback is won: the money is back: { $money }
