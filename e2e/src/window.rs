//! The viewport size and the colour scheme of a page.

/// The size of the viewport in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fields say all")]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// A laptop.
    pub const WIDE: Self = Self { width: 1280, height: 800 };
    /// A laptop's width, and high enough for 24 rows without scrolling.
    pub const TALL: Self = Self { width: 1280, height: 1600 };
    /// A phone.
    pub const NARROW: Self = Self { width: 360, height: 740 };
}

/// The values of `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the variants say all")]
pub enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    /// The CSS keyword.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
