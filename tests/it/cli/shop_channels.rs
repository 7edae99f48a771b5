//! A store's own providers, as a shell gives and sees them: never their secrets.

use super::program::{Program, finish};

const PASSWORD: &str = "hunter2-of-the-mail-server";

#[test]
fn a_provider_is_given_by_stdin_shown_without_its_secrets_and_given_up() {
    let program = Program::new();
    let shop = program.add_shop();
    let check = |arguments: &[&str], stdin: &'static str, code: i32, says: &str| {
        let answer = finish(program.command(arguments), stdin);
        let text = format!("{}{}", answer.out, answer.err);
        assert_eq!(answer.code, code, "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?} doesn't say {says:?}: {text}");
        assert!(!text.contains(PASSWORD), "{arguments:?} shows a secret: {text}");
    };
    const MAIL: &str = r#"{"url": "smtp://shop:hunter2-of-the-mail-server@mail.fern.example", "from": "shop@fern.example"}"#;
    check(&["shop", "channels", &shop], "", 0, "email: nobody is set up");
    check(&["shop", "channels", &shop, "--list"], "", 0, "twilio (Twilio, sms)");
    check(&["shop", "channels", &shop, "--set", "pigeon"], "{}", 2, "no provider");
    check(&["shop", "channels", &shop, "--set", "smtp"], "hunter2-of-the-mail-server", 2, "no JSON object");
    check(&["shop", "channels", &shop, "--set", "smtp"], "{}", 2, "needs Server");
    check(&["shop", "channels", &shop, "--set", "smtp"], MAIL, 0, "email: smtp, its own");
    check(&["shop", "channels", &shop, "--json"], "", 0, "\"settings\":{\"from\":\"shop@fern.example\"}");
    check(&["shop", "channels", &shop, "--give-up", "email"], "", 0, "email: nobody is set up");
}
