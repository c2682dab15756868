//! Start and stop of several instances at once.

use super::{
    ecs_support::{REGION, code, ecs, told},
    support::Cloud,
};
use crate::api::ecs::{InstanceResponse, StartInstances, StopInstances};

fn stop(ids: &[&String], mode: &str) -> StopInstances {
    StopInstances {
        region_id: REGION.to_owned(),
        instance_id: ids.iter().map(|id| (*id).clone()).collect(),
        batch_optimization: (!mode.is_empty()).then(|| mode.to_owned()),
        ..StopInstances::default()
    }
}

fn brief(outcome: &InstanceResponse) -> (&str, &str, &str) {
    (&outcome.code, &outcome.previous_status, &outcome.current_status)
}

#[test]
fn all_are_stopped_and_started_and_each_tells_so() {
    let cloud = Cloud::new();
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Running"));
    let answer = cloud.call(&stop(&[&a, &b], "")).unwrap();
    assert!(!answer.request_id.is_empty());
    let outcomes = answer.instance_responses.instance_response;
    assert_eq!(outcomes.iter().map(|one| &one.instance_id).collect::<Vec<_>>(), [&a, &b]);
    for outcome in &outcomes {
        assert_eq!(brief(outcome), ("200", "Running", "Stopping"));
        assert_eq!(outcome.message, "success");
    }
    cloud.advance(60);
    let start = StartInstances {
        region_id: REGION.to_owned(),
        instance_id: vec![a.clone(), b.clone()],
        ..Default::default()
    };
    let outcomes = cloud.call(&start).unwrap().instance_responses.instance_response;
    assert_eq!(outcomes.iter().map(brief).collect::<Vec<_>>(), [("200", "Stopped", "Starting"); 2]);
    cloud.advance(60);
    let of = |name: &str| -> Vec<String> {
        told(&cloud).into_iter().filter(|(of, _)| of == name).map(|(_, state)| state).collect()
    };
    for name in ["a", "b"] {
        assert_eq!(of(name), ["Stopping", "Stopped", "Starting", "Running"]);
    }
}

#[test]
fn together_means_all_or_none() {
    let cloud = Cloud::new();
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Stopped"));
    for mode in ["", "AllTogether"] {
        let (status, code, _) = cloud.refused(&stop(&[&a, &b], mode));
        assert_eq!((status, code.as_str()), (403, "IncorrectInstanceStatus"));
        let (status, code, _) = cloud.refused(&stop(&[&a, &"i-x".to_owned()], mode));
        assert_eq!((status, code.as_str()), (404, "InvalidInstanceId.NotFound"));
    }
    assert_eq!(cloud.state(&a).as_deref(), Some("Running"));
    cloud.advance(60);
    assert!(told(&cloud).is_empty());
}

#[test]
fn success_first_acts_on_each_by_itself() {
    let cloud = Cloud::new();
    let (a, b, c) =
        (cloud.instance("a", "Running"), cloud.instance("b", "Stopped"), cloud.instance("c", "Running"));
    let unknown = "i-x".to_owned();
    let outcomes = cloud
        .call(&stop(&[&a, &b, &unknown, &c], "SuccessFirst"))
        .unwrap()
        .instance_responses
        .instance_response;
    assert_eq!(
        outcomes.iter().map(brief).collect::<Vec<_>>(),
        [
            ("200", "Running", "Stopping"),
            ("IncorrectInstanceStatus", "Stopped", "Stopped"),
            ("InvalidInstanceId.NotFound", "", ""),
            ("200", "Running", "Stopping"),
        ]
    );
    assert!(outcomes[1].message.contains("does not support this operation"), "{}", outcomes[1].message);
    cloud.advance(60);
    assert_eq!(cloud.state(&c).as_deref(), Some("Stopped"));
    assert!(told(&cloud).iter().all(|(name, _)| name != "b"));

    let strict = Cloud::with_switches(&[("batch_unknown", "refuse")]);
    let a = strict.instance("a", "Running");
    assert_eq!(strict.refused(&stop(&[&a, &unknown], "SuccessFirst")).1, "InvalidInstanceId.NotFound");
    assert_eq!(strict.state(&a).as_deref(), Some("Running"));
}

#[test]
fn a_dry_run_of_a_batch_has_its_own_code() {
    let cloud = Cloud::new();
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Stopped"));
    let dry = |ids: &[&String], mode: &str| StopInstances { dry_run: Some(true), ..stop(ids, mode) };
    assert_eq!(cloud.refused(&dry(&[&a], "")).1, "DRYRUN.SUCCESS");
    assert_eq!(cloud.refused(&dry(&[&a, &b], "AllTogether")).1, "IncorrectInstanceStatus");
    // Documented: with SuccessFirst nothing else is ever answered.
    assert_eq!(cloud.refused(&dry(&[&a, &b], "SuccessFirst")).1, "DRYRUN.SUCCESS");
    assert_eq!(cloud.state(&a).as_deref(), Some("Running"));
}

#[test]
fn what_is_wrong_with_a_batch_is_named() {
    let cloud = Cloud::new();
    let a = cloud.instance("a", "Running");
    let refused = |change: &dyn Fn(&mut StopInstances)| {
        let mut call = stop(&[&a], "");
        change(&mut call);
        let (status, code, message) = cloud.refused(&call);
        assert_eq!((status, code.as_str()), (400, "InvalidParameter"), "{message}");
        message
    };
    assert!(refused(&|call| call.batch_optimization = Some("Sometimes".to_owned())).contains("SuccessFirst"));
    assert!(refused(&|call| call.instance_id = vec!["i".to_owned(); 101]).contains("at most 100"));
    assert!(refused(&|call| call.instance_id = vec![a.clone(), a.clone()]).contains("twice"));
    assert!(refused(&|call| call.stopped_mode = Some("Off".to_owned())).contains("KeepCharging"));
    assert_eq!(
        cloud.refused(&StopInstances { region_id: "cn-beijing".to_owned(), ..stop(&[&a], "") }).0,
        404
    );
    for (nonce, params, name) in
        [("1", vec![("RegionId", REGION)], "InstanceId"), ("2", vec![("InstanceId.1", "i")], "RegionId")]
    {
        let answer = ecs(&cloud, nonce, "StopInstances", &params);
        assert_eq!(code(&answer), (400, "MissingParameter"));
        assert!(answer.1["Message"].as_str().unwrap().contains(name), "{}", answer.1);
    }
}
