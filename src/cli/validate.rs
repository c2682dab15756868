//! `bellcheck validate`

use std::path::{Path, PathBuf};

use super::{
    Context,
    args::{FindingsForm, Validate},
    exit::{Exit, Failure},
    input,
    kind::{self, Wanted},
    looked,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    files,
    fleet::{self, Fleet},
    partition::Partition,
    report::{counted, findings, github::Workspace},
    scenario::{self, FileKind, Like, Looked, Met, Scenario},
    spec::{self, CheckedFile, Spec, Supply, Unfit},
};

pub(super) fn run(context: &Context, args: &Validate) -> Result<Exit, Failure> {
    let looked = looked::at(&args.paths, &args.variables.var_files)?;
    let files = sort(&looked);
    let is_checked = |kind: &FileKind| matches!(kind, FileKind::Scenario | FileKind::Spec | FileKind::Fleet);
    context.console.talk(&looked::sum_up(&looked, &is_checked, "to check"));
    let variables = input::variables(context, &args.variables)?;
    let process = |name: &str| context.environment.get(name);
    let lookup = |name: &str| variables.get(name, &process);
    let stand_ins = input::stand_ins(&args.secrets);
    let supply = input::supply(&lookup, stand_ins.as_ref());
    let mut told = Told::default();
    for group in &files.specs {
        told.specs(context, group, supply)?;
    }
    for path in &files.scenarios {
        told.scenario(context, path, supply)?;
    }
    let shared = scenario::shared_snapshots(&told.scenarios);
    told.add(shared);
    for path in &files.fleets {
        told.fleet(context, path, supply)?;
    }
    for path in &files.mistaken {
        let name = path.display().to_string();
        told.files.push((CheckedFile { name, included: false, faulty: true }, "unknown"));
    }
    told.add(looked.findings(false));
    // A file that is not whole may have more variables.
    if told.count(Severity::Error) == 0 {
        told.add(variables.unused());
    }
    show(context, args, &told);
    input::note_stand_ins(context, stand_ins.as_ref());
    if told.files.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "validate::nothing",
            "no spec, no scenario and no fleet was found",
            "name a file, or a folder with YAML files that have `stack:`, `steps:` or `fleet:` at the top",
        ));
    }
    let denied = input::is_denied(&args.strictness) && told.count(Severity::Warning) > 0;
    Ok(if told.count(Severity::Error) == 0 && !denied { Exit::Yes } else { Exit::No })
}

/// What is to be checked.
#[derive(Default)]
struct Found {
    /// Specs; those of one group are checked as `plan` would read them, together.
    specs: Vec<Vec<PathBuf>>,
    scenarios: Vec<PathBuf>,
    fleets: Vec<PathBuf>,
    /// What is none of these, and was meant as one.
    mistaken: Vec<PathBuf>,
}

fn sort(looked: &Looked) -> Found {
    let mut found = Found::default();
    let mut named = Vec::new();
    let is_only = looked.only().is_some();
    for Met { path, is_typed, kind } in &looked.files {
        let file = path.clone();
        match (kind, is_typed) {
            (FileKind::Scenario, _) | (FileKind::Mistaken(Like::Scenario, _), true) => {
                found.scenarios.push(file)
            }
            (FileKind::Fleet, _) | (FileKind::Mistaken(Like::Fleet, _), true) => found.fleets.push(file),
            // Whoever types a path wants to know what is wrong with it.
            (FileKind::Spec | FileKind::Part | FileKind::Mistaken(..) | FileKind::Unknown(_), true) => {
                named.push(file);
            }
            (
                FileKind::Named
                | FileKind::Lists
                | FileKind::Binds
                | FileKind::Variables
                | FileKind::Switches,
                true,
            ) if is_only => {
                named.push(file);
            }
            (FileKind::Spec, false) => {
                let folder = files::folder(&file);
                let is_beside = |other: &PathBuf| files::folder(other) == folder;
                match found.specs.last_mut().filter(|group| group.iter().all(is_beside)) {
                    Some(group) if !folder.join(input::SPEC_FILE).is_file() => group.push(file),
                    _ => found.specs.push(vec![file]),
                }
            }
            (FileKind::Mistaken(..), false) => found.mistaken.push(file),
            _ => {}
        }
    }
    if !named.is_empty() {
        found.specs.insert(0, named);
    }
    found
}

/// What was found so far.
#[derive(Default)]
struct Told {
    files: Vec<(CheckedFile, &'static str)>,
    scenarios: Vec<Scenario>,
    findings: Vec<Diagnostic>,
}

impl Told {
    fn specs(&mut self, context: &Context, group: &[PathBuf], supply: Supply<'_>) -> Result<(), Failure> {
        let mut texts = Vec::new();
        for path in group {
            let (name, text) = (path.display().to_string(), input::text(path)?);
            if let Some(finding) = kind::misplaced(&name, &text, Wanted::Yaml) {
                self.files.push((CheckedFile { name, included: false, faulty: true }, "unknown"));
                self.add(vec![finding]);
                continue;
            }
            texts.push((name, text));
        }
        self.texts(context, &texts, supply);
        Ok(())
    }

