//! One spec, many accounts and regions: the fleet file, its members, and a run over them all.
//!
//! Accounts are worked on side by side; the regions of one account one after the other, since public
//! documents do not say whether contacts, groups and rules belong to an account or to a region.

mod draft;
mod load;
mod model;
mod run;
mod schema;

pub use load::{load, load_from};
pub use model::{Account, Fleet, Identity, Member, Var};
pub use run::{Job, Looked, Trouble, look, work};
pub use schema::json_schema;
