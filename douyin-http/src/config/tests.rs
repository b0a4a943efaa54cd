use super::*;
use crate::api::ChatIncremental;

fn environment(variables: &[(&str, &str)]) -> Sources {
    Sources {
        environment: variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)))
            .collect(),
        ..Sources::default()
    }
}

fn file(text: &str) -> (tempfile::NamedTempFile, Sources) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file.path().to_owned()),
        ..Sources::default()
    };
    (file, sources)
}

fn refusal(sources: &Sources) -> String {
    Config::load(sources).unwrap_err().to_string()
}

#[test]
fn every_default_is_a_value_of_its_setting_and_every_name_is_there_once() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.database_url.as_str(), "sqlite:data/douyin.db");
    assert_eq!(config.media_url.as_str(), "file:data/media");
    let mut variables: Vec<_> = SETTINGS.iter().map(Setting::variable).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), SETTINGS.len());
}

#[test]
fn the_names_in_the_environment_are_those_of_the_design() {
    let variables: Vec<_> = SETTINGS.iter().map(Setting::variable).collect();
    for name in [
        "LISTEN",
        "ADMIN_LISTEN",
        "DATA_DIR",
        "DATABASE_URL",
        "MEDIA_URL",
        "REDIS_URL",
        "PUBLIC_URL",
        "JWT_SECRET",
        "NODE_ID",
        "BCRYPT_COST",
        "WORDS_FILE",
        "CHAT_INCREMENTAL",
        "MAX_UPLOAD_MB",
        "LIST_LIMIT",
        "LOG",
        "LOG_FORMAT",
    ] {
        assert!(variables.contains(&format!("DOUYIN_{name}")), "{name}");
    }
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let (_file, mut sources) =
        file("node_id = 1\nbcrypt_cost = 11\nchat.incremental = 'both'\n[feed]\nlimit = 7");
    sources.environment = environment(&[
        ("DOUYIN_NODE_ID", "2"),
        ("DOUYIN_BCRYPT_COST", "12"),
        ("PATH", "/bin"),
    ])
    .environment;
    sources.flags = vec![Flag {
        name: "--set".to_owned(),
        key: "node_id".to_owned(),
        value: "3".to_owned(),
    }];
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.node_id.unwrap().get(), 3);
    assert_eq!(config.bcrypt_cost.get(), 12);
    assert_eq!(config.feed_limit.get(), 7);
    assert_eq!(config.chat_incremental, ChatIncremental::Both);
}

#[test]
fn the_data_folder_is_put_into_the_defaults_that_lie_in_it() {
    let config = Config::load(&environment(&[("DOUYIN_DATA_DIR", "/srv/douyin")])).unwrap();
    assert_eq!(config.database_url.as_str(), "sqlite:/srv/douyin/douyin.db");
    assert_eq!(config.media_url.as_str(), "file:/srv/douyin/media");
}

#[test]
fn media_is_kept_no_longer_than_its_rows_unless_it_is_told_where() {
    let memory = ("DOUYIN_DATABASE_URL", "memory:");
    let config = Config::load(&environment(&[memory])).unwrap();
    assert_eq!(config.media_url.as_str(), "memory:");
    let told = ("DOUYIN_MEDIA_URL", "file:videos");
    let config = Config::load(&environment(&[memory, told])).unwrap();
    assert_eq!(config.media_url.as_str(), "file:videos");
}

#[test]
fn settings_of_media_that_belong_together_are_refused_apart() {
    for (variables, said) in [
        (
            &[("DOUYIN_MEDIA_S3_ACCESS_KEY", "me")][..],
            "media.s3_access_key and media.s3_secret_key belong together",
        ),
        (
            &[("DOUYIN_MEDIA_DELIVERY", "redirect")],
            "media.delivery is redirect, which needs a bucket",
        ),
        (
            &[("DOUYIN_MEDIA_DELIVERY", "public")],
            "media.public_url belongs to media.delivery = public",
        ),
        (
            &[("DOUYIN_MEDIA_PUBLIC_URL", "https://cdn.example.org")],
            "media.public_url belongs to media.delivery = public",
        ),
    ] {
        let refusal = refusal(&environment(variables));
        assert!(refusal.starts_with(said), "{refusal}");
    }
    let all = environment(&[
        ("DOUYIN_MEDIA_URL", "s3://bucket/a"),
        ("DOUYIN_MEDIA_DELIVERY", "redirect"),
        ("DOUYIN_MEDIA_S3_ACCESS_KEY", "me"),
        ("DOUYIN_MEDIA_S3_SECRET_KEY", "short-secret"),
        ("DOUYIN_MEDIA_S3_PATH_STYLE", "false"),
    ]);
    let config = Config::load(&all).unwrap();
    assert_eq!(config.s3_path_style, Some(false));
    for shown in [config.to_toml(), format!("{config:?}")] {
        assert!(!shown.contains("short-secret"), "{shown}");
    }
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    assert_eq!(
        refusal(&environment(&[("DOUYIN_LISTN", "1")])),
        "DOUYIN_LISTN: no such setting; did you mean `DOUYIN_LISTEN`?"
    );
    let (path, sources) = file("[chat]\nincremental = 'auto'\nlimt = 3");
    assert_eq!(
        refusal(&sources),
        format!(
            "`chat.limt` in {}: no such setting; did you mean `chat.limit`?",
            path.path().display()
        )
    );
    let (_path, sources) = file("[zzz]\nq = 1");
    assert!(
        refusal(&sources).contains("`zzz` in"),
        "{}",
        refusal(&sources)
    );
}

