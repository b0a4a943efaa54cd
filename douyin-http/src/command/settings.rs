use std::path::PathBuf;

use clap::Args;

use crate::config::Flag;

/// Settings on the command line: the common ones by name, the others by `--set`.
#[derive(Debug, Args)]
pub(super) struct SettingArguments {
    /// Read settings from a TOML file
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Where to serve, such as `0.0.0.0:8080`; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    listen: Option<String>,
    /// Where to serve metrics and health; empty for nowhere
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    admin_listen: Option<String>,
    /// Folder of the default database, the media and the secret
    #[arg(long, value_name = "FOLDER", global = true)]
    data_dir: Option<String>,
    /// The database: `sqlite:PATH`, `postgres://…`, `mysql://…` or `memory:`
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
    /// Where media lies: `file:PATH`, `s3://BUCKET/PREFIX` or `memory:`
    #[arg(long, value_name = "URL", global = true)]
    media_url: Option<String>,
    /// What URLs in answers begin with
    #[arg(long, value_name = "URL", global = true)]
    public_url: Option<String>,
    /// The number of this node, 0 to 31
    #[arg(long, value_name = "NUMBER", global = true)]
    node_id: Option<String>,
    /// Which log lines to write, such as `warn,douyin_http=debug`
    #[arg(long, value_name = "FILTER", global = true)]
    log: Option<String>,
    /// Any other setting, such as `feed.limit=10`; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value, global = true)]
    others: Vec<(String, String)>,
}

impl SettingArguments {
    /// Those that were given.
    pub(super) fn flags(&self) -> Vec<Flag> {
        let named = [
            ("listen", &self.listen),
            ("admin_listen", &self.admin_listen),
            ("data_dir", &self.data_dir),
            ("database_url", &self.database_url),
            ("media_url", &self.media_url),
            ("public_url", &self.public_url),
            ("node_id", &self.node_id),
            ("log", &self.log),
        ];
        let named = named.into_iter().filter_map(|(key, value)| {
            Some(Flag {
                name: format!("--{}", key.replace('_', "-")),
                key: key.to_owned(),
                value: value.clone()?,
            })
        });
        let others = self.others.iter().map(|(key, value)| Flag {
            name: format!("--set {key}"),
            key: key.clone(),
            value: value.clone(),
        });
        named.chain(others).collect()
    }
}

fn key_and_value(text: &str) -> Result<(String, String), &'static str> {
    text.split_once('=')
        .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
        .ok_or("there is no `=` in it")
}
