# The overview: how recovery does, and what needs attention.

overview-title = Overview
overview-period = Period
overview-days = { $days } days
overview-choose = Other days, or beside the days before
overview-from = From
overview-to = To
overview-compare = compare with the days before
overview-show = Show
overview-last-days = Last { $days } days
overview-range = { $from } to { $to }
overview-bad-day = “{ $day }” is no day: give one as in 2026-07-31
overview-bad-range = the period ends before it begins: choose a later last day
overview-no-data = no data

overview-attention = What needs attention
overview-since = since
overview-dismiss = Dismiss
overview-revenue = Recovered revenue
overview-net = Net recovered revenue
overview-none = No data yet
overview-none-what = { $period }: no cart entered a campaign and no message was sent.
overview-net-what = { $period }. Attribution: { $model }
overview-more = { $by } more than from { $from } to { $to }: { $then }
overview-less = { $by } less than from { $from } to { $to }: { $then }
overview-same = As much as from { $from } to { $to }: { $then }
overview-caused = Caused by messages
overview-within = Within 95 %: between { $low } and { $high } { $currency }
overview-how-known = How this is known
overview-gross = Gross
overview-refunds = Refunds
overview-orders = Orders
overview-messages = Messages
overview-also = { $count ->
    [one] Also { $net } { $currency } net from { $count } order ({ $gross } gross, { $refunds } refunds); currencies are never added up.
   *[other] Also { $net } { $currency } net from { $count } orders ({ $gross } gross, { $refunds } refunds); currencies are never added up.
}
overview-what = What this figure means
overview-definition = What was paid for orders credited to a message, less what went back by now, in { $currency }. { $basis }
overview-definitions = All definitions
overview-per-day = Net per day, { $currency }
overview-chart = Bar chart of net recovered revenue per day; the table after it has the same figures
overview-as-table = Figures as a table
overview-day = Day
overview-net-column = Net
overview-days-without = Days without an order are left out.
overview-happened = What happened in this time ({ $count })
overview-notes = All notes

overview-rates = Left and won back
overview-rate-abandonment-rate = Abandonment rate
overview-rate-recovery-rate = Recovery rate
overview-means-abandonment-rate = of the carts were left
overview-means-recovery-rate = of the carts that were left came back by a message
overview-part = { $part } of { $whole }
overview-sure = By chance it may be anything from { $low } to { $high } %.
overview-sure-few = It rests on few carts: by chance it may be anything from { $low } to { $high } %.
overview-before = Before: { $share } %, { $part } of { $whole }.
overview-before-none = Before: no data.
overview-change = Changed by { $by } points, by chance anything from { $low } to { $high }.
overview-rates-more = Broken down by campaign, day and more

overview-carts = Carts
overview-no-carts = No data yet: no cart was begun. { $period }
overview-begun = { $count ->
    [one] { $count } cart begun. { $period }
   *[other] { $count } carts begun. { $period }
}
overview-step = <b>{ $count }</b> of { $of }
overview-step-none = no data yet
overview-step-identified = Identified
overview-step-abandoned = Abandoned
overview-step-bought = Bought
overview-step-recovered = Recovered
overview-step-means-identified = of the carts begun, with somebody to write to
overview-step-means-abandoned = of the carts begun, left for longer than the campaign waits
overview-step-means-bought = of the carts begun, with a message or without
overview-step-means-recovered = of the carts bought, credited to a message
overview-campaigns = Campaigns
overview-campaign = Campaign
overview-status = Status
overview-no-campaign = No campaign yet.
overview-campaign-none = no data in this period
overview-canary = A test cart last went the whole way, from the webhook to the credited order, on
overview-canary-what = It reached nobody and is in no figure.

