use std::fs;
use std::net::TcpListener;
use std::sync::mpsc;

use tempfile::TempDir;

use super::*;

/// Long enough for a script on a busy machine; tests that pass never wait for it.
const PATIENT: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(500);

const LIMITS: ChildLimits = ChildLimits {
    time: PATIENT,
    processor_time: PATIENT,
    memory_bytes: 1 << 30,
    file_bytes: 1 << 20,
};

fn script(text: &str) -> Program {
    Program::foreign(Path::new("/bin/sh"), ["-c", text])
}

async fn run_script(text: &str, limits: &ChildLimits) -> (Result<(), ChildError>, TempDir) {
    let folder = TempDir::new().unwrap();
    let ended = run(&script(text), limits, folder.path()).await;
    (ended, folder)
}

/// What a script says of itself.
async fn said(text: &str) -> String {
    let (ended, folder) = run_script(&format!("({text}) > said"), &LIMITS).await;
    ended.unwrap();
    fs::read_to_string(folder.path().join("said")).unwrap()
}

#[tokio::test]
async fn a_child_has_its_folder_a_few_variables_and_no_file_of_this_process() {
    // Which this process listens on, and a child must not hold.
    let _listening = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = TempDir::new().unwrap();
    let text = "env > env; pwd > pwd; ls -l /proc/$$/fd > files; true";
    run(&script(text), &LIMITS, folder.path()).await.unwrap();
    let said = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let home = folder.path().canonicalize().unwrap();
    assert_eq!(Path::new(said("pwd").trim()), home);
    for line in said("env").lines() {
        let (name, value) = line.split_once('=').unwrap();
        match name {
            "HOME" | "TMPDIR" => assert_eq!(Path::new(value), folder.path()),
            "LC_ALL" => assert_eq!(value, "C"),
            "PATH" | "PWD" | "OLDPWD" | "SHLVL" | "_" => {}
            _ => panic!("{line}"),
        }
    }
    assert!(!said("files").contains("socket:"), "{}", said("files"));
}

#[tokio::test]
async fn the_system_keeps_the_limits_of_a_child() {
    let limits = said("ulimit -v; ulimit -t; ulimit -H -t; ulimit -f; ulimit -n; ulimit -c").await;
    assert_eq!(
        limits.split_whitespace().collect::<Vec<_>>(),
        ["1048576", "61", "66", "2048", "64", "0"]
    );
    // Nobody raises them again.
    let raised = said(
        "ulimit -c 1 2>/dev/null && echo raised; ulimit -H -n 65 2>/dev/null && echo raised; true",
    )
    .await;
    let is_root = rustix::process::getuid().is_root();
    assert!(
        raised.is_empty() || (is_root && isolation::arguments().is_empty()),
        "{raised}"
    );
}

#[tokio::test]
async fn a_child_that_crashes_or_fails_says_why() {
    let (failed, _folder) = run_script("echo 'it is broken' >&2; exit 3", &LIMITS).await;
    let Err(ChildError::Failed { status, complaints }) = &failed else {
        panic!("{failed:?}");
    };
    assert_eq!(
        (status.code(), complaints.as_str()),
        (Some(3), "it is broken")
    );
    assert!(!failed.unwrap_err().is_temporary());
    let (full, _folder) =
        run_script("echo 'x: No space left on device' >&2; exit 1", &LIMITS).await;
    assert!(full.unwrap_err().is_temporary());
    let missing = Program::foreign(Path::new("/nothing/here"), [""; 0]);
    let folder = TempDir::new().unwrap();
    let failed = run(&missing, &LIMITS, folder.path()).await.unwrap_err();
    assert!(failed.is_temporary(), "{failed}");
}

#[tokio::test]
async fn a_child_that_hangs_or_floods_is_ended() {
    for text in [
        "sleep 1000",
        "trap '' TERM INT HUP; sleep 1000 & wait; sleep 1000",
        "yes",
        "while :; do :; done",
    ] {
        let limits = ChildLimits {
            time: SHORT,
            ..LIMITS
        };
        let (ended, _folder) = run_script(text, &limits).await;
        assert!(
            matches!(ended, Err(ChildError::TooSlow(SHORT))),
            "{text}: {ended:?}"
        );
    }
    let (ended, _folder) = run_script("yes >&2; exit 1", &LIMITS).await;
    let Err(ChildError::Failed { complaints, .. }) = ended else {
        panic!("{ended:?}");
    };
    assert!(complaints.len() <= 2048);
}

#[tokio::test]
async fn a_child_that_uses_up_its_processor_time_is_at_fault() {
    let limits = ChildLimits {
        processor_time: Duration::ZERO,
        ..LIMITS
    };
    let (ended, _folder) = run_script("while :; do :; done", &limits).await;
    let error = ended.unwrap_err();
    assert!(!error.is_temporary(), "{error}");
}

