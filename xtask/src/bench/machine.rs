//! What it was measured on.

use std::{fs, process::Command};

use serde_json::json;

use crate::driver::Browser;

/// One line: processor, number of cores, system, browser, and what else was running.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let browser = Browser::launch().call("Browser.getVersion", json!({}));
    let product = browser["product"].as_str().unwrap_or("?").to_string();
    format!(
        "Machine: {}, {cores} cores, {} {}; {product}; other load: {}.",
        processor(),
        std::env::consts::OS,
        std::env::consts::ARCH,
        load()
    )
}

fn processor() -> String {
    let from_linux = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_string())
    });
    from_linux
        .or_else(|| output_of("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(|| "unknown processor".into())
}

/// The load averages, ours included, and the busiest other programs.
fn load() -> String {
    let averages = output_of("uptime", &[])
        .and_then(|line| Some(line.split_once("load average")?.1.to_string()))
        .map_or_else(String::new, |rest| {
            rest.trim_start_matches(['s', ':', ' ']).to_string()
        });
    let programs = output_of("ps", &["-Ao", "pcpu=,comm="]).unwrap_or_default();
    let busy: Vec<String> = programs
        .lines()
        .filter_map(|line| {
            let (percent, name) = line.trim().split_once(' ')?;
            let percent: f64 = percent.parse().ok()?;
            let is_ours = ["chrom", "xtask", "cargo", "ps"]
                .iter()
                .any(|own| name.contains(own));
            (percent >= 20.0 && !is_ours).then(|| format!("{} {percent:.0}%", name.trim()))
        })
        .collect();
    let busy = if busy.is_empty() {
        "no busy program".to_string()
    } else {
        busy.join(", ")
    };
    format!("{busy} (load averages {averages}, this included)")
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && !text.is_empty()).then_some(text)
}
