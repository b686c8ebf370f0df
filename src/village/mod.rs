//! The village: a small world and its language, in English and in Korean.
//!
//! The bundled models are trained on stories that this folder tells. A seeded simulator
//! ([`World`]) makes events happen to people, things and places; a grammar of templates
//! ([`Grammar`]) says each event in one language and parses what it says; questions at the end
//! ask for what the world knows. So what a model should know is known exactly. After the bAbI
//! tasks (Weston et al. 2015, arXiv:1502.05698) and TinyStories (Eldan and Li 2023,
//! arXiv:2305.07759).
//!
//! | file | is |
//! |---|---|
//! | `chooser` | every choice, drawn and recorded: the entropy of the language |
//! | `lexicon` | the words of both languages |
//! | `hangul` | Korean particles and conjugation |
//! | `event`, `world`, `candidates` | what happens, the state, what can happen next |
//! | `grammar` | templates, said and parsed |
//! | `teller`, `story`, `question` | a text told event by event, a story and its questions |
//! | `slices` | what is told besides stories: pairs of sentences, labels, questions, ... |
//! | `split` | what training never sees |
//! | `parser`, `corrupt` | the strict parser, and what it must reject |
//! | `continuation` | evaluation: which sentences of a continued text are of the village |
//! | `recall` | evaluation: questions whose fact is far back |
//! | `blanks` | evaluation: words that the text around them determines |
//! | `relations` | word pairs by relation, words by kind, a glossary: for word vectors |
//! | `entropy` | the information of a sample of stories |

mod blanks;
mod candidates;
mod chooser;
mod continuation;
mod corrupt;
mod entropy;
mod event;
mod grammar;
mod hangul;
mod lexicon;
mod parser;
mod question;
mod recall;
mod relations;
mod slices;
mod split;
mod story;
mod teller;
mod world;

pub use blanks::{Blank, BlankKind, blanks, determined_words};
pub use chooser::{Chooser, SplitMix64};
pub use continuation::{JudgedSentence, judge_continuation};
pub use corrupt::{Corruption, corrupt};
pub use entropy::{Entropy, entropy, slice_entropy};
pub use event::{Category, Event, Meaning};
pub use grammar::{Grammar, Language, Template};
pub use hangul::{Particle, StemClass, infinitive, past_stem, prospective};
pub use lexicon::korean_nominals;
pub use parser::{ParseError, Parsed, SplitText, is_grammatical, parse_text, split_sentences};
pub use recall::{MIN_DISTRACTORS, MIN_FACT_DISTANCE_WORDS, RecallItem, recall_questions};
pub use relations::{GlossaryEntry, RelationFamily, glossary, word_categories};
pub use slices::{
    Alignment, AlignmentCounts, BadAnswer, Book, Content, Document, Example, Fact, FactParts,
    Fault, InstructionParts, InstructionTask, Link, Manner, ParallelParts, ParsedSum, Parts,
    PatternKind, PatternParts, QuestionParts, Relation, Rule, Sentiment, SentimentParts, Slice,
    SumForm, SumParts, SumProblem, SumStory, SumVerdict, Told, Verdict, almanac, answer_from_facts,
    documents, english_plural, fact_asked_by, generate_example, is_equivalent_translation,
    is_held_out_sum, judge_answer, judge_sum, parse_fact, parse_instruction, parse_sum,
    sentiment_after, solve_pattern, split_sentiment,
};
pub use split::{Split, has_held_out_combination, is_held_out_person_place};
pub use story::{Question, Sentence, Story, generate_story};
pub use world::{FeelingState, Location, PersonState, ThingState, World};
