# Reports: their pictures, tables, columns, and what stands around them.
# What stands around every report.
reports-recovered = Recovered
reports-lift = Lift
reports-attribution = Attribution
reports-funnel = Funnel
reports-performance = Performance
reports-buyers = Buyers
reports-cohorts = Cohorts
reports-ads = Advertising
reports-books = Books
reports-notes = Notes
reports-by-mail = By e-mail
reports-period = Period
reports-a-year = a year
reports-days = { $count ->
    [one] one day
   *[other] { $count } days
}
reports-from = From
reports-to = To, included
reports-by = By
reports-campaign = Campaign
reports-all = all
reports-beside = Beside
reports-nothing = nothing
reports-period-before = the period before
reports-compared = Compared with { $from } to { $to }.
reports-days-counted = Days are counted in { $zone }.
reports-download-csv = Download CSV
reports-print = Print
reports-none-in-period = No data yet in this period.
reports-no-data-in-period = No data in this period.
reports-no-data = no data
reports-range = { $low } to { $high }
reports-of = { $part } of { $whole }, { $low } to { $high } %
reports-of-few = { $part } of { $whole }, { $low } to { $high } %, few
reports-span-s = { $seconds } s
reports-span-m = { $minutes } min
reports-span-h = { $hours } h { $minutes } min
reports-span-d = { $days } d { $hours } h
reports-total = Total
reports-what-figures-mean = What the figures mean
reports-what-happened = What happened in this time ({ $count })
reports-save = Save
reports-day = Day
reports-net = Net
reports-net-before = Period before

# Pictures.
reports-chart-net = Bar chart of net per day; the breakdown by day has the same figures
reports-net-by-begun = Net by the day on which carts were begun, { $currency }
reports-net-by-order = Net per day, { $currency }
reports-picture-cut = The first { $count } of { $of }; the table has all.
reports-picture-before = The thin bar is the period before.
reports-picture-funnel = How many carts reached each step
reports-picture-models = Net by model, side by side, { $currency }
reports-picture-zero = The line is what is compatible with what was seen, however often one looks; the mark on it is the estimate. What reaches the dashed line may be nothing.
reports-picture-lift = Orders caused, of 100 shoppers
reports-picture-lift-net = Net caused per shopper
reports-picture-texts = Texts: orders more than with the first, of 100 shoppers
reports-leaves-zero-out = leaves zero out
reports-went-on = { $share } went on

# Recovered revenue.
reports-recovered-title = Recovered revenue
reports-recovered-how = { $model } (<a>all models, and everything else that brought orders</a>). Days are counted in { $zone }. Currencies are never added up.
reports-counted-basis = Revenue is counted { $basis }.
reports-recovered-none = No data yet: in this period no cart entered a campaign, no message was sent and no order was credited.
reports-windows = An order counts for a click this long before it:

# What was caused.
reports-lift-title = What was caused
reports-lift-what = Some shoppers are left alone by chance. What those who were written to bought more than they did is what the messages <b>caused</b>; the rest of what is attributed would have been bought anyway.
reports-verdict = Verdict
reports-lift-none = No data yet: in this period no first message of a campaign has left, and none would have for a comparison group.
reports-more-orders = more orders
reports-look-at-this = look at this
reports-open = open
reports-estimated-once = Estimated: { $estimate } orders, and for whoever looks once between { $low } and { $high }. The verdict holds however often you look.
reports-net-revenue = Net revenue
reports-no-verdict = No verdict.
reports-figures = Figures
reports-texts-compared = Texts and codes compared
reports-mostly-no-data = All figures: for most there is no data yet
reports-how-long = How long orders count
reports-days-after = Days after the first message
reports-days-after-hint = The same for both sides. Longer counts more orders that have nothing to do with it, and makes everybody wait longer for a verdict. All figures are worked out anew.

