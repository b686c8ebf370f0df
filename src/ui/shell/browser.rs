//! The browser's side effects: address, storage, clipboard, downloads, language and theme of the
//! document.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, History, HtmlAnchorElement, HtmlElement, Window};

use crate::ui::components::export::standalone_svg;
use crate::ui::components::picture::picture;
use crate::ui::i18n::Language;
use crate::ui::state::{Body, Offer, Preferences, State, Storage, Theme};

const LANGUAGE: &str = "atlas.lang";
const THEME: &str = "atlas.theme";
const SAMPLING: &str = "atlas.sampling";

fn window() -> Option<Window> {
    web_sys::window()
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}

/// The state the address asks for, on a site with these models.
pub fn open_state(offers: Vec<Offer>) -> State {
    let spoken = window().and_then(|window| window.navigator().language());
    let language = match spoken {
        Some(spoken) if spoken.starts_with("ko") => Language::Ko,
        _ => Language::En,
    };
    State::open_with(offers, &query(), &preferences(), language)
}

fn preferences() -> Preferences {
    let read = |key| storage().and_then(|storage| storage.get_item(key).ok().flatten());
    Preferences {
        language: [Language::En, Language::Ko]
            .into_iter()
            .find(|language| read(LANGUAGE).as_deref() == Some(language.code())),
        theme: Theme::ALL
            .into_iter()
            .find(|theme| read(THEME).as_deref() == Some(theme.name())),
        sampling: read(SAMPLING).unwrap_or_default(),
    }
}

/// Remembers something on this device. Where storage is refused, nothing is remembered.
pub fn remember(what: &Storage) {
    let (key, value) = match what {
        Storage::Language(language) => (LANGUAGE, language.code()),
        Storage::Theme(theme) => (THEME, theme.name()),
        Storage::Sampling(query) => (SAMPLING, query.as_str()),
    };
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Says of the entry the page was opened with how deep it is in the arithmetic.
pub fn mark_entry(depth: usize) {
    if let Some(history) = history() {
        let _ = history.replace_state(&depth.into(), "");
    }
}

/// Writes the query into the address bar without a new entry in the history, `depth` numbers deep
/// in the arithmetic.
pub fn replace_query(query: &str, depth: usize) {
    let Some(path) = window().and_then(|window| window.location().pathname().ok()) else {
        return;
    };
    let address = match query.is_empty() {
        true => path,
        false => format!("{path}?{query}"),
    };
    if let Some(history) = history() {
        // A browser refuses addresses that are too long (a very long text); the text stays.
        let _ = history.replace_state_with_url(&depth.into(), "", Some(&address));
    }
}

/// The same in a new entry, so that the browser's Back leads here.
pub fn push_query(query: &str, depth: usize) {
    if let Some(history) = history() {
        let _ = history.push_state(&depth.into(), "");
    }
    replace_query(query, depth);
}

/// Goes some entries of the history back.
pub fn go_back(steps: usize) {
    if let Some(history) = history() {
        let _ = history.go_with_delta(-(steps as i32));
    }
}

/// The depth that the entry of the history was written with, if it is ours.
pub fn entry_depth() -> Option<usize> {
    let depth = history()?.state().ok()?.as_f64()?;
    Some(depth as usize)
}

/// The query in the address bar.
pub fn query() -> String {
    let location = window().map(|window| window.location());
    location
        .and_then(|location| location.search().ok())
        .unwrap_or_default()
}

fn history() -> Option<History> {
    window()?.history().ok()
}

/// The whole address with another query.
pub fn address_with(query: &str) -> Option<String> {
    let location = window()?.location();
    let (origin, path) = (location.origin().ok()?, location.pathname().ok()?);
    Some(format!("{origin}{path}?{query}"))
}

/// Puts a text into the clipboard.
pub fn copy(text: &str) {
    if let Some(window) = window().filter(Window::is_secure_context) {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Saves a file. A picture is painted in the page's colours; as pixels it is there a little later.
pub fn save(name: &str, body: &Body) -> Option<()> {
    match body {
        Body::Text { mime, text } => save_text(name, mime, text),
        Body::Picture {
            scene,
            is_pixels: true,
            ..
        } => {
            let canvas = picture(scene).ok()??;
            let name = name.to_owned();
            let save = Closure::once_into_js(move |blob: Option<Blob>| {
                blob.and_then(|blob| save_blob(&name, &blob));
            });
            canvas.to_blob(save.unchecked_ref()).ok()
        }
        Body::Picture {
            scene,
            title,
            caption,
            ..
        } => {
            let root = root()?;
            let style = window()?.get_computed_style(&root).ok()??;
            let value = |name: &str| style.get_property_value(name).unwrap_or_default();
            let drawing = standalone_svg(scene, title, caption, &value);
            save_text(name, "image/svg+xml", &drawing)
        }
    }
}

fn save_text(name: &str, mime: &str, text: &str) -> Option<()> {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    save_blob(name, &blob)
}

fn save_blob(name: &str, blob: &Blob) -> Option<()> {
    let url = web_sys::Url::create_object_url_with_blob(blob).ok()?;
    let document = window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken hold of the file by the time the click is over.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    })
    .forget();
    Some(())
}

fn root() -> Option<HtmlElement> {
    window()?.document()?.document_element()?.dyn_into().ok()
}

/// Language, theme and type size of the document.
pub fn dress_document(state: &State) {
    let Some(root) = root() else { return };
    let _ = root.set_attribute("lang", state.language.code());
    let _ = match state.theme {
        Theme::System => root.remove_attribute("data-theme"),
        theme => root.set_attribute("data-theme", theme.name()),
    };
    let _ = root
        .style()
        .set_property("--presenter", state.type_size.name());
}

/// Says that the first real trace is drawn.
pub fn mark_ready() {
    let body = window().and_then(|window| window.document()?.body());
    if let Some(body) = body {
        let _ = body.set_attribute("data-ready", "true");
    }
}

/// Width of the window, CSS pixels.
pub fn window_width() -> f64 {
    window()
        .and_then(|window| window.inner_width().ok()?.as_f64())
        .unwrap_or(1440.0)
}

/// Whether a media query holds.
pub fn media_holds(query: &str) -> bool {
    window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// Changes when colours on canvases have to be read again.
pub fn theme_key(theme: Theme) -> String {
    let is_dark = media_holds("(prefers-color-scheme: dark)");
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio());
    format!("{} {is_dark} {ratio}", theme.name())
}
