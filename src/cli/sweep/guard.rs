//! The guard of a run: it waits for the run to end, and undoes what the run did when it dies or does not
//! come to its end. It acts exactly as the run: with the same arguments, environment and key pair.

use std::{
    io::{self, BufRead as _, Read as _, Write as _},
    path::Path,
    time::Duration,
};

use super::{
    super::{
        Context,
        args::Sweep,
        block_on, connect,
        exit::{Exit, Failure},
        handoff::{self, Handoff},
        interrupt::Asked,
        test,
    },
    REGION, in_words,
};
use crate::{
    api::sts::GetCallerIdentity,
    clock::{Clock as _, Stopwatch, SystemClock, human_duration},
    credentials::{Ask, Inputs, Resolved, handed_over},
    diagnostic::visible_line,
    journal::journals,
    openapi::ApiError,
    scenario::live::{self, Limits, OpenJournal, Owing, Plan},
    secret::Secret,
};

/// The first wait before it is tried again, and the longest one.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// How often a journal is tried that somebody else has, and the wait between.
const MOMENTS: u32 = 50;
const MOMENT: Duration = Duration::from_millis(200);

/// What came through the pipe.
enum Heard {
    /// What the run handed over; none where it died before.
    Handed(Result<Option<Handoff>, String>),
    /// All that came afterwards, when the other end was closed.
    Closed(Vec<u8>),
}

/// With what it undoes.
struct Tools {
    context: Context,
    inputs: Inputs,
    resolved: Resolved,
    patience: Duration,
}

/// Waits, and undoes. What it does is on stderr, which the run makes a file.
pub(super) fn run(context: &Context, args: &Sweep, journal: &Path) -> Result<Exit, Failure> {
    let watch = Stopwatch::start();
    // A thread that reads cannot be stopped. It is left behind, and not waited for.
    let (tell, mut heard) = tokio::sync::mpsc::channel(2);
    std::thread::spawn(move || {
        let mut pipe = io::BufReader::new(io::stdin());
        tell.blocking_send(Heard::Handed(handed(&mut pipe))).ok();
        let mut rest = Vec::new();
        pipe.read_to_end(&mut rest).ok();
        tell.blocking_send(Heard::Closed(rest)).ok();
    });
    block_on(async {
        // A terminal that closes takes its processes with it, and this one is needed just then.
        let mut hang_up = Asked::by_hang_up();
        tokio::spawn(async move {
            loop {
                hang_up.again().await;
            }
        });
        let Some(Heard::Handed(handed)) = heard.recv().await else { return Ok(Exit::Input) };
        let tools = match handed.and_then(|handed| tools(context, args, handed)) {
            Ok(ready) => ready,
            Err(why) => {
                note(context, &format!("nothing is guarded: {why}"));
                return Ok(Exit::Input);
            }
        };
        note(
            context,
            &format!(
                "guards {} with credentials from {}; waits for its run for {}",
                journal.display(),
                tools.resolved.source,
                human_duration(tools.patience)
            ),
        );
        let mut stdout = io::stdout();
        stdout.write_all(handoff::READY).and_then(|()| stdout.flush()).ok();
        let ended = tokio::select! {
            ended = heard.recv() => ended,
            () = SystemClock.sleep(tools.patience) => None,
        };
        let by_force = match ended {
            Some(Heard::Closed(said)) if said == handoff::DONE => {
                note(context, "the run came to its end; nothing is left to undo");
                return Ok(Exit::Yes);
            }
            Some(_) => {
                note(context, "the run is dead, or left something; this is undone now");
                false
            }
            None => {
                note(context, "the run has not come to its end in its time; what it did is undone now");
                true
            }
        };
        let mut wait = WAITS.0;
        loop {
            match tools.attempt(journal, by_force).await {
                Ok(exit) => return Ok(exit),
                Err(why) if watch.elapsed() + wait >= args.guard_for => {
                    note(context, &format!("{why}; the guard's time is over: run `bellcheck sweep`"));
                    return Ok(Exit::Refused);
                }
                Err(why) => note(context, &format!("{why}; once more in {}", human_duration(wait))),
            }
            SystemClock.sleep(wait).await;
            wait = (wait * 2).min(WAITS.1);
        }
    })
}

/// The first line of the pipe.
fn handed(pipe: &mut impl io::BufRead) -> Result<Option<Handoff>, String> {
    let mut line = Vec::new();
    let mut part = pipe.take(handoff::MAX);
    part.read_until(b'\n', &mut line).map_err(|error| format!("the run cannot be heard: {error}"))?;
    if line.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(line).map_err(|_| "what the run handed over is no text".to_owned())?;
    Handoff::read(&text).map(Some)
}

