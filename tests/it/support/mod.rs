//! Stand-ins for the outside world.

pub mod smtp;
pub mod twilio;
