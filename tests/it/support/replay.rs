//! Replaying a story's store in throw-away databases.

use super::rig::{self, Rig};
use comeback::app::App;
use comeback::app::replay::{Replayed, Scratch, run};
use comeback::db::{self, Db};
use comeback::domain::ids::ShopId;
use std::future::Future;

/// Two throw-away databases in a folder.
pub async fn scratch() -> (tempfile::TempDir, Scratch) {
    let folder = tempfile::tempdir().expect("a folder");
    let open = async |name: &str| Db::throw_away(&folder.path().join(name)).await.expect("a database");
    let scratch = Scratch { given: open("given.db").await, rebuilt: open("rebuilt.db").await };
    scratch.prepare().await.expect("a schema");
    (folder, scratch)
}

/// What replay says of a store.
pub async fn replayed(app: &App, shop: ShopId) -> Replayed {
    let (_folder, scratch) = scratch().await;
    let shop = db::shops::get(&app.db, shop).await.expect("asked").expect("a store");
    let replayed = run(app, &scratch, &shop, &|_, _| {}).await.expect("replayed");
    scratch.given.close().await;
    scratch.rebuilt.close().await;
    replayed
}

/// Everything of the story's store follows from what came in.
pub async fn assert_equal(rig: &Rig) -> Replayed {
    let replayed = replayed(&rig.app, rig.shop.id).await;
    assert!(replayed.differences.is_empty() && replayed.equal(), "{}: {:#?}", rig.engine, replayed.differences);
    replayed
}

/// Tells a story on both engines; at its end everything follows from what came in.
pub async fn both<F, Fut>(story: F)
where
    F: Fn(Rig) -> Fut,
    Fut: Future<Output = Rig>,
{
    rig::both(|rig| {
        let told = story(rig);
        async move {
            let rig = told.await;
            rig.settle().await;
            assert_equal(&rig).await;
            rig
        }
    })
    .await;
}
