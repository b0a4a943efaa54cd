//! What has changed, for every part of the page that shows it.
//!
//! | what | detail |
//! |---|---|
//! | `session` | none: somebody signed in or out |
//! | `profile` | the user as edited |
//! | `follow` | `{ user, on }`: the caller follows a user, or not |
//! | `like` | `{ video, on, count }`: the caller likes a video, or not, and how many do |
//! | `comments` | `{ video, count }`: how many comments a video has |
//! | `published` | none: the caller published a video |
//! | `deleted` | the id of a video that is gone |
//! | `again` | the path of the view that is shown and asked for anew |
//! | `upload` | none: the draft of a video, or how it is sent |
//! | `sound` | none: videos are heard, or silent |
//! | `view` | the path of the view that is shown now |

const changes = new EventTarget();

export function tell(what, detail) {
  changes.dispatchEvent(new CustomEvent(what, { detail }));
}

/// Calls back with the detail of each such change, until `signal` is aborted.
export function hear(what, signal, callback) {
  changes.addEventListener(what, ({ detail }) => callback(detail), { signal });
}
