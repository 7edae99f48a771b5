//! Reports as pictures, on a large and a small screen: drawn, said in words, and no wider than the screen.

use crate::browser::shell::screens::faults;
use crate::browser::world::World;

/// Bars without a length, and lines that leave their picture.
const SPOILED: &str = "return [...document.querySelectorAll('.picture .fill')].filter((e) => e.getBoundingClientRect().width < 1 && Number(e.getAttribute('width')) > 1).length \
    + [...document.querySelectorAll('.picture svg > *')].filter((e) => [...e.attributes].some((a) => a.value === 'NaN')).length;";

#[tokio::test]
async fn every_report_begins_with_its_picture_on_any_screen() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let mut found = Vec::new();
    for width in [1280, 360] {
        browser.set_size(width, 900).await;
        for (path, drawn) in [
            ("/reports?compare=before", ".chart canvas"),
            ("/reports/funnel", ".picture .fill"),
            ("/reports/performance", ".chart canvas"),
            ("/reports/performance?by=step", ".picture .fill"),
            ("/reports/attribution", ".picture .fill"),
            ("/reports/lift", "[aria-labelledby=verdicts]"),
            ("/reports/cohorts", "[class*=heat-]"),
        ] {
            browser.goto(path).await;
            browser.see(drawn).await;
            assert_eq!(browser.ask(SPOILED).await.as_i64(), Some(0), "{path} at {width}");
            let first = "const m = document.querySelector('main'); const p = m.querySelector('figure:not([hidden])'); const t = m.querySelector('table'); \
                return !p || !t || Boolean(p.compareDocumentPosition(t) & Node.DOCUMENT_POSITION_FOLLOWING);";
            assert_eq!(browser.ask(first).await.as_bool(), Some(true), "{path}: the picture comes first");
            if width == 360 {
                found.extend(faults(&browser).await);
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    browser.is_content().await;
    world.end().await;
}
