//! From what was asked to events that may happen.

use serde_json::Value;

use super::candidate::{Candidate, Draft, Variant, candidate, variants};
use crate::{
    clock::Timestamp,
    event::{CUSTOM_PRODUCT, Catalogue, Entry, Level},
    spec::yaml::{did_you_mean, nearest},
};

/// An event that somebody asks about.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its name, such as `Instance:StateChange`.
    pub name: String,
    /// Whether an application reports it itself (PutCustomEvent), and no product of the cloud.
    pub custom: bool,
    /// Its product; where it is absent, the one that has an event of this name.
    pub product: Option<String>,
    /// Products to choose from first, where several have an event of this name and none is given.
    pub prefer: Vec<String>,
    /// Its level; the catalogue's where it is absent, as for the next two.
    pub level: Option<Level>,
    /// Its type.
    pub event_type: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// What it holds, a JSON object.
    pub content: Value,
    /// The application groups that its resource is in, by name.
    pub application_groups: Vec<String>,
    /// Where it happens.
    pub region: String,
    /// When it happens.
    pub at: Timestamp,
}

/// The events that may be meant: one for each variant that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// At least one.
    pub candidates: Vec<Candidate>,
    /// What the catalogue says otherwise than the question.
    pub notes: Vec<String>,
}

/// Why nothing can be said about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// What is not clear.
    pub message: String,
    /// What to ask instead.
    pub remedy: String,
}

/// The entries of that name, of whatever product.
fn of_name<'a>(catalogue: &'a Catalogue, name: &str) -> impl Iterator<Item = &'a Entry> {
    catalogue.entries().iter().filter(move |entry| entry.name == name)
}

impl Question {
    /// The events that may be meant.
    ///
    /// # Errors
    /// A name or product that is not known, with what may have been meant, or a name that several
    /// products have.
    pub fn answered(&self, catalogue: &Catalogue) -> Result<Answered, Unclear> {
        let mut notes = Vec::new();
        let (product, variants): (String, Vec<Variant>) = if self.custom {
            // A rule looks at none of these for a custom event.
            (CUSTOM_PRODUCT.to_owned(), vec![(Some(Level::Info), Some(String::new()), Some(String::new()))])
        } else {
            match self.entry(catalogue)? {
                Some(entry) => {
                    if self.product.is_none() && of_name(catalogue, &self.name).count() > 1 {
                        notes.push(format!(
                            "`{}` is taken for an event of {}, the only product of the spec that has it",
                            self.name, entry.product
                        ));
                    }
                    self.compare(entry, &mut notes);
                    (entry.product.clone(), variants(entry))
                }
                None => {
                    notes.push(format!(
                        "the catalogue has no event `{}`: it is taken as it was described",
                        self.name
                    ));
                    (self.product.clone().unwrap_or_default(), vec![(None, None, None)])
                }
            }
        };
        let mut candidates: Vec<Candidate> = Vec::new();
        for (level, event_type, status) in variants {
            let variant = (
                self.level.or(level),
                self.event_type.clone().or(event_type),
                self.status.clone().or(status),
            );
            let (name, region) = (self.name.as_str(), self.region.as_str());
            let mut made = candidate(Draft { product: &product, name, variant, region, at: self.at });
            made.event.content = self.content.clone();
            made.application_groups.clone_from(&self.application_groups);
            if !candidates.contains(&made) {
                candidates.push(made);
            }
        }
        Ok(Answered { candidates, notes })
    }

    /// The catalogue's entry; none for an event that is not in it and that is described whole.
    fn entry<'a>(&self, catalogue: &'a Catalogue) -> Result<Option<&'a Entry>, Unclear> {
        let is_product = |entry: &&Entry, product: &String| entry.product.eq_ignore_ascii_case(product);
        let found: Vec<&Entry> = of_name(catalogue, &self.name)
            .filter(|entry| self.product.as_ref().is_none_or(|wanted| is_product(entry, wanted)))
            .collect();
        let preferred: Vec<&Entry> = found
            .iter()
            .copied()
            .filter(|entry| self.prefer.iter().any(|product| is_product(entry, product)))
            .collect();
        if let [entry] = preferred[..] {
            return Ok(Some(entry));
        }
        match found[..] {
            [entry] => return Ok(Some(entry)),
            [] => {}
            _ => {
                let products: Vec<&str> = found.iter().map(|entry| entry.product.as_str()).collect();
                return Err(Unclear {
                    message: format!("several products have an event `{}`", self.name),
                    remedy: format!("give --product: {}", products.join(", ")),
                });
            }
        }
        let is_described = self.product.is_some()
            && self.level.is_some()
            && self.event_type.is_some()
            && self.status.is_some();
        if is_described { Ok(None) } else { Err(self.unknown(catalogue)) }
    }

    fn unknown(&self, catalogue: &Catalogue) -> Unclear {
        const DESCRIBE: &str =
            "if it is right all the same, describe it: --product, --level, --type and --status";
        let mut products: Vec<&str> =
            catalogue.entries().iter().map(|entry| entry.product.as_str()).collect();
        products.dedup();
        if let Some(product) = self.product.as_deref().filter(|product| !catalogue.has_product(product)) {
            let near = did_you_mean("known products", product, products).unwrap_or_default();
            return Unclear {
                message: format!("no events of a product `{product}` are known"),
                remedy: format!("{near}\n{DESCRIBE}"),
            };
        }
        let names = catalogue
            .entries()
            .iter()
            .filter(|entry| {
                self.product.as_ref().is_none_or(|wanted| entry.product.eq_ignore_ascii_case(wanted))
            })
            .map(|entry| entry.name.as_str());
        let near = nearest(&self.name, names);
        let first = if near.is_empty() {
            "`bellcheck events TEXT` searches the known events".to_owned()
        } else {
            let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", quoted.join(" or "))
        };
        let of = self.product.as_ref().map(|product| format!(" of {product}")).unwrap_or_default();
        Unclear {
            message: format!("no event `{}`{of} is known", self.name),
            remedy: format!("{first}\n{DESCRIBE}"),
        }
    }

    /// Notes where the question gives what no document has for this event.
    fn compare(&self, entry: &Entry, notes: &mut Vec<String>) {
        let mut differs = |what: &str, asked: Option<&str>, known: Vec<&str>| {
            if let Some(asked) = asked
                && !known.is_empty()
                && !known.iter().any(|value| value.eq_ignore_ascii_case(asked))
            {
                notes.push(format!(
                    "the catalogue knows `{}` with {what} {} only, and not {asked}",
                    entry.name,
                    known.join(", ")
                ));
            }
        };
        differs("level", self.level.map(Level::as_str), entry.levels().collect());
        differs("type", self.event_type.as_deref(), entry.event_types().collect());
        differs("status", self.status.as_deref(), entry.statuses().collect());
    }
}
