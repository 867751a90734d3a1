//! The rules for stylesheets, as functions from a file's text to its problems. They must not read files.

use super::rules::{Problem, problem};

/// Checks that braces are balanced. CSS has no error for an unclosed block: the browser nests the following rules in it.
///
/// The project's stylesheets have no braces in strings. Write `\7b` or `\7d` if one is ever needed.
pub(super) fn braces(css: &str) -> Vec<Problem> {
    let mut open = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in without_comments(css).lines().enumerate() {
        for character in line.chars() {
            match character {
                '{' => open.push(index + 1),
                '}' if open.pop().is_none() => problems.push(problem(index + 1, "unexpected `}`")),
                _ => {}
            }
        }
    }
    problems.extend(open.into_iter().map(|line| problem(line, "`{` is never closed")));
    problems
}

/// Removes comments, but keeps their line breaks.
fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (comment, rest) = part.split_once("*/").unwrap_or((part, ""));
        text.extend(comment.chars().filter(|&character| character == '\n'));
        text.push_str(rest);
    }
    text
}

/// Checks that the widget's stylesheet takes colors, spacing and font sizes from the tokens that its first rule defines.
pub(super) fn tokens(css: &str) -> Vec<Problem> {
    let Some((before, rest)) = css.split_once("\n.batch-task-widget {").and_then(|(before, rest)| {
        let (tokens, rest) = rest.split_once("\n}\n")?;
        Some((before.lines().count() + tokens.lines().count() + 1, rest))
    }) else {
        return vec![problem(1, "the rule for `.batch-task-widget` that defines the tokens is missing")];
    };
    let is_literal = |declaration: &str| {
        let Some((name, value)) = declaration.trim().split_once(':') else { return false };
        let is_color = value.contains('#') || value.contains("rgb(");
        // Lengths of up to 2 px are corrections for borders, and `calc()` usually refers to a token.
        let is_spacing = ["padding", "margin", "gap"]
            .iter()
            .any(|property| name.contains(property) && !name.starts_with("scroll-"));
        let has_length = value.split([' ', ';']).any(|word| {
            !["0px", "1px", "2px", "-1px", "-2px"].contains(&word)
                && word.ends_with("px")
                && word.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit())
        });
        let is_font_size = name == "font-size" && !value.contains("var(");
        let is_computed = value.contains("calc(");
        is_color || (is_spacing && has_length && !is_computed) || is_font_size
    };
    rest.lines()
        .enumerate()
        .filter(|(_, line)| line.trim_end().ends_with(';') && is_literal(line))
        .map(|(index, _)| {
            problem(before + index + 1, "use a token instead of a literal color, spacing or font size")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_balanced() {
        let lines = |css: &str| braces(css).into_iter().map(|problem| problem.line).collect::<Vec<_>>();
        for good in [
            "",
            ".a { color: red; }\n@media print {\n  .b { gap: 0; }\n}\n",
            "/* } */ .a { /* { */ gap: 0; }",
        ] {
            assert!(lines(good).is_empty(), "{good}");
        }
        assert_eq!(lines(".a { gap: 0;\n\n.b { gap: 0; }\n"), [1]);
        assert_eq!(lines("@media print {\n.a { gap: 0;\n.b { gap: 0; }\n"), [1, 2]);
        assert_eq!(lines("/*\n*/ .a { gap: 0; }\n}\n.b { gap: 0; }"), [3]);
    }

    #[test]
    fn literals_are_found() {
        let lines = |rule: &str| {
            let css = format!("/* x */\n.batch-task-widget {{\n  --a: #fff;\n}}\n\n.b {{\n  {rule}\n}}\n");
            tokens(&css).into_iter().map(|problem| problem.line).collect::<Vec<_>>()
        };
        for rule in [
            "color: #fff;",
            "margin: 0 5px;",
            "padding-inline: -6px;",
            "font-size: 13px;",
            "background: rgb(0 0 0);",
        ] {
            assert_eq!(lines(rule), [7], "{rule}");
        }
        for rule in [
            "width: 13px;",
            "margin: 0 -1px;",
            "gap: var(--a);",
            "padding: calc(44px + var(--a));",
            "font-size: var(--a);",
        ] {
            assert!(lines(rule).is_empty(), "{rule}");
        }
        assert_eq!(tokens("p {}").len(), 1);
    }
}
