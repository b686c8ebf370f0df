//! What a person does to a page: click, type, compose, paste. Real input events, not calls of handlers.

use serde_json::json;

use super::Page;

/// Keys by name: `key`, the code of Windows that Chromium asks for, the character they type.
const KEYS: [(&str, u32, &str); 14] = [
    ("Backspace", 8, ""),
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    (" ", 32, " "),
    ("PageUp", 33, ""),
    ("PageDown", 34, ""),
    ("End", 35, ""),
    ("Home", 36, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("ArrowDown", 40, ""),
    ("Delete", 46, ""),
];

impl Page {
    /// Presses and releases the mouse in the middle of the first element a CSS selector finds.
    pub fn click(&self, selector: &str) {
        self.move_to(selector);
        let (x, y) = self.middle_of(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            let button = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", button);
        }
    }

    /// Moves the mouse over the first element a CSS selector finds.
    pub fn move_to(&self, selector: &str) {
        let (x, y) = self.middle_of(selector);
        self.call(
            "Input.dispatchMouseEvent",
            json!({ "type": "mouseMoved", "x": x, "y": y }),
        );
    }

    /// Puts the keyboard focus on the first element a CSS selector finds.
    pub fn focus(&self, selector: &str) {
        self.eval(&format!(
            "document.querySelector({}).focus()",
            json!(selector)
        ));
    }

    /// Presses one key after the other, as a person types, into what has the focus.
    pub fn type_keys(&self, text: &str) {
        for character in text.chars() {
            let character = character.to_string();
            let down = json!({ "type": "keyDown", "key": character, "text": character });
            self.call("Input.dispatchKeyEvent", down);
            self.call(
                "Input.dispatchKeyEvent",
                json!({ "type": "keyUp", "key": character }),
            );
        }
    }

    /// Presses and releases a key by name, for example `Enter` or `ArrowLeft`.
    ///
    /// # Panics
    /// When the name is not in the list above.
    pub fn press(&self, key: &str) {
        let (name, code, text) = KEYS
            .iter()
            .find(|(name, ..)| *name == key)
            .unwrap_or_else(|| panic!("no key {key}"));
        let kind = if text.is_empty() {
            "rawKeyDown"
        } else {
            "keyDown"
        };
        let down = json!({ "type": kind, "key": name, "code": name, "text": text, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", down);
        let up =
            json!({ "type": "keyUp", "key": name, "code": name, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Puts a whole text in at once, as an on-screen keyboard does.
    pub fn insert_text(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Composes as an input method does: each step replaces the one before, the last is then committed.
    ///
    /// `["ㅎ", "하", "한"]` types 한.
    pub fn compose(&self, steps: &[&str]) {
        for step in steps {
            self.compose_without_commit(step);
        }
        if let Some(last) = steps.last() {
            self.insert_text(last);
        }
    }

    /// Shows a step of a composition and leaves it open.
    pub fn compose_without_commit(&self, step: &str) {
        // Positions count UTF-16 code units.
        let end = step.encode_utf16().count();
        self.call(
            "Input.imeSetComposition",
            json!({ "text": step, "selectionStart": end, "selectionEnd": end }),
        );
    }

    /// Pastes a text through the clipboard.
    pub fn paste(&self, text: &str) {
        let permissions =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.call("Browser.grantPermissions", permissions);
        self.eval(&format!("navigator.clipboard.writeText({})", json!(text)));
        let control = json!({
            "type": "rawKeyDown", "key": "v", "code": "KeyV", "windowsVirtualKeyCode": 86, "modifiers": 2, "commands": ["paste"],
        });
        self.call("Input.dispatchKeyEvent", control);
        let up = json!({ "type": "keyUp", "key": "v", "code": "KeyV", "windowsVirtualKeyCode": 86, "modifiers": 2 });
        self.call("Input.dispatchKeyEvent", up);
    }

    /// The middle of an element, after it was scrolled into sight.
    fn middle_of(&self, selector: &str) -> (f64, f64) {
        let place = self.eval(&format!(
            "(() => {{
                const element = document.querySelector({});
                element.scrollIntoView({{ block: 'nearest', inline: 'nearest', behavior: 'instant' }});
                const box = element.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()",
            json!(selector)
        ));
        let number = |index: usize| place[index].as_f64().expect("an element has a place");
        (number(0), number(1))
    }
}
