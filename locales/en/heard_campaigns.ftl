# Faults, warnings and notes of campaigns, templates, texts and the sending policy, as the rules say them in English: recognised, and said anew in other languages.
# Campaigns.
heard-campaigns-name = give the campaign a name of 1 to 120 characters
heard-campaigns-length-range = must be longer than zero and at most 30 days
heard-campaigns-length-most = must be at most 30 days
heard-campaigns-holdout-range = must be between 0 and 90: somebody has to get the message
heard-campaigns-steps-range = a campaign needs 1 to { $count } steps
heard-campaigns-quiet-same = `from` and `to` are the same: that would be quiet all day or never; use null for never
heard-campaigns-quiet-always = every day is quiet: nothing could ever be sent
heard-campaigns-paths-most = a campaign has at most { $count } paths
heard-campaigns-path-name = give the path a name of 1 to 60 characters
heard-campaigns-path-twice = there is another path "{ $path }"; names tell them apart
heard-campaigns-path-for-all = a path without a condition takes every cart, so it must be the last
heard-campaigns-path-missing = there is no path "{ $path }"; add it to `paths` or choose another
heard-campaigns-path-empty = no step is for the path "{ $path }": its carts get nothing
heard-campaigns-no-step-before = there is no step before it: count from the abandonment
heard-campaigns-delay-shorter = must not be shorter than the step before it: delays count from the abandonment
heard-campaigns-code-unfit = a code has 1 to 60 characters, without commas or spaces
heard-campaigns-codes-stacked = the step has a code for everybody and one of the shopper's own: keep one, codes are never stacked
heard-campaigns-discount-early = discounts begin with step { $count } (`discount_guards.from_step`): a code in an early message teaches shoppers to wait for it
heard-campaigns-percent-range = a percentage is 1 to 100
heard-campaigns-amount-above-zero = an amount must be above zero
heard-campaigns-amount-below-zero = an amount can't be below zero
heard-campaigns-minimum-currency = must be in the currency of the amount
heard-campaigns-code-lifetime = a code works for at least an hour and at most 30 days
heard-campaigns-fallback-same = must be another channel than the step's own
heard-campaigns-template-missing = there is no { $wordlist } template "{ $template }"; create it or choose another
heard-campaigns-texts-range = compare 2 to { $count } texts, or none
heard-campaigns-weights-zero = every weight is 0: nobody would get any of them
heard-campaigns-variant-name = give the variant a name of 1 to 60 characters
heard-campaigns-variant-twice = there is another variant "{ $variant }"; names tell them apart
heard-campaigns-link-too-early = under 10 minutes Shopify's recovery link may lead to the home page instead of the checkout
heard-campaigns-no-holdout = without a holdout nobody can tell how much revenue the campaign causes
heard-campaigns-second-text = in the US and Canada carriers allow one text per cart: shoppers there don't get this one
heard-campaigns-word-email = email
heard-campaigns-word-sms = sms
heard-campaigns-word-whatsapp = whatsapp

# Conditions, times.
heard-campaigns-condition-deep = conditions are nested more than { $count } deep
heard-campaigns-condition-list = give 1 to { $count } of them
heard-campaigns-condition-country = "{ $given }" is not a country; give two letters such as US
heard-campaigns-not-a-clock = "{ $given }" is not a time of day; expected "21:00"
heard-campaigns-not-a-weekday = "{ $given }" is not a day; expected one of { $names }
heard-campaigns-not-a-trigger = "{ $given }" is not a trigger; expected one of { $names }
heard-campaigns-not-a-duration = "{ $given }" is not a duration; expected ISO 8601 such as "PT1H" or "P5D", or the short form "1h", "30m", "2s", "5d"
heard-campaigns-no-duration = "" is not a duration; expected ISO 8601 such as "PT1H" or "P5D", or the short form "1h", "30m", "2s", "5d"
heard-campaigns-json-place = { $why } at line { $count } column { $count2 }