/// As the system does that is out of memory: it takes the largest process, wherever that is.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_that_others_kill_may_be_tried_again() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = TempDir::new().unwrap();
    let home = folder.path().canonicalize().unwrap();
    let program = script("exec sleep 1000");
    let killing = async {
        loop {
            let processes = fs::read_dir("/proc").unwrap().flatten();
            let sleeping = processes.map(|process| process.path()).find(|process| {
                fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == home)
                    && fs::read_to_string(process.join("comm")).is_ok_and(|name| name == "sleep\n")
            });
            if let Some(sleeping) = sleeping {
                let id = sleeping.file_name().unwrap().to_str().unwrap();
                kill_process(Pid::from_raw(id.parse().unwrap()).unwrap(), Signal::KILL).unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let (ended, ()) = tokio::join!(run(&program, &LIMITS, folder.path()), killing);
    let error = ended.unwrap_err();
    assert!(error.is_temporary(), "{error}");
}

#[tokio::test]
async fn a_child_that_floods_the_disk_by_one_file_or_by_many_is_ended() {
    let (ended, folder) = run_script("cat /dev/zero > large; exit 1", &LIMITS).await;
    assert!(ended.is_err());
    let large = fs::metadata(folder.path().join("large")).unwrap().len();
    assert_eq!(large, LIMITS.file_bytes);
    for text in [
        "i=0; while :; do i=$((i + 1)); head -c 500000 /dev/zero > $i; done",
        "i=0; while :; do i=$((i + 1)); : > $i; done",
        "mkdir a; cd a; i=0; while :; do i=$((i + 1)); head -c 500000 /dev/zero > $i; done",
    ] {
        let (ended, _folder) = run_script(text, &LIMITS).await;
        assert!(
            matches!(ended, Err(ChildError::TooMuch(_))),
            "{text}: {ended:?}"
        );
    }
}

/// A pipe in a folder that processes open for writing: when it ends, all of them have.
struct Alive {
    pipe: PathBuf,
    ended: mpsc::Receiver<()>,
}

impl Alive {
    fn new(folder: &TempDir) -> Self {
        let pipe = folder.path().join("alive");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let (answer, ended) = mpsc::channel();
        let read = pipe.clone();
        std::thread::spawn(move || {
            fs::read(read).unwrap();
            answer.send(()).unwrap();
        });
        Self { pipe, ended }
    }

    /// # Panics
    /// Where one of them lives for a minute more.
    fn wait_for_the_end(self) {
        // Where nobody came to open it, the reader still waits for the first one.
        let opened = fs::File::options().read(true).write(true).open(&self.pipe);
        drop(opened.unwrap());
        self.ended.recv_timeout(PATIENT).expect("all have ended");
    }
}

#[tokio::test]
async fn what_a_child_starts_ends_with_it_however_it_ends() {
    for (text, time) in [
        ("sleep 1000 & sleep 1000 >/dev/null 2>&1 & exit 0", PATIENT),
        ("(sleep 1000 &) ; exit 1", PATIENT),
        ("sleep 1000 & wait", SHORT),
        // A bomb, as far as it gets: where its user is not root, the system stops it before.
        (
            "i=0; while [ $i -lt 300 ]; do sleep 1000 & i=$((i + 1)); done; wait",
            SHORT,
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let alive = Alive::new(&folder);
        let limits = ChildLimits { time, ..LIMITS };
        let _ended = run(
            &script(&format!("exec 9> alive; {text}")),
            &limits,
            folder.path(),
        )
        .await;
        alive.wait_for_the_end();
    }
}

#[tokio::test]
async fn a_child_that_nobody_waits_for_any_more_is_ended() {
    let folder = TempDir::new().unwrap();
    let alive = Alive::new(&folder);
    let program = script("exec 9> alive; : > begun; sleep 1000 & wait");
    let begun = async {
        while !folder.path().join("begun").exists() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        ended = run(&program, &LIMITS, folder.path()) => panic!("{ended:?}"),
        () = begun => {}
    }
    alive.wait_for_the_end();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_the_system_allows_it_a_child_sees_no_network_and_may_not_start_many() {
    let words = isolation::arguments();
    // A kernel that forbids it cannot be installed, unlike a server: no failure in CI.
    let is_allowed = words.contains(&"unshare") && words.contains(&"prlimit");
    if !is_allowed {
        use std::io::Write as _;
        let notice = b"SKIPPED: the system has no user namespaces, or no util-linux\n";
        std::io::stderr().write_all(notice).unwrap();
        return;
    }
    let devices = said("cat /proc/net/dev").await;
    let devices: Vec<_> = devices.lines().skip(2).collect();
    assert!(
        devices.len() == 1 && devices[0].trim().starts_with("lo:"),
        "{devices:?}"
    );
    // Not even to itself.
    assert_eq!(said("cat /proc/net/route | tail -n +2").await, "");
    let bomb = "i=0; while [ $i -lt 300 ]; do sleep 10 & i=$((i + 1)); done; exit 0";
    if rustix::process::getuid().is_root() {
        // Whom no such limit binds.
        let nobody = "--reuid=65534 --regid=65534 --clear-groups --";
        let ended = std::process::Command::new("setpriv")
            .args(nobody.split(' '))
            .args(words)
            .args(["/bin/sh", "-c", bomb])
            .current_dir("/")
            .stderr(Stdio::null())
            .status();
        assert!(!ended.unwrap().success());
    } else {
        let (ended, _folder) = run_script(bomb, &LIMITS).await;
        assert!(matches!(ended, Err(ChildError::Failed { .. })), "{ended:?}");
    }
}
