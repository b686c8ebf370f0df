//! Bytes of a file, one after the other.

use std::io::{self, Read, Seek, SeekFrom};

use crate::checkpoint::ReadAt;

/// Bytes that are read from a file at once.
const BLOCK: u64 = 1 << 16;

/// Reads a file from a place on, in blocks.
pub(super) struct Bytes<'a> {
    file: &'a dyn ReadAt,
    /// Place of the next byte.
    pub at: u64,
    block: Vec<u8>,
    block_start: u64,
}

impl<'a> Bytes<'a> {
    /// From byte `at` on.
    pub fn new(file: &'a dyn ReadAt, at: u64) -> Self {
        Bytes {
            file,
            at,
            block: Vec::new(),
            block_start: 0,
        }
    }
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let is_held = |at: u64, start: u64, held: usize| at >= start && at < start + held as u64;
        if !is_held(self.at, self.block_start, self.block.len()) {
            let left = self.file.len().saturating_sub(self.at);
            self.block.resize(left.min(BLOCK) as usize, 0);
            self.block_start = self.at;
            self.file.read_at(self.at, &mut self.block)?;
        }
        let held = &self.block[((self.at - self.block_start) as usize).min(self.block.len())..];
        let count = held.len().min(into.len());
        into[..count].copy_from_slice(&held[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Bytes<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
