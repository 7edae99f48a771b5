//! A code's way from the pool to the order.

use super::{
    both, campaign, code_in, code_of, cost, follow, gets_both, hours, leaves, mails_to, minutes, order_with, shopper, state_of, ten_percent,
};
use crate::support::shopper::{Shopper, with};
use comeback::app::links::Leads;
use comeback::channels::{Fault, Outcome};
use serde_json::json;

#[tokio::test]
async fn a_code_is_mailed_applied_by_the_link_used_by_somebody_else_credited_and_its_cost_told() {
    both(campaign(ten_percent()), |rig, store| async move {
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let mails = mails_to(&rig, &jo);
        assert_eq!((mails.len(), code_in(&mails[0])), (2, None), "none in the first mail");
        let code = code_in(&mails[1]).expect("a code in the second");
        assert!(store.codes().contains(&code) && mails[1].html.contains(&code));
        let Leads::To(url) = follow(&rig, &mails[1]).await else { panic!("the link leads nowhere") };
        assert!(url.starts_with(&format!("https://acme.myshopify.com/discount/{code}?redirect=")), "{url}");
        let Leads::To(first) = follow(&rig, &mails[0]).await else { panic!("the link leads nowhere") };
        assert!(!first.contains("/discount/"), "{first}");
        // A friend in another cart, under another name; codes may be typed in small letters.
        rig.clock.advance(minutes(3));
        let friend = Shopper { customer: 99, phone: None, ..shopper(9) };
        store.with(|s| s.discounts.spend(&code));
        rig.tell("orders/create", &order_with(&friend, rig.app.now(), &code.to_lowercase(), "5.00")).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((1, 4500, 0, 4500), 500));
        rig.pass(minutes(30)).await;
        assert!(!store.codes().contains(&code), "what was used once can't be used again");
        assert_eq!(state_of(&rig, &code).await, "deleted");
        let Leads::To(after) = follow(&rig, &mails[1]).await else { panic!("the link leads nowhere") };
        assert!(!after.contains("/discount/"), "a code that was used is not applied any more: {after}");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_order_that_drops_the_code_loses_credit_and_cost_in_whatever_order_its_webhooks_come() {
    both(campaign(ten_percent()), |rig, _| async move {
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let code = code_of(&rig, &jo).expect("a code");
        let placed = rig.app.now();
        let friend = Shopper { customer: 99, phone: None, ..shopper(9) };
        let used = order_with(&friend, placed, &code, "5.00");
        let edited = with(friend.order(placed), json!({"updated_at": placed + minutes(5)}));
        rig.tell("orders/create", &used).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((1, 4500, 0, 4500), 500));
        rig.clock.advance(minutes(6));
        rig.tell("orders/updated", &edited).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((0, 0, 0, 0), 0));
        rig.tell("orders/updated", &with(used, json!({"note": "late"}))).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((0, 0, 0, 0), 0), "an older word that comes late changes nothing");
        rig
    })
    .await;
}

