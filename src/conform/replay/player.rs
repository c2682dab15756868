//! An emulator of its own for one cassette, which is asked again what was asked.

use std::time::Duration;

use serde_json::Value;

use super::{
    answer::{Use, refusal, usefulness},
    compare::Comparison,
    findings::Findings,
    history,
    ids::Ids,
    seed, stand_in,
};
use crate::{
    cassette::{Cassette, Exchange, Placeholders},
    clock::Timestamp,
    conform::verdict::DifferenceKind,
    emulator::{AccessKey, Switches, World, WorldConfig, operations},
    openapi::{Call, Credentials, Nonce as _, Params, Seal, SequenceNonce, SignatureScheme},
};

pub(super) struct Player {
    pub(super) world: World,
    pub(super) ids: Ids,
    masks: Placeholders,
    nonce: SequenceNonce,
    began: Timestamp,
}

impl Player {
    /// With what the recorded account held when the recording began.
    pub(super) fn new(cassette: &Cassette, switches: &Switches, findings: &mut Findings) -> Self {
        let began = cassette.header.recorded_at;
        let config = WorldConfig { start: began, switches: switches.clone(), ..WorldConfig::default() };
        let mut player = Self {
            world: World::new(config),
            ids: Ids::default(),
            masks: stand_in::masks(cassette),
            nonce: SequenceNonce::new("replay"),
            began,
        };
        for action in seed::seed(&mut player, cassette) {
            findings.pass_over(action, "to make what was there before, which the emulator refused");
        }
        player
    }

    /// Asks the emulator what the exchange asked, and compares the answers.
    pub(super) fn play(&mut self, exchange: &Exchange, findings: &mut Findings) {
        let operation = exchange.operation.as_str();
        exchange.parameters.values().for_each(|value| findings.sent(value));
        let Some(known) = operations()
            .into_iter()
            .find(|known| known.action == operation && known.product.version() == exchange.version)
        else {
            return findings.pass_over(operation, "that the emulator does not have");
        };
        let use_ = usefulness(exchange);
        if let Use::PassOver(why) | Use::Effect(why) = use_ {
            findings.pass_over(operation, why);
        }
        if matches!(use_, Use::PassOver(_)) {
            return;
        }
        let at = self.began.checked_add(Duration::from_millis(exchange.started_ms)).unwrap_or(self.began);
        self.world.advance_to(at);
        let params = stand_in::params(&exchange.parameters, &self.ids);
        let series = series(operation, &params);
        let (status, emulated) = self.ask(operation, &exchange.version, &params);
        if known.writes {
            findings.wrote(exchange.started_ms, operation, params.into_values().collect());
        }
        let (Use::Compare, Some(recorded_status), Some(recorded)) = (use_, exchange.status, &exchange.body)
        else {
            return;
        };
        findings.exchange(operation, exchange.took_ms);
        let emulated = self.masks.json(emulated);
        let (ours, theirs) = (refusal(recorded_status, recorded), refusal(status, &emulated));
        if ours != theirs {
            let words = |refusal: Option<String>| {
                refusal.map_or("took the call".to_owned(), |code| format!("refused it with {code}"))
            };
            return findings.differs(
                operation,
                "(answer)",
                DifferenceKind::Answer,
                words(ours),
                words(theirs),
            );
        }
        let recorded = history::since(operation, self.began.as_millisecond(), recorded);
        let offset_ms = exchange.started_ms;
        Comparison { ids: &mut self.ids, findings, operation, series: &series, offset_ms }
            .answers(&recorded, &emulated);
    }

    /// Makes a call, signed as any.
    pub(super) fn ask(&mut self, action: &str, version: &str, params: &Params) -> (u16, Value) {
        let key = AccessKey::test();
        let credentials =
            Credentials { access_key_id: key.id, access_key_secret: key.secret, security_token: None };
        let nonce = self.nonce.next();
        let seal = Seal { credentials: &credentials, now: self.world.now(), nonce: &nonce };
        let request = SignatureScheme::V3.request("emulator", &Call { action, version, params }, &seal);
        let response = self.world.handle(&request);
        (response.status, serde_json::from_slice(&response.body).unwrap_or(Value::Null))
    }
}

/// What two requests have in common that ask the same at different times.
fn series(operation: &str, params: &Params) -> String {
    let shown = params.iter().filter(|(name, _)| !matches!(name.as_str(), "StartTime" | "EndTime"));
    let shown: Vec<String> = shown.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{operation} {}", shown.join("&"))
}
