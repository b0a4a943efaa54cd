use std::io::{Read, Seek, Write};
use std::ops::Range;

use crate::probe::boxes::{Part, Parts};
use crate::probe::input::Input;
use crate::probe::{NotAVideo, Result, tolerate};

/// A `uuid` box with this type holds a manifest of content credentials (C2PA), which is about exactly these bytes.
const CREDENTIALS: [u8; 16] = *b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81";

/// How a file becomes one with its index first.
#[derive(Debug)]
pub(super) struct Plan {
    /// Where the index goes: the end of `ftyp`.
    to: u64,
    index: Part,
    file_len: u64,
    /// What changes in the index, in the order in which it stands there.
    edits: Vec<Edit>,
    /// Whether all places of chunks get 64 bits.
    widens: bool,
}

/// A change in the index.
#[derive(Debug)]
enum Edit {
    /// The header of a box that holds tables: its size may change.
    Header(Part),
    Places(Table),
}

/// The places of a track's chunks (`stco`, `co64`; ISO/IEC 14496-12, 8.7.5).
#[derive(Debug)]
struct Table {
    part: Part,
    count: u32,
    is_wide: bool,
}

impl Plan {
    /// `None` where the file is to stay as it is. No place may be larger than `widest` without getting 64 bits.
    ///
    /// # Errors
    /// Where the file contradicts its format, and so is to stay as it is, too.
    pub(super) fn of<R: Read + Seek>(input: &mut Input<R>, widest: u32) -> Result<Option<Self>> {
        let (mut to, mut has_media, mut index) = (None, false, None);
        let mut parts = Parts::of_file(input.len());
        while let Some(part) = parts.next(input)? {
            match &part.kind {
                b"ftyp" if part.start == 0 => to = Some(part.body.end),
                b"mdat" => has_media |= part.len() > 0,
                b"moov" if has_media && index.is_none() => index = Some(part),
                // An index that comes first, or a second one; fragments, and lists of where they are (8.8, 8.16).
                b"moov" | b"moof" | b"mfra" | b"sidx" | b"ssix" => return Ok(None),
                b"meta" if names_places(input, &part)? => return Ok(None),
                b"uuid" if part.len() >= 16 && input.read(part.at(0))? == CREDENTIALS => {
                    return Ok(None);
                }
                _ => {}
            }
        }
        let (Some(to), Some(index)) = (to, index) else {
            return Ok(None);
        };
        let mut plan = Self {
            to,
            index,
            file_len: input.len(),
            edits: Vec::new(),
            widens: false,
        };
        if !plan.find_edits(input, &plan.index.clone())? {
            return Ok(None);
        }
        // No place is behind the end. Widening some tables only would save four bytes per chunk of files of this size.
        plan.widens = plan.file_len > widest.into();
        plan.is_sound(input).map(|sound| sound.then_some(plan))
    }

