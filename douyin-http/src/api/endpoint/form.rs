//! Forms with a file, a token and texts, in whatever order these come.

mod body;
mod pace;
mod patience;

use bytes::Bytes;
use douyin_core::UserId;
use multer::Field;

use self::body::FORM_BYTES;
pub(super) use self::body::{FormBody, boundary};
use self::pace::Pace;
use self::patience::Patience;
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::{FormParts, MultipartError, Params, bounded, real_token};
use crate::api::slots::{Slot, Slots, Uploader};
use crate::api::status::Status;
use crate::api::viewer::{CurrentSession, Network};

/// What a text may have, in bytes.
const TEXT_BYTES: usize = 64 << 10;

/// What an endpoint takes a form for, and where that comes from.
pub(super) struct Terms<'a> {
    pub(super) network: Network,
    pub(super) uploader: Uploader,
    pub(super) action: Action,
    /// The file takes one of these.
    pub(super) slots: &'a Slots,
    /// The names of the texts besides the token.
    pub(super) texts: &'static [&'static str],
    /// Whether it has to keep pace also where it is known whose it is.
    pub(super) always_keeps_pace: bool,
}

/// What comes of a form.
pub(super) enum Piece {
    Text(&'static str, String),
    /// The next bytes of its one file.
    File(Bytes),
}

/// A form as it comes in. What the query string says wins over its parts.
///
/// It takes a slot with the first byte of its file: that of an account where the token is known by then, or else a stranger's. It ends
/// where somebody else gets its slot, and as long as it is a stranger it has to keep pace.
pub(super) struct IncomingForm<'a> {
    api: &'a Api,
    params: &'a Params,
    terms: Terms<'a>,
    parts: FormParts<'a>,
    file: Option<FilePart<'a>>,
    has_empty_file: bool,
    token: Option<String>,
    /// Whom it counted for.
    counted: Option<UserId>,
    patience: Patience,
    /// How many bytes it may still have besides its file.
    left_bytes: u64,
}

struct FilePart<'a> {
    part: Field<'a>,
    has_begun: bool,
}

impl<'a> IncomingForm<'a> {
    /// Looks at who it is, as far as that is known before the body, and counts it for its network and for that one.
    ///
    /// # Errors
    /// Where that is enough to refuse it.
    pub(super) async fn open(
        api: &'a Api,
        params: &'a Params,
        terms: Terms<'a>,
        boundary: String,
        body: &'a mut FormBody,
    ) -> Result<Self, Failure> {
        let is_known = params.token().is_some() && !terms.always_keeps_pace;
        let mut form = Self {
            api,
            params,
            parts: bounded(body, boundary),
            file: None,
            has_empty_file: false,
            token: None,
            counted: None,
            patience: Patience {
                slot: None,
                pace: (!is_known).then(Pace::default),
            },
            left_bytes: FORM_BYTES,
            terms,
        };
        if let Some(token) = params.token_parameter() {
            form.take_token(&token)?;
        }
        form.counted = form.session().ok().map(|session| session.0.user);
        let (action, network) = (form.terms.action, form.terms.network.0);
        let admitted = api.limits.admit(action, network, form.counted);
        admitted.await?;
        Ok(form)
    }

