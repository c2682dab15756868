//! One declaration per mapping of a file: its keys, their types and their words for a reader. The
//! binder and the JSON Schema are both made from it, so they cannot disagree.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use super::Bind;

/// Declares a mapping: a struct whose fields are all `Option`, with [`super::Bind`].
///
/// ```text
/// mapping! {
///     /// For the schema's reader, too.
///     pub(crate) struct Never {
///         /// The robot.
///         required robot: Spanned<String>,
///         /// How long nothing may arrive.
///         required hold as "for": Spanned<Duration>,
///     }
///     hints { "within" => "`never` has `for`", }     // for keys that people write here by mistake
///     extensions                                      // `x-` keys are allowed
/// }
/// ```
macro_rules! mapping {
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $name:ident {
            $( $(#[doc = $doc:literal])* $need:ident $field:ident $(as $key:literal)? : $type:ty, )*
        }
        $(hints { $($wrong:literal => $help:literal,)* })?
        $(extensions $open:tt)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $( $(#[doc = $doc])* pub $field: Option<$type>, )*
            faulty: bool,
        }

        impl $crate::spec::yaml::Bound for $name {
            fn is_faulty(&self) -> bool {
                self.faulty
            }
        }

        impl $crate::spec::yaml::Bind for $name {
            fn bind(
                node: &$crate::spec::yaml::Node,
                context: &$crate::spec::yaml::Context,
            ) -> Option<Self> {
                let mut binder = $crate::spec::yaml::Binder::open(node, context)?;
                $( $crate::spec::yaml::mapping!(@open binder $open); )?
                $($( binder.hint($wrong, $help); )*)?
                let mut bound = Self {
                    $( $field: $crate::spec::yaml::mapping!(
                        @$need binder, $crate::spec::yaml::mapping!(@key $field $($key)?)
                    ), )*
                    faulty: false,
                };
                $( bound.faulty |= bound.$field.is_none()
                    && binder.has($crate::spec::yaml::mapping!(@key $field $($key)?)); )*
                bound.faulty |= !binder.close();
                Some(bound)
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let about = concat!($($about, "\n"),*);
                $crate::spec::yaml::MappingSchema::build(stringify!($name), about, generator, |mapping, generator| {
                    $( {
                        let schema = <$type as $crate::spec::yaml::Bind>::schema(generator);
                        mapping.$need(
                            $crate::spec::yaml::mapping!(@key $field $($key)?),
                            concat!($($doc, "\n"),*),
                            schema,
                        );
                    } )*
                    $( $crate::spec::yaml::mapping!(@extensible mapping $open); )?
                })
            }
        }
    };
    (@open $binder:ident true) => { $binder = $binder.with_extensions(); };
    (@extensible $mapping:ident true) => { $mapping.extensible(); };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@required $binder:ident, $key:expr) => { $binder.required($key) };
    (@optional $binder:ident, $key:expr) => { $binder.field($key) };
}
pub(crate) use mapping;

/// Binds an enum to its words: `words! { Site, "a site", { "china" => China, … } }`.
macro_rules! words {
    ($type:ty, $expected:literal, { $($word:literal => $variant:ident,)* }) => {
        impl $crate::spec::yaml::Bind for $type {
            fn bind(
                node: &$crate::spec::yaml::Node,
                context: &$crate::spec::yaml::Context,
            ) -> Option<Self> {
                $crate::spec::yaml::one_of(node, context, $expected, &[$(($word, Self::$variant),)*])
            }

            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::spec::yaml::one_of_schema(&[$($word,)*])
            }
        }
    };
}
pub(crate) use words;

/// What was bound from a mapping.
pub trait Bound {
    /// Whether the file has something here that could not be bound, and was reported: what seems to be
    /// missing may be that.
    fn is_faulty(&self) -> bool;
}

/// Builds the schema of one mapping.
#[derive(Debug)]
pub struct MappingSchema {
    about: String,
    properties: Map<String, Value>,
    required: Vec<String>,
    extensible: bool,
}

impl MappingSchema {
    /// Defines `name` once and refers to it; a mapping may hold itself.
    #[must_use]
    pub fn build(
        name: &str,
        about: &str,
        generator: &mut SchemaGenerator,
        fill: impl FnOnce(&mut Self, &mut SchemaGenerator),
    ) -> Schema {
        if !generator.definitions().contains_key(name) {
            generator.definitions_mut().insert(name.to_owned(), Value::Bool(true));
            let mut mapping =
                Self { about: tidy(about), properties: Map::new(), required: Vec::new(), extensible: false };
            fill(&mut mapping, generator);
            generator.definitions_mut().insert(name.to_owned(), mapping.finish());
        }
        json_schema!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Adds a key that must be there.
    pub fn required(&mut self, key: &str, doc: &str, schema: Schema) {
        self.required.push(key.to_owned());
        self.optional(key, doc, schema);
    }

    /// Adds a key that may be there.
    pub fn optional(&mut self, key: &str, doc: &str, mut schema: Schema) {
        if !doc.trim().is_empty() {
            schema.insert("description".to_owned(), tidy(doc).into());
        }
        self.properties.insert(key.to_owned(), schema.into());
    }

    /// Allows keys that begin with `x-`.
    pub const fn extensible(&mut self) {
        self.extensible = true;
    }

    fn finish(self) -> Value {
        let mut schema =
            json!({ "type": "object", "properties": self.properties, "additionalProperties": false });
        if !self.about.is_empty() {
            schema["description"] = self.about.into();
        }
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        if self.extensible {
            schema["patternProperties"] = json!({ "^x-": true });
        }
        schema
    }
}

/// The whole schema of a file that is a `T`, by JSON Schema 2020-12.
#[must_use]
pub fn root_schema<T: Bind>(title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let dialect = settings.meta_schema.clone().unwrap_or_default();
    let mut generator = settings.into_generator();
    let root = T::schema(&mut generator);
    let mut whole = json!({ "$schema": dialect, "title": title });
    if let (Some(whole), Some(root)) = (whole.as_object_mut(), root.as_object()) {
        whole.extend(root.clone());
    }
    let mut definitions = generator.take_definitions(true);
    definitions.sort_keys();
    whole["$defs"] = definitions.into();
    whole
}

/// A doc comment as one line.
fn tidy(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
