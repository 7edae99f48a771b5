//! Every document that is sent to Shopify is valid by Shopify's own schema: of the version that is asked for, and of the next.

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use comeback::platforms::shopify::admin::{API_VERSION, DOCUMENTS};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

/// A file of the shared reference, unpacked; none, loudly, where it is absent.
fn unpacked(name: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "where the reference material is is no setting of the program")]
    let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = PathBuf::from(root).join("specs/shopify").join(name);
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: {} is absent; set COMEBACK_SHARED to check documents against Shopify's schema", path.display());
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("a packed text");
    Some(text)
}

/// Faults of a document, each in a sentence.
fn faults(schema: &Valid<Schema>, document: &str) -> Vec<String> {
    match ExecutableDocument::parse_and_validate(schema, document, "document.graphql") {
        Ok(_) => Vec::new(),
        Err(with) => with.errors.iter().map(|e| e.error.to_string()).collect(),
    }
}

fn check(schema: &Valid<Schema>, version: &str) {
    for document in DOCUMENTS {
        assert_eq!(faults(schema, document), Vec::<String>::new(), "{version}: {document}");
    }
    let broken = DOCUMENTS[1].replace("availableForSale", "availableForSail");
    assert!(faults(schema, &broken).iter().any(|f| f.contains("availableForSail")), "{version}: a field that isn't there is found");
    let broken = DOCUMENTS[1].replace("[ID!]!", "[Int!]!");
    assert!(!faults(schema, &broken).is_empty(), "{version}: a variable of the wrong type is found");
}

/// Shopify's schema is taken as it is; only our documents are checked.
fn believed(text: &str) -> Valid<Schema> {
    Valid::assume_valid(Schema::parse(text, "admin.graphql").unwrap_or_else(|with| panic!("{}", with.errors)))
}

#[test]
fn documents_fit_the_version_that_is_asked_for() {
    let Some(text) = unpacked(&format!("admin_{API_VERSION}.json.gz")) else { return };
    let introspection: Value = serde_json::from_str(&text).expect("JSON");
    check(&believed(&in_words(&introspection["data"]["__schema"])), API_VERSION);
}

#[test]
fn documents_fit_the_next_version_too() {
    let Some(text) = unpacked("admin_2026-10.graphql.gz") else { return };
    check(&believed(&text), "2026-10");
}

/// An introspection's answer as the language of schemas, as far as documents are checked against it.
fn in_words(schema: &Value) -> String {
    let mut text =
        format!("schema {{ query: {} mutation: {} }}\n", word(&schema["queryType"]["name"]), word(&schema["mutationType"]["name"]));
    for kind in list(&schema["types"]) {
        let name = word(&kind["name"]);
        let built_in = name.starts_with("__") || ["String", "Int", "Float", "Boolean", "ID"].contains(&name);
        if !built_in {
            definition(&mut text, kind, name).expect("written");
        }
    }
    text
}

fn definition(text: &mut String, kind: &Value, name: &str) -> std::fmt::Result {
    let names = |key: &str, between: &str| list(&kind[key]).iter().map(|n| word(&n["name"])).collect::<Vec<_>>().join(between);
    let one_of = if kind["isOneOf"] == true { " @oneOf" } else { "" };
    match word(&kind["kind"]) {
        "SCALAR" => writeln!(text, "scalar {name}"),
        "UNION" => writeln!(text, "union {name} = {}", names("possibleTypes", " | ")),
        "ENUM" => writeln!(text, "enum {name} {{ {} }}", names("enumValues", " ")),
        "INPUT_OBJECT" => writeln!(text, "input {name}{one_of} {{ {} }}", arguments(&kind["inputFields"])),
        other => {
            let keyword = if other == "INTERFACE" { "interface" } else { "type" };
            let implements =
                if list(&kind["interfaces"]).is_empty() { String::new() } else { format!(" implements {}", names("interfaces", " & ")) };
            writeln!(text, "{keyword} {name}{implements} {{")?;
            for field in list(&kind["fields"]) {
                let given = arguments(&field["args"]);
                let given = if given.is_empty() { given } else { format!("({given})") };
                writeln!(text, "  {}{given}: {}", word(&field["name"]), reference(&field["type"]))?;
            }
            writeln!(text, "}}")
        }
    }
}

fn arguments(values: &Value) -> String {
    let one = |value: &Value| {
        let default = value["defaultValue"].as_str().map_or_else(String::new, |d| format!(" = {d}"));
        format!("{}: {}{default}", word(&value["name"]), reference(&value["type"]))
    };
    list(values).iter().map(one).collect::<Vec<_>>().join(", ")
}

fn reference(kind: &Value) -> String {
    match word(&kind["kind"]) {
        "NON_NULL" => format!("{}!", reference(&kind["ofType"])),
        "LIST" => format!("[{}]", reference(&kind["ofType"])),
        _ => word(&kind["name"]).to_owned(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().expect("a word")
}
