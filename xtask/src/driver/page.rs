//! A page: where it goes, what is asked of it, what went wrong in it.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{Browser, Connection};

/// How long a page may take to reach a state that is waited for; slow machines included.
/// Long, because two browsers that draw and compute in software may share two busy cores.
const WAIT_TIMEOUT: Duration = Duration::from_secs(120);
const WAIT_STEP: Duration = Duration::from_millis(20);

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// With touch and a phone's viewport.
    pub is_mobile: bool,
    /// The system asks for dark.
    pub is_dark: bool,
    /// The system asks for little motion.
    pub is_motion_reduced: bool,
}

impl View {
    /// A laptop or a projector, light.
    pub const DESKTOP: View = View {
        width: 1440,
        height: 900,
        is_mobile: false,
        is_dark: false,
        is_motion_reduced: false,
    };
    /// A phone, light.
    pub const PHONE: View = View {
        width: 390,
        height: 844,
        is_mobile: true,
        ..View::DESKTOP
    };

    /// The same in dark.
    pub const fn dark(self) -> View {
        View {
            is_dark: true,
            ..self
        }
    }

    /// The same with little motion.
    pub const fn motion_reduced(self) -> View {
        View {
            is_motion_reduced: true,
            ..self
        }
    }
}

/// An open page.
pub struct Page {
    connection: Connection,
    session: String,
    target: String,
    /// Events before this one belong to an earlier page of the same browser.
    first_event: usize,
}

