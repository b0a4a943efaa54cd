use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Processes and threads that a decoder may have, where they are counted apart from those of its user.
const PROCESSES: &str = "--nproc=128:128";
/// The same, for finding out whether they are: fewer than any server has.
const FEW_PROCESSES: &str = "--nproc=4:4";

/// How long a tool is waited for that is tried.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(1);

/// A child ends with the thread that started it, however that ends, and can gain no rights.
const ENDS_WITH_US: &str = "setpriv --pdeathsig KILL --no-new-privs --";
/// Namespaces of its own, without rights: no network, not even loopback, and no sight of other processes; all of them end with the first one.
const APART: &str = "unshare --user --net --pid --fork --kill-child=KILL --";
/// The system counts processes per user, and inside of a namespace only those within it (Linux 5.14): `ulimit` before it would count those of
/// the server, too, and shells do not agree on its letter. Root is never bound by it.
const COUNTED: &str = "prlimit";

/// Is the first process within and reaps the others. The program itself would be told nothing there that it has no handler for, such as the end
/// of its processor time; and when the system kills it for want of memory, `unshare` fails instead of saying so, but this says 137.
const FIRST: [&str; 4] = ["/bin/sh", "-c", r#""$@"; exit $?"#, "sh"];

static ARGUMENTS: LazyLock<Vec<&'static str>> = LazyLock::new(find);

/// Finds out what the system allows, which takes a moment, and says so in the log; what is known already is not looked for again.
pub(crate) fn prepare() {
    LazyLock::force(&ARGUMENTS);
}

/// The words that stand before a program's own so that it is kept apart as far as this system allows it; none where it allows nothing. What it
/// allows is tried once: kernels, containers and what is installed differ, and none of them says so beforehand.
pub(super) fn arguments() -> &'static [&'static str] {
    &ARGUMENTS
}

fn find() -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |words: &[&'static str], tried: &[&'static str]| {
        let works = works(&[&found[..], tried].concat());
        if works {
            found.extend(words);
        }
        works
    };
    let words = |words: &'static str| words.split(' ').collect::<Vec<_>>();
    let (ends_with_us, apart) = (words(ENDS_WITH_US), words(APART));
    let ends_with_us = add(&ends_with_us, &ends_with_us);
    let is_apart = add(&apart, &apart);
    let is_counted = is_apart && add(&[COUNTED, PROCESSES, "--"], &[COUNTED, FEW_PROCESSES, "--"]);
    if is_apart {
        found.extend(FIRST);
    }
    if ends_with_us && is_counted {
        tracing::info!("decoders have no network, few processes, and end with this process");
    } else {
        tracing::warn!(
            ends_with_us,
            has_no_network = is_apart,
            has_few_processes = is_counted,
            "decoders are not kept apart as well as they could be: setpriv, unshare, prlimit (util-linux) or user namespaces are missing"
        );
    }
    found
}

/// Whether a shell that starts another process succeeds behind these words.
fn works(words: &[&str]) -> bool {
    let Some((tool, arguments)) = words.split_first() else {
        return false;
    };
    let started = Command::new(tool)
        .args(arguments)
        .args(["/bin/sh", "-c", "/bin/true & wait $!"])
        .env_clear()
        .env("PATH", super::PATH)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else {
        return false;
    };
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if begun.elapsed() < PATIENCE => sleep(PAUSE),
            Ok(None) | Err(_) => {
                // It is reaped with this process: a tool that hangs once is not worth a thread.
                let _ended = child.kill();
                return false;
            }
        }
    }
}
