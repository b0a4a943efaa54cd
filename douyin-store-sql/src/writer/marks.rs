use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use douyin_core::{Change, Entity, Mark, Timestamp};

use super::Work;
use super::operation::id_pairs;
use crate::engine::{Columns, Engine, Numbers, Statement, Write};
use crate::error::Error;
use crate::statements::MarkStatements;

/// A like (user, video) or a follow (follower, followee) to set or to take back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marking {
    /// Who marks what.
    pub(crate) pair: Pair,
    /// Set, or taken back.
    pub(crate) mark: Mark,
    /// When.
    pub(crate) at: Timestamp,
}

pub(crate) type Pair = (i64, i64);

/// The results of a batch of marks.
pub(super) struct Marked {
    /// The result of each, in the order in which they came.
    pub(super) changes: Vec<Result<Change, Error>>,
    /// The pairs that are now marked and were not (1), or the other way round (-1).
    pub(super) moved: Vec<(Pair, i64)>,
}

/// All marks of one pair, in the order in which they came.
#[derive(Default)]
struct OfPair {
    /// Their places in the batch.
    places: Vec<usize>,
    /// Whether one of them takes the mark back.
    clears: bool,
    /// If the last of them sets the mark: the instant of the mark that then stands.
    sets: Option<Timestamp>,
}

impl OfPair {
    fn push(&mut self, place: usize, marking: &Marking) {
        self.places.push(place);
        match marking.mark {
            Mark::On => self.sets = self.sets.or(Some(marking.at)),
            Mark::Off => (self.clears, self.sets) = (true, None),
        }
    }
}

/// Performs marks as if one after the other, by at most three statements for any number of them.
///
/// Nothing is read before it is written, unless writes answer nothing. First every pair that some mark takes back is cleared, then
/// every pair whose last mark sets it is set: what the two statements answer tells how each pair stood before, and from there
/// each mark's own result follows. Only a pair that neither answered (a like that repeats, an unlike of nothing) leaves open whether its ends
/// exist, and is looked up. On engines that lock rows the locks have told that already.
pub(super) async fn perform<E: Engine>(
    work: &mut Work<'_, E>,
    statements: &MarkStatements,
    ends: (Entity, Entity),
    markings: &[Marking],
) -> Result<Marked, Error> {
    // Ordered, so that neighbours share pages.
    let mut pairs: BTreeMap<Pair, OfPair> = BTreeMap::new();
    for (place, marking) in markings.iter().enumerate() {
        pairs.entry(marking.pair).or_default().push(place, marking);
    }

    let mut missing: HashMap<Pair, Entity> = HashMap::new();
    if let Some(locked) = &work.locked {
        let of_pair = |pair: &Pair| Some((*pair, locked.missing_end(ends, *pair)?));
        missing.extend(pairs.keys().filter_map(of_pair));
    }
    let exists = |(pair, _): &(&Pair, &OfPair)| !missing.contains_key(*pair);

    let to_clear = pairs
        .iter()
        .filter(exists)
        .filter(|(_, marks)| marks.clears)
        .map(|(pair, _)| [pair.0, pair.1])
        .collect();
    let to_set = pairs
        .iter()
        .filter(exists)
        .filter_map(|(pair, marks)| Some([pair.0, pair.1, marks.sets?.as_millis()]))
        .collect();
    let (cleared, set) = match &statements.clear {
        Write::Returning(_) => write(work, statements, to_clear, to_set).await?,
        Write::Asking { ask, .. } => ask_and_write(work, statements, ask, to_clear, to_set).await?,
    };

    if let Some(exist) = &statements.exist {
        let open = pairs
            .keys()
            .filter(|pair| !cleared.contains(pair) && !set.contains(pair))
            .map(|pair| [pair.0, pair.1]);
        missing = missing_ends(work, exist, ends, &Numbers::new(open)).await?;
    }

    let mut marked = Marked {
        changes: vec![Ok(Change::Unchanged); markings.len()],
        moved: Vec::new(),
    };
    for (pair, marks) in pairs {
        if let Some(end) = missing.get(&pair) {
            for place in marks.places {
                marked.changes[place] = Err(Error::Missing(*end));
            }
            continue;
        }
        // A pair that was to be cleared was marked before if that hit it; one that was only to be set, if that did not.
        let before = if marks.clears {
            cleared.contains(&pair)
        } else {
            !set.contains(&pair)
        };
        let mut now = before;
        for place in marks.places {
            let wanted = markings[place].mark == Mark::On;
            if wanted != now {
                marked.changes[place] = Ok(Change::Applied);
            }
            now = wanted;
        }
        if now != before {
            marked.moved.push((pair, if now { 1 } else { -1 }));
        }
    }
    Ok(marked)
}

