//! The weights of a model folder on disk, whichever form they have.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::{
    CheckpointError, ReadAt, SafetensorsFile, ShardIndex, Shards, TensorSource, TorchFile,
};

/// A file on disk.
#[derive(Debug)]
pub struct DiskFile {
    file: File,
    len: u64,
}

impl DiskFile {
    /// Opens it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(DiskFile { file, len })
    }
}

impl ReadAt for DiskFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(into)
    }
}

/// How one file is opened.
type Open = fn(&Path) -> Result<Box<dyn TensorSource>, CheckpointError>;

/// The files that weights may be in, the first one that is there counts; beside each its index,
/// where the weights are in several.
const FORMS: [(&str, &str, Open); 2] = [
    (
        "model.safetensors",
        "model.safetensors.index.json",
        open_safetensors,
    ),
    (
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        open_torch,
    ),
];

/// The weights of a folder: `model.safetensors` or `pytorch_model.bin`, in one file or in several
/// with an index. Tensors are read when they are asked for.
///
/// # Errors
/// If there are none, or what there is is damaged; names the file.
pub fn open_folder(folder: &Path) -> Result<Box<dyn TensorSource>, CheckpointError> {
    for (single, index, open) in FORMS {
        if folder.join(single).exists() {
            return open(&folder.join(single)).map_err(|error| error.within(single));
        }
        if folder.join(index).exists() {
            let sharded = open_shards(folder, index, open);
            return sharded.map_err(|error| error.within(index));
        }
    }
    let names = FORMS.map(|(single, index, _)| format!("{single} nor {index}"));
    Err(CheckpointError::NoWeights(names.join(" nor ")))
}

fn open_shards(
    folder: &Path,
    index: &str,
    open: Open,
) -> Result<Box<dyn TensorSource>, CheckpointError> {
    let json = fs::read_to_string(folder.join(index)).map_err(unreadable("the index"))?;
    let index = ShardIndex::from_json(&json)?;
    let mut files = Vec::new();
    for file in index.files() {
        let source = open(&folder.join(&file)).map_err(|error| error.within(&file))?;
        files.push((file, source));
    }
    Ok(Box::new(Shards::new(&index, files)?))
}

fn open_safetensors(path: &Path) -> Result<Box<dyn TensorSource>, CheckpointError> {
    let file = DiskFile::open(path).map_err(unreadable("the file"))?;
    Ok(Box::new(SafetensorsFile::open(file)?))
}

fn open_torch(path: &Path) -> Result<Box<dyn TensorSource>, CheckpointError> {
    let file = DiskFile::open(path).map_err(unreadable("the file"))?;
    Ok(Box::new(TorchFile::open(file)?))
}

fn unreadable(what: &'static str) -> impl FnOnce(io::Error) -> CheckpointError {
    move |source| CheckpointError::Read {
        what: what.to_owned(),
        source,
    }
}
