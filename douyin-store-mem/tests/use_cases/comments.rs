use std::sync::Arc;

use douyin_core::{CommentId, Entity, Error, Event, ListQuery, VideoId, WordFilter};

use crate::stage::{NOW, Stage};

#[tokio::test]
async fn a_comment_is_answered_as_the_list_shows_it() {
    let stage = Stage::new();
    let [author, reader] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    let comment = stage
        .douyin
        .comment(reader, video, "  nice \n")
        .await
        .unwrap();
    assert_eq!((comment.text.as_str(), comment.at), ("nice", NOW));
    let list = stage
        .douyin
        .comments(Some(reader), video, ListQuery::default())
        .await;
    assert_eq!(list.unwrap().items, [comment]);
}

#[tokio::test]
async fn a_comment_has_1_to_1024_characters_after_trimming() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    for bad in [
        String::new(),
        " \t\n".to_owned(),
        "好".repeat(1_025),
        "a\0b".to_owned(),
    ] {
        let answer = stage.douyin.comment(author, video, &bad).await;
        assert!(matches!(answer, Err(Error::Text(_))), "{answer:?}");
    }
    let longest = "好".repeat(1_024);
    let comment = stage.douyin.comment(author, video, &longest).await.unwrap();
    assert_eq!(comment.text, longest);
    assert_eq!(
        stage.douyin.video(None, video).await.unwrap().comment_count,
        1
    );
}

#[tokio::test]
async fn sensitive_words_are_stored_as_stars() {
    let filter = Arc::new(WordFilter::new("bad").unwrap());
    let stage = Stage::with(|builder| builder.filter(filter));
    let [author, other] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    let comment = stage
        .douyin
        .comment(other, video, "so ＢＡＤ")
        .await
        .unwrap();
    assert_eq!(comment.text, "so ***");
    let list = stage
        .douyin
        .comments(None, video, ListQuery::default())
        .await
        .unwrap();
    assert_eq!(list.items[0].text, "so ***");
    assert_eq!(
        stage.douyin.send(author, other, "bad!").await.unwrap().text,
        "***!"
    );
}

#[tokio::test]
async fn its_author_and_the_videos_author_may_delete_a_comment_and_nobody_else() {
    let stage = Stage::new();
    let [author, reader, stranger] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    for by in [author, reader] {
        let comment = stage
            .douyin
            .comment(reader, video, "text")
            .await
            .unwrap()
            .id;
        let answer = stage.douyin.delete_comment(stranger, video, comment).await;
        assert!(matches!(answer, Err(Error::NotYourComment)), "{answer:?}");
        assert_eq!(
            stage.douyin.video(None, video).await.unwrap().comment_count,
            1
        );
        stage.told();
        stage
            .douyin
            .delete_comment(by, video, comment)
            .await
            .unwrap();
        assert_eq!(
            stage.told(),
            [Event::CommentDeleted {
                comment,
                video,
                by,
                at: NOW
            }]
        );
        assert_eq!(
            stage.douyin.video(None, video).await.unwrap().comment_count,
            0
        );
    }
}

#[tokio::test]
async fn deleting_twice_or_below_another_video_is_not_found_and_changes_nothing() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    let (elsewhere, _) = stage.publish(author).await;
    let kept = stage
        .douyin
        .comment(author, video, "kept")
        .await
        .unwrap()
        .id;
    let deleted = stage
        .douyin
        .comment(author, video, "deleted")
        .await
        .unwrap()
        .id;
    stage
        .douyin
        .delete_comment(author, video, deleted)
        .await
        .unwrap();
    stage.told();
    for (video, comment) in [
        (video, deleted),
        (elsewhere, kept),
        (VideoId::new(1).unwrap(), kept),
        (video, CommentId::new(1).unwrap()),
    ] {
        let answer = stage.douyin.delete_comment(author, video, comment).await;
        assert!(
            matches!(answer, Err(Error::NotFound(Entity::Comment))),
            "{answer:?}"
        );
    }
    assert_eq!(stage.told(), []);
    assert_eq!(
        stage.douyin.video(None, video).await.unwrap().comment_count,
        1
    );
}

#[tokio::test]
async fn comments_below_a_bare_video_are_empty_and_below_no_video_not_found() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    let list = stage
        .douyin
        .comments(None, video, ListQuery::default())
        .await;
    assert_eq!(list.unwrap().items, []);
    let nothing = VideoId::new(1).unwrap();
    let answer = stage
        .douyin
        .comments(None, nothing, ListQuery::default())
        .await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::Video))),
        "{answer:?}"
    );
    let answer = stage.douyin.comment(author, nothing, "text").await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::Video))),
        "{answer:?}"
    );
}
