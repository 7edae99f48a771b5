# Campaigns: the list, the sequence as a picture, its versions, its preview and its trial.
# Where a fault stands.
campaigns-at-step = Step { $step }, { $what }
campaigns-at-path = Path { $path }
campaigns-at-wait = wait
campaigns-at-message = message
campaigns-at-clock = time of day
campaigns-at-expires = too late after
campaigns-at-otherwise = otherwise
campaigns-at-on-path = path
campaigns-at-condition = condition
campaigns-at-texts = texts to compare
campaigns-at-discount = discount
campaigns-at-name = Name
campaigns-at-trigger = Begins when
campaigns-at-abandoned = Abandoned after
campaigns-at-priority = Priority
campaigns-at-entry = Only for carts that
campaigns-at-holdout = Comparison group
campaigns-at-quiet = Quiet hours
campaigns-at-quiet-days = Quiet days
campaigns-at-clicks = Clicks count for
campaigns-at-paths = Paths
campaigns-at-discounts = Discounts
campaigns-at-steps = Steps

# The list.
campaigns-none-yet = No campaign yet. A new store comes with one, in draft.
campaigns-version-small = version { $version }
campaigns-version-behind = version { $version }; the draft is ahead of it
campaigns-about = Begins when { $trigger } for { $length }; { $holdout } % of shoppers left alone for comparison; { $quiet }.
campaigns-changed = Changed { $when }.
campaigns-only = Only { $carts }.
campaigns-when-checkout_abandoned = a checkout is left
campaigns-when-cart_abandoned = a cart is left
campaigns-when-browse_abandoned = products were looked at and left
campaigns-quiet-now = quiet from { $from } to { $to }
campaigns-quiet-never = no quiet hours
campaigns-after = after
campaigns-after-message = after the message before
campaigns-more-at = at { $clock }
campaigns-more-path = on the path { $path }
campaigns-more-only = only { $condition }
campaigns-more-else = otherwise { $channel } { $template }
campaigns-more-texts = { $count } texts compared
campaigns-edit = Edit
campaigns-look = Look
campaigns-begin-another = Begin another
campaigns-begins-as-draft = Each begins as a draft: nothing is sent until you publish it.
campaigns-starter-email = Three e-mails: after an hour, the next morning, and after three days.
campaigns-starter-email-and-sms = An e-mail after an hour, a text the next day to those who agreed to texts, an e-mail to the others.
campaigns-starter-high-value = Carts worth more than most: a reminder without a code, and a small code only for those who don't come back.
campaigns-status-draft = draft
campaigns-status-published = published
campaigns-status-paused = paused
campaigns-status-archived = archived
campaigns-moving = Moving carts under way to version { $version }: { $moved } of { $total }.
campaigns-about-to-move = Carts under way are about to be moved to version { $version }.
campaigns-do-publish = Publish
campaigns-do-publish-changes = Publish changes
campaigns-do-publish-and-resume = Publish changes and resume
campaigns-do-publish-and-move = Publish, also for carts under way
campaigns-do-pause = Pause
campaigns-do-resume = Resume
campaigns-do-archive = Archive
campaigns-do-copy = Copy

