//! What was caused, over the API.

use super::Client;
use crate::support::rig::both;
use comeback::app::access::Scope;
use serde_json::json;

#[actix_web::test]
async fn the_report_on_lift_answers_before_there_is_anything_to_tell() {
    both(|rig| async move {
        let client = Client::new(&rig, Scope::Read).await;
        let lift = client.get("/reports/lift?from=2026-06-01&to=2026-06-30").await.with(200);
        assert_eq!((&lift["rows"], &lift["total"], &lift["outcome_days"]), (&json!([]), &json!(null), &json!(14)));
        assert!(lift["definitions"].as_array().is_some_and(|d| d.len() > 10));
        let steps = client.get("/reports/experiments").await.with(200);
        let words = steps["steps"][0]["verdict_words"].as_str().expect("words");
        assert!(words.starts_with("can't be told") && steps["steps"].as_array().is_some_and(|s| s.len() == 2), "{steps}");
        client.get("/reports/lift?from=2026-06-30&to=2026-06-01").await.problem(400);
        client.get("/reports/lift?campaign=mine").await.problem(400);
        rig
    })
    .await;
}
