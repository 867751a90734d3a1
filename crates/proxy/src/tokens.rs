//! The bearer tokens that let a client ask: read from a file, compared in constant time, read again when they change.
//!
//! Holds hashes only, so that no token can be printed. Must not know requests.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// A shorter token could be guessed.
const MIN_LEN: usize = 16;
/// A larger file is not a list of tokens.
const FILE_LIMIT: u64 = 1024 * 1024;
/// The file is looked at this often. Its bytes are compared rather than its date, which a copy may keep.
const LOOK_EVERY: Duration = Duration::from_secs(2);

type Hash = [u8; 32];

/// The tokens that are good at present.
#[derive(Clone)]
pub struct Tokens {
    path: Arc<Path>,
    hashes: Arc<RwLock<Vec<Hash>>>,
}

impl Tokens {
    /// Reads the file: one token a line; blank lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// If it cannot be read, holds no token, or a line is none; the message gives the line's number, not its text.
    pub fn read(path: PathBuf) -> anyhow::Result<Self> {
        let hashes = read(&path).with_context(|| format!("--token-file {}", path.display()))?;
        warn_if_open_to_all(&path);
        Ok(Self { path: path.into(), hashes: Arc::new(RwLock::new(hashes)) })
    }

    /// Whether this is one of the tokens; takes the same time wherever and however it differs.
    #[must_use]
    pub fn admit(&self, token: &[u8]) -> bool {
        let presented = hash(token);
        let hashes = self.hashes.read().unwrap_or_else(PoisonError::into_inner);
        let found = hashes.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(&presented));
        found.into()
    }

    /// Takes over what the file says now; if that cannot be used, the tokens stay as they are.
    pub fn reload(&self) -> Reloaded {
        match read(&self.path) {
            Ok(new) => {
                let mut hashes = self.hashes.write().unwrap_or_else(PoisonError::into_inner);
                if *hashes == new {
                    return Reloaded::Same;
                }
                *hashes = new;
                Reloaded::Changed(hashes.len())
            }
            Err(error) => Reloaded::Kept(format!("{error:#}")),
        }
    }

    /// Reloads for as long as it runs, and logs what changes.
    pub async fn follow(self) {
        let mut last = Reloaded::Same;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let tokens = self.clone();
            let Ok(reloaded) = tokio::task::spawn_blocking(move || tokens.reload()).await else { return };
            let path = self.path.display();
            match &reloaded {
                Reloaded::Changed(count) => tracing::info!("{path} now holds {count} tokens"),
                Reloaded::Kept(why) if reloaded != last => {
                    tracing::error!("{path} cannot be used, so the tokens stay as they were: {why}");
                }
                Reloaded::Kept(_) | Reloaded::Same => {}
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

/// What came of looking at the file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reloaded {
    /// It says what it said before.
    Same,
    /// It says something else: so many tokens.
    Changed(usize),
    /// It cannot be used, for this reason.
    Kept(String),
}

fn read(path: &Path) -> anyhow::Result<Vec<Hash>> {
    let mut text = String::new();
    let file = File::open(path).context("cannot be opened")?;
    file.take(FILE_LIMIT + 1).read_to_string(&mut text).context("cannot be read as text")?;
    ensure!(text.len() as u64 <= FILE_LIMIT, "larger than {FILE_LIMIT} bytes, so no list of tokens");
    let mut hashes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let token = line.trim();
        if token.is_empty() || token.starts_with('#') {
            continue;
        }
        let number = index + 1;
        if !is_token(token) {
            bail!(
                "line {number} is no bearer token: A-Z a-z 0-9 - . _ ~ + / are expected, and = at the end only"
            );
        }
        ensure!(
            token.len() >= MIN_LEN,
            "line {number} is shorter than {MIN_LEN} characters and could be guessed"
        );
        hashes.push(hash(token.as_bytes()));
    }
    ensure!(!hashes.is_empty(), "holds no token: write one a line, such as `openssl rand -hex 32` gives");
    Ok(hashes)
}

/// Whether it can stand in an `Authorization` header (RFC 6750, `b64token`).
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
            "{} can be read by every user of this machine: chmod 640 would keep it",
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
    fn each_line_is_a_token_and_nothing_else_is() {
        let file = file(&format!("# console\n{FIRST}\n\n  {SECOND}\r\n"));
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        for good in [FIRST, SECOND] {
            assert!(tokens.admit(good.as_bytes()), "{good}");
        }
        let longer = format!("{FIRST}0");
        for bad in ["", "# console", &FIRST[1..], &longer, &FIRST.to_uppercase(), "first-token-0123456780"] {
            assert!(!tokens.admit(bad.as_bytes()), "{bad}");
        }
        assert!(!format!("{tokens:?}").contains("first"));
    }

    #[test]
    fn what_is_no_list_of_tokens_is_refused_without_being_quoted() {
        for (text, told) in [
            ("", "holds no token"),
            ("# nothing\n\n", "holds no token"),
            ("short-secret", "line 1 is shorter"),
            (&format!("{FIRST}\nwith a secret space"), "line 2 is no bearer token"),
            ("====================", "line 1 is no bearer token"),
            ("geheimnis-geheimnis-ä", "line 1 is no bearer token"),
        ] {
            let error = format!("{:#}", Tokens::read(file(text).path().to_owned()).unwrap_err());
            assert!(error.contains(told) && !error.contains("secret"), "{error}");
        }
        let missing = Tokens::read("/no/such/file".into()).unwrap_err();
        assert!(format!("{missing:#}").starts_with("--token-file /no/such/file: cannot be opened"));
    }

    #[test]
    fn a_change_is_taken_over_and_a_broken_one_is_not() {
        let file = file(FIRST);
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        assert_eq!(tokens.reload(), Reloaded::Same);
        fs::write(file.path(), SECOND).unwrap();
        assert_eq!(tokens.reload(), Reloaded::Changed(1));
        assert!(tokens.admit(SECOND.as_bytes()) && !tokens.admit(FIRST.as_bytes()));
        for broken in ["", "x"] {
            fs::write(file.path(), broken).unwrap();
            assert!(matches!(tokens.reload(), Reloaded::Kept(_)), "{broken}");
        }
        fs::remove_file(file.path()).unwrap();
        assert!(matches!(tokens.reload(), Reloaded::Kept(_)));
        assert!(tokens.admit(SECOND.as_bytes()));
    }
}
