use crate::{
    Change, Credentials, Douyin, Entity, Error, Event, MediaKey, NewUser, Page, Password,
    PictureChange, PictureId, PictureKind, ProfileEdit, Signature, SignedIn, StoreError, User,
    UserId, Username,
};

impl Douyin {
    /// Registers a user: the name is 1 to 32 characters and unique by its [key](Username::key), the password within
    /// the configured length. Their sessions are of the [first generation](crate::Generation::FIRST).
    ///
    /// # Errors
    /// [`Error::Text`], [`Error::NameTaken`], [`Error::Busy`], [`Error::Store`].
    pub async fn register(&self, name: &str, password: &str) -> Result<UserId, Error> {
        let name = Username::parse(name)?;
        let password = Password::parse(password, &self.limits.password)?;
        // Hashing costs fifty milliseconds of a core: a name that is taken already does not get that far.
        if self.store.credentials(name.key()).await?.is_some() {
            return Err(Error::NameTaken);
        }
        let password = self.hasher.hash(password).await?;
        let at = self.now();
        let id: UserId = self.new_id(at)?;
        let signature = Signature::parse("")?;
        match self
            .store
            .register(NewUser {
                id,
                name,
                password,
                signature,
                at,
            })
            .await
        {
            Ok(()) => {
                self.emit(Event::Registered { user: id, at });
                Ok(id)
            }
            Err(StoreError::Taken) => Err(Error::NameTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// Signs in with a name and a password. No such name and a wrong password are one answer that takes one time.
    ///
    /// # Errors
    /// [`Error::WrongCredentials`], [`Error::Busy`], [`Error::Store`].
    pub async fn login(&self, name: &str, password: &str) -> Result<SignedIn, Error> {
        let credentials = match Username::parse(name) {
            Ok(name) => self.store.credentials(name.key()).await?,
            Err(_) => None,
        };
        let (signed_in, hash) = credentials
            .map(
                |Credentials {
                     user,
                     password,
                     generation,
                 }| (SignedIn { user, generation }, password),
            )
            .unzip();
        let matches = self
            .hasher
            .verify(Password::presented(password), hash)
            .await?;
        signed_in.filter(|_| matches).ok_or(Error::WrongCredentials)
    }

    /// Changes the name of a user, under the rules of [registration](Self::register), and their signature: at most 256 characters, none
    /// is fine. What is not given stays as it is. Answers the user as they see themselves. Their sessions go on.
    ///
    /// # Errors
    /// [`Error::Text`], [`Error::NameTaken`], [`Error::NotFound`], [`Error::Store`].
    pub async fn edit_profile(
        &self,
        user: UserId,
        name: Option<&str>,
        signature: Option<&str>,
    ) -> Result<User, Error> {
        let name = name.map(Username::parse).transpose()?;
        let signature = signature.map(|text| Signature::parse(&self.filter.clean(text)));
        let edit = ProfileEdit {
            user,
            name,
            signature: signature.transpose()?,
        };
        // Read before the write: once it is done, nothing may fail any more.
        let mut card = self.profile(Some(user), user).await?;
        if let Some(name) = &edit.name {
            name.as_str().clone_into(&mut card.name);
        }
        if let Some(signature) = &edit.signature {
            signature.as_str().clone_into(&mut card.signature);
        }
        let at = self.now();
        match self.store.edit_profile(edit).await {
            Ok(Change::Unchanged) => {}
            Ok(Change::Applied) => self.emit(Event::ProfileEdited { user, at }),
            Err(StoreError::Taken) => return Err(Error::NameTaken),
            Err(error) => return Err(error.into()),
        }
        Ok(card)
    }

    /// An id for a picture that is about to be stored.
    ///
    /// # Errors
    /// [`Error::Store`] where there is no id: `Unavailable` without a lease of a node number.
    pub fn new_picture_id(&self) -> Result<PictureId, Error> {
        self.new_id(self.now())
    }

    /// Changes a picture of a user, which is stored already; `None` brings the default one back. Answers the user as they are from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn set_picture(
        &self,
        user: UserId,
        kind: PictureKind,
        picture: Option<MediaKey>,
    ) -> Result<User, Error> {
        // Read before the write: once it is done, nothing may fail any more.
        let mut card = self.profile(Some(user), user).await?;
        let shown = match kind {
            PictureKind::Avatar => &mut card.avatar,
            PictureKind::Background => &mut card.background,
        };
        shown.clone_from(&picture);
        let at = self.now();
        let change = PictureChange {
            user,
            kind,
            picture,
            removal: self.new_id(at)?,
            remove_at: self.removal_after(at),
        };
        if self.store.set_picture(change).await? == Change::Applied {
            self.emit(Event::ProfileEdited { user, at });
        }
        Ok(card)
    }

    /// Who has a name, in whatever spelling; `None` where nobody does, or it cannot be one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn user_named(&self, name: &str) -> Result<Option<UserId>, Error> {
        let Ok(name) = Username::parse(name) else {
            return Ok(None);
        };
        let credentials = self.store.credentials(name.key()).await?;
        Ok(credentials.map(|found| found.user))
    }

    /// A user as `viewer` sees them.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn profile(&self, viewer: Option<UserId>, user: UserId) -> Result<User, Error> {
        self.store
            .profile(viewer, user)
            .await?
            .ok_or(Error::NotFound(Entity::User))
    }

    /// A list of a user, told from the list of nobody: both are empty, and only the empty one costs a second look.
    pub(crate) async fn list_of<T>(&self, owner: UserId, page: Page<T>) -> Result<Page<T>, Error> {
        if page.items.is_empty() {
            self.profile(None, owner).await?;
        }
        Ok(page)
    }
}
