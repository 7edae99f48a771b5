//! Replay: what stands follows from what came in, damage is named, and another campaign can be tried on the past.

mod damage;
mod equal;
mod policy;
mod world;
