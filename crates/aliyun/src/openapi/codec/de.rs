//! Flat parameters → struct.

use std::collections::BTreeMap;

use serde::{
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{ParamError, Params};

/// A struct from flat parameters.
///
/// # Errors
/// The first [`ParamError`], with the whole wire name of the parameter at fault. Unknown parameters
/// are errors for types with `deny_unknown_fields`, which every operation has.
pub fn from_params<T: DeserializeOwned>(params: &Params) -> Result<T, ParamError> {
    let mut root = Node::default();
    for (name, value) in params {
        if name.bytes().filter(|byte| *byte == b'.').count() > DEEPEST {
            return Err(ParamError::Unknown(name.clone()));
        }
        root.insert(name, name, value)?;
    }
    T::deserialize(&root)
}

/// Levels of a name. The tree is built and torn down by recursion, and no operation is nearly as
/// deep.
const DEEPEST: usize = 32;

/// The dots of the names as a tree.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, full: &str, rest: &str, value: &str) -> Result<(), ParamError> {
        let (head, tail) = rest.split_once('.').map_or((rest, None), |(head, tail)| (head, Some(tail)));
        if head.is_empty() {
            return Err(ParamError::Unknown(full.to_owned()));
        }
        let node = self.children.entry(head.to_owned()).or_default();
        match tail {
            Some(tail) => node.insert(full, tail, value),
            None => {
                node.value = Some(value.to_owned());
                Ok(())
            }
        }
    }

    fn text(&self) -> Result<&str, ParamError> {
        match &self.value {
            Some(value) if self.children.is_empty() => Ok(value),
            Some(_) => Err(invalid("it is both a value and an object")),
            None => Err(invalid("a single value is expected")),
        }
    }

    fn parse<T: std::str::FromStr>(&self, what: &str) -> Result<T, ParamError> {
        let text = self.text()?;
        text.parse().map_err(|_| invalid(&format!("{what} is expected")))
    }

    fn no_value(&self, what: &str) -> Result<(), ParamError> {
        if self.value.is_some() { Err(invalid(&format!("{what} is expected"))) } else { Ok(()) }
    }

    /// The elements of a list, which must be numbered from 1 without gaps.
    fn elements(&self) -> Result<Vec<(&str, &Node)>, ParamError> {
        self.no_value("a list (`.1`, `.2`, …)")?;
        let mut elements = Vec::with_capacity(self.children.len());
        for (key, node) in &self.children {
            let index: usize = match key.parse() {
                Ok(index) if index > 0 && !key.starts_with('0') && !key.starts_with('+') => index,
                _ => return Err(invalid("lists are numbered from 1").within(key)),
            };
            elements.push((index, key.as_str(), node));
        }
        elements.sort_by_key(|(index, ..)| *index);
        for (position, (index, key, _)) in elements.iter().enumerate() {
            if *index != position + 1 {
                return Err(invalid(&format!("`.{}` is missing before it", position + 1)).within(key));
            }
        }
        Ok(elements.into_iter().map(|(_, key, node)| (key, node)).collect())
    }
}

fn invalid(reason: &str) -> ParamError {
    ParamError::Invalid { name: String::new(), reason: reason.to_owned() }
}

macro_rules! number {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
            visitor.$visit(self.parse::<$type>("a whole number")?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = ParamError;

    number! {
        deserialize_i8 visit_i8 i8; deserialize_i16 visit_i16 i16; deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64; deserialize_u8 visit_u8 u8; deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32; deserialize_u64 visit_u64 u64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_f32(self.parse("a number")?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_f64(self.parse("a number")?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        let text = self.text()?;
        match text {
            _ if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            _ if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            _ => Err(invalid("true or false is expected")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        self.deserialize_str(visitor)
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
        visitor.visit_seq(Elements { items: self.elements()?.into_iter() })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        self.no_value("an object (`.Field`)")?;
        visitor.visit_map(Fields { items: self.children.iter(), current: None })
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        match self.children.keys().next() {
            Some(name) => Err(ParamError::Unknown(name.clone())),
            None => visitor.visit_unit(),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        let variant: de::value::StrDeserializer<'_, ParamError> = self.text()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! { char bytes byte_buf unit tuple tuple_struct map identifier }
}

struct Elements<I> {
    items: I,
}

impl<'de, I: ExactSizeIterator<Item = (&'de str, &'de Node)>> SeqAccess<'de> for Elements<I> {
    type Error = ParamError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ParamError> {
        match self.items.next() {
            Some((key, node)) => seed.deserialize(node).map(Some).map_err(|error| error.within(key)),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Fields<'de, I> {
    items: I,
    current: Option<(&'de String, &'de Node)>,
}

impl<'de, I: Iterator<Item = (&'de String, &'de Node)>> MapAccess<'de> for Fields<'de, I> {
    type Error = ParamError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ParamError> {
        self.current = self.items.next();
        match self.current {
            Some((name, node)) => {
                let key: de::value::StrDeserializer<'_, ParamError> = name.as_str().into_deserializer();
                seed.deserialize(key).map(Some).map_err(|error| name_first_leaf(error, name, node))
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ParamError> {
        match self.current.take() {
            Some((name, node)) => seed.deserialize(node).map_err(|error| error.within(name)),
            None => Err(invalid("a value was asked for before its name")),
        }
    }
}

/// An unknown object is reported by the first whole name that was sent, which is what the sender knows.
fn name_first_leaf(error: ParamError, name: &str, node: &Node) -> ParamError {
    match error {
        ParamError::Unknown(_) => {
            let mut full = name.to_owned();
            let mut node = node;
            while let (None, Some((key, child))) = (&node.value, node.children.iter().next()) {
                full = format!("{full}.{key}");
                node = child;
            }
            ParamError::Unknown(full)
        }
        other => other,
    }
}
