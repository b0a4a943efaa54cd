//! What is recognised as a video, what is refused, and what either may cost.

mod counting;
mod fragments;
mod hostile;
mod media_data;
mod movie;
mod mutation;
mod playable;
mod rewriting;
mod segments;
mod unplayable;
mod webm;