# One campaign.
campaigns-this = This campaign
campaigns-preview = Preview
campaigns-trial = What would it have done?
campaigns-differences = What changed
campaigns-as-json = As JSON
campaigns-refused = The campaign can’t be published as it is: put right what is listed here, save, and publish again.
campaigns-stale = Somebody saved this campaign after you opened it, so nothing was saved now. This is what you typed; saving again puts it in the place of theirs.
campaigns-faults = To put right before publishing
campaigns-warnings = Worth a second look
campaigns-ahead = Changed since version { $version } was published. Carts get the published version until you publish again.
campaigns-save = Save
campaigns-unsaved = Not saved yet.
campaigns-cannot-act = This can’t be done to the sequence as it is: it is full, or the step isn’t there any more.
campaigns-name = Name
campaigns-sequence = Sequence
campaigns-results = Beside each step stands what it did for carts begun in the last { $days } days. A step is known by its place: what stood there before counts as well. <a>The whole report</a>
campaigns-counting = { $count ->
    [one] One cart is still being counted.
   *[other] { $count } carts are still being counted.
}
campaigns-begins-checkout_abandoned = A checkout is left
campaigns-begins-cart_abandoned = A cart is left
campaigns-begins-browse_abandoned = Products were only looked at
campaigns-trigger-checkout_abandoned = a checkout is left
campaigns-trigger-cart_abandoned = a cart is left
campaigns-trigger-browse_abandoned = products were only looked at
campaigns-after-quiet = { $length } without activity
campaigns-only-for = Only for
campaigns-begins-when = Begins when
campaigns-abandoned-after = Abandoned after
campaigns-abandoned-hint = without activity, such as 10m or 1h
campaigns-priority = Priority
campaigns-priority-hint = of several campaigns, the greatest
campaigns-only-carts = Only for carts that
campaigns-all-must-hold = All of these must hold when the cart is left. Several values: commas between them.
campaigns-left-alone = left alone for comparison
campaigns-others-go-on = All others go on
campaigns-holdout = Comparison group, %
campaigns-holdout-hint = of shoppers who get no message
campaigns-which-gets = which gets
campaigns-holdout-campaign = nothing of this campaign
campaigns-holdout-trigger = nothing of any such campaign
campaigns-such = “such”: that begins in the same way
campaigns-branch = Branch by a condition
campaigns-add-path = Add a path
campaigns-earlier = Ask earlier:
campaigns-later = Ask later:
campaigns-remove-path = Remove this path and its steps:
campaigns-path-name = Path { $number }
campaigns-path-rest = All others
campaigns-all-left = all carts that are left
campaigns-for-carts-that = for carts that
campaigns-no-path = Every other cart gets only the steps that are for all.
campaigns-paths-hint = A cart takes the first path that is for it, once and for all; one without a condition takes all that are left.
campaigns-missing-path = there is no such path
campaigns-no-step-here = No step here.
campaigns-add-step = + Step
campaigns-add-step-at = as number { $step }
campaigns-add-step-on = as number { $step } on the path { $path }
campaigns-full = The sequence is full: at most { $most } steps.
campaigns-end = The sequence ends
campaigns-end-clicks = Orders count within { $length } of a click
campaigns-clicks = Clicks count for
campaigns-clicks-hint = such as 5d: an order after that isn’t ours
campaigns-rules = For every step
campaigns-write-to-nobody = Write to nobody
campaigns-from = from
campaigns-to = to
campaigns-quiet-from = Quiet from
campaigns-quiet-to = Quiet to
campaigns-own-time = in the shopper’s own time
campaigns-day-1 = Mon
campaigns-day-2 = Tue
campaigns-day-3 = Wed
campaigns-day-4 = Thu
campaigns-day-5 = Fri
campaigns-day-6 = Sat
campaigns-day-7 = Sun
campaigns-holidays = public holidays of the shopper’s country
campaigns-laws = Laws that ask for more hold in any case.
campaigns-guards = When discounts are not given
campaigns-guard-step = Not before step
campaigns-guard-step-hint = an early code teaches to wait for it
campaigns-guard-minimum = Not for carts below
campaigns-guard-used = Not if they used one within
campaigns-guard-used-hint = such as 30d; empty: it doesn’t matter
campaigns-any = any
campaigns-ever = ever

# A step.
campaigns-wait-left = Wait { $length } after the cart was left
campaigns-wait-left-until = Wait { $length } after the cart was left, then until { $clock } on the shopper’s clock
campaigns-wait-before = Wait { $length } after the message before
campaigns-wait-before-until = Wait { $length } after the message before, then until { $clock } on the shopper’s clock
campaigns-no-message = no message chosen
campaigns-look-here = put right
campaigns-or-else = Otherwise
campaigns-of-step = of step { $step }
campaigns-text-of-step = text { $text } of step { $step }
campaigns-up = Move up
campaigns-down = Move down
campaigns-duplicate = Duplicate
campaigns-remove = Remove
campaigns-wait = Wait
campaigns-abandonment = abandonment
campaigns-message-before = the message before
campaigns-then-until = Then until
campaigns-then-until-hint = on the shopper’s clock; empty for at once
campaigns-message = Message
campaigns-missing = { $name } (missing)
campaigns-on-path = On the path
campaigns-every-path = every path
campaigns-texts = Texts to compare
campaigns-text = Text { $number }
campaigns-share = Share
campaigns-the-steps = the step’s
campaigns-without-code = without the code
campaigns-compare-texts = Compare two texts
campaigns-add-text = Add a text
campaigns-texts-hint = Each shopper gets one of them, and always the same; two at least, or none.
campaigns-discount = Discount
campaigns-own-code = A code of the shopper’s own
campaigns-none = none
campaigns-percentage = percentage
campaigns-amount = amount
campaigns-takes-off = takes off
campaigns-takes-off-hint = % or { $currency }
campaigns-for-carts-from = for carts from
campaigns-minimum-hint = { $currency }, or such as 50 EUR
campaigns-works-for = works for
campaigns-common-code = Or a code for everybody
campaigns-off-percent = { $value } % off
campaigns-off-amount = { $value } off
campaigns-off-shipping = free shipping
campaigns-off-code = code { $code }
campaigns-off-from = for carts from { $value }
campaigns-off-for = works for { $length }
campaigns-off-required = without a code the message isn’t sent
campaigns-more = When it is too late, what else is sent, to whom
campaigns-too-late = Too late after
campaigns-too-late-hint = late by more, it isn’t sent
campaigns-otherwise = Otherwise
campaigns-nothing = nothing
campaigns-otherwise-hint = where the message’s own channel is not open
campaigns-only-if-due = Only if, when it is due, the cart
campaigns-condition = Condition { $number }
campaigns-condition-about = What about the cart
campaigns-condition-value = Value
campaigns-kept = and: { $what }
campaigns-change-as-json = change it as JSON

