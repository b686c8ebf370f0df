//! State over time: which part of a recurrent model's cells is drawn.

use yew::prelude::*;

use crate::protocol::CellSite;
use crate::ui::state::Action;
use crate::ui::views::LookChange;

use super::super::scene_view::Drawn;
use super::{Choice, select};

/// The select, for a model that has cells.
pub fn controls(drawn: &Drawn, act: &Callback<Action>) -> Html {
    if drawn.model.architecture.attends() {
        return Html::default();
    }
    let pick = |en, ko| drawn.language.pick(en, ko);
    let name = |site| match site {
        CellSite::InputGate => pick("input gate", "입력 게이트"),
        CellSite::ForgetGate => pick("forget gate", "망각 게이트"),
        CellSite::Candidate => pick("candidate", "새 내용 후보"),
        CellSite::OutputGate => pick("output gate", "출력 게이트"),
        CellSite::Cell => pick("cell (long memory)", "셀 (긴 기억)"),
        CellSite::Hidden => pick("hidden state", "은닉 상태"),
    };
    let choices = CellSite::ALL.map(|site| Choice {
        value: site.name().to_owned(),
        name: name(site).to_owned(),
        is_chosen: site == drawn.focus.cell,
    });
    let read = |value: &str| {
        let site = CellSite::ALL
            .into_iter()
            .find(|site| site.name() == value)?;
        Some(LookChange::Cell(site))
    };
    let label = pick("What is drawn", "보일 것").to_owned();
    select("cell-site", label, choices.into(), act, read)
}
