//! A run over the members of a fleet: a look at all of them, then the work.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::Arc,
};

use tokio::{
    sync::{Mutex, Semaphore},
    task::JoinSet,
};

use crate::{
    api::sts::GetCallerIdentity,
    openapi::{ApiError, Client, ErrorKind},
    provision::{self, Caller, ConvergeReport, Desired, Options, Plan, Unresolved},
    report::fleet::{FleetEntry, FleetVerdict, Work},
    spec::Spec,
};

/// One stack for one member.
#[derive(Debug, Clone)]
pub struct Job {
    /// The account's name in the fleet.
    pub account: String,
    /// The region.
    pub region: String,
    /// The spec, filled with the account's values.
    pub spec: Spec,
    /// What of it is wanted: all, or nothing where the stack is destroyed.
    pub desired: Desired,
    /// A client with the account's credentials, for the region, or why there is none.
    pub client: Result<Client, String>,
    /// As whom it is done; the account is filled in by [`look`].
    pub caller: Caller,
}

/// What a look at the account said of a job.
#[derive(Debug)]
pub struct Looked {
    /// The job.
    pub job: Job,
    /// What there is to do, or why nobody knows.
    pub plan: Result<Plan, Trouble>,
    /// Whether an earlier job of the same account changes something first.
    later: bool,
}

/// Why a member's plan could not be made.
#[derive(Debug)]
pub enum Trouble {
    /// A call failed.
    Api(ApiError),
    /// The account lacks what the spec refers to, or there are no credentials; a line for each.
    Unfit(Vec<String>),
    /// The spec is not for this account.
    OtherAccount(String),
    /// The run was stopped before it.
    Stopped,
}

/// Looks at all accounts, `at_once` of them at a time, and plans. Changes nothing.
pub async fn look(jobs: Vec<Job>, options: Options, at_once: usize) -> Vec<Looked> {
    let known = Arc::new(Mutex::new(BTreeMap::new()));
    let work = move |job| Box::pin(look_at(job, options, Arc::clone(&known))) as Boxed<Looked>;
    by_account(jobs, at_once, |job| &job.account, work).await
}

/// The ids of accounts that were asked for already, by the accounts' names in the file.
type Known = Arc<Mutex<BTreeMap<String, String>>>;

async fn look_at(mut job: Job, options: Options, known: Known) -> Looked {
    let plan = match job.client.clone() {
        Ok(client) => look_through(&client, &mut job, options, &known).await,
        Err(why) => Err(Trouble::Unfit(vec![why])),
    };
    Looked { job, plan, later: false }
}

async fn look_through(
    client: &Client,
    job: &mut Job,
    options: Options,
    known: &Known,
) -> Result<Plan, Trouble> {
    // Jobs of one account come one after the other, so none is asked for twice.
    let asked = known.lock().await.get(&job.account).cloned();
    let account = match asked {
        Some(account) => Ok(account),
        None => client.call(&GetCallerIdentity {}).await.map(|who| who.account_id),
    };
    match account {
        Ok(account) => {
            job.spec.permits(&account).map_err(|fault| {
                let help = fault.help.clone().unwrap_or_default();
                Trouble::OtherAccount(format!("{}; {help}", fault.message))
            })?;
            known.lock().await.insert(job.account.clone(), account.clone());
            job.caller.account = Some(account);
        }
        // Where nothing depends on it, an account that cannot be named is worked on all the same.
        Err(error) if !job.spec.accounts.is_empty() || error.kind == ErrorKind::Interrupted => {
            return Err(error.into());
        }
        Err(_) => {}
    }
    plan(client, &job.spec, &mut job.desired, options).await
}

async fn plan(
    client: &Client,
    spec: &Spec,
    desired: &mut Desired,
    options: Options,
) -> Result<Plan, Trouble> {
    match provision::resolve(client, spec, desired).await {
        Ok(()) => Ok(provision::prepare(client, desired, &options).await?),
        Err(Unresolved::Api(error)) => Err(error.into()),
        Err(Unresolved::Faults(faults)) => {
            Err(Trouble::Unfit(faults.into_iter().map(|fault| fault.message).collect()))
        }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        if error.kind == ErrorKind::Interrupted { Self::Stopped } else { Self::Api(error) }
    }
}

/// Carries out the plans, `at_once` accounts at a time. What fails in one account stops nothing in
/// another.
pub async fn work(mut looked: Vec<Looked>, options: Options, at_once: usize) -> Vec<FleetEntry> {
    let mut changing = BTreeSet::new();
    for one in &mut looked {
        one.later = changing.contains(&one.job.account);
        if one.plan.as_ref().is_ok_and(|plan| !plan.is_empty()) {
            changing.insert(one.job.account.clone());
        }
    }
    by_account(
        looked,
        at_once,
        |looked| &looked.job.account,
        move |looked| Box::pin(carry_out(looked, options)),
    )
    .await
}

/// Contacts, groups and rules may belong to an account and not to a region; then the second region
/// would take from the first what it has just been given, at every run.
const SHARED: &str = "what this run did in an earlier region of the account has changed what there is to do here: \
    the regions seem to share their objects; let the spec say the same for all regions, or name one region only";

