//! Rows out of sketches.

use douyin_core::{
    CommentId, CommentText, InvalidId, MessageText, NewComment, NewMessage, NewUser, NewVideo,
    Signature, StoreError, Title, UserId, Username, VideoId,
};

use super::Seeder;
use crate::command::seed::SeedError;
use crate::command::seed::sketch::{CommentSketch, LineSketch, UserSketch, VideoSketch};

impl Seeder {
    pub(super) fn new_user(&self, sketch: &UserSketch) -> Result<NewUser, SeedError> {
        let id = self.new_id()?;
        let name = format!("{}_{}", sketch.given_name, base36(UserId::get(id)));
        Ok(NewUser {
            id,
            name: Username::parse(&name)?,
            password: self.password.clone(),
            signature: Signature::parse(sketch.signature)?,
            at: sketch.at,
        })
    }

    pub(super) fn new_video(
        &self,
        author: UserId,
        sketch: &VideoSketch,
    ) -> Result<NewVideo, SeedError> {
        let id = self.new_id()?;
        Ok(NewVideo {
            id,
            author,
            title: Title::parse(&sketch.title)?,
            play: douyin_media::demo_clip(),
            cover: douyin_media::demo_cover(id),
            at: sketch.at,
            bytes: douyin_media::DEMO_CLIP.len() as u64,
            quota: None,
            job: None,
        })
    }

    pub(super) fn new_comment(
        &self,
        video: VideoId,
        author: UserId,
        sketch: &CommentSketch,
    ) -> Result<NewComment, SeedError> {
        Ok(NewComment {
            id: self.new_id::<CommentId>()?,
            video,
            author,
            text: CommentText::parse(sketch.text)?,
            at: sketch.at,
        })
    }

    pub(super) fn new_message(
        &self,
        (one, other): (UserId, UserId),
        line: &LineSketch,
    ) -> Result<NewMessage, SeedError> {
        let (from, to) = if line.by_one {
            (one, other)
        } else {
            (other, one)
        };
        Ok(NewMessage {
            id: self.new_id()?,
            from,
            to,
            text: MessageText::parse(line.text)?,
            at: line.at,
        })
    }

    fn new_id<T: TryFrom<i64, Error = InvalidId>>(&self) -> Result<T, SeedError> {
        let number = self.ids.next_id(self.now).map_err(StoreError::from)?;
        Ok(T::try_from(number).map_err(StoreError::from)?)
    }
}

/// A number in the fewest digits and lower-case letters.
fn base36(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % 36).expect("a digit is below 36");
        digits.extend(char::from_digit(digit, 36));
        rest /= 36;
        if rest == 0 {
            return digits.iter().rev().collect();
        }
    }
}
