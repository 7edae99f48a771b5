//! Reports: on pages, as files, in print and by mail, with notes and costs of advertising.

pub mod ads;
pub mod annotations;
pub mod attribution;
pub mod books;
pub mod digest;
mod frame;
pub mod lift;
pub mod pages;
pub mod print;
pub mod recovered;
mod table;
pub mod trend;
