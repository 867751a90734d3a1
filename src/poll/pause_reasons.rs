//! Why polling is paused.

/// The reasons to pause polling; several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PauseReasons {
    /// The viewer or the host paused it.
    pub viewer: bool,
    /// The page is hidden.
    pub hidden: bool,
    /// The browser is offline.
    pub offline: bool,
    /// The viewer has left the page, which may be kept in the back/forward cache, or the browser has frozen the tab.
    pub suspended: bool,
}

impl PauseReasons {
    /// Whether there is any reason.
    pub const fn any(self) -> bool {
        self.hidden || self.any_except_hidden()
    }

    /// Whether there is a reason other than a hidden page.
    pub const fn any_except_hidden(self) -> bool {
        self.viewer || self.offline || self.suspended
    }
}
