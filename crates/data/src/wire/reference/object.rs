//! Members of JSON objects, read with serde_json.
//!
//! As in `JSON.parse`, the last of several members with the same name is used; derived deserializers would reject the second.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members to read from an object.
pub(super) trait Members<'a> {
    /// Returns where to store the value of the member `name`; `None` if it is not needed.
    ///
    /// The name is given as bytes, because it may contain a lone surrogate.
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<&'a RawValue>>;
}

/// Reads the members of an object.
pub(super) fn read<'a, D, M>(deserializer: D, members: M) -> Result<M, D::Error>
where
    D: Deserializer<'a>,
    M: Members<'a>,
{
    deserializer.deserialize_map(MembersVisitor(members))
}

/// Reads the members of valid JSON. Other JSON than an object has none.
pub(super) fn read_checked<'a, M: Members<'a> + Default>(json: &'a str) -> M {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    read(&mut deserializer, M::default()).unwrap_or_default()
}

struct MembersVisitor<M>(M);

impl<'a, M: Members<'a>> Visitor<'a> for MembersVisitor<M> {
    type Value = M;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<M, A::Error> {
        while let Some(slot) = map.next_key_seed(SlotSeed(&mut self.0))? {
            match slot {
                Some(slot) => *slot = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(self.0)
    }
}

/// Reads the name of a member and returns its slot.
struct SlotSeed<'s, M>(&'s mut M);

impl<'s, 'a: 's, M: Members<'a>> DeserializeSeed<'a> for SlotSeed<'s, M> {
    type Value = Option<&'s mut Option<&'a RawValue>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // The parser accepts a name with a lone surrogate only as bytes.
        deserializer.deserialize_bytes(self)
    }
}

impl<'s, 'a: 's, M: Members<'a>> Visitor<'a> for SlotSeed<'s, M> {
    type Value = Option<&'s mut Option<&'a RawValue>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.slot(name))
    }
}