# Discounts.
heard-campaigns-off-percent = { $count } % off
heard-campaigns-off-amount = { $money } off
heard-campaigns-off-shipping = free shipping

# What can be done to campaigns.
heard-campaigns-starter-missing = there is no starter "{ $starter }"; expected one of { $names }
heard-campaigns-archived-unchanged = an archived campaign can't be changed; make a new one
heard-campaigns-archived-unpublished = an archived campaign can't be published; make a new one
heard-campaigns-status-refused = the campaign is { $why }, so it can't become { $why2 }
heard-campaigns-word-draft = draft
heard-campaigns-word-published = published
heard-campaigns-word-paused = paused
heard-campaigns-word-archived = archived
heard-campaigns-unknown-act = "{ $given }" is nothing that can be done to a sequence

# Fields of forms.
heard-campaigns-whole-number-range = expected a whole number from { $count } to { $count2 }
heard-campaigns-whole-number-such = expected a whole number such as 1
heard-campaigns-whole-number = expected a whole number
heard-campaigns-clock-times = expected times of day such as 21:00
heard-campaigns-clock-time = expected a time of day such as 10:00
heard-campaigns-choose-message = choose a message
heard-campaigns-say-which = say which: one or more, with commas between them
heard-campaigns-choose-condition = choose what the condition is about
heard-campaigns-not-a-currency = "{ $given }" is not an ISO 4217 currency code; expected three letters such as USD
heard-campaigns-not-money = "{ $given }" is not an amount of money; expected a decimal number such as "19.99"
heard-campaigns-no-money = "" is not an amount of money; expected a decimal number such as "19.99"

# Previews.
heard-campaigns-preview-store-inactive = The store is { $why }: nothing leaves until it is active again.
heard-campaigns-preview-store-uninstalled = The store removed the app: nothing leaves until it is installed again.
heard-campaigns-preview-no-provider = No { $wordlist } provider is set up: its messages wait until there is one.
heard-campaigns-preview-code = { $code } stands for the code that the platform makes; none is made for a preview.
heard-campaigns-zones-address = address
heard-campaigns-zones-address-and-phone = address and phone
heard-campaigns-zones-phone = phone prefix
heard-campaigns-zones-locale = locale { $locale }
heard-campaigns-zones-store = the store's zone

# Trials.
heard-campaigns-trial-period = the period must begin before it ends, and be no longer than a year
heard-campaigns-trial-period-ends = the period ends before it begins: `to` must be later than `from`
heard-campaigns-trial-under-way = a trial is under way in this store: wait until it is over
heard-campaigns-trial-store-gone = the store is gone
heard-campaigns-trial-faulty = the campaign has faults: put them right, and try again
heard-campaigns-trial-taken-over = another worker has taken it over
heard-campaigns-trial-stuck = something is due, and no worker takes it
heard-campaigns-trial-caveat = Shoppers would have acted differently had they been written to differently: who would have bought is not known, so nothing is said about revenue.
heard-campaigns-trial-left-out = Carts that were left before the period are not in it. Every provider takes every message at once. Pauses of the store are as they were; the campaign is never paused.

