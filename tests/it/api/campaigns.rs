//! The life of a campaign, over the API.

use super::{Client, campaign};
use crate::support::rig::both;
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;
use comeback::domain::campaign::CampaignSpec;
use comeback::web::api;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

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

#[actix_web::test]
async fn a_campaign_begins_from_a_starter_or_as_a_copy() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let starters = c.get("/campaigns/starters").await.with(200);
        let keys: Vec<&str> = starters["items"].as_array().expect("items").iter().filter_map(|s| s["key"].as_str()).collect();
        assert_eq!(keys, ["email", "email-and-sms", "high-value"]);
        for (i, key) in keys.iter().enumerate() {
            let made = c.post("/campaigns", json!({"starter": key})).await.with(201);
            assert_eq!((&made["status"], &made["steps"]), (&json!("draft"), &starters["items"][i]["campaign"]["steps"]), "{key}");
            c.post(&format!("/campaigns/{}/publish", made["id"].as_str().expect("id")), json!({})).await.with(200);
        }
        let problem = c.post("/campaigns", json!({"starter": "pigeon"})).await.problem(422);
        assert!(problem["detail"].as_str().expect("detail").contains("email-and-sms"));
        c.post("/campaigns", json!({"starter": "email", "name": "x"})).await.problem(422);
        let original = c.post("/campaigns", campaign("Spring")).await.with(201);
        let path = format!("/campaigns/{}", original["id"].as_str().expect("id"));
        let copy = c.post(&format!("{path}/clone"), json!({})).await.with(201);
        assert_eq!((&copy["name"], &copy["status"], &copy["steps"]), (&json!("Spring (copy)"), &json!("draft"), &original["steps"]));
        assert_ne!(copy["id"], original["id"]);
        assert_eq!(c.post(&format!("{path}/clone"), json!({"name": "Summer"})).await.with(201)["name"], "Summer");
        rig
    })
    .await;
}

#[actix_web::test]
async fn validating_names_each_step_and_changes_nothing() {
    both(|rig| async move {
        let (writer, reader) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Read).await);
        let mut body = campaign("Faulty");
        body["steps"][1]["template"] = json!("nowhere");
        let check = |answer: &Value| {
            assert_eq!(answer["publishable"], false);
            let fault = &answer["faults"][0];
            assert_eq!((&fault["at"], &fault["step"]), (&json!("steps[1].template"), &json!(2)));
            assert_eq!((&answer["warnings"][0]["at"], &answer["warnings"][0]["step"]), (&json!("holdout_percent"), &Value::Null));
        };
        check(&reader.post("/campaigns/validate", body.clone()).await.with(200));
        let before = writer.all("/campaigns", 50).await.len();
        let made = writer.post("/campaigns", body).await.with(201);
        check(&reader.post(&format!("/campaigns/{}/validate", made["id"].as_str().expect("id")), json!({})).await.with(200));
        assert_eq!(writer.all("/campaigns", 50).await.len(), before + 1);
        assert_eq!(reader.post("/campaigns/validate", campaign("Fine")).await.with(200)["publishable"], true);
        reader.post("/campaigns/validate", json!({"name": "x", "steps": [], "colour": "red"})).await.problem(422);
        rig
    })
    .await;
}

#[actix_web::test]
async fn publishing_moves_what_runs_only_where_that_is_asked_for() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let path = format!("/campaigns/{}", rig.campaign);
        assert_eq!(c.get(&path).await.with(200)["moving"], Value::Null);
        rig.tell("checkouts/update", &Shopper::new("Ada", 1).checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(20)).await;
        assert_eq!(c.post(&format!("{path}/publish"), json!({"move_running": false})).await.with(200)["moving"], Value::Null);
        let asked = c.post(&format!("{path}/publish"), json!({"move_running": true})).await.with(200);
        assert_eq!((&asked["moving"]["version"], &asked["moving"]["ended_at"]), (&asked["version"], &Value::Null));
        rig.settle().await;
        let over = c.get(&path).await.with(200);
        assert_eq!((&over["moving"]["moved"], &over["moving"]["total"]), (&json!(1), &json!(1)));
        assert!(over["moving"]["ended_at"].is_string());
        c.post(&format!("{path}/publish"), json!({"move": true})).await.problem(422);
        rig
    })
    .await;
}

/// A lot as the document describes it, worked out by the test itself.
fn lot(campaign: &str, draw: &str, shopper: &str) -> f64 {
    let id: uuid::Uuid = campaign.parse().expect("an id");
    let digest = Sha256::new().chain_update(id.as_bytes()).chain_update(draw).chain_update(shopper).finalize();
    let first = u64::from_be_bytes(digest[..8].try_into().expect("eight"));
    // What is lost is far less than what is compared.
    #[allow(clippy::cast_precision_loss)]
    let first = first as f64;
    first / 2_f64.powi(64) * 100.0
}

