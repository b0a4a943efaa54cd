use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use douyin_core::{MediaKey, VideoId};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::fetching::fetch;
use super::{PrepareError, Prepared};
use crate::incoming::index_first;
use crate::staging::UploadFolder;
use crate::transcode::{Rung, TranscodeError};
use crate::{
    Container, FragmentError, IndexPlace, MediaError, MediaStorage, ProbeError, Rendition, Run,
    VideoInfo, fragment::fragment_while, key, multivariant_playlist, recognise,
};

/// What is done for a video, step by step.
pub(super) struct Preparation<'p> {
    storage: &'p MediaStorage,
    id: VideoId,
    run: Run,
    folder: &'p mut UploadFolder,
    /// Why the video cannot be transcoded, once that was tried.
    refused: Option<String>,
    /// Held for as long as a thread works on the folder or the storage, also when nobody waits for it any more.
    busy: &'p Arc<Mutex<()>>,
}

/// A video on this machine.
#[derive(Clone)]
struct Video {
    path: PathBuf,
    info: VideoInfo,
}

/// A rendition, and the file it is.
struct Cut {
    name: String,
    path: PathBuf,
    rendition: Rendition,
}

impl<'p> Preparation<'p> {
    pub(super) const fn new(
        storage: &'p MediaStorage,
        id: VideoId,
        run: Run,
        folder: &'p mut UploadFolder,
        busy: &'p Arc<Mutex<()>>,
    ) -> Self {
        Self {
            storage,
            id,
            run,
            folder,
            refused: None,
            busy,
        }
    }

    pub(super) async fn make(&mut self, play: &MediaKey) -> Result<Prepared, PrepareError> {
        let path = fetch(self.storage, play, self.folder.path()).await?;
        let source = self.recognise(path).await?;
        // Fragments play where they stand, but hardly anywhere can one jump to another place in them.
        let is_plain = source.info.plays_everywhere && source.info.index != IndexPlace::Fragments;
        let mut plain = None;
        if !is_plain {
            plain = self.transcode(&source).await?;
        }
        let mut cut = self
            .cut(plain.as_ref().unwrap_or(&source), key::SOURCE)
            .await?;
        if cut.is_none() && plain.is_none() {
            // Its tables may be of a kind that only decoders read.
            plain = self.transcode(&source).await?;
            if let Some(plain) = &plain {
                cut = self.cut(plain, key::SOURCE).await?;
            }
        }
        let mut cuts = Vec::new();
        if let Some(whole) = cut {
            cuts = self.cut_rungs(plain.as_ref().unwrap_or(&source)).await?;
            cuts.push(whole);
        }
        if let Some(reason) = self.refused.take() {
            if cuts.is_empty() {
                return Err(PrepareError::Undecodable(reason));
            }
            tracing::warn!(video = %self.id, reason, "a video that not every client plays stays what it is");
        }
        self.store(plain, &cuts).await
    }

    /// Makes an MP4 that every client plays; `None` where there is nothing to make it with, or that refuses it: not every program of that
    /// name decodes all that is to be had without it.
    async fn transcode(&mut self, source: &Video) -> Result<Option<Video>, PrepareError> {
        let transcoder = self.storage.transcoder();
        let Some(transcoder) = transcoder.filter(|_| self.refused.is_none()) else {
            return Ok(None);
        };
        let Video { path, info } = source;
        let made = transcoder.to_mp4(path, info.container, None, self.folder.path());
        let path = match made.await {
            Err(refused @ TranscodeError::Video(_)) => {
                self.refused = Some(refused.to_string());
                return Ok(None);
            }
            made => made?,
        };
        let video = self.recognise(path).await?;
        if video.info.index != IndexPlace::Last {
            return Ok(Some(video));
        }
        let limits = self.storage.options().video.clone();
        let rewriting = self.work(move || {
            let Video { path, info } = video;
            let (_, info) = index_first::rewrite(&path, File::open(&path)?, info, &limits)?;
            Ok::<_, MediaError>(Video { path, info })
        });
        Ok(Some(rewriting.await??))
    }

