# Templates: the list, the editors, versions, languages, and how pages for shoppers look.
templates-title = Templates
templates-none = No template yet. A new store comes with some in ten languages.
templates-template = Template
templates-channel = Channel
templates-language = Language
templates-languages = Languages
templates-text = Text
templates-changed = Changed

# The head of each page of a template.
templates-head = { $channel }, { $language }, version { $version }
templates-views = Views of this template
templates-view-code = Code
templates-view-text = Text
templates-view-blocks = Blocks
templates-view-languages = Languages
templates-view-versions = Versions
templates-language-en = English
templates-language-de = German
templates-language-fr = French
templates-language-es = Spanish
templates-language-it = Italian
templates-language-nl = Dutch
templates-language-pt = Portuguese
templates-language-pl = Polish
templates-language-sv = Swedish
templates-language-da = Danish

# Drafts.
templates-draft = Your draft
templates-draft-what = This is what you were writing on { $at }, on top of version { $base }. It is not saved, and nobody gets it: version { $version } is in use.
templates-draft-overtaken = Somebody has saved another version since. When you save, you see both.
templates-draft-changes = See what it changes
templates-draft-discard = Discard it
templates-kept = Kept as your draft on { $at }.
templates-nothing-to-keep = Nothing is changed.
templates-keep = Keep as a draft
notice-template-kept = Kept as your draft. Nobody gets it until you save it.
notice-template-discarded = The draft is discarded. This is what is in use.
notice-template-tested = Handed to the provider: look whether it has arrived.
notice-template-theirs = This is what is in use. What you wrote stays here as your draft.
notice-template-restored = The old text is in use again, as a new version.
notice-template-language = A language more. Shoppers who read it get this text from now on.
notice-template-look = Saved. Pages that shoppers open from now on look so.

# The editor.
templates-subject = Subject
templates-body = Body
templates-plain = Plain text
templates-approved = Approved template
templates-values = Values
templates-mjml = MJML with Liquid
templates-liquid = Liquid
templates-plain-hint = Liquid; left empty it is made from the HTML
templates-whatsapp = The words of a WhatsApp message are at Meta, which approves them. Here you say which template it is, and what stands in its gaps.
templates-approved-hint = its name at Meta; add its language there if that is more than “{ $language }”, as in <code>cart_reminder en_US</code>
templates-values-hint = Liquid, a line for each gap: the first for <code>{"{{"}1{"}}"}</code>, the next for <code>{"{{"}2{"}}"}</code>. Without <code>{"{{"} link {"}}"}</code> in one of them the template needs a button whose address ends in <code>/s/{"{{"}1{"}}"}</code>
templates-keys = Ctrl+Space offers variables and filters. Escape leaves the text, so that Tab goes on to the next field.
templates-save = Save
templates-preview-unsaved = Preview without saving
templates-preview = Preview
templates-vocabulary = What a template can say
templates-variables = Anywhere:
templates-of-items = For each thing in the cart:
templates-filters = After a bar, to change a value:
templates-tags = To choose and to repeat:
templates-place-line = { $field }, line { $line }
templates-no-problem = Nothing is to be put right.
templates-problems = { $count ->
    [one] One thing is to be put right.
   *[other] { $count } things are to be put right.
  }
templates-to-put-right = To put right: it can't be sent like this
templates-to-look-at = To look at
templates-size = Size
templates-size-why = as it travels; Gmail cuts longer mails off
templates-kb = { $size } KB of { $most } KB

# How it looks.
templates-looks = How it looks
templates-how = How to look at it
templates-cart = Cart
templates-sample = A sample cart
templates-a-cart = a cart
templates-reads = Shopper reads
templates-carts-own = the cart's own language
templates-currency = Currency
templates-width = Width
templates-desk = Desktop
templates-phone = Phone, 375 pixels
templates-colours = Colours
templates-light = Light
templates-dark = Dark
templates-show = Show
templates-frame = The message with the chosen cart
templates-frame-in = The message in { $language }, with a sample cart
templates-gets-other = Whoever reads { $reads } gets another text: <a>the one in { $gets }</a>.

# What a text costs.
templates-billed = How it is billed
templates-parts = { $count ->
    [one] 1 part
   *[other] { $count } parts
  }
templates-longest = , and { $parts } with long names and titles
templates-bits-7 = 7 bits a character
templates-bits-16 = 16 bits a character
templates-length = { $characters } characters of { $bits } bits each ({ $encoding }); { $left } left of { $room } in the last part
templates-dear = These characters make it dear, since they are not of the 7-bit alphabet:
templates-offending = { $count ->
    [one] { $character } ({ $codes })
   *[other] { $character } ({ $codes }, { $count } times)
  }
templates-from-to = { $least } to { $most }
templates-cost-own = { $range } { $currency } to a number in { $country }, by the store's own prices ({ $table }).
templates-cost-standard = { $range } { $currency } to a number in { $country }, estimated by the standard prices of { $table }.

# A test.
templates-test = Send a test
templates-test-address = To this address
templates-test-number = To this number
templates-test-send = Send a test
templates-test-what = Your draft as it was last kept, else the version in use, with the sample cart.
templates-test-faulty = It can't be sent like this: put right what is listed above first.

# Versions.
templates-versions = Versions
templates-version-number = Version { $number }
templates-in-use = in use
templates-by = by { $author }
templates-what-changed = What changed
templates-older = { $count ->
    [one] One older version can be compared and restored by its number in the address.
   *[other] { $count } older versions can be compared and restored by their numbers in the address.
  }
