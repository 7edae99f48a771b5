# A store's data: how long it is kept, who is erased, what leaves and comes in as a file.

data-erase = Erase a shopper
data-erase-what = For somebody who asks to be forgotten: by the address that they write from. Every store's own customer records on its platform are untouched, and are erased there.
data-erase-address = E-mail address or phone number
data-erase-look = Look who that is
data-erase-no-address = That is neither an e-mail address nor a phone number with its country code, such as +12125550100.
data-erase-nobody = Nobody here has that address any more. Nothing was erased.
data-erase-nobody-of = Nobody here has the address { $address }. There is nothing to erase.
data-erase-forbidden = It is on the list of addresses that are not written to. That stays, so that nobody writes to it again.
data-erase-found = { $address } is a shopper of yours.
data-erase-extent = { $carts ->
    [one] 1 cart
   *[other] { $carts } carts
    }, { $messages ->
    [one] 1 message that was sent
   *[other] { $messages } messages that were sent
    }, { $orders ->
    [one] 1 order
   *[other] { $orders } orders
    }.
data-erase-goes = Names, addresses, what messages said and webhooks as received go for good, and what waits is not sent. Money, times and decisions stay without the person, and so does that they said no.
data-erase-now = Erase this shopper now
data-erase-not = Erase nobody

data-keep = How long things are kept
data-keep-what = Every night, what is older goes for good. A change holds from the next night that is at least a day away.
data-keep-raw = Webhooks, imports and calls as received
data-keep-raw-help = Emptied after that. At least 3 months, since orders are refunded and disputed for a season. A replay compares only shoppers of whom everything is still there, and says how many it leaves out.
data-keep-browser = What your pages told of visits, as received
data-keep-browser-help = Emptied after that. At least 1 month. Clicks hold neither an address nor a device, and stay as counts.
data-keep-shoppers = Shoppers who have neither bought nor been seen since
data-keep-shoppers-help = Erased after that, as if they had asked for it. At least 6 months. If you send texts to the United States, choose 48 months or more: whether somebody had agreed can be disputed for four years.
data-keep-always = Kept for as long as the store is here: who must not be written to and that they said no; orders' money, credits, decisions and this store's audit log, without the person. What proves that somebody agreed is kept for as long as they are.
data-keep-figures = Emptying webhooks changes no figure. Of carts of shoppers who are erased, reports no longer say that they were bought; the orders' money stays.
data-keep-wrong = Nothing was saved: choose one of the lengths for each.
data-months = { $count ->
    [one] 1 month
   *[other] { $count } months
    }
data-months-usual = { $count ->
    [one] 1 month (usual)
   *[other] { $count } months (usual)
    }
data-months-ever = for as long as the store is here
data-ran = Last run:
data-ran-never = It has not run yet.
data-ran-nothing = nothing was old enough.
data-ran-came = { $raw ->
    [one] 1 delivery
   *[other] { $raw } deliveries
    } and { $browser ->
    [one] 1 message of your pages
   *[other] { $browser } messages of your pages
    } emptied, { $shoppers ->
    [one] 1 shopper
   *[other] { $shoppers } shoppers
    } erased.
data-next = Next run, at the earliest:

data-export = Take a list along
data-export-what = It is made in the background: you can leave this page. The file is kept for 24 hours, and whoever downloads it is recorded.
data-export-list = List
data-export-format = Format
data-export-from = From
data-export-to = To
data-export-ask = Make the file
data-export-people = Shoppers, consents and forbidden addresses leave whole, whatever the days, and not as Parquet.
data-export-wrong = Choose a first day that is not after the last, at most three years; lists of people leave as CSV or JSON lines.
data-too-many = Five files are being worked on already: wait until one is done, or break one off.
data-list-carts = Carts begun in these days
data-list-orders = Orders placed in these days
data-list-credits = Credits of these orders
data-list-nudges = Messages planned for these days
data-list-contacts = Shoppers
data-list-consents = Consents, with their proof
data-list-suppressions = Forbidden addresses
data-format-csv = CSV, for spreadsheets
data-format-jsonl = JSON lines, for programs
data-format-parquet = Parquet, for data tools

data-import = Bring a list
data-import-what = CSV with a line of headings, or JSON lines. Good lines are taken, bad ones are told with their number, and the same list again changes nothing.
data-import-list = What it holds
data-import-file = File, at most { $megabytes } MB
data-import-ask = Take it in
data-import-none = Choose a file that is not empty.
data-import-too-long = A file has at most { $megabytes } MB here: split it, or have it taken in on the command line.
data-import-columns = Columns it may have
data-brought-contacts = Shoppers and what they agreed to
data-brought-suppressions = Addresses not to write to
data-brought-ad-costs = What advertising cost

data-files = Files
data-files-none = No file in the last 30 days.
data-state-waiting = waits
data-state-running = under way
data-state-done = done
data-state-failed = failed
data-state-cancelled = broken off
data-came-waiting = It is its turn soon.
data-came-rows = { $rows ->
    [one] 1 row
   *[other] { $rows } rows
    } so far.
data-came-made = { $rows ->
    [one] 1 row
   *[other] { $rows } rows
    }, { $kilobytes } kB.
data-came-lines = { $taken } taken, { $known } known before, { $refused } refused.
data-resumed = It went on after an interruption: of the lines around it, some that were taken may be counted as known before.
data-failed = It came to nothing more:
data-faults = { $count ->
    [one] 1 line was refused
   *[other] { $count } lines were refused (the first 100 are listed)
    }
data-progress = How far { $what } is
data-download = Download { $what }
data-until = Deleted
data-cancel = Break off
data-cancel-named = Break off { $what }

data-work = Work in the background
data-work-none = Nothing is being worked on.
data-work-leave = Everything here goes on when you leave the page or the program is restarted.
data-work-credits = Credits are being worked out anew
data-work-orders = { $count ->
    [one] 1 order is still to be worked out anew by what counts as revenue
   *[other] { $count } orders are still to be worked out anew by what counts as revenue
    }
data-work-move = Carts are being moved to the new version of "{ $campaign }"
data-work-trial = "{ $campaign }" is being tried on the past
data-work-books = Orders are being compared with the platform's books
data-work-retention = What was kept long enough goes: { $count ->
    [one] 1 row so far
   *[other] { $count } rows so far
    }
data-since = since
data-percent = { $percent } %

notice-data-kept = Saved. It holds from the next run on.
notice-data-erased = The shopper is erased.
notice-data-asked = The file is being made. You can leave this page.
notice-data-taken-in = The file is being taken in. You can leave this page.
notice-data-cancelled = Broken off. What was taken in until then stays.

missing-shopper-with-that-address = shopper with that address
missing-file-with-that-id = file with that id, or not any more

audit-shopper-erase = Erased a shopper by their address
audit-file-export = Had a list made as a file
audit-file-import = Brought a file to be taken in
audit-file-cancel = Broke a file off
audit-file-download = Downloaded a file
audit-retention-set = Set how long things are kept
audit-retention-run = Let go of what was kept long enough
data-broke-off = the form broke off on its way: send it again
