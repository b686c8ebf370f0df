//! What is known of a tokenizer's ids, and the way it takes from one program to another.

use super::AddedToken;

/// What is known of a tokenizer's ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// The bytes that every id stands for in a text, special tokens included.
    pub bytes_by_id: Vec<Option<Box<[u8]>>>,
    /// The tokens that are not made from text.
    pub added: Vec<AddedToken>,
    /// The ids that the post-processor puts before and after a text.
    pub around: [Vec<u32>; 2],
    /// Whether a token can be a part of a character.
    pub has_bytes: bool,
}

/// The length written for an id without a token.
const NO_TOKEN: u32 = u32::MAX;

impl Vocabulary {
    /// The bytes that an id stands for, `None` for one without a token.
    pub fn bytes_of(&self, id: u32) -> Option<&[u8]> {
        self.bytes_by_id.get(id as usize)?.as_deref()
    }

    /// All of it in one piece: numbers of four bytes, the lowest first; lists and texts begin with
    /// their length.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        out.number(u32::from(self.has_bytes));
        for ids in &self.around {
            out.number(ids.len() as u32);
            ids.iter().for_each(|id| out.number(*id));
        }
        out.number(self.added.len() as u32);
        for added in &self.added {
            out.number(added.id);
            out.number(u32::from(added.special) | u32::from(added.lstrip) << 1);
            out.text(added.content.as_bytes());
        }
        out.number(self.bytes_by_id.len() as u32);
        for bytes in &self.bytes_by_id {
            match bytes {
                Some(bytes) => out.text(bytes),
                None => out.number(NO_TOKEN),
            }
        }
        out.0
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` if it is anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        let has_bytes = rest.number()? != 0;
        let mut around = [Vec::new(), Vec::new()];
        for ids in &mut around {
            for _ in 0..rest.number()? {
                ids.push(rest.number()?);
            }
        }
        let mut added = Vec::new();
        for _ in 0..rest.number()? {
            let (id, flags) = (rest.number()?, rest.number()?);
            let length = rest.number()?;
            added.push(AddedToken {
                id,
                content: String::from_utf8(rest.take(length)?.to_vec()).ok()?,
                special: flags & 1 != 0,
                lstrip: flags & 2 != 0,
            });
        }
        let mut bytes_by_id = Vec::new();
        for _ in 0..rest.number()? {
            bytes_by_id.push(match rest.number()? {
                NO_TOKEN => None,
                length => Some(Box::from(rest.take(length)?)),
            });
        }
        rest.0.is_empty().then_some(Vocabulary {
            bytes_by_id,
            added,
            around,
            has_bytes,
        })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    fn take(&mut self, length: u32) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length as usize)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_damage_is_seen() {
        let added = AddedToken {
            id: 2,
            content: "[공]".to_owned(),
            special: true,
            lstrip: false,
        };
        let vocabulary = Vocabulary {
            bytes_by_id: vec![Some(Box::from(&b"a"[..])), None, Some(Box::from(&b""[..]))],
            added: vec![added],
            around: [vec![2], vec![]],
            has_bytes: true,
        };
        let bytes = vocabulary.to_bytes();
        assert_eq!(Vocabulary::from_bytes(&bytes), Some(vocabulary));
        for length in 0..bytes.len() {
            assert_eq!(Vocabulary::from_bytes(&bytes[..length]), None);
        }
        assert_eq!(Vocabulary::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }
}
