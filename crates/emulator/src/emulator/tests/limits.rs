//! Flow control, sizes, and what is kept of the past.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    served::Served,
    support::{Cloud, Raw, TOKEN, group},
};
use crate::{
    api::cloudmonitor::{DescribeContactGroupList, DescribeContactList},
    emulator::{Emulator, Keep, WorldConfig},
    openapi::{ErrorKind, SignatureScheme},
};

fn limited() -> Cloud {
    Cloud::with(|config| config.rate_limit = true)
}

#[test]
fn the_21st_call_of_a_second_is_told_when_to_come_back() {
    let cloud = limited();
    for _ in 0..20 {
        cloud.call(&DescribeContactList::default()).unwrap();
    }
    let refused = cloud.call(&DescribeContactList::default()).unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (Some(400), "Throttling.User"));
    assert_eq!((refused.kind, refused.retry_after_ms), (ErrorKind::Throttled, Some(50)));
    assert_eq!(refused.message, "Request was denied due to user flow control.");
    // Another operation has its own bucket.
    cloud.call(&DescribeContactGroupList::default()).unwrap();
    let pass = |millis| {
        cloud.emulator.with(|world| {
            let to = world.now().checked_add(Duration::from_millis(millis)).unwrap();
            world.advance_to(to);
        });
    };
    pass(49);
    assert_eq!(cloud.call(&DescribeContactList::default()).unwrap_err().retry_after_ms, Some(1));
    pass(1);
    cloud.call(&DescribeContactList::default()).unwrap();
    cloud.call(&DescribeContactList::default()).unwrap_err();
    // In ten seconds of steady calls, 20 a second are accepted beside the first 20.
    let cloud = limited();
    let mut accepted = 0;
    for _ in 0..1000 {
        accepted += usize::from(cloud.call(&DescribeContactList::default()).is_ok());
        cloud.emulator.with(|world| {
            let to = world.now().checked_add(Duration::from_millis(10)).unwrap();
            world.advance_to(to);
        });
    }
    assert_eq!(accepted, 20 + 199);
}

#[test]
fn a_refused_call_does_nothing() {
    let cloud = limited();
    for number in 0..30 {
        cloud.call(&group(&number.to_string(), &[])).ok();
    }
    let groups =
        cloud.emulator.with(|world| world.accounts.values().map(|one| one.groups.len()).sum::<usize>());
    assert_eq!(groups, 20);
}

#[test]
fn what_is_too_large_is_refused_in_the_gateways_form() {
    let cloud = Cloud::new();
    let mut head = Raw::new("DescribeContactList").request();
    head.headers.push(("x-filler".to_owned(), "x".repeat(128 * 1024)));
    let mut body = Raw::new("DescribeContactList").request();
    body.body = vec![b'x'; 512 * 1024 + 1];
    for (request, words) in [(head, "128 KB"), (body, "512 KB")] {
        let response = cloud.send(&request);
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!((response.status, answer["Code"].as_str()), (413, Some("RequestTooLarge")), "{answer}");
        assert!(answer["Message"].as_str().unwrap().contains(words), "{answer}");
    }
    // One parameter fills the rest of a body that is as large as can be.
    let filler = "x".repeat(500 * 1024);
    let largest = Raw {
        params: vec![("ContactName", Box::leak(filler.into_boxed_str()))],
        scheme: SignatureScheme::V1Body,
        ..Raw::new("DescribeContactList")
    };
    assert_eq!(cloud.send(&largest.request()).status, 200);
}

#[tokio::test]
async fn a_bounded_journal_keeps_its_numbers() {
    let keep = Keep { journal: 16, journal_bytes: 1 << 20, messages: 8 };
    let config = WorldConfig { keep: Some(keep), ..WorldConfig::default() };
    let served = Served::new(Emulator::virtual_clock(config)).await;
    let client = served.client(std::sync::Arc::new(served.emulator.clone()));
    for number in 0..50 {
        client.call(&group(&number.to_string(), &[])).await.unwrap();
    }
    let state = served.get("/_bellcheck/state").await;
    let dropped = state["journal_dropped"].as_u64().unwrap();
    assert_eq!((state["journal"].as_u64(), dropped > 30), (Some(50), true), "{state}");
    let name = |entry: &Value| entry["parameters"]["ContactGroupName"].as_str().unwrap().to_owned();
    let last_two = served.get("/_bellcheck/journal?from=48").await;
    assert_eq!(last_two.as_array().unwrap().iter().map(name).collect::<Vec<_>>(), ["48", "49"]);
    let all = served.get("/_bellcheck/journal").await;
    assert_eq!(name(&all[0]), dropped.to_string());
    let from_gone = served.get("/_bellcheck/journal?from=1").await;
    assert_eq!(all, from_gone);
    assert_eq!(served.get("/_bellcheck/journal?from=1000").await, json!([]));
    // The stream begins with the oldest that is kept, and says its number.
    let url = format!("{}/_bellcheck/journal/stream?from=1", served.base);
    let mut response = served.http.get(url).send().await.unwrap();
    let chunk = String::from_utf8(response.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(chunk.starts_with(&format!("id: {dropped}\n")), "{chunk}");
    served.end().await;
}

#[tokio::test]
async fn a_robot_keeps_its_newest_messages() {
    let keep = Keep { journal: 1000, journal_bytes: 1 << 20, messages: 8 };
    let config = WorldConfig { keep: Some(keep), ..WorldConfig::default() };
    let served = Served::new(Emulator::virtual_clock(config)).await;
    served.post("/_bellcheck/robots", json!({"token": TOKEN})).await;
    for number in 0..20 {
        // The robot's own limit is twenty a minute.
        served.post("/_bellcheck/advance", json!({"by": "4s"})).await;
        let text = json!({"msgtype": "text", "text": {"content": number.to_string()}});
        let answer = served.post(&format!("/robot/send?access_token={TOKEN}"), text).await;
        assert_eq!(answer["errcode"], 0);
    }
    let messages = served.get(&format!("/_bellcheck/robots/{TOKEN}/messages")).await;
    let messages = messages.as_array().unwrap();
    assert!(messages.len() <= 8 && messages.last().unwrap()["text"] == "19", "{messages:?}");
    let state = served.get("/_bellcheck/state").await;
    let robot = &state["robots"][0];
    assert_eq!(robot["messages"].as_u64().unwrap() + robot["messages_dropped"].as_u64().unwrap(), 20);
    served.end().await;
}