    /// Smaller renditions, the largest first. One that fails for good is left out: the stream plays without it.
    async fn cut_rungs(&self, source: &Video) -> Result<Vec<Cut>, PrepareError> {
        let mut cuts = Vec::new();
        let Some(transcoder) = self.storage.transcoder() else {
            return Ok(cuts);
        };
        let VideoInfo {
            container,
            width,
            height,
            ..
        } = source.info;
        let shorter_side = width.min(height);
        for rung in Rung::ALL
            .into_iter()
            .filter(|rung| rung.shorter_side() < shorter_side)
        {
            let folder = self.folder.path();
            let name = rung.shorter_side().to_string();
            let made = transcoder.to_mp4(&source.path, container, Some(rung), folder);
            let video = match made.await {
                Ok(path) => self.recognise(path).await?,
                Err(TranscodeError::Video(reason)) => {
                    tracing::warn!(video = %self.id, rendition = name, reason, "a rendition is left out");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            cuts.extend(self.cut(&video, &name).await?);
            let path = video.path;
            self.work(move || std::fs::remove_file(path)).await??;
        }
        Ok(cuts)
    }

    async fn recognise(&self, path: PathBuf) -> Result<Video, PrepareError> {
        let limits = self.storage.options().video.clone();
        let recognising = self.work(move || {
            let info = recognise(File::open(&path)?, &limits)?;
            Ok::<_, ProbeError>(Video { path, info })
        });
        match recognising.await? {
            Err(ProbeError::Refused(reason)) => Err(reason.into()),
            Err(ProbeError::Io(error)) => Err(error.into()),
            Ok(video) => Ok(video),
        }
    }

    /// Cuts a video into segments; `None` where it is not one that can be cut.
    async fn cut(&self, video: &Video, name: &str) -> Result<Option<Cut>, PrepareError> {
        if video.info.container == Container::WebM {
            return Ok(None);
        }
        let limits = self.storage.options().video.clone();
        let (source, name) = (video.path.clone(), name.to_owned());
        let path = self.folder.path().join(format!("{name}.cut"));
        // Gone as soon as nobody waits for it any more.
        let going_on = Arc::new(());
        let wanted = Arc::downgrade(&going_on);
        let cutting = self.work(move || {
            let mut target = File::create_new(&path)?;
            let is_wanted = || wanted.strong_count() > 0;
            let rendition =
                match fragment_while(File::open(source)?, &mut target, &limits, is_wanted) {
                    Err(FragmentError::Io(error)) => return Err(error),
                    Err(refused) => {
                        std::fs::remove_file(path)?;
                        return Ok(Err(refused));
                    }
                    Ok(rendition) => rendition,
                };
            target.sync_all()?;
            Ok::<_, io::Error>(Ok(Cut {
                name,
                path,
                rendition,
            }))
        });
        Ok(match cutting.await?? {
            Ok(cut) => Some(cut),
            Err(reason) => {
                tracing::info!(video = %self.id, %reason, "no stream is made of it as it is");
                None
            }
        })
    }

    async fn store(
        &mut self,
        plain: Option<Video>,
        cuts: &[Cut],
    ) -> Result<Prepared, PrepareError> {
        let (id, run) = (self.id, self.run);
        self.folder.mark().await?;
        let mut prepared = Prepared {
            play: None,
            stream: None,
        };
        if let Some(Video { path, .. }) = plain {
            let key = key::plain(id, run);
            let synced = path.clone();
            self.work(move || File::open(synced)?.sync_all()).await??;
            self.put(path, key.clone()).await?;
            prepared.play = Some(key);
        }
        // All renditions of a stream have the same target duration (RFC 8216, 6.2.4).
        let target = cuts.iter().map(|cut| cut.rendition.target_duration()).max();
        let Some(target) = target else {
            return Ok(prepared);
        };
        let mut renditions = Vec::new();
        for Cut {
            name,
            path,
            rendition,
        } in cuts
        {
            self.put(path.clone(), key::stream(id, run, name, "mp4"))
                .await?;
            let playlist = rendition.playlist(&format!("{name}.mp4"), target);
            self.put_playlist(name, playlist).await?;
            renditions.push((format!("{name}.m3u8"), rendition));
        }
        let renditions: Vec<_> = (renditions.iter())
            .map(|(uri, rendition)| (uri.as_str(), *rendition))
            .collect();
        self.put_playlist(key::MAIN, multivariant_playlist(&renditions, target))
            .await?;
        prepared.stream = Some(key::stream(id, run, key::MAIN, "m3u8"));
        Ok(prepared)
    }

    async fn put_playlist(&mut self, name: &str, text: String) -> Result<(), PrepareError> {
        let path = self
            .folder
            .write(&format!("{name}.m3u8"), text.into_bytes())
            .await?;
        self.put(path, key::stream(self.id, self.run, name, "m3u8"))
            .await
    }

    /// Stores a file of the folder. What was begun of it is ended, whether somebody waits for it or not.
    async fn put(&mut self, path: PathBuf, key: MediaKey) -> Result<(), PrepareError> {
        let busy = Arc::clone(self.busy).lock_owned().await;
        self.folder.announce(&key);
        let storage = self.storage.clone();
        let putting = tokio::spawn(async move {
            let put = storage.put_file(path, &key).await;
            drop(busy);
            put
        });
        Ok(putting.await.map_err(io::Error::other)??)
    }

    /// Works on files, on a thread for that.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PrepareError> {
        let busy = Arc::clone(self.busy).lock_owned().await;
        let working = spawn_blocking(move || {
            let done = work();
            drop(busy);
            done
        });
        Ok(working.await.map_err(io::Error::other)?)
    }
}

impl From<TranscodeError> for PrepareError {
    fn from(error: TranscodeError) -> Self {
        let text = error.to_string();
        match error {
            TranscodeError::Video(_) => Self::Undecodable(text),
            TranscodeError::Temporary(_) => Self::Busy(text),
        }
    }
}
