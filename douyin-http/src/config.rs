//! The configuration: defaults, overridden by a file, overridden by the environment, overridden by flags.
//!
//! Every setting is described once, in [`SETTINGS`]: its key in the file (`chat.incremental`), from which the name in the
//! environment follows (`DOUYIN_CHAT_INCREMENTAL`), its default, what it means and what its values look like. A name that is
//! not there is an error wherever it comes from, because a setting that is silently ignored is worse than one that is refused.

mod error;
mod setting;
mod settings;
mod value;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use error::{ConfigError, Origin};
pub use setting::Setting;
pub use settings::{Config, SETTINGS};
pub use value::{
    DeliveryKind, KeyPrefix, Limit, LogFilter, LogFormat, Number, Origins, Password, PublicUrl,
    Ratio, Secret, Secrets, Url,
};

/// What every name in the environment begins with.
const PREFIX: &str = "DOUYIN_";

/// Stands for the data folder in default values.
const DATA_DIR: &str = "<data dir>";

/// Where values come from beside the defaults, the later ones overriding the earlier.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A TOML file.
    pub file: Option<PathBuf>,
    /// Environment variables; those that do not begin with `DOUYIN_` are not looked at.
    pub environment: Vec<(OsString, OsString)>,
    /// Flags of the command line.
    pub flags: Vec<Flag>,
}

/// A setting given on the command line.
#[derive(Debug, Clone)]
pub struct Flag {
    /// As it was typed, such as `--listen`.
    pub name: String,
    /// The key of the setting.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// The keys of settings that differ between two configurations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Those that take effect while the process runs.
    pub live: Vec<&'static str>,
    /// Those that wait for a restart.
    pub at_a_start: Vec<&'static str>,
}

impl Config {
    /// Reads the configuration from everywhere it can come from.
    ///
    /// # Errors
    /// [`ConfigError`]: the file cannot be read, a name is unknown, a value is not what its setting expects, or two values
    /// contradict each other.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut config = Self::defaults();
        if let Some(path) = &sources.file {
            config.apply_file(path)?;
        }
        for (name, value) in &sources.environment {
            config.apply_variable(name, value)?;
        }
        for Flag { name, key, value } in &sources.flags {
            config.apply(key, value, &Origin::Flag(name.clone()))?;
        }
        config.finish()
    }

    fn apply(&mut self, key: &str, value: &str, origin: &Origin) -> Result<(), ConfigError> {
        let setting = SETTINGS
            .iter()
            .find(|setting| setting.key == key)
            .ok_or_else(|| ConfigError::unknown(origin, key))?;
        (setting.set)(self, value).map_err(|problem| ConfigError::Invalid {
            origin: origin.clone(),
            problem,
            expected: (setting.expected)(),
        })
    }

    fn apply_variable(&mut self, name: &OsString, value: &OsString) -> Result<(), ConfigError> {
        let shown = name.to_string_lossy();
        let Some(rest) = shown.strip_prefix(PREFIX) else {
            return Ok(());
        };
        let origin = Origin::Environment(shown.clone().into_owned());
        let key = SETTINGS
            .iter()
            .find(|setting| setting.variable() == *shown)
            .map_or_else(|| rest.to_lowercase(), |setting| setting.key.to_owned());
        let Some(value) = value.to_str() else {
            return Err(ConfigError::NotUnicode { origin });
        };
        self.apply(&key, value, &origin)
    }

    fn apply_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let table: toml::Table = text
            .parse()
            .map_err(|error| ConfigError::syntax(path, &text, &error))?;
        self.apply_table(path, "", &table)
    }

    fn apply_table(
        &mut self,
        path: &Path,
        section: &str,
        table: &toml::Table,
    ) -> Result<(), ConfigError> {
        for (name, value) in table {
            let key = format!("{section}{name}");
            let origin = Origin::File {
                path: path.to_owned(),
                key: key.clone(),
            };
            let section = format!("{key}.");
            match value {
                toml::Value::Table(inner)
                    if SETTINGS.iter().any(|known| known.key.starts_with(&section)) =>
                {
                    self.apply_table(path, &section, inner)?;
                }
                toml::Value::String(text) => self.apply(&key, text, &origin)?,
                // Numbers and booleans are read from the text that they were written as.
                scalar => self.apply(&key, &scalar.to_string(), &origin)?,
            }
        }
        Ok(())
    }

    /// Puts the data folder into the defaults that lie in it, and refuses contradictions.
    fn finish(mut self) -> Result<Self, ConfigError> {
        // Files whose rows are gone with the process would be nobody's.
        if self.database_url.is_memory() && self.media_url.contains(DATA_DIR) {
            self.media_url = Url::memory();
        }
        self.database_url.replace(DATA_DIR, &self.data_dir)?;
        self.media_url.replace(DATA_DIR, &self.data_dir)?;
        if self.password_min_length.get() > self.password_max_length.get() {
            return Err(ConfigError::Contradiction(
                "password.min_length is larger than password.max_length",
            ));
        }
        if self.s3_access_key.is_some() != self.s3_secret_key.is_some() {
            return Err(ConfigError::Contradiction(
                "media.s3_access_key and media.s3_secret_key belong together: one of them is missing",
            ));
        }
        let delivers_by = |kind| self.delivery == kind;
        if delivers_by(DeliveryKind::Redirect) && self.media_url.split().0 != "s3" {
            return Err(ConfigError::Contradiction(
                "media.delivery is redirect, which needs a bucket: media_url is not s3://BUCKET/PREFIX",
            ));
        }
        if delivers_by(DeliveryKind::Public) != self.media_public_url.is_some() {
            return Err(ConfigError::Contradiction(
                "media.public_url belongs to media.delivery = public: one of them is missing",
            ));
        }
        if self
            .admin_listen
            .is_some_and(|admin| admin == self.listen && admin.port() != 0)
        {
            return Err(ConfigError::Contradiction(
                "listen and admin_listen are the same address",
            ));
        }
        Ok(self)
    }

    /// This configuration in the place of another one in a process that runs: what takes effect only at a start stays as it was.
    /// Answers also which settings change by it, and which would if the process were started anew.
    #[must_use]
    pub fn in_place_of(mut self, running: &Self) -> (Self, Changes) {
        let mut changes = Changes::default();
        for setting in SETTINGS {
            if (setting.is_same)(&self, running) {
            } else if setting.is_live {
                changes.live.push(setting.key);
            } else {
                changes.at_a_start.push(setting.key);
                (setting.copy)(&mut self, running);
            }
        }
        (self, changes)
    }

    /// The effective configuration as TOML, each setting below what it means; secrets are not in it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        SETTINGS
            .iter()
            .map(|setting| setting.line(self))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Every setting as a table in Markdown: names, default, meaning, values.
#[must_use]
pub fn reference() -> String {
    setting::table(SETTINGS)
}

#[cfg(test)]
mod tests;
