//! The device a worker or the program computes on.

use burn::tensor::Device;

use crate::protocol::{BackendInfo, BackendKind, EngineError};

/// A started device and what is known of it.
#[derive(Debug)]
pub struct EngineDevice {
    /// For burn.
    pub device: Device,
    /// For a person.
    pub info: BackendInfo,
    /// The graphics device itself, so that its loss can be noticed and provoked.
    #[cfg(feature = "gpu")]
    pub gpu: Option<burn_wgpu::WgpuSetup>,
}

/// Starts the device of this backend.
///
/// # Errors
/// [`EngineError::NoAdapter`] if WebGPU is asked for and there is no adapter, or if this build
/// does not contain the backend.
pub async fn start_device(kind: BackendKind) -> Result<EngineDevice, EngineError> {
    match kind {
        BackendKind::Cpu => start_cpu(),
        BackendKind::WebGpu => start_gpu().await,
    }
}

#[cfg(feature = "cpu")]
fn start_cpu() -> Result<EngineDevice, EngineError> {
    let info = BackendInfo {
        kind: BackendKind::Cpu,
        adapter: String::new(),
        is_software: false,
    };
    Ok(EngineDevice {
        device: Device::flex(),
        info,
        #[cfg(feature = "gpu")]
        gpu: None,
    })
}

#[cfg(not(feature = "cpu"))]
fn start_cpu() -> Result<EngineDevice, EngineError> {
    Err(EngineError::NoAdapter {
        detail: "this build has no processor backend".into(),
    })
}

#[cfg(feature = "gpu")]
async fn start_gpu() -> Result<EngineDevice, EngineError> {
    use burn::tensor::wgpu::wgpu::DeviceType;

    let no_adapter = |error: &dyn std::fmt::Display| EngineError::NoAdapter {
        detail: error.to_string(),
    };
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| no_adapter(&error))?;
    let adapter = setup.adapter.get_info();
    let name = adapter.name.to_ascii_lowercase();
    let is_software = adapter.device_type == DeviceType::Cpu
        || ["swiftshader", "llvmpipe", "basic render", "software"]
            .iter()
            .any(|word| name.contains(word));
    let info = BackendInfo {
        kind: BackendKind::WebGpu,
        adapter: adapter.name,
        is_software,
    };
    Ok(EngineDevice {
        device,
        info,
        gpu: Some(setup),
    })
}

#[cfg(not(feature = "gpu"))]
async fn start_gpu() -> Result<EngineDevice, EngineError> {
    Err(EngineError::NoAdapter {
        detail: "this build has no GPU backend: build it with `--features gpu`".into(),
    })
}