# Templates: what isn't right in them.
# Elsewhere: put together of several texts.
heard-campaigns-template-unclosed = this opens with {"{{"} or {"{%"} and is never closed; close it with {"}}"} or {"%}"}
heard-campaigns-template-tag-inside = there is a tag inside {"{%"} { $block } {"%}"}; take it out, or end the { $block2 } before it
heard-campaigns-template-large = the template is larger than { $count } KB; shorten it
heard-campaigns-template-blanks = there are more than { $count } blanks in a row; remove them
heard-campaigns-template-range-loop = loops over a range, like (1..n), are not allowed; loop over cart.items
heard-campaigns-template-nested-loop = a loop inside a loop is not allowed; end the first one before
heard-campaigns-template-blocks = there are more than { $count } blocks; shorten the template
heard-campaigns-template-script = mail programs drop scripts; remove <script>
heard-campaigns-template-style-value = values can't be used in a style sheet; put {"{{"} … {"}}"} into the text instead
heard-campaigns-template-quotes = write quotes around the attribute: ="{"{{"} … {"}}"}"
heard-campaigns-template-comment = this comment is cut short; write <!--[if …]> … <![endif]-->
heard-campaigns-template-deep = elements are nested more than { $count } deep; close those that are left open
heard-campaigns-template-liquid = the template's Liquid can't be rendered: { $told }; correct the template
heard-campaigns-template-mjml = the template's MJML can't be rendered: { $told }; correct the template
heard-campaigns-template-limit = the template goes over a limit: { $why }
heard-campaigns-template-output-large = the template renders to more than 512 KB; shorten it
heard-campaigns-template-line = line { $count }: { $why }
heard-campaigns-template-not-text = it rendered something that is not text
heard-campaigns-template-captured = captured something that is not text
heard-campaigns-template-name-expected = a name is expected
heard-campaigns-template-filter-large = the filter { $filter } makes more than { $count } bytes
heard-campaigns-template-output-limit = the template renders to more than its limit
heard-campaigns-mjml-near = there is { $why }, near "{ $near }"
heard-campaigns-mjml-element = an element that doesn't belong there
heard-campaigns-mjml-unexpected = something unexpected, such as a closing tag of another element
heard-campaigns-mjml-attribute-missing = an element without one of its attributes
heard-campaigns-mjml-attribute = an attribute that can't be read
heard-campaigns-mjml-unread = something that can't be read
heard-campaigns-mjml-include = mj-include, which is not allowed
heard-campaigns-mjml-no-root = there is no <mjml> element around it
heard-campaigns-mjml-end = there is an end where a closing tag was expected
# Elsewhere: put together of several texts.
heard-campaigns-mjml-markup = there is markup that can't be read
heard-campaigns-template-no-subject = the subject is empty; write one
heard-campaigns-template-no-link-mail = the link back to the cart is missing; add {"{{"} link {"}}"}, in MJML best as <mj-button href="{"{{"} link {"}}"}">
heard-campaigns-template-no-unsubscribe = the unsubscribe link is missing, and the law asks for it; add {"{{"} unsubscribe_url {"}}"}
heard-campaigns-template-mail-large = the mail has { $count } KB of HTML as it travels, and Gmail cuts mails off at { $count2 } KB; shorten it to { $count3 } KB
heard-campaigns-template-mail-long = the mail has { $count } KB of HTML as it travels, and Gmail cuts mails off at about { $count2 } KB; a longer cart may reach that
heard-campaigns-template-no-link-text = the link back to the cart is missing; add {"{{"} link {"}}"}
heard-campaigns-template-no-opt-out = the text doesn't say how to opt out; add "Reply STOP to opt out" or {"{{"} unsubscribe_url {"}}"}
heard-campaigns-template-variable-near = there is no variable { $variable }; did you mean { $nearest }?
heard-campaigns-template-variable-missing = there is no variable { $variable }; there are { $names }

# WhatsApp.
heard-campaigns-whatsapp-name = name the template that Meta has approved: small letters, digits and underscores, such as cart_reminder
heard-campaigns-whatsapp-language = after the template's name only its language at Meta may stand, such as en_US
heard-campaigns-whatsapp-empty-line = nothing is left of this line for a shopper of whom little is known, and WhatsApp takes no empty part; give it another word, as in {"{{"} contact.first_name | default: "there" {"}}"}
# Elsewhere: put together of several texts.
heard-campaigns-whatsapp-empty-gap = nothing stands in {"{{"}{ $count }{"}}"} for this shopper, and WhatsApp takes no empty part
heard-campaigns-whatsapp-long = a WhatsApp message has at most { $count } parts, with { $count2 } characters together

