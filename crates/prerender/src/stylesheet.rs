//! The stylesheet of what the program draws with its second file, in which it is. A page that is drawn on the server needs it before.

use std::sync::LazyLock;

use batch_task_widget::prerender::STYLES;

/// A stylesheet that pages link, beside the page's own ones.
#[derive(Debug)]
pub struct Stylesheet {
    /// The name of the file in the folder of the page. It has a hash of the text, so that browsers can keep it for ever.
    pub name: String,
    /// The text.
    pub css: String,
}

/// Returns the stylesheet.
#[must_use]
pub fn stylesheet() -> &'static Stylesheet {
    static SHEET: LazyLock<Stylesheet> = LazyLock::new(|| {
        let css = STYLES.concat();
        // FNV-1a.
        let hash = css.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Stylesheet { name: format!("drawn-{hash:016x}.css"), css }
    });
    &SHEET
}
