//! The names of the colours.

use super::{CATEGORIES, SCALE_STEPS};

/// The custom property with the opacity of every path that is not the chosen token's.
pub const DIM_VAR: &str = "--dim";

/// A colour by what it means; a custom property of the style sheet.
///
/// Steps and hues outside their range take the nearest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The page.
    Surface0,
    /// What can be edited or has been opened.
    Surface1,
    /// A closed block, a track, a pressed control.
    Surface2,
    /// The one primary action.
    SurfaceInverse,
    /// What is read: tokens, numbers, sentences.
    Text1,
    /// What explains it.
    Text2,
    /// What labels it: axes, units, ids.
    Text3,
    /// Text on [`Ink::SurfaceInverse`].
    TextInverse,
    /// Text on the high steps of a scale.
    TextOnHigh,
    /// Separates regions.
    Line1,
    /// Outlines a control, an axis.
    Line2,
    /// Outlines what is under the pointer.
    Line3,
    /// The ring of the keyboard's focus.
    Focus,
    /// The hatch of what is not possible: the causal mask, tokens cut by a filter.
    MaskLine,
    /// Query: what a position looks for.
    Query,
    /// Key: what a position offers to be found by.
    Key,
    /// Value: what is carried when it is found.
    Value,
    /// The residual stream of a token.
    Rail,
    /// The residual stream of the chosen token.
    RailOn,
    /// The MLP.
    Neuron,
    /// The drawn number and the token it chose.
    Draw,
    /// The quiet fill of the same.
    DrawSoft,
    /// An error line; always with its sentence.
    Error,
    /// The quiet fill of the same.
    ErrorSoft,
    /// Attention as text or line, without a weight.
    AttentionLine,
    /// An attention weight as one of 9 steps, see [`attention_step`](super::attention_step).
    Attention(u8),
    /// A signed number as one of 9 steps, see [`diverging_step`](super::diverging_step).
    Diverging(u8),
    /// The quiet fill of a token's hue, 1 to 8, see [`category`](super::category).
    Category(u8),
    /// The dot or underline of a token's hue, 1 to 8.
    CategoryMark(u8),
}

const SINGLE_INKS: [Ink; 25] = [
    Ink::Surface0,
    Ink::Surface1,
    Ink::Surface2,
    Ink::SurfaceInverse,
    Ink::Text1,
    Ink::Text2,
    Ink::Text3,
    Ink::TextInverse,
    Ink::TextOnHigh,
    Ink::Line1,
    Ink::Line2,
    Ink::Line3,
    Ink::Focus,
    Ink::MaskLine,
    Ink::Query,
    Ink::Key,
    Ink::Value,
    Ink::Rail,
    Ink::RailOn,
    Ink::Neuron,
    Ink::Draw,
    Ink::DrawSoft,
    Ink::Error,
    Ink::ErrorSoft,
    Ink::AttentionLine,
];

const ATTENTION_VARS: [&str; 9] = [
    "--attn-1", "--attn-2", "--attn-3", "--attn-4", "--attn-5", "--attn-6", "--attn-7", "--attn-8",
    "--attn-9",
];
const DIVERGING_VARS: [&str; 9] = [
    "--div-1", "--div-2", "--div-3", "--div-4", "--div-5", "--div-6", "--div-7", "--div-8",
    "--div-9",
];
const CATEGORY_VARS: [&str; 8] = [
    "--cat-1", "--cat-2", "--cat-3", "--cat-4", "--cat-5", "--cat-6", "--cat-7", "--cat-8",
];
const CATEGORY_MARK_VARS: [&str; 8] = [
    "--cat-1-mark",
    "--cat-2-mark",
    "--cat-3-mark",
    "--cat-4-mark",
    "--cat-5-mark",
    "--cat-6-mark",
    "--cat-7-mark",
    "--cat-8-mark",
];

impl Ink {
    /// Every ink there is, each once: what a painter asks the style sheet for when the theme changes.
    pub fn all() -> impl Iterator<Item = Self> {
        let steps = |ink: fn(u8) -> Self, count: u8| (1..=count).map(ink);
        SINGLE_INKS
            .into_iter()
            .chain(steps(Self::Attention, SCALE_STEPS))
            .chain(steps(Self::Diverging, SCALE_STEPS))
            .chain(steps(Self::Category, CATEGORIES))
            .chain(steps(Self::CategoryMark, CATEGORIES))
    }

    /// The custom property, such as `--attn-3`.
    ///
    /// ```
    /// use llm_atlas::color_scale::Ink;
    /// assert_eq!(Ink::Attention(3).css_var(), "--attn-3");
    /// ```
    pub fn css_var(self) -> &'static str {
        match self {
            Self::Surface0 => "--surface-0",
            Self::Surface1 => "--surface-1",
            Self::Surface2 => "--surface-2",
            Self::SurfaceInverse => "--surface-inverse",
            Self::Text1 => "--text-1",
            Self::Text2 => "--text-2",
            Self::Text3 => "--text-3",
            Self::TextInverse => "--text-inverse",
            Self::TextOnHigh => "--text-on-high",
            Self::Line1 => "--line-1",
            Self::Line2 => "--line-2",
            Self::Line3 => "--line-3",
            Self::Focus => "--focus",
            Self::MaskLine => "--mask-line",
            Self::Query => "--query",
            Self::Key => "--key",
            Self::Value => "--value",
            Self::Rail => "--rail",
            Self::RailOn => "--rail-on",
            Self::Neuron => "--neuron",
            Self::Draw => "--draw",
            Self::DrawSoft => "--draw-soft",
            Self::Error => "--error",
            Self::ErrorSoft => "--error-soft",
            Self::AttentionLine => "--attn",
            Self::Attention(step) => pick(&ATTENTION_VARS, step),
            Self::Diverging(step) => pick(&DIVERGING_VARS, step),
            Self::Category(hue) => pick(&CATEGORY_VARS, hue),
            Self::CategoryMark(hue) => pick(&CATEGORY_MARK_VARS, hue),
        }
    }

    /// The colour as a CSS value, such as `var(--attn-3)`, for styles and SVG.
    pub fn css_value(self) -> String {
        format!("var({})", self.css_var())
    }
}

/// The entry for a number that counts from 1, the nearest one outside the range.
fn pick(vars: &[&'static str], number: u8) -> &'static str {
    vars[usize::from(number).clamp(1, vars.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_has_its_own_custom_property() {
        let vars: std::collections::HashSet<&str> = Ink::all().map(Ink::css_var).collect();
        assert_eq!(vars.len(), Ink::all().count());
        assert!(vars.iter().all(|var| var.starts_with("--")));
    }

    #[test]
    fn steps_outside_the_range_take_the_nearest() {
        assert_eq!(Ink::Attention(0).css_var(), "--attn-1");
        assert_eq!(Ink::Diverging(12).css_var(), "--div-9");
        assert_eq!(Ink::CategoryMark(8).css_value(), "var(--cat-8-mark)");
    }
}
