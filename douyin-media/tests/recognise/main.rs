//! What is recognised as a video, what is refused, and what either may cost.

mod counting;
mod hostile;
mod movie;
mod mutation;
mod playable;
mod unplayable;
mod webm;
