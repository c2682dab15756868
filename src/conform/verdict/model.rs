//! The verdicts.

use std::time::Duration;

use crate::{cassette::Provenance, clock::Timestamp};

/// What the emulator and the cloud of some cassettes came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Conformance {
    /// The cassettes, in the order given.
    pub cassettes: Vec<CassetteInfo>,
    /// Operations that were compared, by name.
    pub operations: Vec<OperationVerdict>,
    /// Exchanges that say nothing of the service.
    pub passed_over: Vec<PassedOver>,
    /// Operations of the emulator that no cassette has.
    pub never: Vec<&'static str>,
    /// Differences of time up to this are none.
    pub tolerance: Duration,
}

/// One cassette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CassetteInfo {
    /// The file.
    pub name: String,
    /// The command that was recorded.
    pub command: String,
    /// When.
    pub recorded_at: Timestamp,
    /// How old it is in days.
    pub age_days: u64,
    /// Whether that is older than evidence should be.
    pub is_old: bool,
    /// Who answered.
    pub provenance: Provenance,
    /// How many exchanges it has.
    pub exchanges: usize,
    /// Whether the run that wrote it was cut short.
    pub is_cut: bool,
}

/// What is known of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationVerdict {
    /// Its wire name.
    pub operation: String,
    /// Exchanges that were compared.
    pub exchanges: usize,
    /// Fields that were the same whenever they were observed.
    pub same: Vec<String>,
    /// Fields that were not.
    pub differences: Vec<Difference>,
    /// Fields of the emulator's definition that no answer had.
    pub never: Vec<String>,
    /// Lists that the cloud answered in another order when it was asked the same again.
    pub unordered: Vec<String>,
}

/// One field, or time, in which they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: `Contacts.Contact[].Lang`; `{}` stands for JSON in a string.
    pub path: String,
    /// How.
    pub kind: DifferenceKind,
    /// What the cloud said, the first time.
    pub cloud: String,
    /// What the emulator says to the same.
    pub emulator: String,
    /// In how many exchanges.
    pub count: usize,
    /// The switch of the emulator that decides it, where there is one.
    pub switch: Option<&'static str>,
}

/// How two answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// One took the call, and the other refused it, or for another reason.
    Answer,
    /// A level around a value that the other has not, or that has another name there.
    Wrapper,
    /// A number here, a string there.
    Type,
    /// Only the cloud has the field.
    CloudOnly,
    /// Only the emulator has the field.
    EmulatorOnly,
    /// Another number of entries.
    Count,
    /// The same entries, in another order.
    Order,
    /// The same word, written in another way.
    Enum,
    /// Another value in a field that no request of the cassette set.
    Default,
    /// Another value.
    Value,
    /// Later or earlier than the tolerance allows.
    Timing,
}

impl DifferenceKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Wrapper => "wrapper",
            Self::Type => "type",
            Self::CloudOnly => "only in the cloud",
            Self::EmulatorOnly => "only in the emulator",
            Self::Count => "count",
            Self::Order => "order",
            Self::Enum => "enum",
            Self::Default => "default",
            Self::Value => "value",
            Self::Timing => "timing",
        }
    }
}

/// Exchanges that were not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The operation.
    pub operation: String,
    /// Why.
    pub why: &'static str,
    /// How many.
    pub count: usize,
}

impl Conformance {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.operations.iter().all(|operation| operation.differences.is_empty())
    }

    /// The number of differences.
    #[must_use]
    pub fn differences(&self) -> usize {
        self.operations.iter().map(|operation| operation.differences.len()).sum()
    }
}
