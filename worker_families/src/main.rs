//! The engine in a web worker, on the processor, for every kind of model.

#![allow(unsafe_code, reason = "the linker's constructors, once: see main")]

use llm_atlas::engine::worker;
use llm_atlas::protocol::BackendKind;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

fn main() {
    // SAFETY: called once, before anything else. Without a reference to it the linker wraps every
    // exported function in a call of all constructors, and each costs about a second with wgpu.
    unsafe { __wasm_call_ctors() };
    worker::start(BackendKind::Cpu);
}
