//! What the page is made of.
//!
//! yew compiles its life cycle anew for every type of component: about 4 KB each, for thirty of
//! them. Here one component shows any [`Part`]: a value that knows how to draw itself and is drawn
//! anew when it is not what it was.

use std::any::{Any, type_name};
use std::rc::Rc;

use yew::functional::{Hook, HookContext};
use yew::prelude::*;

/// A piece of the page and all it depends on.
pub trait Part: PartialEq + 'static {
    /// What it looks like. See [`drawn_by`].
    fn draw(&self, hooks: &mut HookContext) -> Html;
}

/// Makes a hook (a function `&Type -> Html` under `#[hook]`) draw a type of part.
macro_rules! drawn_by {
    ($part:ident, $hook:ident) => {
        impl $crate::ui::components::part::Part for $part {
            fn draw(&self, hooks: &mut yew::functional::HookContext) -> yew::Html {
                yew::functional::Hook::run($hook(self), hooks)
            }
        }
    };
}
pub(crate) use drawn_by;

/// Shows a part.
pub fn part<P: Part>(part: P) -> Html {
    shown(type_name::<P>().into(), Rc::new(part))
}

/// Shows a part among others of its type, told apart by `key`.
pub fn keyed<P: Part>(key: &str, part: P) -> Html {
    shown(format!("{} {key}", type_name::<P>()), Rc::new(part))
}

/// Parts of different types never take each other's place: their key tells them apart.
fn shown(key: String, part: Rc<dyn AnyPart>) -> Html {
    html! { <Shown {key} part={Erased(part)} /> }
}

/// A part of whatever type.
trait AnyPart: Any {
    fn draw_any(&self, hooks: &mut HookContext) -> Html;
    fn is_same(&self, other: &dyn AnyPart) -> bool;
}

impl<P: Part> AnyPart for P {
    fn draw_any(&self, hooks: &mut HookContext) -> Html {
        self.draw(hooks)
    }

    fn is_same(&self, other: &dyn AnyPart) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<P>() == Some(self)
    }
}

#[derive(Clone)]
struct Erased(Rc<dyn AnyPart>);

impl PartialEq for Erased {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.is_same(&*other.0)
    }
}

#[derive(Properties, PartialEq)]
struct Props {
    part: Erased,
}

/// The component of every part.
#[component]
fn Shown(props: &Props) -> Html {
    use_part(&props.part)
}

fn use_part(part: &Erased) -> impl Hook<Output = Html> + '_ {
    part
}

impl Hook for &Erased {
    type Output = Html;

    fn run(self, hooks: &mut HookContext) -> Html {
        self.0.draw_any(hooks)
    }
}
