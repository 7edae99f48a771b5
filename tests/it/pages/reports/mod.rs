//! Reports, on pages and as files.

mod attribution;
mod books;
mod figures;
mod pictures;
