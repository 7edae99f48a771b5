//! The secret key beside the SQLite database.

use super::program::Program;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn the_key_is_made_once_for_its_owner_alone() {
    let program = Program::new();
    program.add_shop();
    let path = program.path("data/comeback.key");
    let key = std::fs::read_to_string(&path).expect("a key file");
    assert_eq!(key.trim().len(), 64);
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let database = path.with_extension("db");
    assert_eq!(std::fs::metadata(&database).expect("a file").permissions().mode() & 0o777, 0o600, "it holds shoppers' data");
    assert_eq!(program.run(&["shop", "list"]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).expect("a key file"), key);
}

#[test]
fn many_first_starts_at_once_end_with_one_key() {
    let program = Program::new();
    assert_eq!(program.run(&["migrate"]).code, 0);
    let children: Vec<_> = (0..6).map(|_| program.command(&["shop", "list"]).spawn().expect("the program")).collect();
    for child in children {
        let done = child.wait_with_output().expect("an end");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let left: Vec<String> = std::fs::read_dir(program.path("data"))
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("key"))
        .collect();
    assert_eq!(left, ["comeback.key"]);
}

#[test]
fn a_lost_key_is_told_and_never_replaced() {
    let program = Program::new();
    program.add_shop();
    std::fs::remove_file(program.path("data/comeback.key")).expect("removed");
    let answer = program.run(&["shop", "list"]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("backup"), "{}", answer.err);
    assert!(!program.path("data/comeback.key").exists());
}
