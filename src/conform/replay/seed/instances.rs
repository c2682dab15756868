//! Instances that were there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Player, before, holding, text};
use crate::{cassette::Cassette, emulator::NewInstance};

pub(super) fn instances(player: &mut Player, cassette: &Cassette) {
    let made: BTreeSet<String> = cassette
        .exchanges
        .iter()
        .filter(|exchange| exchange.operation == "RunInstances")
        .filter_map(|exchange| exchange.body.as_ref()?.get("InstanceIdSets"))
        .flat_map(super::strings)
        .collect();
    let full = before(
        cassette,
        &["DescribeInstances", "DescribeInstanceAttribute"],
        &[],
        "",
        &["InstanceId", "Status", "InstanceName"],
        |_, object| text(object, "InstanceId"),
    );
    for (id, object) in full.into_iter().filter(|(id, _)| !made.contains(id)) {
        let new = NewInstance {
            name: text(object, "InstanceName").unwrap_or_default(),
            region: text(object, "RegionId").unwrap_or_default(),
            instance_type: text(object, "InstanceType").unwrap_or_default(),
            state: text(object, "Status").unwrap_or_default(),
            tags: tags(object),
        };
        let emulated = player.world.add_instance(new);
        player.ids.learn(&id, &emulated);
    }
    // Some are only acted on, or only asked for their state.
    for exchange in &cassette.exchanges {
        let acted = exchange.parameters.iter().filter(|(name, _)| name.starts_with("InstanceId"));
        for id in acted.flat_map(|(_, value)| value.split(['"', '[', ']', ','])) {
            if !id.starts_with("i-") || made.contains(id) || player.ids.knows(id) {
                continue;
            }
            let state = if exchange.operation.starts_with("Start") { "Stopped" } else { "Running" };
            let new = NewInstance { state: state.to_owned(), ..NewInstance::default() };
            let emulated = player.world.add_instance(new);
            player.ids.learn(id, &emulated);
        }
    }
}

fn tags(object: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(tags) = object.get("Tags") {
        holding(tags, &["TagKey", "TagValue"], &mut found);
    }
    found.into_iter().filter_map(|tag| Some((text(tag, "TagKey")?, text(tag, "TagValue")?))).collect()
}
