//! Cassettes and `bellcheck conform`.

mod proxy;
mod record;
mod replay;
