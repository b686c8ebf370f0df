//! The terms of a sum as a table.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::ui::views::arithmetic::{Row, Strings, TermTable};

use super::formula::Writer;

/// The table, and the button that shows all of it.
pub fn terms(
    table: &TermTable,
    writer: &Writer<'_>,
    words: &'static Strings,
    has_all: bool,
    toggle: &Callback<()>,
) -> Html {
    let numbers = table.columns.len();
    let head = |math| html! { <th scope="col">{ writer.formula(math, true) }</th> };
    let is_expandable = has_all || table.rest.is_some();
    let toggle = toggle.reform(|_: MouseEvent| ());
    html! {
        <>
            <table class="terms" data-testid="terms">
                <caption class="visually-hidden">{ words.terms }</caption>
                <thead><tr><td />{ for table.columns.iter().map(head) }<td class="bar" /></tr></thead>
                <tbody>{ for table.rows.iter().map(|row| term(row, writer)) }</tbody>
                <tfoot>
                    if let Some((name, sum)) = &table.rest {
                        <tr>
                            <th scope="row" colspan={numbers.to_string()}>{ name.clone() }
                                if is_expandable {
                                    { " " }<button class="quiet" data-testid="all-terms" onclick={toggle.clone()}>
                                        { if has_all { words.few_terms } else { words.all_terms } }
                                    </button>
                                }
                            </th>
                            <td data-testid="rest-of-terms">{ writer.number(sum) }</td><td />
                        </tr>
                    }
                    <tr class="total">
                        <th scope="row" colspan={numbers.to_string()}>{ words.total }
                            if is_expandable && table.rest.is_none() {
                                { " " }<button class="quiet" data-testid="all-terms" onclick={toggle}>{ words.few_terms }</button>
                            }
                        </th>
                        <td data-testid="total-of-terms">{ writer.number(&table.total) }</td><td />
                    </tr>
                </tfoot>
            </table>
        </>
    }
}

fn term(row: &Row, writer: &Writer<'_>) -> Html {
    let class = row.is_chosen.then_some("chosen");
    let sign = if row.bar < 0.0 { "below" } else { "above" };
    let style = format!("width:{:.1}%", 100.0 * row.bar.abs());
    html! {
        <tr {class} data-testid="term">
            <th scope="row">{ row.label.clone() }</th>
            { for row.numbers.iter().map(|number| html! { <td>{ writer.number(number) }</td> }) }
            <td class="bar" aria-hidden="true"><i class={sign} {style} /></td>
        </tr>
    }
}
