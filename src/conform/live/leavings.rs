//! Things that were made, and their end.

use std::io;

use serde::{Deserialize, Serialize};

use super::{
    journal::{Journal, Line},
    look,
};
use crate::{
    api::cloudmonitor::{DeleteContact, DeleteContactGroup, DeleteEventRules, DeleteMonitorGroup},
    openapi::{ApiError, Client},
};

/// What can be made, in the order in which it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Rule,
    Group,
    Contact,
    ApplicationGroup,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Rule => "event rule",
            Self::Group => "contact group",
            Self::Contact => "contact",
            Self::ApplicationGroup => "application group",
        }
    }
}

/// Something that was made, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) name: String,
}

impl Thing {
    pub(super) fn in_words(&self) -> String {
        format!("{} {}", self.kind.word(), self.name)
    }
}

/// The things that a run made, or began to make, each of which its record has.
#[derive(Debug)]
pub(super) struct Leavings {
    journal: Journal,
    things: Vec<Thing>,
}

impl Leavings {
    pub(super) const fn new(journal: Journal) -> Self {
        Self::of(journal, Vec::new())
    }

    /// Those that a record tells.
    pub(super) const fn of(journal: Journal, things: Vec<Thing>) -> Self {
        Self { journal, things }
    }

    /// A name of this run.
    pub(super) fn name(&self, what: &str) -> String {
        self.journal.name(what)
    }

    /// Writes down what is about to be made. `tell` hears of what is new.
    ///
    /// # Errors
    /// Those of the file system: then it must not be made.
    pub(super) fn add(&mut self, kind: Kind, name: &str, tell: &dyn Fn(&str)) -> io::Result<()> {
        let thing = Thing { kind, name: name.to_owned() };
        if self.things.contains(&thing) {
            return Ok(());
        }
        self.journal.will_make(kind, name)?;
        tell(&format!("makes {}", thing.in_words()));
        self.things.push(thing);
        Ok(())
    }

    /// Deletes them all, and looks whether they are gone. Returns those that are not, with the cause;
    /// the record keeps them.
    pub(super) async fn clear(mut self, client: &Client) -> Vec<String> {
        self.things.sort();
        let mut deleted = Vec::new();
        for thing in &self.things {
            // One that was never made cannot be deleted; what counts is that it is not there.
            deleted.push(delete(client, thing).await.err());
        }
        let there = look::which_are_there(client, &self.things).await;
        let mut left = Vec::new();
        for ((thing, error), there) in self.things.iter().zip(deleted).zip(there) {
            let why = match there {
                Ok(false) => match self.journal.write(&Line::Gone(thing.clone())) {
                    Ok(()) => continue,
                    Err(error) => format!("it is gone, and its record cannot be written: {error}"),
                },
                Ok(true) => error.map_or_else(|| "it is still listed".to_owned(), |error| error.to_string()),
                Err(error) => error.to_string(),
            };
            left.push(format!("{}: {why}", thing.in_words()));
        }
        if left.is_empty()
            && let Err(error) = self.journal.write(&Line::End { at: client.clock().now() })
        {
            left.push(error.to_string());
        }
        left
    }
}

async fn delete(client: &Client, thing: &Thing) -> Result<(), ApiError> {
    let name = thing.name.clone();
    match thing.kind {
        Kind::Rule => client.call(&DeleteEventRules { rule_names: vec![name] }).await.map(drop),
        Kind::Group => client.call(&DeleteContactGroup { contact_group_name: name }).await.map(drop),
        Kind::Contact => client.call(&DeleteContact { contact_name: name }).await.map(drop),
        Kind::ApplicationGroup => {
            for group_id in look::application_groups(client, &name).await? {
                client.call(&DeleteMonitorGroup { group_id, ..Default::default() }).await?;
            }
            Ok(())
        }
    }
}