# What steps did.
campaigns-did-none = No message yet in this time.
campaigns-did-sent = Sent
campaigns-did-carts = { $count ->
    [one] to one cart
   *[other] to { $count } carts
}
campaigns-did-delivered = Arrived
campaigns-did-untold = not told by the provider
campaigns-did-clicked = Opened by a person
campaigns-did-bought = Bought, credited to it
campaigns-did-net = Net credited
campaigns-did-nothing = no order

# What a button of the picture did.
campaigns-added-step = Step { $step } is new: say what it sends.
campaigns-moved-step = Step { $from } is now step { $to }. The waits stay where they were.
campaigns-copied-step = Step { $step } is a copy of step { $from }.
campaigns-removed-step = Step { $step } is removed.
campaigns-added-text = Step { $step } has one more text to compare.
campaigns-removed-text = Text { $text } of step { $step } is removed.
campaigns-added-path = There is a new path: say for which carts it is.
campaigns-moved-path = The path { $path } is asked in another place.
campaigns-removed-path = The path { $path } is removed, with its steps.

# Conditions: what a row asks for, and for which carts a condition is.
campaigns-if-choose = Choose …
campaigns-if-value_at_least = is worth at least
campaigns-if-value_below = is worth less than
campaigns-if-currency = is in the currency
campaigns-if-country = shopper's country is
campaigns-if-language = shopper's language is
campaigns-if-new = is a new customer's
campaigns-if-returning = is a returning customer's
campaigns-if-item = has the product or SKU
campaigns-if-collection = has something of collection
campaigns-if-product_tag = has a product tagged
campaigns-if-customer_tag = customer is tagged
campaigns-if-code_on_cart = has a discount code on it
campaigns-if-no_code_on_cart = has no discount code on it
campaigns-if-used_code_within = shopper used a code within
campaigns-if-all_in_stock = can be had as a whole
campaigns-if-sold_out = has something that is sold out
campaigns-carts-and = { $one } and { $other }
campaigns-carts-or = { $one } or { $other }
campaigns-carts-not = others than { $what }
campaigns-carts-worth = carts worth { $what } or more
campaigns-carts-below = carts worth less than { $what }
campaigns-carts-currency = carts in { $what }
campaigns-carts-country = shoppers in { $what }
campaigns-carts-language = shoppers whose language is { $what }
campaigns-carts-new = new customers
campaigns-carts-returning = returning customers
campaigns-carts-item = carts with { $what }
campaigns-carts-collection = carts with something of the collection { $what }
campaigns-carts-product-tag = carts with a product tagged { $what }
campaigns-carts-customer-tag = customers tagged { $what }
campaigns-carts-code = carts with a code
campaigns-carts-no-code = carts without a code
campaigns-carts-used-code = shoppers who used a code within { $what }
campaigns-carts-in-stock = carts of which everything can be had
campaigns-carts-sold-out = carts of which something is sold out

# Beside the picture.
campaigns-timeline = When it would leave
campaigns-timeline-what = For a sample cart that is left now, in the shopper’s local time.
campaigns-timeline-more = The whole preview, with every message
campaigns-last-month = Last month
campaigns-trial-under-way = It is being tried on the store’s past.
campaigns-trial-failed = The trial came to nothing.
campaigns-trial-told =
    { $messages ->
        [one] One message
       *[other] { $messages } messages
    } to { $carts ->
        [one] one cart
       *[other] { $carts } carts
    } would have left.
