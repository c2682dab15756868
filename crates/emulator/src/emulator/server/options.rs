//! How the server treats its callers.

use std::{net::IpAddr, time::Duration};

use crate::secret::Secret;

/// How the server treats its callers. None of it is part of the world.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// How long each answer of the OpenAPI and of the robots is held back, in real time.
    pub latency: Duration,
    /// Where robots take messages to come from, in place of the connection's own address.
    pub robot_peer: Option<IpAddr>,
    /// By which names it may be called, besides its addresses; in lower case and without a port.
    pub allowed_hosts: Vec<String>,
    /// What callers of the control API must know. Without it that is open on this machine, and closed
    /// where other machines reach the server.
    pub token: Option<Secret>,
    /// How long a connection may take to send the head of a request, and how long it may be idle.
    pub head_timeout: Duration,
    /// How many connections are served at once; more wait to be accepted.
    pub most_connections: usize,
    /// How long requests that are being answered may go on when the server is told to stop.
    pub grace: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            robot_peer: None,
            allowed_hosts: Vec::new(),
            token: None,
            head_timeout: Duration::from_secs(30),
            most_connections: 4096,
            grace: Duration::from_secs(5),
        }
    }
}
