//! Reports on paper.

mod print;
