//! Questions to authenticators, as browsers take them: `parseRequestOptionsFromJSON`, `parseCreationOptionsFromJSON`.

use crate::app::App;
use crate::app::access::Person;
use crate::app::sign_in::Question;
use crate::domain::passkey::{Algorithm, RelyingParty, Unoffered};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// How long a browser waits for its user.
const PATIENCE_MS: u32 = 300_000;

/// Why there are no passkeys at this installation's address, as a key of the catalogue; none where there are.
pub fn unoffered(app: &App) -> Option<&'static str> {
    match RelyingParty::of(&app.config.public_url) {
        Ok(_) => None,
        Err(Unoffered::Number) => Some("people-passkeys-number"),
        Err(Unoffered::Insecure) => Some("people-passkeys-insecure"),
    }
}

fn listed(question: &Question) -> Vec<Value> {
    question.credentials.iter().map(|id| json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(id)})).collect()
}

/// "Is it you?"
pub fn request(question: &Question) -> Value {
    json!({
        "challenge": URL_SAFE_NO_PAD.encode(&question.challenge),
        "rpId": question.party.id,
        "timeout": PATIENCE_MS,
        "userVerification": "required",
        "allowCredentials": listed(question),
    })
}

/// "Make a key for this person."
pub fn creation(question: &Question, person: &Person) -> Value {
    let takes: Vec<Value> = Algorithm::ALL.iter().map(|a| json!({"type": "public-key", "alg": a.number()})).collect();
    json!({
        "challenge": URL_SAFE_NO_PAD.encode(&question.challenge),
        "rp": {"id": question.party.id, "name": "Comeback"},
        "user": {"id": URL_SAFE_NO_PAD.encode(person.id.as_bytes()), "name": person.email, "displayName": person.email},
        "pubKeyCredParams": takes,
        "timeout": PATIENCE_MS,
        "attestation": "none",
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        "excludeCredentials": listed(question),
    })
}
