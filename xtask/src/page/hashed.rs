//! Files with a hash of their contents in their names, and their names and `integrity` hashes in HTML.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha384};

use crate::files;

/// Hexadecimal digits of the hash in a name. Trunk omits leading zeros. `batch-task-proxy` recognises by them the files that
/// browsers may cache.
const DIGITS: usize = 16;
/// More leading zeros are improbable.
const LEAST_DIGITS: usize = 12;

/// Returns the value of the `integrity` attribute for a file.
pub(super) fn integrity(contents: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(contents)))
}

/// The first file that the HTML names so, but for the hash in the middle.
pub(super) fn find<'a>(html: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let is_hashed = |name: &&str| {
        let middle = name.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
        middle.is_some_and(is_hash)
    };
    html.split('"').filter_map(|text| text.strip_prefix("./")).find(is_hashed)
}

fn is_hash(text: &str) -> bool {
    (LEAST_DIGITS..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Replaces a file by one with other contents; returns its new name and the HTML with that name, and with its new hash where the
/// HTML has the old one.
///
/// # Errors
/// If the file cannot be replaced.
pub(super) fn replace(folder: &Path, html: &str, name: &str, contents: &[u8]) -> Result<(String, String)> {
    let old = folder.join(name);
    let before = integrity(&fs::read(&old).with_context(|| format!("cannot read {}", old.display()))?);
    let new_name = renamed(name, contents).with_context(|| format!("{name} has no hash in it"))?;
    fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    let new = folder.join(&new_name);
    fs::write(&new, contents).with_context(|| format!("cannot write {}", new.display()))?;
    let html = html.replace(name, &new_name).replace(&before, &integrity(contents));
    Ok((new_name, html))
}

/// Writes a file with the hash of its contents in its name: `page-…` and `end`. Returns the name.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn add(folder: &Path, end: &str, contents: &[u8]) -> Result<String> {
    let name = format!("page-{}.{end}", digest(contents));
    files::write(&folder.join(&name), contents)?;
    Ok(name)
}

/// Adds an attribute with the hash of `contents` to the element whose `href` is this file. `None` if there is none, or it has
/// a hash already.
pub(super) fn with_hash(html: &str, name: &str, attribute: &str, contents: &[u8]) -> Option<String> {
    let address = format!(" href=\"./{name}\"");
    let at = html.find(&address)? + address.len();
    let (before, after) = html.split_at(at);
    let rest = after.split('>').next()?;
    if rest.contains("integrity=") {
        return None;
    }
    Some(format!("{before} {attribute}=\"{}\"{after}", integrity(contents)))
}

/// The name with the hash of these contents in place of the one that it has.
fn renamed(name: &str, contents: &[u8]) -> Option<String> {
    let (begin, rest) = name.rsplit_once('-')?;
    let digits = rest.find(|character: char| !character.is_ascii_hexdigit())?;
    let (old, end) = rest.split_at_checked(digits)?;
    if !is_hash(old) {
        return None;
    }
    Some(format!("{begin}-{}{end}", digest(contents)))
}

/// The hash of these contents in a name.
fn digest(contents: &[u8]) -> String {
    Sha384::digest(contents).iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "page-0123456789abcdef_bg.wasm";
    /// The name for the contents `abc`; the hash is from `openssl dgst -sha384`.
    const NEW_NAME: &str = "page-cb00753f45a35e8b_bg.wasm";
    const ABC: &str = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";

    #[test]
    fn a_file_by_its_name_without_the_hash() {
        let html = format!(
            "<link href=\"./page-1.js\"><link href=\"./{NAME}\"><link href=\"./page-fedcba9876543210.js\">"
        );
        assert_eq!(find(&html, "page-", "_bg.wasm"), Some(NAME));
        assert_eq!(find(&html, "page-", ".js"), Some("page-fedcba9876543210.js"));
        assert_eq!(find(&html, "boot-", ".js"), None);
    }

    #[test]
    fn a_hash_that_begins_with_a_zero_is_one() {
        let html = "<link href=\"./page-late.js\"><link href=\"./page-16e64abee665c20_bg.wasm\">";
        assert_eq!(find(html, "page-", "_bg.wasm"), Some("page-16e64abee665c20_bg.wasm"));
        assert_eq!(find(html, "page-", ".js"), None);
        assert_eq!(renamed("page-16e64abee665c20_bg.wasm", b"abc").as_deref(), Some(NEW_NAME));
        assert_eq!(renamed("page-late.js", b"abc"), None);
    }

    #[test]
    fn name_and_hash_follow_the_contents() {
        let folder = std::env::temp_dir().join(format!("xtask-hashed-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(NAME), "old").unwrap();
        let html = |name: &str, hash: &str| format!("<link href=\"./{name}\" integrity=\"{hash}\"><p>");

        let replaced = replace(&folder, &html(NAME, &integrity(b"old")), NAME, b"abc").unwrap();
        assert_eq!(replaced, (NEW_NAME.to_owned(), html(NEW_NAME, ABC)));
        assert_eq!(fs::read(folder.join(NEW_NAME)).unwrap(), b"abc");
        assert!(!folder.join(NAME).exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_hash_is_added_once() {
        let html = |name: &str, hash: &str| {
            format!("<link href=\"./a.css\" integrity=\"x\"><link href=\"./{name}\"{hash} as=\"fetch\"><p>")
        };
        let expected = html(NAME, &format!(" data-integrity=\"{ABC}\""));
        let hashed = with_hash(&html(NAME, ""), NAME, "data-integrity", b"abc");
        assert_eq!(hashed.as_deref(), Some(&*expected));
        for html in [&expected, &html("other.wasm", ""), ""] {
            assert_eq!(with_hash(html, NAME, "data-integrity", b"abc"), None, "{html}");
        }
    }
}
