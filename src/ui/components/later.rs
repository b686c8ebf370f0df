//! What may follow one frame later.

use yew::prelude::*;

use super::frames::{after_next_frame, in_own_task};

/// Properties of [`Later`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Changes when there is something the person is waiting for; what changes otherwise is shown
    /// at once.
    pub edition: u64,
    /// Whether it is shown with everything else after all.
    #[prop_or_default]
    pub is_urgent: bool,
    /// What is shown.
    pub children: Html,
}

/// Shows its content one frame after everything else: what a person looks at first is there
/// first. While the content is missing or that of the edition before, it says so with `aria-busy`.
pub struct Later {
    shown: Html,
    is_waiting: bool,
    is_new: bool,
}

/// It is its turn.
pub struct Show;

impl Component for Later {
    type Message = Show;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut later = Later {
            shown: Html::default(),
            is_waiting: false,
            is_new: true,
        };
        if ctx.props().is_urgent {
            later.show(ctx);
        } else {
            later.wait(ctx);
        }
        later
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.is_urgent || (props.edition == old.edition && !self.is_waiting) {
            self.show(ctx);
        } else {
            self.wait(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, _: Show) -> bool {
        // It may have become urgent meanwhile.
        let is_due = self.is_waiting;
        if is_due {
            self.show(ctx);
        }
        is_due
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        let is_busy = self.is_waiting.then_some("true");
        html! { <div class="later" aria-busy={is_busy}>{ self.shown.clone() }</div> }
    }
}

impl Later {
    fn wait(&mut self, ctx: &Context<Self>) {
        if std::mem::replace(&mut self.is_waiting, true) {
            return;
        }
        let (link, is_new) = (ctx.link().clone(), self.is_new);
        after_next_frame(move || {
            let show = move || link.send_message(Show);
            // What comes again is drawn together; the first time takes longer, so that each has a
            // task of its own.
            if is_new {
                in_own_task(show);
            } else {
                show();
            }
        });
    }

    fn show(&mut self, ctx: &Context<Self>) {
        self.shown = ctx.props().children.clone();
        self.is_waiting = false;
        self.is_new = false;
    }
}
