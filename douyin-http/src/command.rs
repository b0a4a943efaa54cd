//! The commands of the program.

mod check;
mod jobs;
mod migrate;
mod serve;
mod settings;

pub mod seed;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::settings::SettingArguments;
use crate::config::{self, Config, Sources};
use crate::error_chain::chain;
use crate::telemetry::{self, Telemetry};

/// What a command can fail with; it is printed with everything behind it.
type Failure = Box<dyn Error + Send + Sync>;

/// The backend of a short-video service, as one program.
#[derive(Debug, Parser)]
#[command(name = "douyin-http", version, about)]
#[command(
    after_help = "Every setting has a default, which a TOML file (--config), the environment and flags override, \
    in this order. `douyin-http config` prints them all."
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: SettingArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, media and documentation (what happens without a command)
    Serve,
    /// Bring the database to this version's schema
    Migrate(migrate::MigrateArguments),
    /// Compare every counter with the rows it counts; exit with 1 if one is wrong
    Check(check::CheckArguments),
    /// Print the work that outlives requests, retry what failed, or have videos prepared again
    Jobs(jobs::JobsArguments),
    /// Add demo users, videos, likes, comments, follows and messages
    Seed(seed::SeedArguments),
    /// Print the OpenAPI document of the API
    Openapi,
    /// Decode a key frame of the video in the working directory: what a server runs for a cover
    #[cfg(feature = "h264")]
    #[command(name = DECODE, hide = true)]
    DecodeKeyFrame { limits: Vec<OsString> },
    /// Print the effective configuration as TOML, without secrets
    Config {
        /// Print all settings with their defaults and meanings instead, as a Markdown table
        #[arg(long)]
        reference: bool,
    },
}

/// Runs the program with these arguments, the program's name first, and this environment.
#[must_use]
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        // Help and the version come this way too: they go to standard output and are no failure.
        Err(answer) => answer.exit(),
    };
    // It has no configuration, and limits itself before there are other threads.
    #[cfg(feature = "h264")]
    if let Some(Command::DecodeKeyFrame { limits }) = line.command {
        return douyin_media::decode_key_frame(limits);
    }
    let sources = Sources {
        file: line.settings.config.clone(),
        environment: environment.into_iter().collect(),
        flags: line.settings.flags(),
    };
    match run(line.command.unwrap_or(Command::Serve), &sources) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, sources: &Sources) -> Result<ExitCode, Failure> {
    let config = Config::load(sources)?;
    match command {
        Command::Openapi => print(&crate::api::document().to_pretty_json()?)?,
        Command::Config { reference: true } => print(&config::reference())?,
        Command::Config { reference: false } => print(&config.to_toml())?,
        command => {
            let telemetry = telemetry::start(&config)?;
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            let code = runtime.block_on(run_async(command, sources, &config, &telemetry));
            // What still runs here was cut off on purpose and is not waited for.
            runtime.shutdown_background();
            telemetry.finish();
            return code;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_async(
    command: Command,
    sources: &Sources,
    config: &Config,
    telemetry: &Telemetry,
) -> Result<ExitCode, Failure> {
    match command {
        Command::Migrate(arguments) => migrate::run(arguments, config).await,
        Command::Check(arguments) => check::run(arguments, config).await,
        Command::Jobs(arguments) => jobs::run(arguments, config).await,
        Command::Seed(arguments) => {
            seed::run(arguments, config).await?;
            Ok(ExitCode::SUCCESS)
        }
        // Without a command it serves; the others do not come here.
        _ => serve::run(sources, config, telemetry).await,
    }
}

/// The name of the command that decodes a key frame.
#[cfg(feature = "h264")]
const DECODE: &str = "decode-key-frame";

/// What decodes a key frame: this program, in a process of its own. `None` where the system does not say where it is.
#[cfg(feature = "h264")]
pub(crate) fn decoder() -> Option<douyin_media::Decoder> {
    let program = std::env::current_exe().inspect_err(|error| {
        tracing::warn!(%error, "the program does not find itself: without ffmpeg, covers are generated pictures");
    });
    Some(douyin_media::Decoder {
        program: program.ok()?,
        arguments: vec![DECODE.into()],
    })
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> std::io::Result<()> {
    use std::io::{ErrorKind, Write as _};
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves_and_flags_stand_before_or_after_the_command() {
        let parse = |text: &str| CommandLine::try_parse_from(text.split(' ')).unwrap();
        assert!(parse("douyin-http").command.is_none());
        for text in [
            "douyin-http --node-id 3 check --repair",
            "douyin-http check --repair --node-id 3",
            "douyin-http check --set node_id=3 --repair",
        ] {
            let line = parse(text);
            assert!(matches!(line.command, Some(Command::Check(_))), "{text}");
            let sources = Sources {
                flags: line.settings.flags(),
                ..Sources::default()
            };
            let node = Config::load(&sources).unwrap().node_id.unwrap();
            assert_eq!(node.get(), 3, "{text}");
        }
    }
}
