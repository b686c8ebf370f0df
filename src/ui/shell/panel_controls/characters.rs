//! What heads do: the measure they are sorted by.

use yew::prelude::*;

use crate::ui::state::Action;
use crate::ui::views::{HeadOrder, LookChange};

use super::super::scene_view::Drawn;
use super::{Choice, select};

/// The select.
pub fn controls(drawn: &Drawn, act: &Callback<Action>) -> Html {
    let pick = |en, ko| drawn.language.pick(en, ko);
    let name = |order| match order {
        HeadOrder::Place => pick("in order", "차례대로"),
        HeadOrder::PreviousToken => pick("by previous token", "바로 앞 토큰 순"),
        HeadOrder::Induction => pick("by induction", "인덕션 순"),
        HeadOrder::Entropy => pick("sharpest first", "엔트로피가 낮은 순"),
        HeadOrder::Distance => pick("farthest first", "먼 거리 순"),
    };
    let choices = HeadOrder::ALL.map(|order| Choice {
        value: order.name().to_owned(),
        name: name(order).to_owned(),
        is_chosen: order == drawn.focus.sort_heads,
    });
    let read = |value: &str| {
        let order = HeadOrder::ALL.into_iter().find(|o| o.name() == value)?;
        Some(LookChange::SortHeads(order))
    };
    let label = pick("Sort the heads", "헤드 정렬").to_owned();
    select("sort-heads", label, choices.into(), act, read)
}