#[actix_web::test]
async fn an_assignment_is_told_and_anybody_works_it_out_again() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let id = rig.campaign.to_string();
        let mut spec = serde_json::to_value(CampaignSpec { holdout_percent: 40, ..CampaignSpec::starter() }).expect("json");
        spec["steps"][0]["variants"] = json!([{"name": "A", "weight": 1}, {"name": "B", "weight": 3}]);
        let writer = Client::new(&rig, Scope::Write).await;
        writer.put(&format!("/campaigns/{id}"), spec).await.with(200);
        writer.post(&format!("/campaigns/{id}/publish"), json!({})).await.with(200);
        for shopper in ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"] {
            let told = c.get(&format!("/campaigns/{id}/assignment?email={shopper}")).await.with(200);
            let mine = lot(&id, "", shopper);
            assert!((told["lot_percent"].as_f64().expect("a lot") - mine).abs() < 0.00001, "{told}");
            assert_eq!(told["arm"], if mine < 40.0 { "holdout" } else { "treated" });
            let (step, drawn) = (&told["steps"][0], lot(&id, "step 0\n", shopper));
            assert_eq!((&step["step"], &step["variant"]), (&json!(1), &json!(if drawn < 25.0 { "A" } else { "B" })));
            assert_eq!(step["variants"], json!([{"name": "A", "below_percent": 25.0}, {"name": "B", "below_percent": 100.0}]));
        }
        // Once in the campaign, they stay on their side, whatever the percentage becomes.
        rig.tell("checkouts/update", &Shopper::new("Ada", 1).checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(20)).await;
        let before = c.get(&format!("/campaigns/{id}/assignment?email=Ada@example.com")).await.with(200);
        assert_eq!(before["fixed_before"], true);
        let other = if before["arm"] == "holdout" { 0 } else { 90 };
        let spec = serde_json::to_value(CampaignSpec { holdout_percent: other, ..CampaignSpec::starter() }).expect("json");
        writer.put(&format!("/campaigns/{id}"), spec).await.with(200);
        writer.post(&format!("/campaigns/{id}/publish"), json!({})).await.with(200);
        assert_eq!(c.get(&format!("/campaigns/{id}/assignment?email=ada@example.com")).await.with(200)["arm"], before["arm"]);
        c.get(&format!("/campaigns/{id}/assignment")).await.problem(400);
        c.get(&format!("/campaigns/{id}/assignment?email=nobody")).await.problem(400);
        c.get(&format!("/campaigns/{id}/assignment?phone=%2B12125551000")).await.with(200);
        rig
    })
    .await;
}

/// A campaign with everything in it.
fn everything() -> Value {
    let money = || json!({"amount": "150.00", "currency": "USD"});
    let conditions = json!([
        {"any": [{"value_at_least": money()}, {"value_below": money()}]}, {"not": {"currency": ["USD"]}}, {"country": ["US"]}, {"language": ["fr"]},
        {"shopper": "new"}, {"shopper": "returning"}, {"item": ["SKU-1"]}, {"collection": ["7"]}, {"product_tag": ["sale"]}, {"customer_tag": ["vip"]},
        {"code_on_cart": false}, {"used_code_within": "P30D"}, {"all_in_stock": true}
    ]);
    let offer = |value| json!({"value": value, "minimum": money(), "valid_for": "PT24H", "required": true});
    let step = |value| {
        json!({"delay": "PT2H", "after": "previous_send", "at": "10:00", "expires_after": "PT24H", "channel": "sms", "template": "checkout-text",
            "fallback": {"channel": "email", "template": "checkout-reminder"}, "path": "big", "only_if": {"all": conditions.clone()},
            "variants": [{"name": "A", "weight": 2, "template": "checkout-text", "without_discount": true}, {"name": "B", "weight": 1}], "discount": offer(value)})
    };
    json!({"name": "Everything", "trigger": "cart_abandoned", "abandon_after": "PT20M", "priority": 3, "only_if": {"all": conditions.clone()},
        "holdout_percent": 5, "holdout_scope": "trigger", "paths": [{"name": "big", "if": {"value_at_least": money()}}, {"name": "rest"}],
        "steps": [step(json!({"percent": 10})), step(json!({"amount": money()})), step(json!("free_shipping")),
            {"delay": "PT90H", "channel": "email", "template": "checkout-reminder", "discount_code": "TEN"}],
        "quiet_hours": {"from": "21:00", "to": "08:00"}, "quiet_days": ["sunday"], "quiet_holidays": true,
        "discount_guards": {"from_step": 1, "minimum_value": money(), "not_if_used_within": "P10D"},
        "attribution": {"model": "last_touch", "click_window": "P5D", "view_window": "PT24H"}})
}

#[test]
fn the_document_knows_every_field_of_a_campaign() {
    let spec: CampaignSpec = serde_json::from_value(everything()).expect("a campaign");
    let written = serde_json::to_value(&spec).expect("json");
    assert_eq!(written, everything(), "the example leaves nothing out and has nothing that is usual");
    let mut document = serde_json::to_value(api::document()).expect("json");
    // A field that the document doesn't name is refused, which is how it is found.
    for schema in document["components"]["schemas"].as_object_mut().expect("schemas").values_mut() {
        let variants = schema["oneOf"].as_array().map_or(0, Vec::len);
        (0..variants).for_each(|i| closed(&mut schema["oneOf"][i]));
        closed(schema);
    }
    let whole = json!({"allOf": [{"$ref": "#/components/schemas/Campaign"}], "components": document["components"]});
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&written).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut more = written;
    more["steps"][0]["colour"] = json!("red");
    assert!(!validator.is_valid(&more));
}

fn closed(schema: &mut Value) {
    if schema["properties"].is_object() {
        schema["additionalProperties"] = json!(false);
    }
}
