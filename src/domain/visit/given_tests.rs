//! What is taken of events as they are given, and what is not.
