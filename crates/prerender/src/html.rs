//! Reads the start tags of the page's file, and escapes text for it.

use std::borrow::Cow;
use std::ops::Range;

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StartTag {
    /// In lower case.
    pub(crate) name: String,
    /// The names in lower case, and the values without character references.
    pub(crate) attributes: Vec<(String, String)>,
    /// Where the tag is, from `<` to the end of `>`.
    pub(crate) range: Range<usize>,
}

impl StartTag {
    /// Returns the value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// Returns the tag with another value of an attribute, or without it if that is empty.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.attributes.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Writes the tag.
    pub(crate) fn html(&self) -> String {
        let mut html = format!("<{}", self.name);
        for (name, value) in &self.attributes {
            html.extend([" ", name, "=\"", &escaped(value), "\""]);
        }
        html + ">"
    }
}

/// Returns the start tags of a document. Comments, and the content of scripts and styles, have none.
pub(crate) fn start_tags(html: &str) -> Vec<StartTag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(found) = html[at..].find('<') {
        let begin = at + found;
        let rest = &html[begin..];
        if rest.starts_with("<!--") {
            at = end_of(html, begin, "-->");
        } else if rest[1..].starts_with(|char: char| char.is_ascii_alphabetic()) {
            let tag = start_tag(html, begin);
            at = tag.range.end;
            if matches!(&*tag.name, "script" | "style" | "title") {
                let close = format!("</{}", tag.name);
                at += html[at..].to_ascii_lowercase().find(&close).unwrap_or(html.len() - at);
            }
            tags.push(tag);
        } else {
            at = begin + 1;
        }
    }
    tags
}

/// Returns where the next `end` ends.
fn end_of(html: &str, begin: usize, end: &str) -> usize {
    html[begin..].find(end).map_or(html.len(), |found| begin + found + end.len())
}

/// Reads the start tag at `begin`.
fn start_tag(html: &str, begin: usize) -> StartTag {
    let is_space = |char: char| char.is_ascii_whitespace();
    let mut at = begin + 1;
    let take = |at: &mut usize, is_end: &dyn Fn(char) -> bool| {
        let text = &html[*at..];
        let text = &text[..text.find(is_end).unwrap_or(text.len())];
        *at += text.len();
        text
    };
    let name = take(&mut at, &|char| is_space(char) || matches!(char, '/' | '>')).to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        take(&mut at, &|char| !is_space(char) && char != '/');
        if html[at..].is_empty() || html[at..].starts_with('>') {
            break;
        }
        let name =
            take(&mut at, &|char| is_space(char) || matches!(char, '/' | '>' | '=')).to_ascii_lowercase();
        take(&mut at, &|char| !is_space(char));
        let mut value = String::new();
        if html[at..].starts_with('=') {
            at += 1;
            take(&mut at, &|char| !is_space(char));
            match html[at..].chars().next().filter(|char| matches!(char, '"' | '\'')) {
                Some(quote) => {
                    at += 1;
                    value = unescaped(take(&mut at, &|char| char == quote));
                    at = html.len().min(at + 1);
                }
                None => value = unescaped(take(&mut at, &|char| is_space(char) || char == '>')),
            }
        }
        attributes.push((name, value));
    }
    StartTag { name, attributes, range: begin..html.len().min(at + 1) }
}

/// The character references that [`escaped`] writes, and that people write in `meta` elements.
const REFERENCES: [(&str, char); 6] =
    [("&quot;", '"'), ("&#39;", '\''), ("&apos;", '\''), ("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];

fn unescaped(text: &str) -> String {
    REFERENCES.iter().fold(text.to_owned(), |text, (reference, char)| {
        text.replace(reference, char.encode_utf8(&mut [0; 4]))
    })
}

/// Escapes a text, for an attribute in double quotes or as content of an element. Characters that a parser would change are
/// replaced.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    let is_special = |char: char| matches!(char, '&' | '<' | '>' | '"' | '\0' | '\r');
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&quot;"),
            '\0' => output.push('\u{fffd}'),
            '\r' => output.push(' '),
            other => output.push(other),
        }
    }
    Cow::Owned(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        for (html, expected) in [
            ("<!doctype html><p class=\"a b\" id=x hidden>", "p[class=a b,id=x,hidden=]"),
            (
                "<META Name='a' content='it&#39;s &lt;b&gt; &amp;amp;'/>",
                "meta[name=a,content=it's <b> &amp;]",
            ),
            ("<!-- <b> --><i>", "i[]"),
            ("<script>if (a<b) '<p>'</SCRIPT><i>", "script[] i[]"),
            ("a < b <i", "i[]"),
            ("<a href=x/y>", "a[href=x/y]"),
            ("<a title = \"x>y\" >", "a[title=x>y]"),
            ("<a title=\"x", "a[title=x]"),
            ("<!-- <p>", ""),
        ] {
            let tags = start_tags(html).into_iter().map(|tag| {
                let attributes = tag.attributes.iter().map(|(name, value)| format!("{name}={value}"));
                format!("{}[{}]", tag.name, attributes.collect::<Vec<_>>().join(","))
            });
            assert_eq!(tags.collect::<Vec<_>>().join(" "), expected, "{html}");
        }
    }

    #[test]
    fn an_attribute_is_replaced_and_the_others_stay() {
        let tag = start_tags("<html lang=en data-x='\"'>").remove(0);
        assert_eq!(tag.clone().with("lang", "zh-CN").html(), "<html data-x=\"&quot;\" lang=\"zh-CN\">");
        assert_eq!(tag.with("lang", "").html(), "<html data-x=\"&quot;\">");
    }

    #[test]
    fn no_text_leaves_its_attribute_or_its_element() {
        for (text, expected) in [
            ("plain · text", "plain · text"),
            ("</title><script>alert(1)</script>", "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x' &amp;", "&quot; onload='x' &amp;amp;"),
            ("a\0b\rc", "a\u{fffd}b c"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
