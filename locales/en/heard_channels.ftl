# Heard and said anew: labels and helps of providers' fields, faults of their settings, what providers answer, tests, and what DNS says of domains.
# Names of providers, as they stand in sentences.
heard-channels-name-postmark = Postmark
heard-channels-name-mailgun = Mailgun
heard-channels-name-sendgrid = SendGrid
heard-channels-name-ses = Amazon SES
heard-channels-name-smtp = SMTP
heard-channels-name-twilio = Twilio
heard-channels-name-vonage = Vonage
heard-channels-name-telnyx = Telnyx
heard-channels-name-whatsapp-cloud = WhatsApp Cloud API
heard-channels-name-gateway = the SMS gateway
heard-channels-name-http-gateway = HTTP gateway
heard-channels-name-of-gateway = gateway's

# Labels of providers' fields. Where a provider's own pages know no German, its word stands beside ours.
heard-channels-label-server = Server
heard-channels-label-sender = Sender
heard-channels-label-bounce-address = Bounce address
heard-channels-label-dkim-domain = DKIM domain
heard-channels-label-dkim-selector = DKIM selector
heard-channels-label-dkim-key = DKIM key
heard-channels-label-api-key = API key
heard-channels-label-sending-domain = Sending domain
heard-channels-label-region = Region
heard-channels-label-http-webhook-signing-key = HTTP webhook signing key
heard-channels-label-address = Address
heard-channels-label-server-token = Server token
heard-channels-label-message-stream = Message stream
heard-channels-label-webhook-password = Webhook password
heard-channels-label-verification-key = Verification key
heard-channels-label-access-key-id = Access key ID
heard-channels-label-secret-access-key = Secret access key
heard-channels-label-configuration-set = Configuration set
heard-channels-label-topic-arn = Topic ARN
heard-channels-label-token = Token
heard-channels-label-signing-secret = Signing secret
heard-channels-label-messaging-profile = Messaging profile
heard-channels-label-public-key = Public key
heard-channels-label-account-sid = Account SID
heard-channels-label-auth-token = Auth token
heard-channels-label-auth-token-before = Auth token before
heard-channels-label-answers = Who answers STOP and HELP
heard-channels-label-api-secret = API secret
heard-channels-label-signature-secret = Signature secret
heard-channels-label-phone-number-id = Phone number ID
heard-channels-label-access-token = Access token
heard-channels-label-app-secret = App secret
heard-channels-label-verify-token = Verify token
heard-channels-label-api-version = API version

