use crate::{
    ChatQuery, Direction, Douyin, Entity, Error, Event, Message, MessagePolicy, MessageText,
    NewMessage, Page, Span, Timestamp, UserId,
};

impl Douyin {
    /// Sends a message of 1 to 1024 characters. Answers it with the instant that the conversation orders it by.
    ///
    /// # Errors
    /// [`Error::Text`], [`Error::SelfMessage`], [`Error::NotFriends`] by policy, [`Error::NotFound`], [`Error::Store`].
    pub async fn send(&self, from: UserId, to: UserId, text: &str) -> Result<Message, Error> {
        if from == to {
            return Err(Error::SelfMessage);
        }
        let text = MessageText::parse(&self.filter.clean(text))?;
        if self.message_policy == MessagePolicy::FriendsOnly
            && !self.store.are_friends(from, to).await?
        {
            self.profile(None, to).await?;
            return Err(Error::NotFriends);
        }
        let now = self.now();
        let message = NewMessage {
            id: self.new_id(now)?,
            from,
            to,
            text,
            at: now,
        };
        let (id, text) = (message.id, message.text.clone().into_string());
        let at = self.store.send(message).await?;
        self.emit(Event::Messaged {
            message: id,
            from,
            to,
            at,
        });
        Ok(Message {
            id,
            from,
            to,
            text,
            at,
        })
    }

    /// A part of the conversation of two users, oldest message first.
    ///
    /// # Errors
    /// [`Error::SelfMessage`], [`Error::NotFound`] where the peer does not exist, [`Error::Store`].
    pub async fn chat(
        &self,
        viewer: UserId,
        peer: UserId,
        query: ChatQuery,
    ) -> Result<Page<Message>, Error> {
        if viewer == peer {
            return Err(Error::SelfMessage);
        }
        let since = query.since.filter(|since| since.as_millis() > 0);
        let cursor: Option<Timestamp> = query.cursor.map(|cursor| cursor.at);
        let span = match (since, cursor) {
            (Some(since), cursor) => Span::After(cursor.unwrap_or(since)),
            (None, Some(cursor)) => Span::Before(cursor),
            (None, None) => Span::Newest,
        };
        let direction = match since {
            Some(_) if query.incoming_only => Direction::Incoming,
            _ => Direction::Both,
        };
        let limit = query
            .limit
            .unwrap_or(self.limits.chat)
            .clamp(1, self.limits.chat.max(1));
        let page = self
            .store
            .conversation(viewer, peer, span, direction, limit)
            .await?;
        // Asked once a second while nothing is new: only the first look at a conversation checks that the peer exists.
        if page.items.is_empty()
            && since.is_none()
            && self.store.profile(None, peer).await?.is_none()
        {
            return Err(Error::NotFound(Entity::User));
        }
        Ok(page)
    }
}
