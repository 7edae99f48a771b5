//! The pages in a real browser, on a server that listens, over a database that a story filled.

mod campaigns;
mod carts;
mod driver;
mod first_run;
mod people;
mod reports;
mod settings;
mod shell;
mod shopper;
mod templates;
mod tracking;
mod world;
