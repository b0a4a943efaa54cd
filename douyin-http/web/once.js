//! What is not to be done twice because its answer was lost.

/// How to look for what may have been done all the same, by what it is.
const doubts = new Map();

/// Promises what `act()` promises. Where it is doubtful whether that was done, `look()` promises what there is of it, now and before it is
/// tried again: what is found was done. `what` is the same whenever the same is tried.
export async function once(what, act, look) {
  // The first one knows what was there before all attempts.
  const sought = doubts.get(what) ?? look;
  let done = doubts.has(what) ? await sought() : undefined;
  try {
    done ??= await act();
  } catch (error) {
    if (!error.isDoubtful) {
      throw error;
    }
    doubts.set(what, sought);
    done = await sought();
    if (!done) {
      throw error;
    }
  }
  doubts.delete(what);
  return done;
}