    /// Checks the specs of texts, each with its file's name.
    fn texts(&mut self, context: &Context, texts: &[(String, String)], supply: Supply<'_>) -> Vec<Spec> {
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let checked = spec::check_all_from(&texts, supply);
        context.console.learn(|known| checked.specs.iter().for_each(|spec| spec.teach(known)));
        for file in checked.files {
            let word = if file.included { "included" } else { "spec" };
            match self.files.iter_mut().find(|(known, _)| known.name == file.name) {
                Some((known, _)) => known.faulty |= file.faulty,
                None => self.files.push((file, word)),
            }
        }
        self.add(checked.findings);
        checked.specs.iter().for_each(|spec| self.unfit(spec));
        checked.specs
    }

    fn scenario(&mut self, context: &Context, path: &Path, supply: Supply<'_>) -> Result<(), Failure> {
        let name = path.display().to_string();
        let loaded = scenario::load_from(&name, &input::text(path)?, supply);
        let file = CheckedFile { name, included: false, faulty: loaded.is_err() };
        self.files.push((file, "scenario"));
        let found = loaded.map(|loaded| {
            loaded.value.iter().for_each(|scenario| self.unfit(&scenario.spec));
            let specs = loaded.value.iter().map(|scenario| &scenario.spec);
            context.console.learn(|known| specs.for_each(|spec| spec.teach(known)));
            self.scenarios.extend(loaded.value);
            loaded.warnings
        });
        self.add(found.unwrap_or_else(|faults| faults));
        Ok(())
    }

    /// What would be an error on a real account.
    fn unfit(&mut self, spec: &Spec) {
        self.mistakes(&spec.unfit);
    }

    fn mistakes(&mut self, unfit: &[Unfit]) {
        let mistakes = unfit.iter().filter(|unfit| unfit.kind.is_mistake());
        let warning = |unfit: &Unfit| Diagnostic { severity: Severity::Warning, ..unfit.finding.clone() };
        self.add(mistakes.map(warning).collect());
    }

    fn fleet(&mut self, context: &Context, path: &Path, supply: Supply<'_>) -> Result<(), Failure> {
        let name = path.display().to_string();
        let loaded = match fleet::load_from(&name, &input::text(path)?, supply) {
            Ok(loaded) => loaded,
            Err(faults) => {
                self.files.push((CheckedFile { name, included: false, faulty: true }, "fleet"));
                self.add(faults);
                return Ok(());
            }
        };
        super::fleet::learn(context, &loaded.value);
        self.add(loaded.warnings);
        let faulty = self.members(context, &loaded.value, supply);
        self.files.push((CheckedFile { name, included: false, faulty }, "fleet"));
        Ok(())
    }

    /// Checks the specs of a fleet as each member fills them; whether they do not fit.
    fn members(&mut self, context: &Context, fleet: &Fleet, supply: Supply<'_>) -> bool {
        let texts = match input::spec_texts(&fleet.specs) {
            Ok(texts) => texts,
            Err(failure) => {
                self.add(failure.findings);
                return true;
            }
        };
        let mut faulty = false;
        for member in fleet.members(Partition::WHOLE) {
            let lookup = |name: &str| member.variable(name).or_else(|| supply.value(name));
            for spec in self.texts(context, &texts, supply.through(&lookup, &|_| false)) {
                self.mistakes(&spec.passed_on(&|name| member.is_default(name)));
                if let Err(fault) = member.fits(&spec) {
                    faulty = true;
                    self.add(vec![fault]);
                }
            }
        }
        faulty
    }

    /// A fault in a spec is a fault for each scenario that uses it; once is enough.
    fn add(&mut self, findings: Vec<Diagnostic>) {
        Diagnostic::add_new(&mut self.findings, findings);
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

fn show(context: &Context, args: &Validate, told: &Told) {
    let console = &context.console;
    match args.output {
        FindingsForm::Text => {
            for (file, word) in &told.files {
                let state = if file.faulty { "faulty" } else { "ok" };
                console.out(&format!("{state:<6} {} ({word})\n", file.name));
            }
            console.findings(&told.findings);
        }
        FindingsForm::Json => console.out(&format!("{:#}\n", findings::to_json(&told.findings))),
    }
    if args.github {
        let workspace = Workspace::new(context.environment.get("GITHUB_WORKSPACE").as_deref());
        let lines = told.findings.iter().map(|finding| findings::to_github(finding, &workspace));
        lines.for_each(|line| console.out(&format!("{line}\n")));
    }
    let faulty = told.files.iter().filter(|(file, _)| file.faulty).count();
    console.talk(&format!(
        "{} checked, {faulty} faulty: {}, {}",
        counted(told.files.len(), "file"),
        counted(told.count(Severity::Error), "error"),
        counted(told.count(Severity::Warning), "warning")
    ));
    if input::is_denied(&args.strictness) && told.count(Severity::Warning) > 0 {
        console.findings(&[input::denied(told.count(Severity::Warning))]);
    }
}
