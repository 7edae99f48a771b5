//! The list of invariants that SQL can ask for: a rule in a sentence, the rows it is about, and when one of them breaks it.
//!
//! Times that different writers took from their clocks before they waited for each other are compared with a margin (`+ 10000`), so that a busy
//! database raises no false alarm.

use super::{Check, Rows};

/// Everything that must hold, at any time, of any database, as far as a statement can tell.
pub const CHECKS: [Check; 49] = [
    Check {
        name: "delivery_settled",
        rule: "a delivery that was acknowledged is applied within ten minutes, or set aside with a reason",
        rows: Rows::Deliveries,
        detail: "r.topic",
        broken: "r.state NOT IN ('pending', 'applied', 'set_aside') OR (r.state = 'pending' AND r.received_at < $4)
            OR (r.state = 'set_aside' AND r.reason IS NULL) OR (r.state = 'applied' AND r.applied_at IS NULL)",
    },
    Check {
        name: "nothing_sent_before_urgent_applied",
        rule: "no message is decided on while a delivery waits that may end a cart",
        rows: Rows::Deliveries,
        detail: "r.topic",
        broken: "r.urgent = TRUE AND ((r.state = 'applied' AND r.applied_at > r.received_at + 20000) OR (r.state = 'pending' AND r.received_at < $4))
            AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.sent_at > r.received_at + 10000
                AND (r.state = 'pending' OR n.sent_at < r.applied_at + 600000)
                AND EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send'
                    AND d.at > r.received_at + 10000 AND (r.state = 'pending' OR d.at < r.applied_at - 10000)))
            AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.shop_id = r.shop_id AND a.action = 'delivery.retry' AND a.at > r.received_at)",
    },
    Check {
        name: "merged_contact_is_known",
        rule: "a contact that turned out to be another leads to one that is there",
        rows: Rows::Contacts,
        detail: "'merged'",
        broken: "r.merged_into IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.merged_into)",
    },
    Check {
        name: "identity_of_a_living_contact",
        rule: "an identity belongs to a contact that was neither merged nor erased",
        rows: Rows::Identities,
        detail: "r.kind",
        broken: "NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.contact_id AND p.merged_into IS NULL AND p.erased_at IS NULL)",
    },
    Check {
        name: "consent_is_what_was_said",
        rule: "what stands of a consent is what the ledger says last, and what was confirmed and taken back there",
        rows: Rows::Consents,
        detail: "r.channel",
        broken: "NOT EXISTS (SELECT 1 FROM consent_log l WHERE l.shop_id = r.shop_id AND l.contact_id = r.contact_id AND l.channel = r.channel
                AND l.method <> 'claim' AND l.at = r.at AND l.state = r.state AND l.source = r.source)
            OR EXISTS (SELECT 1 FROM consent_log l WHERE l.shop_id = r.shop_id AND l.contact_id = r.contact_id AND l.channel = r.channel
                AND l.method <> 'claim' AND (l.at > r.at OR (l.at = r.at AND l.state > r.state)))
            OR COALESCE(r.confirmed_at, -1) <> COALESCE((SELECT MAX(l.at) FROM consent_log l WHERE l.shop_id = r.shop_id
                AND l.contact_id = r.contact_id AND l.channel = r.channel AND l.state = 'subscribed' AND l.method = 'double_opt_in'), -1)
            OR COALESCE(r.withdrawn_at, -1) <> COALESCE((SELECT MAX(l.at) FROM consent_log l WHERE l.shop_id = r.shop_id
                AND l.contact_id = r.contact_id AND l.channel = r.channel AND l.state = 'unsubscribed'), -1)",
    },
    Check {
        name: "said_word_stands",
        rule: "whoever said something about a channel has a consent there, unless they were erased",
        rows: Rows::ConsentLog,
        detail: "r.channel",
        broken: "r.method <> 'claim' AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.shop_id = r.shop_id AND c.contact_id = r.contact_id
                AND c.channel = r.channel)
            AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.contact_id AND p.erased_at IS NOT NULL)",
    },
    Check {
        name: "merged_cart_leads_to_a_living_one",
        rule: "a cart that turned out to be another leads to one that was not merged itself",
        rows: Rows::Carts,
        detail: "r.state",
        broken: "r.merged_into IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id AND c.id = r.merged_into AND c.merged_into IS NULL)",
    },
    Check {
        name: "recovered_has_credit",
        rule: "a cart is recovered exactly if a nudge of it has credit",
        rows: Rows::Carts,
        detail: "r.state",
        broken: "r.merged_into IS NULL AND r.state IN ('recovered', 'purchased') AND (r.state = 'recovered') <>
            EXISTS (SELECT 1 FROM credits k WHERE k.shop_id = r.shop_id AND k.cart_id = r.id AND k.model = 'last_touch')",
    },
    Check {
        name: "purchase_is_dated",
        rule: "a cart is bought exactly if it says when we learned of it",
        rows: Rows::Carts,
        detail: "r.state",
        broken: "r.merged_into IS NULL AND r.state <> 'erased' AND (r.state IN ('recovered', 'purchased')) <> (r.purchased_at IS NOT NULL)",
    },
    Check {
        name: "abandoned_is_planned_or_explained",
        rule: "an abandoned cart has messages planned, or a decision says why it is in none",
        rows: Rows::Carts,
        detail: "r.stage",
        broken: "r.merged_into IS NULL AND r.state = 'abandoned'
            AND NOT EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.cart_id = r.id)
            AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.cart_id = r.id AND d.outcome = 'not_planned')",
    },
    Check {
        name: "token_of_a_living_cart",
        rule: "a token names a cart that is there and was not merged into another",
        rows: Rows::CartTokens,
        detail: "r.kind",
        broken: "NOT EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id AND c.id = r.cart_id AND c.merged_into IS NULL)",
    },
    Check {
        name: "order_ends_its_cart",
        rule: "a cart whose token is on an order is bought",
        rows: Rows::CartTokens,
        detail: "r.kind",
        broken: "EXISTS (SELECT 1 FROM order_tokens t WHERE t.shop_id = r.shop_id AND t.kind = r.kind AND t.token = r.token)
            AND EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id AND c.id = r.cart_id AND c.merged_into IS NULL
                AND c.state NOT IN ('purchased', 'recovered', 'erased'))",
    },
    Check {
        name: "every_step_is_planned",
        rule: "an enrolment has a nudge for each step of its path through its campaign's version",
        rows: Rows::Enrolments,
        detail: "r.arm",
        broken: "COALESCE((SELECT STEPS FROM campaign_versions v
                WHERE v.shop_id = r.shop_id AND v.campaign_id = r.campaign_id AND v.version = r.version), 1000)
            > (SELECT COUNT(*) FROM nudges n WHERE n.shop_id = r.shop_id AND n.enrolment_id = r.id)",
    },
    Check {
        name: "enrolment_is_explained",
        rule: "an enrolment has the decision that made it",
        rows: Rows::Enrolments,
        detail: "r.arm",
        broken: "NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.cart_id = r.cart_id AND d.outcome = 'planned')",
    },
    Check {
        name: "not_after_the_purchase",
        rule: "no nudge leaves after its cart's purchase was known",
        rows: Rows::Nudges,
        detail: "r.channel",
        // Nothing is claimed while a delivery waits that may end a cart: then the times compare to what the clocks of two machines may be apart. A purchase that
        // is known by other ways (the same person, a token learned later) may be applied while a nudge is claimed.
        broken: "r.state IN ('sent', 'delivered', 'unknown') AND EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id AND c.id = r.cart_id
                AND r.sent_at > c.purchased_at AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id
                    AND d.outcome = 'send' AND d.at <= c.purchased_at + CASE WHEN EXISTS (SELECT 1 FROM events e WHERE e.shop_id = c.shop_id
                        AND e.cart_id = c.id AND EXISTS (SELECT 1 FROM deliveries w WHERE w.shop_id = e.shop_id AND w.id = e.delivery_id
                            AND w.urgent = TRUE AND w.applied_at = c.purchased_at)) THEN 500 ELSE 10000 END))
            AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id AND d.rule = 'restored')",
    },
    Check {
        name: "nothing_waits_for_an_ended_cart",
        rule: "nothing waits for a cart that is bought, erased or not a shopper's",
        rows: Rows::Nudges,
        detail: "r.channel",
        // One that was on its way when the cart ended, and was not taken, is cancelled when it is looked at next.
        broken: "r.state = 'scheduled' AND (r.attempts = 0 OR r.wake_at < $4) AND EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id
            AND c.id = r.cart_id AND c.state IN ('purchased', 'recovered', 'erased', 'invalid'))",
    },
    Check {
        name: "once_per_step",
        rule: "at most one message per cart, campaign and step",
        rows: Rows::Nudges,
        detail: "r.channel",
        broken: "r.state IN ('sent', 'delivered', 'unknown') AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.cart_id = r.cart_id
            AND n.campaign_id = r.campaign_id AND n.step = r.step AND n.id < r.id AND n.state IN ('sent', 'delivered', 'unknown'))",
    },
    Check {
        name: "comparison_group_untouched",
        rule: "nobody in a comparison group is written to",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.state IN ('sending', 'sent', 'delivered', 'unknown')
            AND EXISTS (SELECT 1 FROM enrolments e WHERE e.shop_id = r.shop_id AND e.id = r.enrolment_id AND e.arm = 'holdout')",
    },
    Check {
        name: "nudge_of_an_enrolment",
        rule: "a nudge belongs to an enrolment of its cart and campaign",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.shop_id = r.shop_id AND e.id = r.enrolment_id AND e.cart_id = r.cart_id
            AND e.campaign_id = r.campaign_id)",
    },
    Check {
        name: "settled_is_explained",
        rule: "every nudge that is settled has a decision that explains it",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.state IN ('sent', 'delivered', 'failed', 'cancelled', 'unknown')
            AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id)",
    },
    Check {
        name: "sent_was_decided",
        rule: "every nudge that left was decided to be sent",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.state IN ('sent', 'delivered')
            AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id AND (d.outcome = 'send' OR d.rule = 'restored'))",
    },
    Check {
        name: "sent_is_dated",
        rule: "a nudge that left says when, and by whom",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.state IN ('sent', 'delivered') AND (r.sent_at IS NULL OR r.provider IS NULL)
            AND EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id AND d.outcome = 'sent' AND d.rule = 'accepted')",
    },
    Check {
        name: "sent_is_kept",
        rule: "what a message said is kept, unless its shopper was erased",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.state IN ('sent', 'delivered')
            AND EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id AND d.outcome = 'sent' AND d.rule = 'accepted')
            AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.shop_id = r.shop_id AND m.nudge_id = r.id)
            AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.contact_id AND p.erased_at IS NOT NULL)",
    },
    Check {
        name: "suppressed_gets_nothing",
        rule: "an address that must not be written to gets nothing from then on",
        rows: Rows::Nudges,
        detail: "r.channel",
        broken: "r.state IN ('sent', 'delivered') AND EXISTS (SELECT 1 FROM messages m WHERE m.shop_id = r.shop_id AND m.nudge_id = r.id
            AND EXISTS (SELECT 1 FROM suppressions s WHERE s.shop_id = r.shop_id AND s.channel = r.channel AND s.address = m.recipient
                AND s.created_at + 10000 < (SELECT MAX(d.at) FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id AND d.outcome = 'send')))",
    },
    Check {
        name: "one_text_per_cart_in_north_america",
        rule: "a cart gets at most one text where carriers allow one",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "r.channel = 'sms' AND r.state IN ('sent', 'delivered', 'unknown') AND EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id
                AND d.nudge_id = r.id AND d.outcome = 'send' AND d.inputs LIKE '%\"nanp\":true%')
            AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.cart_id = r.cart_id AND n.channel = 'sms' AND n.id <> r.id
                AND n.state IN ('sent', 'delivered', 'unknown') AND (n.sent_at < r.sent_at OR (n.sent_at = r.sent_at AND n.id < r.id)))",
    },
    Check {
        name: "stopped_by_hand_is_kept",
        rule: "nothing leaves for a cart while somebody of the store has stopped it",
        rows: Rows::Nudges,
        detail: "r.channel",
        // The times compare to what the clocks of two machines may be apart.
        broken: "r.state IN ('sending', 'sent', 'delivered', 'unknown') AND EXISTS (SELECT 1 FROM requests q WHERE q.shop_id = r.shop_id
            AND q.cart_id = r.cart_id AND q.kind = 'stop' AND EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = r.shop_id AND d.nudge_id = r.id
                AND d.outcome = 'send' AND d.at > q.at + 500 AND NOT EXISTS (SELECT 1 FROM requests o WHERE o.shop_id = q.shop_id
                    AND o.cart_id = q.cart_id AND o.kind = 'go_on' AND o.at >= q.at AND o.at <= d.at + 500)))",
    },
    Check {
        name: "leases_end",
        rule: "nothing is on its way for longer than its lease, and nothing else has one",
        rows: Rows::Nudges,
        detail: "r.state",
        broken: "(r.state = 'sending') <> (r.lease_until IS NOT NULL AND r.lease_by IS NOT NULL) OR (r.state = 'sending' AND r.lease_until < $4)",
    },
    Check {
        name: "decision_of_a_known_nudge",
        rule: "a decision is about a cart and a nudge that are there",
        rows: Rows::Decisions,
        detail: "r.outcome",
        broken: "NOT EXISTS (SELECT 1 FROM carts c WHERE c.shop_id = r.shop_id AND c.id = r.cart_id)
            OR (r.nudge_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.id = r.nudge_id))",
    },
    Check {
        name: "order_net",
        rule: "an order's net is its gross less its refunds, never negative, and never more than what stayed of its payment",
        rows: Rows::Orders,
        detail: "r.name",
        broken: "r.net_minor <> r.gross_minor - r.refunds_minor OR r.net_minor < 0 OR r.net_minor > r.kept_minor",
    },
    Check {
        name: "credits_add_up",
        rule: "an order's credits add up to its worth by each model and in each generation, or there are none",
        rows: Rows::Orders,
        detail: "r.name",
        broken: "EXISTS (SELECT k.model FROM credit_ledger k WHERE k.shop_id = r.shop_id AND k.order_id = r.id
                AND (k.generation = (SELECT s.credit_generation FROM shops s WHERE s.id = r.shop_id)
                    OR k.generation = (SELECT u.generation FROM credit_runs u WHERE u.shop_id = r.shop_id)) GROUP BY k.generation, k.model
            HAVING SUM(k.gross_minor) <> r.gross_minor OR SUM(k.net_minor) <> r.net_minor)",
    },
    Check {
        name: "earned_or_influenced",
        rule: "an order is attributed to messages or influenced by them, never both, by what the evidence says",
        rows: Rows::Credits,
        detail: "r.model",
        broken: "(r.kind = 'attributed') <> (r.evidence IN ('link', 'code', 'marker')) OR EXISTS (SELECT 1 FROM credit_ledger k WHERE k.shop_id = r.shop_id
            AND k.order_id = r.order_id AND k.generation = r.generation AND k.kind <> r.kind)",
    },
    Check {
        name: "journey_of_its_order",
        rule: "an order's journey is worth what stayed of it",
        rows: Rows::Orders,
        detail: "r.name",
        broken: "r.journey_kept = TRUE AND (r.gross_minor > 0) <> EXISTS (SELECT 1 FROM journeys j WHERE j.shop_id = r.shop_id AND j.of_kind = 'order'
            AND j.of_id = r.id AND j.value_minor = r.net_minor AND j.currency = r.currency)",
    },
    Check {
        name: "journeys_are_counted",
        rule: "the journeys of a day and path are as many as are counted, and worth as much",
        rows: Rows::Journeys,
        detail: "r.of_kind",
        broken: "NOT EXISTS (SELECT 1 FROM journey_paths p WHERE p.shop_id = r.shop_id AND p.scope = 'channel' AND p.day = r.day AND p.currency = r.currency
            AND p.path = r.path AND p.orders + p.nulls = (SELECT COUNT(*) FROM journeys j WHERE j.shop_id = r.shop_id AND j.day = r.day
                AND j.currency = r.currency AND j.path = r.path)
            AND p.value_minor = (SELECT SUM(j.value_minor) FROM journeys j WHERE j.shop_id = r.shop_id AND j.day = r.day
                AND j.currency = r.currency AND j.path = r.path))",
    },
    Check {
        name: "credit_net",
        rule: "a credit's net is its gross less its refunds, in the currency of its order, which is no test",
        rows: Rows::Credits,
        detail: "r.model",
        broken: "r.net_minor <> r.gross_minor - r.refunds_minor OR NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = r.shop_id AND o.id = r.order_id
            AND o.currency = r.currency AND o.test = FALSE)",
    },
    Check {
        name: "credit_of_a_sent_nudge",
        rule: "only nudges that left, before the order, have credit or influence",
        rows: Rows::Credits,
        detail: "r.model",
        // A click proves that it had left, though its provider's answer may have come later.
        broken: "NOT EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.id = r.nudge_id
            AND n.state IN ('sending', 'sent', 'delivered', 'unknown')
            AND CASE WHEN r.evidence = 'link'
                THEN EXISTS (SELECT 1 FROM touches t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND t.kind = 'click' AND t.human AND t.at <= r.ordered_at + 1000)
                ELSE n.state <> 'sending' AND n.sent_at <= r.ordered_at + 1000 END)",
    },
    Check {
        name: "code_of_a_treated_shopper",
        rule: "a code is given in a message for its cart and step, and never to the comparison group",
        rows: Rows::Codes,
        detail: "r.state",
        broken: "NOT EXISTS (SELECT 1 FROM nudges n JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
            WHERE n.shop_id = r.shop_id AND n.id = r.nudge_id AND n.cart_id = r.cart_id AND n.campaign_id = r.campaign_id AND n.step = r.step
                AND e.arm = 'treated')",
    },
    Check {
        name: "code_works_as_promised",
        rule: "a code works at least for as long as was promised when it was given",
        rows: Rows::Codes,
        detail: "r.state",
        broken: "NOT EXISTS (SELECT 1 FROM discount_pools p WHERE p.shop_id = r.shop_id AND p.id = r.pool_id AND p.ends_at >= r.ends_at)",
    },
    Check {
        name: "delivered_was_told",
        rule: "a message counts as delivered exactly if its provider said so",
        rows: Rows::Nudges,
        detail: "r.state",
        // What bounced in the end did not arrive, whatever was said of it before, unless its shopper was there.
        broken: "(r.state = 'delivered' AND NOT EXISTS (SELECT 1 FROM receipts t WHERE t.shop_id = r.shop_id AND t.nudge_id = r.id
                AND t.channel = r.channel AND t.fate IN ('delivered', 'complained'))
                AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.contact_id AND p.erased_at IS NOT NULL))
            OR (r.state = 'sent' AND EXISTS (SELECT 1 FROM receipts t WHERE t.shop_id = r.shop_id AND t.nudge_id = r.id
                AND t.channel = r.channel AND t.fate IN ('delivered', 'complained')))",
    },
    Check {
        name: "bounced_is_failed",
        rule: "a message that bounced counts as failed, unless its shopper was there",
        rows: Rows::Receipts,
        detail: "r.fate",
        broken: "r.fate IN ('hard_bounce', 'blocked', 'suppressed') AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.id = r.nudge_id
                AND n.channel = r.channel AND n.state IN ('sent', 'delivered', 'unknown')
                AND NOT EXISTS (SELECT 1 FROM touches t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND t.human)
                AND NOT EXISTS (SELECT 1 FROM credits k WHERE k.shop_id = n.shop_id AND k.nudge_id = n.id)
                AND NOT EXISTS (SELECT 1 FROM receipts t WHERE t.shop_id = n.shop_id AND t.nudge_id = n.id AND t.fate = 'complained'))",
    },
    Check {
        name: "receipt_of_a_known_nudge",
        rule: "a receipt that was matched belongs to a nudge that is there, and one whose message is known was matched",
        rows: Rows::Receipts,
        detail: "r.fate",
        broken: "(r.nudge_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id AND n.id = r.nudge_id))
            OR (r.nudge_id IS NULL AND r.provider_id IS NOT NULL AND EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = r.shop_id
                AND n.provider_id = r.provider_id AND n.provider = r.provider AND n.state IN ('sent', 'delivered')))",
    },
    Check {
        name: "dead_address_is_suppressed",
        rule: "an address that bounced for good, or from which somebody complained, is not written to",
        rows: Rows::Receipts,
        detail: "r.fate",
        broken: "r.fate IN ('hard_bounce', 'suppressed', 'complained') AND r.recipient IS NOT NULL AND NOT r.forgiven
            AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.shop_id = r.shop_id AND s.channel = r.channel AND s.address = r.recipient)",
    },
    Check {
        name: "stop_is_kept",
        rule: "who wrote STOP is not written to until they write START",
        rows: Rows::Replies,
        detail: "r.meant",
        broken: "r.meant IN ('stop', 'stop_everywhere', 'doubtful') AND NOT r.forgiven AND EXISTS (SELECT 1 FROM contact_identities i
                WHERE i.shop_id = r.shop_id AND i.value = r.sender)
            AND NOT EXISTS (SELECT 1 FROM replies l WHERE l.shop_id = r.shop_id AND l.sender = r.sender AND l.channel = r.channel AND l.meant IN ('start', 'yes')
                AND l.at > r.at)
            AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.shop_id = r.shop_id AND s.channel = r.channel AND s.address = r.sender)",
    },
    Check {
        name: "outcome_of_a_counted_shopper",
        rule: "an outcome belongs to an enrolment that counts, on the side that it is on, and a shopper has one in a campaign",
        rows: Rows::Outcomes,
        detail: "r.arm",
        broken: "NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.shop_id = r.shop_id AND e.id = r.enrolment_id AND e.campaign_id = r.campaign_id
                AND e.counted_at IS NOT NULL AND (r.step >= 0 OR e.arm = r.arm))
            OR EXISTS (SELECT 1 FROM enrolments e JOIN enrolments f ON f.shop_id = e.shop_id AND f.contact_id = e.contact_id
                AND f.campaign_id = e.campaign_id AND f.id <> e.id
                JOIN lift_outcomes o ON o.shop_id = f.shop_id AND o.enrolment_id = f.id AND o.step = r.step
                WHERE e.shop_id = r.shop_id AND e.id = r.enrolment_id
                    AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = e.shop_id AND p.id = e.contact_id AND p.erased_at IS NOT NULL)
                    AND NOT EXISTS (SELECT 1 FROM lift_dirty d WHERE d.shop_id = e.shop_id AND d.contact_id = e.contact_id))",
    },
    Check {
        name: "counted_has_an_outcome",
        rule: "a shopper who counts in a comparison has an outcome in its campaign, or is about to",
        rows: Rows::Enrolments,
        detail: "r.arm",
        broken: "r.counted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM lift_outcomes o JOIN enrolments e ON e.shop_id = o.shop_id AND e.id = o.enrolment_id
                WHERE e.shop_id = r.shop_id AND e.contact_id = r.contact_id AND e.campaign_id = r.campaign_id AND o.step = -1)
            AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = r.shop_id AND p.id = r.contact_id AND p.erased_at IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM lift_dirty d WHERE d.shop_id = r.shop_id AND d.contact_id = r.contact_id)",
    },
    Check {
        name: "outcomes_add_up",
        rule: "what is added up by day is the sum of that day's outcomes",
        rows: Rows::OutcomeDays,
        detail: "r.arm",
        broken: "r.shoppers <> (SELECT COUNT(*) FROM lift_outcomes o WHERE o.shop_id = r.shop_id AND o.campaign_id = r.campaign_id AND o.step = r.step
                AND o.day = r.day AND o.stratum = r.stratum AND o.arm = r.arm)
            OR r.converted <> (SELECT COUNT(*) FROM lift_outcomes o WHERE o.shop_id = r.shop_id AND o.campaign_id = r.campaign_id AND o.step = r.step
                AND o.day = r.day AND o.stratum = r.stratum AND o.arm = r.arm AND o.converted)
            OR CAST(r.net_sum AS BIGINT) <> (SELECT COALESCE(SUM(o.net_minor), 0) FROM lift_outcomes o WHERE o.shop_id = r.shop_id
                AND o.campaign_id = r.campaign_id AND o.step = r.step AND o.day = r.day AND o.stratum = r.stratum AND o.arm = r.arm)
            OR EXISTS (SELECT 1 FROM lift_outcomes o WHERE o.shop_id = r.shop_id AND o.campaign_id = r.campaign_id AND o.step = r.step AND NOT EXISTS
                (SELECT 1 FROM lift_days d WHERE d.shop_id = o.shop_id AND d.campaign_id = o.campaign_id AND d.step = o.step AND d.day = o.day
                    AND d.stratum = o.stratum AND d.arm = o.arm))",
    },
    Check {
        name: "told_an_endpoint",
        rule: "an event that was tried belongs to one of the store's endpoints",
        rows: Rows::Told,
        detail: "r.kind",
        // One that was put down at the moment when its endpoint was removed waits for nobody, and is forgotten with time.
        broken: "(r.attempts > 0 OR r.state <> 'waiting')
            AND NOT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.shop_id = r.shop_id AND e.id = r.endpoint_id)",
    },
    Check {
        name: "told_or_waiting",
        rule: "an event for an endpoint waits, or was settled at a known time",
        rows: Rows::Told,
        detail: "r.state",
        broken: "r.state NOT IN ('waiting', 'taken', 'given_up') OR (r.state = 'waiting') <> (r.settled_at IS NULL) OR r.settled_at < r.at - 10000",
    },
    Check {
        name: "told_was_tried",
        rule: "an event that an endpoint took was answered so, and one that was given up was tried",
        rows: Rows::Told,
        detail: "r.state",
        // The log of tries goes back for thirty days, by the time of each; what was taken in that time has its answer in it.
        broken: "(r.state <> 'waiting' AND r.attempts < 1)
            OR (r.state = 'taken' AND r.settled_at > $4 - 2505600000 AND NOT EXISTS (SELECT 1 FROM webhook_tries t WHERE t.shop_id = r.shop_id
                AND t.endpoint_id = r.endpoint_id AND t.event_id = r.event_id AND t.status BETWEEN 200 AND 299))",
    },
    Check {
        name: "due_is_told",
        rule: "an event for an endpoint that is on is taken or given up, and not left lying for days",
        rows: Rows::Told,
        detail: "r.kind",
        // As long as tries go on for: a program that rested for a night catches up, and nothing was lost.
        broken: "r.state = 'waiting' AND r.due_at < $4 - 259200000
            AND EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.shop_id = r.shop_id AND e.id = r.endpoint_id AND e.state = 'on')",
    },
];
