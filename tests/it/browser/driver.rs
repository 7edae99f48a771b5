//! A headless Chromium, driven by way of chromedriver; both are gone when the test ends, however it ends.

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const NEEDED: &str = "is needed for the stories in a browser: `make test` installs it";
/// A page that isn't there by then won't come.
const PATIENCE: Duration = Duration::from_secs(20);
/// An element that is exchanged oftener than this while it is read never stands still.
const LOOKS: usize = 5;

/// One browser with one window.
pub struct Browser {
    pub client: Client,
    base: String,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

struct Driver {
    process: Child,
    /// Where it listens; empty until it says so.
    address: String,
}

/// A command that fantoccini doesn't know.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Driver {
    /// Starts it on a port of its choice, which it tells.
    fn start() -> Self {
        let chromium = Command::new("chromium").arg("--version").output();
        assert!(chromium.is_ok_and(|o| o.status.success()), "Chromium {NEEDED}");
        let started =
            Command::new("chromedriver").arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let process = started.unwrap_or_else(|e| panic!("chromedriver {NEEDED}: {e}"));
        let mut driver = Self { process, address: String::new() };
        let mut told = BufReader::new(driver.process.stdout.take().expect("its output"));
        let mut line = String::new();
        while told.read_line(&mut line).expect("a line of text") > 0 {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                driver.address = format!("127.0.0.1:{}", port.trim().trim_end_matches('.'));
                return driver;
            }
            line.clear();
        }
        panic!("chromedriver ended without saying where it listens");
    }
}

impl Drop for Driver {
    /// Asks it to end its browsers and itself; then makes sure.
    fn drop(&mut self) {
        if let Ok(mut line) = std::net::TcpStream::connect(&self.address) {
            let _ = line.set_read_timeout(Some(PATIENCE));
            let _ = write!(line, "GET /shutdown HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
            let _ = line.read_to_end(&mut Vec::new());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Opens a window on the pages under a base URL.
    pub async fn open(base: &str) -> Self {
        Self::with(base, json!({}), None).await
    }

    /// The same, as a browser that doesn't say that nobody sits before it.
    pub async fn of_a_shopper(base: &str) -> Self {
        Self::with(
            base,
            json!({}),
            Some("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
        )
        .await
    }

    /// The same, in a browser whose owner switched scripts off.
    pub async fn without_scripts(base: &str) -> Self {
        let browser = Self::with(base, json!({"profile.managed_default_content_settings.javascript": 2}), None).await;
        browser.client.goto("data:text/html,<title>off</title><script>document.title='on'</script>").await.expect("a page");
        assert_eq!(browser.client.title().await.expect("a title"), "off", "scripts run although they were switched off");
        browser
    }

    async fn with(base: &str, preferences: Value, agent: Option<&str>) -> Self {
        let profile = tempfile::Builder::new().prefix("comeback-browser-").tempdir().expect("a temporary folder");
        let driver = Driver::start();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut args = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US",
            "--window-size=1280,900",
            folder,
        ]);
        if let (Some(agent), Some(args)) = (agent, args.as_array_mut()) {
            args.push(json!(format!("--user-agent={agent}")));
        }
        let wanted = json!({"goog:chromeOptions": {"args": args, "prefs": preferences}, "goog:loggingPrefs": {"browser": "ALL"}});
        let Value::Object(wanted) = wanted else { panic!("not an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let capabilities: Capabilities = wanted;
        let connected = builder.capabilities(capabilities).connect(&format!("http://{}", driver.address)).await;
        let client = connected.unwrap_or_else(|e| panic!("chromedriver starts no Chromium: {e}"));
        Self { client, base: base.to_owned(), _driver: driver, _profile: profile }
    }

    /// Opens a page of ours.
    pub async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap_or_else(|e| panic!("{path}: {e}"));
    }

    /// The path of the page that is shown.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("an address").path().to_owned()
    }

    /// Waits until something is on the page.
    pub async fn see(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}", self.path().await),
        }
    }

    /// Waits until a heading of the first rank says this: the page is there.
    pub async fn see_heading(&self, words: &str) {
        self.see_xpath(&format!("//h1[starts-with(normalize-space(.), '{words}')]")).await;
    }

    /// Waits until something is on the page that XPath finds.
    pub async fn see_xpath(&self, xpath: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {xpath} on {}: {error}", self.path().await),
        }
    }

    /// Presses the button of this name.
    pub async fn press(&self, name: &str) {
        self.see_xpath(&format!("//button[normalize-space(.)='{name}']")).await.click().await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    /// Follows the link of this name.
    pub async fn follow(&self, name: &str) {
        self.see_xpath(&format!("//a[normalize-space(.)='{name}']")).await.click().await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    /// The text that is to be seen of the first thing that a selector finds.
    pub async fn text(&self, css: &str) -> String {
        // What was found may be exchanged for its successor before it is read.
        for _ in 0..LOOKS {
            if let Ok(text) = self.see(css).await.text().await {
                return text;
            }
        }
        panic!("{css} on {} is exchanged again and again", self.path().await)
    }

    /// What a script in the page answers.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Gives the page a screen of this size in pixels; unlike a phone it doesn't shrink a page that is too wide.
    pub async fn set_size(&self, width: u32, height: u32) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let body = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen});
        self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }).await.expect("resized");
    }

    /// `light` or `dark`, as a system tells its browser.
    pub async fn set_colours(&self, colours: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
        let body = json!({"cmd": "Emulation.setEmulatedMedia", "params": features});
        self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }).await.expect("recoloured");
    }

    /// The languages that it asks servers for.
    pub async fn set_language(&self, tag: &str) {
        self.client
            .issue_cmd(Raw { path: "goog/cdp/execute", body: json!({"cmd": "Network.enable", "params": {}}) })
            .await
            .expect("enabled");
        let headers = json!({"headers": {"Accept-Language": tag}});
        let body = json!({"cmd": "Network.setExtraHTTPHeaders", "params": headers});
        self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }).await.expect("set");
    }

    /// The page as it is printed: a PDF on paper of this size, in inches.
    pub async fn printed(&self, (width, height): (f64, f64)) -> Vec<u8> {
        use base64::Engine as _;
        let paper = json!({"preferCSSPageSize": false, "paperWidth": width, "paperHeight": height});
        let body = json!({"cmd": "Page.printToPDF", "params": paper});
        let answer = self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }).await.expect("printed");
        base64::engine::general_purpose::STANDARD.decode(answer["data"].as_str().expect("a file")).expect("Base64")
    }

    /// A command of chromedriver that fantoccini doesn't know.
    pub async fn command(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Raw { path, body }).await.unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// What the browser complained of since it was last asked: violated policies, failed scripts, files that are missing.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Raw { path: "se/log", body: json!({"type": "browser"}) }).await.expect("its log");
        let entries = log.as_array().expect("a list").clone();
        let bad = |e: &Value| matches!(e["level"].as_str(), Some("SEVERE" | "WARNING"));
        entries.iter().filter(|e| bad(e)).map(|e| format!("{}: {}", e["source"], e["message"])).collect()
    }

    /// The browser complained of nothing since it was last asked.
    pub async fn is_content(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "on {}: {complaints:#?}", self.path().await);
    }
}
