//! Last touch: the whole order to the latest click; without any click to the latest code, without any code to the latest marker.

use super::{Share, Touch, WHOLE};
use std::cmp::Reverse;

/// At most one share, of everything.
pub fn shares(counting: &[&Touch]) -> Vec<Share> {
    let best = counting.iter().max_by_key(|t| (Reverse(t.evidence), t.at, t.nudge_id));
    best.map(|t| Share { touch: (*t).clone(), parts: WHOLE }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Evidence, Model};
    use super::*;
    use crate::domain::ids::{CampaignId, NudgeId};
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    fn touch(n: u128, second: i64, evidence: Evidence) -> Touch {
        let at = Timestamp::from_second(second).expect("time");
        let window = SignedDuration::from_hours(120);
        Touch { nudge_id: NudgeId(Uuid::from_u128(n)), campaign_id: CampaignId(Uuid::nil()), at, evidence, window }
    }

    fn winner(ordered_second: i64, touches: &[Touch]) -> Option<u128> {
        let at = Timestamp::from_second(ordered_second).expect("time");
        Model::LastTouch.shares(at, touches).first().map(|s| s.touch.nudge_id.0.as_u128())
    }

    #[test]
    fn the_last_click_wins_and_a_click_beats_later_lesser_evidence() {
        use Evidence::{Code, Link, Marker};
        let (first, last) = (touch(1, 100, Link), touch(2, 200, Link));
        assert_eq!(winner(300, &[last.clone(), first.clone()]), Some(2));
        assert_eq!(winner(150, &[last.clone(), first.clone()]), Some(1), "a click after the order earns nothing");
        assert_eq!(winner(300, &[first.clone(), touch(3, 250, Code), touch(4, 260, Marker)]), Some(1));
        assert_eq!(winner(300, &[touch(3, 250, Code), touch(4, 260, Marker)]), Some(3));
        assert_eq!(winner(300, &[]), None);
    }

    #[test]
    fn the_window_is_closed_at_its_end_and_the_orders_second_counts() {
        use Evidence::Link;
        let five_days = 120 * 3600;
        assert_eq!(winner(five_days, &[touch(1, 0, Link)]), Some(1));
        assert_eq!(winner(five_days + 1, &[touch(1, 0, Link)]), None);
        let mut click = touch(1, 100, Link);
        click.at = Timestamp::from_millisecond(100_900).expect("time");
        assert_eq!(winner(100, &[click]), Some(1), "the order is dated to the second in which the click fell");
        assert_eq!(winner(99, &[touch(1, 100, Link)]), None);
    }
}
