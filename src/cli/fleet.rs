//! `bellcheck fleet`

use super::{
    Context,
    args::{Fleet as Args, FleetMembers, FleetVerb},
    connect,
    exit::{Exit, Failure},
    input, interrupt, plan, report,
};
use crate::{
    diagnostic::Diagnostic,
    fleet::{self, Fleet, Job, Member},
    openapi::Stop,
    provision::Options,
    report::fleet::{FleetEntry, FleetReport, FleetVerdict},
    spec::yaml::did_you_mean,
};

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    match &args.verb {
        FleetVerb::Plan(args) => {
            let desk = Desk::open(context, &args.members, "plan")?;
            let looked = desk.look()?;
            let entries = looked.iter().map(|looked| looked.entry(&desk.options)).collect();
            desk.end(entries, args.check)
        }
        FleetVerb::Apply(args) => {
            let desk = Desk::open(context, &args.members, "apply")?;
            let looked = desk.look()?;
            let entries: Vec<FleetEntry> = looked.iter().map(|looked| looked.entry(&desk.options)).collect();
            if !entries.iter().any(|entry| entry.verdict == FleetVerdict::Differs) {
                return desk.end(entries, false);
            }
            if !args.yes && !desk.confirmed(&entries)? {
                context.console.talk("nothing was changed");
                return Ok(Exit::No);
            }
            let (options, at_once) = (desk.options, desk.fleet.at_once);
            let entries = interrupt::writing(&context.console, &desk.stop, async {
                Ok(fleet::work(looked, options, at_once).await)
            })?;
            let exit = desk.end(entries, false)?;
            Ok(if desk.stop.is_pulled() { Exit::Interrupted } else { exit })
        }
    }
}

/// A fleet, opened for one command.
struct Desk<'a> {
    context: &'a Context,
    args: &'a FleetMembers,
    verb: &'static str,
    fleet: Fleet,
    options: Options,
    stop: Stop,
}

impl<'a> Desk<'a> {
    fn open(context: &'a Context, args: &'a FleetMembers, verb: &'static str) -> Result<Self, Failure> {
        let name = args.file.display().to_string();
        let loaded = fleet::load(&name, &input::text(&args.file)?, &|name| context.environment.get(name))
            .map_err(Failure::invalid)?;
        context.console.findings(&loaded.warnings);
        let fleet = loaded.value;
        for name in &args.accounts {
            let known = fleet.accounts.iter().map(|account| account.name.as_str());
            if !known.clone().any(|known| known == name) {
                let help = did_you_mean("the fleet has", name, known).unwrap_or_default();
                let what = format!("there is no account `{name}` in {}", args.file.display());
                return Err(Failure::new(Exit::Input, "fleet::account", what, help));
            }
        }
        Ok(Self { context, args, verb, fleet, options: plan::options(&args.rights), stop: Stop::default() })
    }

    fn look(&self) -> Result<Vec<fleet::Looked>, Failure> {
        let jobs = self.jobs()?;
        interrupt::reading(async { Ok(fleet::look(jobs, self.options, self.fleet.at_once).await) })
    }

    /// All stacks of all members. What is wrong in any spec is told before the first call.
    fn jobs(&self) -> Result<Vec<Job>, Failure> {
        let mut jobs = Vec::new();
        let mut faults: Vec<Diagnostic> = Vec::new();
        let named = |member: &Member<'_>| {
            self.args.accounts.is_empty() || self.args.accounts.contains(&member.account.name)
        };
        for member in self.fleet.members(self.args.partition).filter(named) {
            match self.jobs_of(member) {
                Ok(found) => jobs.extend(found),
                Err(failure) => {
                    for fault in failure.findings {
                        // One fault of a spec is a fault for each member; once is enough.
                        if !faults.iter().any(|known| known.is_same(&fault)) {
                            faults.push(fault);
                        }
                    }
                }
            }
        }
        if faults.is_empty() { Ok(jobs) } else { Err(Failure::invalid(faults)) }
    }

    fn jobs_of(&self, member: Member<'_>) -> Result<Vec<Job>, Failure> {
        let Member { account, region } = member;
        let lookup = |name: &str| member.variable(name).or_else(|| self.context.environment.get(name));
        let loaded = input::specs_in(&self.fleet.specs, &lookup)?;
        let client = match connect::member(self.context, region, &account.identity) {
            Ok(client) => Ok(client.with_stop(&self.stop)),
            // What a service refuses one account is no reason to stop the others.
            Err(failure) if failure.exit == Exit::Refused => Err(failure.in_words()),
            Err(failure) => return Err(failure),
        };
        let mut jobs = Vec::new();
        for spec in loaded.value {
            member.fits(&spec).map_err(|fault| Failure::invalid(vec![fault]))?;
            let desired = plan::desired(&spec)?;
            let client = client.clone();
            let (account, region) = (account.name.clone(), region.to_owned());
            jobs.push(Job { account, region, spec, desired, client });
        }
        Ok(jobs)
    }

    fn confirmed(&self, entries: &[FleetEntry]) -> Result<bool, Failure> {
        let console = &self.context.console;
        interrupt::somebody(console)?;
        let report = self.report(entries.to_vec());
        console.out(&crate::report::fleet::render(&report, console.color));
        let count = report.sum().of(FleetVerdict::Differs);
        let question = format!("Apply to {}? [y/N]", crate::report::counted(count, "member"));
        interrupt::agreed(console, &question)
    }

    fn report(&self, entries: Vec<FleetEntry>) -> FleetReport {
        let part = self.args.partition;
        let tool = format!("bellcheck {}", env!("CARGO_PKG_VERSION"));
        FleetReport::new(&self.fleet.name, self.verb, &tool, (part.index(), part.of()), entries)
    }

    fn end(&self, entries: Vec<FleetEntry>, check: bool) -> Result<Exit, Failure> {
        let whole = self.report(entries);
        report::show(self.context, &whole, self.args.report.as_deref(), self.args.markdown.as_deref())?;
        Ok(report::exit(&whole, check))
    }
}