# Attribution.
reports-brought-title = What brought the orders
reports-anew-beside = The new figures so far stand beside them.
reports-models-differ = Days are counted in { $zone }. Currencies are never added up. Models differ in what they ask: none of them says what would have happened without a message.
reports-headline-model = The model of the headlines
reports-headline-what = The overview and the report on recovered revenue tell net revenue by one model. All of them are worked out for every order, so a change shows at once.
reports-model = Model
reports-use-it = Use it
reports-model-last-touch = Last touch
reports-model-first-touch = First touch
reports-model-linear = Linear
reports-model-linear-distinct = Linear, distinct
reports-model-position-40-20-40 = Position 40/20/40
reports-model-time-decay = Time decay
reports-model-time-decay-weekly = Time decay, weekly
reports-model-last-non-direct = Last non-direct
reports-model-markov-1 = Markov 1
reports-model-markov-2 = Markov 2
reports-model-markov-3 = Markov 3
reports-model-shapley = Shapley
reports-title-orders-by-what-brought-them = Orders, by what brought them
reports-title-what-stayed-of-them = What stayed of them
reports-title-orders-of-our-messages-by-how-we-know = Orders of our messages, by how we know
reports-title-funnel = Funnel
reports-title-performance = Performance
reports-title-buyers = Buyers
reports-title-cohorts = Cohorts

# What lines stand for.
reports-by-channel = Channel
reports-by-channel-and-campaign = Channel and campaign
reports-by-campaign = Campaign
reports-by-step = Step
reports-by-step-of-a-campaign = Step of a campaign
reports-by-variant = Variant
reports-by-text = Text
reports-by-order = Order
reports-by-evidence = Evidence
reports-by-day = Day
reports-by-comparison-group = Comparison group
reports-by-device = Device
reports-by-new-or-returning = New or returning
reports-by-country = Country
reports-by-language = Language
reports-by-product = Product
reports-by-worth-of-the-cart = Worth of the cart
reports-by-landing-page = Landing page
reports-by-utm-source = UTM source
reports-by-utm-medium = UTM medium
reports-by-utm-campaign = UTM campaign
reports-by-buyers-and-within-how-many-days = Buyers, and within how many days
reports-by-month-of-the-first-order = Month of the first order
reports-by-month-of-the-first-recovered-order = Month of the first recovered order
reports-first-order = First order
reports-first-recovered = First recovered order
reports-reached-checkout = Checkout begun
reports-reached-identified = Identified
reports-reached-abandoned = Abandoned
reports-reached-nudged = Message sent
reports-reached-delivered = Message arrived
reports-reached-clicked = Link opened by a person
reports-reached-bought = Bought, with a message or without
reports-reached-recovered = Bought and credited to a message

# Columns, by their keys.
column-abandoned = Abandoned
column-abandonment_rate = Abandonment rate
column-attributable_fraction = Of their orders, caused, %
column-average_order = Average order, net
column-best = Likely the best, %
column-books = Books
column-buyers = Buyers
column-carts = Carts
column-carts_abandoned = Carts abandoned
column-carts_before = Carts, period before
column-performance-change = Change of the rate, points
column-funnel-change = Change, points
column-click_rate = Click rate
column-recovered-clicks = Clicks
column-clicks_raw = Openings by whomever
column-contribution = Contribution
column-conversion_difference = Order more often by, points
column-conversion_difference_once = The same, looked at once
column-cost = Cost
column-cpa = Cost per order
column-currency = Currency
column-delivered = Arrived
column-experiments-difference = More than the first, of 100
column-gross = Gross
column-here = Here
column-holdout = Left alone: ordered
column-holdout_cost = Leaving alone cost
column-holdout_revenue = Net per shopper, left alone
column-incremental = Caused by the messages
column-incremental_orders = Orders caused
column-incremental_revenue = Net caused
column-left_behind = Left behind
column-loss = Lost by taking it, of 100
column-medium = Medium
column-messages = Messages
column-net = Net
column-net_anew = Net, anew so far
column-net_before = Net, period before
column-net_per_buyer = Net per buyer
column-nudged = With a message
column-nudges = Messages
column-of_before = Of the step before
column-of_first = Of the first step
column-of_first_before = Of the first step, period before
column-order_rate = Order rate
column-orders = Orders
column-orders_after = Further orders per buyer
column-orders_anew = Orders, anew so far
column-pending = Waited for
column-per_recipient = Net per recipient
column-rate_before = Rate, period before
column-recovered = Recovered
column-recovery_rate = Recovery rate
column-refunds = Refunds
column-relative_lift = Of what is ordered anyway, %
column-cohorts-repeat_rate = Again within 90 days
column-buyers-repeat_rate = Ordered again
column-experiments-revenue = Net per shopper
column-lift-revenue_difference = Bring more each
column-experiments-revenue_difference = Bring more than the first
column-revenue_difference_once = The same, looked at once
column-revenue_verdict = Net
column-reconciliation-kind = Difference
column-reconciliation-difference = Counts as
column-attribution_evidence-kind = Counts as
column-ad-costs-clicks = Ad clicks
column-roas = ROAS
column-says = What it says
column-shoppers = Ordered
column-smallest_effect = Smallest effect that would show, points
column-source = Source
column-srm = Split as meant, p
column-time_to_order_p25 = Time to order, a quarter
column-time_to_order_p50 = Time to order, half
column-time_to_order_p75 = Time to order, three quarters
column-treated = Written to: ordered
column-treated_revenue = Net per shopper, written to
column-lift-verdict = Orders
column-experiments-verdict = Verdict
column-why = Why
column-month_0 = Net per buyer, month 0
column-month_1 = Month 1
column-month_2 = Month 2
column-month_3 = Month 3
column-month_4 = Month 4
column-month_5 = Month 5
column-month_6 = Month 6
column-month_7 = Month 7
column-month_8 = Month 8
column-month_9 = Month 9
column-month_10 = Month 10
column-month_11 = Month 11
column-month_12 = Month 12

