//! The coverage as a section of a document.

use super::coverage;

/// The section between these lines of `docs/emulator.md` is generated.
pub(super) const BEGIN: &str = "<!-- coverage: generated, do not edit -->";
/// The end of it.
pub(super) const END: &str = "<!-- end of coverage -->";

/// The section, with the lines that mark it.
#[must_use]
pub fn coverage_markdown() -> String {
    let mut text = format!("{BEGIN}\n");
    for covered in coverage() {
        let operation = covered.operation;
        text += &format!(
            "\n### {} {}\n\n{}. Answer: {}.\n",
            operation.product.name(),
            operation.action,
            covered.methods.join(", "),
            list(&covered.verified)
        );
        if covered.parameters.is_empty() {
            continue;
        }
        text += "\n| parameter | type | verified by | refused |\n|---|---|---|---|\n";
        for parameter in covered.parameters {
            text += &format!(
                "| `{}` | {} | {} | {} |\n",
                parameter.name,
                parameter.kind,
                list(&parameter.verified),
                parameter.refused
            );
        }
    }
    text + &format!("\n{END}\n")
}

fn list(how: &[String]) -> String {
    if how.is_empty() { "not verified".to_owned() } else { how.join(", ") }
}
