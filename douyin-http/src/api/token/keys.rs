use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use sha2::Sha256;

use super::{NotIssued, SECRET_BYTES, WeakSecret, hs256};

/// The keys of a service: one signs, and the tokens of others are accepted as well.
///
/// A token names its key (`kid`), so that a check costs one signature however many there are. One that names none, as those of earlier
/// versions, is tried with each.
pub struct TokenKeys {
    signing: EncodingKey,
    header: Header,
    /// The first one signs.
    accepted: Vec<Key>,
}

/// A key to check with.
pub(super) struct Key {
    id: String,
    /// What the tokens that it signs begin with, up to the first dot and with it.
    beginning: String,
    pub(super) checking: DecodingKey,
}

impl TokenKeys {
    /// Signs with a secret.
    ///
    /// # Errors
    /// [`WeakSecret`] under [`SECRET_BYTES`].
    pub fn new(secret: &[u8]) -> Result<Self, WeakSecret> {
        let key = Key::new(secret)?;
        Ok(Self {
            signing: EncodingKey::from_secret(secret),
            header: header(&key.id),
            accepted: vec![key],
        })
    }

    /// Accepts what another secret signed, too.
    ///
    /// # Errors
    /// [`WeakSecret`] under [`SECRET_BYTES`].
    pub fn accepting(mut self, secret: &[u8]) -> Result<Self, WeakSecret> {
        let key = Key::new(secret)?;
        if self.accepted.iter().all(|known| known.id != key.id) {
            self.accepted.push(key);
        }
        Ok(self)
    }

    pub(super) fn sign(&self, claims: &impl serde::Serialize) -> Result<String, NotIssued> {
        jsonwebtoken::encode(&self.header, claims, &self.signing)
            .map_err(|error| NotIssued(error.into()))
    }

    /// The keys that a token may have been signed with.
    pub(super) fn of(&self, token: &str) -> &[Key] {
        let named = |key: &Key| token.starts_with(&key.beginning);
        match self.accepted.iter().position(named) {
            Some(place) => &self.accepted[place..=place],
            None => match jsonwebtoken::decode_header(token) {
                // One of ours never looks so, but the standard lets a header be spelt in many ways.
                Ok(Header { kid: Some(id), .. }) => {
                    let place = self.accepted.iter().position(|key| key.id == id);
                    place.map_or(&[], |place| &self.accepted[place..=place])
                }
                Ok(Header { kid: None, .. }) => &self.accepted,
                Err(_) => &[],
            },
        }
    }
}

/// Shows which keys there are, and none of them.
impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids = self.accepted.iter().map(|key| key.id.as_str());
        f.debug_list().entries(ids).finish()
    }
}

impl Key {
    fn new(secret: &[u8]) -> Result<Self, WeakSecret> {
        if secret.len() < SECRET_BYTES {
            return Err(WeakSecret(secret.len()));
        }
        hs256::install();
        let id = id_of(secret);
        // As the library serializes it; the one place that depends on it is a shortcut.
        let header = serde_json::to_vec(&header(&id)).unwrap_or_default();
        Ok(Self {
            beginning: format!("{}.", URL_SAFE_NO_PAD.encode(header)),
            id,
            checking: DecodingKey::from_secret(secret),
        })
    }
}

/// What a key is called: eight bytes that anybody may see, and that tell nothing of the secret. The secret keys an HMAC of a text that
/// is no beginning of any token, so that this is no signature of anything either.
fn id_of(secret: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| {
        mac.chain_update(b"douyin token key id\0")
            .finalize()
            .into_bytes()
    });
    let mac = mac.expect("HMAC takes keys of any length");
    URL_SAFE_NO_PAD.encode(&mac[..8])
}

fn header(id: &str) -> Header {
    Header {
        kid: Some(id.to_owned()),
        ..Header::new(Algorithm::HS256)
    }
}
