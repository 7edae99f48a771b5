//! Texts, and who carries them.

mod twilio;
mod twilio_codes;

pub use twilio::{BASE_URL as TWILIO_BASE_URL, Twilio, TwilioSettings};