#[test]
fn wrong_values_are_refused_with_what_would_be_right() {
    assert_eq!(
        refusal(&environment(&[("DOUYIN_NODE_ID", "32")])),
        "DOUYIN_NODE_ID: 32 is out of range; expected a whole number from 0 to 31, or nothing"
    );
    for (name, value, problem) in [
        (
            "DOUYIN_LISTEN",
            "8080",
            "\"8080\" is not an address with a port",
        ),
        ("DOUYIN_LISTEN", "", "is not an address"),
        ("DOUYIN_DATA_DIR", "", "it is empty"),
        (
            "DOUYIN_MAX_UPLOAD_MB",
            "many",
            "\"many\" is not a whole number",
        ),
        ("DOUYIN_MAX_UPLOAD_MB", "-1", "-1 is out of range"),
        ("DOUYIN_CHAT_INCREMENTAL", "all", "there is no `all`"),
        (
            "DOUYIN_TIME_ZONE",
            "Mars/Base",
            "there is no time zone \"Mars/Base\"",
        ),
        (
            "DOUYIN_PUBLIC_URL",
            "ftp://host",
            "is not an http or https URL",
        ),
        ("DOUYIN_PUBLIC_URL", "https://host/?a=b", "has a query"),
        (
            "DOUYIN_DATABASE_URL",
            "douyin.db",
            "it does not begin with a scheme",
        ),
        ("DOUYIN_LOG", "info,=", "is not a filter"),
        ("DOUYIN_LOG_FORMAT", "xml", "there is no `xml`"),
    ] {
        let refusal = refusal(&environment(&[(name, value)]));
        assert!(refusal.starts_with(&format!("{name}: ")), "{refusal}");
        assert!(refusal.contains(problem), "{refusal}");
        assert!(refusal.contains("; expected "), "{refusal}");
    }
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_refused_and_its_line_not_quoted() {
    let missing = Sources {
        file: Some(PathBuf::from("/nowhere/douyin.toml")),
        ..Sources::default()
    };
    assert!(refusal(&missing).contains("/nowhere/douyin.toml"));
    let (_path, sources) = file("listen = '127.0.0.1:1'\njwt_secret = 'hush hush\n");
    let refusal = refusal(&sources);
    assert!(refusal.contains(", line 2: "), "{refusal}");
    assert!(!refusal.contains("hush"), "{refusal}");
}

#[test]
fn a_table_where_a_value_belongs_is_refused() {
    let (_path, sources) = file("[listen]\nport = 1");
    assert!(refusal(&sources).contains("`listen` in"));
    let (_path, sources) = file("chat = 3");
    assert!(refusal(&sources).contains("`chat` in"));
    let (_path, sources) = file("listen = [1, 2]");
    assert!(refusal(&sources).contains("is not an address with a port"));
}

#[test]
fn contradictions_are_refused() {
    assert!(
        refusal(&environment(&[("DOUYIN_PASSWORD_MIN_LENGTH", "33")]))
            .contains("password.min_length")
    );
    assert!(
        refusal(&environment(&[("DOUYIN_ADMIN_LISTEN", "127.0.0.1:8080")]))
            .contains("the same address")
    );
}

#[test]
fn nothing_turns_the_admin_listener_off() {
    let config = Config::load(&environment(&[("DOUYIN_ADMIN_LISTEN", "")])).unwrap();
    assert_eq!(config.admin_listen, None);
}

#[test]
fn secrets_are_neither_printed_nor_quoted_in_errors() {
    let short = "pssst";
    let refused = refusal(&environment(&[("DOUYIN_JWT_SECRET", short)]));
    assert!(
        refused.contains("it has 5 bytes") && !refused.contains(short),
        "{refused}"
    );

    let (secret, password) = ("0123456789abcdef0123456789abcdef", "pa:ss@wo-rd");
    let config = Config::load(&environment(&[
        ("DOUYIN_JWT_SECRET", secret),
        (
            "DOUYIN_DATABASE_URL",
            &format!("postgres://douyin:{password}@db/douyin?password={password}"),
        ),
    ]))
    .unwrap();
    for shown in [config.to_toml(), format!("{config:?}")] {
        assert!(
            !shown.contains(secret) && !shown.contains("wo-rd"),
            "{shown}"
        );
        assert!(
            shown.contains("postgres://douyin:(hidden)@db/douyin?(hidden)"),
            "{shown}"
        );
    }

    let one_slash = format!("postgres:/douyin:{password}@db/douyin");
    let config = Config::load(&environment(&[("DOUYIN_DATABASE_URL", &one_slash)])).unwrap();
    let shown = config.to_toml();
    assert!(!shown.contains("wo-rd"), "{shown}");
    assert!(shown.contains("postgres:(hidden)"), "{shown}");
}

#[test]
fn what_is_printed_can_be_read_again() {
    let printed = Config::load(&Sources::default()).unwrap().to_toml();
    let (_path, sources) = file(&printed);
    assert_eq!(Config::load(&sources).unwrap().to_toml(), printed);
}

#[test]
fn the_reference_in_the_repository_has_every_setting_as_it_is() {
    let written = include_str!("../../CONFIGURATION.md");
    assert!(
        written.ends_with(&reference()),
        "replace the table of CONFIGURATION.md by what `douyin-http config --reference` prints"
    );
}