# Their helps.
heard-channels-help-smtp-url = Such as smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start.
heard-channels-help-smtp-from = The address that mails come from, of a domain that you may send for.
heard-channels-help-bounce-address = Where mails that can't be delivered go back to, as bounces@example.com; each mail has its own, bounces+ID@example.com. Without one they go back to the sender.
heard-channels-help-dkim-domain = The domain that mails are signed for, the sender's own. Leave it empty if the server signs by itself.
heard-channels-help-dkim-selector = Under which name the public key is published: comeback1 for comeback1._domainkey.example.com.
heard-channels-help-dkim-key = The private key as PEM; `comeback dkim make` makes one, and says what to publish.
heard-channels-help-mail-from = The address that mails come from, of a domain that is verified at the provider.
heard-channels-help-base-url = Of the provider's API, where a gateway stands in; usually empty.
heard-channels-help-sendgrid-api-key = With the permission Mail Send, made under Settings, API Keys; begins with SG.
heard-channels-help-sendgrid-verification-key = Of the event webhook, under Settings, Mail Settings, Event Webhooks, once its signature is switched on: what SendGrid tells is believed by it.
heard-channels-help-sendgrid-region = Write eu for an account of the European region; usually empty.
heard-channels-help-postmark-server-token = On the server's page at Postmark, under API Tokens.
heard-channels-help-postmark-stream = The stream's id; empty takes broadcast, which is where reminders belong.
heard-channels-help-postmark-webhook-password = As entered at Postmark for the webhook's basic authentication, with any user name: what Postmark tells is believed by it.
heard-channels-help-mailgun-api-key = The domain's sending key looks up nothing; take an account's API key where messages in doubt are to be asked for.
heard-channels-help-mailgun-domain = As set up at Mailgun, such as mg.example.com.
heard-channels-help-mailgun-region = Write eu for a domain in Mailgun's European region; empty is the United States.
heard-channels-help-mailgun-signing-key = On Mailgun's page of API security: what Mailgun tells is believed by it.
heard-channels-help-ses-access-key-id = Of an IAM user that may do ses:SendEmail and ses:GetAccount, and nothing else.
heard-channels-help-ses-secret-access-key = Shown once, when the access key is made.
heard-channels-help-ses-region = Where the sender is verified, such as eu-west-1.
heard-channels-help-ses-configuration-set = The one that publishes events to the topic below, without opens and clicks.
heard-channels-help-ses-topic-arn = Of the SNS topic that the configuration set publishes to: arn:aws:sns:...; what SES tells is believed from it alone.
heard-channels-help-twilio-account-sid = AC and 32 hexadecimal digits, on the first page of the Twilio console.
heard-channels-help-twilio-auth-token = Below the account SID in the Twilio console.
heard-channels-help-twilio-from = A number such as +14155550100, an alphanumeric sender such as ACME, or a messaging service (MG...).
heard-channels-help-twilio-old-auth-token = While you change the auth token at Twilio: the other of the two, so that callbacks signed with either are believed.
heard-channels-help-twilio-base-url = Of Twilio's API, where a gateway stands in; usually empty.
heard-channels-help-twilio-answers = Empty: Twilio does, as it does by itself. comeback: Comeback does, where that is switched off at Twilio.
heard-channels-help-vonage-api-key = Eight characters, on the first page of the Vonage dashboard.
heard-channels-help-vonage-api-secret = Beside the API key in the Vonage dashboard.
heard-channels-help-vonage-from = A number such as +14155550100 or, where the country allows it, a name such as ACME.
heard-channels-help-vonage-signature-secret = In the dashboard's API settings, with SHA-256 HMAC as the method; without it no callback is believed, so that deliveries and replies stay unknown.
heard-channels-help-vonage-base-url = Of Vonage's API, where a gateway stands in; usually empty.
heard-channels-help-telnyx-api-key = Begins with KEY, in the Telnyx portal under API keys.
heard-channels-help-sms-from = A number such as +14155550100, a short code, or a name such as ACME.
heard-channels-help-telnyx-profile = Its id, where the sender is a name; a number's own is found by Telnyx.
heard-channels-help-telnyx-public-key = In the Telnyx portal under keys and credentials; without it no callback is believed, so that deliveries and replies stay unknown.
heard-channels-help-telnyx-base-url = Of Telnyx's API, where a gateway stands in; usually empty.
heard-channels-help-gateway-base-url = Of the gateway: texts are posted to this address with /messages at its end.
heard-channels-help-gateway-token = Sent with every request as a bearer token.
heard-channels-help-gateway-signing-secret = Begins with whsec_ and signs requests and callbacks; without it no callback is believed, so that deliveries and replies stay unknown.
heard-channels-help-whatsapp-phone-number-id = Digits, in the app's WhatsApp settings at Meta; it is not the number itself.
heard-channels-help-whatsapp-access-token = Of a system user with whatsapp_business_messaging, so that it doesn't expire.
heard-channels-help-whatsapp-app-secret = In the app's basic settings at Meta; without it no callback is believed, so that deliveries and replies stay unknown.
heard-channels-help-whatsapp-verify-token = Any word of your own: enter the same beside the callback URL at Meta.
heard-channels-help-whatsapp-api-version = Of Meta's Graph API, such as v23.0; usually empty.
heard-channels-help-whatsapp-base-url = Of Meta's Graph API, where a gateway stands in; usually empty.

