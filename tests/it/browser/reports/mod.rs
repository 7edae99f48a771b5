//! Reports on paper.

mod pictures;
mod print;
