use crate::{
    Douyin, EndedGenerations, EndedSession, Entity, Error, Password, PasswordChange, SignedIn,
    Timestamp, UserId,
};

impl Douyin {
    /// Logs out: ends one session. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn end_session(&self, session: EndedSession) -> Result<(), Error> {
        Ok(self.store.end_session(session).await?)
    }

    /// Logs out everywhere: ends every session of the generation of one of them, and of those before. Repeating it changes nothing.
    /// Answers what a session that begins now is of.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<SignedIn, Error> {
        let generation = self.store.end_all_sessions(ended).await?;
        Ok(SignedIn {
            user: ended.user,
            generation,
        })
    }

    /// Replaces the password of a user who knows the old one, and ends all of their sessions. Nothing that was issued for these is valid
    /// from `expires_at` on. Answers what a session that begins now is of.
    ///
    /// # Errors
    /// [`Error::Text`] where the new password is too short or too long, [`Error::WrongPassword`], also where somebody else changes
    /// it at the same time, [`Error::NotFound`], [`Error::Busy`], [`Error::Store`].
    pub async fn change_password(
        &self,
        user: UserId,
        old: &str,
        new: &str,
        expires_at: Timestamp,
    ) -> Result<SignedIn, Error> {
        let new = Password::parse(new, &self.limits.password)?;
        let credentials = self.store.credentials_of(user).await?;
        let expected = credentials.ok_or(Error::NotFound(Entity::User))?.password;
        let old = Password::presented(old);
        if !self.hasher.verify(old, Some(expected.clone())).await? {
            return Err(Error::WrongPassword);
        }
        let change = PasswordChange {
            user,
            expected,
            password: self.hasher.hash(new).await?,
            expires_at,
        };
        let generation = self.store.change_password(change).await?;
        let generation = generation.ok_or(Error::WrongPassword)?;
        Ok(SignedIn { user, generation })
    }
}
