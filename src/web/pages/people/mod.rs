//! Who the people are: signing in and out.

pub mod login;
