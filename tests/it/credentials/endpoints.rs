//! Which address is called.

use serde_json::json;

use super::bench::{Bench, Fake, ROLE, SPEC, TOKENS, mirror};

const AK: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk")];

#[test]
fn one_product_can_be_elsewhere_and_the_endpoint_for_all_wins() {
    let bench = Bench::new();
    let cloud = mirror();
    let url = cloud.url();
    let own = [AK[0], AK[1], ("ALIBABA_CLOUD_ENDPOINT_CMS", url.as_str())];
    let home = bench.home();
    let environment: Vec<(&str, &str)> =
        own.iter().copied().chain(TOKENS).chain([("HOME", home.as_str())]).collect();
    bench.desk.run_with(&environment, &["plan", SPEC]).exits(3).says("called by testAk");
    bench.plan(&own).exits(0).says("6 to create");
    let wrong = [AK[0], AK[1], ("ALIBABA_CLOUD_ENDPOINT_CMS", "host/path"), ("HOME", home.as_str())];
    bench.desk.run_with(&wrong, &["plan", SPEC]).exits(2).says("has more than a host and a port");
}

#[test]
fn a_role_is_asked_for_where_its_profile_says() {
    let bench = Bench::new();
    let sts = Fake::start(|_| {
        wiremock::ResponseTemplate::new(403)
            .set_body_json(json!({"Code": "HereIsSts", "Message": "m", "RequestId": "R"}))
    });
    let home = bench.home();
    let ask = |more: serde_json::Value, environment: &[(&str, &str)], args: &[&str]| {
        let mut profile = json!({"name": "p", "mode": "RamRoleArn", "access_key_id": "testAk",
            "access_key_secret": "testSk", "ram_role_arn": ROLE});
        profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.profiles(&json!([profile]));
        let all: Vec<(&str, &str)> = environment.iter().copied().chain([("HOME", home.as_str())]).collect();
        bench.desk.run_with(&all, &[&["plan", SPEC], args].concat())
    };
    let url = sts.url();
    ask(json!({"sts_endpoint": url}), &[], &[]).exits(3).says("HereIsSts");
    ask(json!({}), &[("ALIBABA_CLOUD_ENDPOINT_STS", &url)], &[]).exits(3).says("HereIsSts");
    // The endpoint for all comes first, also for STS.
    let all = bench.cloud.endpoint();
    ask(json!({"sts_endpoint": url}), &[], &["--endpoint", &all]).exits(0).says("6 to create");
    ask(json!({"sts_region": "not a region"}), &[], &[])
        .exits(2)
        .says("profile `p` of")
        .says("`not a region` is not a region");
    ask(json!({}), &[("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "perhaps")], &[])
        .exits(2)
        .says("`ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED` says neither yes nor no");
}
