//! The key that signs tokens: made once and kept.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use douyin_media::durable::sync_folder;

use crate::api::SECRET_BYTES;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file, or its folder, cannot be read or written.
    #[error("cannot read or make the token secret {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What the file holds is too short to be a key.
    #[error("the token secret {} has {length} bytes, at least {SECRET_BYTES} are needed; \
             without the file a new one is made, which signs everybody out", path.display())]
    Short {
        /// The file.
        path: PathBuf,
        /// How long it is.
        length: usize,
    },
    /// A line of the file with former keys is too short to be one.
    #[error("a line of {} has {length} bytes, a key that signed before has at least {SECRET_BYTES}; \
             without the line, tokens that it signed are no longer accepted", path.display())]
    ShortFormer {
        /// The file.
        path: PathBuf,
        /// How long the line is.
        length: usize,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    Random(#[from] getrandom::Error),
}

/// Reads the key in a file, or makes the file with a new one.
///
/// The file appears whole or not at all, and only its owner can read it. Where several processes start at once, all get the key of
/// the first. White space around the key does not count.
///
/// # Errors
/// [`SecretError`].
pub fn load_or_create(path: &Path) -> Result<Vec<u8>, SecretError> {
    let failed = |source| SecretError::File {
        path: path.to_owned(),
        source,
    };
    match File::open(path) {
        Ok(file) => read(path, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = random_text()?;
            match create(path, &text) {
                Ok(()) => Ok(text.into_bytes()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    read(path, File::open(path).map_err(failed)?)
                }
                Err(error) => Err(failed(error)),
            }
        }
        Err(error) => Err(failed(error)),
    }
}

/// Reads the keys that signed before: those in the file beside it whose name has `.old` at its end, a line each. None where there is no
/// such file.
///
/// So a key is changed by moving its file there: the next start makes another one, and goes on accepting what the old one signed until
/// the file is removed.
///
/// # Errors
/// [`SecretError`].
pub fn load_former(path: &Path) -> Result<Vec<Vec<u8>>, SecretError> {
    let mut old = path.as_os_str().to_owned();
    old.push(".old");
    let path = Path::new(&old);
    let text = match File::open(path) {
        Ok(file) => read_text(path, file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(SecretError::File {
                path: path.to_owned(),
                source,
            });
        }
    };
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            long_enough(line).map_err(|length| SecretError::ShortFormer {
                path: path.to_owned(),
                length,
            })
        })
        .collect()
}

fn read(path: &Path, file: File) -> Result<Vec<u8>, SecretError> {
    long_enough(read_text(path, file)?.trim_ascii()).map_err(|length| SecretError::Short {
        path: path.to_owned(),
        length,
    })
}

fn read_text(path: &Path, mut file: File) -> Result<Vec<u8>, SecretError> {
    let mut text = Vec::new();
    restrict(path, &file)
        .and_then(|()| file.read_to_end(&mut text))
        .map_err(|source| SecretError::File {
            path: path.to_owned(),
            source,
        })?;
    Ok(text)
}

/// The length of one that is too short is the error.
fn long_enough(secret: &[u8]) -> Result<Vec<u8>, usize> {
    if secret.len() < SECRET_BYTES {
        return Err(secret.len());
    }
    Ok(secret.to_owned())
}

/// Takes away what others were allowed to do with the file.
#[cfg(unix)]
fn restrict(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode();
    // The six lowest bits are those of the group and of everybody.
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    tracing::warn!(path = %path.display(), mode = format!("{:o}", mode & 0o777),
        "others could read the token secret; the file is now its owner's alone");
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _file: &File) -> io::Result<()> {
    Ok(())
}

/// Writes a file beside it, which `tempfile` makes with mode 0600, and gives it its name if nobody else has.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    sync_folder(folder)
}

/// 32 random bytes in Base64, so that the file can be copied as text.
fn random_text() -> Result<String, getrandom::Error> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        let made = load_or_create(&path).unwrap();
        assert_eq!(made.len(), 43);
        assert_eq!(load_or_create(&path).unwrap(), made);
        let other = folder.path().join("other.secret");
        assert_ne!(load_or_create(&other).unwrap(), made);
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            2,
            "nothing else is left"
        );
    }

    #[test]
    fn a_secret_that_was_moved_aside_is_known_beside_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        let old = folder.path().join("jwt.secret.old");
        let first = load_or_create(&path).unwrap();
        assert!(load_former(&path).unwrap().is_empty());
        fs::rename(&path, &old).unwrap();
        let second = load_or_create(&path).unwrap();
        assert_ne!(second, first);
        assert_eq!(load_former(&path).unwrap(), std::slice::from_ref(&first));
        let both = [&first[..], b"\n\n", &second[..], b"\r\n"].concat();
        fs::write(&old, both).unwrap();
        assert_eq!(load_former(&path).unwrap(), [first, second]);
        fs::write(&old, "0123456789\n").unwrap();
        let error = load_former(&path).unwrap_err();
        assert!(
            matches!(error, SecretError::ShortFormer { length: 10, .. }),
            "{error}"
        );
        assert!(!error.to_string().contains("a new one is made"), "{error}");
    }

    #[test]
    fn many_starts_at_once_get_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        let made = std::thread::scope(|scope| {
            let starts = [(); 16].map(|()| scope.spawn(|| load_or_create(&path).unwrap()));
            starts.map(|start| start.join().unwrap())
        });
        assert!(made.iter().all(|secret| *secret == made[0]));
    }

    #[test]
    fn a_short_secret_and_a_missing_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        fs::write(&path, "0123456789\n").unwrap();
        let error = load_or_create(&path).unwrap_err();
        assert!(
            matches!(error, SecretError::Short { length: 10, .. }),
            "{error}"
        );
        let nowhere = folder.path().join("nowhere/jwt.secret");
        assert!(matches!(
            load_or_create(&nowhere),
            Err(SecretError::File { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it_even_if_others_once_could() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        load_or_create(&path).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        load_or_create(&path).unwrap();
        assert_eq!(mode(), 0o600);
    }
}
