//! What arrives, and the stream of it.

mod stream;
