//! The pages as people ask for them: who may, what they see, and what strangers' texts can't do.

mod campaigns;
mod carts;
mod people;
mod first_run;
mod reports;
mod seed;
mod settings;
mod shell;
mod shopper;
mod support;
mod templates;
mod tracking;
