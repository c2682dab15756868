//! The world that a scenario begins with.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{
    RunSettings,
    cloud::{Cloud, Place},
    live::Live,
};
use crate::{
    diagnostic::Diagnostic,
    emulator::{AccessKey, Emulator, NewInstance, RobotConfig, Switches, WorldConfig},
    openapi::{Client, Credentials, Endpoints, SequenceNonce, Stop},
    scenario::{
        Scenario,
        live::{LiveRun, Refused, Why, inspect, uncaptured},
    },
    spec::{Site, Spec},
};

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
    let place = Place::Emulated(emulator);
    let mut cloud = Cloud { client, instances, tokens: IndexMap::new(), account: key.account, place };
    declare(&mut cloud, &scenario.spec).map_err(|error| defect(scenario, &error))?;
    Ok(cloud)
}

/// Looks at the real cloud, as it is before the story.
pub(super) async fn live(scenario: &Scenario, run: &Arc<LiveRun>, stop: &Stop) -> Result<Cloud, Refused> {
    let unfit = |finding: Diagnostic| Refused { why: Why::Unfit, findings: vec![finding] };
    let client = run.client.clone().with_stop(stop);
    let client = client
        .in_region(&scenario.spec.region)
        .map_err(|error| unfit(defect(scenario, &format!("region `{}`: {error}", scenario.spec.region))))?;
    // It may have changed since the run was agreed to, also by the scenario before.
    let prepared = inspect(&client, scenario, &run.binds).await?;
    let instances = prepared.instances.iter().map(|(name, found)| (name.clone(), found.instance_id.clone()));
    let instances = instances.collect();
    let live = Live::open(run, scenario, prepared).await.map_err(|why| unfit(defect(scenario, &why)))?;
    let findings = uncaptured(scenario, &|robot| live.captures(robot));
    if !findings.is_empty() {
        return Err(Refused { why: Why::Unfit, findings });
    }
    let place = Place::Live(Box::new(live));
    let mut cloud = Cloud { client, instances, tokens: IndexMap::new(), account: run.account.clone(), place };
    declare(&mut cloud, &scenario.spec).map_err(|error| unfit(defect(scenario, &error)))?;
    Ok(cloud)
}

/// Declares what a spec names and `apply` does not make: its robots with their security settings, and
/// its application groups.
pub(super) fn declare(cloud: &mut Cloud, spec: &Spec) -> Result<(), String> {
    for robot in spec.robots.values() {
        let declared = RobotConfig::at(&robot.webhook, &robot.name, robot.security()?)?;
        cloud.tokens.insert(robot.name.clone(), declared.token.clone());
        if let Some(emulator) = cloud.emulator() {
            emulator.with(|world| world.declare_robot(declared));
        }
    }
    if let Some(emulator) = cloud.emulator() {
        for group in &spec.application_groups {
            emulator.with(|world| world.declare_application_group(&cloud.account, group));
        }
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
