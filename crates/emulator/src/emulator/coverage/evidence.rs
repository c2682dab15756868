//! How operations and parameters were verified: the one place to write it down.

/// What foreign clients sent and read the answers of by their own models: the client, and a line for each
/// operation with the parameters that it sent (`Operation: Name Name`). The files are written from the
/// journal of the emulator that the clients called; the tests of the clients (`crates/judges`) fail
/// when they are not what was sent.
pub(in crate::emulator) const FOREIGN: [(&str, &str); 3] = [
    ("Python V3", include_str!("foreign/python-v3.txt")),
    ("Python V1", include_str!("foreign/python-v1.txt")),
    ("Node V3", include_str!("foreign/node-v3.txt")),
];

/// Operations of which a request of an official SDK was captured (`fixtures/wire/`), with the
/// parameters that it carries.
pub(in crate::emulator) const CAPTURED: &[(&str, &[&str])] = &[
    ("DeleteContact", &["ContactName", "RegionId"]),
    ("DeleteContactGroup", &["ContactGroupName", "RegionId"]),
    ("DeleteEventRuleTargets", &["Ids.N", "RegionId", "RuleName"]),
    ("DeleteEventRules", &["RegionId", "RuleNames.N"]),
    ("DescribeContactGroupList", &["PageNumber", "PageSize", "RegionId"]),
    ("DescribeContactList", &["ContactName", "PageNumber", "PageSize", "RegionId"]),
    ("DescribeEventRuleList", &["NamePrefix", "PageNumber", "PageSize", "RegionId"]),
    ("DescribeEventRuleTargetList", &["RegionId", "RuleName"]),
    (
        "PutContact",
        &[
            "Channels.DingWebHook",
            "Channels.Mail",
            "Channels.SMS",
            "ContactName",
            "Describe",
            "Lang",
            "RegionId",
        ],
    ),
    ("PutContactGroup", &["ContactGroupName", "ContactNames.N", "Describe", "EnableSubscribed", "RegionId"]),
    (
        "PutEventRule",
        &[
            "Description",
            "EventPattern.N.EventTypeList.N",
            "EventPattern.N.LevelList.N",
            "EventPattern.N.NameList.N",
            "EventPattern.N.Product",
            "EventPattern.N.SQLFilter",
            "EventType",
            "GroupId",
            "RegionId",
            "RuleName",
            "SilenceTime",
            "State",
        ],
    ),
    (
        "PutEventRuleTargets",
        &[
            "ContactParameters.N.ContactGroupName",
            "ContactParameters.N.Id",
            "ContactParameters.N.Level",
            "RegionId",
            "RuleName",
            "WebhookParameters.N.Id",
            "WebhookParameters.N.Method",
            "WebhookParameters.N.Protocol",
            "WebhookParameters.N.Url",
        ],
    ),
];

/// Operations whose answer has the shape of a sample that the vendor publishes.
pub(in crate::emulator) const SAMPLES: &[&str] = &[
    "PutContact",
    "DescribeContactList",
    "DescribeContactListByContactGroup",
    "PutContactGroup",
    "DescribeContactGroupList",
    "DescribeEventRuleList",
    "DescribeSystemEventMetaList",
    "DescribeSystemEventAttribute",
    "DescribeSystemEventCount",
    "DescribeSystemEventHistogram",
    "DescribeAlertLogList",
    "CreateMonitorGroup",
    "DescribeMonitorGroups",
    "DeleteMonitorGroup",
    "PutCustomEvent",
    "DescribeMetricRuleList",
];

