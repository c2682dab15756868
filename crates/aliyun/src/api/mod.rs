//! Typed operations: data only, one definition for the client that sends and the emulator that
//! routes. Wire names, wrappers and types are those of the official SDKs and documents, odd as
//! they are; each file names its source.

pub mod cloudmonitor;
pub mod ecs;
mod lenient;
pub mod sts;

/// Defines operations: a struct of parameters by wire name, and its `Operation` impl. Of the kinds,
/// `read` changes nothing; `write` can be repeated, `once` cannot; `unsigned` needs no key pair.
macro_rules! operation {
    (
        $(#[$meta:meta])*
        $product:ident $kind:ident $action:ident -> $response:ty {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub struct $action {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $crate::openapi::Operation for $action {
            const PRODUCT: $crate::openapi::Product = $crate::openapi::Product::$product;
            const ACTION: &'static str = stringify!($action);
            const WRITES: bool = $crate::api::operation!(@writes $kind);
            const UNSIGNED: bool = $crate::api::operation!(@unsigned $kind);
            const REPEATABLE: bool = $crate::api::operation!(@repeatable $kind);
            type Response = $response;
        }
    };
    (@writes write) => { true };
    (@writes once) => { true };
    (@writes read) => { false };
    (@writes unsigned) => { true };
    (@unsigned unsigned) => { true };
    (@unsigned $kind:ident) => { false };
    (@repeatable once) => { false };
    (@repeatable $kind:ident) => { true };
}
pub(crate) use operation;

/// Calls `$callback!` with every operation, so that routing and documentation cannot miss one.
#[macro_export]
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            $crate::api::cloudmonitor::PutContact,
            $crate::api::cloudmonitor::DescribeContactList,
            $crate::api::cloudmonitor::DescribeContactListByContactGroup,
            $crate::api::cloudmonitor::DeleteContact,
            $crate::api::cloudmonitor::PutContactGroup,
            $crate::api::cloudmonitor::DescribeContactGroupList,
            $crate::api::cloudmonitor::DeleteContactGroup,
            $crate::api::cloudmonitor::PutEventRule,
            $crate::api::cloudmonitor::DescribeEventRuleList,
            $crate::api::cloudmonitor::DescribeEventRuleAttribute,
            $crate::api::cloudmonitor::EnableEventRules,
            $crate::api::cloudmonitor::DisableEventRules,
            $crate::api::cloudmonitor::DeleteEventRules,
            $crate::api::cloudmonitor::PutEventRuleTargets,
            $crate::api::cloudmonitor::DescribeEventRuleTargetList,
            $crate::api::cloudmonitor::DeleteEventRuleTargets,
            $crate::api::cloudmonitor::DescribeSystemEventMetaList,
            $crate::api::cloudmonitor::SendDryRunSystemEvent,
            $crate::api::cloudmonitor::DescribeSystemEventAttribute,
            $crate::api::cloudmonitor::DescribeSystemEventCount,
            $crate::api::cloudmonitor::DescribeSystemEventHistogram,
            $crate::api::cloudmonitor::DescribeAlertLogList,
            $crate::api::cloudmonitor::CreateMonitorGroup,
            $crate::api::cloudmonitor::DescribeMonitorGroups,
            $crate::api::cloudmonitor::ModifyMonitorGroup,
            $crate::api::cloudmonitor::DeleteMonitorGroup,
            $crate::api::cloudmonitor::PutCustomEvent,
            $crate::api::cloudmonitor::DescribeMetricRuleList,
            $crate::api::ecs::RunInstances,
            $crate::api::ecs::StartInstance,
            $crate::api::ecs::StopInstance,
            $crate::api::ecs::RebootInstance,
            $crate::api::ecs::DeleteInstance,
            $crate::api::ecs::StartInstances,
            $crate::api::ecs::StopInstances,
            $crate::api::ecs::DescribeInstances,
            $crate::api::ecs::DescribeInstanceAttribute,
            $crate::api::ecs::DescribeInstanceHistoryEvents,
            $crate::api::ecs::DescribeInstancesFullStatus,
            $crate::api::ecs::DescribeInstanceStatus,
            $crate::api::ecs::DescribeDisks,
            $crate::api::ecs::TagResources,
            $crate::api::ecs::CreateSimulatedSystemEvents,
            $crate::api::ecs::CancelSimulatedSystemEvents,
            $crate::api::sts::AssumeRole,
            $crate::api::sts::AssumeRoleWithOIDC,
            $crate::api::sts::GetCallerIdentity
        }
    };
}
