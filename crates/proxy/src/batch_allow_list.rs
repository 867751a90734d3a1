//! The list of permitted batches: the globs of `--allow-batch-id`.

use std::str::FromStr;
use std::sync::Arc;

/// A pattern for a BatchId. `*` matches any number of characters, `?` matches one, all others match themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<u8>);

impl Glob {
    /// Returns whether the pattern matches all of `text`. Matching is case-sensitive.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_slice(), text.as_bytes());
        let (mut p, mut t) = (0, 0);
        // After a mismatch only the last star needs to match one more character. The time is therefore at most proportional
        // to the product of the lengths.
        let mut star: Option<(usize, usize)> = None;
        while let Some(&byte) = text.get(t) {
            match pattern.get(p) {
                Some(b'*') => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(&expected) if expected == b'?' || expected == byte => (p, t) = (p + 1, t + 1),
                _ => {
                    let Some((at, taken)) = star else { return false };
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
            }
        }
        pattern.iter().skip(p).all(|byte| *byte == b'*')
    }
}

impl FromStr for Glob {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~+-*?".contains(&byte);
        if text.is_empty() || !text.bytes().all(is_allowed) {
            return Err(
                "must consist of the characters of a BatchId (A-Z a-z 0-9 . _ ~ + -) and the wildcards * and ?"
                    .to_owned(),
            );
        }
        Ok(Self(text.into()))
    }
}

/// The permitted batches. An empty list permits all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAllowList(Arc<[Glob]>);

impl BatchAllowList {
    /// Permits the batches that match one of the globs; all, if there are none.
    #[must_use]
    pub fn new(globs: Vec<Glob>) -> Self {
        Self(globs.into())
    }

    /// Returns whether a request is permitted. A request without BatchId matches no glob.
    #[must_use]
    pub fn allows(&self, batch_id: Option<&str>) -> bool {
        self.0.is_empty() || batch_id.is_some_and(|id| self.0.iter().any(|glob| glob.matches(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_the_whole_id() {
        for (glob, good, bad) in [
            ("pcb-1", &["pcb-1"][..], &["pcb-12", "xpcb-1", "PCB-1", ""][..]),
            ("pcb-*", &["pcb-", "pcb-1", "pcb-*"], &["pcb", "a-pcb-1"]),
            ("*-prod-*", &["a-prod-b", "-prod-", "a-prod-prod-"], &["a-prod", "prod-b"]),
            ("a?c", &["abc", "a.c"], &["ac", "abbc"]),
            ("*a*b", &["ab", "xaxbab"], &["ba", "abc"]),
            ("a.c", &["a.c"], &["abc"]),
            ("**", &["", "x"], &[]),
        ] {
            let parsed: Glob = glob.parse().unwrap();
            assert!(good.iter().all(|id| parsed.matches(id)), "{glob}");
            assert!(!bad.iter().any(|id| parsed.matches(id)), "{glob}");
        }
        let slow: Glob = format!("{}b", "*a".repeat(60)).parse().unwrap();
        assert!(!slow.matches(&"a".repeat(128)));
    }

    #[test]
    fn a_glob_with_other_characters_is_rejected() {
        for bad in ["", "pcb-[0-9]", "pcb 1", "a,b", "批"] {
            bad.parse::<Glob>().unwrap_err();
        }
    }

    #[test]
    fn an_empty_list_allows_all_and_a_list_requires_an_id() {
        assert!(BatchAllowList::default().allows(None));
        let allowed = BatchAllowList::new(vec!["a-*".parse().unwrap(), "b".parse().unwrap()]);
        for (id, expected) in [(Some("a-1"), true), (Some("b"), true), (Some("c"), false), (None, false)] {
            assert_eq!(allowed.allows(id), expected, "{id:?}");
        }
    }
}
