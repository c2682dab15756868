//! Which HTTP methods an operation takes.

use super::{OperationInfo, Refusal};
use crate::openapi::Product;

/// The methods that any operation takes.
const ALL: [&str; 3] = ["GET", "POST", "PUT"];

/// The operations that take PUT beside GET and POST. Source: the vendor's API metadata
/// (`aliyun-openapi-meta`); of ECS no operation takes it.
const WITH_PUT: [&str; 8] = [
    "PutEventRule",
    "DescribeEventRuleList",
    "DescribeEventRuleAttribute",
    "EnableEventRules",
    "DisableEventRules",
    "PutEventRuleTargets",
    "DescribeEventRuleTargetList",
    "DeleteEventRuleTargets",
];

/// Refuses a method that no operation takes.
pub(super) fn check_any(method: &str) -> Result<(), Refusal> {
    if ALL.contains(&method) { Ok(()) } else { Err(unsupported("use GET, POST or PUT")) }
}

/// Refuses a method that this operation does not take.
pub(super) fn check(method: &str, operation: &OperationInfo) -> Result<(), Refusal> {
    if of(operation).contains(&method) {
        Ok(())
    } else {
        Err(unsupported(&format!("{} takes GET and POST", operation.action)))
    }
}

/// The methods that an operation takes.
pub(in crate::emulator) fn of(operation: &OperationInfo) -> &'static [&'static str] {
    let with_put = operation.product == Product::Cms && WITH_PUT.contains(&operation.action);
    if with_put { &ALL } else { &ALL[..2] }
}

fn unsupported(hint: &str) -> Refusal {
    Refusal::new(400, "UnsupportedHTTPMethod", format!("This http method is not supported. ({hint})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::operations;

    #[test]
    fn operations_with_put_are_there() {
        let known = operations();
        for name in WITH_PUT {
            assert!(known.iter().any(|operation| operation.action == name), "{name}");
        }
    }
}
