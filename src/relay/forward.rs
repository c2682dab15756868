//! Messages on their way to a real robot: one after the other, until it has decided on each.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{
    metrics::{FAILURES, FORWARDED, Metrics},
    spool::{Outcome, Settled, Spool},
};
use crate::{
    clock::Clock,
    dingtalk::{BODY_LIMIT, Refusal, Reply, Wording, explain, read_body},
    openapi::{Transport, is_loopback},
    robot::{Address, Pace, RobotClient, SendError},
    secret::{Redactor, Secret},
};

/// The first wait after a call that brought no decision; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The first wait after a robot said that it was sent too much. It doubles until the ten minutes that
/// are documented are over; not every robot is mute as long.
const FIRST_MUTE: Duration = Duration::from_secs(30);
/// Whether calls lengthen the ten minutes is not known: after them, nothing is called for as long.
const LONGEST_MUTE: Duration = Duration::from_secs(605);

/// Where the messages of a robot go on to.
#[derive(Clone)]
pub struct Target {
    address: Address,
    known: Redactor,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target")
    }
}

impl Target {
    /// The robot behind a URL: with TLS, or on this machine.
    ///
    /// # Errors
    /// What is wrong, without the URL.
    pub fn parse(url: &Secret) -> Result<Self, String> {
        let text = url.expose();
        let parsed = reqwest::Url::parse(text).map_err(|fault| format!("the URL cannot be read: {fault}"))?;
        match parsed.scheme() {
            "https" => {}
            "http" if is_loopback(&parsed) => {}
            "http" => return Err("http is for this machine only".to_owned()),
            _ => return Err("the URL is neither https nor http".to_owned()),
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err("the URL has a user or a password, which robots do not know".to_owned());
        }
        let address = Address::of_webhook(url)?;
        let mut known = Redactor::default();
        known.add_address(text);
        known.add(&Secret::new(parsed.host_str().unwrap_or_default()));
        Ok(Self { address, known })
    }
}

/// The way to one robot.
#[derive(Debug)]
pub(super) struct Forwarder {
    robot: String,
    client: RobotClient,
    known: Redactor,
    pace: Option<Pace>,
    spool: Arc<Spool>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    /// True while the robot brings no decisions: then nobody waits for one.
    stuck: watch::Sender<bool>,
}

/// The program is to end.
struct Ended;

impl Forwarder {
    /// `pace` knows of what an earlier process sent.
    pub(super) fn new(
        robot: &str,
        (target, secret): (&Target, Option<&Secret>),
        pace: Option<Pace>,
        spool: &Arc<Spool>,
        metrics: &Arc<Metrics>,
        (clock, transport): (&Arc<dyn Clock>, &Arc<dyn Transport>),
    ) -> Self {
        let (clock, address) = (Arc::clone(clock), target.address.clone());
        let client = RobotClient::new(Arc::clone(transport), Arc::clone(&clock), address, secret.cloned());
        Self {
            robot: robot.to_owned(),
            client,
            known: target.known.clone(),
            pace,
            spool: Arc::clone(spool),
            clock,
            metrics: Arc::clone(metrics),
            stuck: watch::channel(false).0,
        }
    }

    /// Whether the robot brings no decisions at the moment.
    pub(super) fn stuck(&self) -> watch::Receiver<bool> {
        self.stuck.subscribe()
    }

