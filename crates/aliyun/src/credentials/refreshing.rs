//! Temporary key pairs that are renewed before they expire.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::Mutex;

use super::{
    error::Fault,
    fetch::{Fetch, Fetched},
};
use crate::{
    clock::{BoxFuture, Timestamp},
    openapi::{Credentials, CredentialsProvider, ProviderError},
};

/// A key pair is renewed so long before it expires, or when a quarter of its time is left if that
/// is less.
const MARGIN: Duration = Duration::from_secs(300);
/// After a failed renewal the old key pair, while it is valid, is used so long without asking again.
const PAUSE: Duration = Duration::from_secs(10);

/// A source with the key pair that it gave last. One renewal is under way at a time: while the old
/// pair is valid others go on with it, and wait otherwise.
#[derive(Debug)]
pub(super) struct Refreshing {
    source: String,
    fetch: Arc<dyn Fetch>,
    held: RwLock<Option<Held>>,
    renewals: Mutex<Renewals>,
}

#[derive(Debug, Clone)]
struct Held {
    credentials: Credentials,
    /// None for one that does not expire.
    times: Option<Times>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    renew: Timestamp,
    expires: Timestamp,
}

#[derive(Debug, Default)]
struct Renewals {
    /// How many were tried.
    count: u64,
    /// When the last one failed, and why; none after a success.
    failure: Option<(Timestamp, Fault)>,
}

impl Held {
    fn new(fetched: Fetched, now: Timestamp) -> Result<Self, Fault> {
        let times = match fetched.expires {
            Some(expires) if expires <= now => {
                return Err(Fault::refused(
                    format!("it gave a key pair that has expired already, at {expires}; it is {now} here"),
                    "check the clock of this machine, and that the source does not keep old keys",
                ));
            }
            Some(expires) => {
                let left = Duration::try_from(expires.duration_since(now)).unwrap_or_default();
                let renew = expires - MARGIN.min(left / 4);
                Some(Times { renew, expires })
            }
            None => None,
        };
        Ok(Self { credentials: fetched.credentials, times })
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.times.is_none_or(|times| now < times.renew)
    }

    fn is_valid(&self, now: Timestamp) -> bool {
        self.times.is_none_or(|times| now < times.expires)
    }
}

impl Refreshing {
    /// A provider that has no key pair yet. `source` is how the user knows it.
    pub(super) fn new(source: String, fetch: Arc<dyn Fetch>) -> Self {
        Self { source, fetch, held: RwLock::new(None), renewals: Mutex::new(Renewals::default()) }
    }

    /// A provider that begins with a key pair that was just given.
    pub(super) fn begun(
        source: String,
        fetch: Arc<dyn Fetch>,
        first: Fetched,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let provider = Self::new(source, fetch);
        let held = Held::new(first, now)?;
        provider.hold(held);
        Ok(provider)
    }

    fn held(&self) -> Option<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, held: Held) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    async fn get(&self, now: Timestamp) -> Result<Credentials, ProviderError> {
        let held = self.held();
        if let Some(held) = held.as_ref().filter(|held| held.is_fresh(now)) {
            return Ok(held.credentials.clone());
        }
        if let Some(old) = held.filter(|held| held.is_valid(now)) {
            return Ok(self.early(old, now).await);
        }
        let seen = self.renewals.try_lock().map(|renewals| renewals.count).ok();
        let mut renewals = self.renewals.lock().await;
        // Somebody else may have been at it while this call waited.
        if let Some(held) = self.held().filter(|held| held.is_valid(now)) {
            return Ok(held.credentials);
        }
        match &renewals.failure {
            Some((_, fault)) if seen != Some(renewals.count) => Err(self.error(fault)),
            _ => self.renew(&mut renewals, now, true).await.map_err(|fault| self.error(&fault)),
        }
    }

    /// A renewal while the old key pair is valid: it need not succeed.
    async fn early(&self, old: Held, now: Timestamp) -> Credentials {
        let Ok(mut renewals) = self.renewals.try_lock() else { return old.credentials };
        if let Some(held) = self.held().filter(|held| held.is_fresh(now)) {
            return held.credentials;
        }
        if renewals.failure.as_ref().is_some_and(|(at, _)| now.duration_since(*at).unsigned_abs() < PAUSE) {
            return old.credentials;
        }
        self.renew(&mut renewals, now, false).await.unwrap_or(old.credentials)
    }

    async fn renew(
        &self,
        renewals: &mut Renewals,
        now: Timestamp,
        is_urgent: bool,
    ) -> Result<Credentials, Fault> {
        renewals.count += 1;
        let held = self.fetch.fetch(is_urgent).await.and_then(|fetched| Held::new(fetched, now));
        match held {
            Ok(held) => {
                renewals.failure = None;
                tracing::debug!(source = %self.source, "renewed the key pair");
                self.hold(held.clone());
                Ok(held.credentials)
            }
            Err(fault) => {
                tracing::warn!(source = %self.source, cause = %fault.message, "the key pair could not be renewed");
                renewals.failure = Some((now, fault.clone()));
                Err(fault)
            }
        }
    }

    async fn replace(
        &self,
        refused: &Credentials,
        now: Timestamp,
    ) -> Result<Option<Credentials>, ProviderError> {
        let mut renewals = self.renewals.lock().await;
        if let Some(held) = self.held().filter(|held| held.credentials != *refused) {
            return Ok(Some(held.credentials));
        }
        let renewed = self.renew(&mut renewals, now, true).await.map_err(|fault| self.error(&fault))?;
        Ok(Some(renewed).filter(|renewed| renewed != refused))
    }

    fn error(&self, fault: &Fault) -> ProviderError {
        ProviderError {
            message: format!(
                "{}: there is no valid key pair: {}; {}",
                self.source, fault.message, fault.remedy
            ),
        }
    }
}