overview-see-address = Show the webhook address
overview-see-tracking = Open tracking
overview-see-connection = Install it again
overview-see-app = Open the connection
overview-see-settings = Open settings
overview-see-webhooks = Open webhooks
overview-see-templates = Open templates
overview-see-reports = Open reports
overview-see-steps = Show the steps
overview-see-why = See why
overview-see-campaigns = Open campaigns
overview-see-books = Open the books
overview-see-carts = Show the carts
overview-see-one-cart = Show the cart
overview-see-all-carts = See the carts
overview-see-cart = Open the cart
overview-untold = No owner is told of these alarms: no e-mail provider is set up.
overview-untold-fix = Set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM, and restart; until then look here.
overview-removed = The store has removed the app.
overview-removed-fix = Nothing is sent. Install the app again, then resume the store under Settings, Stores, or on the command line:
overview-removed-again = Nothing is sent, and its access is void. Install the app again: then everything goes on by itself.
overview-untold-of = The store sends no webhooks about { $topics }.
overview-untold-of-fix = Without them, carts or purchases stay unknown. Add the missing scopes to the app, and install it again.
overview-unanswered = The store did not answer when it was asked what it sends: { $why }.
overview-unanswered-fix = It is asked again every hour. Until then webhooks that it has dropped stay away.
overview-paused = The store is paused.
overview-paused-fix = Messages wait, none is dropped. Resume the store under Settings, Stores, or on the command line:
overview-no-webhook = No webhook has arrived from the store yet.
overview-no-webhook-fix = Paste this address into the store's webhook settings; the steps are on the settings page:
overview-behind = Webhooks have been waiting since { $since }.
overview-behind-fix = They are stored, but not worked on: check that a worker is running (`comeback serve --role all` or `worker`).
overview-aside = { $count ->
    [one] { $count } webhook is set aside.
   *[other] { $count } webhooks are set aside.
}
overview-aside-fix = Stored, but not readable: nothing is lost, and it can be tried again.
overview-unpublished = No campaign is published.
overview-unpublished-fix = No message will be planned until one is. Look through the draft and publish it.
overview-books-more = The platform's books know more than was told here: { $count } differences.
overview-books-off = { $count ->
    [one] { $count } difference between orders here and the platform's books is not explained.
   *[other] { $count } differences between orders here and the platform's books are not explained.
}
overview-books-fix = Figures may be off by them. Look at each, take in what is missing, and compare again.
overview-unknown = { $count ->
    [one] { $count } message has an unknown outcome.
   *[other] { $count } messages have an unknown outcome.
}
overview-unknown-fix = It may have arrived or not, and nobody can be asked. On the cart's page you can say what you know; until then it is not sent again.
overview-reply = A shopper answered by { $channel }, and may have asked to stop.
overview-reply-fix = Nothing more is sent to them. Read what they wrote on the page of their cart. If they did not mean it, allow the address again: DELETE /api/v1/suppressions.
overview-restored = The database was restored as of { $from }: nothing is known of the time until { $to }.
overview-restored-doubt = { $count ->
    [0] No message is in doubt.
    [one] { $count } message may have been sent in between.
   *[other] { $count } messages may have been sent in between.
}
overview-restored-fix = None is sent again by itself. Webhooks of that time are missing, purchases among them: look at the carts of that time.
overview-held = Messages by { $channel } are held until { $until }: the provider said “{ $why }”.
overview-held-fix = Nothing is lost: messages wait in their order. One is tried then, and all follow if it is taken.
overview-full = Messages by { $channel } wait until { $until } at least: { $why }.
overview-full-fix = Messages wait in their order, and leave as places become free. Those that would be too late by then are not sent.
overview-no-provider = { $count ->
    [0] No { $channel } provider is set up: { $channel } messages will wait.
    [one] No { $channel } provider is set up: { $count } message waits for it.
   *[other] No { $channel } provider is set up: { $count } messages wait for it.
}
overview-no-provider-email = Set COMEBACK_EMAIL__URL (such as smtp://user:password@host:587) and COMEBACK_EMAIL__FROM, and restart.
overview-no-provider-sms = Fill in the section [sms] of the settings (COMEBACK_SMS__PROVIDER and so on), and restart; or take the SMS step out.
