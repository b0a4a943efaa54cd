//! Any bytes: putting the index first ends, without a panic, and makes what is promised. The promise is the one that the tests check.

#![no_main]

#[path = "../../tests/recognise/rewriting.rs"]
#[expect(dead_code, reason = "the other target cuts into segments")]
mod rewriting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _first_or_as_it_is = rewriting::put_index_first(bytes);
});
