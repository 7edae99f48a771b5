//! Pages for shoppers.

mod answers;
