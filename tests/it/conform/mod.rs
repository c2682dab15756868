//! Cassettes and `bellcheck conform`.

mod live;
mod proxy;
mod record;
mod replay;
