//! The flat parameters that a struct can have, read off its type.

use serde::{
    de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::ParamError;

/// A parameter that an operation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The wire name, with `N` for the numbers of lists (`EventPattern.N.LevelList.N`).
    pub name: String,
    /// `text`, `number` or `boolean`.
    pub kind: &'static str,
}

/// The parameters of `T`, in the order of its fields.
///
/// Serde asks for every field by name and type, so this cannot miss one.
#[must_use]
pub fn fields_of<T: DeserializeOwned>() -> Vec<Field> {
    let mut fields = Vec::new();
    // What is made of the answers is of no interest, and may well be an error.
    let _made = T::deserialize(Probe { name: String::new(), open: Vec::new(), fields: &mut fields });
    fields
}

struct Probe<'a> {
    name: String,
    /// The structs that this one is in: one that holds its own kind is looked into once.
    open: Vec<&'static str>,
    fields: &'a mut Vec<Field>,
}

impl Probe<'_> {
    fn leaf(self, kind: &'static str) {
        self.fields.push(Field { name: self.name, kind });
    }
}

macro_rules! leaf {
    ($($method:ident $visit:ident $value:expr, $kind:literal;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
            self.leaf($kind);
            visitor.$visit($value)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Probe<'_> {
    type Error = ParamError;

    leaf! {
        deserialize_i8 visit_i8 0, "number"; deserialize_i16 visit_i16 0, "number";
        deserialize_i32 visit_i32 0, "number"; deserialize_i64 visit_i64 0, "number";
        deserialize_u8 visit_u8 0, "number"; deserialize_u16 visit_u16 0, "number";
        deserialize_u32 visit_u32 0, "number"; deserialize_u64 visit_u64 0, "number";
        deserialize_f32 visit_f32 0.0, "number"; deserialize_f64 visit_f64 0.0, "number";
        deserialize_bool visit_bool false, "boolean";
        deserialize_str visit_str "", "text"; deserialize_string visit_str "", "text";
        deserialize_any visit_str "", "text";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_seq(One {
            name: Some(format!("{}.N", self.name)),
            open: self.open,
            fields: self.fields,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        let mut open = self.open;
        let names = if open.contains(&name) { &[] } else { names };
        open.push(name);
        let outer = if self.name.is_empty() { String::new() } else { format!("{}.", self.name) };
        visitor.visit_map(Each { outer, open, names: names.iter(), current: "", fields: self.fields })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct map enum identifier
    }
}

struct One<'a> {
    name: Option<String>,
    open: Vec<&'static str>,
    fields: &'a mut Vec<Field>,
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = ParamError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ParamError> {
        match self.name.take() {
            Some(name) => {
                let open = std::mem::take(&mut self.open);
                seed.deserialize(Probe { name, open, fields: self.fields }).map(Some)
            }
            None => Ok(None),
        }
    }
}

struct Each<'a> {
    outer: String,
    open: Vec<&'static str>,
    names: std::slice::Iter<'static, &'static str>,
    current: &'static str,
    fields: &'a mut Vec<Field>,
}

impl<'de> MapAccess<'de> for Each<'_> {
    type Error = ParamError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ParamError> {
        match self.names.next() {
            Some(name) => {
                self.current = name;
                let key: de::value::StrDeserializer<'_, ParamError> =
                    de::IntoDeserializer::into_deserializer(*name);
                seed.deserialize(key).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ParamError> {
        let name = format!("{}{}", self.outer, self.current);
        seed.deserialize(Probe { name, open: self.open.clone(), fields: self.fields })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only the names and types of the fields are read")]
    struct Inner {
        #[serde(rename = "SQLFilter")]
        sql_filter: Option<String>,
        level_list: Vec<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only the names and types of the fields are read")]
    struct Outer {
        name: String,
        #[serde(default)]
        silence: Option<u64>,
        enabled: Option<bool>,
        pattern: Vec<Inner>,
        one: Inner,
    }

    #[test]
    fn every_field_is_named_as_on_the_wire() {
        let fields: Vec<String> =
            fields_of::<Outer>().into_iter().map(|field| format!("{} {}", field.name, field.kind)).collect();
        assert_eq!(
            fields,
            [
                "Name text",
                "Silence number",
                "Enabled boolean",
                "Pattern.N.SQLFilter text",
                "Pattern.N.LevelList.N text",
                "One.SQLFilter text",
                "One.LevelList.N text"
            ]
        );
    }
}