campaigns-trial-more = See the trial
campaigns-trial-what = The campaign as last saved can be tried on the store’s past: by the rules that send, in a copy. Nothing is sent.
campaigns-trial-ask = What would this have done last month?
campaigns-versions = Published versions
campaigns-never-published = It was never published.
campaigns-version = Version { $version }
campaigns-at-work = at work
campaigns-what-changed = What changed
campaigns-since-version = since version { $version }

# What changed.
campaigns-versions-of = What changed in { $name }
campaigns-as-saved = As last saved
campaigns-nothing-to-compare = It was never published, so that there is nothing to compare with.
campaigns-before = Before
campaigns-afterwards = Afterwards
campaigns-compare = Compare
campaigns-from-old-to-new = From { $old } to { $new }.
campaigns-published-on = { $old } was published
campaigns-same = They say the same.
campaigns-only-json = They differ only in what has no words here: see the lines beneath.
campaigns-became-changed = changed
campaigns-became-gone = removed
campaigns-became-new = new
campaigns-lines = Line by line, as JSON
campaigns-left-out = { $count ->
    [one] … one line that is the same
   *[other] … { $count } lines that are the same
}
campaigns-line-removed = removed:
campaigns-line-added = added:
campaigns-restore = Go back to { $old }
campaigns-restore-kept = What was last saved was published as well, so that nothing is lost. What is at work stays as it is until you publish.
campaigns-restore-lost = What was last saved was never published: it is replaced, and can’t be brought back. What is at work stays as it is until you publish.
campaigns-restore-do = Make it the draft
campaigns-restore-stale = somebody saved this campaign after you opened the page
campaigns-part-whole = The campaign
campaigns-part-path = Path { $path }
campaigns-part-step = Step { $step }
campaigns-yes = yes
campaigns-no = no
campaigns-from-to = { $from } to { $to }
campaigns-fact-name = Name
campaigns-fact-trigger = Begins when
campaigns-fact-abandoned = Abandoned after
campaigns-fact-priority = Priority
campaigns-fact-only-if = Only for
campaigns-fact-holdout = Comparison group
campaigns-fact-holdout-scope = which gets
campaigns-fact-quiet = Quiet hours
campaigns-fact-quiet-days = Quiet days
campaigns-fact-quiet-holidays = Quiet on public holidays
campaigns-fact-guard-step = No discount before step
campaigns-fact-guard-minimum = No discount for carts below
campaigns-fact-guard-used = No discount if they used one within
campaigns-fact-clicks = Clicks count for
campaigns-fact-views = Views count for
campaigns-fact-model = Attribution model
campaigns-fact-path-if = For carts that
campaigns-fact-wait = Wait
campaigns-fact-at = Then until
campaigns-fact-message = Message
campaigns-fact-path = On the path
campaigns-fact-otherwise = Otherwise
campaigns-fact-expires = Too late after
campaigns-fact-texts = Texts to compare
campaigns-fact-offer = Discount
campaigns-fact-code = Code for everybody
campaigns-fact-place = Place

# As JSON.
campaigns-json-title = { $name } as JSON
campaigns-json-unread = It can’t be read, so nothing was saved:
campaigns-json-stale = Somebody saved this campaign after you opened it, so nothing was saved now. Saving again puts this in the place of theirs.
campaigns-json-whole = The whole campaign, as the API takes it
campaigns-json-fields = Every field is in the <a>API’s description</a>. On the command line: <code>comeback campaign export</code> and <code>import</code>.

