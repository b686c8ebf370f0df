//! Reads JSON that was written by serde from the same types: fields in the order in which the type
//! declares them, any of them left out.
//!
//! A general reader has to find fields in any order, and serde then compiles for every type a
//! table of names and a loop over them. Page and worker are of one version, so that their order is
//! known; what reads it is a third as large, and the page is what a first visit waits for.

mod scan;
#[cfg(test)]
mod tests;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    SeqAccess, VariantAccess, Visitor,
};

use scan::Reader;

/// A text that is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unexpected text at byte {at}")]
pub struct Unreadable {
    /// Where.
    pub at: usize,
}

impl Error for Unreadable {
    /// What is said of it is left out: the place tells enough.
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Unreadable { at: 0 }
    }
}

/// A value from JSON whose fields stand in their order; null and what is left out are `None` and
/// an empty list.
///
/// ```
/// use llm_atlas::protocol::{Progress, Stage, read_in_order};
/// let text = r#"{"stage":"Weights","received_bytes":7,"total_bytes":null}"#;
/// let progress: Progress = read_in_order(text).unwrap();
/// assert_eq!((progress.stage, progress.received_bytes), (Stage::Weights, 7));
/// ```
///
/// # Errors
/// If the text is something else.
pub fn read_in_order<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader {
        text,
        at: 0,
        is_left_out: false,
    };
    let read = T::deserialize(&mut reader);
    let rest = text.get(reader.at..).unwrap_or_default();
    match read {
        Ok(value) if rest.trim_start().is_empty() => Ok(value),
        _ => Err(reader.lost()),
    }
}

/// What there is to go through.
enum Kind {
    /// Nothing: it is not in the text.
    LeftOut,
    /// Values in brackets.
    List,
    /// An object with these fields.
    Object(std::slice::Iter<'static, &'static str>),
}

/// The rest of a list or an object.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    kind: Kind,
    is_first: bool,
}

impl Reader<'_> {
    /// Everything in a list.
    fn list<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Unreadable> {
        let kind = match std::mem::take(&mut self.is_left_out) {
            true => Kind::LeftOut,
            false => Kind::List,
        };
        self.items(kind, visitor)
    }

    fn items<'de, V: Visitor<'de>>(
        &mut self,
        kind: Kind,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let [open, close] = match kind {
            Kind::LeftOut => [None; 2],
            Kind::List => [Some(b'['), Some(b']')],
            Kind::Object(_) => [Some(b'{'), Some(b'}')],
        };
        self.expect_some(open)?;
        let value = visitor.visit_seq(Items {
            reader: self,
            kind,
            is_first: true,
        })?;
        self.expect_some(close)?;
        Ok(value)
    }
}

impl Items<'_, '_> {
    /// Goes to the next value, past its name; whether there is one.
    fn advance(&mut self) -> Result<bool, Unreadable> {
        let reader = &mut *self.reader;
        match &mut self.kind {
            Kind::LeftOut => Ok(false),
            Kind::List if reader.peek() == b']' => Ok(false),
            Kind::List => {
                if !std::mem::take(&mut self.is_first) {
                    reader.expect(b',')?;
                }
                Ok(true)
            }
            Kind::Object(fields) => {
                let Some(field) = fields.next() else {
                    return Ok(false);
                };
                let start = reader.at;
                if (self.is_first || reader.eat(b','))
                    && reader.peek() == b'"'
                    && reader.string()? == *field
                {
                    self.is_first = false;
                    reader.expect(b':')?;
                } else {
                    (reader.at, reader.is_left_out) = (start, true);
                }
                Ok(true)
            }
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.advance()? {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }
}

/// A variant of an enum, by its place among them, and what it holds.
struct Variant<'r, 'a>(&'r mut Reader<'a>, u32);

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), Unreadable> {
        let variant = seed.deserialize(self.1.into_deserializer())?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.0.items(Kind::List, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.0.items(Kind::Object(fields.iter()), visitor)
    }
}

/// A method of the reader that takes one kind of value.
macro_rules! takes {
    ($($method:ident $visit:ident $read:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    takes! {
        deserialize_bool visit_bool boolean,
        deserialize_u8 visit_u64 natural,
        deserialize_u16 visit_u64 natural,
        deserialize_u32 visit_u64 natural,
        deserialize_u64 visit_u64 natural,
        deserialize_i8 visit_i64 integer,
        deserialize_i16 visit_i64 integer,
        deserialize_i32 visit_i64 integer,
        deserialize_i64 visit_i64 integer,
        deserialize_f32 visit_f64 float,
        deserialize_f64 visit_f64 float,
        deserialize_str visit_string string,
        deserialize_string visit_string string,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match std::mem::take(&mut self.is_left_out) || self.eat_word("null") {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(Kind::List, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(Kind::Object(fields.iter()), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (is_object, variant) = self.variant(variants)?;
        let value = visitor.visit_enum(Variant(self, variant))?;
        self.expect_some(is_object.then_some(b'}'))?;
        Ok(value)
    }

    /// Nothing of ours is of a kind that only the text tells.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(self.lost())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct map identifier ignored_any
    }
}
