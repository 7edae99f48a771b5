# Mails to the store's own people: figures of a week or a month, and alarms.

mails-days = { $first } to { $last }
mails-days-of-month = { $first } to { $last }
mails-days-of-year = { $first } { $month } to { $last }
mails-day-short = { $day } { $month }
mails-no-data = no data
mails-rate = { $percent } % ({ $part } of { $whole })
mails-rate-of-few = { $percent } % ({ $part } of { $whole }, few)
mails-and = { $all } and { $one }
mails-before = before: { $figure }

mails-net = Net recovered revenue
mails-net-short = Net
mails-caused = Of this, caused by the messages
mails-orders = Orders
mails-refunds = Refunds
mails-messages = Messages
mails-abandoned = Carts abandoned
mails-recovered = Carts recovered
mails-credited = { $orders } credited

mails-digest-subject = { $shop }: { $net } recovered, { $days }
mails-compared = { $days }, compared with { $before }. Days are counted in { $zone }.
mails-campaigns = Campaigns
mails-campaign = Campaign
mails-carts = Carts
mails-attention = What needs attention
mails-meaning = What the figures mean
mails-open-report = Open the report
mails-print = Print it
mails-change = Change or stop these mails

mails-net-per-day = Net per day
mails-no-best-day = Net per day: on none of the days was anything recovered.
mails-best-day = Net per day: the best was { $day } with { $net }.
mails-carts-told = Carts: { $begun } begun, { $identified } identified, { $abandoned } abandoned, { $bought } bought, { $recovered } recovered.
mails-step-begun = Begun
mails-step-identified = Identified
mails-step-abandoned = Abandoned
mails-step-bought = Bought
mails-step-recovered = Recovered

mails-alarms-subject = { $place }: { $what }
mails-stores = { $count } stores
mails-alarms-new = { $count ->
    [one] 1 new alarm
   *[other] { $count } new alarms
}
mails-alarms-last = { $count ->
    [one] 1 alarm still stands
   *[other] { $count } alarms still stand
}
mails-alarms-over = { $count ->
    [one] 1 alarm is over
   *[other] { $count } alarms are over
}
mails-new = New
mails-still-so = Still so
mails-over = Over
mails-since = Since { $since }.
mails-began = It began { $since } and lasted { $length }.
mails-more-alarms = And { $count } more: see the overview.
mails-open-overview = Open the overview
mails-why-alarms = You get this because you own a store in Comeback. An alarm is told once, once a day while it lasts, and once when it is over. The setting watch.mail turns these mails off.
