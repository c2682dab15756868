//! Messages of the journal, as reports show them.

use crate::{
    emulator::{Entry, What},
    report::ChatMessage,
};

/// The message of an entry that tells of one.
pub(super) fn chat(entry: &Entry) -> Option<Box<ChatMessage>> {
    let What::Delivery { rule, contact, robot, reply, message, .. } = &entry.what else { return None };
    let robot = robot.name.as_deref().unwrap_or("a robot that the spec does not name");
    let mut chat = ChatMessage::new(message, rule, contact, robot);
    if !reply.accepted() {
        chat.refused = Some(format!("errcode {} {}", reply.errcode, reply.errmsg));
    }
    Some(Box::new(chat))
}
