//! The message catalogues: [`Messages`] of the widget and [`ListMessages`] of the list, each in every language, how a language tag
//! selects a language, and how a catalogue is written to a file and read back.
//!
//! A catalogue is a plain struct, so a missing message does not compile. Messages with values are templates with named
//! placeholders, `"{success} of {total}"`. This crate must not know where messages are shown or how numbers and dates are
//! formatted. `docs/languages.md` describes how to add a language.

mod catalogue;
mod en;
mod file;
mod id;
mod ja;
mod language;
mod list;
mod messages;
mod pseudo;
mod pt_br;
#[cfg(test)]
mod tests;
mod zh_cn;
mod zh_tw;

pub use self::catalogue::Catalogue;
pub use self::en::EN;
pub use self::file::{file_name, script};
pub use self::language::{Language, canonical_tag};
pub use self::list::ListMessages;
pub use self::messages::Messages;
