//! stub

use super::RunOutcome;

/// stub
pub fn render(_run: &RunOutcome) -> Result<String, String> {
    Ok(String::new())
}