impl CredentialsProvider for Refreshing {
    fn current(&self, now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>> {
        Box::pin(self.get(now))
    }

    fn renewed<'a>(
        &'a self,
        refused: &'a Credentials,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>> {
        Box::pin(self.replace(refused, now))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Gives pairs `key-1`, `key-2`, …, after some turns of the runtime, until it is to fail.
    #[derive(Debug)]
    struct Script {
        asked: AtomicUsize,
        lasts: i64,
        fails_from: usize,
    }

    impl Fetch for Script {
        fn fetch(&self, _is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                if number >= self.fails_from {
                    return Err(Fault::refused(format!("failure {number}"), "wait"));
                }
                let credentials = Credentials {
                    access_key_id: format!("key-{number}"),
                    access_key_secret: "secret".into(),
                    security_token: Some("token".into()),
                };
                let expires = (self.lasts > 0).then(|| at(self.lasts * i64::try_from(number).unwrap_or(1)));
                Ok(Fetched { credentials, expires, talk: None })
            })
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The nth key pair expires n times `lasts` seconds after the beginning.
    fn provider(lasts: i64, fails_from: usize) -> (Arc<Script>, Refreshing) {
        let script = Arc::new(Script { asked: AtomicUsize::new(0), lasts, fails_from });
        (script.clone(), Refreshing::new("the test".to_owned(), script))
    }

    async fn id(provider: &Refreshing, second: i64) -> Result<String, String> {
        let key = provider.current(at(second)).await;
        key.map(|key| key.access_key_id).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_pair_is_renewed_five_minutes_before_its_end_or_in_its_last_quarter() {
        let (script, keys) = provider(3600, usize::MAX);
        assert_eq!(id(&keys, 0).await.unwrap(), "key-1");
        assert_eq!(id(&keys, 3299).await.unwrap(), "key-1");
        assert_eq!(id(&keys, 3300).await.unwrap(), "key-2");
        assert_eq!(id(&keys, 3301).await.unwrap(), "key-2");
        assert_eq!(script.asked.load(Ordering::SeqCst), 2);
        let (_, short) = provider(40, usize::MAX);
        assert_eq!(id(&short, 0).await.unwrap(), "key-1");
        assert_eq!(id(&short, 29).await.unwrap(), "key-1");
        assert_eq!(id(&short, 30).await.unwrap(), "key-2");
        let (script, endless) = provider(0, usize::MAX);
        for second in [0, 1_000_000, 4_000_000_000] {
            assert_eq!(id(&endless, second).await.unwrap(), "key-1");
        }
        assert_eq!(script.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn calls_at_the_same_time_cause_one_renewal() {
        let (script, keys) = provider(3600, usize::MAX);
        let all =
            |second| futures_util::future::join_all((0..20).map(|_| id(&keys, second)).collect::<Vec<_>>());
        assert!(all(0).await.iter().all(|id| id.as_deref() == Ok("key-1")), "all wait for the first");
        assert_eq!(script.asked.load(Ordering::SeqCst), 1);
        // While the old one is valid nobody waits for the one who renews.
        let early = all(3400).await;
        assert_eq!(early.iter().filter(|id| id.as_deref() == Ok("key-2")).count(), 1, "{early:?}");
        assert_eq!(script.asked.load(Ordering::SeqCst), 2);
        assert!(all(7300).await.iter().all(|id| id.as_deref() == Ok("key-3")));
        assert_eq!(script.asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_failing_source_is_borne_while_the_old_pair_is_valid() {
        let (script, keys) = provider(3600, 2);
        assert_eq!(id(&keys, 0).await.unwrap(), "key-1");
        assert_eq!(id(&keys, 3400).await.unwrap(), "key-1");
        assert_eq!(id(&keys, 3405).await.unwrap(), "key-1");
        assert_eq!(script.asked.load(Ordering::SeqCst), 2, "not asked again at once");
        assert_eq!(id(&keys, 3410).await.unwrap(), "key-1");
        assert_eq!(script.asked.load(Ordering::SeqCst), 3);
        let failed =
            futures_util::future::join_all((0..5).map(|_| id(&keys, 3600)).collect::<Vec<_>>()).await;
        assert_eq!(script.asked.load(Ordering::SeqCst), 4, "one failure is told to all who waited");
        for error in failed {
            assert_eq!(error.unwrap_err(), "the test: there is no valid key pair: failure 4; wait");
        }
        assert!(id(&keys, 3601).await.unwrap_err().contains("failure 5"), "the next call tries again");
    }

    #[tokio::test]
    async fn a_refused_pair_is_replaced_once() {
        let (script, keys) = provider(3600, usize::MAX);
        let first = keys.current(at(0)).await.unwrap();
        let renewed =
            futures_util::future::join_all((0..5).map(|_| keys.renewed(&first, at(1))).collect::<Vec<_>>());
        for key in renewed.await {
            assert_eq!(key.unwrap().unwrap().access_key_id, "key-2");
        }
        assert_eq!(script.asked.load(Ordering::SeqCst), 2);
        assert_eq!(id(&keys, 2).await.unwrap(), "key-2");
    }

    #[tokio::test]
    async fn a_pair_that_comes_expired_is_refused() {
        let (_, keys) = provider(10, usize::MAX);
        let error = id(&keys, 10).await.unwrap_err();
        assert!(
            error.contains("it gave a key pair that has expired already, at 1970-01-01T00:00:10Z"),
            "{error}"
        );
    }
}
