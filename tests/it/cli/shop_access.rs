//! Access to a store, as a shell gives and sees it: never its value.

use super::program::{Answer, Program, finish};
use crate::support::shopify_admin::{CLIENT, ShopifyAdmin, TOKEN};

/// Runs it with the store in the place of Shopify.
async fn run(program: &Program, store: &ShopifyAdmin, arguments: &[&str], stdin: &'static str) -> Answer {
    let mut command = program.command(arguments);
    command.env("COMEBACK_SHOPIFY__BASE_URL", store.url());
    tokio::task::spawn_blocking(move || finish(command, stdin)).await.expect("an end")
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_given_by_stdin_checked_shown_without_its_value_and_removed() {
    let (program, store) = (Program::new(), ShopifyAdmin::start().await);
    let shop = program.add_shop();
    let check = async |arguments: &[&str], stdin: &'static str, code: i32, says: &str| {
        let answer = run(&program, &store, arguments, stdin).await;
        let text = format!("{}{}", answer.out, answer.err);
        assert_eq!(answer.code, code, "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?} doesn't say {says:?}: {text}");
        assert!(!text.contains(TOKEN) && !text.contains(CLIENT.1), "{arguments:?} shows a secret: {text}");
    };
    check(&["shop", "access", &shop], "", 0, "no access").await;
    check(&["doctor"], "", 0, "access to acme.myshopify.com: none was given").await;
    check(&["shop", "access", &shop, "--token-stdin"], TOKEN, 0, "Acme lets Comeback in. It has every scope").await;
    check(&["shop", "show", &shop], "", 0, "access token, given at").await;
    check(&["doctor"], "", 0, "access to acme.myshopify.com: Acme answers").await;
    let client = ["shop", "access", &shop, "--client-id", CLIENT.0, "--client-secret-stdin"];
    store.with(|s| s.scopes.remove("write_discounts"));
    check(&client, CLIENT.1, 0, "Missing scopes: write_discounts (codes can be made for messages).").await;
    check(&["doctor"], "", 0, "scopes are missing: write_discounts").await;
    let shown = run(&program, &store, &["shop", "show", &shop, "--json"], "").await.json();
    assert_eq!((&shown["access"]["kind"], &shown["access"]["client_id"]), (&"client".into(), &CLIENT.0.into()));
    check(&["shop", "access", &shop, "--token-stdin"], "shpat_somebody_elses", 1, "is kept, but: the store refuses Comeback's access")
        .await;
    check(&["doctor"], "", 1, "FAIL  access to acme.myshopify.com").await;
    check(&["shop", "access", &shop, "--remove"], "", 0, "no access to Acme any more").await;
    check(&["shop", "access", &shop, "--remove"], "", 1, "there is no access to that store").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_makes_no_sense_is_bad_usage() {
    let (program, store) = (Program::new(), ShopifyAdmin::start().await);
    let shop = program.add_shop();
    for arguments in [&["--client-id", "x"][..], &["--client-secret-stdin"], &["--token-stdin", "--remove"], &["--token-stdin"]] {
        let arguments: Vec<&str> = ["shop", "access", &shop].into_iter().chain(arguments.iter().copied()).collect();
        let answer = run(&program, &store, &arguments, "short").await;
        assert_eq!(answer.code, 2, "{arguments:?}: {}{}", answer.out, answer.err);
    }
}