/// Operations that the project's own tests call, with the file of the tests.
pub(in crate::emulator) const OWN_TESTS: &[(&str, &str)] = &[
    ("PutContact", "crates/emulator/src/emulator/tests/support.rs"),
    ("DescribeContactList", "crates/emulator/src/emulator/tests/contacts.rs"),
    ("DeleteContact", "crates/emulator/src/emulator/tests/contacts.rs"),
    ("PutContactGroup", "crates/emulator/src/emulator/tests/contacts.rs"),
    ("DescribeContactGroupList", "crates/emulator/src/emulator/tests/contacts.rs"),
    ("DeleteContactGroup", "crates/emulator/src/emulator/tests/contacts.rs"),
    ("DescribeContactListByContactGroup", "crates/emulator/src/emulator/tests/application_groups.rs"),
    ("PutEventRule", "crates/emulator/src/emulator/tests/rules.rs"),
    ("DescribeEventRuleList", "crates/emulator/src/emulator/tests/rules.rs"),
    ("DescribeEventRuleAttribute", "crates/emulator/src/emulator/tests/rules.rs"),
    ("EnableEventRules", "crates/emulator/src/emulator/tests/rules.rs"),
    ("DisableEventRules", "crates/emulator/src/emulator/tests/rules.rs"),
    ("DeleteEventRules", "crates/emulator/src/emulator/tests/rules.rs"),
    ("PutEventRuleTargets", "crates/emulator/src/emulator/tests/targets.rs"),
    ("DescribeEventRuleTargetList", "crates/emulator/src/emulator/tests/targets.rs"),
    ("DeleteEventRuleTargets", "crates/emulator/src/emulator/tests/targets.rs"),
    ("SendDryRunSystemEvent", "crates/emulator/src/emulator/tests/test_events.rs"),
    ("DescribeSystemEventMetaList", "crates/emulator/src/emulator/tests/test_events.rs"),
    ("DescribeSystemEventAttribute", "crates/emulator/src/emulator/tests/system_event_queries.rs"),
    ("DescribeSystemEventCount", "crates/emulator/src/emulator/tests/system_event_queries.rs"),
    ("DescribeSystemEventHistogram", "crates/emulator/src/emulator/tests/system_event_queries.rs"),
    ("DescribeAlertLogList", "crates/emulator/src/emulator/tests/alert_log.rs"),
    ("PutCustomEvent", "crates/emulator/src/emulator/tests/alert_log.rs"),
    ("CreateMonitorGroup", "crates/emulator/src/emulator/tests/application_groups.rs"),
    ("DescribeMonitorGroups", "crates/emulator/src/emulator/tests/application_groups.rs"),
    ("ModifyMonitorGroup", "crates/emulator/src/emulator/tests/application_groups.rs"),
    ("DeleteMonitorGroup", "crates/emulator/src/emulator/tests/application_groups.rs"),
    ("DescribeMetricRuleList", "crates/emulator/src/emulator/tests/metric_rules.rs"),
    ("RunInstances", "crates/emulator/src/emulator/tests/instances.rs"),
    ("StartInstance", "crates/emulator/src/emulator/tests/instances.rs"),
    ("StopInstance", "crates/emulator/src/emulator/tests/instances.rs"),
    ("RebootInstance", "crates/emulator/src/emulator/tests/instances.rs"),
    ("DeleteInstance", "crates/emulator/src/emulator/tests/instances.rs"),
    ("DescribeInstances", "crates/emulator/src/emulator/tests/instances.rs"),
    ("DescribeInstanceStatus", "crates/emulator/src/emulator/tests/instances.rs"),
    ("DescribeDisks", "crates/emulator/src/emulator/tests/disks.rs"),
    ("TagResources", "crates/emulator/src/emulator/tests/instances.rs"),
    ("StartInstances", "crates/emulator/src/emulator/tests/ecs_batch.rs"),
    ("StopInstances", "crates/emulator/src/emulator/tests/ecs_batch.rs"),
    ("DescribeInstanceAttribute", "crates/emulator/src/emulator/tests/ecs_reads.rs"),
    ("DescribeInstanceHistoryEvents", "crates/emulator/src/emulator/tests/ecs_reads.rs"),
    ("DescribeInstancesFullStatus", "crates/emulator/src/emulator/tests/ecs_reads.rs"),
    ("CreateSimulatedSystemEvents", "crates/emulator/src/emulator/tests/simulated_events.rs"),
    ("CancelSimulatedSystemEvents", "crates/emulator/src/emulator/tests/simulated_events.rs"),
    ("AssumeRole", "crates/emulator/src/emulator/tests/sts.rs"),
    ("AssumeRoleWithOIDC", "crates/emulator/src/emulator/tests/sts.rs"),
    ("GetCallerIdentity", "crates/emulator/src/emulator/tests/sts.rs"),
];

/// Parameters of those operations that no test of ours sends.
pub(in crate::emulator) const UNTESTED: &[(&str, &str)] = &[
    ("PutEventRuleTargets", "OpenApiParameters.N.Role"),
    ("PutEventRuleTargets", "OpenApiParameters.N.JsonParams"),
    ("RunInstances", "MinAmount"),
    ("RunInstances", "SpotStrategy"),
    ("RunInstances", "InternetMaxBandwidthOut"),
    ("RunInstances", "SystemDisk.Category"),
    ("RunInstances", "SystemDisk.Size"),
    ("RunInstances", "AutoReleaseTime"),
    ("StartInstance", "InitLocalDisk"),
    ("StopInstance", "ConfirmStop"),
    ("StopInstance", "Hibernate"),
    ("RebootInstance", "ForceStop"),
    ("DeleteInstance", "TerminateSubscription"),
    ("StopInstances", "ForceStop"),
    ("DescribeInstanceHistoryEvents", "Tag.N.Key"),
    ("DescribeInstanceHistoryEvents", "Tag.N.Value"),
];
