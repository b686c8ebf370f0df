//! What is painted waits for the next frame of the screen: after everything the page changed, so
//! that the browser finds its styles once, and once however often a drawing changed meanwhile.

use std::cell::RefCell;
use std::collections::VecDeque;

use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use gloo::utils::window;

/// When painting has taken so long, first pictures wait for the next frame.
const ENOUGH_MS: f64 = 10.0;

struct Job {
    is_first: bool,
    run: Box<dyn FnOnce()>,
}

#[derive(Default)]
struct Frames {
    waiting: VecDeque<Job>,
    asked: Option<AnimationFrame>,
}

thread_local! {
    static FRAMES: RefCell<Frames> = RefCell::default();
}

/// Runs `run` in the next frame, in the order asked. The first picture of something (`is_first`)
/// takes longer and nobody misses it yet: it may come a frame later, so that a page that opens
/// stays responsive.
pub fn in_next_frame(is_first: bool, run: impl FnOnce() + 'static) {
    FRAMES.with_borrow_mut(|frames| {
        let run = Box::new(run);
        frames.waiting.push_back(Job { is_first, run });
        frames.ask();
    });
}

impl Frames {
    fn ask(&mut self) {
        if self.asked.is_none() {
            self.asked = Some(request_animation_frame(|_| paint_all()));
        }
    }
}

fn paint_all() {
    // What is asked for meanwhile belongs to the frame after.
    let count = FRAMES.with_borrow_mut(|frames| {
        frames.asked = None;
        frames.waiting.len()
    });
    let start = now();
    for number in 0..count {
        let job = FRAMES.with_borrow_mut(|frames| {
            let next = frames.waiting.front()?;
            if next.is_first && number > 0 && now() - start > ENOUGH_MS {
                frames.ask();
                return None;
            }
            frames.waiting.pop_front()
        });
        let Some(job) = job else { return };
        (job.run)();
    }
}

thread_local! {
    static TASKS: RefCell<VecDeque<Box<dyn FnOnce()>>> = RefCell::default();
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

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