async fn carry_out(looked: Looked, options: Options) -> FleetEntry {
    let mut entry = looked.entry(&options);
    if entry.verdict != FleetVerdict::Differs {
        return entry;
    }
    let Looked { job, plan: Ok(plan), later } = looked else { return entry };
    let Ok(client) = &job.client else { return entry };
    if client.stop().is_pulled() {
        entry.verdict = FleetVerdict::NotTried;
        return entry;
    }
    if later {
        match provision::prepare(client, &job.desired, &options).await {
            Ok(now) if now.is_empty() => {
                entry.fails(FleetVerdict::Settled, provision::leftovers(&now));
                entry.work.left_over = now.counts().left_over;
                return entry;
            }
            Ok(now) if now.changes == plan.changes && now.conflicts == plan.conflicts => {}
            Ok(_) => {
                entry.fails(FleetVerdict::Guarded, [SHARED.to_owned()]);
                return entry;
            }
            Err(error) => {
                entry.fails(FleetVerdict::Failed, [error.to_string()]);
                return entry;
            }
        }
    }
    let report = provision::carry_out(client, plan, &job.desired, &options, &|_| ()).await;
    entry.settle(&report);
    entry
}

impl Looked {
    /// The look alone as a line of the report.
    #[must_use]
    pub fn entry(&self, options: &Options) -> FleetEntry {
        let mut entry = FleetEntry {
            account: self.job.account.clone(),
            account_id: self.job.caller.account.clone(),
            credentials: self.job.caller.credentials.clone(),
            endpoint: self.job.caller.endpoint.clone(),
            region: self.job.region.clone(),
            stack: self.job.spec.stack.clone(),
            verdict: FleetVerdict::Settled,
            work: Work::default(),
            said: Vec::new(),
        };
        match &self.plan {
            Err(Trouble::Api(error)) => entry.fails(FleetVerdict::Failed, [error.to_string()]),
            Err(Trouble::Unfit(faults)) => entry.fails(FleetVerdict::Failed, faults.clone()),
            Err(Trouble::OtherAccount(fault)) => entry.fails(FleetVerdict::Guarded, [fault.clone()]),
            Err(Trouble::Stopped) => entry.verdict = FleetVerdict::NotTried,
            Ok(plan) => {
                let counts = plan.counts();
                entry.work = Work {
                    create: counts.create,
                    update: counts.update,
                    delete: counts.delete,
                    left_over: counts.left_over,
                    ..Work::default()
                };
                if let Err(guarded) = plan.guard(options) {
                    entry.fails(FleetVerdict::Guarded, guarded.to_string().lines().map(str::to_owned));
                } else if !plan.is_empty() {
                    let changes = plan.changes.iter();
                    let changes =
                        changes.map(|change| format!("{} {} {}", change.action, change.kind, change.name));
                    let held = plan.withheld.iter().map(|held| format!("{held}; {}", held.help()));
                    let verdict =
                        if plan.changes.is_empty() { FleetVerdict::Failed } else { FleetVerdict::Differs };
                    let said: Vec<String> = changes.chain(held).collect();
                    entry.fails(verdict, said);
                }
                entry.said.extend(provision::leftovers(plan));
            }
        }
        entry
    }
}

impl FleetEntry {
    fn fails(&mut self, verdict: FleetVerdict, said: impl IntoIterator<Item = String>) {
        self.verdict = verdict;
        self.said = said.into_iter().collect();
    }

    fn settle(&mut self, report: &ConvergeReport) {
        let applied = &report.applied;
        self.work.done = applied.done.len();
        self.work.failed = applied.failed.len();
        self.work.not_tried = applied.not_tried.len();
        if report.converged() {
            self.verdict = FleetVerdict::Changed;
            return;
        }
        let steps = applied.failed.iter().chain(&applied.not_tried).map(ToString::to_string);
        let unsettled = report
            .unsettled_text()
            .into_iter()
            .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        let unseen = match &report.remaining {
            Some(Err(error)) => Some(format!("the account could not be read again: {error}")),
            _ => None,
        };
        let verdict = if applied.done.is_empty() { FleetVerdict::Failed } else { FleetVerdict::Partial };
        let kept = report.kept().into_iter().map(|kept| format!("{kept}; {}", kept.help()));
        let left = provision::leftovers(&report.plan);
        let said: Vec<String> = steps.chain(unsettled).chain(kept).chain(unseen).chain(left).collect();
        self.fails(verdict, said);
    }
}

type Boxed<R> = Pin<Box<dyn Future<Output = R> + Send>>;

/// Runs `work` on every item: items of one account in their order, accounts side by side. The results
/// come in the order of the items.
async fn by_account<T, R>(
    items: Vec<T>,
    at_once: usize,
    account: impl Fn(&T) -> &String,
    work: impl Fn(T) -> Boxed<R> + Clone + Send + 'static,
) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let mut accounts: Vec<(String, Vec<(usize, T)>)> = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let name = account(&item).clone();
        match accounts.iter_mut().find(|(other, _)| *other == name) {
            Some((_, items)) => items.push((at, item)),
            None => accounts.push((name, vec![(at, item)])),
        }
    }
    let places = Arc::new(Semaphore::new(at_once.max(1)));
    let mut running = JoinSet::new();
    for (_, items) in accounts {
        let (places, work) = (Arc::clone(&places), work.clone());
        running.spawn(async move {
            // The semaphore is never closed; without a place the work is merely not held back.
            let _place = places.acquire_owned().await.ok();
            let mut results = Vec::new();
            for (at, item) in items {
                results.push((at, work(item).await));
            }
            results
        });
    }
    let mut results: Vec<(usize, R)> = running.join_all().await.into_iter().flatten().collect();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
