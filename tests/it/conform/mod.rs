//! Cassettes and `bellcheck conform`.

mod proxy;
mod record;