templates-version-of = Version { $number } of { $key }
templates-version-made = Saved on { $at } by { $author }.
templates-compare-with = Compare with version { $version }
templates-restore = Restore this text
templates-restore-what = Its text becomes version { $next }. No version is lost.
templates-compare-title = What changed in { $key }
templates-from = From
templates-to = To
templates-compare = Compare
templates-same = Both say the same.
templates-same-lines = { $count ->
    [one] One line that is the same
   *[other] { $count } lines that are the same
  }
templates-line-same = Line { $line }:
templates-line-removed = Removed, line { $line }:
templates-line-added = Added, line { $line }:

# Two at once.
templates-conflict-title = Two of you changed this
templates-conflict-what = { $author } saved version { $theirs } on { $at }. You began on version { $base }.
templates-conflict-kept = Nothing is lost: theirs is in use, and yours is kept as your draft until you choose.
templates-theirs = What they changed
templates-mine = What you changed
templates-unchanged = Nothing.
templates-fits = Both changes fit together: neither touches what the other changed.
templates-both-changed = Both changed this
templates-before = Before:
templates-take-theirs = Take theirs
templates-take-mine = Take mine
templates-take-both = Take both, theirs first
templates-ways = How to go on
templates-save-together = Save both together
templates-edit-together = Put both together and go on writing
templates-save-mine = Save mine in place of theirs
templates-keep-theirs = Keep theirs, and mine as a draft
templates-ways-what = Whatever you choose, every version stays in the list.
templates-ways-choose = Where both changed the same lines, what you chose above counts.

# Languages.
templates-languages-of = { $key } in its languages
templates-edit = Edit
templates-here = this one
templates-gets = Which one a shopper gets
templates-gets-which = Gets
templates-why = Why
templates-any-other = any other language, or an unknown one
templates-because-own = It is their own.
templates-because-store = There is none in their own: it is the store's.
templates-because-english = There is none in their own nor in the store's: it is English.
templates-because-first = It is the first that there is.
templates-add-language = Add a language
templates-all-languages = All ten languages are there.
templates-begin-with = Begin with
templates-copy-of = a copy of the text in { $language }
templates-copy-starter = Comeback's own text in that language
templates-no-starter = There is no text to begin with in that language; choose another.
templates-add = Add

# Blocks.
templates-blocks = Blocks
templates-blocks-of = { $key } by blocks
templates-new-words = New text
templates-to-block = To the form of a block
templates-block-number = Block { $number }: { $title }
templates-block-wrapper = Common ground
templates-block-section = Section
templates-block-group = Columns that stay together
templates-block-column = Column
templates-block-text = Text
templates-block-button = Button
templates-block-image = Picture
templates-block-divider = Line
templates-block-spacer = Empty room
templates-block-condition = Shown under a condition
templates-block-loop = Repeated
templates-block-branch = If, or for each
templates-block-else = Otherwise
templates-block-code = Code
templates-field-text = Text
templates-field-code = Code
templates-field-when = Condition
templates-field-align = Alignment
templates-field-color = Colour of the text
templates-field-background-color = Colour behind it
templates-field-border-color = Colour of the line
templates-field-border-width = Thickness
templates-field-font-size = Size of the text
templates-field-padding = Room around it
templates-field-width = Width
templates-field-height = Height
templates-field-href = Link
templates-field-src = Address of the picture
templates-field-alt = What the picture shows, in words
templates-hint-text = variables and bold, links or line breaks as HTML
templates-hint-when = as in discount_code, or item in cart.items
templates-align-usual = as usual
templates-align-left = left
templates-align-center = centred
templates-align-right = right
templates-up = Up
templates-down = Down
templates-double = Duplicate
templates-remove = Remove
templates-add-below = Add below
templates-add-inside = Add inside, at the end
templates-below-number = below block { $number }
templates-inside-number = inside block { $number }
templates-piece-text = Text
templates-piece-heading = Heading
templates-piece-button = Button
templates-piece-image = Picture
templates-piece-divider = Line
templates-piece-spacer = Empty room
templates-piece-section = Section
templates-piece-columns = Two columns
templates-piece-column = Column
templates-piece-products = The things in the cart
templates-piece-condition = A part under a condition
templates-unfit = This text can't be shown as blocks
templates-unfit-body = It has no <mj-body> around what is shown.
templates-unfit-open = What opens on line { $line } isn't closed within what is around it.
templates-unfit-stray = What closes on line { $line } was never opened within what is around it.
templates-unfit-large = It has too many blocks, or they stand too deep within each other.
templates-unfit-code = Change it as code
templates-blocks-refused-unfit = That would leave a text that can't be shown as blocks; change it as code.
templates-blocks-refused-gone = There is no such block any more: the page is shown anew as the text is.
templates-blocks-refused-tears = What was typed into block { $number } isn't taken: tags and conditions must be closed in the block that opens them. The rest of what you typed isn't taken either until that is put right.

# How pages for shoppers look.
templates-look-link = How shoppers' pages look
templates-look-title = Shoppers' pages
templates-look-what = The pages where shoppers choose which messages they want, and those of links that have expired. They are in the shopper's language, and work without scripts.
templates-look-colour = Colour of the store
templates-look-colour-hint = as in #1d4ed8; left empty it is Comeback's own. What is written on it is always made readable
templates-look-logo = Address of the logo
templates-look-logo-hint = PNG, JPEG, GIF or WebP, at most 200 KB. It is fetched once, and shown from here
templates-look-now = The logo as it is now
templates-look-again = Fetch it again
templates-look-languages = Shoppers read these pages in: { $languages }. All others read them in English.
missing-version-with-that-number = version with that number
templates-no-text = the form has no text
