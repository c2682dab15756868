//! An instance that is bound to another region than that of the spec.

use serde_json::json;

use super::stage::Stage;

const STORY: &str = r#"name: Elsewhere
spec: quickstart/bellcheck.yaml
instances:
  web-9: { state: Running, region: cn-beijing }
steps:
  - simulate: { instance: web-9, event: SystemMaintenance.Reboot, not_before: 2d, as: planned }
  - cancel: planned
  - stop: web-9
"#;

#[test]
fn an_instance_is_acted_on_in_its_own_region() {
    let stage = Stage::new().without_instances().with_named_instance(
        "web-9",
        "web-9",
        "cn-beijing",
        "Running",
        json!({"bellcheck": "allowed"}),
    );
    stage.desk.write("a.yaml", STORY);
    let mark = stage.cloud.mark();
    stage.test(&["--yes", "--no-guard", "a.yaml"]).exits(0).says("1 passed");
    let writes = stage.cloud.writes(mark);
    for operation in ["CreateSimulatedSystemEvents", "CancelSimulatedSystemEvents"] {
        let regions: Vec<&str> = writes
            .iter()
            .filter(|(name, _)| name == operation)
            .filter_map(|(_, parameters)| parameters["RegionId"].as_str())
            .collect();
        assert_eq!(regions, ["cn-beijing"], "{operation}");
    }
    assert_eq!(stage.state("web-9"), "Running");
}
