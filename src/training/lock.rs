//! One trainer per folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::TrainingError;

/// Holds a folder against a second trainer; let go when dropped, and by the system when the
/// process ends in whatever way, so that a killed training never needs a hand.
///
/// It is a lock of the operating system on `training.lock` (`flock` on Linux and macOS). The text
/// in the file, the holder's process number, is for people only; the file stays, because removing
/// it could take the lock from a trainer that opens it at that moment.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the folder.
    ///
    /// # Errors
    /// If another trainer holds it, or the folder cannot be written.
    pub fn take(out: &Path) -> Result<Self, TrainingError> {
        let path = out.join("training.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(TrainingError::at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Without its number the sentence is still true.
                let _ = file.read_to_string(&mut holder);
                return Err(TrainingError::Locked {
                    folder: out.to_owned(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(TrainingError::at(&path)(error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "process {}", std::process::id()))
            .map_err(TrainingError::at(&path))?;
        Ok(Lock(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The system lets go with the file in any case.
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::fs;

    use super::*;

    #[test]
    fn a_folder_is_held_until_it_is_let_go() {
        let name = format!("llm-atlas-lock-{}", std::process::id());
        let out = std::env::temp_dir().join(name);
        fs::create_dir_all(&out).unwrap();
        // What a killed trainer leaves behind: a file that names it, and no lock.
        fs::write(out.join("training.lock"), "process 1").unwrap();

        let held = Lock::take(&out).unwrap();
        let refused = Lock::take(&out).unwrap_err().to_string();
        assert!(
            refused.contains(&std::process::id().to_string()),
            "{refused}"
        );
        drop(held);
        drop(Lock::take(&out).unwrap());
        fs::remove_dir_all(out).unwrap();
    }
}
