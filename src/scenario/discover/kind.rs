//! What a YAML file is, by the keys at its top.

use super::{
    peek::{Key, Peeked, peek},
    vocabulary::Vocabulary,
};
use crate::{
    diagnostic::{Diagnostic, Severity, Source, Span},
    spec::yaml::{Node, Value},
};

/// The first line of a file that is not for bellcheck.
const IGNORE: &str = "# bellcheck: ignore";

/// How deep a scenario or a spec is looked for that stands too deep.
const DEPTH: usize = 3;

/// What a YAML file is.
#[derive(Debug, Clone, PartialEq)]
pub enum FileKind {
    /// It has `steps:`.
    Scenario,
    /// It has `stack:`.
    Spec,
    /// It has `fleet:`.
    Fleet,
    /// It has keys of a spec, which includes it.
    Part,
    /// It has `step_lists:`, for scenarios that include it.
    Lists,
    /// It says what may be touched on the real cloud.
    Binds,
    /// It has values of variables.
    Variables,
    /// It sets switches of the emulator.
    Switches,
    /// Another file, or an option, names it.
    Named,
    /// It says itself that it is not for bellcheck.
    Ignored,
    /// It is meant as one of these, and is none. The finding is an error.
    Mistaken(Like, Box<Diagnostic>),
    /// It has nothing in common with any of these. The finding is a warning.
    Unknown(Box<Diagnostic>),
}

/// What a file is meant as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Like {
    /// A scenario, or lists of steps.
    Scenario,
    /// A spec, or a part of one.
    Spec,
    /// A fleet.
    Fleet,
    /// Nobody can tell.
    Anything,
}

/// What may be done about a file that is nothing.
const HELP: &str = "a scenario has `steps`, a spec `stack` and a fleet `fleet` at the top; a file that is not for bellcheck begins with the line `# bellcheck: ignore`";

impl FileKind {
    /// Looks at a text; `name` is its path as it is shown.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Self {
        if is_ignored(text) {
            return Self::Ignored;
        }
        let (whole, documents) = peek(name, text);
        // Of several documents, the one that is most likely meant: whoever reads the file refuses a second.
        let mut kinds: Vec<Self> = documents.iter().map(|document| of_piece(document, text)).collect();
        kinds.sort_by_key(|kind| match kind {
            Self::Scenario | Self::Spec | Self::Fleet => 0,
            Self::Mistaken(..) => 1,
            _ => 2,
        });
        match kinds.into_iter().next() {
            Some(
                kind @ (Self::Scenario | Self::Spec | Self::Fleet | Self::Mistaken(..) | Self::Unknown(_)),
            ) => kind,
            _ => of_piece(&whole, text),
        }
    }

    /// That a file cannot be read as a text, so that nobody knows what is in it.
    #[must_use]
    pub(super) fn unreadable(name: &str, why: &str, help: &str) -> Self {
        let source = Source::new(name, "");
        let finding = Diagnostic::error("files::unreadable", why)
            .at(&source, Span::default(), "")
            .help(format!("{help}; {HELP}"));
        Self::Mistaken(Like::Anything, Box::new(finding))
    }
}