/// Clears pairs, then sets pairs with their instants. Answers the pairs that it cleared, and those that it set.
async fn write<E: Engine>(
    work: &mut Work<'_, E>,
    statements: &MarkStatements,
    to_clear: Vec<[i64; 2]>,
    to_set: Vec<[i64; 3]>,
) -> Result<(HashSet<Pair>, HashSet<Pair>), Error> {
    let (mut cleared, mut set) = (HashSet::new(), HashSet::new());
    if !to_clear.is_empty() {
        let pairs = Numbers::new(to_clear);
        cleared = id_pairs::<E, _>(&work.write(&statements.clear, &[(&pairs).into()]).await?)?;
    }
    if !to_set.is_empty() {
        let pairs = Numbers::new(to_set);
        set = id_pairs::<E, _>(&work.write(&statements.set, &[(&pairs).into()]).await?)?;
    }
    Ok((cleared, set))
}

/// The same where writes answer nothing: which pairs are marked is asked once for both, and only what changes is written.
async fn ask_and_write<E: Engine>(
    work: &mut Work<'_, E>,
    statements: &MarkStatements,
    which_are_marked: &Statement,
    mut to_clear: Vec<[i64; 2]>,
    mut to_set: Vec<[i64; 3]>,
) -> Result<(HashSet<Pair>, HashSet<Pair>), Error> {
    let pairs = to_set.iter().map(|[one, other, _]| [*one, *other]);
    let pairs: BTreeSet<[i64; 2]> = pairs.chain(to_clear.iter().copied()).collect();
    if pairs.is_empty() {
        return Ok((HashSet::new(), HashSet::new()));
    }
    let pairs = Numbers::new(pairs);
    let marked: HashSet<Pair> =
        id_pairs::<E, _>(&work.run(which_are_marked, &[(&pairs).into()]).await?)?;

    to_clear.retain(|[one, other]| marked.contains(&(*one, *other)));
    let cleared: HashSet<Pair> = to_clear.iter().copied().map(Into::into).collect();
    to_set.retain(|[one, other, _]| {
        let pair = (*one, *other);
        !marked.contains(&pair) || cleared.contains(&pair)
    });
    let set = to_set
        .iter()
        .map(|[one, other, _]| (*one, *other))
        .collect();
    if !to_clear.is_empty() {
        let pairs = Numbers::new(to_clear);
        work.write_only(&statements.clear, &[(&pairs).into()])
            .await?;
    }
    if !to_set.is_empty() {
        let pairs = Numbers::new(to_set);
        work.write_only(&statements.set, &[(&pairs).into()]).await?;
    }
    Ok((cleared, set))
}

/// The pairs of which an end does not exist, and which.
async fn missing_ends<E: Engine>(
    work: &mut Work<'_, E>,
    statement: &Statement,
    ends: (Entity, Entity),
    pairs: &Numbers,
) -> Result<HashMap<Pair, Entity>, Error> {
    let mut missing = HashMap::new();
    if pairs.is_empty() {
        return Ok(missing);
    }
    for row in work.run(statement, &[pairs.into()]).await? {
        let mut columns = Columns::of(&row);
        let pair = (columns.integer()?, columns.integer()?);
        match (columns.flag()?, columns.flag()?) {
            (true, true) => {}
            (false, _) => drop(missing.insert(pair, ends.0)),
            (true, false) => drop(missing.insert(pair, ends.1)),
        }
    }
    Ok(missing)
}
