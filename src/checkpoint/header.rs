//! The header of a safetensors file: which tensors there are and where their bytes are.
//!
//! 8 bytes that say how long it is, little-endian; then JSON. The bytes of the tensors follow, one
//! tensor after the other without a gap.
//!
//! Source: <https://github.com/huggingface/safetensors>.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{CheckpointError, ReadAt};

/// The longest header, as in other readers of the format.
const MAX_HEADER_BYTES: u64 = 100_000_000;
/// The longest file: positions have to fit beside an index in 64 bits.
const MAX_FILE_BYTES: u64 = 1 << 40;
/// The index beside a position, in bits.
const INDEX_BITS: u32 = 24;

/// A tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Entry {
    /// Type of its numbers.
    pub dtype: String,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// First byte and the one after the last, counted from the end of the header.
    pub data_offsets: [u64; 2],
}

/// What the header says, checked against the length of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The tensors.
    pub entries: BTreeMap<String, Entry>,
    /// Text beside them.
    pub metadata: BTreeMap<String, String>,
    /// Where the tensors' bytes begin in the file.
    pub data_start: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
}

impl Header {
    /// Reads the header of a file of which only the beginning is at hand, and takes the rest for
    /// complete.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub fn of_beginning(beginning: &[u8]) -> Result<Self, CheckpointError> {
        let mut header = Header::parse(&beginning)?;
        let ends = header.entries.values().map(|entry| entry.data_offsets[1]);
        let data_bytes = ends.max().unwrap_or_default();
        check_offsets(&header.entries, data_bytes)?;
        header.file_bytes = header.data_start + data_bytes;
        Ok(header)
    }

    /// Reads and checks the header: every byte after it belongs to exactly one tensor.
    ///
    /// # Errors
    /// If it does not fit in the file or is damaged, a tensor is there twice, or the bytes of a
    /// tensor are missing, not as many as its shape asks for, or another tensor's too.
    pub fn read(file: &dyn ReadAt) -> Result<Self, CheckpointError> {
        let header = Header::parse(file)?;
        check_offsets(&header.entries, header.file_bytes - header.data_start)?;
        Ok(header)
    }

    fn parse(file: &dyn ReadAt) -> Result<Self, CheckpointError> {
        let file_bytes = file.len();
        let read = |offset: u64, into: &mut [u8]| {
            let what = "the header".to_owned();
            let failed = |source| CheckpointError::Read { what, source };
            file.read_at(offset, into).map_err(failed)
        };
        let mut length = [0; 8];
        if file_bytes >= 8 {
            read(0, &mut length)?;
        }
        let header_bytes = u64::from_le_bytes(length);
        let most = file_bytes.saturating_sub(8).min(MAX_HEADER_BYTES);
        if header_bytes == 0 || header_bytes > most || file_bytes > MAX_FILE_BYTES {
            return Err(CheckpointError::HeaderLength {
                header_bytes,
                file_bytes,
            });
        }
        let mut json = vec![0; header_bytes as usize];
        read(8, &mut json)?;
        let Fields { entries, metadata } = serde_json::from_slice(&json)?;
        let data_start = 8 + header_bytes;
        let mut header = Header {
            data_start,
            file_bytes,
            metadata,
            ..Header::default()
        };
        for (name, entry) in entries {
            if header.entries.contains_key(&name) {
                return Err(CheckpointError::Duplicate(name));
            }
            header.entries.insert(name, entry);
        }
        Ok(header)
    }

    /// How many numbers the tensors hold.
    pub fn n_numbers(&self) -> u64 {
        let shapes = self.entries.values().map(|entry| entry.shape.iter());
        let counts = shapes.map(|shape| shape.map(|length| *length as u64).product::<u64>());
        counts.sum()
    }
}

/// Bytes of one number; `None` for types we do not know.
fn number_bytes(dtype: &str) -> Option<u64> {
    match dtype {
        "F64" | "I64" | "U64" => Some(8),
        "F32" | "I32" | "U32" => Some(4),
        "F16" | "BF16" | "I16" | "U16" => Some(2),
        "I8" | "U8" | "BOOL" => Some(1),
        _ => None,
    }
}

/// Checks that the tensors share out `data_bytes` without gap and overlap.
fn check_offsets(
    entries: &BTreeMap<String, Entry>,
    data_bytes: u64,
) -> Result<(), CheckpointError> {
    let wrong = |(name, entry): (&String, &Entry), detail: String| CheckpointError::Offsets {
        name: name.clone(),
        begin: entry.data_offsets[0],
        end: entry.data_offsets[1],
        detail,
    };
    let entries: Vec<(&String, &Entry)> = entries.iter().collect();
    let mut order = Vec::with_capacity(entries.len());
    for (index, named) in (0u64..).zip(entries.iter().copied()) {
        let entry = named.1;
        let [begin, end] = entry.data_offsets;
        if begin > end {
            return Err(wrong(named, "which end before they begin".into()));
        }
        if end > data_bytes {
            let name = named.0.clone();
            return Err(CheckpointError::CutOff {
                name,
                end,
                data_bytes,
            });
        }
        let times = |bytes: u64, length: &usize| bytes.checked_mul(*length as u64);
        let size = number_bytes(&entry.dtype);
        let is_misshapen = |size| entry.shape.iter().try_fold(size, times) != Some(end - begin);
        if size.is_some_and(is_misshapen) {
            let detail = format!("which is not what {} {:?} takes", entry.dtype, entry.shape);
            return Err(wrong(named, detail));
        }
        order.push(begin << INDEX_BITS | index);
    }
    // The same sort as everywhere, so that it is compiled once.
    order.sort_unstable();
    let mut reached = 0;
    for key in order {
        let named = entries[(key & ((1 << INDEX_BITS) - 1)) as usize];
        let [begin, end] = named.1.data_offsets;
        if begin < reached && end > begin {
            return Err(wrong(named, "which are another tensor's too".into()));
        }
        if begin > reached {
            let detail = format!("and no tensor has those from {reached} on");
            return Err(wrong(named, detail));
        }
        reached = reached.max(end);
    }
    match data_bytes - reached {
        0 => Ok(()),
        extra => Err(CheckpointError::Extra { extra }),
    }
}

/// The header's JSON as it stands, names that are there twice and all.
struct Fields {
    entries: Vec<(String, Entry)>,
    metadata: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields {
                    entries: Vec::new(),
                    metadata: BTreeMap::new(),
                };
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "__metadata__" => fields.metadata = map.next_value()?,
                        _ => fields.entries.push((name, map.next_value()?)),
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}
