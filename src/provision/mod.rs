//! Observe, plan, apply: what the account holds, what a spec wants, and the way between them.
//!
//! The plan is data: everything shown, guarded or executed is a view of one [`Plan`].

mod application_groups;
mod apply;
mod converge;
mod desired;
mod from_spec;
mod mark;
mod model;
mod observe;
mod observed;
mod plan;
mod render_json;
mod render_report;
mod render_text;
mod target_id;
#[cfg(test)]
mod tests;
mod together;

pub use application_groups::{Unresolved, resolve};
pub use apply::{ApplyReport, Outcome, Step, apply};
pub use converge::{ConvergeReport, carry_out, converge, prepare};
pub use desired::{Desired, DesiredRule};
pub use from_spec::desired;
pub use mark::{marked, split};
pub use model::{Channel, Contact, Group, ObjectKind, Pattern, Rule, Target};
pub use observe::observe;
pub use observed::{Observed, SeenContact, SeenGroup, SeenRule};
pub use plan::{
    Action, Call, Change, Conflict, ConflictReason, Counts, FieldChange, Guarded, Options, Pending, Plan,
    Stage, Write, plan,
};
pub use render_report::render_report;
pub use render_text::render_text;
pub use target_id::target_id;
