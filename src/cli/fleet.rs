//! `bellcheck fleet`

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    Context,
    args::{Fleet as Args, FleetMembers, FleetVerb},
    connect,
    exit::{Exit, Failure},
    input, interrupt,
    kind::{self, Wanted},
    plan,
    progress::Looking,
    real::Real,
    report,
};
use crate::{
    diagnostic::Diagnostic,
    fleet::{self, Fleet, Job, Member},
    openapi::{Product, Stop},
    provision::{Caller, Desired, Options},
    report::fleet::{FleetEntry, FleetReport, FleetVerdict},
    spec::{StandIns, yaml::did_you_mean},
};

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    match &args.verb {
        FleetVerb::Plan(args) => {
            let desk = Desk::open(context, &args.members, Verb::Plan, plan::options(&args.rights))?;
            let looked = desk.look()?;
            let entries = looked.iter().map(|looked| looked.entry(&desk.options)).collect();
            desk.end(entries, args.check, args.ignore_leftovers)
        }
        FleetVerb::Apply(args) => {
            Desk::open(context, &args.members, Verb::Apply, plan::options(&args.rights))?.carry_out(args.yes)
        }
        FleetVerb::Destroy(args) => {
            let options = Options::destroy(args.force);
            Desk::open(context, &args.members, Verb::Destroy, options)?.carry_out(args.yes)
        }
    }
}

/// What is done with each member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Plan,
    Apply,
    Destroy,
}

impl Verb {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
        }
    }
}

/// Keeps what is secret in a fleet's file out of all output.
pub(super) fn learn(context: &Context, fleet: &Fleet) {
    context.console.learn(|known| {
        for account in &fleet.accounts {
            account.vars.iter().for_each(|(name, var)| known.add_variable(name, var.value.expose()));
            account.identity.external_id.iter().for_each(|id| known.add(id));
        }
    });
}

/// A fleet, opened for one command.
struct Desk<'a> {
    context: &'a Context,
    args: &'a FleetMembers,
    verb: Verb,
    fleet: Fleet,
    options: Options,
    stop: Stop,
    real: Real,
}

impl<'a> Desk<'a> {
    fn open(
        context: &'a Context,
        args: &'a FleetMembers,
        verb: Verb,
        options: Options,
    ) -> Result<Self, Failure> {
        if context.global.region.is_some() {
            return Err(Failure::new(
                Exit::Input,
                "fleet::region-flag",
                "a fleet says itself which regions are called",
                "leave --region out, and change `regions:` of the accounts in the file",
            ));
        }
        let name = args.file.display().to_string();
        let lookup = |name: &str| context.environment.get(name);
        let stand_ins = (verb == Verb::Destroy).then(StandIns::default);
        let supply = input::supply(&lookup, stand_ins.as_ref());
        let text = input::text(&args.file)?;
        kind::check(&name, &text, Wanted::Fleet)?;
        let loaded = fleet::load_from(&name, &text, supply).map_err(Failure::invalid)?;
        context.console.findings(&loaded.warnings);
        let fleet = loaded.value;
        learn(context, &fleet);
        for name in &args.accounts {
            let known = fleet.accounts.iter().map(|account| account.name.as_str());
            if !known.clone().any(|known| known == name) {
                let help = did_you_mean("the fleet has", name, known).unwrap_or_default();
                let what = format!("there is no account `{name}` in {}", args.file.display());
                return Err(Failure::new(Exit::Input, "fleet::account", what, help));
            }
        }
        [&args.report, &args.markdown].into_iter().flatten().for_each(|path| context.console.give_away(path));
        let real = Real::new(context, args.allow_unusual_tokens);
        Ok(Self { context, args, verb, fleet, options, stop: Stop::default(), real })
    }

    /// Looks, shows, asks, and does it.
    fn carry_out(&self, yes: bool) -> Result<Exit, Failure> {
        let looked = self.look()?;
        let entries: Vec<FleetEntry> = looked.iter().map(|looked| looked.entry(&self.options)).collect();
        if !entries.iter().any(|entry| entry.verdict == FleetVerdict::Differs) {
            return self.end(entries, false, false);
        }
        if !yes && !self.confirmed(&entries)? {
            self.context.console.talk("nothing was changed");
            return Ok(Exit::No);
        }
        let (options, at_once) = (self.options, self.fleet.at_once);
        let entries = interrupt::writing(&self.context.console, &self.stop, async {
            Ok(fleet::work(looked, options, at_once).await)
        })?;
        let exit = self.end(entries, false, false)?;
        Ok(if self.stop.is_pulled() { Exit::Interrupted } else { exit })
    }

    fn look(&self) -> Result<Vec<fleet::Looked>, Failure> {
        let looking = Looking::new(&self.context.console);
        let mut jobs = self.jobs()?;
        for client in jobs.iter_mut().filter_map(|job| job.client.as_mut().ok()) {
            *client = looking.client(client);
        }
        interrupt::reading(async { Ok(fleet::look(jobs, self.options, self.fleet.at_once).await) })
    }

