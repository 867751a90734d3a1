//! The stylesheets as texts, without comments.

const FILE: &[u8] = include_bytes!("../static/batch-task-widget.css");
const STRIPPED: ([u8; FILE.len()], usize) = without_comments(FILE);

/// The stylesheet that a custom element begins with. With `split` the rest is in the second wasm file. The list does not need it.
#[cfg(any(feature = "element", feature = "list"))]
pub(crate) const OF_ELEMENT: &str = if HAS_REST { STYLES } else { FIRST };
#[cfg(any(feature = "element", feature = "list"))]
const HAS_REST: bool = cfg!(feature = "element") && !cfg!(feature = "split");

/// The comment with which the rest of the stylesheet begins.
#[cfg(any(feature = "element", feature = "list", feature = "split", feature = "prerender"))]
const LATER_MARK: &[u8] = b"/* Later:";
#[cfg(any(feature = "element", feature = "list"))]
const STRIPPED_FIRST: ([u8; FILE.len()], usize) = without_comments(FILE.split_at(later_at()).0);
#[cfg(any(feature = "element", feature = "list"))]
const FIRST: &str = match str::from_utf8(&exactly::<{ STRIPPED_FIRST.1 }>(&STRIPPED_FIRST.0)) {
    Ok(styles) => styles,
    Err(_) => panic!("the stylesheet is not UTF-8"),
};

#[cfg(any(feature = "split", feature = "prerender"))]
const STRIPPED_LATER: ([u8; FILE.len()], usize) = without_comments(FILE.split_at(later_at()).1);

/// The rest of the stylesheet.
#[cfg(any(feature = "split", feature = "prerender"))]
pub(crate) const LATER: &str = match str::from_utf8(&exactly::<{ STRIPPED_LATER.1 }>(&STRIPPED_LATER.0)) {
    Ok(styles) => styles,
    Err(_) => panic!("the stylesheet is not UTF-8"),
};

/// Returns where the rest of the stylesheet begins.
#[cfg(any(feature = "element", feature = "list", feature = "split", feature = "prerender"))]
const fn later_at() -> usize {
    let mut at = 0;
    loop {
        let mut same = 0;
        while same < LATER_MARK.len() && FILE[at + same] == LATER_MARK[same] {
            same += 1;
        }
        if same == LATER_MARK.len() {
            return at;
        }
        at += 1;
    }
}

/// The widget's stylesheet: `static/batch-task-widget.css` without its comments and line breaks.
pub const STYLES: &str = match str::from_utf8(&exactly::<{ STRIPPED.1 }>(&STRIPPED.0)) {
    Ok(styles) => styles,
    Err(_) => panic!("the stylesheet is not UTF-8"),
};

const LIST_FILE: &[u8] = include_bytes!("../static/batch-task-list.css");
const STRIPPED_LIST: ([u8; LIST_FILE.len()], usize) = without_comments(LIST_FILE);

/// The stylesheet of the list, which extends [`STYLES`]: `static/batch-task-list.css` without its comments and line breaks.
pub const LIST_STYLES: &str = match str::from_utf8(&exactly::<{ STRIPPED_LIST.1 }>(&STRIPPED_LIST.0)) {
    Ok(styles) => styles,
    Err(_) => panic!("the stylesheet is not UTF-8"),
};

/// Returns the stylesheet without comments, line breaks and indentation, and its length. No string of the stylesheet contains
/// `/*`, and each line ends with one of `{`, `}`, `;` and `,`.
const fn without_comments<const N: usize>(css: &[u8]) -> ([u8; N], usize) {
    let mut output = [0; N];
    let (mut at, mut len) = (0, 0);
    while at < css.len() {
        if css[at] == b'/' && at + 1 < css.len() && css[at + 1] == b'*' {
            at += 2;
            while !(css[at] == b'*' && css[at + 1] == b'/') {
                at += 1;
            }
            at += 2;
        } else if css[at] == b'\n' {
            while at < css.len() && matches!(css[at], b'\n' | b' ') {
                at += 1;
            }
        } else {
            output[len] = css[at];
            len += 1;
            at += 1;
        }
    }
    (output, len)
}

const fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    let mut at = 0;
    while at < N {
        output[at] = bytes[at];
        at += 1;
    }
    output
}

#[cfg(test)]
mod tests {
    use super::{STYLES, without_comments};

    #[test]
    fn comments_are_removed_and_everything_else_stays() {
        for (css, expected) in [
            ("a { b: c }", "a { b: c }"),
            ("/* x */a { /* y * / */b: c / d }/**/", "a { b: c / d }"),
            ("a,\nb {\n  c: d e;\n\n  /* x */\n}\n", "a,b {c: d e;}"),
            ("", ""),
        ] {
            let (output, len) = without_comments::<64>(css.as_bytes());
            assert_eq!(&output[..len], expected.as_bytes());
        }
    }

    #[test]
    fn the_stylesheet_keeps_its_rules() {
        let braces = |css: &str| css.matches('{').count();
        assert!(!STYLES.contains("/*") && !STYLES.contains("*/") && STYLES.contains(".batch-task-widget"));
        assert!(braces(STYLES) > 100 && STYLES.ends_with('}'));
        assert!(braces(super::LIST_STYLES) > 20 && super::LIST_STYLES.ends_with('}'));
    }

    #[test]
    #[cfg(feature = "element")]
    fn the_stylesheet_is_divided_between_two_rules() {
        let (first, later) = STYLES.split_at(super::FIRST.len());
        assert_eq!(super::FIRST, first);
        assert!(first.ends_with('}') && later.contains(".btw-lane {") && !first.contains(".btw-lane {"));
    }

    #[test]
    fn lines_end_where_a_line_break_means_nothing() {
        let file = [super::FILE, super::LIST_FILE].map(|file| str::from_utf8(file).unwrap()).concat();
        let (stripped, len) = without_comments::<200_000>(file.replace('\n', "\r").as_bytes());
        for line in str::from_utf8(&stripped[..len]).unwrap().split('\r').map(str::trim_end) {
            assert!(line.is_empty() || line.ends_with(['{', '}', ';', ',']), "{line}");
        }
    }
}
