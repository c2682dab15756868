//! Messages that a relay captured.

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    clock::{FastClock, Timestamp},
    dingtalk::{Message, Reply, token_of},
    emulator::RobotRef,
    openapi::{ApiError, ErrorKind},
    relay::{ReadClient, ReadError},
    scenario::live::RelaySource,
    secret::Secret,
    spec::Spec,
};

/// Looks in vain before a relay counts as gone.
const PATIENCE: u32 = 8;

/// A message that a relay captured.
#[derive(Debug)]
pub(super) struct Captured {
    pub(super) at: Timestamp,
    pub(super) robot: RobotRef,
    pub(super) message: Message,
    pub(super) body: Value,
    pub(super) reply: Reply,
}

/// What a relay captures for the robots of a spec, from now on.
#[derive(Debug)]
pub(super) struct Relayed {
    client: ReadClient,
    /// The number of the last message that was seen, for each robot that the relay has.
    last: IndexMap<String, u64>,
    fingerprints: IndexMap<String, String>,
    rehearsal: Option<FastClock>,
    /// How many looks failed, one after the other.
    failed: u32,
}

impl Relayed {
    /// Asks the relay which of the robots it has, and how far it is.
    pub(super) async fn open(
        source: &RelaySource,
        spec: &Spec,
        rehearsal: Option<FastClock>,
    ) -> Result<Self, String> {
        let told = |error: ReadError| format!("{error}: {}", error.remedy);
        let client = ReadClient::new(&source.url, source.token.clone()).map_err(told)?;
        let (mut last, mut fingerprints) = (IndexMap::new(), IndexMap::new());
        for robot in spec.robots.values() {
            match client.messages(&robot.name, u64::MAX, Duration::ZERO).await {
                Ok(page) => last.insert(robot.name.clone(), page.last),
                // It has no such robot.
                Err(error) if error.status == Some(400) => continue,
                Err(error) => return Err(told(error)),
            };
            if let Some(token) = token_of(robot.webhook.expose()) {
                fingerprints.insert(robot.name.clone(), Secret::new(token).fingerprint());
            }
        }
        Ok(Self { client, last, fingerprints, rehearsal, failed: 0 })
    }

    /// Whether it captures what this robot is sent.
    pub(super) fn captures(&self, robot: &str) -> bool {
        self.last.contains_key(robot)
    }

    /// What came since the last look. A relay that cannot be reached for a moment is asked again with the
    /// next one.
    pub(super) async fn new_messages(&mut self, robot: &str) -> Result<Vec<Captured>, ApiError> {
        let Some(last) = self.last.get(robot).copied() else { return Ok(Vec::new()) };
        let page = match self.client.messages(robot, last, Duration::ZERO).await {
            Ok(page) => page,
            Err(error) => {
                self.failed += 1;
                if self.failed < PATIENCE {
                    return Ok(Vec::new());
                }
                let what = format!("{error}: {}", error.remedy);
                return Err(ApiError::local("the relay", ErrorKind::Transport, what));
            }
        };
        self.failed = 0;
        let mut found = Vec::new();
        for kept in page.messages {
            // Its robot has not answered so far. What comes behind it waits, so that the order is kept.
            let Some(reply) = kept.answer else { break };
            self.last.insert(robot.to_owned(), kept.seq);
            let Ok(message) = Message::from_json(&kept.body) else { continue };
            found.push(Captured {
                at: self.rehearsal.as_ref().map_or(kept.received_at, |clock| clock.at(kept.received_at)),
                robot: RobotRef {
                    token: self.fingerprints.get(robot).cloned().unwrap_or_default(),
                    name: Some(robot.to_owned()),
                },
                message,
                body: kept.body,
                reply,
            });
        }
        Ok(found)
    }
}
