//! Keys of mails' signatures: made once, for their owner alone, and told what to publish.

use super::program::{Program, finish};
use comeback::channels::email::DkimSigner;
use std::os::unix::fs::PermissionsExt as _;

const MAKE: [&str; 6] = ["dkim", "make", "--domain", "fernandfog.example", "--key-file", "dkim.pem"];

#[test]
fn a_key_is_made_for_its_owner_alone_and_its_record_told() {
    for (kind, begin) in [(None, "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), (Some("--ed25519"), "v=DKIM1; k=ed25519; p=")] {
        let program = Program::new();
        let arguments: Vec<&str> = MAKE.into_iter().chain(kind).chain(["--json"]).collect();
        let made = program.run(&arguments).json();
        assert_eq!(made["name"], "comeback1._domainkey.fernandfog.example");
        let value = made["value"].as_str().expect("a record");
        assert!(value.starts_with(begin), "{value}");
        let path = program.path("dkim.pem");
        assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        let key = std::fs::read_to_string(&path).expect("a key");
        let signer = DkimSigner::new("fernandfog.example", "comeback1", &key).expect("a signer");
        assert_eq!(signer.record().1, value);
        let again = program.run(&arguments);
        assert!(again.code == 1 && again.err.contains("dkim.pem"), "{}", again.err);
        assert_eq!(std::fs::read_to_string(&path).expect("a key"), key, "it is never replaced");
    }
}

#[test]
fn what_is_printed_can_be_published_and_set() {
    let program = Program::new();
    let made = program.run(&MAKE.into_iter().chain(["--ed25519", "--selector", "s2"]).collect::<Vec<_>>());
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("  s2._domainkey.fernandfog.example\n  \"v=DKIM1; k=ed25519; p="), "{}", made.out);
    let mut command = program.command(&["dkim", "record"]);
    for line in made.out.lines().filter_map(|line| line.trim().split_once('=')).filter(|(name, _)| name.starts_with("COMEBACK_")) {
        command.env(line.0, line.1);
    }
    let record = finish(command, "");
    assert_eq!(record.code, 0, "{}", record.err);
    assert!(made.out.contains(record.out.trim()), "{} is not in {}", record.out, made.out);
}

#[test]
fn what_can_not_be_is_said_and_leaves_no_file() {
    let program = Program::new();
    let bad = program.run(&["dkim", "make", "--domain", "fern and fog", "--key-file", "dkim.pem", "--ed25519"]);
    assert!(bad.code == 2 && bad.err.contains("example.com"), "{}", bad.err);
    assert!(!program.path("dkim.pem").exists());
    let none = program.run(&["dkim", "record"]);
    assert!(none.code == 2 && none.err.contains("dkim make"), "{}", none.err);
}