# What is wrong with settings.
heard-channels-needs-field = { $why_provider } needs { $why_label } ({ $name }): { $why_help }
heard-channels-value-too-long = { $name } is longer than { $count } bytes
heard-channels-unreadable = the store's channel settings can't be read; enter them again
heard-channels-base-url-unreadable = the address can't be read; leave it empty, or write it as https://api.example.com
heard-channels-sms-base-url-unreadable = the { $why_who } base URL can't be read; write it as https://sms.example.com
heard-channels-sms-base-url-forbidden = the { $why_who } base URL can't be used: { $why }
heard-channels-twilio-base-url-unreadable = the Twilio base URL can't be read
heard-channels-whatsapp-base-url-unreadable = the WhatsApp base URL can't be read; leave it out, or write it as https://graph.facebook.com
heard-channels-smtp-url-unreadable = the e-mail URL can't be read; write it as smtp://user:password@mail.example.com:587
heard-channels-smtp-url-scheme = the e-mail URL starts with smtp:// or smtps://
heard-channels-smtp-url-tls = the e-mail URL's tls is one of required, opportunistic, none (smtps:// is always encrypted)
heard-channels-smtp-url-password-unreadable = the e-mail URL's user or password is not UTF-8; percent-encode it
heard-channels-smtp-url-password-unsendable = the e-mail URL's user or password has a letter that can't be sent
heard-channels-smtp-server-misnamed = the mail server's name can't stand in a certificate; check the e-mail URL
heard-channels-smtp-server-private = the mail server is on a private network; give the name of a public one
heard-channels-smtp-password-in-clear = a password is not sent in the clear; leave out tls=none
heard-channels-smtp-tls = encrypted connections can't be set up
heard-channels-sender-unreadable = the sender's address can't be read; write it as shop@example.com
heard-channels-bounce-address-unreadable = the bounce address can't be read; write it as bounces@example.com
heard-channels-bounce-address-long = the bounce address may have at most { $count } plain letters before its @: a key is added to each
heard-channels-dkim-incomplete = a DKIM signature needs all three: dkim_domain, dkim_selector and dkim_key
heard-channels-dkim-domain = the domain of the DKIM signature is no domain; write it as example.com
heard-channels-dkim-selector = the DKIM selector has letters that a name in DNS can't have; write it as comeback1
heard-channels-dkim-key = the DKIM key can't be read; give a private key as PEM, RSA of at least 2048 bits or Ed25519
heard-channels-dkim-key-useless = the DKIM key can't sign; make another with `comeback dkim make`
heard-channels-dkim-unaligned = mails from { $sender } can't be signed for { $domain }: mailbox providers only count a signature of the sender's own domain; send from an address of { $domain2 } or sign for { $sender2 }
heard-channels-sendgrid-region = the SendGrid region is eu, or empty
heard-channels-sendgrid-verification-key = the verification key can't be read; copy it whole from SendGrid's event webhook settings
heard-channels-postmark-token = the Postmark server token has letters that it can't have; copy it from the server's page at Postmark
heard-channels-mailgun-region = the Mailgun region is us or eu
heard-channels-mailgun-domain = the Mailgun domain can't be read; write it as mg.example.com
heard-channels-ses-region = the AWS region can't be read; write it as eu-west-1
heard-channels-ses-access-key-id = the AWS access key ID can't be read; copy it from the IAM user's security credentials
heard-channels-ses-topic-arn = the topic's ARN can't be read; write it as arn:aws:sns:eu-west-1:123456789012:name
heard-channels-ses-address = the address of Amazon SES can't be read
heard-channels-twilio-account-sid = the Twilio account SID is AC and 32 hexadecimal digits; copy it from the Twilio console
heard-channels-twilio-sender = Twilio needs a sender: a number such as +14155550100, or a messaging service (MG…)
heard-channels-twilio-answers = answers is twilio, comeback or empty
heard-channels-vonage-api-key = the Vonage API key has eight letters and digits; copy it from the Vonage dashboard
heard-channels-telnyx-profile = Telnyx sends under a name only through a messaging profile: enter its id, or a number as the sender
heard-channels-gateway-signing-secret = the signing secret is { $prefix } and at least { $count } bytes in Base64, such as `openssl rand -base64 32` prints
heard-channels-whatsapp-phone-number-id = the WhatsApp phone number ID has digits only; copy it from the app's WhatsApp settings at Meta
heard-channels-whatsapp-api-version = the version of Meta's Graph API is written as v23.0
heard-channels-sealed = a stored secret can't be opened: security.secret_key isn't the one it was sealed with
heard-channels-signing = a signature couldn't be made

