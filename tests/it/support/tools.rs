//! Other people's programs that tests run: where `scripts/install-test-needs` has put them.

use std::path::{Path, PathBuf};
use std::process::Child;

/// A running program; it is ended when dropped.
pub struct Program(pub Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Where they are: `tools` beside the build's own directories.
fn root() -> PathBuf {
    let test = std::env::current_exe().expect("this program's place");
    // <target>/debug/deps/it-...
    test.ancestors().nth(3).expect("a target directory").join("tools")
}

/// A program by its path below; none, said loudly, where it is absent.
pub fn program(path: &str) -> Option<PathBuf> {
    let program = root().join(path);
    if program.exists() {
        return Some(program);
    }
    eprintln!("WEAKENED: {} is not there (scripts/install-test-needs installs it), so nothing is held against it", program.display());
    None
}

/// A file of the reference material, by its path there.
pub fn shared(path: &str) -> PathBuf {
    #[allow(clippy::disallowed_methods, reason = "where the reference files are is no setting of the program")]
    let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = Path::new(&root);
    root.join(path)
}

/// A port that nobody listens on at this moment.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
