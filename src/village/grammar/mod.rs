//! The grammar: templates of literals and slots, as data, from which both the generator's
//! sentences and the parser work, so that they cannot disagree.
//!
//! A pattern such as `{p} [give] {o:the} to {q}.` has slots `{role}` or `{role:form}`, filled by
//! a word in a form that agrees, and verbs `[name]` or `[name:form]`. The tables are in
//! `english.rs` and `korean.rs`, the forms in `surface.rs`.

mod english;
mod korean;
mod matcher;
mod surface;
mod template;

pub use template::{Grammar, Language, Template};