# A test message.
heard-channels-none-set-up = no { $why_channel } channel is set up: set one in the settings, then try again
heard-channels-forbidden-address = that address is on the list of those that must not be written to

# Why a message can't be written or handed over as it is.
heard-channels-mail-unwritable = the mail could not be put together; check the sender's address in the settings
heard-channels-mail-reference = the Message-ID of an earlier attempt can't be written in a mail's header
heard-channels-mail-address = an address of the mail can't be written in a mail's header
heard-channels-mail-key = the mail's key has letters that a Message-ID can't have
heard-channels-mail-without-subject = the mail has no subject; change the template
heard-channels-mail-empty = the mail is empty; change the template
heard-channels-mail-sender-domain = the domain of the sender's address can't be written in a mail's header
heard-channels-mail-id = the id of the store or campaign has letters that a mail's header can't have
heard-channels-mail-unsubscribe = the unsubscribe link is no web address; check the public URL in the settings
heard-channels-mail-unsigned = the mail could not be signed
heard-channels-mail-headers-mailgun = the mail's headers are longer than Mailgun takes
heard-channels-mail-headers-ses = the mail's headers are longer than Amazon SES takes
heard-channels-mail-address-smtp = an address of the mail can't be said to a mail server
heard-channels-mail-too-large-smtp = the mail is larger than the mail server takes
heard-channels-mail-utf8-smtp = the mail server can't carry addresses with letters outside ASCII (SMTPUTF8)
heard-channels-text-length = a text has 1 to { $count } characters; change the template
heard-channels-text-late = the text's time had run out before it was sent
heard-channels-text-empty = the text is empty
heard-channels-whatsapp-nameless = a WhatsApp message needs the name and the language of a template that Meta has approved; change the template
heard-channels-whatsapp-gap = a part of the WhatsApp message is empty, or has line breaks or many blanks, which Meta refuses; change the template
heard-channels-whatsapp-long = the parts of the WhatsApp message are longer than 1024 characters together; change the template

# What a provider that is called over HTTP answered. The settings stand as an object: "check the ...".
heard-channels-settings-postmark = the e-mail settings and the Postmark server
heard-channels-settings-mailgun = the e-mail settings and the Mailgun domain
heard-channels-settings-sendgrid = the e-mail settings and the SendGrid account
heard-channels-settings-ses = the e-mail settings and the SES account
heard-channels-settings-twilio = the SMS settings and the Twilio account
heard-channels-settings-vonage = the SMS settings and the Vonage account
heard-channels-settings-telnyx = the SMS settings and the Telnyx account
heard-channels-settings-gateway = the SMS settings and the gateway
heard-channels-settings-whatsapp = the WhatsApp settings and the number in Meta's Business Manager
heard-channels-answered = { $why_provider } answered { $count_status }
heard-channels-answered-code = { $why_provider } answered { $count_status } with error { $why_code }
heard-channels-answered-try-later = { $why_provider } answered { $count_status }; try again later
heard-channels-then-check = { $why }; check { $why_settings }
# Elsewhere: what was handed over is put in by its sender.
heard-channels-then-perhaps-mail = { $why }, so the mail may have been sent
# Elsewhere: what was handed over is put in by its sender.
heard-channels-then-perhaps-text = { $why }, so the text may have been sent
# Elsewhere: what was handed over is put in by its sender.
heard-channels-then-perhaps-message = { $why }, so the message may have been sent
heard-channels-without-id = { $why } without a message's id
heard-channels-without-status = { $why } without a status that can be read
heard-channels-then-too-large = { $why }: the mail is too large
heard-channels-then-recipient = { $why }: the recipient's address is not accepted
heard-channels-then-sender = { $why }: the sender is not accepted
heard-channels-then-mail = { $why }: the mail is not accepted
heard-channels-then-inactive = { $why }: the recipient is inactive at Postmark
heard-channels-then-unverified = { $why }: the sender is not verified, or the account is still in the sandbox
heard-channels-then-configuration-set = { $why }: the configuration set is not there
heard-channels-unreached = { $why_provider } could not be reached
# Elsewhere: what was handed over is put in by its sender.
heard-channels-mail-no-answer = { $why_provider } was handed the mail and gave no answer in time
# Elsewhere: what was handed over is put in by its sender.
heard-channels-mail-broke-off = { $why_provider } was handed the mail and broke off before its answer
# Elsewhere: what was handed over is put in by its sender.
heard-channels-text-no-answer = { $why_provider } was handed the text and gave no answer in time
# Elsewhere: what was handed over is put in by its sender.
heard-channels-text-broke-off = { $why_provider } was handed the text and broke off before its answer
# Elsewhere: what was handed over is put in by its sender.
heard-channels-message-no-answer = { $why_provider } was handed the message and gave no answer in time
# Elsewhere: what was handed over is put in by its sender.
heard-channels-message-broke-off = { $why_provider } was handed the message and broke off before its answer
heard-channels-probe-unreached = { $why_provider } could not be reached; check the network and the address in { $why_settings }
heard-channels-probe-refused = { $why_provider } refuses these settings ({ $count_status }); check { $why_settings }
heard-channels-probe-gateway-unreached = the SMS gateway could not be reached; check the network and its address
heard-channels-probe-gateway-refused = the SMS gateway refuses the token; check the SMS settings

