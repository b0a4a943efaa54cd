//! Writes MP4 and MOV files with anything one likes in them.

/// A box: size, type, contents.
pub(crate) fn boxed(kind: &str, body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind.as_bytes(), body].concat()
}

/// A box that says it has `size` bytes.
pub(crate) fn lying(kind: &str, size: u32, body: &[u8]) -> Vec<u8> {
    [&size.to_be_bytes()[..], kind.as_bytes(), body].concat()
}

/// A box whose size stands in 64 bits.
pub(crate) fn large(kind: &str, size: u64, body: &[u8]) -> Vec<u8> {
    [
        &1_u32.to_be_bytes()[..],
        kind.as_bytes(),
        &size.to_be_bytes(),
        body,
    ]
    .concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A small movie, every part of which can be spoiled.
#[derive(Clone)]
pub(crate) struct Movie {
    pub(crate) brand: &'static str,
    pub(crate) handler: &'static str,
    pub(crate) format: &'static str,
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// As shown, in 16.16; 0 leaves it to the coded size.
    pub(crate) shown: (u32, u32),
    pub(crate) quarter_turned: bool,
    pub(crate) time_unit: u32,
    pub(crate) duration: u32,
    pub(crate) tracks: usize,
    pub(crate) samples: u32,
    /// The number of sizes that the table says it has.
    pub(crate) declared_samples: u32,
    /// In four bits each instead of 32.
    pub(crate) compact_sizes: bool,
    /// Where the chunk lies; `None` where the media data of [`Movie::file`] is.
    pub(crate) chunk_place: Option<u32>,
    /// In 64 bits, as files of more than 4 GiB have it.
    pub(crate) wide_places: bool,
    pub(crate) data_flags: u32,
    pub(crate) fragment: Option<Fragment>,
    /// Put into `moov` behind all else.
    pub(crate) extra: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct Fragment {
    pub(crate) track: u32,
    pub(crate) samples: u32,
    pub(crate) sizes: FragmentSizes,
}

/// Where a fragment says how large its samples are: each has 60 bytes.
#[derive(Clone, Copy)]
pub(crate) enum FragmentSizes {
    Run,
    Header,
    Index,
}

impl Default for Movie {
    fn default() -> Self {
        Self {
            brand: "isom",
            handler: "vide",
            format: "avc1",
            width: 640,
            height: 360,
            shown: (640 << 16, 360 << 16),
            quarter_turned: false,
            time_unit: 1000,
            duration: 2500,
            tracks: 1,
            samples: 3,
            declared_samples: 3,
            compact_sizes: false,
            chunk_place: None,
            wide_places: false,
            data_flags: 1,
            fragment: None,
            extra: Vec::new(),
            data: vec![7; 300],
        }
    }
}

impl Movie {
    pub(crate) fn file(&self) -> Vec<u8> {
        [self.file_type(), self.index(), self.media_data()].concat()
    }

    pub(crate) fn file_type(&self) -> Vec<u8> {
        boxed(
            "ftyp",
            &[self.brand.as_bytes(), &[0, 0, 2, 0], b"isommp42"].concat(),
        )
    }

    pub(crate) fn media_data(&self) -> Vec<u8> {
        [self.fragment_index(), boxed("mdat", &self.data)].concat()
    }

    fn fragment_index(&self) -> Vec<u8> {
        let Some(Fragment {
            track,
            samples,
            sizes,
        }) = self.fragment
        else {
            return Vec::new();
        };
        let (header, run) = match sizes {
            // With a duration before it and a composition offset behind it.
            FragmentSizes::Run => {
                let entries = [1, 60, 0].repeat(samples as usize);
                let run = [&[0xB01, samples, 8][..], &entries].concat();
                (vec![0, track], run)
            }
            // With a description's number and a duration before it.
            FragmentSizes::Header => (vec![0x1A, track, 1, 1, 60], vec![0x1, samples, 8]),
            FragmentSizes::Index => (vec![0, track], vec![0, samples]),
        };
        let header = boxed("tfhd", &words(&header));
        let run = boxed("trun", &words(&run));
        boxed("moof", &boxed("traf", &[header, run].concat()))
    }

    /// The index of [`Movie::file`].
    pub(crate) fn index(&self) -> Vec<u8> {
        let before = self.file_type().len() + self.fragment_index().len() + 8;
        let place = before + self.index_of(0).len();
        self.index_of(u32::try_from(place).unwrap())
    }

    /// The index of a file whose media data is elsewhere.
    pub(crate) fn index_of(&self, data_place: u32) -> Vec<u8> {
        let place = self.chunk_place.unwrap_or(data_place);
        let mut header = vec![0, 0, 0, self.time_unit, self.duration];
        header.resize(25, 0);
        let mut parts = boxed("mvhd", &words(&header));
        for number in 1..=self.tracks {
            parts.extend(self.track(u32::try_from(number).unwrap(), place));
        }
        if let Some(Fragment { track, sizes, .. }) = self.fragment {
            let size = match sizes {
                FragmentSizes::Index => 60,
                // Overruled.
                _ => 1 << 20,
            };
            parts.extend(boxed(
                "mvex",
                &boxed("trex", &words(&[0, track, 1, 0, size, 0])),
            ));
        }
        parts.extend(&self.extra);
        boxed("moov", &parts)
    }

    fn track(&self, id: u32, place: u32) -> Vec<u8> {
        let (one, turned) = (0x1_0000, self.quarter_turned);
        let matrix = if turned {
            [0, one, 0, one, 0, 0, 0, 0, 1 << 30]
        } else {
            [one, 0, 0, 0, one, 0, 0, 0, 1 << 30]
        };
        let mut header = vec![7, 0, 0, id, 0, self.duration, 0, 0, 0, 0];
        header.extend(matrix);
        header.extend([self.shown.0, self.shown.1]);
        let header = boxed("tkhd", &words(&header));
        boxed(
            "trak",
            &[header, boxed("mdia", &self.media(place))].concat(),
        )
    }

    fn media(&self, place: u32) -> Vec<u8> {
        let header = boxed("mdhd", &words(&[0, 0, 0, self.time_unit, self.duration, 0]));
        let handler = [&[0; 8][..], self.handler.as_bytes(), &[0; 13]].concat();
        let reference = boxed("url ", &words(&[self.data_flags]));
        let references = [words(&[0, 1]), reference].concat();
        let data = boxed("dinf", &boxed("dref", &references));
        let tables = boxed("stbl", &self.sample_tables(place));
        let information = boxed("minf", &[data, tables].concat());
        [header, boxed("hdlr", &handler), information].concat()
    }

    fn sample_tables(&self, place: u32) -> Vec<u8> {
        let mut entry = vec![0; 78];
        entry[7] = 1;
        entry[24..26].copy_from_slice(&self.width.to_be_bytes());
        entry[26..28].copy_from_slice(&self.height.to_be_bytes());
        let description = [words(&[0, 1]), boxed(self.format, &entry)].concat();
        let one = |first: &[u32]| {
            let some = u32::from(self.samples > 0);
            [&[0, some][..], if some > 0 { first } else { &[] }].concat()
        };
        let sizes = if self.compact_sizes {
            let nibbles = vec![0x77; self.samples.div_ceil(2) as usize];
            boxed(
                "stz2",
                &[words(&[0, 4, self.declared_samples]), nibbles].concat(),
            )
        } else {
            let sizes = [100].repeat(self.samples as usize);
            boxed(
                "stsz",
                &[words(&[0, 0, self.declared_samples]), words(&sizes)].concat(),
            )
        };
        let places = if self.wide_places {
            boxed("co64", &words(&one(&[0, place])))
        } else {
            boxed("stco", &words(&one(&[place])))
        };
        [
            boxed("stsd", &description),
            boxed("stts", &words(&one(&[self.samples, 100]))),
            boxed("stsc", &words(&one(&[1, self.samples, 1]))),
            sizes,
            places,
        ]
        .concat()
    }
}
