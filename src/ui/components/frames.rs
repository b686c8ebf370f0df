//! When the page paints: as soon as everything that changed stands in the document, so that the
//! frame of the screen that follows has less to do, and what is painted for the first time bit by
//! bit. And what waits for that frame.

use std::cell::RefCell;
use std::collections::VecDeque;

use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

type Job = Box<dyn FnOnce()>;

#[derive(Default)]
struct Frames {
    waiting: VecDeque<Job>,
    asked: Option<AnimationFrame>,
    /// What comes when that frame is painted.
    after: VecDeque<Job>,
    /// What is painted when all components have been rendered.
    pictures: VecDeque<Job>,
    /// Whether something was painted since the last frame.
    is_painted: bool,
}

thread_local! {
    static FRAMES: RefCell<Frames> = RefCell::default();
}

/// Runs `run` in the next frame, in the order asked.
pub fn in_next_frame(run: impl FnOnce() + 'static) {
    FRAMES.with_borrow_mut(|frames| frames.ask(Box::new(run)));
}

/// Runs `run` when the next frame is painted, all that is asked in one task.
pub fn after_next_frame(run: impl FnOnce() + 'static) {
    FRAMES.with_borrow_mut(|frames| frames.after.push_back(Box::new(run)));
    in_next_frame(|| {});
}

/// Runs `paint` once all components have been rendered, so that the browser finds its styles once;
/// but no more than once per frame, however often a drawing changes. The first picture of something
/// (`is_first`) takes longer and nobody misses it yet: it has a task of its own, so that a page that
/// opens stays responsive.
pub fn paint_soon(is_first: bool, paint: impl FnOnce() + 'static) {
    if is_first {
        return in_own_task(paint);
    }
    FRAMES.with_borrow_mut(|frames| {
        if frames.is_painted {
            return frames.ask(Box::new(paint));
        }
        frames.pictures.push_back(Box::new(paint));
        if frames.pictures.len() == 1 {
            // A microtask: it runs when the rendering that goes on is over.
            spawn_local(async { paint_pictures() });
        }
    });
}

fn paint_pictures() {
    let pictures = FRAMES.with_borrow_mut(|frames| {
        frames.is_painted = true;
        frames.ask(Box::new(|| {}));
        std::mem::take(&mut frames.pictures)
    });
    run_each(pictures);
}

impl Frames {
    fn ask(&mut self, job: Job) {
        self.waiting.push_back(job);
        if self.asked.is_none() {
            self.asked = Some(request_animation_frame(|_| run_all()));
        }
    }
}

/// What is asked for meanwhile belongs to the frame after.
fn run_all() {
    let (jobs, after) = FRAMES.with_borrow_mut(|frames| {
        frames.asked = None;
        frames.is_painted = false;
        let waiting = std::mem::take(&mut frames.waiting);
        (waiting, std::mem::take(&mut frames.after))
    });
    run_each(jobs);
    if !after.is_empty() {
        Timeout::new(0, || run_each(after)).forget();
    }
}

fn run_each(jobs: VecDeque<Job>) {
    for run in jobs {
        run();
    }
}

thread_local! {
    static TASKS: RefCell<VecDeque<Job>> = RefCell::default();
}

/// Runs `run` in a task of its own, after those asked for before it: between two of them the
/// browser hears the person.
pub fn in_own_task(run: impl FnOnce() + 'static) {
    let is_first = TASKS.with_borrow_mut(|tasks| {
        tasks.push_back(Box::new(run));
        tasks.len() == 1
    });
    if is_first {
        Timeout::new(0, run_next_task).forget();
    }
}

fn run_next_task() {
    let (job, is_last) = TASKS.with_borrow_mut(|tasks| (tasks.pop_front(), tasks.is_empty()));
    if !is_last {
        Timeout::new(0, run_next_task).forget();
    }
    if let Some(run) = job {
        run();
    }
}
