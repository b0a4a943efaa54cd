use douyin_core::{
    CommentId, CommentText, InvalidId, MessageId, MessageText, NewComment, NewMessage, NewUser,
    NewVideo, Signature, StoreError, Title, UserId, Username, VideoId,
};

use super::Seeder;
use crate::command::seed::SeedError;
use crate::command::seed::sketch::{CommentSketch, ConversationSketch, UserSketch, VideoSketch};

impl Seeder {
    pub(super) async fn register(&self, sketch: UserSketch) -> Result<UserId, SeedError> {
        let id = self.new_id()?;
        let name = format!("{}_{}", sketch.given_name, base36(UserId::get(id)));
        self.store
            .register(NewUser {
                id,
                name: Username::parse(&name)?,
                password: self.password.clone(),
                signature: Signature::parse(sketch.signature)?,
                at: sketch.at,
            })
            .await?;
        Ok(id)
    }

    pub(super) fn publish(
        &self,
        author: UserId,
        sketch: VideoSketch,
    ) -> impl Future<Output = Result<VideoId, SeedError>> {
        // Made here, not when the write begins, so that a newer video has a larger id.
        let id = self.new_id();
        async move {
            let id = id?;
            let video = NewVideo {
                id,
                author,
                title: Title::parse(&sketch.title)?,
                play: douyin_media::demo_clip(),
                cover: douyin_media::demo_cover(id),
                at: sketch.at,
            };
            self.store.publish(video).await?;
            Ok(id)
        }
    }

    pub(super) async fn comment(
        &self,
        video: VideoId,
        author: UserId,
        sketch: CommentSketch,
    ) -> Result<(), SeedError> {
        let comment = NewComment {
            id: self.new_id::<CommentId>()?,
            video,
            author,
            text: CommentText::parse(sketch.text)?,
            at: sketch.at,
        };
        Ok(self.store.add_comment(comment).await?)
    }

    /// One message after the other: a conversation has an order.
    pub(super) async fn write_conversation(
        &self,
        one: UserId,
        other: UserId,
        sketch: ConversationSketch,
    ) -> Result<u64, SeedError> {
        let mut sent = 0;
        for line in sketch.lines {
            let (from, to) = if line.by_one {
                (one, other)
            } else {
                (other, one)
            };
            let message = NewMessage {
                id: self.new_id::<MessageId>()?,
                from,
                to,
                text: MessageText::parse(line.text)?,
                at: line.at,
            };
            self.store.send(message).await?;
            sent += 1;
        }
        Ok(sent)
    }

    fn new_id<T: TryFrom<i64, Error = InvalidId>>(&self) -> Result<T, StoreError> {
        let number = self.ids.next_id(self.now).map_err(StoreError::from)?;
        Ok(T::try_from(number)?)
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
