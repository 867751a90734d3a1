//! What keeps the machine from asking.

/// Why polling is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// The viewer, or the host, paused it.
    pub viewer: bool,
    /// The page is not to be seen.
    pub hidden: bool,
    /// The browser says that there is no network.
    pub offline: bool,
}

impl Holds {
    /// Whether anything holds it.
    pub const fn any(self) -> bool {
        self.viewer || self.hidden || self.offline
    }

    /// Whether anything does but that the page is hidden.
    pub const fn any_but_hidden(self) -> bool {
        self.viewer || self.offline
    }
}
