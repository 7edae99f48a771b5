//! A disk with little room, which can be filled and emptied: a file system of its own where the system lets us mount one, else a limit on the size of files.

use super::replica::Replica;
use super::world::{Place, folder};
use std::path::PathBuf;
use std::process::Command;

/// Room for a scenario's database and its log, with some to spare.
const ROOM: &str = "48m";
/// Nothing of the database that matters is written within so many bytes of a file's beginning.
const LIMIT: &str = "65536";

pub struct Disk {
    folder: PathBuf,
    mounted: bool,
}

impl Disk {
    pub fn new() -> Self {
        let folder = folder();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={ROOM}"), "tmpfs"]).arg(&folder).output();
        let mounted = mount.is_ok_and(|done| done.status.success());
        if !mounted {
            println!("chaos: no file system may be mounted here; the size of files is limited instead");
        }
        Self { folder, mounted }
    }

    /// A database on this disk; its logs are elsewhere.
    pub fn place(&self) -> Place {
        Place { engine: "sqlite", url: format!("sqlite://{}/comeback.db", self.folder.display()), folder: folder() }
    }

    /// From now on nothing more can be written.
    pub fn fill(&self, replica: &Replica) {
        if !self.mounted {
            return limit(replica, LIMIT);
        }
        // It ends with an error, which is what it is for.
        let _ = Command::new("dd").args(["if=/dev/zero", "bs=4k", "status=none"]).arg(format!("of={}", self.ballast().display())).output();
    }

    /// There is room again.
    pub fn clear(&self, replica: &Replica) {
        if self.mounted {
            std::fs::remove_file(self.ballast()).expect("the ballast is thrown off");
        } else {
            limit(replica, "unlimited");
        }
    }

    /// A limit on one process's files ends with the process.
    pub fn outlives_the_process(&self) -> bool {
        self.mounted
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

/// The soft limit only, so that it can be raised again.
fn limit(replica: &Replica, bytes: &str) {
    let done = Command::new("prlimit").args(["--pid", &replica.id().to_string(), &format!("--fsize={bytes}:unlimited")]).status();
    assert!(done.is_ok_and(|status| status.success()), "prlimit sets the size of files");
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
