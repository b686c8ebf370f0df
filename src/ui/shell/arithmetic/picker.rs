//! Any number of the model by lists and number fields, for the keyboard.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::derivation::{Array, Lengths, Quantity};
use crate::protocol::{Axis, ModelInfo};
use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Shared};
use crate::ui::views::arithmetic::picker::{
    array_word, arrays, axis_word, in_block, moved, nearest,
};
use crate::ui::views::arithmetic::{layer_word, strings};

/// The picker, folded away until it is asked for.
#[derive(PartialEq)]
pub struct Picker {
    /// The model.
    pub model: Shared<ModelInfo>,
    /// How many tokens there are.
    pub text: Lengths,
    /// The number that is shown.
    pub of: Quantity,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Picker, use_picker);

#[hook]
fn use_picker(props: &Picker) -> Html {
    let words = strings(props.language);
    let layer = props.of.array.layer();
    let shape = props.of.array.shape(&props.model, props.text);
    html! {
        <details class="picker" data-testid="picker">
            <summary>{ words.any_number }</summary>
            <div class="fields">
                <label>{ layer_word(&props.model, props.language) }{ " " }
                    <select data-testid="pick-block" onchange={props.on_block()}>
                        <option value="" selected={layer.is_none()}>{ words.outside(&props.model) }</option>
                        { for (0..props.model.n_layers.max(props.model.n_encoder_layers)).map(|l| html! {
                            <option value={l.to_string()} selected={layer == Some(l)}>{ l + 1 }</option>
                        }) }
                    </select>
                </label>
                <label>{ words.what }{ " " }
                    <select data-testid="pick-array" onchange={props.on_array()}>
                        { for arrays(layer, &props.model).into_iter().map(|array| html! {
                            <option value={array.to_string()} selected={array == props.of.array}>
                                { array_word(array, props.language) }
                            </option>
                        }) }
                    </select>
                </label>
                { for props.of.array.axes().iter().enumerate().map(|(place, axis)| {
                    let first = first_of(*axis);
                    html! {
                        <label>{ axis_word(*axis, props.model.architecture, props.language) }{ " " }
                            <input type="number" data-testid="pick-index" min={first.to_string()}
                                max={(shape[place] + first - 1).to_string()}
                                value={(props.of.index()[place] + first).to_string()}
                                onchange={props.on_index(place, first)} />
                        </label>
                    }
                }) }
            </div>
        </details>
    }
}

/// What an axis is counted from: token ids are what they are, the rest is counted from 1.
fn first_of(axis: Axis) -> usize {
    usize::from(axis != Axis::Vocab)
}

impl Picker {
    fn open(&self, array: Array) {
        let number = nearest(array, &self.of, &self.model, self.text);
        self.act.emit(Action::Inquire(number));
    }

    fn on_block(&self) -> Callback<Event> {
        let props = self.clone_props();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let layer = select.value().parse().ok();
            if let Some(array) = in_block(props.of.array, layer, &props.model) {
                props.open(array);
            }
        })
    }

    fn on_array(&self) -> Callback<Event> {
        let props = self.clone_props();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(Ok(array)) = select.map(|select| select.value().parse()) {
                props.open(array);
            }
        })
    }

    fn on_index(&self, place: usize, first: usize) -> Callback<Event> {
        let props = self.clone_props();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            let here = props.of.index()[place];
            let to: usize = input.value().parse().unwrap_or(here + first);
            let to = to.saturating_sub(first);
            let number = moved(&props.of, place, to, &props.model, props.text);
            // What was typed may lie outside; what is shown does not.
            input.set_value(&(number.index()[place] + first).to_string());
            props.act.emit(Action::Inquire(number));
        })
    }

    fn clone_props(&self) -> Picker {
        Picker {
            model: self.model.clone(),
            text: self.text,
            of: self.of,
            language: self.language,
            act: self.act.clone(),
        }
    }
}
