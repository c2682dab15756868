//! Injected faults.

use super::support::{Cloud, Raw, TOKEN, contact, webhook};
use crate::{
    api::{cloudmonitor::DescribeContactList, ecs::StopInstance},
    emulator::{FaultEffect, FaultRule, FaultTarget},
    openapi::ErrorKind,
};

fn fault(target: FaultTarget, effect: FaultEffect) -> FaultRule {
    FaultRule { target, effect, share: None, times: None }
}

#[test]
fn an_operation_fails_as_often_as_told() {
    let cloud = Cloud::new();
    let rule = FaultRule {
        times: Some(2),
        ..fault(
            FaultTarget::Operation("PutContact".to_owned()),
            FaultEffect::Error("Throttling.User".to_owned()),
        )
    };
    cloud.emulator.with(|world| world.add_fault(rule));
    for _ in 0..2 {
        let error = cloud.call(&contact("a", webhook("t"))).unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Throttled, "Throttling.User"));
        cloud.call(&DescribeContactList::default()).unwrap();
    }
    cloud.call(&contact("a", webhook("t"))).unwrap();
}

#[test]
fn all_operations_fail_until_the_faults_are_cleared() {
    let cloud = Cloud::new();
    cloud.emulator.with(|world| {
        world.set_faults(vec![fault(FaultTarget::AnyOperation, FaultEffect::Status(500))]);
    });
    let error = cloud.call(&DescribeContactList::default()).unwrap_err();
    assert_eq!((error.status, error.kind), (Some(500), ErrorKind::Service));
    cloud.emulator.with(|world| world.set_faults(Vec::new()));
    cloud.call(&DescribeContactList::default()).unwrap();
}

#[test]
fn a_share_of_calls_fails_and_the_seed_decides_which() {
    let pattern = |seed: u64| -> Vec<bool> {
        let cloud = Cloud::new();
        cloud.emulator.with(|world| {
            world.seed_faults(seed);
            world.set_faults(vec![FaultRule {
                share: Some(0.5),
                ..fault(FaultTarget::AnyOperation, FaultEffect::Status(503))
            }]);
        });
        (0..64).map(|_| cloud.call(&DescribeContactList::default()).is_ok()).collect()
    };
    let first = pattern(1);
    assert_eq!(first, pattern(1));
    assert_ne!(first, pattern(2));
    let passed = first.iter().filter(|passed| **passed).count();
    assert!((16..48).contains(&passed), "{passed}");
}

#[test]
fn a_robot_fails_as_told() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.emulator.with(|world| {
        world.add_fault(FaultRule {
            times: Some(1),
            ..fault(FaultTarget::Robot(TOKEN.into()), FaultEffect::Errcode(130_101))
        });
    });
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id, ..Default::default() }).unwrap();
    cloud.advance(60);
    assert_eq!(cloud.deliveries(), [130_101, 0]);
    assert_eq!(cloud.texts().len(), 1);
}

#[test]
fn an_injected_throttling_says_how_long_to_wait() {
    for (effect, status, waits) in [
        (FaultEffect::Error("Throttling.User".to_owned()), 400, true),
        (FaultEffect::Error("Throttling".to_owned()), 400, true),
        (FaultEffect::Error("ThrottlingException".to_owned()), 429, true),
        (FaultEffect::Status(429), 429, true),
        (FaultEffect::Error("InvalidAuthorization".to_owned()), 403, false),
        (FaultEffect::Status(503), 503, false),
    ] {
        let cloud = Cloud::new();
        cloud.emulator.with(|world| world.add_fault(fault(FaultTarget::AnyOperation, effect.clone())));
        let answer = cloud.send(&Raw::new("DescribeContactList").request());
        let wait = answer.header("x-acs-retry-after").map(|wait| wait.parse::<u64>().unwrap());
        assert_eq!((answer.status, wait), (status, waits.then_some(50)), "{effect}");
    }
}
