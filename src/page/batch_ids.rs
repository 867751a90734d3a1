//! Batch IDs in what a viewer types or pastes, and in the URL.

use crate::redact::scan::leading;

/// The largest number of batches on one page. Further ones are left out.
const MAX_BATCHES: usize = 50;

/// The longest text that is searched for IDs, in bytes. A pasted response of the API begins with its BatchId.
pub(super) const MAX_TEXT_LEN: usize = 20_000;

/// The names of the parameter in URLs, JSON and commands, in lower case.
const NAMES: [&str; 3] = ["batch-id", "batchid", "batch_id"];

/// The prefix by which an ID is found in other text.
const PREFIX: &str = "pcb-";

/// Whether `id` is a valid BatchId: 1 to 128 of `A-Za-z0-9._~+-`, as the proxy requires.
pub fn is_batch_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(is_id_byte)
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~+-".contains(&byte)
}

/// Returns the IDs of a list with commas, each once. Empty if one is not valid.
pub(crate) fn listed(text: &str) -> Vec<String> {
    Scan::of(text).listed.unwrap_or_default()
}

/// Returns the IDs in a text: an ID or a list of them, or IDs inside a URL, JSON, a command or a message. Empty if there are none.
pub(super) fn found(text: &str) -> Vec<String> {
    let Scan { listed, named, prefixed } = Scan::of(text);
    listed.unwrap_or(if named.is_empty() { prefixed } else { named })
}

/// The findings of one pass over a text.
struct Scan {
    /// The words, if all are IDs and only commas and space are between them.
    listed: Option<Vec<String>>,
    /// The values that follow the parameter's name.
    named: Vec<String>,
    /// The words with the usual prefix of an ID.
    prefixed: Vec<String>,
}

impl Scan {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let bytes = &bytes[..bytes.len().min(MAX_TEXT_LEN)];
        let (mut words, mut named, mut prefixed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut is_list, mut follows_name, mut at) = (true, false, 0);
        while at < bytes.len() {
            let (word, gap) = (leading(&bytes[at..], is_id_byte), &bytes[at..]);
            let is_word = word > 0;
            let word = text.get(at..at + word).unwrap_or_default();
            let gap = &gap[word.len()..];
            let gap = &gap[..leading(gap, |byte| !is_id_byte(byte))];
            at += word.len() + gap.len();
            is_list &= gap.iter().all(|byte| *byte == b',' || byte.is_ascii_whitespace());
            // Space alone does not separate the items of a list.
            is_list &= !is_word || at == bytes.len() || gap.contains(&b',');
            if is_word {
                is_list &= is_batch_id(word);
                // A full stop ends a sentence. `--BatchId` is an option of the CLI.
                let id = word.trim_end_matches('.').trim_start_matches("--");
                add(&mut words, word);
                if follows_name {
                    add(&mut named, id);
                }
                if id.len() > PREFIX.len() && id.starts_with(PREFIX) {
                    add(&mut prefixed, id);
                }
                follows_name = NAMES.iter().any(|name| id.eq_ignore_ascii_case(name));
            }
            follows_name &= gap.iter().all(|byte| b"=:\"'\\ \t\r\n".contains(byte));
        }
        Self { listed: (is_list && !words.is_empty()).then_some(words), named, prefixed }
    }
}

/// Adds a valid ID that the list does not have yet.
fn add(ids: &mut Vec<String>, id: &str) {
    if ids.len() < MAX_BATCHES && is_batch_id(id) && ids.iter().all(|known| known != id) {
        ids.push(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_ids_are_those_that_the_proxy_accepts() {
        for (id, expected) in
            [("pcb-demo", true), ("a+b~c._", true), ("", false), ("a b", false), ("é", false), ("a/b", false)]
        {
            assert_eq!(is_batch_id(id), expected, "{id}");
        }
        assert!(is_batch_id(&"a".repeat(128)));
        assert!(!is_batch_id(&"a".repeat(129)));
    }

    #[test]
    fn ids_are_found_in_what_people_paste() {
        for (text, expected) in [
            ("pcb-demo", &["pcb-demo"][..]),
            ("  other_id \n", &["other_id"]),
            (" 4711 ", &["4711"]),
            ("pcb-1, pcb-2,pcb-1", &["pcb-1", "pcb-2"]),
            ("https://status.example/?lang=ja&batch-id=x.1&filter=failed#top", &["x.1"]),
            ("https://status.example/api/DescribeBatchTask?BatchId=pcb-9", &["pcb-9"]),
            (r#"{"RequestId":"25C7","BatchId":"pcb-xxx","TaskName":"pcb-other"}"#, &["pcb-xxx"]),
            (r#"  "BatchId" : "4711","#, &["4711"]),
            ("aliyun polardb DescribeBatchTask --BatchId pcb-7", &["pcb-7"]),
            ("aliyun polardb DescribeBatchTask --BatchId=pcb-7 --region cn-beijing", &["pcb-7"]),
            ("client.describe(batch_id='pcb-7')", &["pcb-7"]),
            ("Batch pcb-5 has failed, see pcb-6.", &["pcb-5", "pcb-6"]),
            ("批次 pcb-5。", &["pcb-5"]),
            ("pcb-", &["pcb-"]),
            ("see pcb- or pcb", &[]),
            ("no id here!", &[]),
            ("https://status.example/?batch-id=", &[]),
            ("BatchId", &["BatchId"]),
            (r#"{"BatchId":"","TaskName":"x","Message":"pcb-3"}"#, &["pcb-3"]),
            ("?batch-id=&filter=failed", &[]),
            (r#"{\"BatchId\": \"4711\"}"#, &["4711"]),
            ("", &[]),
            (",", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_in_the_url_has_valid_ids_only() {
        assert_eq!(listed("a,b"), ["a", "b"]);
        assert_eq!(listed(" a,,b , a, "), ["a", "b"]);
        for text in ["", " ", ",", "a b", "a,<b>"] {
            assert!(listed(text).is_empty(), "{text}");
        }
        let many: Vec<_> = (0..80).map(|number| format!("pcb-{number}")).collect();
        assert_eq!(listed(&many.join(",")).len(), MAX_BATCHES);
        assert_eq!(found(&many.join(" ")).len(), MAX_BATCHES);
    }
}
