//! The life of a campaign, over the API.

use super::{Client, campaign};
use crate::support::rig::both;
use comeback::app::access::Scope;
use serde_json::json;

#[actix_web::test]
async fn a_campaign_is_written_published_paused_resumed_and_archived() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let made = c.post("/campaigns", campaign("Spring")).await.with(201);
        assert_eq!((&made["status"], &made["version"]), (&json!("draft"), &json!(0)));
        assert_eq!(
            (&made["abandon_after"], &made["steps"][1]["delay"]),
            (&json!("PT1H"), &json!("PT24H")),
            "durations come back as ISO 8601"
        );
        assert_eq!(made["warnings"][0]["at"], "holdout_percent");
        let path = format!("/campaigns/{}", made["id"].as_str().expect("id"));
        assert_eq!(c.get(&path).await.with(200), made);
        for (act, status, version) in [
            ("publish", "published", 1),
            ("pause", "paused", 1),
            ("pause", "paused", 1),
            ("resume", "published", 1),
            ("publish", "published", 2),
        ] {
            let now = c.post(&format!("{path}/{act}"), json!({})).await.with(200);
            assert_eq!((&now["status"], &now["version"]), (&json!(status), &json!(version)), "{act}");
        }
        let changed = c.put(&path, campaign("Summer")).await.with(200);
        assert_eq!((&changed["name"], &changed["version"], &changed["status"]), (&json!("Summer"), &json!(2), &json!("published")));
        assert_eq!(c.post(&format!("{path}/archive"), json!({})).await.with(200)["status"], "archived");
        c.put(&path, campaign("Autumn")).await.problem(409);
        c.post(&format!("{path}/publish"), json!({})).await.problem(409);
        c.post(&format!("{path}/resume"), json!({})).await.problem(409);
        let acts: Vec<String> = c.all("/audit", 50).await.iter().map(|e| e["action"].as_str().expect("action").to_owned()).collect();
        assert_eq!(&acts[..3], ["campaign.archive", "campaign.update", "campaign.publish"]);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_campaign_with_faults_is_kept_as_a_draft_and_told_each_fault_when_published() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let mut body = campaign("Faulty");
        body["steps"][0]["template"] = json!("nowhere");
        body["holdout_percent"] = json!(99);
        let made = c.post("/campaigns", body).await.with(201);
        let problem = c.post(&format!("/campaigns/{}/publish", made["id"].as_str().expect("id")), json!({})).await.problem(422);
        let at: Vec<&str> = problem["errors"].as_array().expect("errors").iter().filter_map(|e| e["at"].as_str()).collect();
        assert_eq!(at, ["holdout_percent", "steps[0].template"]);
        assert_eq!(c.get(&format!("/campaigns/{}", made["id"].as_str().expect("id"))).await.with(200)["status"], "draft");
        rig
    })
    .await;
}
