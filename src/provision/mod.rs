//! Observe, plan, apply: what the account holds, what a spec wants, and the way between them.
//!
//! The plan is data: everything shown, guarded or executed is a view of one [`Plan`].

mod application_groups;
mod apply;
mod caller;
mod converge;
mod desired;
mod digest;
mod from_spec;
mod import;
mod look;
mod mark;
mod model;
mod observe;
mod observed;
mod plan;
mod plan_schema;
mod render_json;
mod render_markdown;
mod render_report;
mod render_text;
mod saved;
mod target_id;
#[cfg(test)]
mod tests;
mod together;

pub use application_groups::{Unresolved, resolve};
pub use apply::{ApplyReport, Outcome, Step, apply};
pub use caller::{Caller, render_header, render_markdown_header};
pub use converge::{ConvergeReport, Kept, carry_out, converge, prepare};
pub use desired::{Desired, DesiredRule};
pub use digest::of_rule;
pub use from_spec::desired;
pub use import::{
    ImportError, ImportOptions, Imported, LeftOut, MovedSecret, import, import_from, import_lines,
};
pub use look::{Look, look};
pub use mark::{marked, split};
pub use model::{Channel, Contact, Group, ObjectKind, Pattern, Rule, Target};
pub use observe::observe;
pub use observed::{Observed, SeenAlarm, SeenContact, SeenGroup, SeenRule};
pub use plan::{
    Action, Call, Change, Conflict, ConflictReason, Counts, FieldChange, Foreign, Guarded, Options, Pending,
    Plan, Stage, UnknownName, Withheld, WithheldReason, Write, plan, select,
};
pub use plan_schema::plan_schema;
pub use render_json::plans_to_json;
pub use render_markdown::render_markdown;
pub use render_report::render_report;
pub use render_text::{View, left_over, leftovers, render_plans, render_text};
pub use saved::{SavedOptions, SavedPlan, SavedStack};
pub use target_id::target_id;
