//! One browser process with an empty profile.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Connection, Page, View};
use crate::browser;

/// Quiet, without a window, and with WebGPU also on a machine whose only adapter is software.
const OPTIONS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--password-store=basic",
    "--remote-debugging-pipe",
];

const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(30);

/// A running browser; it ends, and its profile goes, when this is dropped.
pub struct Browser {
    process: Child,
    pub(super) connection: Connection,
    folder: PathBuf,
}

impl Browser {
    /// Starts a browser with an empty profile.
    ///
    /// # Panics
    /// When there is none, or it does not start.
    pub fn launch() -> Browser {
        Browser::launch_with(&[])
    }

    /// Starts a browser with an empty profile and further options.
    ///
    /// # Panics
    /// When there is none, or it does not start.
    pub fn launch_with(options: &[&str]) -> Browser {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let program =
            browser::find().expect("no Chromium or Chrome was found: run `cargo xtask browser`");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("llm-atlas-{}-{count}", std::process::id()));
        fs::create_dir_all(folder.join("downloads")).expect("the temporary folder can be written");
        // The browser reads commands from descriptor 3 and answers on 4; the shell puts our pipes there.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#])
            .arg(program)
            .args(OPTIONS)
            .args(options)
            .arg(format!(
                "--user-data-dir={}",
                folder.join("profile").display()
            ))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell can be started");
        let writer = process.stdin.take().expect("the pipe was asked for");
        let reader = process.stdout.take().expect("the pipe was asked for");
        let browser = Browser {
            process,
            connection: Connection::new(writer, reader),
            folder,
        };
        browser.call("Browser.getVersion", json!({}));
        let downloads = browser.downloads();
        browser.call(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": downloads }),
        );
        browser
    }

    /// An empty page.
    pub fn page(&self, view: View) -> Page {
        Page::open(self, view)
    }

    /// Where downloads arrive.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    /// The files that have arrived completely, by name.
    pub fn downloaded(&self) -> Vec<PathBuf> {
        // The browser reserves the name with an empty file before the content is there.
        let is_complete = |path: &Path| {
            let is_partial = path
                .extension()
                .is_some_and(|extension| extension == "crdownload");
            !is_partial && fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0)
        };
        let entries = fs::read_dir(self.downloads())
            .into_iter()
            .flatten()
            .flatten();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| is_complete(path))
            .collect();
        files.sort();
        files
    }

    /// The next file to arrive completely, in a folder that was empty.
    ///
    /// # Panics
    /// When none does.
    #[allow(clippy::disallowed_methods, reason = "native-only code")]
    pub fn wait_for_download(&self) -> PathBuf {
        let start = Instant::now();
        loop {
            if let Some(path) = self.downloaded().into_iter().next() {
                return path;
            }
            assert!(
                start.elapsed() < DOWNLOAD_TIMEOUT,
                "waited in vain for a download"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a command to the browser itself.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        self.connection
            .call("", method, parameters)
            .unwrap_or_else(|problem| panic!("{problem}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked first, so that its child processes go with it.
        drop(self.connection.call("", "Browser.close", json!({})));
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}
