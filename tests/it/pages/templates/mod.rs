//! What messages say: the editors, drafts, two at once, versions, languages.

mod blocks;
mod drafts;
mod languages;
mod letters;
mod look;
mod seen;
mod support;
mod versions;
