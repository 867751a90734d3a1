//! One cell of a CSV file: quoting, and what keeps a spreadsheet from running it as a formula.

use crate::redact::scan::add;

/// How a spreadsheet reads numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    /// The cell is the text.
    Plain,
    /// Excel would round a long number, so it gets a formula whose result is the text: `="6292713310000000000"`.
    AsText,
}

/// From this many digits on, Excel shows a number as `1.23457E+11`, and keeps only 15 digits of it.
const LONG_NUMBER: usize = 12;

/// Appends a cell.
pub(super) fn plain(text: &str, out: &mut String) {
    push(text, Digits::Plain, out);
}

/// Appends a cell for Excel.
pub(super) fn for_excel(text: &str, out: &mut String) {
    push(text, Digits::AsText, out);
}

fn push(text: &str, digits: Digits, out: &mut String) {
    // For the digits, the quotes, and the characters.
    add(3 * text.len());
    if digits == Digits::AsText && text.len() >= LONG_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit())
    {
        out.push_str("\"=\"\"");
        out.push_str(text);
        out.push_str("\"\"\"");
        return;
    }
    // Tabs and semicolons too: some programs split at them, and do not split a quoted cell.
    let quote = if text.bytes().any(|byte| b"\",;\t\r\n".contains(&byte)) { "\"" } else { "" };
    out.push_str(quote);
    push_defused(text, out);
    out.push_str(quote);
}

/// Appends the text with doubled quotes, and with a `'` wherever a spreadsheet might begin a formula: at the start of the text, and
/// after each character at which a program might split it into cells. White space, control and format characters before
/// the formula do not count. A text that begins with a line break or a tab gets one as well.
fn push_defused(text: &str, out: &mut String) {
    let begins_with_break = |first: char| first == '\t' || is_line_break(first);
    if text.starts_with(begins_with_break) {
        out.push('\'');
    }
    // Where the cell begins in `out`, while only ignored characters have followed.
    let mut cell = Some(out.len());
    for character in text.chars() {
        if let Some(begin) = cell
            && is_formula(character)
        {
            // It moves only the ignored characters of this cell, so the work stays linear.
            add(out.len() - begin);
            out.insert(begin, '\'');
        }
        if character == '"' {
            out.push('"');
        }
        out.push(character);
        if character == ';' || character == ',' || begins_with_break(character) {
            cell = Some(out.len());
        } else if !is_ignored(character) {
            cell = None;
        }
    }
}

/// Whether the character begins a formula: `=`, `+`, `-`, `@` and their full-width and small forms.
const fn is_formula(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}'
    )
}

const fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a program may ignore the character at the start of a cell: white space, control and format characters, and quotes,
/// which end at the formula in a program that splits at another character.
fn is_ignored(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_format(character) || character == '"'
}

/// Whether the character is in Unicode's category Cf, or is otherwise invisible by default.
const fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(text: &str, digits: Digits) -> String {
        let mut out = String::new();
        push(text, digits, &mut out);
        out
    }

    #[test]
    fn cells_are_quoted_and_defused() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("  =1", "'  =1"),
            ("\u{feff}\u{200b}@SUM(1)", "'\u{feff}\u{200b}@SUM(1)"),
            ("\u{0}+1", "'\u{0}+1"),
            ("＝1", "'＝1"),
            ("﹫SUM(1)", "'﹫SUM(1)"),
            ("\n1", "\"'\n1\""),
            ("\u{2028}1", "'\u{2028}1"),
            ("\t1", "\"'\t1\""),
            ("a;=1", "\"a;'=1\""),
            ("a;\u{ad} =1", "\"a;'\u{ad} =1\""),
            ("a\t=1", "\"a\t'=1\""),
            ("a\r\n=1", "\"a\r\n'=1\""),
            ("a,=1", "\"a,'=1\""),
            ("a;\"=1", "\"a;'\"\"=1\""),
            ("a=1", "a=1"),
            ("pc-1", "pc-1"),
            ("a - b", "a - b"),
        ] {
            for digits in [Digits::Plain, Digits::AsText] {
                assert_eq!(cell(text, digits), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn long_numbers_are_texts_for_excel() {
        for (text, plain, excel) in [
            ("62927133100", "62927133100", "62927133100"),
            ("629271331000", "629271331000", "\"=\"\"629271331000\"\"\""),
            ("6292713310000000000", "6292713310000000000", "\"=\"\"6292713310000000000\"\"\""),
            ("6292713310000000000x", "6292713310000000000x", "6292713310000000000x"),
            ("٦٦٦٦٦٦٦٦٦٦٦٦", "٦٦٦٦٦٦٦٦٦٦٦٦", "٦٦٦٦٦٦٦٦٦٦٦٦"),
        ] {
            assert_eq!((&*cell(text, Digits::Plain), &*cell(text, Digits::AsText)), (plain, excel));
        }
    }

    /// Whether a spreadsheet may run this cell. Written apart from the code under test.
    fn is_live(cell: &str) -> bool {
        let is_skipped = |character: char| {
            character.is_whitespace()
                || character.is_control()
                || "\u{ad}\u{200b}\u{200e}\u{2066}\u{feff}\u{e0041}".contains(character)
        };
        cell.trim_start_matches(is_skipped).starts_with(|first| "=+-@＝＋－＠﹦﹢﹣﹫".contains(first))
    }

    proptest! {
        /// Whatever the separator of the reading program, and whether it knows quotes.
        #[test]
        fn no_reader_finds_a_formula(
            pieces in prop::collection::vec(
                "[=+@＝＋－＠﹦﹢﹣﹫-]|[;,\t\r\n\"' ]|[\u{0}\u{b}\u{c}\u{85}\u{a0}\u{ad}\u{200b}\u{200e}\u{2028}\u{2066}\u{feff}\u{e0041}]|[0-9]{1,13}|\\PC",
                0..12,
            ),
        ) {
            let text = pieces.concat();
            for digits in [Digits::Plain, Digits::AsText] {
                let line = format!("{},{}\r\n", cell(&text, digits), cell(&text, digits));
                for separator in [",", ";", "\t"] {
                    let mut reader = ::csv::ReaderBuilder::new()
                        .has_headers(false)
                        .flexible(true)
                        .delimiter(separator.as_bytes()[0])
                        .from_reader(line.as_bytes());
                    for record in reader.records() {
                        for field in &record.unwrap() {
                            let is_number = field.starts_with("=\"") && digits == Digits::AsText
                                && field[2..].bytes().take_while(u8::is_ascii_digit).count() >= LONG_NUMBER;
                            prop_assert!(!is_live(field) || is_number, "{:?}: {:?} in {:?}", text, field, line);
                        }
                    }
                }
                // A program that knows no quotes.
                for field in line.split([',', ';', '\t', '\r', '\n']) {
                    let unquoted = field.trim_start_matches('"');
                    let is_number = digits == Digits::AsText && field.starts_with("\"=\"\"");
                    prop_assert!(!is_live(unquoted) || is_number, "{:?}: {:?} in {:?}", text, field, line);
                }
            }
        }

        /// A reader of the file gets the text, but for the marks.
        #[test]
        fn only_apostrophes_are_added(text in "([=+@;,\t\r\n\"' -]|\\PC){0,12}") {
            let line = format!("{}\r\n", cell(&text, Digits::Plain));
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().map(Result::unwrap).unwrap_or_default();
            let read = record.get(0).unwrap_or_default();
            let without = |text: &str| text.replace('\'', "");
            prop_assert_eq!(without(read), without(&text));
            prop_assert!(read.len() >= text.len());
        }
    }
}
