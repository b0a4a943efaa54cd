use super::{Config, PREFIX};

/// A setting: all that there is to know about it but its present value.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in the file; a dot stands for a section.
    pub key: &'static str,
    /// Its value where nobody gives one, as it would be written in the environment; empty for none.
    pub default: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Whether a new value takes effect while the process runs; the others wait for a restart.
    pub is_live: bool,
    pub(super) expected: fn() -> String,
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
    pub(super) show: fn(&Config) -> toml::Value,
    pub(super) is_same: fn(&Config, &Config) -> bool,
    pub(super) copy: fn(&mut Config, &Config),
}

impl Setting {
    /// Its name in the environment: `DOUYIN_CHAT_INCREMENTAL` for `chat.incremental`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.key.replace('.', "_").to_uppercase())
    }

    /// What its values look like.
    #[must_use]
    pub fn expected(&self) -> String {
        (self.expected)()
    }

    /// Its row of the table in `CONFIGURATION.md`.
    fn row(&self) -> String {
        let Self {
            key, default, doc, ..
        } = self;
        let live = if self.is_live { " *(live)*" } else { "" };
        let default = match *default {
            "" => "unset".to_owned(),
            default => format!("`{default}`"),
        };
        let (variable, expected) = (self.variable(), self.expected());
        format!("| `{variable}` | `{key}` | {default} | {doc}{live} | {expected} |\n")
    }

    pub(super) fn line(&self, config: &Config) -> String {
        let Self { key, doc, .. } = self;
        format!("# {doc}\n{key} = {}\n", (self.show)(config))
    }
}

/// Every setting as a table in Markdown.
pub(super) fn table(settings: &[Setting]) -> String {
    let head = "| environment | file | default | meaning | values |\n|---|---|---|---|---|\n";
    let rows = settings.iter().map(Setting::row);
    std::iter::once(head.to_owned()).chain(rows).collect()
}

/// Makes [`Config`] and [`SETTINGS`] of one table, so that a setting is written down once. `live` marks those that take effect
/// while the process runs.
///
/// [`SETTINGS`]: super::SETTINGS
macro_rules! settings {
    ($($field:ident: $type:ty = $key:literal, $default:literal, $($live:ident,)? $doc:literal;)*) => {
        /// The effective configuration: a valid value for every setting of [`SETTINGS`].
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct Config {
            $(#[doc = $doc] pub $field: $type,)*
        }

        impl Config {
            pub(super) fn defaults() -> Self {
                Self {
                    $($field: Value::read($default).expect("a test reads every default"),)*
                }
            }
        }

        /// Every setting there is.
        pub const SETTINGS: &[Setting] = &[
            $(Setting {
                key: $key,
                default: $default,
                doc: $doc,
                is_live: $crate::config::setting::is_live!($($live)?),
                expected: <$type as Value>::expected,
                set: |config, text| {
                    config.$field = Value::read(text)?;
                    Ok(())
                },
                show: |config| config.$field.show(),
                is_same: |one, other| one.$field == other.$field,
                copy: |to, from| to.$field = from.$field.clone(),
            },)*
        ];
    };
}
pub(super) use settings;

macro_rules! is_live {
    () => {
        false
    };
    (live) => {
        true
    };
}
pub(super) use is_live;
