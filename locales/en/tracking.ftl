# What arrives: deliveries, those set aside, and the script for a store's pages.

tracking-title = Tracking
tracking-health = What came in the last 7 days
tracking-last = The last webhook came
tracking-oldest = The oldest that waits came
tracking-nothing-yet = No data yet: no webhook has arrived. Paste this address into the store's webhook settings (<a>the steps</a>):
tracking-none-lately = None in the last 7 days. Check in the store's settings that the webhooks are still there.
tracking-topic = Topic
tracking-applied = Applied
tracking-waiting = Waiting
tracking-aside = Set aside
tracking-last-came = Last
tracking-counted-latest = Only the latest 20,000 are counted.
tracking-of-server = events of your server
tracking-of-pages = events of your pages

tracking-came = As it comes
tracking-all-topics = all topics
tracking-filter = Show
tracking-reload = <a>Load again</a> to see what came since.
tracking-live = What comes appears here by itself.
tracking-full = Too many windows are open at once, so that this one doesn't go on by itself. Close another one, and load this page again.
tracking-none-came = Nothing came yet.
tracking-none-of-topic = None of this topic was among the latest 20,000.
tracking-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
tracking-version = version { $version }
tracking-cart = Show the cart
tracking-became-applied = applied
tracking-became-ignored = nothing followed
tracking-became-waiting = waiting
tracking-became-aside = set aside
tracking-became-emptied = erased
tracking-why-ignored = It was read and is kept. Nothing in it is an event of a cart, an order or a shopper.
tracking-why-waiting = Stored, and not worked on yet.
tracking-why-aside = No reason was kept.
tracking-why-emptied = Its contents were erased, since they were about somebody whose data was erased.
tracking-no-reason = no reason was kept

tracking-none-aside = None: everything that was signed could be read.
tracking-what-aside = These were signed and stored, but couldn't be read. Nothing is lost: after an update they can be tried again.
tracking-retry-all = Retry all
tracking-retry = Retry
tracking-retry-one = Retry { $topic } of { $at }
tracking-raw = Download the raw body
tracking-aside-more = The latest { $shown } are shown; the others come up once these are gone.

tracking-pixel = What shoppers look at
tracking-pixel-what = With this on your pages, shoppers whom you know and who agreed can be reminded of what they looked at. Nothing is remembered of a visitor before they agree: Shopify's own banner is asked, or your banner says <code>comeback('consent', true)</code>.
tracking-pixel-theme = For the theme, before <code>&lt;/head&gt;</code>
tracking-pixel-custom = As a custom pixel in Shopify
tracking-pixel-where = Settings, Customer events, Add custom pixel; permissions: marketing and analytics
tracking-domains = Pages of { $domain } may tell, and those of:
tracking-domains-set = Set the domains of your pages
