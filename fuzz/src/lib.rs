//! What the targets share: memory as scarce as on a small device, and parts of an input.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that the code under test may hold at once; inputs have less than a thousandth of them.
const MOST_BYTES: usize = 256 << 20;

static HELD: AtomicUsize = AtomicUsize::new(0);

/// Says no as a small device would: what asks for too much without expecting a no ends the program,
/// and the fuzzer reports it.
pub struct Scarce;

/// Counts bytes as held; false if they would be too many.
fn take(n_bytes: usize) -> bool {
    let held = HELD.fetch_add(n_bytes, Ordering::Relaxed);
    let fits = n_bytes <= MOST_BYTES && held + n_bytes <= MOST_BYTES;
    if !fits {
        HELD.fetch_sub(n_bytes, Ordering::Relaxed);
    }
    fits
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Scarce {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match take(layout.size()) {
            true => unsafe { System.alloc(layout) },
            false => std::ptr::null_mut(),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match take(layout.size()) {
            true => unsafe { System.alloc_zeroed(layout) },
            false => std::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !take(new_size) {
            return std::ptr::null_mut();
        }
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// The texts of an input of several, one byte of zero between two; none behind the first that is no
/// text.
pub fn texts(data: &[u8]) -> impl Iterator<Item = &str> {
    let parts = data.split(|byte| *byte == 0);
    parts.map_while(|part| std::str::from_utf8(part).ok())
}
