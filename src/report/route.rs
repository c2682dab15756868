//! The way of an event through rules, groups and contacts to robots.

use std::time::Duration;

/// An event and where it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// When the event reached the event centre, since the scenario's first act.
    pub offset: Duration,
    /// The event in a line.
    pub event: String,
    /// Each arrow that was tried, in the order of a tree read from the top: a rule, its groups, their
    /// contacts, their robots.
    pub hops: Vec<Hop>,
}

/// One arrow of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What it leads to; deeper kinds hang below the last one that is less deep.
    pub kind: HopKind,
    /// The name of what it leads to.
    pub name: String,
    /// Whether the way goes on from there.
    pub goes_on: bool,
    /// What came of it, in a line.
    pub text: String,
    /// When, since the scenario's first act.
    pub offset: Duration,
}

/// What an arrow leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HopKind {
    /// An event rule.
    Rule,
    /// A contact group.
    Group,
    /// A webhook, queue or function that is a rule's own target.
    Target,
    /// A contact of the group.
    Contact,
    /// The contact's robot, or another of its channels.
    Robot,
}

impl HopKind {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Group => "group",
            Self::Target => "target",
            Self::Contact => "contact",
            Self::Robot => "robot",
        }
    }

    /// All kinds, for the schema.
    pub const ALL: [Self; 5] = [Self::Rule, Self::Group, Self::Target, Self::Contact, Self::Robot];

    /// How far it is from the event, from 1 on.
    #[must_use]
    pub const fn depth(self) -> usize {
        match self {
            Self::Rule => 1,
            Self::Group | Self::Target => 2,
            Self::Contact => 3,
            Self::Robot => 4,
        }
    }
}

impl Route {
    /// Changes every text of it.
    pub fn each_text(&mut self, change: &dyn Fn(&mut String)) {
        change(&mut self.event);
        for hop in &mut self.hops {
            change(&mut hop.name);
            change(&mut hop.text);
        }
    }
}