    /// Adds the changes in a box of the index, itself included; `false` where something in it names places that are not followed.
    fn find_edits<R: Read + Seek>(&mut self, input: &mut Input<R>, holder: &Part) -> Result<bool> {
        self.edits.push(Edit::Header(holder.clone()));
        let mut parts = Parts::within(holder.body.clone());
        while let Some(part) = parts.next(input)? {
            let followed = match (&holder.kind, &part.kind) {
                // `moov` and these hold one another in this order, and nothing else does (6.2.3).
                (b"moov", b"trak")
                | (b"trak", b"mdia")
                | (b"mdia", b"minf")
                | (b"minf", b"stbl") => self.find_edits(input, &part)?,
                (b"stbl", b"stco" | b"co64") => {
                    self.edits.push(Edit::Places(Table::read(input, part)?));
                    true
                }
                // An index of fragments, a compressed one, and places of what belongs to samples (8.7.9).
                (b"moov", b"mvex" | b"cmov") | (b"stbl", b"saio") => false,
                (_, b"meta") => !names_places(input, &part)?,
                (b"moov" | b"trak", b"udta") => !user_data_names_places(input, &part)?,
                _ => true,
            };
            if !followed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether all places are in what moves as a whole, and the index is not too large for its header.
    fn is_sound<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<bool> {
        let mut sound =
            self.index.body.start - self.index.start > 8 || self.index_len() <= u32::MAX.into();
        for table in self.tables() {
            table.visit(input, |place| sound &= self.moved(place).is_some())?;
        }
        Ok(sound)
    }

    /// Where a byte goes; `None` for those of `ftyp` and of the index, which are no media.
    fn moved(&self, place: u64) -> Option<u64> {
        let Range { start, end } = self.index.whole();
        if (self.to..=start).contains(&place) {
            Some(place + self.index_len())
        } else if (end..=self.file_len).contains(&place) {
            Some(place - (end - start) + self.index_len())
        } else {
            None
        }
    }

    fn index_len(&self) -> u64 {
        self.len_of(&self.index)
    }

    /// How long a box of the index becomes.
    fn len_of(&self, part: &Part) -> u64 {
        let whole = part.whole();
        let within = self
            .tables()
            .filter(|table| whole.contains(&table.part.start));
        let growth: u64 = within.map(|table| self.growth_of(table)).sum();
        whole.end - whole.start + growth
    }

    fn growth_of(&self, table: &Table) -> u64 {
        if self.widens && !table.is_wide {
            u64::from(table.count) * 4
        } else {
            0
        }
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        self.edits.iter().filter_map(|edit| match edit {
            Edit::Places(table) => Some(table),
            Edit::Header(_) => None,
        })
    }

    /// Writes the file anew.
    pub(super) fn write<R: Read + Seek, W: Write>(
        &self,
        input: &mut Input<R>,
        target: &mut W,
    ) -> Result<()> {
        let index = self.index.whole();
        input.copy(0..self.to, target)?;
        let mut at = index.start;
        for edit in &self.edits {
            let edited = match edit {
                Edit::Header(part) => part.start..part.body.start,
                Edit::Places(table) => table.part.whole(),
            };
            input.copy(at..edited.start, target)?;
            match edit {
                Edit::Header(part) => write_header(part, part.kind, self.len_of(part), target)?,
                Edit::Places(table) => self.write_table(table, input, target)?,
            }
            at = edited.end;
        }
        input.copy(at..index.end, target)?;
        input.copy(self.to..index.start, target)?;
        input.copy(index.end..self.file_len, target)
    }

    fn write_table<R: Read + Seek, W: Write>(
        &self,
        table: &Table,
        input: &mut Input<R>,
        target: &mut W,
    ) -> Result<()> {
        let (kind, wide) = if self.widens {
            (*b"co64", true)
        } else {
            (table.part.kind, table.is_wide)
        };
        let Range { start, end } = table.part.whole();
        write_header(
            &table.part,
            kind,
            end - start + self.growth_of(table),
            target,
        )?;
        let entries = table.entries();
        input.copy(table.part.body.start..entries.start, target)?;
        let mut block = Vec::new();
        let mut written = Ok(());
        table.visit(input, |place| {
            // Looked at before: there is none that does not move.
            let place = self.moved(place).unwrap_or(place);
            let bytes = place.to_be_bytes();
            block.extend(if wide { &bytes[..] } else { &bytes[4..] });
            if block.len() >= 16 << 10 && written.is_ok() {
                written = target.write_all(&block);
                block.clear();
            }
        })?;
        written?;
        target.write_all(&block)?;
        input.copy(entries.end..end, target)
    }
}

impl Table {
    fn read<R: Read + Seek>(input: &mut Input<R>, part: Part) -> Result<Self> {
        part.at_least(8)?;
        let table = Self {
            count: input.u32(part.at(4))?,
            is_wide: &part.kind == b"co64",
            part,
        };
        table
            .part
            .at_least(8 + u64::from(table.count) * table.width())?;
        Ok(table)
    }

    const fn width(&self) -> u64 {
        if self.is_wide { 8 } else { 4 }
    }

    fn entries(&self) -> Range<u64> {
        let start = self.part.at(8);
        start..start + u64::from(self.count) * self.width()
    }

    fn visit<R: Read + Seek>(
        &self,
        input: &mut Input<R>,
        mut visit: impl FnMut(u64),
    ) -> Result<()> {
        let width = if self.is_wide { 8 } else { 4 };
        input.read_entries(self.entries().start, self.count.into(), width, |place| {
            visit(
                place
                    .iter()
                    .fold(0, |place, byte| place << 8 | u64::from(*byte)),
            );
        })
    }
}

/// Whether a `meta` box says where in the file things are (`iloc`; 8.11.3). It is a full box, but for QuickTime's.
fn names_places<R: Read + Seek>(input: &mut Input<R>, meta: &Part) -> Result<bool> {
    if meta.len() < 8 {
        return Ok(false);
    }
    let is_plain = &input.read(meta.at(4))? == b"hdlr";
    let mut parts = Parts::within(meta.at(if is_plain { 0 } else { 4 })..meta.body.end);
    while let Some(part) = parts.next(input)? {
        if &part.kind == b"iloc" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a `meta` box of user data (8.10.1) does. From what is no box on, there is none.
fn user_data_names_places<R: Read + Seek>(input: &mut Input<R>, data: &Part) -> Result<bool> {
    let mut parts = Parts::within(data.body.clone());
    while let Some(part) = parts.next(input).or_else(tolerate)? {
        if &part.kind == b"meta" && names_places(input, &part)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A header as long as the one that the box has.
fn write_header<W: Write>(part: &Part, kind: [u8; 4], len: u64, target: &mut W) -> Result<()> {
    if part.body.start - part.start > 8 {
        target.write_all(&1_u32.to_be_bytes())?;
        target.write_all(&kind)?;
        target.write_all(&len.to_be_bytes())?;
    } else {
        let len = u32::try_from(len).map_err(|_| NotAVideo::Excessive("index"))?;
        target.write_all(&len.to_be_bytes())?;
        target.write_all(&kind)?;
    }
    Ok(())
}
