//! The OpenAPI of Alibaba Cloud: the protocol with its signatures, the operations, where key pairs come from,
//! and recordings of calls.

use bellcheck_base::{clock, diagnostic, files, nearest, secret};

pub mod api;
pub mod cassette;
pub mod credentials;
pub mod openapi;
