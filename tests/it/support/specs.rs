//! Vendors' own descriptions of their interfaces, and what requests break of them. Parameters that a description doesn't know are refused as well.

use super::tools;
use serde_json::{Map, Value, json};
use std::process::Command;
use std::sync::LazyLock;

/// One kind of request body, as its vendor describes it.
pub struct Schema {
    schema: Value,
    validator: jsonschema::Validator,
}

impl Schema {
    fn new(schema: Value) -> Self {
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
        let validator = options.build(&schema).expect("a schema");
        Self { schema, validator }
    }

    /// What a body breaks of it.
    pub fn violations(&self, body: &Value) -> Vec<String> {
        let errors = self.validator.iter_errors(body);
        let mut found: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        unknown(&self.schema, &self.schema, body, "", &mut found);
        found
    }
}

/// Names in `value` that the schema doesn't know, where it names any.
fn unknown(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).expect("what is referred to");
        return unknown(root, target, value, at, found);
    }
    match (value, schema["properties"].as_object()) {
        (Value::Object(object), Some(known)) => {
            for (name, value) in object {
                match known.get(name) {
                    Some(schema) => unknown(root, schema, value, &format!("{at}/{name}"), found),
                    None => found.push(format!("{at}: unknown parameter {name}")),
                }
            }
        }
        (Value::Array(items), _) => items.iter().for_each(|item| unknown(root, &schema["items"], item, at, found)),
        _ => {}
    }
}

fn read(path: &str) -> Option<Value> {
    let path = tools::shared(path);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("WEAKENED: {} is not there, so requests are not held against it", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the file is JSON"))
}

/// SendGrid's `POST /v3/mail/send`.
pub static SENDGRID: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let file = read("specs/sendgrid/spec/paths/mail_send/mail_send.json")?;
    let mut schema = file["mail_send"]["post"]["requestBody"]["content"]["application/json"]["schema"].clone();
    assert!(schema["properties"]["personalizations"].is_object(), "the file describes the body");
    schema["definitions"] = read("specs/sendgrid/spec/components/schemas.json")?;
    local(&mut schema);
    Some(Schema::new(schema))
});

/// References into other files become references to what was put beside.
fn local(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                let name = target.rsplit("#/").next().expect("a name").to_owned();
                *target = format!("#/definitions/{}", name.trim_start_matches("definitions/"));
            }
            object.values_mut().for_each(local);
        }
        Value::Array(items) => items.iter_mut().for_each(local),
        _ => {}
    }
}

/// Postmark's `POST /email`. The description is older than streams and metadata, which Postmark's own libraries send.
pub static POSTMARK: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let file = read("specs/postmark/server.json")?;
    let mut schema = file["components"]["schemas"]["SendEmailRequest"].clone();
    schema["components"] = file["components"].clone();
    let metadata =
        json!({"type": "object", "propertyNames": {"maxLength": 20}, "additionalProperties": {"type": "string", "maxLength": 80}});
    schema["properties"]["MessageStream"] = json!({"type": "string"});
    schema["properties"]["Metadata"] = metadata;
    Some(Schema::new(schema))
});

/// Mailgun's `POST /v3/{domain}/messages`. The description is YAML, which the Python that stands in for Amazon's services reads.
pub static MAILGUN: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let python = tools::program("python/bin/python")?;
    let path = tools::shared("specs/mailgun/openapi.yaml");
    let program = "import json, sys, yaml; print(json.dumps(yaml.load(open(sys.argv[1]), Loader=yaml.CSafeLoader), default=str))";
    let read = Command::new(python).args(["-c", program]).arg(&path).output().expect("python runs");
    if !read.status.success() {
        eprintln!("WEAKENED: {} can't be read, so requests are not held against it", path.display());
        return None;
    }
    let file: Value = serde_json::from_slice(&read.stdout).expect("JSON");
    Some(Schema::new(file["components"]["schemas"]["POST-v3-domain_name-messages-multipart-form-data-RequestBody"].clone()))
});

/// What a Mailgun form breaks: each name is a parameter of the description, a header (`h:`) or a variable (`v:`) of our own.
pub fn mailgun_violations(form: &[(String, String)]) -> Vec<String> {
    let Some(schema) = MAILGUN.as_ref() else { return Vec::new() };
    let mut object = Map::new();
    for (name, value) in form.iter().filter(|(name, _)| !name.starts_with("h:") && !name.starts_with("v:")) {
        let is_list = schema.schema["properties"][name]["type"] == "array";
        object.insert(name.clone(), if is_list { json!([value]) } else { json!(value) });
    }
    schema.violations(&Value::Object(object))
}

/// Amazon SES's `SendEmail`, of the model that Amazon's own libraries are made of.
pub static SES: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let model = read("specs/aws/sesv2/2019-09-27/service-2.json")?;
    let shapes = model["shapes"].as_object().expect("shapes");
    let definitions: Map<String, Value> = shapes.iter().map(|(name, shape)| (name.clone(), of_shape(shape))).collect();
    let mut schema = definitions["SendEmailRequest"].clone();
    schema["definitions"] = Value::Object(definitions);
    Some(Schema::new(schema))
});

fn of_shape(shape: &Value) -> Value {
    let refer = |member: &Value| json!({"$ref": format!("#/definitions/{}", member["shape"].as_str().expect("a shape"))});
    let mut schema = match shape["type"].as_str().expect("a type") {
        "structure" => {
            let members = shape["members"].as_object().expect("members");
            let properties: Map<String, Value> = members.iter().map(|(name, member)| (name.clone(), refer(member))).collect();
            json!({"type": "object", "properties": properties, "required": shape.get("required").cloned().unwrap_or(json!([]))})
        }
        "list" => json!({"type": "array", "items": refer(&shape["member"])}),
        "map" => json!({"type": "object", "additionalProperties": refer(&shape["value"])}),
        "integer" | "long" => json!({"type": "integer"}),
        "double" | "float" => json!({"type": "number"}),
        "boolean" => json!({"type": "boolean"}),
        "timestamp" => json!({"type": ["string", "number"]}),
        _ => json!({"type": "string"}),
    };
    let is_list = shape["type"] == "list";
    for (theirs, name) in [("min", if is_list { "minItems" } else { "minLength" }), ("max", if is_list { "maxItems" } else { "maxLength" })]
    {
        if let Some(bound) = shape.get(theirs).filter(|bound| bound.as_i64().is_some_and(|b| b < 1_000_000_000)) {
            schema[name] = bound.clone();
        }
    }
    if let Some(letters) = shape.get("enum") {
        schema["enum"] = letters.clone();
    }
    if let Some(pattern) = shape["pattern"].as_str() {
        // The whole of a value has to fit, in Amazon's reading.
        schema["pattern"] = json!(format!("^(?:{pattern})$"));
    }
    schema
}