/// Whether the first line says that a file is not for bellcheck; what stands behind the words is why.
pub(super) fn is_ignored(text: &str) -> bool {
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    line.strip_prefix(IGNORE).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn of_piece(piece: &Peeked, text: &str) -> FileKind {
    if let Some(kind) = exact(piece) {
        return kind;
    }
    if let Some((like, what, span)) = mistaken(piece) {
        let what = format!("this is neither a spec nor a scenario: {what}");
        let finding = match &piece.fault {
            Some(fault) => fault.clone(),
            None => Diagnostic::error("files::unknown", what).at(&piece.source, span, "").help(HELP),
        };
        return FileKind::Mistaken(like, Box::new(finding));
    }
    let first = piece.keys.first().map_or(piece.root.span, |key| key.span);
    if let Some(fault) = &piece.fault {
        let help = format!("{}; {HELP}", fault.help.as_deref().unwrap_or("check the file"));
        let finding = Diagnostic { severity: Severity::Warning, ..fault.clone() };
        return FileKind::Unknown(Box::new(finding.help(help)));
    }
    if piece.root.has_no_keys() {
        let is_bare = text.trim_start_matches('\u{feff}').trim().is_empty();
        let finding = |finding: Diagnostic| Box::new(finding.at(&piece.source, first, "").help(HELP));
        return if is_bare {
            FileKind::Mistaken(
                Like::Anything,
                finding(Diagnostic::error(
                    "files::empty",
                    "this file is empty: nothing of it is run or checked",
                )),
            )
        } else {
            FileKind::Unknown(finding(Diagnostic::warning(
                "files::empty",
                "this file has no keys: nothing of it is run or checked",
            )))
        };
    }
    let what = "this is neither a spec nor a scenario: nothing of it is run or checked";
    FileKind::Unknown(Box::new(
        Diagnostic::warning("files::unknown", what).at(&piece.source, first, "").help(HELP),
    ))
}

/// The kind whose own key is there, and the kinds that have only known keys.
fn exact(piece: &Peeked) -> Option<FileKind> {
    let known = Vocabulary::get();
    if let Some(steps) = piece.key("steps") {
        let has_spec = piece.key("spec").is_some();
        return (has_spec || !are_foreign(steps)).then_some(FileKind::Scenario);
    }
    for (key, kind) in [("stack", FileKind::Spec), ("fleet", FileKind::Fleet)] {
        if piece.key(key).is_some() {
            return Some(kind);
        }
    }
    let own: Vec<&Key> = piece.keys.iter().filter(|key| !key.name.starts_with("x-")).collect();
    let all = |test: &dyn Fn(&Key) -> bool| !own.is_empty() && own.iter().all(|key| test(key));
    let any = |names: &[&str]| own.iter().any(|key| names.contains(&key.name.as_str()));
    let is_mapping = |name: &str| piece.key(name).is_some_and(|key| matches!(key.value, Some(Value::Map(_))));
    let is_text = |key: &Key| matches!(key.value, Some(Value::Scalar(_)));
    if piece.fault.is_some() {
        return None;
    }
    if any(&["step_lists"]) && all(&|key| ["step_lists", "include"].contains(&key.name.as_str())) {
        return Some(FileKind::Lists);
    }
    let sections = ["robots", "contacts", "groups", "rules"];
    if sections.into_iter().any(is_mapping) && all(&|key| known.part.contains(&key.name)) {
        return Some(FileKind::Part);
    }
    let is_binds = any(&["allow_accounts", "look_on", "settle", "rehearsal"]) || is_mapping("instances");
    if is_binds && all(&|key| known.binds.contains(&key.name)) {
        return Some(FileKind::Binds);
    }
    if all(&|key| is_text(key) && known.switches.contains(&key.name)) {
        return Some(FileKind::Switches);
    }
    let is_variable = |key: &Key| {
        key.name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') && is_text(key)
    };
    all(&is_variable).then_some(FileKind::Variables)
}

/// Whether `steps` are those of another program: none has a keyword of ours.
fn are_foreign(steps: &Key) -> bool {
    match &steps.value {
        Some(Value::List(items)) if !items.is_empty() => {
            items.iter().all(|item| matches!(item.value, Value::Map(_))) && !items.iter().any(is_step)
        }
        _ => false,
    }
}

/// Whether a node has a keyword of a step as its only key.
fn is_step(node: &Node) -> bool {
    let known = Vocabulary::get();
    matches!(&node.value, Value::Map(entries) if entries.first().is_some_and(|entry| known.steps.contains(&entry.key.value)))
}

/// What a file is that was meant as one of ours, why it is none, and where.
fn mistaken(piece: &Peeked) -> Option<(Like, String, Span)> {
    let known = Vocabulary::get();
    let companions = |own: &[String], but: &Key| {
        piece.keys.iter().filter(|key| key.name != but.name && own.contains(&key.name)).count()
    };
    let near = |key: &Key, word: &str| match key.name.len() {
        // Likeness costs the product of the lengths.
        0..=40 => strsim::osa_distance(&plain(&key.name), &plain(word)),
        _ => usize::MAX,
    };
    for key in &piece.keys {
        for (id, like, own) in [
            ("steps", Like::Scenario, &known.scenario),
            ("stack", Like::Spec, &known.spec),
            ("fleet", Like::Fleet, &known.fleet),
            ("step_lists", Like::Scenario, &known.scenario),
        ] {
            let fits = matches!(
                (&key.value, id),
                (None | Some(Value::Null), _)
                    | (Some(Value::List(_)), "steps")
                    | (Some(Value::Scalar(_)), "stack" | "fleet")
                    | (Some(Value::Map(_)), "step_lists")
            );
            let is_meant = match near(key, id) {
                // Its own key was seen already, and is another program's.
                0 if key.name == id => false,
                0 => fits || companions(own, key) > 0,
                1 => (fits && id == "steps") || companions(own, key) > 0,
                2 => fits && companions(own, key) > 1,
                _ => false,
            };
            if is_meant {
                return Some((like, format!("did you mean `{id}`?"), key.span));
            }
        }
    }
    for key in &piece.keys {
        let names_spec = near(key, "spec") <= 1 && key.is_path();
        let is_own = known.distinctive.contains(&key.name) && companions(&known.scenario, key) > 0;
        if names_spec || is_own {
            return Some((Like::Scenario, "a scenario needs `steps`".to_owned(), key.span));
        }
        let is_section = ["robots", "contacts", "rules"].contains(&key.name.as_str());
        let sections = ["robots", "contacts", "groups", "rules", "application_groups", "region"];
        if is_section && companions(&sections.map(str::to_owned), key) > 0 {
            return Some((Like::Spec, "a spec needs `stack`".to_owned(), key.span));
        }
        if key.name == "accounts" && piece.key("specs").is_some() {
            return Some((Like::Fleet, "a fleet needs `fleet`".to_owned(), key.span));
        }
    }
    deeper(&piece.root, DEPTH)
}

/// A scenario or a spec that stands within something else.
fn deeper(node: &Node, depth: usize) -> Option<(Like, String, Span)> {
    let known = Vocabulary::get();
    let below: Vec<&Node> = match &node.value {
        Value::List(items) => {
            if let Some(step) = items.iter().find(|item| is_sure_step(item)) {
                return Some((
                    Like::Scenario,
                    "these are steps, which belong under `steps`".to_owned(),
                    step.place,
                ));
            }
            items.iter().collect()
        }
        Value::Map(entries) => entries.iter().map(|entry| &entry.value).collect(),
        Value::Null | Value::Scalar(_) => return None,
    };
    let too_deep = |id: &str, what: &str| {
        format!(
            "`{id}` stands within something else; {what} is a file of its own, and its keys stand at the left margin"
        )
    };
    for inner in below {
        let Value::Map(entries) = &inner.value else { continue };
        let at = |name: &str| entries.iter().find(|entry| entry.key.value == name);
        if let Some(steps) = at("steps")
            && (at("spec").is_some_and(|spec| spec.value.text().is_some())
                || matches!(&steps.value.value, Value::List(items) if items.iter().any(is_sure_step)))
        {
            return Some((Like::Scenario, too_deep("steps", "a scenario"), steps.key.span));
        }
        if let Some(stack) = at("stack").filter(|stack| stack.value.text().is_some())
            && entries.iter().filter(|entry| known.spec.contains(&entry.key.value)).count() > 2
        {
            return Some((Like::Spec, too_deep("stack", "a spec"), stack.key.span));
        }
    }
    if depth == 0 {
        return None;
    }
    match &node.value {
        Value::List(items) => items.iter().find_map(|item| deeper(item, depth - 1)),
        Value::Map(entries) => entries.iter().find_map(|entry| deeper(&entry.value, depth - 1)),
        Value::Null | Value::Scalar(_) => None,
    }
}

/// Whether a node is a step that only scenarios have.
fn is_sure_step(node: &Node) -> bool {
    matches!(&node.value, Value::Map(entries) if entries.len() == 1
        && entries[0].key.value.starts_with("expect") | ["never", "send_event"].contains(&entries[0].key.value.as_str())
        && is_step(node))
}

/// A key as people vary it: without case, separators and the ending of a plural.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.strip_suffix('s').map_or(letters.clone(), str::to_owned)
}
