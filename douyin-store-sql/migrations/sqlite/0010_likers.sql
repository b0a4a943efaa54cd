-- Who likes a video, so that the likes of a deleted one can be forgotten.
CREATE INDEX favorites_of_video ON favorites (video_id, user_id);
