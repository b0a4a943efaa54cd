use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::{PREFIX, SETTINGS};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A key of a file.
    File {
        /// Which file.
        path: PathBuf,
        /// Which key.
        key: String,
    },
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, key } => write!(f, "`{key}` in {}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Why a configuration is refused. No message contains the value of a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}, line {line}: {problem}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// There is no such setting.
    #[error("{origin}: no such setting{}", suggestion(nearest.as_deref()))]
    Unknown {
        /// Where it was given.
        origin: Origin,
        /// A setting with a similar name, spelled as in that place.
        nearest: Option<String>,
    },
    /// A value is not what its setting expects.
    #[error("{origin}: {problem}; expected {expected}")]
    Invalid {
        /// Where it was given.
        origin: Origin,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        expected: String,
    },
    /// The value of an environment variable is not Unicode.
    #[error("{origin}: the value is not valid UTF-8")]
    NotUnicode {
        /// Where it was given.
        origin: Origin,
    },
    /// Two values cannot both be meant.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl ConfigError {
    pub(super) fn unknown(origin: &Origin, key: &str) -> Self {
        let similarity = |known: &str| strsim::jaro_winkler(known, key);
        let nearest = SETTINGS
            .iter()
            .max_by(|one, other| similarity(one.key).total_cmp(&similarity(other.key)))
            .filter(|setting| similarity(setting.key) > 0.8)
            .map(|setting| match origin {
                Origin::Environment(_) => setting.variable(),
                Origin::File { .. } | Origin::Flag(_) => setting.key.to_owned(),
            });
        Self::Unknown {
            origin: origin.clone(),
            nearest,
        }
    }

    /// Says where and what, without quoting the line: it may hold a secret.
    pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start));
        Self::Syntax {
            path: path.to_owned(),
            line: before.map_or(1, |before| before.matches('\n').count() + 1),
            problem: error.message().to_owned(),
        }
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || format!(" (`douyin-http config` lists them all; {PREFIX}* names are reserved for them)"),
        |nearest| format!("; did you mean `{nearest}`?"),
    )
}
