//! The size of a page in its window, and the colours that it is shown in.

/// The size of the viewport, in CSS px.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl Size {
    /// A laptop's.
    pub const WIDE: Self = Self { width: 1280, height: 800 };
    /// A phone's.
    pub const NARROW: Self = Self { width: 360, height: 740 };
}

/// Whether a page is dark on light or the reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}
