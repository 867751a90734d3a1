//! Plain English in comments, documents and messages: the habits of style that this project rejects, with a plain
//! alternative for each. Pure functions over a file's text.

use super::rules::{Problem, problem};

/// Files that may contain the phrases: the tables and tests of this check.
pub(super) const EXEMPT: &[&str] = &["xtask/src/tidy/prose.rs"];

/// Phrases that are rejected wherever they occur as whole words, and the advice.
const PHRASES: &[(&[&str], &str)] = &[
    (&["whoever", "whomever"], "name the role: the caller, the viewer, a page that …"),
    (&["anew"], "\"again\", or a verb such as \"rebuild\""),
    (&["come near", "comes near", "came near"], "name the event: hover, focus"),
    (&["what had it", "who had it"], "repeat the noun"),
    (&["is told", "are told", "be told"], "\"is notified\", \"receives\", or name the caller"),
    (&["in a moment"], "say when: \"after the next poll\", \"later\""),
    (&["the other one", "its other one"], "repeat the noun"),
    (&["mend", "mends", "mended"], "\"fix\", \"repair\", \"recover\""),
    (&["at a stroke"], "\"in one step\""),
    (&["one can do without", "do without it"], "\"optional\""),
    (&["goes on by itself", "go on by itself"], "\"continues automatically\", \"retries automatically\""),
    (&["leave to notify"], "\"permission to notify\""),
    (&["lest"], "\"so that … not\""),
    (&["would else", "else would"], "\"otherwise\""),
];

/// Words that open a summary as a clause without a subject, and the advice.
const OPENINGS: &[(&str, &str)] = &[
    ("What", "start with the noun or a verb: \"Returns …\", \"The files that …\""),
    ("Of", "start with the noun: \"Number of rows …\""),
];

/// Words after "is no" that make it idiomatic English, besides comparisons with "than".
const AFTER_IS_NO: &[&str] = &["exception", "less", "longer", "more", "need", "reason", "such", "use", "way"];

/// Returns every rejected phrase and opening in `text`; `is_markdown` says how paragraphs start.
pub(super) fn habits(text: &str, is_markdown: bool) -> Vec<Problem> {
    let mut problems = phrases(text);
    problems.extend(openings(text, is_markdown));
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// Searches the words of the whole text, since a phrase may continue in the next line.
fn phrases(text: &str) -> Vec<Problem> {
    let words = words(text);
    let mut problems = Vec::new();
    for (index, &(line, _)) in words.iter().enumerate() {
        let rest: Vec<&str> = words[index..].iter().take(4).map(|(_, word)| *word).collect();
        for (phrases, advice) in PHRASES {
            for phrase in phrases.iter().filter(|phrase| begins_with(&rest, phrase)) {
                problems.push(problem(line, &format!("\"{phrase}\" is not plain English: {advice}")));
            }
        }
        let is_there =
            index.checked_sub(1).is_some_and(|before| words[before].1.eq_ignore_ascii_case("there"));
        if let [_, _, next, after @ ..] = &rest[..]
            && begins_with(&rest, "is no")
            && !is_there
            && !next.is_empty()
            && !AFTER_IS_NO.contains(next)
            && after.first() != Some(&"than")
        {
            problems.push(problem(line, "\"is no …\" is not plain English: \"is not a …\""));
        }
    }
    problems
}

/// Returns the words with their lines, and an empty word for punctuation, across which no phrase continues.
fn words(text: &str) -> Vec<(usize, &str)> {
    let is_other = |character: char| !character.is_alphanumeric() && !"_-'".contains(character);
    let mut words = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for part in line.split_inclusive(is_other) {
            let word = part.trim_end_matches(is_other);
            words.extend((!word.is_empty()).then_some((index + 1, word)));
            words.extend(
                part.ends_with(['.', ',', ';', ':', '!', '?', '(', ')', '|']).then_some((index + 1, "")),
            );
        }
    }
    words
}

fn begins_with(words: &[&str], phrase: &str) -> bool {
    phrase
        .split(' ')
        .enumerate()
        .all(|(index, part)| words.get(index).is_some_and(|word| word.eq_ignore_ascii_case(part)))
}

