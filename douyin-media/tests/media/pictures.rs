use std::convert::Infallible;
use std::io::Cursor;

use bytes::Bytes;
use douyin_core::{PictureId, PictureKind, UserId};
use douyin_media::{Claimed, MediaError, MediaStorage, NotAPicture, StoredPicture};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{
    DynamicImage, ExtendedColorType, Frame, ImageEncoder as _, ImageFormat, Rgb, RgbImage, Rgba,
    RgbaImage,
};

use crate::support::{
    Fixture, go_away_unheard, kinds, open, stored, unfinished, wait_until, without_ffmpeg,
};

const RED: Rgb<u8> = Rgb([220, 20, 30]);
const BLUE: Rgb<u8> = Rgb([20, 30, 220]);

fn user() -> UserId {
    UserId::new(7).unwrap()
}

fn picture_id(number: i64) -> PictureId {
    PictureId::new(number).unwrap()
}

async fn store(
    storage: &MediaStorage,
    number: i64,
    kind: PictureKind,
    bytes: &[u8],
) -> Result<StoredPicture, MediaError> {
    let bytes = Bytes::copy_from_slice(bytes);
    storage
        .store_picture(picture_id(number), user(), kind, bytes)
        .await
}

/// The left half red, the right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE }).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn is_near(found: Rgb<u8>, expected: Rgb<u8>) -> bool {
    let pairs = found.0.into_iter().zip(expected.0);
    pairs
        .into_iter()
        .all(|(one, other)| one.abs_diff(other) < 40)
}

/// What is stored of a picture.
async fn shown(fixture: &Fixture, kind: PictureKind, bytes: &[u8]) -> RgbImage {
    let picture = store(&fixture.storage, 1, kind, bytes).await.unwrap();
    let jpeg = fixture.read(picture.key()).await;
    picture.discard().await;
    image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg)
        .unwrap()
        .into_rgb8()
}

