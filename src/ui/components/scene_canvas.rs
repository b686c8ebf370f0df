//! A scene on a canvas, as a component: paints it, says what is pointed at.

use std::rc::Rc;

use web_sys::{HtmlCanvasElement, HtmlElement, MouseEvent, PointerEvent};
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::views::Target;

use super::canvas::paint;
use super::frames::paint_soon;
use super::palette::Palette;
use super::scene::Scene;

/// A canvas that shows a scene. It is painted for the frame in which the scene changed, and not
/// otherwise.
#[derive(PartialEq)]
pub struct SceneCanvas {
    /// What to paint.
    pub scene: Rc<Scene>,
    /// Accessible name: the drawing in words.
    pub label: AttrValue,
    /// Called when the pointer enters another thing, and with `None` when it leaves.
    pub on_hover: Callback<Option<Target>>,
    /// Called when a thing is clicked.
    pub on_click: Callback<Target>,
    /// Changes when the theme or the screen's resolution does: colours are read again.
    pub theme_key: AttrValue,
}

/// What is on a canvas, and what will be in the next frame.
#[derive(Default)]
struct Picture {
    palette: Palette,
    next: Option<(Rc<Scene>, AttrValue)>,
    is_painted: bool,
}

impl Picture {
    fn paint(&mut self, canvas: &NodeRef) {
        let Some((scene, theme)) = self.next.take() else {
            return;
        };
        if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
            self.is_painted = true;
            // A canvas without a context cannot be painted; its name still says all.
            let _ = paint(&canvas, &scene, &mut self.palette, &theme);
        }
    }
}

drawn_by!(SceneCanvas, use_scene_canvas);

#[hook]
fn use_scene_canvas(props: &SceneCanvas) -> Html {
    let canvas = use_node_ref();
    let picture = use_mut_ref(Picture::default);
    let hovered = use_mut_ref(|| None::<Target>);

    {
        let canvas = canvas.clone();
        use_effect_with(
            (props.scene.clone(), props.theme_key.clone()),
            move |(scene, theme)| {
                let mut waiting = picture.borrow_mut();
                let is_first = !waiting.is_painted;
                let is_asked = waiting
                    .next
                    .replace((scene.clone(), theme.clone()))
                    .is_some();
                drop(waiting);
                if !is_asked {
                    let picture = Rc::clone(&picture);
                    paint_soon(is_first, move || picture.borrow_mut().paint(&canvas));
                }
            },
        );
    }

    let target_at = {
        let (canvas, scene) = (canvas.clone(), props.scene.clone());
        move |event: &MouseEvent| {
            let element = canvas.cast::<HtmlCanvasElement>()?;
            // The canvas may be shown smaller than it was drawn.
            let shown = element.get_bounding_client_rect();
            let (x, y) = (
                f64::from(event.client_x()) - shown.left(),
                f64::from(event.client_y()) - shown.top(),
            );
            let scale_x = scene.width / shown.width().max(1.0);
            let scale_y = scene.height / shown.height().max(1.0);
            scene.hit_at(x * scale_x, y * scale_y).map(|hit| hit.target)
        }
    };
    let on_pointer_move = {
        let (target_at, hovered, on_hover) =
            (target_at.clone(), hovered.clone(), props.on_hover.clone());
        let canvas = canvas.clone();
        Callback::from(move |event: PointerEvent| {
            // A finger has nothing to hover with: it chooses by a tap.
            if event.pointer_type() == "touch" {
                return;
            }
            let target = target_at(&event);
            if *hovered.borrow() != target {
                *hovered.borrow_mut() = target.clone();
                if let Some(element) = canvas.cast::<HtmlElement>() {
                    let cursor = if target.is_some() {
                        "pointer"
                    } else {
                        "default"
                    };
                    // Only how the pointer looks; nothing depends on it.
                    let _ = element.style().set_property("cursor", cursor);
                }
                on_hover.emit(target);
            }
        })
    };
    let on_pointer_leave = {
        let on_hover = props.on_hover.clone();
        Callback::from(move |_: PointerEvent| {
            if hovered.borrow_mut().take().is_some() {
                on_hover.emit(None);
            }
        })
    };
    let on_click = {
        let on_click = props.on_click.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(target) = target_at(&event) {
                on_click.emit(target);
            }
        })
    };
    let style = format!(
        "width:{}px;height:{}px",
        props.scene.width, props.scene.height
    );
    html! {
        <canvas ref={canvas} role="img" aria-label={props.label.clone()} {style}
            onpointermove={on_pointer_move} onpointerleave={on_pointer_leave} onclick={on_click} />
    }
}