# Templates: names, versions, drafts, looks.
heard-campaigns-template-key = a key has 1 to 60 small letters, digits and hyphens, such as checkout-reminder
heard-campaigns-template-language = a language is two or three small letters, such as en
heard-campaigns-template-taken = there is a template with that key, channel and language; change that one, or choose another key
heard-campaigns-template-stale = the template was changed meanwhile: version { $version } is in use; read that, put both changes together, and save on top of it
heard-campaigns-draft-large = the text is larger than { $count } KB and isn't kept; shorten it
heard-campaigns-not-a-colour = "{ $given }" is not a colour; expected something like #1d4ed8
heard-campaigns-logo-unfetched = the logo can't be fetched: { $why }
heard-campaigns-logo-address = "{ $given }" is not an address; expected something like https://shop.example/logo.png
heard-campaigns-logo-kind = the logo is no picture that every browser shows; use PNG, JPEG, GIF or WebP

# Texts: what they cost and must say.
heard-campaigns-text-foreign-name = A name such as { $name } turns the whole text to 16 bits a character: { $count } parts then.
# Elsewhere: put together of several texts.
heard-campaigns-text-name = Texts must name the store: its name is put before this one.
# Elsewhere: put together of several texts.
heard-campaigns-text-name-to = Texts to { $land } must name the store: its name is put before this one.
# Elsewhere: put together of several texts.
heard-campaigns-text-opt-out = Texts must tell how to opt out, and this one doesn't tell { $why }: it is put behind it.
# Elsewhere: put together of several texts.
heard-campaigns-text-opt-out-to = Texts to { $land } must tell how to opt out, and this one doesn't tell { $why }: it is put behind it.
heard-campaigns-text-opt-out-reply = how to answer STOP
heard-campaigns-text-opt-out-otherwise = how to get out, since its sender can't be answered
heard-campaigns-text-sample-number = the sample number can't be read
heard-campaigns-messages-rows = there are more than 300 rows
heard-campaigns-messages-country = this is no country; expected two capital letters such as DE
heard-campaigns-messages-percent = expected 0 to 1000; 100 is the list price
heard-campaigns-messages-key = expected a country such as FR, or the beginning of a number such as +1
heard-campaigns-messages-sender = this is no sender; expected a number such as +14155550100, a short code, up to 11 letters and digits, or a messaging service (MG and 32 digits)
heard-campaigns-messages-letters = texts to { $land } can't come from letters: enter a number or a short code
heard-campaigns-messages-stop-number = the number for STOP has 4 to 15 digits, such as 36111
heard-campaigns-messages-row = expected a country, a colon, and what is set for it
heard-campaigns-not-a-price = "{ $given }" is not a price; expected a number such as 0.0079, with at most 6 decimals
heard-campaigns-no-price = "" is not a price; expected a number such as 0.0079, with at most 6 decimals

