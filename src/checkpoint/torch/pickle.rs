//! A pickle as data: an arena of nodes. What a pickle would call when Python loads it is kept as
//! a name with arguments, and never called.
//!
//! Source: <https://docs.python.org/3/library/pickletools.html>, protocols 2 to 5.

use std::collections::BTreeMap;
use std::io::Read;

use super::refused;
use crate::checkpoint::CheckpointError;

/// The most bytes a text may have; a length bomb is refused before room is made for it.
const MAX_TEXT: u64 = 1 << 20;
/// The most opcodes: a checkpoint has about fifty for each tensor. Each can put something on the
/// stack, into the arena or into the memo.
const MAX_OPCODES: usize = 1 << 21;
/// The most bytes, most of them names.
const MAX_BYTES: u64 = 1 << 26;

/// Place of a node in the arena.
pub(super) type Id = usize;

/// One value.
#[derive(Debug)]
pub(super) enum Node {
    /// Anything that describes no tensor: `None`, a truth value, a float, bytes.
    Other,
    Int(i64),
    /// A whole number of more than 8 bytes, little-endian.
    Long(Vec<u8>),
    Text(String),
    /// A list, a tuple or a set.
    Items(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A class or function by module and name.
    Global(String),
    /// What lies outside the pickle: a storage.
    Persistent(Id),
    /// A call, with what is put into its result later.
    Call {
        function: Id,
        arguments: Id,
        entries: Vec<(Id, Id)>,
    },
}

/// A pickle that was read.
#[derive(Debug, Default)]
pub(super) struct Pickle {
    nodes: Vec<Node>,
    root: Id,
}

impl Pickle {
    /// Reads one pickle, up to its end.
    ///
    /// # Errors
    /// If it is cut off, damaged, or has an opcode that no checkpoint needs.
    pub fn read(bytes: &mut dyn Read) -> Result<Self, CheckpointError> {
        let mut reader = Reader {
            bytes: &mut bytes.take(MAX_BYTES),
            pickle: Pickle::default(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
        };
        for _ in 0..MAX_OPCODES {
            if !reader.step()? {
                reader.pickle.root = reader.pop()?;
                return Ok(reader.pickle);
            }
        }
        Err(refused("its pickle is longer than any checkpoint's"))
    }

    /// What the pickle is.
    pub fn root(&self) -> &Node {
        &self.nodes[self.root]
    }

    /// The value of that place.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// The text, if it is one.
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn int(&self, id: Id) -> Option<i64> {
        match self.node(id) {
            Node::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// The items, if it has some.
    pub fn items<'a>(&self, node: &'a Node) -> Option<&'a [Id]> {
        match node {
            Node::Items(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a dictionary, or of what a call made.
    pub fn entries<'a>(&self, node: &'a Node) -> Option<&'a [(Id, Id)]> {
        match node {
            Node::Dict(entries) | Node::Call { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// All values.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }
}

struct Reader<'a> {
    bytes: &'a mut dyn Read,
    pickle: Pickle,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: BTreeMap<u64, Id>,
}

impl Reader<'_> {
    /// One opcode; false at the end.
    fn step(&mut self) -> Result<bool, CheckpointError> {
        let [opcode] = self.take()?;
        match opcode {
            b'.' => return Ok(false),
            // PROTO, FRAME
            0x80 => drop(self.take::<1>()?),
            0x95 => drop(self.take::<8>()?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
            }
            // None, False, True
            b'N' | 0x88 | 0x89 => self.push(Node::Other),
            b'G' => {
                self.take::<8>()?;
                self.push(Node::Other);
            }
            b'K' => self.number::<1>()?,
            b'M' => self.number::<2>()?,
            b'J' => {
                let int = i32::from_le_bytes(self.take()?);
                self.push(Node::Int(i64::from(int)));
            }
            0x8a => {
                let [length] = self.take()?;
                self.long(u64::from(length))?;
            }
            b'X' => self.sized_text::<4>()?,
            0x8c => self.sized_text::<1>()?,
            0x8d => self.sized_text::<8>()?,
            // SHORT_BINBYTES, BINBYTES, BINSTRING, SHORT_BINSTRING
            b'C' | b'U' => self.sized_bytes::<1>()?,
            b'B' | b'T' => self.sized_bytes::<4>()?,
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(Node::Global(format!("{module} {name}")));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let named = [module, name].map(|id| self.pickle.text(id).unwrap_or_default());
                self.push(Node::Global(named.join(" ")));
            }
            b'Q' => {
                let of = self.pop()?;
                self.push(Node::Persistent(of));
            }
            // BINPUT, LONG_BINPUT, MEMOIZE; BINGET, LONG_BINGET
            b'q' => self.put::<1>()?,
            b'r' => self.put::<4>()?,
            0x94 => {
                let top = self.top()?;
                self.memo.insert(self.memo.len() as u64, top);
            }
            b'h' => self.get::<1>()?,
            b'j' => self.get::<4>()?,
            b'}' => self.push(Node::Dict(Vec::new())),
            b']' | b')' | 0x8f => self.push(Node::Items(Vec::new())),
            b't' | b'l' | 0x91 => {
                let items = self.since_mark()?;
                self.push(Node::Items(items));
            }
            b'd' => {
                let entries = pairs(&self.since_mark()?)?;
                self.push(Node::Dict(entries));
            }
            0x85..=0x87 => {
                let items = self.last(usize::from(opcode - 0x84))?;
                self.push(Node::Items(items));
            }
            b'a' => {
                let items = self.last(1)?;
                self.extend(&items)?;
            }
            b'e' | 0x90 => {
                let items = self.since_mark()?;
                self.extend(&items)?;
            }
            b's' => {
                let entry = self.last(2)?;
                self.set(&entry)?;
            }
            b'u' => {
                let entries = self.since_mark()?;
                self.set(&entries)?;
            }
            // REDUCE, NEWOBJ
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.push(Node::Call {
                    function,
                    arguments,
                    entries: Vec::new(),
                });
            }
            // BUILD: the attributes of an object, which no tensor needs.
            b'b' => drop(self.pop()?),
            _ => return Err(refused(&format!("opcode {opcode:#04x} in its pickle"))),
        }
        Ok(true)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        let mut into = [0; N];
        let read = self.bytes.read_exact(&mut into);
        read.map_err(|_| refused("its pickle is cut off"))?;
        Ok(into)
    }

    /// A little-endian number of `N` bytes.
    fn size<const N: usize>(&mut self) -> Result<u64, CheckpointError> {
        let bytes: [u8; N] = self.take()?;
        let digits = bytes.iter().rev();
        Ok(digits.fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn bytes(&mut self, length: u64) -> Result<Vec<u8>, CheckpointError> {
        if length > MAX_TEXT {
            return Err(refused("a text in its pickle is longer than any name"));
        }
        let mut into = vec![0; length as usize];
        let read = self.bytes.read_exact(&mut into);
        read.map_err(|_| refused("its pickle is cut off"))?;
        Ok(into)
    }

    fn line(&mut self) -> Result<String, CheckpointError> {
        let mut line = Vec::new();
        loop {
            match self.take()? {
                [b'\n'] => return text(line),
                [_] if line.len() as u64 >= MAX_TEXT => return text(Vec::from([0xff])),
                [byte] => line.push(byte),
            }
        }
    }

    fn number<const N: usize>(&mut self) -> Result<(), CheckpointError> {
        let int = self.size::<N>()?;
        self.push(Node::Int(int as i64));
        Ok(())
    }

    fn long(&mut self, length: u64) -> Result<(), CheckpointError> {
        let bytes = self.bytes(length)?;
        let is_negative = bytes.last().is_some_and(|byte| *byte >= 0x80);
        let mut all = [if is_negative { 0xff } else { 0 }; 8];
        self.push(match all.get_mut(..bytes.len()) {
            Some(low) => {
                low.copy_from_slice(&bytes);
                Node::Int(i64::from_le_bytes(all))
            }
            None => Node::Long(bytes),
        });
        Ok(())
    }

    fn sized_text<const N: usize>(&mut self) -> Result<(), CheckpointError> {
        let length = self.size::<N>()?;
        let text = text(self.bytes(length)?)?;
        self.push(Node::Text(text));
        Ok(())
    }

    fn sized_bytes<const N: usize>(&mut self) -> Result<(), CheckpointError> {
        let length = self.size::<N>()?;
        self.bytes(length)?;
        self.push(Node::Other);
        Ok(())
    }

    fn push(&mut self, node: Node) {
        self.stack.push(self.pickle.nodes.len());
        self.pickle.nodes.push(node);
    }

    fn pop(&mut self) -> Result<Id, CheckpointError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// The last value of the stack, above the last mark.
    fn top(&self) -> Result<Id, CheckpointError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let above = self.stack.get(floor..).unwrap_or_default();
        above.last().copied().ok_or_else(unbalanced)
    }

    fn last(&mut self, count: usize) -> Result<Vec<Id>, CheckpointError> {
        let from = self.stack.len().checked_sub(count).ok_or_else(unbalanced)?;
        Ok(self.stack.split_off(from))
    }

    fn since_mark(&mut self) -> Result<Vec<Id>, CheckpointError> {
        let height = self.marks.pop().ok_or_else(unbalanced)?;
        match height <= self.stack.len() {
            true => Ok(self.stack.split_off(height)),
            false => Err(unbalanced()),
        }
    }

    fn put<const N: usize>(&mut self) -> Result<(), CheckpointError> {
        let (key, top) = (self.size::<N>()?, self.top()?);
        self.memo.insert(key, top);
        Ok(())
    }

    fn get<const N: usize>(&mut self) -> Result<(), CheckpointError> {
        let key = self.size::<N>()?;
        let known = self.memo.get(&key).copied();
        self.stack.push(known.ok_or_else(unbalanced)?);
        Ok(())
    }

    fn extend(&mut self, more: &[Id]) -> Result<(), CheckpointError> {
        let top = self.top()?;
        // What is appended to other objects describes no tensor.
        if let Node::Items(items) = &mut self.pickle.nodes[top] {
            items.extend_from_slice(more);
        }
        Ok(())
    }

    fn set(&mut self, more: &[Id]) -> Result<(), CheckpointError> {
        let (top, more) = (self.top()?, pairs(more)?);
        match &mut self.pickle.nodes[top] {
            Node::Dict(entries) | Node::Call { entries, .. } => entries.extend(more),
            _ => return Err(unbalanced()),
        }
        Ok(())
    }
}

fn pairs(items: &[Id]) -> Result<Vec<(Id, Id)>, CheckpointError> {
    match items.len() % 2 {
        0 => Ok(items.chunks(2).map(|pair| (pair[0], pair[1])).collect()),
        _ => Err(unbalanced()),
    }
}

fn text(bytes: Vec<u8>) -> Result<String, CheckpointError> {
    String::from_utf8(bytes).map_err(|_| refused("a name in its pickle is no text"))
}

fn unbalanced() -> CheckpointError {
    refused("its pickle is damaged")
}
