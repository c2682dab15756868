//! `GET state`.

use serde_json::{Map, Value, json};

use crate::{
    clock::FastClock,
    emulator::{Emulator, Switches, World},
};

/// The world in outline: names and counts, no secrets.
pub(super) fn outline(world: &World, emulator: &Emulator) -> Value {
    let accounts: Map<String, Value> = world
        .accounts
        .iter()
        .map(|(id, account)| {
            let instances: Vec<Value> = account
                .instances
                .values()
                .map(|instance| {
                    json!({
                        "instance_id": instance.id, "name": instance.name,
                        "region": instance.region, "state": instance.state.as_str(),
                    })
                })
                .collect();
            let held = json!({
                "contacts": account.contacts.keys().collect::<Vec<_>>(),
                "groups": account.groups.keys().collect::<Vec<_>>(),
                "rules": account.rules.keys().collect::<Vec<_>>(),
                "metric_rules": account.metric_rules.keys().collect::<Vec<_>>(),
                "instances": instances,
            });
            (id.clone(), held)
        })
        .collect();
    let robots: Vec<Value> = world
        .robots
        .iter()
        .map(|(token, robot)| {
            let mut shown = world.robot_ref(token).to_json();
            shown["messages"] = robot.messages.len().into();
            shown["messages_dropped"] = robot.dropped.into();
            shown
        })
        .collect();
    let access_keys: Vec<Value> = world
        .access_keys
        .iter()
        .map(|key| {
            let enabled = !world.disabled_keys.contains(&key.id);
            json!({"id": key.id, "account": key.account, "enabled": enabled})
        })
        .collect();
    let switches: Map<String, Value> = Switches::table()
        .into_iter()
        .map(|row| (row.name.to_owned(), world.switches().get(row.name).into()))
        .collect();
    json!({
        "now": world.now().to_string(),
        "clock": if emulator.is_virtual() { "virtual" } else { "real" },
        "speed": emulator.fast().map(FastClock::speed),
        "next_due": world.next_due().map(|due| due.to_string()),
        "due": world.due_count(),
        "accounts": accounts,
        "robots": robots,
        "journal": world.journal_dropped() + world.journal().len(),
        "journal_dropped": world.journal_dropped(),
        "access_keys": access_keys,
        "faults": world.armed_faults(),
        "switches": switches,
    })
}
