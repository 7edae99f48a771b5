//! The built program in a folder of its own.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub struct Program {
    pub folder: tempfile::TempDir,
}

pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    /// The answer as JSON; it must have been given.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

impl Program {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comeback"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("COMEBACK_DATABASE__URL", format!("sqlite://{}", self.path("data/comeback.db").display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, "")
    }

    pub fn run_with(&self, arguments: &[&str], stdin: &str) -> Answer {
        finish(self.command(arguments), stdin)
    }

    /// Adds a store. Its id.
    pub fn add_shop(&self) -> String {
        let added = self.run(&[
            "shop",
            "add",
            "--platform",
            "shopify",
            "--domain",
            "acme.myshopify.com",
            "--name",
            "Acme",
            "--currency",
            "USD",
            "--timezone",
            "America/New_York",
            "--webhook-secret",
            "0123456789abcdef",
            "--json",
        ]);
        added.json()["id"].as_str().expect("an id").to_owned()
    }
}

pub fn finish(mut command: Command, stdin: &str) -> Answer {
    let mut child = command.spawn().expect("the program");
    // A program that doesn't read ends all the same.
    let _ = child.stdin.take().expect("stdin").write_all(stdin.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("an end");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Answer { code: status.code().expect("an exit code"), out: text(stdout), err: text(stderr) }
}
