//! Rules for Rust, HTML and README files, as pure functions over a file's text.

const MAX_LINES: usize = 500;

/// A broken rule in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) text: String,
}

/// A Rust file opens with its doc comment.
pub(super) fn opening(text: &str) -> Option<Problem> {
    // Inner attributes, such as a test file's `cfg`, may precede it.
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
    if first.is_some_and(|line| line.starts_with("//!")) {
        return None;
    }
    Some(problem(1, "the file must open with `//!`: its responsibility and its limits"))
}

/// A file has at most [`MAX_LINES`] lines.
pub(super) fn length(text: &str) -> Option<Problem> {
    let lines = text.lines().count();
    (lines > MAX_LINES).then(|| {
        problem(
            lines,
            &format!("{lines} lines exceed {MAX_LINES}: split the file, or list it in tidy.rs with a reason"),
        )
    })
}

/// A published crate contains only its own folder. `depth` is the number of folders between the crate's folder and the file.
pub(super) fn included_files(text: &str, depth: usize) -> Vec<Problem> {
    let is_outside = |line: &&str| {
        let path = line.split_once("include_").and_then(|(_, call)| call.split_once("!(\""));
        path.is_some_and(|(_, path)| path.split('/').take_while(|part| *part == "..").count() > depth)
    };
    let lines = text.lines().enumerate().filter(|(_, line)| is_outside(line));
    lines.map(|(index, _)| problem(index + 1, "the included file is outside the crate's folder")).collect()
}

/// The content security policy blocks `style` attributes.
pub(super) fn style_attributes(text: &str) -> Vec<Problem> {
    let is_code = |line: &str| !line.trim_start().starts_with("//");
    text.lines()
        .enumerate()
        .filter(|(_, line)| is_code(line) && has_style_attribute(line))
        .map(|(index, _)| problem(index + 1, "the content security policy blocks `style` attributes"))
        .collect()
}

/// The page has no inline script or style, which the content security policy blocks.
pub(super) fn page(html: &str) -> Vec<Problem> {
    let html = without_comments(html);
    let mut problems = style_attributes(&html);
    for (tag, is_allowed, text) in [
        ("<script", has_source as fn(&str) -> bool, "the content security policy blocks inline scripts"),
        ("<style", |_| false, "the content security policy blocks inline style sheets"),
    ] {
        for (start, _) in html.match_indices(tag) {
            let rest = &html[start + tag.len()..];
            let attributes = rest.split('>').next().unwrap_or(rest);
            if !is_allowed(attributes) {
                problems.push(problem(html[..start].matches('\n').count() + 1, text));
            }
        }
    }
    problems
}

/// The examples of a README are tested code: `sources` contain each fenced block verbatim.
pub(super) fn examples(readme: &str, sources: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (index, line) in readme.lines().enumerate() {
        block = match (block, line.starts_with("```")) {
            (None, true) => Some((index + 1, String::new())),
            (Some((start, code)), true) => {
                if !sources.iter().any(|source| source.contains(code.trim_end())) {
                    problems.push(problem(start, "no host page in e2e/hosts/ contains this example"));
                }
                None
            }
            (Some((start, code)), false) => Some((start, code + line + "\n")),
            (None, false) => None,
        };
    }
    problems
}

fn has_style_attribute(line: &str) -> bool {
    line.match_indices("style=").any(|(start, found)| {
        let before = line[..start].chars().next_back();
        let after = line[start + found.len()..].chars().next();
        before.is_none_or(char::is_whitespace) && matches!(after, Some('"' | '\'' | '{'))
    })
}

fn has_source(attributes: &str) -> bool {
    attributes.split_whitespace().any(|attribute| attribute.starts_with("src="))
}

/// Removes comments but keeps their line breaks.
fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (comment, rest) = part.split_once("-->").unwrap_or((part, ""));
        text.extend(comment.chars().filter(|&character| character == '\n'));
        text.push_str(rest);
    }
    text
}

pub(super) fn problem(line: usize, text: &str) -> Problem {
    Problem { line, text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_with_a_doc_comment() {
        assert_eq!(opening("//! Owns x.\n"), None);
        assert_eq!(opening("#![cfg(target_arch = \"wasm32\")]\n\n//! Owns x.\n"), None);
        assert!(opening("").is_some());
        assert!(opening("use x;\n//! Owns x.\n").is_some());
        assert!(opening("/// Owns x.\n").is_some());
    }

    #[test]
    fn a_file_has_a_limited_length() {
        assert_eq!(length(&"\n".repeat(MAX_LINES)), None);
        assert_eq!(length(&"\n".repeat(MAX_LINES + 1)).unwrap().line, MAX_LINES + 1);
    }

    #[test]
    fn included_files_are_in_the_crates_folder() {
        let line = "//! x\nconst A: &[u8] = include_bytes!(\"../fixtures/a.json\");";
        assert_eq!(included_files(line, 1), []);
        assert_eq!(included_files(line, 0)[0].line, 2);
        assert_eq!(included_files("let at = \"../../a\"", 0), []);
    }

    #[test]
    fn style_attributes_are_found() {
        for line in ["<p style=\"width: 1px\">", "<p style={width}>", "<p style='a'>"] {
            assert_eq!(style_attributes(&format!("\n{line}")).len(), 1, "{line}");
        }
        for line in ["// <p style=\"a\">", "let style=1;", "<p data-style=\"a\">", "font_style=\"a\""] {
            assert!(style_attributes(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn examples_are_compared_verbatim() {
        let readme = "# x\n```js\na();\n  b();\n```\ntext\n```sh\nrm\n```\n";
        assert!(examples(readme, &["0\na();\n  b();\n1", "rm"]).is_empty());
        assert_eq!(examples(readme, &["a();\nb();", "rm"])[0].line, 2);
        assert_eq!(examples(readme, &["a();\n  b();"]).len(), 1);
    }

    #[test]
    fn inline_scripts_and_styles_are_found() {
        let lines = |html: &str| page(html).into_iter().map(|problem| problem.line).collect::<Vec<_>>();
        assert!(
            lines(
                "<link rel=\"stylesheet\" href=\"a.css\">\n<script type=\"module\" src=\"boot.js\"></script>"
            )
            .is_empty()
        );
        assert!(lines("<!-- <script>x</script>\n<style> -->\n<p>").is_empty());
        assert_eq!(lines("<p>\n<script>x</script>"), [2]);
        assert_eq!(lines("<!--\n\n-->\n<style>p {}</style>"), [4]);
        assert_eq!(lines("<p style=\"a\">"), [1]);
    }
}