# The preview.
campaigns-preview-of = Preview of { $name }
campaigns-cart = Cart
campaigns-a-cart = a cart
campaigns-sample-cart = a sample cart
campaigns-chosen-cart = the chosen cart
campaigns-left-at = left at
campaigns-preview-what = As last saved, for this cart as it is now, had it been left then. Nothing is sent or written, and no link in the messages works.
campaigns-stays-out = This cart would not enter the campaign.
campaigns-as-if = What follows is as if it did.
campaigns-shopper = The shopper
campaigns-leaves = Leaves
campaigns-abandoned-from = counts as abandoned from
campaigns-clock = Clock
campaigns-known-by = known by
campaigns-several-zones = a message leaves when it may in all of them, and times here are the first’s
campaigns-comparison = Comparison
campaigns-path = Path
campaigns-times-of = Times are the shopper’s: { $zones }.
campaigns-no-step-for-cart = No step is for this cart.
campaigns-text-named = text { $text }
campaigns-would-send = would be sent
campaigns-would-not = would not be sent
campaigns-would-wait = would still wait
campaigns-looked-again = Looked at again
campaigns-cannot-make = The message can’t be made:
campaigns-mail-of = The e-mail of step { $step }
campaigns-plain-text = Plain text
campaigns-drawn-held = in the comparison group, which gets no message: lot { $lot } of 100, the comparison group takes those below { $below }
campaigns-drawn-in = gets the campaign: lot { $lot } of 100, the comparison group takes those below { $below }
campaigns-code-fixed = Its link applies the code { $code }.
campaigns-code-own = It carries a code of the shopper’s own: { $what }.
campaigns-code-withheld = No code ({ $what }): { $why }

# The trial.
campaigns-trial-title = { $name } on the past
campaigns-trial-from = From
campaigns-trial-again = Try again
campaigns-trial-how = The campaign as last saved is tried on the store’s past, by the rules that send, in a copy. Nothing is sent.
campaigns-trial-asked = Asked for { $when }, for carts left { $period }.
campaigns-trial-period = from { $from } to before { $to }
campaigns-trial-never = It was not tried yet.
campaigns-trial-going = Under way
campaigns-trial-moments = { $done } of { $of } moments of the past gone through.
campaigns-trial-copying = The store’s past is being copied.
campaigns-trial-leave = You can leave this page and come back.
campaigns-trial-nothing = It came to nothing:
campaigns-trial-faulty = The campaign has faults: put right what its page lists, and try again.
campaigns-trial-messages = Messages
campaigns-trial-would = Would have
campaigns-trial-would-what =
    <b>{ $messages ->
        [one] 1 message
       *[other] { $messages } messages
    }</b> to { $carts ->
        [one] 1 cart
       *[other] { $carts } carts
    }; { $waiting ->
        [one] 1 message
       *[other] { $waiting } messages
    } would still wait
campaigns-trial-fact = In fact
campaigns-trial-fact-what =
    <b>{ $messages ->
        [one] 1 message
       *[other] { $messages } messages
    }</b> to { $carts ->
        [one] 1 cart
       *[other] { $carts } carts
    }, by every campaign together
campaigns-step = Step
campaigns-trial-would-sent = Would have sent
campaigns-trial-sent = Sent in fact
campaigns-trial-by-this = In fact: by this campaign.
campaigns-kept-back = Kept back
campaigns-because = Because
campaigns-would-kept = Would have kept back
campaigns-did-keep = Kept back in fact
campaigns-trial-by-all = In fact: in every campaign.
campaigns-rule-purchased = the shopper had bought
campaigns-rule-bought_elsewhere = the shopper had the same items already
campaigns-rule-cart_gone = the cart was gone or too old
campaigns-rule-empty = the cart was empty
campaigns-rule-sold_out = everything was sold out
campaigns-rule-not_a_shopper = not a shopper’s cart
campaigns-rule-fake = the checkout looked fake
campaigns-rule-excluded = the customer’s tag
campaigns-rule-test_store = a test store
campaigns-rule-newer_cart = a newer cart of the same shopper
campaigns-rule-later_stage = the shopper came further
campaigns-rule-in_sequence = another sequence of the same shopper
campaigns-rule-in_campaign = the cart was in a campaign already
campaigns-rule-merged = the cart turned out to be another one
campaigns-rule-condition = the condition didn’t hold
campaigns-rule-no_address = no address for the channel
campaigns-rule-nobody = neither address nor number known
campaigns-rule-no_consent = the shopper hadn’t agreed
campaigns-rule-unsubscribed = the shopper unsubscribed
campaigns-rule-suppressed = the address must not be written to
campaigns-rule-carrier_one_text = carriers allow one text per cart
campaigns-rule-carrier_48_hours = carriers allow texts for 48 hours
campaigns-rule-frequency_cap = the limit on messages to one person
campaigns-rule-expired = too late by then
campaigns-rule-holdout = the comparison group
campaigns-rule-no_discount = no code to give
notice-restored = That version is the draft again. Look at it, and publish it when it is right.
campaigns-not-a-time = "{ $time }" is not a time such as 2026-11-21T14:05
