//! Alibaba Cloud's RPC protocol: operations, parameters, signatures, credentials and the client.
//!
//! Client and emulator share one definition of each operation and one codec; what both could get
//! wrong together is held by published signature vectors and captured requests (`fixtures/`).

mod answer;
mod client;
mod codec;
mod credentials;
mod discretion;
mod endpoint;
mod error;
mod http;
mod mask;
mod nonce;
mod operation;
mod pace;
mod percent;
mod provider;
mod remedy;
mod reqwest_transport;
mod retry;
mod scheme;
mod sign_v1;
mod sign_v3;
mod stop;
mod telling;
mod verify;

pub use client::Client;
pub use codec::{Field, ParamError, Params, fields_of, from_params, to_params};
pub use credentials::Credentials;
pub use endpoint::{EndpointError, EndpointOptions, Endpoints};
pub use error::{ApiError, Course, ErrorKind};
pub use http::{HttpRequest, HttpResponse, Transport, TransportError};
pub use mask::mask_params;
pub use nonce::{Nonce, RandomNonce, SequenceNonce};
pub use operation::{Operation, Product};
pub use percent::{decode_form, encode};
pub use provider::{CredentialsProvider, ProviderError};
pub use reqwest_transport::{ReqwestTransport, install_tls, is_loopback};
pub use retry::Retry;
pub use scheme::{Call, Seal, SignatureScheme};
pub use sign_v1::V1StringToSign;
pub use sign_v3::{V3CanonicalRequest, V3StringToSign};
pub use stop::Stop;
pub use verify::{AuthFault, Claim, SignatureMismatch, identify, identify_unsigned, unsigned_call};
