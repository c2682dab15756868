//! Cassettes and `bellcheck conform`.

mod clean;
mod live;
mod order;
mod proxy;
mod record;
mod replay;
mod strange;