/// Makes everything ready before the run begins, so that whatever becomes of files meanwhile it is as it was.
fn tools(context: &Context, args: &Sweep, handed: Option<Handoff>) -> Result<Tools, String> {
    let failed = |failure: Failure| failure.in_words();
    let Some(handed) = handed else { return Err("the run died before it began".to_owned()) };
    let (of_run, typed) = handed.context(context)?;
    let binds = test::binds(&of_run, typed.live.binds.as_deref()).map_err(failed)?;
    let mut inputs = connect::inputs(&of_run, handed.region.as_deref()).map_err(failed)?;
    // The guard's input is the run's, which says by it that it came to its end.
    inputs.ask = Ask::Nobody;
    inputs.clock = test::clock(&binds);
    context.console.learn(|known| {
        let flags = [&of_run.global.access_key_secret, &of_run.global.security_token];
        flags.into_iter().flatten().for_each(|secret| known.add(&Secret::new(secret.as_str())));
        known.add(&handed.pair.access_key_secret);
        handed.pair.security_token.iter().for_each(|token| known.add(token));
    });
    let resolved = handed_over(inputs.clone(), handed.source, handed.pair, handed.endpoints);
    let patience = handed.patience.min(args.guard_for);
    Ok(Tools { context: of_run, inputs, resolved, patience })
}

impl Tools {
    /// Tries once to undo what the journal says. The error is why it may be tried again.
    async fn attempt(&self, journal: &Path, by_force: bool) -> Result<Exit, String> {
        let open = match taken(journal, by_force).await? {
            Some(open) => vec![*open],
            None => {
                note(&self.context, "nothing is left to undo");
                return Ok(Exit::Yes);
            }
        };
        // A new client each time: one that failed is slow to try again.
        let client = connect::client_of(&self.context, &self.inputs, &self.resolved, Some(REGION))
            .map_err(|failure| failure.in_words())?;
        let said = |error: ApiError| error.to_string();
        let account = client.call(&GetCallerIdentity {}).await.map_err(said)?.account_id;
        let limits = Limits { account, allow_accounts: Vec::new(), max_age: None };
        let others = journal.parent().map(|folder| journals(folder).unwrap_or_default());
        let plans = live::look_back(&client, &limits, open, &others.unwrap_or_default()).await;
        let mut exit = Exit::Yes;
        for plan in plans.map_err(said)? {
            left_alone(&plan).iter().for_each(|line| note(&self.context, line));
            if plan.leaves_something() {
                exit = Exit::No;
            }
            if !plan.does_something() {
                continue;
            }
            let mut tell = |line: String| note(&self.context, &line);
            let settled = live::carry_out(&client, plan, &mut tell).await;
            in_words(&settled).iter().for_each(|done| note(&self.context, done));
            if settled.may_heal {
                return Err(settled.failed.join("; "));
            }
            if !settled.failed.is_empty() {
                note(&self.context, &format!("something is left: {}", settled.failed.join("; ")));
                exit = Exit::No;
            }
        }
        Ok(exit)
    }
}

/// The journal, where something of it is to be undone. Whoever only looks at it has it for a moment, and so
/// has a run that is about to end.
async fn taken(journal: &Path, by_force: bool) -> Result<Option<Box<OpenJournal>>, String> {
    for _ in 0..MOMENTS {
        match live::owing(&[journal.to_owned()], by_force).pop() {
            None => return Ok(None),
            Some(Owing::Open(open)) => return Ok(Some(open)),
            Some(Owing::Unreadable(_, why)) => return Err(why.to_string()),
            Some(Owing::UnderWay(..)) => SystemClock.sleep(MOMENT).await,
        }
    }
    Err("its run, or a sweep, is at it".to_owned())
}

/// What a plan leaves alone, with the causes.
fn left_alone(plan: &Plan) -> Vec<String> {
    let whole = plan.refused.iter().map(|why| format!("left alone: {why}"));
    let items = plan.items.iter().filter_map(|item| {
        let why = item.outlook.as_ref().err()?;
        Some(format!("{}; left alone: {why}", item.in_words()))
    });
    whole.chain(items).collect()
}

/// Writes a line of the log, with its instant. The console redacts it.
fn note(context: &Context, text: &str) {
    let at = SystemClock.now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    context.console.talk(&format!("{at} guard: {}", visible_line(text)));
}
