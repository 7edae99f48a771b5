//! Campaigns and their form.

mod editing;
