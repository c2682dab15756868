//! Temporary key pairs, and what the gateway makes of their tokens.

use std::{collections::BTreeMap, time::Duration};

use super::role::Session;
use crate::{
    clock::Timestamp,
    emulator::{gateway::Refusal, ids::IdKind, queue::later, world::World},
    openapi::Claim,
    secret::{Redactor, Secret},
};

/// More keys than this are not kept: the oldest go, expired ones first.
const MOST: usize = 1000;

/// A temporary key pair.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct TemporaryKey {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) token: Secret,
    pub(super) expires: Timestamp,
    pub(super) session: Session,
}

/// All temporary key pairs of a world.
#[derive(Debug, Default)]
pub(in crate::emulator) struct TemporaryKeys {
    by_id: BTreeMap<String, TemporaryKey>,
    /// Ids in the order of their making.
    order: Vec<String>,
    /// Their secrets, which must not come back in anything shown.
    pub(in crate::emulator) masks: Redactor,
}

impl TemporaryKeys {
    pub(super) fn get(&self, id: &str) -> Option<&TemporaryKey> {
        self.by_id.get(id)
    }

    fn add(&mut self, key: TemporaryKey, now: Timestamp) {
        if self.order.len() >= MOST {
            let by_id = &mut self.by_id;
            self.order.retain(|id| {
                let is_kept = by_id.get(id).is_some_and(|key| now < key.expires);
                if !is_kept {
                    by_id.remove(id);
                }
                is_kept
            });
            while self.order.len() >= MOST {
                by_id.remove(&self.order.remove(0));
            }
            self.masks = Redactor::default();
            for key in by_id.values() {
                self.masks.add(&key.secret);
                self.masks.add(&key.token);
            }
        }
        self.masks.add(&key.secret);
        self.masks.add(&key.token);
        self.order.push(key.id.clone());
        self.by_id.insert(key.id.clone(), key);
    }

    /// Whether any key has this token.
    fn has_token(&self, token: &Secret) -> bool {
        self.by_id.values().any(|key| key.token == *token)
    }
}

impl World {
    /// Makes a temporary key pair, which expires on the world's clock.
    pub(super) fn issue(&mut self, session: Session, lasts: Duration) -> TemporaryKey {
        let key = TemporaryKey {
            id: format!("STS.{}", self.ids.text(IdKind::TemporaryKey, 25)),
            secret: Secret::new(self.ids.text(IdKind::TemporaryKey, 44)),
            // The service's tokens begin so; their length is not fixed.
            token: Secret::new(format!("CAIS{}", self.ids.text(IdKind::TemporaryKey, 252))),
            expires: later(self.now(), lasts),
            session,
        };
        let now = self.now();
        self.temporary_keys.add(key.clone(), now);
        key
    }

    /// The secret and the account of the key that a request names, if its token belongs to it.
    ///
    /// Codes and messages of tokens are those of the public list of common errors; most tables give
    /// 400 for them (one gives 403 for an expired one). In which order they are found is not
    /// documented.
    pub(in crate::emulator) fn key_of(&self, claim: &Claim) -> Result<(Secret, String), Refusal> {
        let refuse = |code: &str, message: &str| Err(Refusal::new(400, code, message));
        let malformed = || refuse("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
        let mismatch = || {
            refuse(
                "InvalidSecurityToken.MismatchWithAccessKey",
                "Specified SecurityToken mismatch with the AccessKey.",
            )
        };
        let wrong_token = |token: &Secret| {
            if self.temporary_keys.has_token(token) { mismatch() } else { malformed() }
        };
        if self.disabled_keys.contains(&claim.access_key_id) {
            return refuse("InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
        }
        if let Some(key) = self.access_keys.iter().find(|key| key.id == claim.access_key_id) {
            return match &claim.security_token {
                None => Ok((key.secret.clone(), key.account.clone())),
                Some(token) => wrong_token(token),
            };
        }
        let Some(key) = self.temporary_keys.get(&claim.access_key_id) else {
            return Err(Refusal::new(
                404,
                "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.",
            ));
        };
        match &claim.security_token {
            None => refuse("MissingSecurityToken", "SecurityToken is mandatory for this action."),
            Some(token) if *token != key.token => wrong_token(token),
            Some(_) if self.now() >= key.expires => {
                refuse("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
            }
            Some(_) => Ok((key.secret.clone(), key.session.account.clone())),
        }
    }
}
