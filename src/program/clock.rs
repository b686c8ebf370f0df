//! The program's clock. The engine and the trainer take it from their caller, because a browser
//! has another one.

use std::sync::LazyLock;
use std::time::Instant;

#[allow(
    clippy::disallowed_methods,
    reason = "native only: this module is the clock"
)]
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Seconds since the program first asked.
pub fn now_s() -> f64 {
    START.elapsed().as_secs_f64()
}

/// Milliseconds since the program first asked.
pub fn now_ms() -> f64 {
    now_s() * 1000.0
}