    /// All stacks of all members. What is wrong in any spec is told before the first call.
    fn jobs(&self) -> Result<Vec<Job>, Failure> {
        let mut jobs = Vec::new();
        let mut faults: Vec<Diagnostic> = Vec::new();
        let named = |member: &Member<'_>| {
            self.args.accounts.is_empty() || self.args.accounts.contains(&member.account.name)
        };
        let mut accounts: BTreeMap<&str, Result<connect::Account, String>> = BTreeMap::new();
        for member in self.fleet.members(self.args.partition).filter(named) {
            match self.jobs_of(member, &mut accounts) {
                Ok(found) => jobs.extend(found),
                // One fault of a spec is a fault for each member; once is enough.
                Err(failure) => Diagnostic::add_new(&mut faults, failure.findings),
            }
        }
        let mut warnings: Vec<&Diagnostic> = Vec::new();
        for warning in accounts.values().flatten().flat_map(|account| &account.warnings) {
            // Accounts may share a file, and with it what is doubtful about it.
            if !warnings.iter().any(|known| known.is_same(warning)) {
                self.context.console.findings(std::slice::from_ref(warning));
                warnings.push(warning);
            }
        }
        if faults.is_empty() { Ok(jobs) } else { Err(Failure::invalid(faults)) }
    }

    fn jobs_of<'b>(
        &self,
        member: Member<'b>,
        accounts: &mut BTreeMap<&'b str, Result<connect::Account, String>>,
    ) -> Result<Vec<Job>, Failure> {
        let Member { account, region } = member;
        let lookup = |name: &str| member.variable(name).or_else(|| self.context.environment.get(name));
        // Nothing of the secrets is written where all is removed.
        let stand_ins = (self.verb == Verb::Destroy).then(StandIns::default);
        let loaded = input::specs_in(&self.fleet.specs, input::supply(&lookup, stand_ins.as_ref()))?;
        self.context.console.learn(|known| loaded.value.iter().for_each(|spec| spec.teach(known)));
        let opened = match accounts.entry(&account.name) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => match connect::Account::open(self.context, region, &account.identity) {
                Ok(opened) => new.insert(Ok(opened)),
                // What a service refuses one account is no reason to stop the others.
                Err(failure) if failure.exit == Exit::Refused => new.insert(Err(failure.in_words())),
                Err(failure) => return Err(failure),
            },
        };
        let (client, caller) = match opened {
            Ok(opened) => {
                let client = opened.client(self.context, region)?.with_stop(&self.stop);
                let caller = opened.caller(&client);
                (Ok(client), caller)
            }
            Err(why) => (Err(why.clone()), Caller::default()),
        };
        let mut jobs = Vec::new();
        for spec in loaded.value {
            member.fits(&spec).map_err(|fault| Failure::invalid(vec![fault]))?;
            let spec = spec.in_region(region);
            let desired = match self.verb {
                Verb::Destroy => Desired::empty(&spec.stack),
                Verb::Plan | Verb::Apply => plan::desired(&spec)?,
            };
            let client = client.clone();
            if let (Verb::Plan | Verb::Apply, Ok(client)) = (self.verb, &client) {
                let passed_on = spec.passed_on(&|name| member.is_default(name));
                let unfit = spec.unfit.iter().chain(&passed_on);
                self.real.check(unfit, &client.base(Product::Cms))?;
            }
            let (account, region) = (account.name.clone(), region.to_owned());
            let caller = caller.clone();
            jobs.push(Job { account, region, spec, desired, client, caller });
        }
        Ok(jobs)
    }

    fn confirmed(&self, entries: &[FleetEntry]) -> Result<bool, Failure> {
        let console = &self.context.console;
        interrupt::somebody(console)?;
        let report = self.report(entries.to_vec());
        console.out(&crate::report::fleet::render(&report, console.color));
        let count = report.sum().of(FleetVerdict::Differs);
        let verb = if self.verb == Verb::Destroy { "Destroy in" } else { "Apply to" };
        let question = format!("{verb} {}? [y/N]", crate::report::counted(count, "member"));
        interrupt::agreed(console, &question)
    }

    fn report(&self, entries: Vec<FleetEntry>) -> FleetReport {
        let part = self.args.partition;
        let tool = format!("bellcheck {}", env!("CARGO_PKG_VERSION"));
        FleetReport::new(&self.fleet.name, self.verb.as_str(), &tool, (part.index(), part.of()), entries)
    }

    fn end(&self, entries: Vec<FleetEntry>, check: bool, ignore_leftovers: bool) -> Result<Exit, Failure> {
        let whole = self.report(entries);
        report::show(self.context, &whole, self.args.report.as_deref(), self.args.markdown.as_deref())?;
        Ok(report::exit(&whole, check, ignore_leftovers))
    }
}
