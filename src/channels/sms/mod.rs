//! Texts, and who carries them.

mod twilio;
mod twilio_codes;
mod twilio_look_up;

pub use twilio::{BASE_URL as TWILIO_BASE_URL, PROVIDER as TWILIO, Twilio, TwilioSettings};
