//! Cassettes and `bellcheck conform`.

mod clean;
mod live;
mod proxy;
mod record;
mod replay;
