//! The address: everything reads back, nothing breaks it.

use proptest::prelude::*;

use super::*;

fn open(query: &str) -> State {
    State::open(query, &Preferences::default(), Language::En)
}

fn shared_part(state: &State) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (state.text.clone(), state.generation.clone()),
        (state.sampling, state.focus.clone()),
        (state.projector.chosen, state.projector.against),
        (state.language, state.theme, state.type_size),
        state.engines.wanted,
    )
}

#[test]
fn at_first_the_address_is_bare() {
    assert_eq!(open("").query(), "");
    assert_eq!(open("").text, prepared_text(Language::En));
    assert_eq!(open("?lang=ko").text, prepared_text(Language::Ko));
}

#[test]
fn everything_reads_back() {
    let query = "text=%EB%AF%B8%EB%82%98+%26+a%2Bb&gen=3.1.4&seed=42&temp=0.8&k=40&p=0.95\
         &minp=0.05&rep=1.3&greedy=1&layer=0&head=2&token=2&open=mlp&panels=why.map\
         &why=blocks.3.attn.scores%5B1%2C8%2C0%5D%3Braw%3Ablocks.3.attn.scores%5B1%2C8%2C0%5D&map=3\
         &measure=rollout&words=1&sort=induction&target=7&at=143&beside=9&lang=ko&theme=dark&backend=cpu\
         &size=1.25";
    let state = open(query);
    assert_eq!(state.text, "미나 & a+b");
    assert_eq!(state.query(), query);
    assert_eq!(shared_part(&open(&state.query())), shared_part(&state));
}

#[test]
fn what_cannot_be_read_is_ignored() {
    let query = "temp=hot&k=-1&p=7&minp=2&rep=0.5&seed=&gen=1.x&layer=a&token=&open=door&why=q%5B1%5D%3Bp&map=-\
         &measure=length&words=2&sort=best&target=a&at=-1&beside=last&lang=xx\
         &theme=pink&backend=abacus&size=9&nothing&=&%=1&text=%FF&temp=NaN";
    assert_eq!(shared_part(&open(query)), shared_part(&open("")));
}

#[test]
fn an_empty_text_is_a_text() {
    let mut state = open("");
    state.text.clear();
    assert_eq!(open(&state.query()).text, "");
}

#[test]
fn a_link_does_not_depend_on_who_opens_it() {
    let mut state = open("seed=3");
    state.text = prepared_text(Language::En).to_owned();
    let preferences = Preferences {
        language: Some(Language::Ko),
        theme: None,
        sampling: "temp=0.5&seed=9".to_owned(),
    };
    for query in [state.query(), state.share_query()] {
        let seen = State::open(&query, &preferences, Language::Ko);
        assert_eq!(shared_part(&seen), shared_part(&state), "{query}");
    }
}

#[test]
fn sampling_is_remembered_for_a_bare_address() {
    let preferences = Preferences {
        sampling: "temp=0.5&seed=9".to_owned(),
        ..Preferences::default()
    };
    let state = State::open("?backend=cpu", &preferences, Language::En);
    assert_eq!(state.sampling.temperature, 0.5);
    assert_eq!(state.sampling.seed, 0, "a seed is not remembered");
    assert_eq!(state.sampling_query(), "temp=0.5");
}

proptest! {
    #[test]
    fn any_text_reads_back(text in ".*", seed: u64, gen_ids: Vec<u32>) {
        let mut state = open("");
        state.text = text;
        state.sampling.seed = seed;
        state.generation = gen_ids;
        for query in [state.query(), state.share_query()] {
            prop_assert_eq!(shared_part(&open(&query)), shared_part(&state));
        }
    }

    #[test]
    fn no_address_is_a_crash(query in ".*") {
        open(&query);
    }
}

#[test]
fn the_address_carries_models_and_what_is_looked_at_in_them() {
    let query = "model=target&panels=compare&with=memory&attn=source&mean=1&cell=gates.forget&lang=en\
         &backend=cpu";
    let state = Page::site(query).state;
    assert_eq!(state.query(), query);
    assert_eq!(state.shelf.wanted(), Some("target"));
    // What is as it is at first is left out, and what cannot be read too.
    let query = "model=target&attn=cross&mean=0&cell=gate&with=nobody";
    let state = Page::site(query).state;
    assert_eq!(state.query(), "model=target&panels=compare&lang=en");
}
