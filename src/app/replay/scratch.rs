//! A place to work in that goes when the work is over: a folder of its own with two throw-away databases.

use super::Scratch;
use crate::app::AppError;
use crate::clock::{Random, bytes};
use crate::db::{Db, DbError};
use std::path::{Path, PathBuf};

/// A folder that goes with it.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one that nobody else can read, where the system keeps what doesn't last.
    ///
    /// # Errors
    /// `Db` when it can't be made.
    pub fn make(random: &dyn Random) -> Result<Self, AppError> {
        use std::os::unix::fs::DirBuilderExt as _;
        let path = std::env::temp_dir().join(format!("comeback-replay-{}", hex::encode(bytes::<6>(random))));
        let made = std::fs::DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|e| DbError::BadUrl(format!("the folder {} for replay can't be made: {e}", path.display())))?;
        Ok(Self(path))
    }

    /// Two databases in it; the rebuilt one elsewhere, where it is to be kept.
    ///
    /// # Errors
    /// `Db`.
    pub async fn scratch(&self, keep: Option<&Path>) -> Result<Scratch, AppError> {
        let rebuilt = keep.map_or_else(|| self.0.join("rebuilt.db"), Path::to_path_buf);
        let scratch = Scratch { given: Db::throw_away(&self.0.join("given.db")).await?, rebuilt: Db::throw_away(&rebuilt).await? };
        scratch.prepare().await?;
        Ok(scratch)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the folder of replay could not be removed");
        }
    }
}

impl Scratch {
    /// Closes both.
    pub async fn close(&self) {
        for db in [&self.given, &self.rebuilt] {
            db.close().await;
        }
    }
}