#[tokio::test]
async fn a_picture_is_stored_small_in_both_formats_until_it_is_discarded() {
    for kind in kinds("pictures of users in a bucket") {
        let fixture = Fixture::of_kind(kind).await;
        let png = encoded(&halves(1000, 600), ImageFormat::Png);
        let picture = store(&fixture.storage, 5, PictureKind::Avatar, &png)
            .await
            .unwrap();
        assert_eq!(picture.key().as_str(), "pictures/5.jpg");
        let webp = MediaStorage::webp_of(picture.key()).unwrap();
        for (key, format) in [
            (picture.key(), ImageFormat::Jpeg),
            (&webp, ImageFormat::WebP),
        ] {
            let bytes = fixture.read(key).await;
            assert_eq!(image::guess_format(&bytes).unwrap(), format);
            let shown = image::load_from_memory(&bytes).unwrap().into_rgb8();
            assert_eq!(shown.dimensions(), (480, 480));
            assert!(
                is_near(*shown.get_pixel(40, 40), RED) && is_near(*shown.get_pixel(440, 440), BLUE)
            );
        }
        assert_eq!(fixture.unfinished(), ["picture-7-5"]);
        picture.discard().await;
        assert_eq!(fixture.unfinished(), Vec::<String>::new());
        assert_eq!(fixture.stored().await, Vec::<String>::new());

        let kept = store(&fixture.storage, 6, PictureKind::Avatar, &png)
            .await
            .unwrap();
        let key = kept.key().clone();
        kept.keep().await;
        assert_eq!(fixture.unfinished(), Vec::<String>::new());
        fixture.read(&key).await;
        let again = store(&fixture.storage, 6, PictureKind::Avatar, &png).await;
        assert!(matches!(again, Err(MediaError::Exists(_))), "{again:?}");
        fixture.read(&key).await;
        fixture.storage.remove(&key).await.unwrap();
        assert_eq!(fixture.stored().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_picture_that_is_stored_for_nobody_leaves_nothing() {
    let fixture = Fixture::without_ffmpeg("file");
    let png = encoded(&halves(20, 10), ImageFormat::Png);
    go_away_unheard(store(&fixture.storage, 1, PictureKind::Avatar, &png)).await;
    wait_until(|| fixture.unfinished().is_empty()).await;
    assert_eq!(fixture.stored().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_picture_takes_the_shape_of_its_place_and_grows_never() {
    let fixture = Fixture::without_ffmpeg("memory:");
    for (kind, from, to) in [
        (PictureKind::Avatar, (1000, 600), (480, 480)),
        (PictureKind::Avatar, (600, 1000), (480, 480)),
        (PictureKind::Avatar, (100, 90), (90, 90)),
        (PictureKind::Avatar, (1, 16_384), (1, 1)),
        (PictureKind::Background, (3000, 1000), (1280, 427)),
        (PictureKind::Background, (1000, 3000), (240, 720)),
        (PictureKind::Background, (200, 100), (200, 100)),
        (PictureKind::Background, (1, 16_384), (1, 720)),
    ] {
        let png = encoded(&halves(from.0, from.1), ImageFormat::Png);
        let shown = shown(&fixture, kind, &png).await;
        assert_eq!(shown.dimensions(), to, "{kind:?} of {from:?}");
    }
}

#[tokio::test]
async fn every_format_and_every_kind_of_pixel_is_taken() {
    let fixture = Fixture::without_ffmpeg("memory:");
    let picture = halves(64, 64);
    let sixteen = DynamicImage::from(picture.to_rgb16());
    let see_through = RgbaImage::from_fn(64, 64, |x, _| {
        if x < 32 {
            Rgba([220, 20, 30, 255])
        } else {
            Rgba([0, 0, 0, 0])
        }
    });
    let mut moving = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
        for frame in [picture.to_rgba8(), RgbaImage::new(64, 64)] {
            encoder.encode_frame(Frame::new(frame)).unwrap();
        }
    }
    let red = Rgb([220, 20, 30]);
    let white = Rgb([255, 255, 255]);
    for (what, bytes, right) in [
        ("JPEG", encoded(&picture, ImageFormat::Jpeg), BLUE),
        ("PNG", encoded(&picture, ImageFormat::Png), BLUE),
        ("PNG, 16 bits", encoded(&sixteen, ImageFormat::Png), BLUE),
        (
            "PNG, see-through",
            encoded(&see_through.into(), ImageFormat::Png),
            white,
        ),
        ("WebP", encoded(&picture, ImageFormat::WebP), BLUE),
        ("GIF: palette, moving", moving, BLUE),
        ("JPEG, CMYK", CMYK.to_vec(), white),
        (
            "PNG, grey",
            encoded(&DynamicImage::new_luma8(64, 64), ImageFormat::Png),
            Rgb([0, 0, 0]),
        ),
    ] {
        let shown = shown(&fixture, PictureKind::Avatar, &bytes).await;
        let (left, found) = (
            *shown.get_pixel(2, 8),
            *shown.get_pixel(shown.width() - 3, 8),
        );
        assert!(is_near(found, right), "{what}: {found:?}");
        if what != "PNG, grey" {
            assert!(is_near(left, red), "{what}: {left:?}");
        }
    }
}

/// Left red, right nothing, in the four colours of printers.
const CMYK: &[u8] = include_bytes!("cmyk.jpg");

/// Where it was taken, and how the camera was held: a quarter turn clockwise brings it upright (Exif 2.3, 4.6.4: orientation 6).
const TURNED: &[u8] = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x82\x98\0\x02\0\0\0\x0E\0\0\0\x26\0\0\0\0at 48.85N 2.3E\0";

#[tokio::test]
async fn a_picture_stands_upright_and_tells_nothing_but_what_it_shows() {
    let mut jpeg = Vec::new();
    let picture = halves(200, 100);
    JpegEncoder::new_with_quality(&mut jpeg, 95)
        .encode_image(&picture)
        .unwrap();
    let length = u16::try_from(TURNED.len() + 2).unwrap().to_be_bytes();
    jpeg.splice(2..2, [&[0xFF, 0xE1], &length[..], TURNED].concat());

    let fixture = Fixture::without_ffmpeg("memory:");
    let stored = store(&fixture.storage, 1, PictureKind::Background, &jpeg)
        .await
        .unwrap();
    let webp = MediaStorage::webp_of(stored.key()).unwrap();
    for key in [stored.key(), &webp] {
        let bytes = fixture.read(key).await;
        let shown = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(shown.dimensions(), (100, 200));
        assert!(is_near(*shown.get_pixel(50, 20), RED) && is_near(*shown.get_pixel(50, 180), BLUE));
        assert!(!bytes.windows(6).any(|bytes| bytes == b"48.85N"));
        assert!(
            !bytes
                .windows(4)
                .any(|bytes| bytes.eq_ignore_ascii_case(b"exif"))
        );
    }
}

/// A PNG that declares a size and has hardly any data.
fn declaring(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&[0; 3], 1, 1, ExtendedColorType::Rgb8)
        .unwrap();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&sum);
    png
}

/// The checksum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_of_one_is_refused_and_leaves_nothing() {
    let fixture = Fixture::without_ffmpeg("file");
    let png = encoded(&halves(64, 64), ImageFormat::Png);
    let jpeg = encoded(&halves(64, 64), ImageFormat::Jpeg);
    let cut = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let mut wide_gif =
        b"GIF89a\xFF\xFF\xFF\xFF\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
            .to_vec();
    let flat = wide_gif.clone();
    wide_gif[6..10].copy_from_slice(&[0, 0, 0, 0]);
    // A hundred million black pixels in a few hundred kilobytes.
    let bomb = encoded(&DynamicImage::new_luma8(10_000, 10_000), ImageFormat::Png);
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    for (what, bytes, expected) in [
        ("nothing", Vec::new(), "Unrecognised"),
        (
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
                .to_vec(),
            "Unrecognised",
        ),
        (
            "SVG behind an XML declaration",
            b"<?xml version='1.0'?><svg/>".to_vec(),
            "Unrecognised",
        ),
        ("a text", b"hello".to_vec(), "Unrecognised"),
        (
            "TIFF",
            b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec(),
            "Unrecognised",
        ),
        (
            "BMP",
            b"BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec(),
            "Unrecognised",
        ),
        ("a video", douyin_media::DEMO_CLIP.to_vec(), "Unrecognised"),
        ("a cut PNG", cut(&png), "Malformed"),
        ("the beginning of a JPEG", jpeg[..40].to_vec(), "Malformed"),
        ("PNG, 0 x 0", declaring(0, 0), "Malformed"),
        ("PNG, 65535 x 65535", declaring(65_535, 65_535), "Excessive"),
        (
            "PNG, 2^31 - 1 a side",
            declaring(0x7FFF_FFFF, 0x7FFF_FFFF),
            "Excessive",
        ),
        ("PNG, 16000 x 16000", declaring(16_000, 16_000), "Excessive"),
        (
            "a PNG that says nothing of what it declares",
            declaring(4000, 4000),
            "Malformed",
        ),
        ("GIF, 65535 x 65535", flat, "Excessive"),
        ("GIF, 0 x 0", wide_gif, "Malformed"),
        ("a bomb", bomb, "Excessive"),
    ] {
        let refused = store(&fixture.storage, 1, PictureKind::Avatar, &bytes).await;
        let found = match &refused {
            Err(MediaError::NotAPicture(NotAPicture::Unrecognised)) => "Unrecognised",
            Err(MediaError::NotAPicture(NotAPicture::Excessive)) => "Excessive",
            Err(MediaError::NotAPicture(NotAPicture::Malformed(_))) => "Malformed",
            _ => "another answer",
        };
        assert_eq!(found, expected, "{what}: {refused:?}");
    }
    let large = store(
        &fixture.storage,
        1,
        PictureKind::Avatar,
        &vec![0; (8 << 20) + 1],
    )
    .await;
    assert!(
        matches!(large, Err(MediaError::TooLarge { limit }) if limit == 8 << 20),
        "{large:?}"
    );
    assert_eq!(fixture.unfinished(), Vec::<String>::new());
    assert_eq!(fixture.stored().await, Vec::<String>::new());
    // The turn is free again.
    store(&fixture.storage, 1, PictureKind::Avatar, &png)
        .await
        .unwrap()
        .keep()
        .await;
}

#[tokio::test]
async fn after_a_crash_a_picture_stays_where_a_row_names_it_and_goes_where_none_does() {
    let folder = tempfile::TempDir::new().unwrap();
    let start = || open("file", folder.path(), without_ffmpeg()).unwrap();
    let storage = start();
    let png = encoded(&halves(64, 64), ImageFormat::Png);
    for number in [5, 6] {
        drop(
            store(&storage, number, PictureKind::Avatar, &png)
                .await
                .unwrap(),
        );
    }
    drop(storage);
    let named = Claimed::Picture(user(), picture_id(6));
    assert_eq!(named.key().unwrap().as_str(), "pictures/6.jpg");
    let swept = start()
        .sweep(async |claimed| Ok::<_, Infallible>(claimed == named))
        .await
        .unwrap();
    assert_eq!((swept.removed, swept.kept), (1, 1));
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
    assert_eq!(stored(folder.path()), ["6.jpg", "6.webp"]);
}
