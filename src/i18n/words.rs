//! The handle to a language that whatever is drawn is given.

use std::ops::Deref;

use super::{EN, Messages};

/// What a widget says, in one language. It is copied like a number, and equal to itself alone.
#[derive(Clone, Copy, Debug)]
pub struct Words(&'static Messages);

impl Words {
    /// English, which is always there.
    pub const fn english() -> Self {
        Self(&EN)
    }
}

impl Deref for Words {
    type Target = Messages;

    fn deref(&self) -> &Messages {
        self.0
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Words {}