# What a mail server answered.
heard-channels-stage-connect = when connecting
heard-channels-stage-auth = at AUTH
heard-channels-stage-mail = at MAIL
heard-channels-stage-rcpt = at RCPT
heard-channels-stage-data = at DATA
heard-channels-stage-dot = after the message
heard-channels-smtp-answered = the mail server answered { $code } { $why_stage }: { $told }
heard-channels-smtp-answered-check = the mail server answered { $code } { $why_stage }: { $told }; check the e-mail settings
heard-channels-smtp-check = { $why }; check the e-mail settings
heard-channels-smtp-no-starttls = the mail server doesn't offer STARTTLS, which the settings require
heard-channels-smtp-no-encryption = the mail server offers no encryption, and a password is not sent in the clear; use smtps://
heard-channels-smtp-no-login = the mail server offers no way to log in that we know (PLAIN, LOGIN)
heard-channels-smtp-no-public-address = the mail server has no public address
heard-channels-smtp-busy = all conversations with the mail server are busy
heard-channels-smtp-senseless = the mail server gave an answer that makes no sense
heard-channels-smtp-lost-before = the mail server could not be reached or hung up before it had the mail: { $why }
heard-channels-smtp-lost-after = the mail server was handed the mail and its answer was lost: { $why }
heard-channels-smtp-lost-busy = all conversations with it are busy
heard-channels-smtp-lost-unfit = the answer doesn't fit what was asked
heard-channels-smtp-lost-time = no answer within { $figure } s
heard-channels-smtp-lost-certificate = the encrypted connection could not be made; check the certificate's name
heard-channels-smtp-lost-no-smtp = the answer is not SMTP
heard-channels-smtp-lost-closed = the connection was closed
# The system's own words (std::io::ErrorKind).
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-refused = connection refused
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-reset = connection reset
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-aborted = connection aborted
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-host-unreachable = host unreachable
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-network-unreachable = network unreachable
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-timed-out = timed out
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-broken-pipe = broken pipe
# Elsewhere: the operating system's, by the standard library.
heard-channels-io-uncategorized = uncategorized error

