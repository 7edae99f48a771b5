//! Reports as files, notes and costs over the API.

use super::Client;
use crate::support::rig::{Rig, both};
use comeback::app::access::Scope;
use serde_json::json;

#[tokio::test]
async fn a_report_comes_in_the_format_that_is_named_or_accepted() {
    let rig = Rig::on("sqlite").await;
    let client = Client::new(&rig, Scope::Read).await;
    let kind = async |path: &str| {
        let answer = client.get(path).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        (answer.header("content-type").to_owned(), answer.text)
    };
    let (json, body) = kind("/reports/recovered").await;
    assert!(json.starts_with("application/json") && body.contains("\"totals\""));
    let (csv, body) = kind("/reports/recovered?format=csv").await;
    assert_eq!(csv, "text/csv; charset=utf-8");
    assert!(
        body.starts_with(
            "key,label,currency,nudges,carts_abandoned,orders,gross,refunds,net,cost,contribution,clicks,clicks_raw,is_total\r\n"
        ),
        "{body}"
    );
    assert!(body.ends_with("total,Total,USD,0,0,0,0.00,0.00,0.00,0.00,0.00,0,0,true\r\n"), "{body}");
    let (parquet, body) = kind("/reports/recovered?format=parquet").await;
    assert!(parquet == "application/vnd.apache.parquet" && body.starts_with("PAR1"));
    let (ads, body) = kind("/reports/ad-costs").await;
    assert!(ads == "application/json" && body.contains("\"report\""), "{body}");
    assert_eq!(client.get("/reports/recovered?format=xlsx").await.problem(400)["errors"][0]["at"], "format");
}

#[tokio::test]
async fn what_was_caused_and_what_brought_orders_come_as_files_too() {
    let rig = Rig::on("sqlite").await;
    let client = Client::new(&rig, Scope::Read).await;
    for (path, head) in [
        ("/reports/lift?", "key,label,currency,treated,treated_numerator,"),
        ("/reports/experiments?", "key,label,currency,"),
        ("/reports/attribution?", "key,label,currency,last_touch,first_touch,"),
        ("/reports/attribution?table=ledger&", "key,label,currency,kind,"),
    ] {
        let csv = client.get(&format!("{path}format=csv")).await;
        assert_eq!((csv.status.as_u16(), csv.header("content-type")), (200, "text/csv; charset=utf-8"), "{path}");
        assert!(csv.text.starts_with(head), "{path}: {}", csv.text);
        let parquet = client.get(&format!("{path}format=parquet")).await;
        assert!(parquet.text.starts_with("PAR1") && parquet.text.ends_with("PAR1"), "{path}");
        assert!(client.get(path.trim_end_matches(['?', '&'])).await.header("content-type").starts_with("application/json"), "{path}");
    }
    assert_eq!(client.get("/reports/attribution?format=csv&table=x").await.problem(400)["errors"][0]["at"], "table");
}

#[tokio::test]
async fn notes_are_made_listed_changed_and_removed() {
    both(|rig| async move {
        let (reader, writer) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        let body = json!({"at": "2026-07-01T15:00:00Z", "note": "Sale begins"});
        reader.post("/annotations", body.clone()).await.problem(403);
        let made = writer.post("/annotations", body).await.with(201);
        let path = format!("/annotations/{}", made["id"].as_str().expect("an id"));
        writer.put(&path, json!({"at": "2026-07-01T15:30:00Z", "note": "Sale ends"})).await.with(200);
        let listed = reader.get("/annotations?from=2026-07-01&to=2026-07-01").await.with(200);
        let notes: Vec<&serde_json::Value> = listed["items"].as_array().expect("items").iter().filter(|m| m["kind"] == "note").collect();
        assert_eq!(notes.len(), 1);
        assert_eq!((&notes[0]["note"], &notes[0]["at"]), (&json!("Sale ends"), &json!("2026-07-01T15:30:00Z")));
        assert!(listed["items"].as_array().expect("items").iter().any(|m| m["kind"] == "campaign_published"), "{listed}");
        writer.post("/annotations", json!({"at": "2026-07-01T15:00:00Z", "note": "  "})).await.problem(422);
        assert_eq!(writer.delete(&path).await.status.as_u16(), 204);
        writer.delete(&path).await.problem(404);
        rig
    })
    .await;
}

#[tokio::test]
async fn costs_are_taken_once_replaced_by_a_later_word_and_refused_line_by_line() {
    both(|rig| async move {
        let client = Client::new(&rig, Scope::Write).await;
        let line = |cost: &str| json!({"day": "2026-06-30", "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "a", "cost": cost, "currency": "USD", "clicks": 7});
        let send = async |lines: Vec<serde_json::Value>| client.post("/ad-costs", json!({"costs": lines})).await.with(200);
        let first = send(vec![line("10.00"), json!({"day": "June", "utm_source": "x", "cost": "1", "currency": "USD"})]).await;
        assert_eq!((first["accepted"].as_u64(), first["refused"].as_u64()), (Some(1), Some(1)));
        assert!(first["results"][1]["reason"].as_str().is_some_and(|why| why.starts_with("day:")), "{first}");
        let again = send(vec![line("10.00")]).await;
        assert_eq!((again["accepted"].as_u64(), again["duplicates"].as_u64()), (Some(0), Some(1)));
        assert_eq!(send(vec![line("12.50")]).await["accepted"], 1);
        let report = client.get("/reports/ad-costs?from=2026-06-30&to=2026-06-30").await.with(200);
        let lines = report["report"]["lines"].as_array().expect("lines");
        assert_eq!(lines.len(), 1);
        assert_eq!((&lines[0]["cells"][2], &lines[0]["cells"][3]), (&json!({"amount": "12.50", "currency": "USD"}), &json!(7)));
        assert!(lines[0]["cells"][6] == json!(0.0) && lines[0]["cells"][7].is_null(), "it brought nothing, so that no order has a cost: {lines:?}");
        let outside = client.get("/reports/ad-costs?from=2026-07-01&to=2026-07-01").await.with(200);
        assert_eq!(outside["report"]["lines"], json!([]));
        rig
    })
    .await;
}
