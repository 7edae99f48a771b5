//! The pages in a real browser, on a server that listens, over a database that a story filled.

mod campaigns;
mod carts;
mod driver;
mod people;
mod first_run;
mod reports;
mod shell;
mod shopper;
mod templates;
mod tracking;
mod world;
