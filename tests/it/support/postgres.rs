//! A PostgreSQL of our own: one cluster per test run, made from the machine's binaries in a temporary folder, gone when the run ends however it ends.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Looks, 50 ms apart, until a server that starts must be ready.
const READY_LOOKS: usize = 200;
/// A server that was killed can't start again before its last session has noticed.
#[allow(dead_code, reason = "only the tests stop a server")]
const STARTS_MAX: usize = 100;

#[allow(dead_code, reason = "the tests use this one, the benches the other")]
static CLUSTER: OnceLock<Cluster> = OnceLock::new();
#[allow(dead_code, reason = "the benches use this one, the tests the other")]
static DURABLE: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Where a cluster is, and how its server is started.
struct Setup {
    port: u16,
    binaries: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
    fsync: &'static str,
}

/// A server and its files.
pub struct Cluster {
    setup: Setup,
    server: Child,
    /// Is told which server runs; its input is closed by the system when this process ends.
    watchdog: Child,
}

/// How a server is stopped without a word to its clients.
#[allow(dead_code, reason = "only the tests stop a server")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// SIGKILL to the postmaster: its sessions find out by themselves.
    Kill,
    /// SIGQUIT, which PostgreSQL calls an immediate shutdown.
    Quit,
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

/// A fresh copy of one of this run's databases, to which nobody is connected; its URL.
#[allow(dead_code, reason = "only the tests copy one")]
pub fn copy_of(url: &str) -> String {
    let template = url.rsplit('/').next().unwrap_or_default();
    created(CLUSTER.get_or_init(|| Cluster::start("off")), &["-T", template])
}

fn database_in(cluster: &Cluster) -> String {
    created(cluster, &[])
}

fn created(cluster: &Cluster, how: &[&str]) -> String {
    let name = format!("story_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let port = cluster.setup.port.to_string();
    let made = tool(&cluster.setup.binaries, "createdb")
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres"])
        .args(how)
        .arg(&name)
        .output()
        .expect("createdb runs");
    assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://postgres@127.0.0.1:{port}/{name}")
}

#[allow(dead_code, reason = "only the tests stop a server")]
impl Cluster {
    /// A cluster of one's own, which syncs every commit to the disk and may be stopped hard.
    pub fn durable() -> Self {
        Self::start("on")
    }

    /// A fresh, empty database; its URL.
    pub fn database(&self) -> String {
        database_in(self)
    }

    /// Stops the server in the middle of whatever it does.
    pub fn strike(&mut self, blow: Blow) {
        match blow {
            Blow::Kill => self.server.kill().expect("killed"),
            Blow::Quit => {
                let told = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status().expect("kill runs");
                assert!(told.success(), "the server was gone already");
            }
        }
        self.server.wait().expect("an end");
        self.watch("");
    }

    /// Starts it again on the same files and port; ready when this returns.
    pub fn start_again(&mut self) {
        for _ in 0..STARTS_MAX {
            self.server = launch(&self.setup);
            self.watch(&self.server.id().to_string());
            if self.is_ready_soon() {
                return;
            }
            // Sessions of the killed server still hold its memory: it has refused to start.
            let _ = self.server.kill();
            let _ = self.server.wait();
        }
        panic!("PostgreSQL did not start again; its log is in {}", self.setup.folder.display());
    }
}

impl Cluster {
    fn start(fsync: &'static str) -> Self {
        let binaries = binaries();
        let folder = tempfile::Builder::new().prefix("comeback-pg-").tempdir().expect("a temporary folder").keep();
        let port = free_port();
        let owner = owner();
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("the folder is given to postgres");
        }
        let made = as_owner(tool(&binaries, "initdb"), owner)
            .args(["-D", &text(&folder.join("data")), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .current_dir(&folder)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // When our end of its input closes, the watchdog stops the server that it was told of last, and clears up.
        let script = format!(
            "pid=; while read -r line; do pid=$line; done; [ -z \"$pid\" ] || kill -QUIT \"$pid\" 2>/dev/null; sleep 1; rm -rf '{}'",
            text(&folder)
        );
        let watchdog = Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).process_group(0).spawn().expect("sh runs");
        let setup = Setup { port, binaries, folder, owner, fsync };
        let mut cluster = Self { server: launch(&setup), setup, watchdog };
        cluster.watch(&cluster.server.id().to_string());
        assert!(cluster.is_ready_soon(), "PostgreSQL did not become ready");
        cluster
    }

    /// Tells the watchdog which server runs; an empty word for none.
    fn watch(&self, pid: &str) {
        let mut input = self.watchdog.stdin.as_ref().expect("the watchdog's input");
        writeln!(input, "{pid}").expect("told");
    }

    /// Waits until it takes connections. False if it has ended, or takes too long.
    fn is_ready_soon(&mut self) -> bool {
        for _ in 0..READY_LOOKS {
            let port = self.setup.port.to_string();
            let ready = tool(&self.setup.binaries, "pg_isready")
                .args(["-h", "127.0.0.1", "-p", &port, "-t", "5"])
                .output()
                .expect("pg_isready runs");
            if ready.status.success() {
                return true;
            }
            if self.server.try_wait().expect("asked").is_some() {
                return false;
            }
            // Not a sleep on behalf of the program under test: another program is starting.
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

fn launch(setup: &Setup) -> Child {
    let Setup { port, folder, fsync, .. } = setup;
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("a log file");
    as_owner(tool(&setup.binaries, "postgres"), setup.owner)
        .args(["-D", &text(&folder.join("data")), "-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
        .args(["-c", &format!("fsync={fsync}"), "-c", "max_connections=300", "-c", &format!("unix_socket_directories={}", text(folder))])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("postgres runs")
}

fn text(path: &Path) -> String {
    path.to_str().expect("a plain path").to_owned()
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
        drop(self.watchdog.stdin.take());
    }
}
