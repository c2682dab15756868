//! Deterministic ids: drawn from the seed, one sequence for each kind of thing, so that one call
//! more does not change the ids of instances and events.

/// What an id is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum IdKind {
    /// An API call.
    Request,
    /// A system event.
    Event,
    /// An instance.
    Instance,
    /// A simulated system event.
    SimulatedEvent,
    /// A draw of a fault.
    Fault,
    /// An entry of the alert log.
    AlertLog,
    /// A temporary key pair.
    TemporaryKey,
}

const KINDS: usize = 7;

/// The source of ids of a world.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    streams: [u64; KINDS],
}

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        let mut mixer = seed;
        let streams = std::array::from_fn(|_| next(&mut mixer));
        Self { streams }
    }

    /// A UUID in upper case, as request and event ids are.
    pub(super) fn uuid(&mut self, kind: IdKind) -> String {
        let high = u128::from(self.draw(kind));
        let low = u128::from(self.draw(kind));
        let uuid = uuid::Builder::from_random_bytes((high << 64 | low).to_be_bytes()).into_uuid();
        uuid.hyphenated().to_string().to_uppercase()
    }

    /// `i-bp1…` or `e-bp1…`: the prefix and 17 lower-case letters and digits.
    pub(super) fn resource(&mut self, kind: IdKind, prefix: &str) -> String {
        const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut id = prefix.to_owned();
        for _ in 0..17 {
            let index = self.draw(kind) % 36;
            id.push(ALPHABET.get(index as usize).copied().map_or('0', char::from));
        }
        id
    }

    /// Letters and digits, as keys and tokens are made of.
    pub(super) fn text(&mut self, kind: IdKind, length: usize) -> String {
        const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..length)
            .map(|_| {
                let index = self.draw(kind) % 62;
                ALPHABET.get(index as usize).copied().map_or('0', char::from)
            })
            .collect()
    }

    /// A number from 0 up to but not including 1.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.draw(IdKind::Fault) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Begins the sequence of faults anew.
    pub(super) fn seed_faults(&mut self, seed: u64) {
        self.streams[IdKind::Fault as usize] = seed;
    }

    fn draw(&mut self, kind: IdKind) -> u64 {
        next(&mut self.streams[kind as usize])
    }
}

/// SplitMix64: small, fast, and good enough for names.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_documented_shapes_and_follow_the_seed() {
        let mut ids = Ids::new(7);
        let instance = ids.resource(IdKind::Instance, "i-bp1");
        assert_eq!(instance.len(), 22);
        assert!(instance[5..].bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        let event = ids.uuid(IdKind::Event);
        assert!(event.len() == 36 && event == event.to_uppercase() && event.matches('-').count() == 4);
        assert_ne!(event, ids.uuid(IdKind::Event));

        let mut again = Ids::new(7);
        // More of another kind does not disturb a sequence.
        again.uuid(IdKind::Request);
        assert_eq!(again.resource(IdKind::Instance, "i-bp1"), instance);
        assert_eq!(again.uuid(IdKind::Event), event);
        assert_ne!(Ids::new(8).resource(IdKind::Instance, "i-bp1"), instance);
    }
}
