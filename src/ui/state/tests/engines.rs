//! The two engines: taking over, refusing, failing, starting again.

use super::*;

/// A page whose processor shows "ab" and whose WebGPU is ready.
fn both(query: &str, is_software: bool) -> Page {
    let mut page = Page::open(query);
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    page.ready(BackendKind::WebGpu, is_software);
    page
}

#[test]
fn webgpu_takes_over_when_it_computes_the_same() {
    let mut page = both("text=ab", false);
    page.answer_with(BackendKind::WebGpu, 1e-4);
    assert_eq!(page.state.backend(), BackendKind::WebGpu);
    page.typed("abc");
    assert_eq!(page.runs(BackendKind::WebGpu).len(), 1);
    assert!(page.runs(BackendKind::Cpu).is_empty());
}

#[test]
fn webgpu_is_refused_when_it_computes_something_else() {
    for error in [0.5, f32::NAN] {
        let mut page = both("text=ab", false);
        page.answer_with(BackendKind::WebGpu, error);
        assert_eq!(page.state.backend(), BackendKind::Cpu);
        let notice = page.state.notice();
        assert!(matches!(notice, Some(Notice::WebGpuDiffers { .. })));
    }
}

#[test]
fn a_software_adapter_is_used_only_when_asked_for() {
    let mut page = both("text=ab", true);
    assert!(page.runs(BackendKind::WebGpu).is_empty());
    assert_eq!(page.state.notice(), None, "nothing a person has to know");
    page = Page::open("text=ab&backend=webgpu");
    page.ready(BackendKind::WebGpu, true);
    page.answer(BackendKind::WebGpu);
    assert_eq!(page.state.backend(), BackendKind::WebGpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}

#[test]
fn a_lost_device_leaves_the_text_to_the_processor() {
    let mut page = both("text=ab", false);
    page.answer(BackendKind::WebGpu);
    page.typed("abc");
    let detail = "destroyed".to_owned();
    let error = EngineError::DeviceLost { detail };
    page.effects.clear();
    page.hear(
        BackendKind::WebGpu,
        Event::Failed {
            id: 0,
            error: error.clone(),
        },
    );
    assert_eq!(page.state.backend(), BackendKind::Cpu);
    assert_eq!(page.state.notice(), Some(Notice::WebGpuUnavailable(error)));
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abc".map(u32::from));
}

#[test]
fn no_adapter_when_asked_for_webgpu_starts_the_processor() {
    let mut page = Page::open("text=ab&backend=webgpu");
    let detail = String::new();
    page.hear(
        BackendKind::WebGpu,
        Event::Failed {
            id: 1,
            error: EngineError::NoAdapter { detail },
        },
    );
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
    assert!(page.state.notice().is_some());
}

#[test]
fn a_crashed_worker_is_started_again_once() {
    let mut page = Page::with("ab");
    let crash = || Action::Crashed {
        kind: BackendKind::Cpu,
        detail: String::new(),
    };
    page.act(crash());
    assert_eq!(page.state.notice(), Some(Notice::Restarted));
    page.ready(BackendKind::Cpu, false);
    page.typed("abc");
    page.answer(BackendKind::Cpu);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abc".map(u32::from));
    page.act(crash());
    assert!(matches!(page.state.notice(), Some(Notice::EngineFailed(_))));
}

#[test]
fn a_crash_behind_the_page_is_no_news() {
    let mut page = both("text=ab", false);
    page.act(Action::Crashed {
        kind: BackendKind::WebGpu,
        detail: String::new(),
    });
    assert_eq!(page.state.notice(), None);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}
