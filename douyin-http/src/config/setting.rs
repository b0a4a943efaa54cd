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
    pub(super) expected: fn() -> String,
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
    pub(super) show: fn(&Config) -> toml::Value,
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

    pub(super) fn line(&self, config: &Config) -> String {
        let Self { key, doc, .. } = self;
        format!("# {doc}\n{key} = {}\n", (self.show)(config))
    }
}

/// Makes [`Config`] and [`SETTINGS`] of one table, so that a setting is written down once.
///
/// [`SETTINGS`]: super::SETTINGS
macro_rules! settings {
    ($($field:ident: $type:ty = $key:literal, $default:literal, $doc:literal;)*) => {
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
                expected: <$type as Value>::expected,
                set: |config, text| {
                    config.$field = Value::read(text)?;
                    Ok(())
                },
                show: |config| config.$field.show(),
            },)*
        ];
    };
}
pub(super) use settings;
