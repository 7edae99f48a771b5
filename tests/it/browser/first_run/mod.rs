//! The first run, on the program itself: from an empty folder to a published campaign, in a browser alone.

use super::driver::Browser;
use crate::cli::program::Program;
use crate::cli::serving::{Running, free_port, until};
use crate::support::dns::DnsServer;
use crate::support::rig::SECRET;
use crate::support::shopper::Shopper;
use crate::support::smtp::SmtpServer;
use base64::Engine as _;
use comeback::clock::{Clock as _, SystemClock};
use comeback::http_client::{HttpOptions, Reach, client};
use fantoccini::Locator;
use hmac::{Hmac, KeyInit as _, Mac as _};
use std::io::BufReader;
use std::time::Duration;

/// A canary goes on every five seconds, through eight stages; on a machine that is busy that takes a while.
const SIMULATED_WITHIN: Duration = Duration::from_secs(180);

/// A process asks the database for a store's secrets again after a few seconds.
const TRIED_EVERY: Duration = Duration::from_millis(250);
const TRIES: usize = 120;

/// What the store would send, signed with the pasted secret.
async fn webhook(url: &str, body: &serde_json::Value) -> u16 {
    let body = body.to_string();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let post = http.post(url).header("x-shopify-hmac-sha256", signature).header("x-shopify-topic", "checkouts/create");
    let post = post
        .header("x-shopify-shop-domain", "acme.myshopify.com")
        .header("x-shopify-webhook-id", "first")
        .header("x-shopify-api-version", "2026-07");
    post.header("content-type", "application/json").body(body).send().await.expect("an answer").status().as_u16()
}

/// The store sends again until it is believed, as stores do: processes learn of a secret within seconds.
async fn believed(url: &str) {
    for _ in 0..TRIES {
        if webhook(url, &Shopper::new("Jo", 1).checkout(SystemClock.now())).await == 200 {
            return;
        }
        tokio::time::sleep(TRIED_EVERY).await;
    }
    panic!("the pasted secret is never believed");
}

async fn type_into(browser: &Browser, css: &str, text: &str) {
    let field = browser.see(css).await;
    field.clear().await.expect("cleared");
    field.send_keys(text).await.expect("typed");
}

/// Opens a step that is folded away.
async fn unfold(browser: &Browser, step: &str) {
    browser.ask(&format!("document.querySelector('#{step} > details').open = true; return 0;")).await;
}

async fn make_owner_and_store(browser: &Browser, link: &str) {
    browser.goto(link).await;
    browser.see_heading("Make the first account").await;
    type_into(browser, "input[name=email]", "me@fern.example").await;
    type_into(browser, "input[name=password]", "correct horse battery").await;
    browser.press("Make the account").await;
    browser.see_heading("To the first message").await;
    type_into(browser, "input[name=name]", "Fern").await;
    type_into(browser, "input[name=domain]", "acme.myshopify.com").await;
    type_into(browser, "input[name=timezone]", "America/New_York").await;
    browser.press("Add the store").await;
}

#[tokio::test]
async fn from_an_empty_folder_to_a_published_campaign_in_the_browser_alone() {
    let (smtp, dns) = (SmtpServer::start().await, DnsServer::start(&[]).await);
    let program = Program::new();
    let address = format!("127.0.0.1:{}", free_port());
    let base = format!("http://{address}");
    let mut command = program.command(&["serve", "--bind", &address]);
    command.env("COMEBACK_SERVER__PUBLIC_URL", &base).env("COMEBACK_DNS__SERVER", dns.address.to_string());
    command.env("COMEBACK_EMAIL__URL", smtp.url()).env("COMEBACK_EMAIL__FROM", "shop@fern.example").stderr(std::process::Stdio::null());
    let mut running = Running(command.spawn().expect("the program"));
    let mut told = BufReader::new(running.0.stdout.take().expect("stdout"));
    let link = until(&mut told, |line| Some(line.trim().strip_prefix(&base)?.to_owned()));
    assert!(link.starts_with("/start/"), "{link}");
    let browser = Browser::open(&base).await;
    make_owner_and_store(&browser, &link).await;
    let url = browser.text("#connect code.copy").await;
    assert!(url.starts_with(&format!("{base}/webhooks/shopify/")), "{url}");
    assert_eq!(webhook(&url, &Shopper::new("Jo", 1).checkout(SystemClock.now())).await, 401, "without a secret nothing is believed");
    type_into(&browser, "#connect input[name=secret]", SECRET).await;
    browser.see("#connect form[action*=secret] button").await.click().await.expect("saved");
    browser.see("#connect progress").await;
    believed(&url).await;
    // The page sees it by itself.
    browser.see_xpath("//li[@id='connect']//span[.='webhooks arrive']").await;
    browser.goto("/start").await;
    browser.see_xpath("//div[@id='domain']//span[contains(@class, 'badge')]").await;
    browser.follow("Send a test message").await;
    browser.see("#test").await;
    type_into(&browser, "input[name=to]", "me@fern.example").await;
    browser.press("Send a test message").await;
    browser.see_xpath("//*[@role='status'][contains(., 'has taken the message')]").await;
    assert_eq!(smtp.messages().len(), 1);
    browser.follow("Back to the guided way").await;
    browser.see_heading("To the first message").await;
    unfold(&browser, "campaign").await;
    browser.ask("document.querySelector('#campaign details details').open = true; return 0;").await;
    browser.see("#campaign li:first-child form button").await.click().await.expect("chosen");
    browser.see_xpath("//li[@id='campaign']//a[2] | //li[@id='campaign']//ul/li[2]/a").await;
    browser.press("Simulate a cart").await;
    let went =
        browser.client.wait().at_most(SIMULATED_WITHIN).for_element(Locator::XPath("//*[contains(., 'It went the whole way')]")).await;
    assert!(went.is_ok(), "{}", browser.text("#simulate").await);
    browser.goto("/start").await;
    browser.see_xpath("//li[@id='live']//button[starts-with(., 'Publish')]").await.click().await.expect("published");
    browser.see_xpath("//p[@role='status'][contains(., 'Everything is set up.')]").await;
    browser.is_content().await;
    browser.goto("/").await;
    browser.see_heading("Overview").await;
    assert_eq!(running.stop(), Some(0));
    let verified = program.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}
