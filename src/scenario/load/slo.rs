//! `slo: { message: { p95: 60s } }`

use std::time::Duration;

use crate::{
    scenario::model::{Percentile, Slo},
    spec::yaml::{Binder, Context, Node, Spanned},
};

pub(super) fn slo(node: &Node, context: &Context) -> Vec<Slo> {
    let mut found = Vec::new();
    let Some(mut binder) = Binder::open(node, context) else { return found };
    if let Some(node) = binder.required::<Node>("message")
        && let Some(mut limits) = Binder::open(&node, context)
    {
        for percentile in Percentile::ALL {
            let limit = limits.field::<Spanned<Duration>>(percentile.name());
            found.extend(limit.map(|limit| Slo { percentile, limit }));
        }
        limits.close();
    }
    binder.close();
    found
}
