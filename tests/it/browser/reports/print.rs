//! The page for paper: no wider than the paper, black on white also in the dark, and short.

use crate::browser::world::World;

const A4: (f64, f64) = (8.27, 11.69);
const LETTER: (f64, f64) = (8.5, 11.0);
/// What goes beyond the paper's width.
const WIDE: &str = "return document.documentElement.scrollWidth - innerWidth;";

#[tokio::test]
async fn the_report_is_printed_on_a_few_sheets_of_either_size() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.goto("/reports").await;
    browser.follow("Print").await;
    browser.see_heading("Acme: recovered revenue").await;
    assert!(browser.text(".headline").await.contains("37.50 USD"));
    assert_eq!(
        browser.ask("return [...document.images].filter((i) => i.naturalWidth === 1200).length;").await,
        2,
        "both pictures are there"
    );
    for (paper, width) in [(A4, 690), (LETTER, 710)] {
        browser.set_size(width, 1000).await;
        assert!(browser.ask(WIDE).await.as_i64().is_some_and(|over| over <= 0), "wider than the paper");
        let file = browser.printed(paper).await;
        assert!(file.starts_with(b"%PDF"));
        let sheets = {
            let text = String::from_utf8_lossy(&file);
            text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
        };
        assert!((1..=6).contains(&sheets), "{sheets} sheets");
    }
    browser.is_content().await;
    world.end().await;
}
