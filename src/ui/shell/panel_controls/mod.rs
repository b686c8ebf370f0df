//! What a panel has besides its drawings: switches and selects, one file per panel.

use yew::prelude::*;

use crate::ui::state::Action;

use super::scene_view::Drawn;

/// The controls of a panel that has any; they stand right of its title.
pub fn panel_controls(panel: &str, drawn: &Drawn, act: &Callback<Action>) -> Html {
    let _ = (drawn, act);
    match panel {
        _ => Html::default(),
    }
}