# Advertising.
reports-ads-costs = What it cost, and what came of it
reports-ads-bring = Bring your costs
reports-ads-columns = Export them from your ad platform as CSV with a line of headings, with these columns: <code>day</code>, <code>utm_source</code>, <code>utm_medium</code>, <code>utm_campaign</code>, <code>cost</code>, <code>currency</code>, and if you like <code>clicks</code> and <code>impressions</code>. On the server:
reports-ads-again = The same file again changes nothing; a later word on the same day replaces the earlier. Programs send them to <code>POST /api/v1/ad-costs</code>.

# Notes on the time axis.
reports-note-what = What happened
reports-note-such-as = Summer sale begins
reports-note-add = Add a note
reports-notes-title = What happened in this time
reports-notes-about = Notes of people, and what Comeback did or noticed that may explain a change of the figures. Times are those of { $zone }.
reports-notes-none = Nothing was noted, published or changed in this period.
reports-until = to
reports-remove = Remove
reports-remove-note = Remove the note: { $note }
reports-kind-note = note
reports-kind-campaign = campaign
reports-kind-holdout = comparison group
reports-kind-attribution = attribution
reports-kind-template = template
reports-kind-price = price
reports-kind-settings = settings
reports-kind-trouble = trouble

# The platform's books.
reports-books-title = The platform's books
reports-books-what = Every order here against the platform's own record of it, to the cent. Compared is all of what stayed of each payment; reports count revenue
reports-placed-from = Placed from
reports-compare-now = Compare now
reports-books-under-way = A comparison is under way. Load this page again in a moment.
reports-books-nothing = The last comparison came to nothing:
reports-books-how = Orders of the last quarter of an hour are left out: their webhooks may still be on their way. Where the store gave access, the last seven days are compared every night. Without access: <code>comeback reconcile --file orders_export.csv</code>.
reports-books-last = The last comparison
reports-explained = explained
reports-not-explained = not explained
reports-made = Made
reports-every-night = every night
reports-when-asked = when asked
reports-books-know-more = Of { $count } differences the books know more than was told here.
reports-take-in = Take in what the books say
reports-take-in-hint = At most 25 orders at once. Each is kept like a webhook, so that nothing is made up. Compare again afterwards.
reports-books-no-order = No order in this period, neither here nor there.
reports-books-none = No comparison yet.
reports-agree = { $agree } of { $all } orders in the books agree to the cent. { $rest }
reports-no-difference = There is no difference.
reports-all-explained = Each of { $count } differences is explained below.
reports-some-unexplained = Of { $count } differences { $unexplained } are not explained: look at them first.

# Figures by e-mail.
reports-digest-title = Figures by e-mail
reports-digest-get = What you get
reports-digest-offered = As an owner you may want the week's figures every Monday. Nothing is sent unless you choose it.
reports-digest-sent-to = Sent to { $email }
reports-digest-holds = Days and hours are those of { $zone }. A mail holds the figures of this store, and nothing of a shopper.
reports-digest-look = What it looks like
reports-digest-which = Which
reports-digest-frame = { $which } figures, as the mail shows them
reports-digest-send = Send me this now
reports-weekly = Weekly
reports-weekly-when = on Mondays at 08:00, about the week before
reports-monthly = Monthly
reports-monthly-when = on the first of the month at 08:00, about the month before
reports-digest-refused = The last one was not taken{ $why }.
reports-digest-unknown = Whether the last one left is not known; so that none comes twice, it is not sent again. Have it sent below if it is missing.
reports-digest-retried = The last one is tried again{ $why }.

