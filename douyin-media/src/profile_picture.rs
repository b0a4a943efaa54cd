//! Pictures that users upload of themselves: decoded within limits, made small, encoded anew, so that nothing of the file is left but what it
//! shows.

mod decode;
mod stored_picture;

use bytes::Bytes;
use douyin_core::{MediaKey, PictureId, PictureKind, UserId};
use image::RgbImage;
use image::imageops::FilterType;
use tokio::task::spawn_blocking;

use crate::own_task::see_through;
use crate::staging::{Claimed, UploadFolder};
use crate::{MediaError, MediaStorage, PictureLimits, encode, key};

pub use decode::NotAPicture;
pub use stored_picture::StoredPicture;

/// Pixels of either side of an avatar, at most.
const AVATAR: u32 = 480;
/// Pixels of the sides of a background, at most.
const BACKGROUND: (u32, u32) = (1280, 720);

/// A picture as clients get it.
struct PictureFiles {
    jpeg: Vec<u8>,
    webp: Option<Vec<u8>>,
}

impl MediaStorage {
    /// Stores a picture of a user: a JPEG, PNG, WebP or GIF (of which the first picture counts). An avatar is cut to a square of at most
    /// 480 pixels a side, a background fits into 1280 × 720. It is stored under the id, durably, as a JPEG and, where that is smaller, as a
    /// [WebP](Self::webp_of) too; of what the file said besides, such as where it was taken, nothing is.
    ///
    /// A caller who goes away meanwhile leaves nothing behind.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] where it has too many bytes; [`MediaError::NotAPicture`]; [`MediaError::Exists`] where the id was used
    /// before, whose files stay as they are; otherwise where files or the storage fail. In every case nothing of it is left.
    pub async fn store_picture(
        &self,
        id: PictureId,
        user: UserId,
        kind: PictureKind,
        bytes: Bytes,
    ) -> Result<StoredPicture, MediaError> {
        let limits = &self.options().picture;
        if bytes.len() as u64 > limits.bytes {
            return Err(MediaError::TooLarge {
                limit: limits.bytes,
            });
        }
        self.admit()?;
        let files = self.make_picture(kind, bytes).await?;
        let storage = self.clone();
        let storing = async move {
            let mut folder = UploadFolder::create(storage, Claimed::Picture(user, id)).await?;
            match store_files(id, files, &mut folder).await {
                Ok(key) => Ok(StoredPicture::new(folder, key)),
                Err(error) => {
                    folder.settle().await;
                    Err(error)
                }
            }
        };
        see_through(storing, StoredPicture::discard).await
    }

    async fn make_picture(
        &self,
        kind: PictureKind,
        bytes: Bytes,
    ) -> Result<PictureFiles, MediaError> {
        let limits = self.options().picture.clone();
        let turn = self.picture_turn().await?;
        // The turn is given back when the work is over, and not when the caller goes away.
        let making = spawn_blocking(move || {
            let made = make(kind, &bytes, &limits);
            drop(turn);
            made
        });
        Ok(making.await??)
    }
}

fn make(
    kind: PictureKind,
    bytes: &[u8],
    limits: &PictureLimits,
) -> Result<PictureFiles, NotAPicture> {
    let picture = decode::decode(bytes, limits)?;
    let jpeg = encode::jpeg(&shaped(kind, picture))?;
    Ok(PictureFiles {
        webp: encode::smaller_webp(&jpeg),
        jpeg,
    })
}

/// Never larger than it was.
fn shaped(kind: PictureKind, picture: image::DynamicImage) -> RgbImage {
    let (width, height) = (picture.width(), picture.height());
    let shaped = match kind {
        PictureKind::Avatar => {
            let side = width.min(height).min(AVATAR);
            picture.resize_to_fill(side, side, FilterType::CatmullRom)
        }
        PictureKind::Background if width > BACKGROUND.0 || height > BACKGROUND.1 => {
            picture.resize(BACKGROUND.0, BACKGROUND.1, FilterType::CatmullRom)
        }
        PictureKind::Background => picture,
    };
    shaped.into_rgb8()
}

async fn store_files(
    id: PictureId,
    files: PictureFiles,
    folder: &mut UploadFolder,
) -> Result<MediaKey, MediaError> {
    let key = key::picture(id);
    let mut made = vec![(folder.write("picture.jpg", files.jpeg).await?, key.clone())];
    if let Some((webp, smaller)) = files.webp.zip(key::webp_of(&key)) {
        made.push((folder.write("picture.webp", webp).await?, smaller));
    }
    folder.mark().await?;
    for (file, key) in made {
        folder.store(file, key).await?;
    }
    Ok(key)
}
