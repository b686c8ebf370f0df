//! What may follow one frame later.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::frames::in_next_frame;

/// Properties of [`Later`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Changes when there is something the person is waiting for; what changes otherwise is shown
    /// at once.
    pub edition: u64,
    /// Whether it is shown with everything else after all.
    #[prop_or_default]
    pub is_urgent: bool,
    /// Classes of the element around it.
    #[prop_or_default]
    pub class: Classes,
    /// Style of the element around it.
    #[prop_or_default]
    pub style: Option<AttrValue>,
    /// What is shown.
    pub children: Html,
}

/// Shows its content one frame after everything else: what a person looks at first is there
/// first. While the content is that of the edition before, it says so with `aria-busy`.
pub struct Later {
    shown: Html,
    is_waiting: bool,
    timer: Option<Timeout>,
}

/// What happens to it.
pub enum Message {
    /// The frame of everything else is being painted.
    Painting,
    /// It is its turn.
    Show,
}

impl Component for Later {
    type Message = Message;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Later {
            shown: ctx.props().children.clone(),
            is_waiting: false,
            timer: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.is_urgent || (props.edition == old.edition && !self.is_waiting) {
            self.show(ctx);
        } else if !std::mem::replace(&mut self.is_waiting, true) {
            let link = ctx.link().clone();
            in_next_frame(false, move || link.send_message(Message::Painting));
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Painting => {
                // A task of its own, after that frame.
                let link = ctx.link().clone();
                self.timer = Some(Timeout::new(0, move || link.send_message(Message::Show)));
                false
            }
            Message::Show => {
                self.show(ctx);
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let is_busy = self.is_waiting.then_some("true");
        let props = ctx.props();
        html! {
            <div class={props.class.clone()} style={props.style.clone()} aria-busy={is_busy}>{ self.shown.clone() }</div>
        }
    }
}

impl Later {
    fn show(&mut self, ctx: &Context<Self>) {
        self.shown = ctx.props().children.clone();
        self.is_waiting = false;
        self.timer = None;
    }
}
