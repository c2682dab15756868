//! Renewed certificates, taken while the relay serves.

use std::{sync::Arc, time::Duration};

use super::{
    metrics::{Metrics, TLS_RELOADS},
    tls::{Look, Tls, TlsError},
};
use crate::clock::Clock;

/// How often the files are looked at. Two small files are read, so it costs nothing; and it does not
/// depend on callers, so that a pair that does not fit is told before anybody rings.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks at the certificate's files for as long as it is polled: every [`LOOK_EVERY`], and when asked.
pub(super) async fn renew(tls: Arc<Tls>, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) {
    let asked = tls.asked();
    let (mut unusable, mut told) = (None, None);
    loop {
        let is_asked = tokio::select! {
            () = asked.notified() => true,
            () = clock.sleep(LOOK_EVERY) => false,
        };
        let looking = Arc::clone(&tls);
        let Ok(look) = tokio::task::spawn_blocking(move || looking.look()).await else { continue };
        match look {
            Look::Same | Look::Taken => {
                if matches!(look, Look::Taken) {
                    metrics.count(TLS_RELOADS, &[("result", "taken")]);
                    tracing::info!("TLS: a new certificate is served{}", until(&tls));
                } else if is_asked {
                    tracing::info!("TLS: the certificate's files hold what is served{}", until(&tls));
                }
                if tls.is_stale() {
                    tls.tell_stale(false);
                    tracing::warn!("TLS: the certificate's files can be used again");
                }
                (unusable, told) = (None, None);
            }
            Look::Unusable(fault, digest) => {
                // Two files are not replaced at one moment: what cannot be used is told when it is still
                // so at the next look. Each fault is told once.
                if is_asked || (unusable == Some(digest) && told != Some(digest)) {
                    metrics.count(TLS_RELOADS, &[("result", "refused")]);
                    tell(&fault, &tls);
                    told = Some(digest);
                }
                unusable = Some(digest);
            }
        }
    }
}

fn tell(fault: &TlsError, tls: &Tls) {
    tls.tell_stale(true);
    tracing::error!(
        "TLS: the certificate's files cannot be used, and the certificate of before is served on{}: {}; {}",
        until(tls),
        fault.message,
        fault.remedy
    );
}

fn until(tls: &Tls) -> String {
    tls.expires().map(|end| format!(" (until {end})")).unwrap_or_default()
}
