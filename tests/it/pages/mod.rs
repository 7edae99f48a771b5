//! The pages as people ask for them: who may, what they see, and what strangers' texts can't do.

mod access;
mod attribution;
mod books;
mod campaigns;
mod channels;
mod doubt;
mod figures;
mod letters;
mod messages;
mod policy;
mod seed;
mod shoppers;
mod support;
mod work;