impl Page {
    pub(super) fn open(browser: &Browser, view: View) -> Page {
        let first_event = browser.connection.with_events(<[Value]>::len);
        let target =
            text(&browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"]);
        let attached = browser.call(
            "Target.attachToTarget",
            json!({ "targetId": target, "flatten": true }),
        );
        let page = Page {
            connection: browser.connection.clone(),
            session: text(&attached["sessionId"]),
            target,
            first_event,
        };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        let workers_too =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true });
        page.call("Target.setAutoAttach", workers_too);
        page.call(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        );
        page.set_view(view);
        page
    }

    /// Changes how the page is looked at.
    pub fn set_view(&self, view: View) {
        let View {
            width,
            height,
            is_mobile,
            is_dark,
            is_motion_reduced,
        } = view;
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_mobile }),
        );
        self.call(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": is_mobile }),
        );
        let color_scheme = if is_dark { "dark" } else { "light" };
        let motion = if is_motion_reduced {
            "reduce"
        } else {
            "no-preference"
        };
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": [
                { "name": "prefers-color-scheme", "value": color_scheme },
                { "name": "prefers-reduced-motion", "value": motion },
            ] }),
        );
    }

    /// Goes to an address and waits until its first trace is drawn.
    pub fn open_ready(&self, url: &str) {
        self.goto(url);
        self.wait_ready();
    }

    /// Goes to an address.
    pub fn goto(&self, url: &str) {
        let answer = self.call("Page.navigate", json!({ "url": url }));
        assert!(
            answer["errorText"].is_null(),
            "{url}: {}",
            answer["errorText"]
        );
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.eval("window.isBeforeReload = true");
        self.call("Page.reload", json!({}));
        self.wait_for(
            "the reload",
            "!window.isBeforeReload && document.readyState === 'complete'",
        );
    }

    /// Waits until the page says that the first trace is drawn.
    pub fn wait_ready(&self) {
        self.wait_for(
            "the first trace",
            "document.body && document.body.dataset.ready === 'true'",
        );
    }

    /// Waits until a JavaScript condition (or what it promises) holds, and returns the time it took.
    ///
    /// # Panics
    /// When it does not hold in time; says what the page showed and what went wrong in it.
    #[allow(clippy::disallowed_methods, reason = "native-only code")]
    pub fn wait_for(&self, what: &str, condition: &str) -> Duration {
        let start = Instant::now();
        // While a page is being replaced it cannot be asked.
        let holds = || {
            self.try_eval(&format!("(async () => Boolean(await ({condition})))()"))
                .is_ok_and(|value| value == true)
        };
        while !holds() {
            if start.elapsed() > WAIT_TIMEOUT {
                let shown = self.try_eval("document.body.innerText").unwrap_or_default();
                panic!(
                    "waited in vain for {what}; the page shows {shown}; problems: {:#?}",
                    self.problems()
                );
            }
            std::thread::sleep(WAIT_STEP);
        }
        start.elapsed()
    }

    /// The value of a JavaScript expression, awaited if it is a promise.
    ///
    /// # Panics
    /// When it throws.
    pub fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression)
            .unwrap_or_else(|problem| panic!("{expression}: {problem}"))
    }

    /// The value of a JavaScript expression, awaited if it is a promise.
    ///
    /// # Errors
    /// What it throws, or why it could not be evaluated.
    pub fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let parameters =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self
            .connection
            .call(&self.session, "Runtime.evaluate", parameters)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(exception(details)),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// The text of the first element a CSS selector finds.
    pub fn text(&self, selector: &str) -> String {
        text(&self.eval(&format!(
            "document.querySelector({}).textContent",
            json!(selector)
        )))
    }

    /// Sends a command about this page.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        self.connection
            .call(&self.session, method, parameters)
            .unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Writes what is in sight to a PNG file.
    pub fn screenshot(&self, path: &Path) {
        let image = text(&self.call("Page.captureScreenshot", json!({ "format": "png" }))["data"]);
        let bytes = BASE64_STANDARD
            .decode(image)
            .expect("the browser encodes images in base64");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("the folder of the picture can be written");
        }
        fs::write(path, bytes).expect("the picture can be written");
    }

    /// Makes the processor appear slower by a factor.
    pub fn slow_processor(&self, factor: f64) {
        self.call("Emulation.setCPUThrottlingRate", json!({ "rate": factor }));
    }

    /// Cuts the page off the network, or connects it again. Service workers have their own connection.
    pub fn set_offline(&self, is_offline: bool) {
        let rates = json!({ "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", rates);
    }

    /// Every error so far in the page and its workers: console errors, exceptions, failed requests.
    pub fn problems(&self) -> Vec<String> {
        self.connection.with_events(|events| {
            events[self.first_event..]
                .iter()
                .filter_map(problem)
                .collect()
        })
    }

    /// The addresses fetched so far by the page and its workers that do not begin with `site`.
    pub fn requests_outside(&self, site: &str) -> Vec<String> {
        let is_outside = |url: &String| {
            !["data:", "blob:", "about:", site]
                .iter()
                .any(|own| url.starts_with(own))
        };
        self.requests().into_iter().filter(is_outside).collect()
    }

    /// The addresses fetched so far by the page and its workers.
    pub fn requests(&self) -> Vec<String> {
        self.params_of("Network.requestWillBeSent")
            .iter()
            .map(|event| text(&event["request"]["url"]))
            .collect()
    }

    /// Bytes received so far, headers included, as they came over the network.
    pub fn received_bytes(&self) -> f64 {
        self.params_of("Network.loadingFinished")
            .iter()
            .filter_map(|event| event["encodedDataLength"].as_f64())
            .sum()
    }

    fn params_of(&self, method: &str) -> Vec<Value> {
        self.connection.with_events(|events| {
            let events = events[self.first_event..].iter();
            events
                .filter(|event| event["method"] == method)
                .map(|event| event["params"].clone())
                .collect()
        })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        drop(
            self.connection
                .call("", "Target.closeTarget", json!({ "targetId": self.target })),
        );
    }
}

/// What an event says went wrong.
fn problem(event: &Value) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(exception(&params["exceptionDetails"])),
        "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
            let words = params["args"].as_array()?.iter();
            let words = words.map(|word| {
                word.get("value")
                    .or(word.get("description"))
                    .map(text)
                    .unwrap_or_default()
            });
            Some(format!("console: {}", words.collect::<Vec<_>>().join(" ")))
        }
        "Log.entryAdded" if params["entry"]["level"] == "error" => Some(format!(
            "{} {}",
            text(&params["entry"]["text"]),
            text(&params["entry"]["url"])
        )),
        "Network.loadingFailed" if params["canceled"] != true => {
            Some(format!("request: {}", text(&params["errorText"])))
        }
        "Inspector.targetCrashed" => Some("the page crashed".to_string()),
        _ => None,
    }
}

fn exception(details: &Value) -> String {
    let description = details["exception"]
        .get("description")
        .or(details["exception"].get("value"));
    format!(
        "exception: {} {}",
        text(&details["text"]),
        description.map(text).unwrap_or_default()
    )
}

/// A JSON string's content; other values as JSON.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}
