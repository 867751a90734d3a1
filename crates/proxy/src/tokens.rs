//! Bearer tokens: read from a file, reloaded when it changes, compared in constant time.
//!
//! Only hashes are stored, so that no token can be printed.

use std::fmt;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use time::OffsetDateTime;

use crate::reload::{ReloadOutcome, watch};

use crate::text_file;

/// The minimum length of a token, so that it cannot be guessed.
const MIN_LEN: usize = 16;

type Hash = [u8; 32];

/// The tokens that are valid at present. Clones share them.
#[derive(Clone)]
pub struct Tokens {
    path: Arc<Path>,
    loaded: Arc<RwLock<Loaded>>,
}

/// The content of the file.
struct Loaded {
    hashes: Vec<Hash>,
    /// When the file was modified, if the file system states it.
    modified: Option<OffsetDateTime>,
}

impl Tokens {
    /// Reads a file with one token per line. Blank lines and lines that begin with `#` are ignored.
    ///
    /// # Errors
    /// If the file cannot be read, contains no token, or a line is not a valid token. The message contains the number of
    /// the line, but not its text.
    pub fn read(path: PathBuf) -> anyhow::Result<Self> {
        // A pipe, such as one of a process substitution, can be read once.
        let loaded = File::open(&path).context("cannot be opened").and_then(read);
        let loaded = loaded.with_context(|| format!("--token-file {}", path.display()))?;
        warn_if_open_to_all(&path);
        Ok(Self { path: path.into(), loaded: Arc::new(RwLock::new(loaded)) })
    }

    /// Returns whether `token` is valid. The comparison takes constant time.
    #[must_use]
    pub fn contains(&self, token: &[u8]) -> bool {
        let presented = hash(token);
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        let found =
            loaded.hashes.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(&presented));
        found.into()
    }

    /// Returns the time since the file that is in use was modified, at `now`.
    #[must_use]
    pub fn age(&self, now: OffsetDateTime) -> Option<Duration> {
        let modified = self.loaded.read().unwrap_or_else(PoisonError::into_inner).modified?;
        Some(Duration::try_from(now - modified).unwrap_or_default())
    }

    /// Reads the file again. If it is not valid, the tokens stay unchanged.
    pub fn reload(&self) -> ReloadOutcome {
        match open_regular(&self.path).and_then(read) {
            Ok(new) => {
                let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
                let is_changed = loaded.hashes != new.hashes;
                *loaded = new;
                if !is_changed {
                    return ReloadOutcome::Unchanged;
                }
                ReloadOutcome::Changed(format!("contains {} tokens", loaded.hashes.len()))
            }
            Err(error) => ReloadOutcome::Failed(format!("{error:#}")),
        }
    }

    /// Reloads the file when it changes, until the task is aborted.
    pub async fn watch(self) -> ControlFlow<()> {
        watch(self.path.display().to_string(), move || self.reload()).await
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Opens a file that may have been replaced. Opening a named pipe could block forever.
fn open_regular(path: &Path) -> anyhow::Result<File> {
    let is_file = path.metadata().context("cannot be opened")?.is_file();
    ensure!(is_file, "is not a regular file");
    File::open(path).context("cannot be opened")
}

fn read(file: File) -> anyhow::Result<Loaded> {
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok().map(OffsetDateTime::from);
    let text =
        String::from_utf8(text_file::read_opened(file)?).ok().context("is not a text file in UTF-8")?;
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
    Ok(Loaded { hashes, modified })
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
            "{} is readable by every user of this machine; restrict it with `chmod 600`",
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
        assert_eq!(tokens.reload(), ReloadOutcome::Changed("contains 1 tokens".to_owned()));
        assert!(tokens.contains(SECOND.as_bytes()) && !tokens.contains(FIRST.as_bytes()));
        for broken in ["", "x"] {
            fs::write(file.path(), broken).unwrap();
            assert!(matches!(tokens.reload(), ReloadOutcome::Failed(_)), "{broken}");
        }
        fs::remove_file(file.path()).unwrap();
        assert!(matches!(tokens.reload(), ReloadOutcome::Failed(_)));
        fs::create_dir(file.path()).unwrap();
        assert_eq!(tokens.reload(), ReloadOutcome::Failed("is not a regular file".to_owned()));
        fs::remove_dir(file.path()).unwrap();
        assert!(tokens.contains(SECOND.as_bytes()));
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_in_place_of_the_file_does_not_block_the_reload() {
        let file = file(FIRST);
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        fs::remove_file(file.path()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(file.path()).status().unwrap().success());
        assert_eq!(tokens.reload(), ReloadOutcome::Failed("is not a regular file".to_owned()));
        assert!(tokens.contains(FIRST.as_bytes()));
    }

    #[test]
    fn the_age_is_that_of_the_file_in_use() {
        let file = file(FIRST);
        let modify = |time: OffsetDateTime| {
            File::options().write(true).open(file.path()).unwrap().set_modified(time.into()).unwrap();
        };
        let now = OffsetDateTime::now_utc();
        modify(now - Duration::from_secs(100));
        let tokens = Tokens::read(file.path().to_owned()).unwrap();
        assert_eq!(tokens.age(now), Some(Duration::from_secs(100)));
        modify(now - Duration::from_secs(40));
        assert_eq!(tokens.reload(), ReloadOutcome::Unchanged);
        assert_eq!(tokens.age(now), Some(Duration::from_secs(40)));
        fs::write(file.path(), "not valid").unwrap();
        tokens.reload();
        assert_eq!(tokens.age(now), Some(Duration::from_secs(40)));
    }
}
