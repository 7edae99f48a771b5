//! What rules said in a story can be said in every language of the web app.

use super::rig::Rig;
use comeback::app::{timeline, watch};
use comeback::words::heard::is_understood;
use std::collections::BTreeSet;

/// Carts whose stories are read through; the others would tell the same.
const CARTS_MAX: usize = 6;

/// What stories make up.
const INVENTED: [&str; 3] = ["e-mail: may leave: nothing forbids it", "Something <b>odd</b> happened.", "Mend it."];

/// Can this be said in every language? The channels of stories and simulations have no names for people.
pub fn understood(said: &str) -> bool {
    let named = said.replace("outbox", "smtp").replace("simulated", "smtp").replace("slow ", "smtp ");
    INVENTED.contains(&said) || is_understood(&named)
}

/// Everything in the stories of carts, and every alarm.
pub async fn assert_understood(rig: &Rig) {
    let mut said: BTreeSet<String> = BTreeSet::new();
    for cart in rig.carts().await.into_iter().take(CARTS_MAX) {
        let story = timeline::story(&rig.app, rig.shop.id, cart.id).await.expect("a story");
        said.extend(story.timeline.into_iter().map(|entry| entry.why));
    }
    for seen in watch::standing(&rig.app.db, &rig.app.config, rig.shop.id, rig.app.now()).await.expect("alarms") {
        said.extend([seen.finding.what, seen.finding.fix]);
    }
    said.retain(|sentence| !understood(sentence));
    assert!(
        said.is_empty(),
        "no pattern of locales/en/heard_*.ftl fits what a rule says here:\n{}",
        said.into_iter().collect::<Vec<_>>().join("\n")
    );
}
