//! What holds for every page: who may, the frame, the empty and the failing page, assets.

mod access;
mod weight;
mod work;
