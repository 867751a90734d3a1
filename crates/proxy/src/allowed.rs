//! Which batches this proxy tells of: the globs of `--allow-batch-id`.
//!
//! Must not know requests or who asks.

use std::str::FromStr;
use std::sync::Arc;

/// A pattern for a BatchId: `*` stands for any characters or none, `?` for one, the rest for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<u8>);

impl Glob {
    /// Whether the whole of `text` fits; upper and lower case differ.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_slice(), text.as_bytes());
        let (mut p, mut t) = (0, 0);
        // After a mismatch only the last star has to take one more character, so the time is bounded by the product
        // of the lengths, whatever the pattern.
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
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._~+-*?".contains(&byte);
        if text.is_empty() || !text.bytes().all(fits) {
            return Err(
                "a BatchId of A-Z a-z 0-9 . _ ~ + - is expected, with * for any characters and ? for \
                        one; other characters would fit no BatchId"
                    .to_owned(),
            );
        }
        Ok(Self(text.into()))
    }
}

/// The batches that may be asked about; without globs, any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Arc<[Glob]>);

impl Allowed {
    /// Those that fit one of the globs, or all if there are none.
    #[must_use]
    pub fn new(globs: Vec<Glob>) -> Self {
        Self(globs.into())
    }

    /// Whether a request may be passed on; one without BatchId fits no glob.
    #[must_use]
    pub fn admits(&self, batch_id: Option<&str>) -> bool {
        self.0.is_empty() || batch_id.is_some_and(|id| self.0.iter().any(|glob| glob.matches(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_fits_the_whole_id() {
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
        let hostile: Glob = format!("{}b", "*a".repeat(60)).parse().unwrap();
        assert!(!hostile.matches(&"a".repeat(128)));
    }

    #[test]
    fn what_fits_no_batch_id_is_refused() {
        for bad in ["", "pcb-[0-9]", "pcb 1", "a,b", "批"] {
            bad.parse::<Glob>().unwrap_err();
        }
    }

    #[test]
    fn without_globs_all_are_admitted_and_with_them_none_without_an_id() {
        assert!(Allowed::default().admits(None));
        let allowed = Allowed::new(vec!["a-*".parse().unwrap(), "b".parse().unwrap()]);
        for (id, expected) in [(Some("a-1"), true), (Some("b"), true), (Some("c"), false), (None, false)] {
            assert_eq!(allowed.admits(id), expected, "{id:?}");
        }
    }
}
