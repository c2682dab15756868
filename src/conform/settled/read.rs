//! Reading switches from a file.

use crate::{diagnostic::Diagnostic, emulator::Switches, spec::yaml};

const HELP: &str = "write `name: value` lines; `bellcheck emulator --switch help` lists the switches";

/// Sets the switches of a YAML file of `name: value` lines, all of them or none.
///
/// # Errors
/// Everything that is wrong with the file, under its lines.
pub fn read_switches(switches: &mut Switches, name: &str, text: &str) -> Result<(), Vec<Diagnostic>> {
    let document = yaml::read(name, text)?;
    let fault = |message: String, span, label: &str| {
        Diagnostic::error("switches::file", message).at(&document.source, span, label).help(HELP)
    };
    let entries = match &document.root.value {
        yaml::Value::Map(entries) => entries.as_slice(),
        // Nothing was settled.
        yaml::Value::Null => &[],
        _ => {
            let what = format!("a file of switches is a mapping, and this is {}", document.root.kind());
            return Err(vec![fault(what, document.root.span, "here")]);
        }
    };
    let mut set = switches.clone();
    let mut faults = Vec::new();
    for entry in entries {
        match entry.value.text() {
            Some(value) => {
                if let Err(what) = set.set(&entry.key.value, value) {
                    let span =
                        if set.get(&entry.key.value).is_some() { entry.value.span } else { entry.key.span };
                    faults.push(fault(what, span, "this one"));
                }
            }
            None => faults.push(fault(
                format!("the value of `{}` is {}", entry.key.value, entry.value.kind()),
                entry.value.place,
                "one word belongs here",
            )),
        }
    }
    if faults.is_empty() {
        *switches = set;
        Ok(())
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_all_of_its_switches_or_none() {
        let mut switches = Switches::default();
        read_switches(
            &mut switches,
            "s.yaml",
            "# why\nput_omitted_group: keep\ngroup_page_size: 7\nstopping: 5s\n",
        )
        .unwrap();
        assert_eq!(switches.get("put_omitted_group").as_deref(), Some("keep"));
        assert_eq!(switches.get("group_page_size").as_deref(), Some("7"));

        let before = switches.clone();
        let text = "put_omitted_group: clear\nput_omited_group: keep\nstopping: soon\nsite: [china]\n";
        let faults = read_switches(&mut switches, "s.yaml", text).unwrap_err();
        let shown: Vec<String> = faults.iter().map(|fault| fault.render(false, 100)).collect();
        assert_eq!(faults.len(), 3, "{shown:?}");
        for (fault, says) in shown.iter().zip(["did you mean `put_omitted_group`", "`soon`", "a list"]) {
            assert!(fault.contains(says) && fault.contains("help: write"), "{fault}");
        }
        assert_eq!(switches, before);
        assert!(read_switches(&mut switches, "s.yaml", "- a\n").is_err());
        assert!(read_switches(&mut switches, "s.yaml", "").is_ok());
    }
}
