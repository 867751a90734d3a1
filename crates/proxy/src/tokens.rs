//! Bearer tokens: read from a file, reloaded when it changes, compared in constant time.
//!
//! Only hashes are stored, so that no token can be printed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::text_file;

/// The minimum length of a token, so that it cannot be guessed.
const MIN_LEN: usize = 16;
/// How often the file is checked for changes. The content is compared, because a copy may keep the modification time.
const RELOAD_INTERVAL: Duration = Duration::from_secs(2);

type Hash = [u8; 32];

/// The tokens that are valid at present. Clones share them.
#[derive(Clone)]
pub struct Tokens {
    path: Arc<Path>,
    hashes: Arc<RwLock<Vec<Hash>>>,
}

impl Tokens {
    /// Reads a file with one token per line. Blank lines and lines that begin with `#` are ignored.
    ///
    /// # Errors
    /// If the file cannot be read, contains no token, or a line is not a valid token. The message contains the number of
    /// the line, but not its text.
    pub fn read(path: PathBuf) -> anyhow::Result<Self> {
        let hashes = read(&path).with_context(|| format!("--token-file {}", path.display()))?;
        warn_if_open_to_all(&path);
        Ok(Self { path: path.into(), hashes: Arc::new(RwLock::new(hashes)) })
    }

    /// Returns whether `token` is valid. The comparison takes constant time.
    #[must_use]
    pub fn contains(&self, token: &[u8]) -> bool {
        let presented = hash(token);
        let hashes = self.hashes.read().unwrap_or_else(PoisonError::into_inner);
        let found = hashes.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(&presented));
        found.into()
    }

    /// Reads the file again. If it is not valid, the tokens stay unchanged.
    pub fn reload(&self) -> ReloadOutcome {
        match read(&self.path) {
            Ok(new) => {
                let mut hashes = self.hashes.write().unwrap_or_else(PoisonError::into_inner);
                if *hashes == new {
                    return ReloadOutcome::Unchanged;
                }
                *hashes = new;
                ReloadOutcome::Changed(hashes.len())
            }
            Err(error) => ReloadOutcome::Failed(format!("{error:#}")),
        }
    }

    /// Reloads the file periodically, and logs changes. Never returns unless the runtime shuts down.
    pub async fn watch(self) {
        let mut last = ReloadOutcome::Unchanged;
        loop {
            tokio::time::sleep(RELOAD_INTERVAL).await;
            let tokens = self.clone();
            let Ok(reloaded) = tokio::task::spawn_blocking(move || tokens.reload()).await else { return };
            let path = self.path.display();
            match &reloaded {
                ReloadOutcome::Changed(count) => {
                    tracing::info!("{path} was reloaded and contains {count} tokens")
                }
                ReloadOutcome::Failed(why) if reloaded != last => {
                    tracing::error!("{path} cannot be reloaded, the previous tokens stay valid: {why}");
                }
                ReloadOutcome::Failed(_) | ReloadOutcome::Unchanged => {}
            }
            last = reloaded;
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The result of [`Tokens::reload`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReloadOutcome {
    /// The tokens are the same.
    Unchanged,
    /// The tokens changed. The value is their number.
    Changed(usize),
    /// The file is not valid. The value is the reason.
    Failed(String),
}

fn read(path: &Path) -> anyhow::Result<Vec<Hash>> {
    let text = String::from_utf8(text_file::read(path)?).ok().context("is not a text file in UTF-8")?;
    let mut hashes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let token = line.trim();
        if token.is_empty() || token.starts_with('#') {
            continue;
        }
        let number = index + 1;
        if !is_token(token) {
            bail!(
                "line {number} is not a valid bearer token: allowed are A-Z a-z 0-9 - . _ ~ + / and, at the end, ="
            );
        }
        ensure!(
            token.len() >= MIN_LEN,
            "line {number} is shorter than {MIN_LEN} characters and could be guessed"
        );
        hashes.push(hash(token.as_bytes()));
    }
    ensure!(
        !hashes.is_empty(),
        "contains no token: write one per line, for example the output of `openssl rand -hex 32`"
    );
    Ok(hashes)
}

/// Returns whether `text` is a `b64token` (RFC 6750).
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn hash(token: &[u8]) -> Hash {
    Sha256::digest(token).into()
}

#[cfg(unix)]
fn warn_if_open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if path.metadata().is_ok_and(|file| file.permissions().mode() & 0o004 != 0) {
        tracing::warn!(
            "{} is readable by every user of this machine; restrict it with `chmod 640`",
            path.display()
        );
    }
}

#[cfg(not(unix))]
fn warn_if_open_to_all(_path: &Path) {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const FIRST: &str = "first-token-0123456789";
    const SECOND: &str = "c2Vjb25kIHRva2VuIQ==";

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn each_line_is_a_token() {
        let file = file(&format!("# console\n{FIRST}\n\n  {SECOND}\r\n"));
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        for good in [FIRST, SECOND] {
            assert!(tokens.contains(good.as_bytes()), "{good}");
        }
        let longer = format!("{FIRST}0");
        for bad in ["", "# console", &FIRST[1..], &longer, &FIRST.to_uppercase(), "first-token-0123456780"] {
            assert!(!tokens.contains(bad.as_bytes()), "{bad}");
        }
        assert!(!format!("{tokens:?}").contains("first"));
    }

    #[test]
    fn a_file_may_begin_with_a_byte_order_mark() {
        for bytes in text_file::with_marks(&format!("{FIRST}\r\n{SECOND}\r\n")) {
            let file = tempfile::NamedTempFile::new().unwrap();
            fs::write(file.path(), &bytes).unwrap();
            let tokens = Tokens::read(file.path().to_owned()).unwrap();
            for good in [FIRST, SECOND] {
                assert!(tokens.contains(good.as_bytes()), "{good} {bytes:?}");
            }
        }
    }

    #[test]
    fn an_invalid_file_is_rejected_without_quoting_it() {
        for (text, expected) in [
            ("", "contains no token"),
            ("# nothing\n\n", "contains no token"),
            ("short-secret", "line 1 is shorter"),
            (&format!("{FIRST}\nwith a secret space"), "line 2 is not a valid bearer token"),
            ("====================", "line 1 is not a valid bearer token"),
            ("geheimnis-geheimnis-ä", "line 1 is not a valid bearer token"),
        ] {
            let error = format!("{:#}", Tokens::read(file(text).path().to_owned()).unwrap_err());
            assert!(error.contains(expected) && !error.contains("secret"), "{error}");
        }
        let missing = Tokens::read("/no/such/file".into()).unwrap_err();
        assert!(format!("{missing:#}").starts_with("--token-file /no/such/file: cannot be opened"));
    }

    #[test]
    fn a_valid_change_is_loaded_and_an_invalid_one_is_not() {
        let file = file(FIRST);
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        assert_eq!(tokens.reload(), ReloadOutcome::Unchanged);
        fs::write(file.path(), SECOND).unwrap();
        assert_eq!(tokens.reload(), ReloadOutcome::Changed(1));
        assert!(tokens.contains(SECOND.as_bytes()) && !tokens.contains(FIRST.as_bytes()));
        for broken in ["", "x"] {
            fs::write(file.path(), broken).unwrap();
            assert!(matches!(tokens.reload(), ReloadOutcome::Failed(_)), "{broken}");
        }
        fs::remove_file(file.path()).unwrap();
        assert!(matches!(tokens.reload(), ReloadOutcome::Failed(_)));
        assert!(tokens.contains(SECOND.as_bytes()));
    }
}