# The page to print.
reports-print-title = { $shop }: recovered revenue
reports-print-back = <a>Back to the reports</a>. Print this page, or save it as PDF, with your browser's own command.
reports-print-days = { $days }, compared with { $before }. Days are counted in { $zone }.
reports-print-none = No data yet: in this period no cart was begun, no message was sent and no order was credited.
reports-figure = Figure
reports-these-days = These days
reports-before = Before
reports-net-per-day = Net per day
reports-print-campaign = By campaign
reports-print-channel = By channel
reports-print-day = By day
reports-print-made = Made on
reports-print-by = by Comeback { $version }. Attribution: { $model }. Currencies are never added up.

# What lines and cells say, of those that every store has.
reports-all-orders = All orders
reports-all-in = All in { $currency }
reports-line-unknown = unknown
reports-line-direct = direct
reports-line-organic-search = organic search
reports-line-paid-search = paid search
reports-line-organic-social = organic social
reports-line-paid-social = paid social
reports-line-display = display
reports-line-paid-other = paid other
reports-line-sms = SMS
reports-line-affiliates = affiliates
reports-line-referral = referral
reports-line-other = other
reports-line-e-mail = e-mail
reports-line-treated = treated
reports-line-held-out-gets-no-message = held out: gets no message
reports-line-phone = phone
reports-line-tablet = tablet
reports-line-desktop = desktop
reports-line-new = new
reports-line-returning = returning
reports-line-link = link
reports-line-code = code
reports-line-marker = marker
reports-line-view = view
reports-line-person-in-window = person-in-window
reports-line-step = { $campaign }, step { $step }
reports-line-step-by = { $campaign }, step { $step } ({ $channel })
reports-line-text = { $campaign }, step { $step }, text { $text }
reports-said-not-known-here = Not known here
reports-said-not-in-the-books = Not in the books
reports-said-refund-not-known-here = Refund not known here
reports-said-refund-not-in-the-books = Refund not in the books
reports-said-edited = Edited
reports-said-cancelled = Cancelled
reports-said-test-order = Test order
reports-said-another-currency = Another currency
reports-said-chargeback = Chargeback
reports-said-another-amount = Another amount
reports-said-attributed = attributed
reports-said-influenced = influenced
reports-said-opened-the-link-before-the-order = opened the link before the order
reports-said-used-the-message-s-code = used the message's code
reports-said-the-order-carries-our-marker = the order carries our marker
reports-said-the-message-was-delivered-before-the-order-nobody-knows-whether-it-was-read = the message was delivered before the order; nobody knows whether it was read
reports-said-the-message-left-to-the-person-who-ordered-nothing-else-speaks-for-it = the message left to the person who ordered; nothing else speaks for it
reports-said-nobody-to-compare-with = nobody to compare with
reports-said-no-verdict-shoppers-were-not-split-as-meant = no verdict: shoppers were not split as meant
reports-said-not-enough-data-yet = not enough data yet
reports-said-no-effect-seen = no effect seen
reports-said-harm-seen = harm seen

# What may be said of what was caused.
reports-caused = caused between { $low } and { $high } { $unit }
reports-caused-harm = harm seen: between { $low } and { $high } { $unit } lost
reports-caused-orders = orders
reports-caused-nobody = Nobody's first message has left in the period.
reports-caused-over = { $treated } shoppers who were written to against { $held } who were left alone, whose { $days } days for ordering are over; { $pending } more are waited for.
reports-wait-begins = { $count ->
    [one] the first shoppers can be compared from tomorrow on
   *[other] the first shoppers can be compared in { $count } days
}
reports-wait-days = { $count ->
    [one] about { $count } day more at this pace
   *[other] about { $count } days more at this pace
}
reports-wait-weeks = { $count ->
    [one] about { $count } week more at this pace
   *[other] about { $count } weeks more at this pace
}
reports-wait-months = { $count ->
    [one] about { $count } month more at this pace
   *[other] about { $count } months more at this pace
}
reports-wait-never = at this pace it can't be told within three years, if what is seen so far is all there is
