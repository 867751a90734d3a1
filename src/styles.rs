//! The stylesheet as a text, without comments.

const FILE: &[u8] = include_bytes!("../static/batch-task-widget.css");
const STRIPPED: ([u8; FILE.len()], usize) = without_comments(FILE);

/// The widget's stylesheet: `static/batch-task-widget.css` without its comments.
pub const STYLES: &str = match str::from_utf8(&exactly::<{ STRIPPED.1 }>(&STRIPPED.0)) {
    Ok(styles) => styles,
    Err(_) => panic!("the stylesheet is not UTF-8"),
};

/// Returns the stylesheet without comments, and its length. No string of the stylesheet contains `/*`.
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
        assert!(braces(STYLES) > 100 && STYLES.ends_with("}\n"));
    }
}
