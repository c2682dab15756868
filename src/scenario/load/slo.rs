//! `slo: { message: { p95: 60s } }`

use std::time::Duration;

use crate::{
    scenario::model::{Percentile, Slo},
    spec::yaml::{Binder, Context, Node, Spanned},
};

pub(super) fn slo(node: &Node, context: &Context) -> Option<Spanned<Slo>> {
    let mut binder = Binder::open(node, context)?;
    let message = binder.required::<Node>("message");
    binder.close();
    let message = message?;
    let mut keys = Binder::open(&message, context)?;
    let mut limits = Vec::new();
    for percentile in Percentile::ALL {
        let limit = keys.field::<Spanned<Duration>>(percentile.word);
        limits.extend(limit.map(|limit| (percentile, limit)));
    }
    if keys.close() && limits.is_empty() {
        context.error(
            "scenario::empty-slo",
            "this limits nothing",
            message.place,
            "write a percentile and a duration, such as `p95: 60s`",
        );
    }
    Some(Spanned::new(Slo { limits }, node.place))
}
