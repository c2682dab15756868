//! `examples/deploy`: the schedules in YAML, as another reader has it, do their drill.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    drill::{drills, is_schedule},
    install::Runtime,
    outside::{root, source},
    support::Desk,
};

/// A user that is nobody's.
const NOBODY: u64 = 65532;

/// The YAML of the examples, as another reader has it.
fn read(desk: &Desk, name: &str) -> Option<Vec<Value>> {
    let python = Runtime::Python.ready()?;
    let output = desk
        .foreign(python.program)
        .env(python.path.0, python.path.1)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(source().join("python/yaml_to_json.py"))
        .arg(root().join("examples/deploy").join(name))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
    found.into_iter().next()
}

#[test]
fn the_workflow_does_its_drill() {
    let desk = Desk::new();
    let Some(documents) = read(&desk, "github-workflow.yml") else { return };
    let [workflow] = &documents[..] else { panic!("{documents:?}") };
    assert!(is_schedule(workflow["on"]["schedule"][0]["cron"].as_str().unwrap()));
    assert!(workflow["on"].as_object().unwrap().contains_key("workflow_dispatch"));
    let job = &workflow["jobs"]["drill"];
    assert!(job["runs-on"].is_string() && job["timeout-minutes"].is_u64());
    let steps = job["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["uses"].is_string() != step["run"].is_string()), "{steps:?}");
    let runs: Vec<&Value> = steps.iter().filter(|step| step["run"].is_string()).collect();
    let command = runs.last().unwrap()["run"].as_str().unwrap().strip_prefix("bellcheck ").unwrap();
    let secrets = runs.last().unwrap()["env"].as_object().unwrap();
    assert!(secrets.values().all(|value| value.as_str().unwrap().starts_with("${{ secrets.")), "{secrets:?}");
    let environment: Vec<&str> = secrets.keys().map(String::as_str).collect();
    drills(&command.split(' ').collect::<Vec<_>>(), &[], &environment);
}

#[test]
fn the_cron_job_does_its_drill_as_nobody_on_a_read_only_image() {
    let desk = Desk::new();
    let Some(documents) = read(&desk, "kubernetes-cronjob.yaml") else { return };
    let [account, job] = &documents[..] else { panic!("{documents:?}") };
    let kind = |document: &Value| {
        ["apiVersion", "kind"].map(|key| document[key].as_str().unwrap().to_owned()).join(" ")
    };
    assert_eq!((kind(account).as_str(), kind(job).as_str()), ("v1 ServiceAccount", "batch/v1 CronJob"));
    let spec = &job["spec"];
    assert!(is_schedule(spec["schedule"].as_str().unwrap()));
    assert_eq!(spec["concurrencyPolicy"], "Forbid");
    // A second attempt would ring twice.
    assert_eq!(spec["jobTemplate"]["spec"]["backoffLimit"], 0);
    let pod = &spec["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!(pod["restartPolicy"], "Never");
    assert_eq!(pod["serviceAccountName"], account["metadata"]["name"]);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["runAsUser"], NOBODY);
    let [container] = &pod["containers"].as_array().unwrap()[..] else { panic!("{pod}") };
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    assert!(container["image"].is_string() && container["command"].is_null());
    let names = |list: &Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&container["volumeMounts"]), names(&pod["volumes"]));
    // The names of the environment are those of the documented chain, and the token lies where they say.
    let chain = fs::read_to_string(root().join("docs/credentials.md")).unwrap();
    let environment = container["env"].as_array().unwrap();
    let cloud: Vec<&Value> = environment
        .iter()
        .filter(|one| one["name"].as_str().unwrap().starts_with("ALIBABA_CLOUD_"))
        .collect();
    assert_eq!(cloud.len(), 4);
    for one in cloud {
        assert!(chain.contains(&format!("`{}`", one["name"].as_str().unwrap())), "{one}");
    }
    let token = environment.iter().find(|one| one["name"] == "ALIBABA_CLOUD_OIDC_TOKEN_FILE").unwrap();
    let token = PathBuf::from(token["value"].as_str().unwrap());
    let mounts = container["volumeMounts"].as_array().unwrap();
    let mount = mounts.iter().find(|one| one["name"] == "oidc").unwrap();
    assert_eq!(token.parent().unwrap(), Path::new(mount["mountPath"].as_str().unwrap()));
    // Whatever is written goes to the one place that can be written to.
    let args: Vec<&str> =
        container["args"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let state = mounts.iter().find(|one| one["readOnly"] != true).unwrap()["mountPath"].as_str().unwrap();
    assert_eq!(container["workingDir"], state);
    for option in ["--journal=", "--metrics="] {
        let path = args.iter().find_map(|arg| arg.strip_prefix(option)).unwrap();
        assert!(path.starts_with(&format!("{state}/")), "{path}");
    }
    let environment: Vec<&str> = environment.iter().map(|one| one["name"].as_str().unwrap()).collect();
    drills(&args, &[("/drill", "examples/deploy"), ("/state", "state")], &environment);
}