# What a provider said when it was asked what became of a message.
heard-channels-look-up-never = { $why_provider } can't be asked what became of a message
heard-channels-look-up-mailgun-domain = the mail went through another Mailgun domain than the one that is set up now
heard-channels-look-up-mailgun-unknown-id = the mail's Message-ID is not known
heard-channels-look-up-mailgun-broke-off = Mailgun's log broke off
heard-channels-look-up-mailgun-unreadable = Mailgun's log can't be read
heard-channels-look-up-mailgun-status = Mailgun lists it as { $status }
heard-channels-look-up-mailgun-others = Mailgun's log holds others than those that were asked for
heard-channels-look-up-mailgun-not-yet = Mailgun has no such mail yet, and its log isn't complete yet
heard-channels-look-up-mailgun-forgotten = Mailgun may have forgotten a mail of that age
heard-channels-look-up-postmark-server = the mail went through another Postmark server than the one that is set up now
heard-channels-look-up-postmark-broke-off = Postmark's list of mails broke off
heard-channels-look-up-postmark-unreadable = Postmark's list of mails can't be read
heard-channels-look-up-postmark-others = Postmark's list of mails holds others than those that were asked for
heard-channels-look-up-twilio-account = the text went through another Twilio account than the one that is set up now
heard-channels-look-up-twilio-bodies = Twilio doesn't keep the bodies of texts in this account, so none can be told from another
heard-channels-look-up-twilio-numbers = Twilio doesn't keep the numbers or bodies of texts in this account, so none can be found by them
heard-channels-look-up-twilio-endless = Twilio's list of texts can't be read to its end
heard-channels-look-up-twilio-many = the number got more than { $count } texts, too many to look through
heard-channels-look-up-twilio-broke-off = Twilio's list of texts broke off
heard-channels-look-up-twilio-unreadable = Twilio's list of texts can't be read
heard-channels-look-up-twilio-status = Twilio lists it as { $status }
heard-channels-look-up-twilio-status-code = Twilio lists it as { $status } with error { $code }
heard-channels-look-up-gateway-other = it went through another gateway than the one that is set up now
heard-channels-look-up-gateway-silent = the SMS gateway gave no answer
heard-channels-look-up-gateway-unreadable = the SMS gateway's answer can't be read
heard-channels-look-up-gateway-never = the SMS gateway doesn't tell what became of texts
heard-channels-look-up-gateway-status = the SMS gateway has it as { $status }

# What a provider told, and why a call of its could not be read.
heard-channels-told-code = { $status }, error { $code }
heard-channels-call-mailgun-token = the call's token can't be read
heard-channels-call-mailgun-event = Mailgun's event can't be read
heard-channels-call-postmark = Postmark's record can't be read
heard-channels-call-sendgrid = SendGrid's events can't be read
heard-channels-call-ses = the event of Amazon SES can't be read
heard-channels-call-gateway = the call is none of the interface's
heard-channels-call-nameless = the call names no message
heard-channels-call-sms-neither = the call is neither a status nor a text from somebody
heard-channels-call-telnyx = the call is no event of Telnyx's
heard-channels-call-whatsapp = the call is no event of WhatsApp's

# Calls to addresses that somebody named.
heard-channels-http-setup = the HTTP client could not be set up: { $told }
heard-channels-http-forbidden = the URL is not allowed: { $why }; use a public https address
heard-channels-http-forbidden-scheme = it is not https
heard-channels-http-forbidden-password = it carries a user name or password
heard-channels-http-forbidden-private = its host is on a private network
heard-channels-http-unreached = it can't be reached
heard-channels-http-status = it is answered with status { $count }
heard-channels-http-too-large = the answer is larger than { $count } bytes
heard-channels-http-broken = the answer broke off or took too long

# The domain of links in messages.
heard-channels-link-domain-none = "{ $domain }" is not a domain; expected something like go.shop.example
heard-channels-link-domain-bad = { $domain } is not a domain
heard-channels-link-domain-own = { $domain } is this program's own address: links begin with it as long as a store has no link domain
heard-channels-link-domain-taken = { $domain } is the link domain of another store; each store has its own
heard-channels-link-domain-elsewhere = { $domain } answers, but it doesn't lead to this program: point its DNS record and its proxy here, then check again
heard-channels-link-domain-unread = https://{ $address } can't be read: { $why }; { $why_remedy }
heard-channels-link-domain-remedy = point its DNS record here, and give it a certificate