    /// The next piece.
    ///
    /// # Errors
    /// As soon as one is reason to refuse the form.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>, Failure> {
        loop {
            if let Some(bytes) = self.next_of_file().await? {
                return Ok(Some(Piece::File(bytes)));
            }
            let Some(part) = self.patience.wait(self.parts.next()).await? else {
                return Ok(None);
            };
            let mut texts = self.terms.texts.iter().copied();
            if let Some(name) = texts.find(|name| part.name() == Some(name)) {
                return Ok(Some(Piece::Text(name, self.text(part, name).await?)));
            }
            match part.name() {
                Some("token") => {
                    let token = self.text(part, "token").await?;
                    self.take_token(&token)?;
                }
                name if name == Some("data") || part.file_name().is_some() => {
                    self.file = Some(FilePart {
                        part,
                        has_begun: false,
                    });
                }
                _ => self.skip(part).await?,
            }
        }
    }

    /// Who it is, and may do this once more.
    ///
    /// # Errors
    /// Where nobody is signed in, or did it too often.
    pub(super) async fn owner(&mut self) -> Result<CurrentSession, Failure> {
        let session = self.session()?;
        let user = Some(session.0.user);
        if self.counted != user {
            let admitted = self.api.limits.admit(self.terms.action, None, user);
            admitted.await?;
            self.counted = user;
        }
        Ok(session)
    }

    /// Whom it counted for so far.
    pub(super) const fn counted(&self) -> Option<UserId> {
        self.counted
    }

    /// Whether there was a file without a byte.
    pub(super) const fn has_empty_file(&self) -> bool {
        self.has_empty_file
    }

    /// The slot for what is to be done now that all of it is there.
    ///
    /// # Errors
    /// Where it had no file, and there is none, or somebody else has it by now.
    pub(super) fn into_slot(self, owner: UserId) -> Result<Slot, Failure> {
        let Terms {
            slots, uploader, ..
        } = self.terms;
        let slot = self.patience.slot;
        let slot = slot.map_or_else(|| slots.take(uploader, Some(owner)), Ok)?;
        slot.settle()
    }

    async fn next_of_file(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(mut file) = self.file.take() else {
            return Ok(None);
        };
        loop {
            let next = self.parts.chunk(&mut file.part);
            let Some(chunk) = self.patience.wait(next).await? else {
                self.has_empty_file |= !file.has_begun;
                return Ok(None);
            };
            if chunk.is_empty() {
                continue;
            }
            self.patience.count(chunk.len());
            if !file.has_begun {
                file.has_begun = true;
                self.begin_file().await?;
            }
            self.file = Some(file);
            return Ok(Some(chunk));
        }
    }

    async fn begin_file(&mut self) -> Result<(), Failure> {
        if self.patience.slot.is_some() {
            return Err(Failure::new(Status::TooManyFiles));
        }
        // Without any token so far, one may still come behind the file.
        let account = if self.token.is_some() || self.params.token().is_some() {
            Some(self.owner().await?.0.user)
        } else {
            None
        };
        let slot = self.terms.slots.take(self.terms.uploader, account)?;
        self.patience.slot = Some(slot);
        Ok(())
    }

    /// The first token counts; one that is not valid ends it at once.
    fn take_token(&mut self, text: &str) -> Result<(), Failure> {
        if self.token.is_none()
            && let Some(token) = real_token(text.into())
        {
            let session = CurrentSession::of_token(self.api, Some(&token))?;
            if let Some(slot) = &mut self.patience.slot {
                slot.belongs_to(session.0.user)?;
            }
            if !self.terms.always_keeps_pace {
                self.patience.pace = None;
            }
            self.token = Some(token.into_owned());
        }
        Ok(())
    }

    fn session(&self) -> Result<CurrentSession, Failure> {
        let header = || self.params.token();
        match &self.token {
            Some(token) => CurrentSession::of_token(self.api, Some(token)),
            None => CurrentSession::of_token(self.api, header().as_deref()),
        }
    }

    async fn text(&mut self, mut part: Field<'a>, name: &'static str) -> Result<String, Failure> {
        let whole = async {
            let whole = self.parts.whole(&mut part, TEXT_BYTES).await;
            whole.map_err(|error| match error {
                MultipartError::LongPart(_) => Failure::invalid(name),
                error => error.into(),
            })
        };
        let bytes = self.patience.wait(whole).await?;
        self.count_besides(bytes.len())?;
        String::from_utf8(bytes.into()).map_err(|_| Failure::invalid(name))
    }

    async fn skip(&mut self, mut part: Field<'a>) -> Result<(), Failure> {
        loop {
            let next = self.parts.chunk(&mut part);
            match self.patience.wait(next).await? {
                Some(chunk) => self.count_besides(chunk.len())?,
                None => return Ok(()),
            }
        }
    }

    /// Counts what came besides the file.
    fn count_besides(&mut self, bytes: usize) -> Result<(), Failure> {
        self.patience.count(bytes);
        let left = self.left_bytes.checked_sub(bytes as u64);
        self.left_bytes = left.ok_or(Failure::new(Status::BodyTooLarge))?;
        Ok(())
    }
}
