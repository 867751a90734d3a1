//! The rules for stylesheets, as functions from a file's text to what is wrong with it. They must not read files.

use super::rules::{Problem, problem};

/// Each brace has its other one. Where one is lost, a browser leaves rules out and says nothing.
pub(super) fn braces(css: &str) -> Vec<Problem> {
    let mut open = Vec::new();
    let mut problems = Vec::new();
    for (line, brace) in bare_braces(css) {
        if brace == '{' {
            open.push(line);
        } else if open.pop().is_none() {
            problems.push(problem(line, "a `}` that closes nothing"));
        }
    }
    problems.extend(open.into_iter().map(|line| problem(line, "a `{` that nothing closes")));
    problems
}

/// What a character of a stylesheet is part of.
#[derive(Clone, Copy)]
enum Part {
    Code,
    Comment,
    /// A string, which ends with this quote.
    Text(char),
}

/// The braces that are in no comment and no string, each with its line.
fn bare_braces(css: &str) -> Vec<(usize, char)> {
    let mut braces = Vec::new();
    let (mut part, mut line) = (Part::Code, 1);
    let mut characters = css.chars().peekable();
    while let Some(character) = characters.next() {
        line += usize::from(character == '\n');
        part = match (part, character) {
            (Part::Code, '/') if characters.next_if_eq(&'*').is_some() => Part::Comment,
            (Part::Comment, '*') if characters.next_if_eq(&'/').is_some() => Part::Code,
            (Part::Code, '"' | '\'') => Part::Text(character),
            (Part::Text(quote), _) if character == quote => Part::Code,
            // A string ends with its line at the latest, unless that is escaped.
            (Part::Text(_), '\n') => Part::Code,
            (Part::Code | Part::Text(_), '\\') => {
                line += usize::from(characters.next() == Some('\n'));
                part
            }
            (Part::Code, '{' | '}') => {
                braces.push((line, character));
                part
            }
            _ => part,
        };
    }
    braces
}

/// The widget's stylesheet: colours, room and sizes of type are tokens, which its first rule for the widget makes.
pub(super) fn tokens(css: &str) -> Vec<Problem> {
    let Some((before, rest)) = css.split_once("\n.batch-task-widget {").and_then(|(before, rest)| {
        let (tokens, rest) = rest.split_once("\n}\n")?;
        Some((before.lines().count() + tokens.lines().count() + 1, rest))
    }) else {
        return vec![problem(1, "there is no rule for `.batch-task-widget` that makes the tokens")];
    };
    let stray = |declaration: &str| {
        let (name, value) = declaration.trim().split_once(':')?;
        let is_colour = value.contains('#') || value.contains("rgb(");
        // Half a hairline more or less is a matter of drawing, and what is computed says from what.
        let is_room = ["padding", "margin", "gap"]
            .iter()
            .any(|room| name.contains(room) && !name.starts_with("scroll-"));
        let is_literal = value.split([' ', ';']).any(|word| {
            !["0px", "1px", "2px", "-1px", "-2px"].contains(&word)
                && word.ends_with("px")
                && word.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit())
        });
        let is_type = name == "font-size" && !value.contains("var(");
        let is_computed = value.contains("calc(");
        (is_colour || (is_room && is_literal && !is_computed) || is_type).then_some(())
    };
    rest.lines()
        .enumerate()
        .filter(|(_, line)| line.trim_end().ends_with(';') && stray(line).is_some())
        .map(|(index, _)| problem(before + index + 1, "a colour, a room or a size of type that is no token"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_that_is_lost() {
        let lines = |css: &str| braces(css).into_iter().map(|problem| problem.line).collect::<Vec<_>>();
        for good in [
            "",
            ".a { color: red; }\n@media print {\n  .b { gap: 0; }\n}\n",
            "/* } */ .a { /* { \" */ gap: 0; }",
            ".a::before { content: \"}\"; }\n.b::before { content: '{ \\' {'; }",
            ".a::before { content: \"\\\n}\"; }",
            ".a\\{b { gap: 0; }",
            ".a { content: \"not closed\n; }",
        ] {
            assert!(lines(good).is_empty(), "{good}");
        }
        assert_eq!(lines(".a { gap: 0;\n\n.b { gap: 0; }\n"), [1]);
        assert_eq!(lines("@media print {\n.a { gap: 0;\n.b { gap: 0; }\n"), [1, 2]);
        assert_eq!(lines("/*\n*/ .a { gap: 0; }\n}\n.b { gap: 0; }"), [3]);
    }

    #[test]
    fn what_is_no_token() {
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