# The sender's domain in DNS.
heard-channels-dns-unknown = { $name } could not be looked up
heard-channels-dns-unknown-remedy = is this machine online, and does its DNS server answer?
heard-channels-dns-public = { $domain } belongs to a mail provider, which alone may send for it: other providers refuse such mails
heard-channels-dns-public-remedy = send from an address of a domain of your own
heard-channels-dns-dkim-elsewhere = mails are signed by whoever carries them, under a name that can't be guessed
heard-channels-dns-dkim-elsewhere-remedy = set signing up for { $domain } there; in a mail that arrived, Authentication-Results should say dkim=pass with header.d={ $domain2 }
heard-channels-dns-dkim-remedy = publish this record; a long value is split into strings of 255
heard-channels-dns-dkim-none = there is no key at { $name }: no signature can be checked
heard-channels-dns-dkim-many = there are { $count } records at { $name }, where one is allowed
heard-channels-dns-dkim-no-key = what stands at { $name } is no DKIM key
heard-channels-dns-dkim-revoked = the key at { $name } was revoked
heard-channels-dns-dkim-other = the key at { $name } is another one than mails are signed with
heard-channels-dns-dkim-test = the key at { $name } is marked as a test, which receivers may take for none
heard-channels-dns-dkim-test-remedy = take t=y out
heard-channels-dns-dkim-good = { $name } has the key that mails are signed with
heard-channels-dns-mx-none = { $domain } names no mail server: bounces and replies may not arrive
heard-channels-dns-mx-none-remedy = publish the mail server that takes mail for the domain; some receivers refuse mail from domains that take none
heard-channels-dns-mx-null = { $domain } says that it takes no mail, so receivers refuse mail from it
heard-channels-dns-mx-null-remedy = publish the mail server that takes mail for the domain, or send from a domain that has one
heard-channels-dns-mx-good = mail for { $domain } goes to { $servers }
heard-channels-dns-dmarc-many = there are { $count } DMARC records at { $name }, which counts as none
heard-channels-dns-dmarc-many-remedy = keep one of them
heard-channels-dns-dmarc-none = { $domain } has no DMARC policy: large mailbox providers ask bulk senders for one
heard-channels-dns-dmarc-none-remedy = publish this record, with an address of yours for reports
heard-channels-dns-dmarc-unreadable = the DMARC record at { $name } has no p= that could be read
heard-channels-dns-dmarc-unreadable-remedy = say p=none, p=quarantine or p=reject
heard-channels-dns-dmarc-unaligned = mails from { $sender } are signed for { $domain }, which the policy at { $name } doesn't count
heard-channels-dns-dmarc-unaligned-remedy = sign for the domain of the sender's address
heard-channels-dns-dmarc-unreported = p={ $policy } at { $name }, without an address for reports: nobody would notice that mails fail
heard-channels-dns-dmarc-unreported-remedy = add an address of yours for reports
heard-channels-dns-dmarc-good = p={ $policy } at { $name }
heard-channels-dns-spf-none = { $domain } doesn't say who may send for it
heard-channels-dns-spf-none-remedy = publish this record, with every server that sends for the domain
heard-channels-dns-spf-many = { $domain } has { $count } SPF records, which counts as none
heard-channels-dns-spf-many-remedy = replace them by this one
heard-channels-dns-spf-unreadable = the SPF record of { $domain } can't be read at "{ $term }", which counts as none
heard-channels-dns-spf-unreadable-remedy = correct that part of the record
heard-channels-dns-spf-refers = the SPF record of { $domain } refers to { $name }, which has none: that makes the whole record fail
heard-channels-dns-spf-refers-remedy = take that part out, or correct its name
heard-channels-dns-spf-lookups = the SPF record of { $domain } asks DNS { $count } times, where { $count_most } are allowed: receivers take it for broken
heard-channels-dns-spf-lookups-remedy = take out what doesn't send for the domain any more, or name addresses (ip4:, ip6:) in place of names
heard-channels-dns-spf-everybody = the SPF record of { $domain } lets everybody send for it
heard-channels-dns-spf-end-remedy = end it with ~all
heard-channels-dns-spf-unknown = { $domain } has an SPF record, but not all that it refers to could be looked up
heard-channels-dns-spf-unnamed = the SPF record of { $domain } doesn't name { $name }, by which its mails leave
heard-channels-dns-spf-unnamed-remedy = unless the provider has a return path of its own at your domain, publish this
heard-channels-dns-spf-open = the SPF record of { $domain } doesn't say what is to become of mail from others
heard-channels-dns-spf-good = "{ $policy }", { $count } of { $count_most } look-ups
