//! Struct → flat parameters.

use serde::ser::{self, Serialize};

use super::{ParamError, Params};

/// The flat parameters of a struct.
///
/// # Errors
/// [`ParamError::Unrepresentable`] for what flat parameters cannot carry without loss: maps with
/// other than string keys, enums with data, list elements that would leave no trace.
pub fn to_params<T: Serialize + ?Sized>(value: &T) -> Result<Params, ParamError> {
    let mut params = Params::new();
    value.serialize(Encoder { path: String::new(), params: &mut params })?;
    Ok(params)
}

struct Encoder<'a> {
    path: String,
    params: &'a mut Params,
}

impl Encoder<'_> {
    fn put(self, value: impl Into<String>) -> Result<(), ParamError> {
        if self.path.is_empty() {
            return Err(ParamError::Unrepresentable("a value without a name".to_owned()));
        }
        self.params.insert(self.path, value.into());
        Ok(())
    }

    fn refuse<T>(&self, what: &str) -> Result<T, ParamError> {
        Err(ParamError::Unrepresentable(format!("{what} at `{}`", self.path)))
    }
}

fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

macro_rules! display {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), ParamError> { self.put(value.to_string()) })*
    };
}

impl<'a> ser::Serializer for Encoder<'a> {
    type Ok = ();
    type Error = ParamError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = ser::Impossible<(), ParamError>;
    type SerializeTupleVariant = ser::Impossible<(), ParamError>;
    type SerializeMap = ser::Impossible<(), ParamError>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = ser::Impossible<(), ParamError>;

    display!(serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str);

    fn serialize_bytes(self, _value: &[u8]) -> Result<(), ParamError> {
        self.refuse("bytes")
    }

    fn serialize_none(self) -> Result<(), ParamError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ParamError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), ParamError> {
        self.refuse("a unit")
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), ParamError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), ParamError> {
        self.put(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), ParamError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), ParamError> {
        self.refuse("an enum with data")
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<List<'a>, ParamError> {
        Ok(List { path: self.path, next: 1, params: self.params })
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'a>, ParamError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleStruct, ParamError> {
        self.refuse("a tuple struct")
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, ParamError> {
        self.refuse("an enum with data")
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap, ParamError> {
        self.refuse("a map")
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Object<'a>, ParamError> {
        Ok(Object { path: self.path, params: self.params })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant, ParamError> {
        self.refuse("an enum with data")
    }
}

/// Writes `Name.1`, `Name.2`, …
struct List<'a> {
    path: String,
    next: usize,
    params: &'a mut Params,
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = ParamError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ParamError> {
        let path = child(&self.path, &self.next.to_string());
        let before = self.params.len();
        value.serialize(Encoder { path: path.clone(), params: self.params })?;
        if self.params.len() == before {
            return Err(ParamError::Unrepresentable(format!("an empty list element at `{path}`")));
        }
        self.next += 1;
        Ok(())
    }

    fn end(self) -> Result<(), ParamError> {
        Ok(())
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = ParamError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ParamError> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), ParamError> {
        Ok(())
    }
}

/// Writes `Name.Field`.
struct Object<'a> {
    path: String,
    params: &'a mut Params,
}

impl ser::SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = ParamError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), ParamError> {
        value.serialize(Encoder { path: child(&self.path, key), params: self.params })
    }

    fn end(self) -> Result<(), ParamError> {
        Ok(())
    }
}
