//! Every view's SVG is well-formed XML, by a small scanner.

use std::collections::HashSet;

use super::{captioned, standalone_svg};
use crate::color_scale::DIM_VAR;
use crate::ui::i18n::Language;
use crate::ui::views::VIEWS;
use crate::ui::views::fixture::Fixture;

/// Reads tags and text; `Err` says where the first error is.
fn check_xml(text: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.trim();
    let mut is_first = true;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('<') {
            let (tag, after) = after.split_once('>').ok_or("a tag has no end")?;
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                let last = open.pop();
                if last.as_deref() != Some(name) {
                    return Err(format!("{name} closes {last:?}"));
                }
                continue;
            }
            if open.is_empty() && !is_first {
                return Err("more than one root".to_owned());
            }
            is_first = false;
            let (tag, is_empty) = match tag.strip_suffix('/') {
                Some(tag) => (tag, true),
                None => (tag, false),
            };
            let name = check_tag(tag)?;
            if !is_empty {
                open.push(name);
            }
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            if open.is_empty() {
                return Err("text outside of the root".to_owned());
            }
            check_text(&rest[..end])?;
            rest = &rest[end..];
        }
    }
    open.is_empty()
        .then_some(())
        .ok_or(format!("{open:?} stay open"))
}

/// Name and attributes of a tag: quoted, each once.
fn check_tag(tag: &str) -> Result<String, String> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let is_name = |name: &str| {
        let mut letters = name.chars();
        letters.next().is_some_and(char::is_alphabetic)
            && letters.all(|letter| letter.is_alphanumeric() || "-_:".contains(letter))
    };
    if !is_name(name) {
        return Err(format!("{name} is no name"));
    }
    let mut seen = HashSet::new();
    while !rest.trim().is_empty() {
        let (attribute, after) = rest
            .trim_start()
            .split_once("=\"")
            .ok_or(format!("in {tag}"))?;
        let (value, after) = after.split_once('"').ok_or(format!("no end in {tag}"))?;
        if !is_name(attribute) || !seen.insert(attribute) {
            return Err(format!("attribute {attribute} in {tag}"));
        }
        check_text(value)?;
        rest = after;
    }
    Ok(name.to_owned())
}

fn check_text(text: &str) -> Result<(), String> {
    let is_allowed = |letter: char| {
        matches!(letter, '\n' | '\t' | ' '..='\u{fffd}' | '\u{10000}'..) && letter != '\u{7f}'
    };
    if !text.chars().all(is_allowed) || text.contains('<') {
        return Err(format!("letters in {text:?}"));
    }
    for after in text.split('&').skip(1) {
        let (entity, _) = after
            .split_once(';')
            .ok_or(format!("a bare & in {text:?}"))?;
        if !["amp", "lt", "gt", "quot", "apos"].contains(&entity) {
            return Err(format!("entity {entity}"));
        }
    }
    Ok(())
}

#[test]
fn the_scanner_finds_errors() {
    assert_eq!(check_xml("<a b=\"1\"><c/>x &amp; y</a>"), Ok(()));
    for broken in [
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a b=1/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>& b</a>",
        "<a>\u{1}</a>",
        "<a>&nbsp;</a>",
        "text",
    ] {
        assert!(check_xml(broken).is_err(), "{broken}");
    }
}

fn css_value(name: &str) -> String {
    let value = if name == DIM_VAR { "0.26" } else { "#123456" };
    value.to_owned()
}

#[test]
fn every_view_is_a_well_formed_file_without_a_page_around_it() {
    for language in [Language::En, Language::Ko] {
        let fixture = Fixture::new(9, 2, 2, language);
        for view in VIEWS {
            let scene = view.scene(&fixture.input(700.0, 300.0));
            let caption = "“<Mina> & Jun”\u{fffe}\u{0}, seed 7";
            let page = captioned(&scene, caption);
            let file = standalone_svg(&page, view.name, caption, &css_value);
            assert_eq!(check_xml(&file), Ok(()), "{}", view.name);
            assert!(
                !file.contains("var(") && !file.contains("calc("),
                "{}",
                view.name
            );
        }
    }
}
