//! A PostgreSQL of our own: one cluster per test run, made from the machine's binaries in a temporary folder, gone when the run ends however it ends.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

#[allow(dead_code, reason = "the tests use this one, the benches the other")]
static CLUSTER: OnceLock<Cluster> = OnceLock::new();
#[allow(dead_code, reason = "the benches use this one, the tests the other")]
static DURABLE: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct Cluster {
    port: u16,
    binaries: PathBuf,
    /// Its end of the watchdog's input: closed by the system when this process ends.
    watchdog: std::process::Child,
}

/// A fresh, empty database; its URL.
#[allow(dead_code, reason = "the tests use this one, the benches the other")]
pub fn database() -> String {
    database_in(CLUSTER.get_or_init(|| Cluster::start("off")))
}

/// The same in a cluster that syncs every commit to the disk, for measuring.
#[allow(dead_code, reason = "the benches use this one, the tests the other")]
pub fn durable_database() -> String {
    database_in(DURABLE.get_or_init(|| Cluster::start("on")))
}

fn database_in(cluster: &Cluster) -> String {
    let name = format!("story_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let port = cluster.port.to_string();
    let made = tool(&cluster.binaries, "createdb")
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", &name])
        .output()
        .expect("createdb runs");
    assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://postgres@127.0.0.1:{port}/{name}")
}

impl Cluster {
    fn start(fsync: &str) -> Self {
        let binaries = binaries();
        let folder = tempfile::Builder::new().prefix("comeback-pg-").tempdir().expect("a temporary folder").keep();
        let port = free_port();
        let owner = owner();
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("the folder is given to postgres");
        }
        let data = folder.join("data");
        let text = |p: &Path| p.to_str().expect("a plain path").to_owned();
        let made = as_owner(tool(&binaries, "initdb"), owner)
            .args(["-D", &text(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .current_dir(&folder)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let log = std::fs::File::create(folder.join("log")).expect("a log file");
        #[allow(clippy::zombie_processes, reason = "it outlives us by a moment; the watchdog ends it")]
        let server = as_owner(tool(&binaries, "postgres"), owner)
            .args([
                "-D",
                &text(&data),
                "-p",
                &port.to_string(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                &format!("fsync={fsync}"),
                "-c",
                "max_connections=300",
            ])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", text(&folder)))
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres runs");
        // When our end of its input closes, the watchdog stops the server and clears up.
        let script = format!("read -r line; kill -QUIT {} 2>/dev/null; sleep 1; rm -rf '{}'", server.id(), text(&folder));
        let watchdog = Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).process_group(0).spawn().expect("sh runs");
        let cluster = Self { port, binaries, watchdog };
        cluster.wait_until_ready();
        cluster
    }

    fn wait_until_ready(&self) {
        for _ in 0..200 {
            let port = self.port.to_string();
            let ready =
                tool(&self.binaries, "pg_isready").args(["-h", "127.0.0.1", "-p", &port, "-t", "5"]).output().expect("pg_isready runs");
            if ready.status.success() {
                return;
            }
            // Not a sleep on behalf of the program under test: another program is starting.
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("PostgreSQL did not become ready");
    }
}

fn tool(binaries: &Path, name: &str) -> Command {
    let mut command = Command::new(binaries.join(name));
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
    command
}

fn as_owner(mut command: Command, owner: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

/// PostgreSQL refuses to run as root: then it runs as the user that its package made.
fn owner() -> Option<(u32, u32)> {
    let id = |args: &[&str]| {
        Command::new("id").args(args).output().ok().and_then(|o| String::from_utf8_lossy(&o.stdout).trim().parse::<u32>().ok())
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let user = id(&["-u", "postgres"]).expect("a user named postgres, as Debian's package makes it");
    Some((user, id(&["-g", "postgres"]).expect("its group")))
}

fn binaries() -> PathBuf {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
    versions.sort();
    if let Some(found) = versions.into_iter().rev().find(|p| p.join("initdb").exists()) {
        return found;
    }
    let told = Command::new("pg_config").arg("--bindir").output().expect("PostgreSQL is needed: `make test` installs it");
    PathBuf::from(String::from_utf8_lossy(&told.stdout).trim())
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(input) = self.watchdog.stdin.as_mut() {
            let _ = input.write_all(b"end\n");
        }
    }
}
