//! The view for a browser: one file that asks nobody for anything.

mod markdown;
mod view;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{Environment, Value, context};
use sha2::{Digest as _, Sha256};

use super::RunOutcome;

const TEMPLATE: &str = include_str!("report.html.jinja");
const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// The run as a page.
///
/// # Errors
/// What is wrong with the template, which is part of the program: none is expected.
pub fn render(run: &RunOutcome) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    // By its name, all that is filled in is escaped.
    environment.add_template("report.html", TEMPLATE)?;
    environment.get_template("report.html")?.render(context! {
        run => view::run(run),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        policy => policy(),
    })
}

/// Nothing is loaded, and no style or script runs but the page's own.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[cfg(test)]
mod tests {
    use super::super::{ChatMessage, example};
    use super::*;

    #[test]
    fn everything_of_the_outcome_is_on_the_page() {
        let page = render(&example::full_run()).unwrap();
        for part in [
            "Broken &lt;&amp;&gt;",
            "no message reached robot `ops` within 2m",
            "rule `r` is disabled",
            "enable it",
            "<strong>Instance:StateChange</strong>",
            "level INFO is not in [WARN]",
            "matched",
            "Wobbles",
            "the run ended with the first scenario that did not pass",
        ] {
            assert!(page.contains(part), "`{part}` is not in\n{page}");
        }
    }

    #[test]
    fn a_run_that_could_not_begin_says_so_on_top() {
        let page = render(&example::not_started()).unwrap();
        let place = |part: &str| page.find(part).unwrap_or_else(|| panic!("`{part}` is not in\n{page}"));
        let alert =
            place(r#"<p class="verdict errored" role="alert"><bdi>the run could not begin: unknown key"#);
        assert!(alert < place("Backend emulator") && alert < place("scenarios/broken.yaml:2:1"), "{page}");
        assert!(!page.contains("0 scenarios"), "{page}");
    }

    #[test]
    fn what_a_message_says_stays_text() {
        let mut run = example::run();
        let hostile = "</p></script><script>alert(1)</script> [x](javascript:alert(1))";
        let message: ChatMessage = example::message(hostile, hostile);
        run.scenarios[0].name = hostile.to_owned();
        run.scenarios[0].timeline[3].message = Some(Box::new(message));
        run.scenarios[0].timeline[3].text = hostile.to_owned();
        let page = render(&run).unwrap();
        assert_eq!(page.matches("<script").count(), 1, "only the page's own");
        assert_eq!(page.matches("</script").count(), 1);
        assert!(!page.contains("href=\"javascript"));
    }

    #[test]
    fn the_page_names_no_address_to_load_from() {
        let page = render(&example::full_run()).unwrap();
        for attribute in [" src=", "@import", "url(", "<link", "<iframe", "<object", " style="] {
            assert!(!page.contains(attribute), "{attribute}");
        }
    }
}
