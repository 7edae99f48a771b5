//! A store's sending policy: versions, who may set what, and that it replays.

use crate::support::replay::{both, scratch};
use crate::support::rig::{new_shop, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::policies::{self, By, PolicyError};
use comeback::app::replay::policy::{Question, ask};
use comeback::app::shops;
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::policy::{Basis, BotPolicy, Cap, ConsentRule, Policy, TestMode};
use jiff::SignedDuration;

const OWNER: By<'_> = By { actor: "an owner", is_owner: true };
const EDITOR: By<'_> = By { actor: "an editor", is_owner: false };

fn soft_opt_in() -> ConsentRule {
    let countries = vec!["DE".into()];
    ConsentRule { channel: ChannelKind::Email, countries, basis: Basis::SoftOptIn, naming_carts: false, note: "similar goods".into() }
}

#[tokio::test]
async fn each_change_is_a_version_with_its_author_and_what_changes_nothing_is_none() {
    both(|rig| async move {
        let shop = rig.shop.id;
        let get = async || policies::get(&rig.app, shop).await.expect("a policy");
        assert_eq!(get().await, (Policy::default(), None));
        assert_eq!(policies::set(&rig.app, shop, Policy::default(), EDITOR).await.expect("set").1, None);
        let tags = Policy { excluded_tags: vec!["partner".into()], ..Policy::default() };
        let (_, row) = policies::set(&rig.app, shop, tags.clone(), EDITOR).await.expect("set");
        assert_eq!(row.map(|r| (r.version, r.set_by, r.set_at)), Some((1, "an editor".into(), rig.app.now())));
        rig.clock.advance(SignedDuration::from_mins(5));
        let rules = Policy { consent: vec![soft_opt_in()], ..tags.clone() };
        for _ in 0..2 {
            assert_eq!(policies::set(&rig.app, shop, rules.clone(), OWNER).await.expect("set").1.map(|r| r.version), Some(2));
        }
        let (policy, row) = get().await;
        assert_eq!((policy, row.map(|r| r.version)), (rules, Some(2)));
        assert_eq!(db::policies::version(&rig.app.db, shop, 1).await.expect("asked").map(|r| r.policy), Some(tags));
        let told: Vec<String> = db::access::audit_list(&rig.app.db, shop, None, 50)
            .await
            .expect("audit")
            .into_iter()
            .filter(|e| e.action == policies::SET)
            .map(|e| format!("{} {}", e.actor, e.detail))
            .collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.contains(&"an editor 1".to_owned()) && told.contains(&"an owner 2".to_owned()), "{told:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn who_is_no_owner_may_not_change_on_which_ground_people_are_written_to() {
    both(|rig| async move {
        let set = async |policy: Policy, by| policies::set(&rig.app, rig.shop.id, policy, by).await;
        let rules = Policy { consent: vec![soft_opt_in()], ..Policy::default() };
        assert!(matches!(set(rules.clone(), EDITOR).await, Err(PolicyError::OwnersOnly)));
        set(rules.clone(), OWNER).await.expect("set");
        assert!(matches!(set(Policy::default(), EDITOR).await, Err(PolicyError::OwnersOnly)), "nor take them out");
        let blocked = Policy { bots: BotPolicy { block_from: None }, ..rules };
        assert_eq!(set(blocked, EDITOR).await.expect("set").1.map(|r| r.version), Some(2));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_policy_with_faults_is_refused_with_all_of_them_and_changes_nothing() {
    both(|rig| async move {
        let text = ConsentRule { channel: ChannelKind::Sms, countries: vec!["US".into()], ..soft_opt_in() };
        let caps = vec![Cap { channel: None, max: 0, within: "24h".parse().expect("a length") }];
        let refused = policies::set(&rig.app, rig.shop.id, Policy { caps, consent: vec![text], ..Policy::default() }, OWNER).await;
        let Err(PolicyError::Faulty(faults)) = refused else { panic!("not refused: {refused:?}") };
        assert_eq!(faults.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), ["caps[0].max", "consent[0].basis"]);
        assert_eq!(policies::get(&rig.app, rig.shop.id).await.expect("a policy").1, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn one_stores_policy_is_not_anothers() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        let policy = Policy { caps: Vec::new(), ..Policy::default() };
        policies::set(&rig.app, rig.shop.id, policy, EDITOR).await.expect("set");
        assert_eq!(policies::get(&rig.app, other.id).await.expect("a policy"), (Policy::default(), None));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_trial_of_a_campaign_goes_by_the_policy_that_was_in_force() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Ann", 1).checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(20)).await;
        let policy = Policy { test: Some(TestMode { allow: vec!["me@example.com".into()] }), ..Policy::default() };
        policies::set(&rig.app, rig.shop.id, policy.clone(), EDITOR).await.expect("set");
        rig.pass(SignedDuration::from_hours(3)).await;
        let (_folder, scratch) = scratch().await;
        let question = Question { spec: story_campaign(), from: rig.shop.created_at, to: rig.app.now(), campaign: None };
        Box::pin(ask(&rig.app, &scratch, &rig.shop, &question, &|_, _| {})).await.expect("tried");
        let taken = db::policies::latest(&scratch.rebuilt, rig.shop.id).await.expect("asked").expect("a policy");
        assert_eq!((taken.version, taken.policy), (1, policy));
        rig
    })
    .await;
}
