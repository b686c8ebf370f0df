//! The map of the vocabulary with the text's tokens on it, and after which block they are shown.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::components::part::{drawn_by, part};
use crate::ui::state::Action;
use crate::ui::views::number::count;

use super::scene_view::{Drawn, SceneView};
use super::words::words;

/// The section.
#[derive(PartialEq)]
pub struct MapSection {
    /// What is drawn.
    pub drawn: Drawn,
    /// Room in height, CSS pixels.
    pub height: f64,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(MapSection, use_map_section);

#[hook]
fn use_map_section(props: &MapSection) -> Html {
    let drawn = &props.drawn;
    let words = words(drawn.language);
    let legend = drawn.embeddings.as_ref().map(|table| {
        let ratio = table.explained_variance_ratio.iter().take(2).sum::<f32>();
        let tokens = count(table.trained_count());
        let share = format!("{:.0}%", 100.0 * ratio);
        drawn.language.pick(
            format!("{tokens} tokens, PCA, {share} of variance"),
            format!("토큰 {tokens}개, PCA, 분산의 {share}"),
        )
    });
    let choose = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(Ok(layer)) = select.map(|select| select.value().parse()) {
                act.emit(Action::SetMapLayer(layer));
            }
        })
    };
    html! {
        <>
            <h2>{ words.map }<span class="sub">{ legend.unwrap_or_default() }</span></h2>
            { part(SceneView {
                view: "map", drawn: drawn.clone(), height: props.height, has_buttons: false, act: props.act.clone()
            }) }
            <label class="map-layer">
                { words.map_layer }{ " " }
                <select data-testid="map-layer" onchange={choose}>
                    { for (0..=drawn.model.n_layers).map(|layer| html! {
                        <option value={layer.to_string()} selected={layer == drawn.focus.map_layer}>
                            { if layer == 0 { words.map_embedding.to_owned() } else { format!("{} {layer}", words.block) } }
                        </option>
                    }) }
                </select>
            </label>
        </>
    }
}