/// Searches the first words of comments, paragraphs, list items and table cells. Questions are allowed.
fn openings(text: &str, is_markdown: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut continues = false;
    for (index, line) in text.lines().enumerate() {
        let starts =
            if is_markdown { markdown_starts(line, continues) } else { comment_start(line, continues) };
        continues = if is_markdown { !line.trim().is_empty() } else { has_comment_text(line) };
        for start in starts.into_iter().filter(|start| !start.trim_end().ends_with('?')) {
            let mut words = start.split_whitespace();
            let opening = words.next().and_then(|word| OPENINGS.iter().find(|(opening, _)| *opening == word));
            if let (Some((opening, advice)), Some(_)) = (opening, words.next()) {
                problems
                    .push(problem(index + 1, &format!("a text that opens with \"{opening} …\": {advice}")));
            }
        }
    }
    problems
}

/// The texts that start in a line of Markdown: its table cells, its list item, or its paragraph.
fn markdown_starts(line: &str, continues: bool) -> Vec<&str> {
    let line = line.trim();
    if line.starts_with('|') {
        return line.split('|').map(str::trim).collect();
    }
    let item = line.trim_start_matches(|mark: char| "#-*.".contains(mark) || mark.is_ascii_digit());
    if item.len() < line.len() && item.starts_with(' ') {
        return vec![item.trim_start_matches([' ', '*'])];
    }
    if continues { Vec::new() } else { vec![line] }
}

const COMMENT_MARKERS: &[&str] = &["//!", "///", "//", "/**", "/*", "<!--", "* ", "# "];

/// The comment that starts in a line: a whole line unless the comment continues, or the end of a line of code.
fn comment_start(line: &str, continues: bool) -> Vec<&str> {
    let trailing = line.split_once(" // ").map(|(_, comment)| comment);
    let whole = comment_text(line).filter(|_| !continues);
    whole.or(trailing.filter(|_| comment_text(line).is_none())).into_iter().collect()
}

fn comment_text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    COMMENT_MARKERS.iter().find_map(|marker| line.strip_prefix(marker)).map(str::trim)
}

fn has_comment_text(line: &str) -> bool {
    comment_text(line).is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, is_markdown: bool) -> Vec<usize> {
        habits(text, is_markdown).into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn each_phrase_is_found_in_each_kind_of_text_and_across_lines() {
        for phrase in PHRASES.iter().flat_map(|(phrases, _)| *phrases) {
            for text in [
                format!("x\n/// The row, {phrase}.\n"),
                format!("x\n<p title=\"{phrase}\">\n"),
                format!("x\n# {}\n", phrase.to_uppercase()),
                format!("x\n// and {}\n", phrase.replace(' ', "\n    // ")),
            ] {
                assert!(lines(&text, false).contains(&2), "{text}");
            }
        }
    }

    #[test]
    fn openings_are_found_in_each_kind_of_comment_and_in_markdown() {
        for text in [
            "/// What it does.",
            "//! What it does.",
            "    // What it does.",
            "let x = 1; // What it does.",
            "# What it does.",
            "/** What it does. */",
            "/// Owner.\n///\n/// What it does.",
            "/// Of the rows.",
        ] {
            assert_eq!(lines(text, false), [text.lines().count()], "{text}");
        }
        for text in [
            "## What a page loads",
            "- What a page loads",
            "1. What it does",
            "x\n\nWhat it does",
            "| a | What it |",
        ] {
            assert_eq!(lines(text, true), [text.lines().count()], "{text}");
        }
    }

    #[test]
    fn is_no_is_found_unless_it_is_idiomatic() {
        for text in ["`x` is no batch ID", "it is no\n// number"] {
            assert_eq!(lines(text, false), [1], "{text}");
        }
        for text in
            ["there is no batch", "it is no longer there", "it is no wider than this", "this is no exception"]
        {
            assert!(lines(text, false).is_empty(), "{text}");
        }
    }

    #[test]
    fn plain_text_passes() {
        for text in [
            "/// Returns the rows that match `filter`, and what they contain.",
            "// Is this allowed? See\n// What the caller does.",
            "// What is a batch task?",
            "let told_of = anew_count;",
            "// It was told. Of the others, none. In a, moment.",
            "fn what() {} What",
        ] {
            assert!(lines(text, false).is_empty(), "{text}");
        }
        for text in
            ["# What is a batch task?", "It is the text of\nWhat it does", "| what it does | Often |", "What"]
        {
            assert!(lines(text, true).is_empty(), "{text}");
        }
    }
}
