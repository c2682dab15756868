//! The world that a scenario begins with.

use std::sync::Arc;

use indexmap::IndexMap;

use super::RunSettings;
use crate::{
    diagnostic::Diagnostic,
    emulator::{AccessKey, Emulator, NewInstance, RobotConfig, Switches, WorldConfig},
    openapi::{Client, Credentials, Endpoints, SequenceNonce},
    scenario::Scenario,
    secret::Secret,
    spec::{Site, Spec},
};

/// A scenario's own cloud.
pub(super) struct Cloud {
    /// The emulator, on a virtual clock.
    pub(super) emulator: Emulator,
    /// The client that speaks to it, by signed requests within the process.
    pub(super) client: Client,
    /// Instance ids by the names that the scenario uses.
    pub(super) instances: IndexMap<String, String>,
    /// Robots' tokens by the names that the spec uses.
    pub(super) tokens: IndexMap<String, Secret>,
    /// The account that owns everything.
    pub(super) account: String,
}

/// Makes the world: robots with their security settings, instances in their first state. What is set
/// up here is no part of the story and causes no event.
pub(super) fn cloud(scenario: &Scenario, settings: &RunSettings) -> Result<Cloud, Diagnostic> {
    let key = AccessKey::test();
    let config = WorldConfig {
        seed: settings.seed,
        template: settings.template.clone(),
        access_keys: vec![key.clone()],
        switches: switches(scenario)?,
        ..WorldConfig::default()
    };
    let emulator = Emulator::virtual_clock(config);
    let mut instances = IndexMap::new();
    for (name, instance) in &scenario.instances {
        let new = NewInstance {
            name: instance.name.clone(),
            region: instance.region.clone(),
            instance_type: instance.instance_type.clone(),
            state: instance.state.clone(),
            tags: instance.tags.clone(),
        };
        instances.insert(name.clone(), emulator.with(|world| world.add_instance(new)));
    }
    let endpoints = Endpoints::new(&scenario.spec.region, None)
        .map_err(|error| defect(scenario, &format!("region `{}`: {error}", scenario.spec.region)))?;
    let credentials = Credentials {
        access_key_id: key.id.clone(),
        access_key_secret: key.secret.clone(),
        security_token: None,
    };
    let client = Client::new(
        Arc::new(emulator.clone()),
        endpoints,
        credentials,
        Arc::new(emulator.clone()),
        Arc::new(SequenceNonce::new("bellcheck")),
    )
    // This cloud has no limits, and setting it up must not take any of the scenario's time.
    .plain();
    for sink in &scenario.webhooks {
        emulator.with(|world| world.answer_webhook(sink.clone()));
    }
    let mut cloud = Cloud { emulator, client, instances, tokens: IndexMap::new(), account: key.account };
    declare(&mut cloud, &scenario.spec).map_err(|error| defect(scenario, &error))?;
    Ok(cloud)
}

/// Declares what a spec names and `apply` does not make: its robots with their security settings, and
/// its application groups.
pub(super) fn declare(cloud: &mut Cloud, spec: &Spec) -> Result<(), String> {
    for robot in spec.robots.values() {
        let declared = RobotConfig::from_spec(robot)?;
        cloud.tokens.insert(robot.name.clone(), declared.token.clone());
        cloud.emulator.with(|world| world.declare_robot(declared));
    }
    for group in &spec.application_groups {
        cloud.emulator.with(|world| world.declare_application_group(&cloud.account, group));
    }
    Ok(())
}

/// The site of the spec first, so that a scenario may still say otherwise.
fn switches(scenario: &Scenario) -> Result<Switches, Diagnostic> {
    let mut switches = Switches::default();
    let mut set =
        |name: &str, value: &str| switches.set(name, value).map_err(|error| defect(scenario, &error));
    if scenario.spec.site == Site::International {
        set("site", "international")?;
    }
    for (name, value) in &scenario.switches {
        set(&name.value, &value.value)?;
    }
    Ok(switches)
}

fn defect(scenario: &Scenario, why: &str) -> Diagnostic {
    Diagnostic::error("scenario::setup", format!("the world of this scenario cannot be made: {why}")).at(
        &scenario.source,
        scenario.spec_span,
        "the spec",
    )
}
