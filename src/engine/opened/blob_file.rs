//! A file of the browser, read in parts.

use std::fmt;
use std::io;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

use crate::checkpoint::ReadAt;
use crate::engine::fetch::message;

/// Called with the number of bytes that were read.
pub type Told = Rc<dyn Fn(u64)>;

/// A file that a person chose, or one that was fetched: the browser holds it, on disk where it can.
/// Only in a worker may it be read without waiting.
pub struct BlobFile {
    blob: Blob,
    reader: FileReaderSync,
    told: Told,
}

impl fmt::Debug for BlobFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a file of {} bytes", self.blob.size())
    }
}

impl BlobFile {
    /// Makes a file readable; `told` hears of every part that is read.
    ///
    /// # Errors
    /// What the browser says.
    pub fn new(blob: Blob, told: Told) -> io::Result<Self> {
        let reader = FileReaderSync::new().map_err(|error| refused(&error))?;
        Ok(BlobFile { blob, reader, told })
    }

    /// The whole file.
    ///
    /// # Errors
    /// What the browser says.
    pub fn whole(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.blob.size() as usize];
        self.read_at(0, &mut bytes)?;
        Ok(bytes)
    }
}

impl ReadAt for BlobFile {
    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let (begin, end) = (offset as f64, (offset + into.len() as u64) as f64);
        let part = self.blob.slice_with_f64_and_f64(begin, end);
        let buffer = part.and_then(|part| self.reader.read_as_array_buffer(&part));
        let buffer = buffer.map_err(|error| refused(&error))?;
        let bytes = Uint8Array::new(buffer.as_ref());
        if bytes.length() as usize != into.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.copy_to(into);
        (self.told)(into.len() as u64);
        Ok(())
    }
}

fn refused(error: &JsValue) -> io::Error {
    io::Error::other(message(error))
}
