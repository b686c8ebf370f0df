//! Short names for what a program and its script call each other. wasm-bindgen's own end in 16
//! digits that no compression makes smaller, once in the program and once in the script.
//!
//! Source: WebAssembly Core Specification 3.0, 5.5 (sections, imports, exports).

use std::{collections::HashMap, fs, path::Path};

use crate::{
    failure::{Failure, Result},
    parts::PARTS,
};

/// Shorter names stay: a new one would save nothing.
const SHORT: usize = 10;

/// Section of the imports, and of the exports.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Gives every program in a folder and its script short names.
///
/// # Errors
/// When a file cannot be read or written.
pub fn shorten_names(folder: &Path) -> Result<()> {
    for part in &PARTS {
        let program = folder.join(format!("{}_bg.wasm", part.bin));
        let script = folder.join(format!("{}.js", part.bin));
        let bytes = fs::read(&program).map_err(Failure::file(&program))?;
        let text = fs::read_to_string(&script).map_err(Failure::file(&script))?;
        let mut names = Names::default();
        if let Some(bytes) = names.shorten(&bytes) {
            fs::write(&program, bytes).map_err(Failure::file(&program))?;
            fs::write(&script, names.replace(&text)).map_err(Failure::file(&script))?;
        }
    }
    Ok(())
}

/// What each long name is called now.
#[derive(Default)]
struct Names {
    short: HashMap<String, String>,
}

impl Names {
    fn short(&mut self, name: &str) -> String {
        if name.len() < SHORT {
            return name.to_owned();
        }
        let next = format!("_{:x}", self.short.len());
        self.short.entry(name.to_owned()).or_insert(next).clone()
    }

    /// A program with short names; `None` if it cannot be read.
    fn shorten(&mut self, program: &[u8]) -> Option<Vec<u8>> {
        let (header, rest) = program.split_at_checked(8)?;
        let mut out = header.to_vec();
        let mut sections = Bytes(rest);
        while !sections.0.is_empty() {
            let id = sections.byte()?;
            let content = sections.block()?;
            let new = match id {
                IMPORTS | EXPORTS => self.rename(content, id == IMPORTS)?,
                _ => content.to_vec(),
            };
            out.push(id);
            push_block(&mut out, &new);
        }
        Some(out)
    }

    /// A list of imports or exports with short names.
    fn rename(&mut self, content: &[u8], is_imports: bool) -> Option<Vec<u8>> {
        let mut entries = Bytes(content);
        let count = entries.number()?;
        let mut out = Vec::new();
        push_number(&mut out, count);
        for _ in 0..count {
            if is_imports {
                push_block(&mut out, entries.block()?); // the module
            }
            let name = std::str::from_utf8(entries.block()?).ok()?;
            push_block(&mut out, self.short(name).as_bytes());
            let what = match is_imports {
                true => entries.take(Bytes::import)?,
                false => entries.take(|entry| {
                    entry.byte()?;
                    entry.number()
                })?,
            };
            out.extend(what);
        }
        Some(out)
    }

    /// A script in which every long name that stands alone is the short one.
    fn replace(&self, script: &str) -> String {
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "_$".contains(letter);
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_of_name) {
            let (before, from) = rest.split_at(start);
            let end = from
                .find(|letter| !is_of_name(letter))
                .unwrap_or(from.len());
            let (name, after) = from.split_at(end);
            out += before;
            out += self.short.get(name).map_or(name, String::as_str);
            rest = after;
        }
        out + rest
    }
}

/// Bytes that are read from the front; `None` at their end.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0usize, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
    }

    /// As many bytes as the number before them says.
    fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(block)
    }

    /// The bytes that `read` goes over.
    fn take(&mut self, read: fn(&mut Self) -> Option<usize>) -> Option<&'a [u8]> {
        let before = self.0;
        read(self)?;
        before.get(..before.len() - self.0.len())
    }

    /// What an import is: a function, a table, a memory, a global or a tag.
    fn import(&mut self) -> Option<usize> {
        match self.byte()? {
            0 => self.number(),
            1 => {
                self.byte()?;
                self.limits()
            }
            2 => self.limits(),
            3 => {
                self.byte()?;
                self.number()
            }
            4 => {
                self.byte()?;
                self.number()
            }
            _ => None,
        }
    }

    fn limits(&mut self) -> Option<usize> {
        let has_end = self.number()? & 1 == 1;
        let start = self.number()?;
        if has_end { self.number() } else { Some(start) }
    }
}

fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn push_block(out: &mut Vec<u8>, block: &[u8]) {
    push_number(out, block.len());
    out.extend(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "__wbg_addEventListener_83ef16da0995f634";

    /// A program that imports a memory and a function and exports the function under two names.
    fn program(import: &str, exports: [&str; 2]) -> Vec<u8> {
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        let mut imports = vec![2];
        for (name, what) in [("memory", &[2, 1, 1, 200, 1][..]), (import, &[0, 0])] {
            push_block(&mut imports, b"./app_bg.js");
            push_block(&mut imports, name.as_bytes());
            imports.extend(what);
        }
        let mut list = vec![2];
        for name in exports {
            push_block(&mut list, name.as_bytes());
            list.extend([0, 0]);
        }
        for (id, content) in [(1, &[1, 0x60, 0, 0][..]), (2, &imports), (7, &list)] {
            out.push(id);
            push_block(&mut out, content);
        }
        out
    }

    #[test]
    fn a_program_and_its_script_agree_on_the_new_names() {
        let mut names = Names::default();
        let long = program(LONG, ["main", "__wbindgen_malloc"]);
        let short = names.shorten(&long).unwrap();
        assert_eq!(short, program("_0", ["main", "_1"]));
        let script = format!("{{ {LONG}: (x) => wasm.__wbindgen_malloc(x), {LONG}x: main }}");
        let expected = format!("{{ _0: (x) => wasm._1(x), {LONG}x: main }}");
        assert_eq!(names.replace(&script), expected);
        // What is short stays as it is.
        assert_eq!(Names::default().shorten(&short).unwrap(), short);
    }

    #[test]
    fn what_is_no_program_is_left_alone() {
        let whole = program(LONG, ["main", "other"]);
        for end in [0, 7, 9, whole.len() - 1] {
            assert_eq!(Names::default().shorten(&whole[..end]), None);
        }
    }

    #[test]
    fn long_lists_have_long_lengths() {
        for number in [0, 1, 127, 128, 300, 1 << 20] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            assert_eq!(Bytes(&bytes).number(), Some(number));
        }
    }
}
