//! How many calls a plan and an apply take. The lower bound: the pages of the lists, and for each
//! rule that the stack has one list of targets and one read of its statuses, which no list shows.

use super::cloud::{Cloud, PLAIN, wanted};

/// `count` contacts, each in a group of its own that one rule tells.
fn triples(count: usize) -> String {
    let (mut contacts, mut groups, mut rules) = (String::new(), String::new(), String::new());
    for number in 0..count {
        contacts.push_str(&format!("  c{number:04}: {{ email: c{number}@example.com }}\n"));
        groups.push_str(&format!("  g{number:04}: {{ contacts: [c{number:04}] }}\n"));
        rules.push_str(&format!(
            "  r{number:04}:\n    event_pattern: {{ product: ECS, levels: [INFO] }}\n    targets: [{{ group: g{number:04} }}]\n"
        ));
    }
    format!("stack: many\nregion: cn-hangzhou\ncontacts:\n{contacts}groups:\n{groups}rules:\n{rules}")
}

/// Pages of contacts, groups, enabled and disabled rules.
fn pages(count: usize) -> usize {
    3 * count.div_ceil(100).max(1) + 1
}

#[tokio::test]
async fn two_thousand_objects_take_no_call_more_than_they_must() {
    let count = 667;
    let cloud = Cloud::new();
    let desired = wanted(&triples(count));
    let report = cloud.converge(&desired, PLAIN).await;
    assert!(report.converged());
    assert_eq!(report.plan.counts().create, 3 * count);
    // Four writes for each triple; a look at an empty account, and one at a full one.
    let look = pages(count) + 2 * count;
    assert_eq!(cloud.operations(0, true).len(), 4 * count);
    assert_eq!(cloud.operations(0, false).len(), pages(0) + look);

    let mark = cloud.mark();
    assert!(cloud.plan(&desired, PLAIN).await.is_empty());
    assert_eq!((cloud.operations(mark, true).len(), cloud.operations(mark, false).len()), (0, look));
}

#[tokio::test]
async fn no_second_has_more_calls_of_an_operation_than_the_service_takes() {
    let cloud = Cloud::of(bellcheck::emulator::WorldConfig { rate_limit: true, ..Default::default() });
    // 60 of each write: 20 at once and the others as the service takes them, so that it never has to
    // refuse one.
    assert!(cloud.converge(&wanted(&triples(60)), PLAIN).await.converged());
    let codes = cloud.call_codes();
    assert!(!codes.iter().any(|code| code.contains("Throttling")), "{codes:?}");
}
