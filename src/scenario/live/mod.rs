//! The same scenarios on the real cloud: what they may touch, what keeps them from running, the journal
//! of what they do, and how it is undone.

mod account;
mod config;
mod draft;
mod ledger;
mod refuse;
mod restore;
mod run;
mod schema;
mod sweep;
mod window;

pub use account::{Prepared, Refused, Why, inspect, look};
pub use config::{Bind, Binds, RelaySource, load, parse_bind};
pub use ledger::{Act, Answered, Begin, Debt, Ledger, Line, Release, Settled, Simulated, Touched};
pub use refuse::{ALLOWED, RELEASE_ALLOWED, instance_of, lacking, refusals, uncaptured, unjudged, used};
pub use restore::{Check, Restored, Unrestored, instance, restore, still_open};
pub use run::LiveRun;
pub use schema::json_schema;
pub use sweep::{Item, Limits, OpenJournal, Owing, Plan, carry_out, look as look_back, owing, roughly};
pub use window::Window;
