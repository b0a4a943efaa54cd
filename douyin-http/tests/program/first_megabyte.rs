//! A large video whose index stands at its end, as phones record it, and a client that reads ranges of what became of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::client::Client;
use crate::database;
use crate::site::Site;

const MEGABYTE: usize = 1 << 20;

/// A hundred of them, made in seconds: pictures of noise are large.
const MADE_BY: &str = "-f lavfi -i testsrc2=size=640x360:rate=30,noise=alls=100:allf=t -f lavfi -i sine -pix_fmt yuv420p \
     -c:v libx264 -preset ultrafast -g 60 -crf 10 -c:a aac -fs 100M";

/// What a program writes to its output; `None` where there is no such program.
///
/// # Panics
/// Where it fails, or says that something is wrong.
fn run(folder: &Path, program: &str, arguments: &str, file: &str) -> Option<String> {
    let run = Command::new(program)
        .current_dir(folder)
        .args("-v error".split(' ').chain(arguments.split_whitespace()))
        .arg(file)
        .output()
        .ok()?;
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success() && errors.is_empty(),
        "{program}: {errors}"
    );
    Some(String::from_utf8(run.stdout).expect("a text"))
}

/// The outermost boxes as far as they begin in these bytes: type, place and size.
fn boxes(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let mut boxes = Vec::new();
    let mut place = 0;
    while let Some(header) = bytes.get(place..place + 8) {
        let (size, kind) = header.split_at(4);
        let size = usize::try_from(u32::from_be_bytes(size.try_into().expect("four bytes")));
        boxes.push((
            String::from_utf8_lossy(kind).into_owned(),
            place,
            size.expect("a size"),
        ));
        place += boxes.last().expect("it was pushed").2.max(8);
    }
    boxes
}

#[test]
fn a_video_with_its_index_at_the_end_plays_from_its_first_megabyte() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = run(folder.path(), "ffmpeg", MADE_BY, "last.mp4");
    if database::found::<String>(made, "a large video without ffmpeg").is_none() {
        return;
    }
    let uploaded = fs::read(folder.path().join("last.mp4")).expect("it was made");
    assert!(uploaded.len() > 95 * MEGABYTE, "{}", uploaded.len());
    let kinds = |bytes: &[u8]| {
        let kinds = boxes(bytes).into_iter().map(|(kind, ..)| kind);
        kinds
            .filter(|kind| kind != "free")
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(kinds(&uploaded), "ftyp mdat moov");

    let site = Site::on_url(None);
    let running = site.start();
    let client = Client::new(&running.url());
    let token = client.register("alice", "password").token;
    let answer = client.upload(&uploaded, &[("token", Some(&token)), ("data", None)]);
    assert_eq!(answer["status_code"], 0, "{answer}");
    let video = client.call("GET", "/feed/", &[])["video_list"][0].clone();
    let url = video["play_url"].as_str().expect("a URL");

    let mut answer = client.get(url, &[("range", "bytes=0-1048575")]);
    assert_eq!(answer.status(), 206);
    let first = answer.body_mut().read_to_vec().expect("all of it");
    assert_eq!(first.len(), MEGABYTE);
    assert_eq!(kinds(&first), "ftyp moov mdat");
    let whole = boxes(&first);
    let (_, index, length) = whole
        .iter()
        .find(|(kind, ..)| kind == "moov")
        .expect("it is there");
    assert!(
        index + length < MEGABYTE,
        "the index ends at {}",
        index + length
    );

    // No more than these bytes are decoded to a picture, the very one that was uploaded begins with.
    fs::write(folder.path().join("first.mp4"), &first).expect("a file");
    let picture = |file: &str| {
        let decoded = Command::new("ffmpeg")
            .current_dir(folder.path())
            .args(["-v", "quiet", "-i", file])
            .args("-frames:v 3 -an -f framemd5 -".split(' '))
            .output();
        let decoded = decoded.expect("it runs").stdout;
        let lines = String::from_utf8(decoded).expect("a text");
        let frames = lines.lines().filter(|line| !line.starts_with('#'));
        frames.map(str::to_owned).collect::<Vec<_>>()
    };
    let pictures = picture("first.mp4");
    assert_eq!(pictures.len(), 3, "{pictures:?}");
    assert_eq!(pictures, picture("last.mp4"));

    // Over HTTP, all of it is what it was.
    let described = |file: &str| {
        let entries =
            "-count_packets -show_entries stream=codec_name,nb_read_packets,duration -of csv";
        run(folder.path(), "ffprobe", entries, file)
    };
    let description = described(url).expect("it comes with ffmpeg");
    assert_eq!(Some(&description), described("last.mp4").as_ref());
    println!(
        "{} bytes, index of {length} at {index}\n{description}",
        uploaded.len()
    );
}
