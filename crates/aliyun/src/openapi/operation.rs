//! What an operation of the cloud is: a plain struct of parameters and a type for its answer.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A product of the cloud, as far as bellcheck speaks to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Product {
    /// CloudMonitor, API version 2019-01-01.
    Cms,
    /// Elastic Compute Service, API version 2014-05-26.
    Ecs,
    /// Security Token Service, API version 2015-04-01.
    Sts,
}

impl Product {
    /// All products.
    pub const ALL: [Self; 3] = [Self::Cms, Self::Ecs, Self::Sts];

    /// The API version that bellcheck uses.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::Cms => "2019-01-01",
            Self::Ecs => "2014-05-26",
            Self::Sts => "2015-04-01",
        }
    }

    /// The product's name in error envelopes and troubleshooting links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cms => "Cms",
            Self::Ecs => "Ecs",
            Self::Sts => "Sts",
        }
    }

    /// The product that has this API version; versions are distinct among the products here.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.version() == version)
    }
}

/// One operation. The struct's fields are the business parameters, by wire name (`serde` renames).
pub trait Operation: Serialize + DeserializeOwned + Send + Sync {
    /// The product that has it.
    const PRODUCT: Product;
    /// The wire name, such as `PutContact`.
    const ACTION: &'static str;
    /// Whether it changes anything.
    const WRITES: bool;
    /// Whether it is called without a signature, because its parameters prove who calls.
    const UNSIGNED: bool = false;
    /// Whether a call that may have taken effect can be made again without harm: a second one changes
    /// nothing, or is refused for what the first one did. Reads can; so can writes of whole objects.
    const REPEATABLE: bool = true;
    /// The body of a successful answer.
    type Response: Serialize + DeserializeOwned + Send;
}
