//! `slo: { message: { p95: 60s } }`

use std::time::Duration;

use crate::{
    scenario::model::{Percentile, Slo},
    spec::yaml::{Binder, Context, Node, Spanned},
};

pub(super) fn slo(node: &Node, context: &Context) -> Vec<Slo> {
    let mut found = Vec::new();
    let Some(mut binder) = Binder::open(node, context) else { return found };
    let message = binder.required::<Node>("message");
    binder.close();
    let Some(message) = message else { return found };
    let Some(mut limits) = Binder::open(&message, context) else { return found };
    for percentile in Percentile::ALL {
        let limit = limits.field::<Spanned<Duration>>(percentile.name());
        found.extend(limit.map(|limit| Slo { percentile, limit }));
    }
    if limits.close() && found.is_empty() {
        context.error(
            "scenario::empty-slo",
            "this limits nothing",
            message.place,
            "write a percentile and a duration, such as `p95: 60s`",
        );
    }
    found
}