#[tokio::test]
async fn the_discount_of_a_cancelled_order_costs_nothing_and_a_refund_leaves_it() {
    both(campaign(ten_percent()), |rig, _| async move {
        let jo = shopper(1);
        gets_both(&rig, &jo).await;
        let code = code_of(&rig, &jo).expect("a code");
        let placed = rig.app.now();
        rig.tell("orders/create", &order_with(&jo, placed, &code, "5.00")).await;
        rig.clock.advance(minutes(1));
        rig.tell("refunds/create", &jo.refund(7, "10.00", rig.app.now())).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((1, 4500, 1000, 3500), 500));
        rig.clock.advance(minutes(1));
        let now = rig.app.now();
        let cancelled = with(order_with(&jo, placed, &code, "5.00"), json!({"updated_at": now, "cancelled_at": now}));
        rig.tell("orders/cancelled", &cancelled).await;
        assert_eq!((rig.credited().await, cost(&rig).await), ((1, 4500, 4500, 0), 0));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_repeated_attempt_carries_the_same_code_and_one_days_later_a_fresh_one_in_its_place() {
    both(campaign(ten_percent()), |rig, store| async move {
        let jo = shopper(1);
        leaves(&rig, &jo).await;
        rig.pass(hours(2)).await;
        for _ in 0..100 {
            rig.mails.answer_next(Outcome::later("451 later", Some(hours(1))));
        }
        rig.pass(hours(23)).await;
        rig.pass(hours(3)).await;
        let tried: Vec<String> = mails_to(&rig, &jo).iter().skip(1).filter_map(code_in).collect();
        assert!(tried.len() >= 2 && tried.iter().all(|c| *c == tried[0]), "{tried:?}");
        rig.pass(hours(24)).await;
        let last = code_of(&rig, &jo).expect("a code");
        assert_ne!(last, tried[0], "the first would end before the three days that are promised from now");
        assert!(!store.codes().contains(&tried[0]) && store.codes().contains(&last));
        assert_eq!((state_of(&rig, &tried[0]).await.as_str(), state_of(&rig, &last).await.as_str()), ("deleted", "given"));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_code_whose_message_never_left_is_given_to_the_next_and_one_that_may_have_left_is_not() {
    both(campaign(ten_percent()), |rig, _| async move {
        let (jo, ann) = (shopper(1), shopper(2));
        leaves(&rig, &jo).await;
        leaves(&rig, &ann).await;
        rig.pass(hours(2)).await;
        let count = rig.mails.count();
        rig.mails.answer_next(Outcome::Refused { reason: "550 no such user".into(), fault: Fault::Recipient });
        rig.mails.answer_next(Outcome::Unknown { reason: "no answer".into() });
        rig.pass(hours(23)).await;
        assert_eq!(rig.mails.count(), count + 2);
        let mut tried = [code_of(&rig, &jo).expect("a code"), code_of(&rig, &ann).expect("a code")];
        let mut states = vec![state_of(&rig, &tried[0]).await, state_of(&rig, &tried[1]).await];
        if states[0] != "free" {
            tried.reverse();
            states.reverse();
        }
        assert_eq!(states, ["free", "given"], "refused for good; and perhaps on its way");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_code_is_deleted_when_its_cart_is_bought_without_it_and_when_its_time_is_over() {
    both(campaign(ten_percent()), |rig, store| async move {
        let (jo, ann) = (shopper(1), shopper(2));
        gets_both(&rig, &jo).await;
        rig.pass(hours(1)).await;
        gets_both(&rig, &ann).await;
        let (of_jo, of_ann) = (code_of(&rig, &jo).expect("a code"), code_of(&rig, &ann).expect("a code"));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.pass(minutes(30)).await;
        assert!(!store.codes().contains(&of_jo) && store.codes().contains(&of_ann));
        let told = mails_to(&rig, &ann).pop().expect("a mail");
        rig.pass(hours(70)).await;
        assert!(store.codes().contains(&of_ann), "it works as long as was promised");
        let Leads::To(url) = follow(&rig, &told).await else { panic!("the link leads nowhere") };
        assert!(url.contains(&of_ann));
        rig.pass(hours(3)).await;
        assert!(!store.codes().contains(&of_ann), "and not longer, although the discount of its pool goes on");
        let Leads::To(url) = follow(&rig, &told).await else { panic!("the link leads nowhere") };
        assert!(!url.contains("/discount/"), "{url}");
        rig
    })
    .await;
}

#[tokio::test]
async fn every_code_works_for_as_long_as_was_promised_from_when_it_is_given() {
    both(campaign(ten_percent()), |rig, store| async move {
        for n in 0..3 {
            let jo = shopper(n);
            leaves(&rig, &jo).await;
            // Each later in the day than the one before.
            rig.pass(hours(24) + hours(n * 3) + minutes(10)).await;
            let code = code_of(&rig, &jo).expect("a code");
            let sent = rig.mails.all().last().expect("a mail").0;
            let ends = store.with(|s| {
                let of = s.discounts.all.values().find(|d| d.codes.contains_key(&code)).expect("it works");
                of.input["endsAt"].as_str().expect("an end").parse::<jiff::Timestamp>().expect("an instant")
            });
            let works = ends.duration_since(sent);
            assert!(works >= hours(72) && works <= hours(72 + 48), "{works}");
        }
        rig
    })
    .await;
}

#[tokio::test]
async fn the_mail_says_what_the_code_takes_off_and_until_when_by_the_shoppers_clock() {
    both(campaign(ten_percent()), |rig, _| async move {
        let text = "Use {{ discount_code }} for {{ discount_value }} until {{ discount_ends_at }}.";
        let body = format!(
            "<mjml><mj-body><mj-section><mj-column><mj-text>{text}</mj-text><mj-button href=\"{{{{ link }}}}\">Back</mj-button>\
            <mj-text><a href=\"{{{{ unsubscribe_url }}}}\">No more</a></mj-text></mj-column></mj-section></mj-body></mjml>"
        );
        let source = comeback::domain::template::TemplateSource { subject: "Your cart".into(), body, text: None };
        super::replace_template(&rig, source).await;
        let jo = shopper(1);
        leaves(&rig, &jo).await;
        rig.pass(hours(24) + minutes(10)).await;
        let code = code_of(&rig, &jo).expect("a code");
        // Noon in New York, ten minutes to be abandoned, a day, and three days.
        let expected = format!("Use {code} for 10% off until 2026-07-05 12:10.");
        let mail = mails_to(&rig, &jo).pop().expect("a mail");
        assert!(mail.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&expected), "{}", mail.text);
        rig
    })
    .await;
}