    /// Forwards until the program is to end.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        let mut last = self.spool.last();
        while self.next(&mut last, &mut stopping).await.is_ok() {}
    }

    /// Forwards the oldest message, or waits for one.
    async fn next(
        &mut self,
        last: &mut watch::Receiver<u64>,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<(), Ended> {
        last.mark_unchanged();
        if self.spool.pending(&self.robot).0 == 0 {
            return tokio::select! {
                changed = last.changed() => changed.map_err(|_| Ended),
                _ = stopping.wait_for(|stopping| *stopping) => Err(Ended),
            };
        }
        let (spool, robot) = (Arc::clone(&self.spool), self.robot.clone());
        let next = tokio::task::spawn_blocking(move || spool.next_pending(&robot)).await;
        match next.map_err(|_| Ended)? {
            Ok(Some((seq, uuid, body))) => self.deliver(seq, &identified(&body, &uuid), stopping).await,
            Ok(None) => Ok(()),
            Err(fault) => {
                tracing::error!("{}: {fault}", self.robot);
                self.stuck.send_replace(true);
                self.rest(LONGEST_WAIT, stopping).await
            }
        }
    }

    async fn rest(&self, wait: Duration, stopping: &mut watch::Receiver<bool>) -> Result<(), Ended> {
        tokio::select! {
            () = self.clock.sleep(wait) => Ok(()),
            _ = stopping.wait_for(|stopping| *stopping) => Err(Ended),
        }
    }

    /// Calls the robot until it has decided.
    async fn deliver(
        &mut self,
        seq: u64,
        bytes: &[u8],
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<(), Ended> {
        let (mut wait, mut mute, mut mute_since) = (FIRST_WAIT, FIRST_MUTE, None);
        loop {
            let due = self.pace.as_mut().map_or(Duration::ZERO, |pace| pace.due(self.clock.now()));
            if !due.is_zero() {
                self.stuck.send_replace(true);
                self.rest(due, stopping).await?;
                continue;
            }
            let posted = self.client.post(bytes).await;
            let now = self.clock.now();
            if let Some(pace) = &mut self.pace {
                pace.ended(now);
            }
            let (outcome, reply, pause) = match posted {
                Ok(()) => (Outcome::Delivered, Reply::ok(), None),
                Err(SendError::TooLong { .. }) => {
                    (Outcome::Refused, Refusal::TooLong.reply(Wording::default()), None)
                }
                Err(SendError::Refused(reply)) if is_too_fast(&reply) => {
                    let since = now.duration_since(*mute_since.get_or_insert(now));
                    let pause = mute_pause(&mut mute, since.try_into().unwrap_or_default());
                    (Outcome::Held, reply, Some(pause))
                }
                Err(SendError::Refused(reply)) if explain(&reply).heals => {
                    (Outcome::Held, reply, Some(grow(&mut wait, LONGEST_WAIT)))
                }
                Err(SendError::Refused(reply)) => (Outcome::Refused, reply, None),
                Err(fault @ (SendError::NoVerdict { .. } | SendError::Unreached(_))) => {
                    self.metrics.count(FAILURES, &[("robot", &self.robot)]);
                    let pause = grow(&mut wait, LONGEST_WAIT);
                    let fault = self.known.redact(&fault.to_string());
                    tracing::warn!("{}: message {seq} is tried again: {fault}", self.robot);
                    self.stuck.send_replace(true);
                    self.rest(pause, stopping).await?;
                    continue;
                }
            };
            let reply = Reply { errmsg: self.known.redact(&reply.errmsg), ..reply };
            self.tell(seq, outcome, &reply);
            self.settle(Settled { seq, at: now, outcome, reply }, stopping).await?;
            self.stuck.send_replace(pause.is_some());
            let Some(pause) = pause else { return Ok(()) };
            self.rest(pause, stopping).await?;
        }
    }

    fn tell(&self, seq: u64, outcome: Outcome, reply: &Reply) {
        let robot = self.robot.as_str();
        let result = match outcome {
            Outcome::Delivered => {
                tracing::info!("{robot}: message {seq} is delivered");
                "delivered"
            }
            Outcome::Refused => {
                tracing::warn!(
                    "{robot}: the robot refuses message {seq}: {} {}",
                    reply.errcode,
                    reply.errmsg
                );
                "refused"
            }
            Outcome::Held => {
                tracing::warn!(
                    "{robot}: the robot does not take message {seq} now, and it is tried again: {} {}",
                    reply.errcode,
                    reply.errmsg
                );
                self.metrics.count(FAILURES, &[("robot", robot)]);
                return;
            }
        };
        self.metrics.count(FORWARDED, &[("robot", robot), ("result", result)]);
    }

    /// Writes down what came of it, as soon as the disk lets us.
    async fn settle(&self, settled: Settled, stopping: &mut watch::Receiver<bool>) -> Result<(), Ended> {
        let mut is_told = false;
        loop {
            let again = Settled { reply: settled.reply.clone(), ..settled };
            let Err(fault) = self.spool.settle(again).await else { return Ok(()) };
            if !std::mem::replace(&mut is_told, true) {
                tracing::error!(
                    "{}: what came of message {} cannot be written, and later ones wait: {fault}",
                    self.robot,
                    settled.seq
                );
            }
            self.stuck.send_replace(true);
            self.rest(Duration::from_secs(1), stopping).await?;
        }
    }
}

fn is_too_fast(reply: &Reply) -> bool {
    matches!(reply.errcode, 130_101 | 410_100)
}

/// The wait, which is twice as long the next time.
fn grow(wait: &mut Duration, longest: Duration) -> Duration {
    let now = *wait;
    *wait = wait.saturating_mul(2).min(longest);
    now
}

/// The wait of a robot that has been mute for so long.
fn mute_pause(mute: &mut Duration, so_far: Duration) -> Duration {
    let wait = grow(mute, LONGEST_MUTE);
    let left = LONGEST_MUTE.saturating_sub(so_far);
    if left.is_zero() { LONGEST_MUTE } else { wait.min(left) }
}

/// The body with a `msgUuid`, by which the robot knows a message that is sent again; each of its own
/// bytes stays as it is. One that has a `msgUuid` keeps it; one that would grow too long goes without, and
/// so does one that is not understood.
fn identified(body: &str, uuid: &str) -> Vec<u8> {
    let wants_one = read_body(body.as_bytes()).is_some_and(|body| {
        body.as_object().is_some_and(|body| !body.is_empty() && !body.contains_key("msgUuid"))
    });
    let field = format!("\"msgUuid\":\"{uuid}\",");
    match body.split_once('{') {
        Some((before, after)) if wants_one && body.len() + field.len() <= BODY_LIMIT => {
            format!("{before}{{{field}{after}").into_bytes()
        }
        _ => body.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_keeps_its_bytes_and_gets_an_id() {
        for (body, sent) in [
            ("{\"a\": 1.50,  \"b\":\"\\u00e9\"}", "{\"msgUuid\":\"u\",\"a\": 1.50,  \"b\":\"\\u00e9\"}"),
            (" \n{ \"a\":{}}", " \n{\"msgUuid\":\"u\", \"a\":{}}"),
            ("{\"a\":1,\"msgUuid\":\"theirs\"}", "{\"a\":1,\"msgUuid\":\"theirs\"}"),
            ("{}", "{}"),
            ("{\"a\":\"1\n2\"}", "{\"msgUuid\":\"u\",\"a\":\"1\n2\"}"),
            ("{\"a\":\"\n\",\"msgUuid\":\"theirs\"}", "{\"a\":\"\n\",\"msgUuid\":\"theirs\"}"),
            ("{'a': 1}", "{'a': 1}"),
            ("[{\"a\":1}]", "[{\"a\":1}]"),
        ] {
            assert_eq!(String::from_utf8(identified(body, "u")).unwrap(), sent);
        }
        let long = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        assert_eq!(identified(&long(BODY_LIMIT), "u"), long(BODY_LIMIT).into_bytes());
        assert_eq!(identified(&long(BODY_LIMIT - 14), "u").len(), BODY_LIMIT);
    }

    #[test]
    fn a_mute_robot_is_asked_when_the_ten_minutes_are_over_and_then_seldom() {
        let (mut mute, mut so_far) = (FIRST_MUTE, Duration::ZERO);
        let calls: Vec<u64> = (0..7)
            .map(|_| {
                so_far += mute_pause(&mut mute, so_far);
                so_far.as_secs()
            })
            .collect();
        assert_eq!(calls, [30, 90, 210, 450, 605, 1210, 1815]);
    }

    #[test]
    fn a_target_is_reached_safely_or_not_at_all() {
        for url in [
            "https://oapi.dingtalk.com/robot/send?access_token=s3cr3t",
            "http://127.0.0.1:1/robot/send?access_token=s3cr3t",
            "http://[::1]:1/robot/send?access_token=s3cr3t",
            "http://localhost/robot/send?access_token=s3cr3t",
        ] {
            let target = Target::parse(&Secret::new(url)).unwrap();
            assert!(!format!("{target:?}").contains("s3cr3t"));
        }
        for url in [
            "http://oapi.dingtalk.com/robot/send?access_token=s3cr3t",
            "http://localhost.example.com/robot/send?access_token=s3cr3t",
            "https://u:s3cr3t@oapi.dingtalk.com/robot/send?access_token=s3cr3t",
            "ftp://127.0.0.1/robot/send?access_token=s3cr3t",
            "https://oapi.dingtalk.com/robot/s3cr3t",
            "s3cr3t",
            "",
        ] {
            let fault = Target::parse(&Secret::new(url)).unwrap_err();
            assert!(!fault.contains("s3cr3t"), "{fault}");
        }
    }
}