# Who is written to.
heard-campaigns-policy-score = must be 1 to { $count }, or null to let every checkout through
heard-campaigns-policy-bought = must be at most 45 days: older orders say nothing about this cart
heard-campaigns-policy-caps = at most { $count } limits
heard-campaigns-policy-cap-least = must be at least 1; to send nothing, pause the store or its campaigns
heard-campaigns-policy-cap-within = must be 10 minutes to 31 days
heard-campaigns-policy-tags = at most { $count } tags
heard-campaigns-policy-tag = a tag has 1 to { $count } characters and no comma
heard-campaigns-policy-addresses = at most { $count } addresses
heard-campaigns-policy-address = must be an e-mail address, or a phone number in its international form such as +14155550100
heard-campaigns-policy-per-day = must be 1 to { $count }; to send nothing, pause the store or its campaigns
heard-campaigns-policy-warm-up-days = at most { $count } days
heard-campaigns-policy-warm-up-day = each day has 1 to { $count } messages
heard-campaigns-policy-rules = at most { $count } rules
heard-campaigns-policy-note-missing = say on which ground you write to people who did not agree: it is kept as proof, and you answer for it
heard-campaigns-policy-naming = only words that were confirmed can be looked at: choose the ground "confirmed", too
heard-campaigns-policy-note-long = at most { $count } characters
heard-campaigns-policy-no-country = name at least one country, or "*" for every country
heard-campaigns-policy-country = "{ $given }" is not a country; use the two letters of ISO 3166, such as "DE", or "*" for every country
heard-campaigns-policy-too-loose = { $why } is not enough for { $lands }: { $why2 }
heard-campaigns-policy-too-loose-rest = { $why } is not enough for { $lands }: { $why2 }; put a stricter rule for them before this one
heard-campaigns-policy-table = "{ $given }" is not a table of consent rules; expected one of { $names }
heard-campaigns-policy-choose-channel = choose e-mail, SMS or WhatsApp
heard-campaigns-policy-choose-basis = choose who may be written to
heard-campaigns-basis-confirmed = confirmed
heard-campaigns-basis-express = express
heard-campaigns-basis-soft = soft_opt_in
heard-campaigns-basis-opt-out = opt_out
heard-campaigns-law-europe = in the European Union, Iceland, Liechtenstein and Norway, marketing mails and texts need consent, or an earlier sale to the same person (Directive 2002/58/EC, article 13)
heard-campaigns-law-britain = in the United Kingdom, marketing mails and texts need consent, or an earlier sale to the same person (PECR, regulation 22)
heard-campaigns-law-canada = in Canada, marketing mails need consent, or an earlier sale within two years (CASL, sections 6 and 10)
heard-campaigns-law-north-america = in the United States marketing texts need the recipient's express consent (47 CFR 64.1200), and carriers there and in Canada ask for an opt-in that names cart reminders

# Why somebody may be written to, or not.
heard-campaigns-consent-said = { $why } since { $at }: { $why2 }
heard-campaigns-consent-said-confirmed = { $why } since { $at }: { $why2 }; confirmed
heard-campaigns-consent-said-confirmed-naming = { $why } since { $at }: { $why2 }; confirmed in words that name cart reminders
heard-campaigns-consent-said-unconfirmed = { $why } since { $at }: { $why2 }; not confirmed; { $why3 }
heard-campaigns-consent-said-unconfirmed-naming = { $why } since { $at }: { $why2 }; not confirmed in words that name cart reminders; { $why3 }
heard-campaigns-consent-pending = pending
heard-campaigns-consent-subscribed = subscribed
heard-campaigns-consent-unsubscribed = unsubscribed
heard-campaigns-consent-sample = the sample shopper
heard-campaigns-consent-nothing = they never said anything about it; { $why }
# Elsewhere: put together of several texts.
heard-campaigns-consent-nothing-express = they never said anything about it, and the store writes { $why } to { $wordlist } with express consent only
# Elsewhere: put together of several texts.
heard-campaigns-consent-nothing-bought = they never said anything about it, and bought here at { $at }; { $why }
# Elsewhere: put together of several texts.
heard-campaigns-consent-nothing-not-bought = they never said anything about it, and did not buy here in the last two years; { $why }
# Elsewhere: put together of several texts.
heard-campaigns-consent-nothing-no-no = they never said anything about it, and never said no; { $why }
heard-campaigns-consent-mails = mails
heard-campaigns-consent-texts = texts
heard-campaigns-consent-whatsapp = WhatsApp messages
heard-campaigns-consent-unknown-country = an unknown country
heard-campaigns-consent-no-rule = no rule of the store says more
heard-campaigns-consent-rule = the store's rule { $count } ({ $lands }, { $why }): { $note }
heard-campaigns-consent-rule-bare = the store's rule { $count } ({ $lands }, { $why }):
heard-campaigns-consent-table-rule = rule of the table "{ $why }", { $count } ({ $lands }, { $why2 }): { $why3 }
heard-campaigns-consent-table-standard = standard
heard-campaigns-consent-table-strict = strict
heard-campaigns-consent-why-mails = courts there take the answer from the address itself as the proof of consent
heard-campaigns-consent-why-texts = carriers there ask for a double opt-in by text whose words name cart reminders (Twilio error 30517, CTIA Messaging Principles)
heard-campaigns-consent-why-strict = this table asks everybody to confirm their address
