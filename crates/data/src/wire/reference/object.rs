//! JSON objects, member by member, as serde_json reads them.
//!
//! It owns the walk over an object's members: the last of equal names wins, as in `JSON.parse`, where derived
//! deserializers refuse the second. It must not know any field's name.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::rows::{Rows, RowsSeed};

/// Where the value of a member goes.
pub(super) enum Slot<'s, 'a> {
    /// Kept as it is written, its structure checked and nothing more.
    Raw(&'s mut Option<&'a RawValue>),
    /// Packed while it is read.
    Rows(&'s mut Rows),
}

/// A set of wanted members.
pub(super) trait Members<'a> {
    /// The place for the value of the member called `name`, if it is wanted.
    ///
    /// The name is bytes since it may hold half a surrogate pair.
    fn slot(&mut self, name: &[u8]) -> Option<Slot<'_, 'a>>;
}

/// Reads the wanted members of an object.
pub(super) fn read<'a, D, M>(deserializer: D, members: M) -> Result<M, D::Error>
where
    D: Deserializer<'a>,
    M: Members<'a>,
{
    deserializer.deserialize_map(MembersVisitor(members))
}

/// Reads the wanted members of JSON that the parser has checked; of anything but an object there are none.
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
                Some(Slot::Raw(place)) => *place = Some(map.next_value()?),
                Some(Slot::Rows(rows)) => *rows = map.next_value_seed(RowsSeed)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(self.0)
    }
}

/// Reads a member's name and finds its slot.
struct SlotSeed<'s, M>(&'s mut M);

impl<'s, 'a: 's, M: Members<'a>> DeserializeSeed<'a> for SlotSeed<'s, M> {
    type Value = Option<Slot<'s, 'a>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // As bytes, the parser takes a name with half a surrogate pair; as a string it refuses it.
        deserializer.deserialize_bytes(self)
    }
}

impl<'s, 'a: 's, M: Members<'a>> Visitor<'a> for SlotSeed<'s, M> {
    type Value = Option<Slot<'s, 'a>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member's name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.slot(name))
    }
}
