//! Formulas as MathML, their numbers as buttons.

use std::cell::Cell;

use yew::prelude::*;

use crate::derivation::Quantity;
use crate::ui::views::ViewInput;
use crate::ui::views::arithmetic::math::{Math, Number};
use crate::ui::views::arithmetic::{Panel, name_of};

/// Buttons inside MathML are HTML again.
const HTML: &str = "http://www.w3.org/1999/xhtml";

/// Writes formulas and numbers. The first button is the tab stop of all; arrows go on inside.
pub struct Writer<'a> {
    shown: Quantity,
    input: &'a ViewInput<'a>,
    has_stop: Cell<bool>,
}

impl<'a> Writer<'a> {
    /// For the numbers of a panel.
    pub fn new(panel: &Panel, input: &'a ViewInput<'a>) -> Self {
        Writer {
            shown: panel.of,
            input,
            has_stop: Cell::new(false),
        }
    }

    /// A formula with its text for those who cannot see it.
    pub fn formula(&self, math: &Math, is_names: bool) -> Html {
        let class = if is_names { "names" } else { "filled" };
        html! { <math {class} displaystyle="true" alttext={math.in_line()}>{ self.part(math) }</math> }
    }

    fn part(&self, math: &Math) -> Html {
        match math {
            Math::Row(parts) => {
                html! { <mrow>{ for parts.iter().map(|part| self.part(part)) }</mrow> }
            }
            Math::Name(name) => html! { <mi>{ name.clone() }</mi> },
            Math::Constant(text) => html! { <mn>{ text.clone() }</mn> },
            // Brackets stay as high as a number, whatever a button makes of the line.
            Math::Operator(text @ ("(" | ")")) => html! { <mo stretchy="false">{ *text }</mo> },
            Math::Operator(text) => html! { <mo>{ *text }</mo> },
            Math::Word(text) => html! { <mtext>{ text.clone() }</mtext> },
            Math::Number(number) => match self.opened(number) {
                Some(_) => html! { <mtext>{ self.button(number, true) }</mtext> },
                None => {
                    html! { <mn data-value={number.value.to_string()}>{ number.text.clone() }</mn> }
                }
            },
            Math::Fraction(parts) => html! { <mfrac>{ self.pair(parts) }</mfrac> },
            Math::Sub(parts) if parts[0] == Math::Operator("∑") => {
                html! { <munder>{ self.pair(parts) }</munder> }
            }
            Math::Sub(parts) => html! { <msub>{ self.pair(parts) }</msub> },
            Math::Sup(parts) => match &parts[0] {
                Math::Sub(inner) => {
                    html! { <msubsup>{ self.pair(inner) }{ self.part(&parts[1]) }</msubsup> }
                }
                _ => html! { <msup>{ self.pair(parts) }</msup> },
            },
            Math::Root(inner) => html! { <msqrt>{ self.part(inner) }</msqrt> },
        }
    }

    fn pair(&self, parts: &[Math; 2]) -> Html {
        html! { <>{ self.part(&parts[0]) }{ self.part(&parts[1]) }</> }
    }

    /// The number's name, if it is another one than that which is shown.
    fn opened(&self, number: &Number) -> Option<Quantity> {
        number.quantity.filter(|quantity| *quantity != self.shown)
    }

    /// A number, as a button if it can be opened.
    pub fn number(&self, number: &Number) -> Html {
        match self.opened(number) {
            Some(_) => self.button(number, false),
            None => {
                html! { <span data-value={number.value.to_string()}>{ number.text.clone() }</span> }
            }
        }
    }

    fn button(&self, number: &Number, is_in_math: bool) -> Html {
        let Some(quantity) = number.quantity else {
            return Html::default();
        };
        let tab_index = if self.has_stop.replace(true) {
            "-1"
        } else {
            "0"
        };
        html! {
            <button xmlns={is_in_math.then_some(HTML)} class="num" data-testid="number" tabindex={tab_index}
                data-quantity={quantity.to_string()} data-value={number.value.to_string()}
                title={name_of(&quantity, self.input)}>{ number.text.clone() }</button>
        }
    }
}
