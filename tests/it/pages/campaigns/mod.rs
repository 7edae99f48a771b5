//! Campaigns and their form.

mod canvas;
mod editing;
