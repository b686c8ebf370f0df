//! The words of the shell, one `const` per language.

use crate::ui::i18n::Language;

/// Words that do not depend on numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Name of the page.
    pub name: &'static str,
    /// Its name in the other language.
    pub other_name: &'static str,
    /// The processor.
    pub processor: &'static str,
    /// Choosing the engine.
    pub choose_engine: &'static str,
    /// WebGPU on its way.
    pub webgpu_loading: &'static str,
    /// WebGPU cannot be used here.
    pub webgpu_missing: &'static str,
    /// Language.
    pub language: &'static str,
    /// Theme: system, light, dark.
    pub themes: [&'static str; 3],
    /// Theme.
    pub theme: &'static str,
    /// Type size.
    pub type_size: &'static str,
    /// Share.
    pub share: &'static str,
    /// The link is in the clipboard.
    pub copied: &'static str,
    /// Instead, if servers would refuse the link.
    pub too_long_to_share: &'static str,
    /// Export.
    pub export: &'static str,
    /// Menu.
    pub menu: &'static str,
    /// The prompt's name.
    pub prompt: &'static str,
    /// The prompt when it is empty.
    pub prompt_empty: &'static str,
    /// Tokens of the prompt.
    pub tokens: &'static str,
    /// Next token, drawn.
    pub next_token: &'static str,
    /// One token.
    pub step: &'static str,
    /// Generate.
    pub play: &'static str,
    /// Stop for now.
    pub pause: &'static str,
    /// Stop.
    pub stop: &'static str,
    /// Take back.
    pub undo: &'static str,
    /// Speed, in full.
    pub tokens_per_second: &'static str,
    /// Unit of speed, short.
    pub per_second: &'static str,
    /// Greedy.
    pub greedy: &'static str,
    /// Temperature.
    pub temperature: &'static str,
    /// Top-k.
    pub top_k: &'static str,
    /// Top-p.
    pub top_p: &'static str,
    /// Min-p.
    pub min_p: &'static str,
    /// Repetition penalty.
    pub repetition: &'static str,
    /// More ways to change the draw.
    pub more: &'static str,
    /// A filter that is off.
    pub off: &'static str,
    /// Seed.
    pub seed: &'static str,
    /// Next seed.
    pub next_seed: &'static str,
    /// What was generated.
    pub generated: &'static str,
    /// The flow.
    pub flow: &'static str,
    /// Embedding map.
    pub map: &'static str,
    /// Hidden states shown after which block.
    pub map_layer: &'static str,
    /// Before the first block.
    pub map_embedding: &'static str,
    /// Attention.
    pub attention: &'static str,
    /// As numbers.
    pub as_numbers: &'static str,
    /// As lines.
    pub as_lines: &'static str,
    /// Click a head to open it.
    pub click_to_open: &'static str,
    /// Head.
    pub head: &'static str,
    /// Block.
    pub block: &'static str,
    /// Block, at the beginning of a title.
    pub block_title: &'static str,
    /// Names of the sections on a phone.
    pub sections: [&'static str; 6],
    /// Name of the section on attention for a model without it.
    pub section_of_state: &'static str,
    /// Columns of the token table.
    pub token_columns: [&'static str; 4],
    /// The small key of colours: name and meaning.
    pub key: [(&'static str, &'static str); 5],
    /// Close a line.
    pub dismiss: &'static str,
    /// Open a checkpoint.
    pub open: &'static str,
    /// Where to let go of what is dragged.
    pub drop_here: &'static str,
    /// Try.
    pub others: &'static str,
}

const EN: Words = Words {
    name: "LLM Atlas",
    other_name: "LLM 지도",
    processor: "Processor",
    choose_engine: "What computes",
    webgpu_loading: "WebGPU loading",
    webgpu_missing: "WebGPU: not here",
    language: "Language",
    themes: ["Theme: system", "Theme: light", "Theme: dark"],
    theme: "Theme",
    type_size: "Type size",
    share: "Share",
    copied: "Link copied",
    too_long_to_share: "Too long for a link",
    export: "Export",
    menu: "Menu",
    prompt: "Text",
    prompt_empty: "Type a sentence",
    tokens: "Tokens of the text",
    next_token: "Next token",
    step: "Step",
    play: "Play",
    pause: "Pause",
    stop: "Stop",
    undo: "Undo",
    tokens_per_second: "Speed, tokens per second",
    per_second: "/s",
    greedy: "Greedy",
    temperature: "Temperature",
    top_k: "Top-k",
    top_p: "Top-p",
    min_p: "Min-p",
    repetition: "Repetition penalty",
    more: "More",
    off: "off",
    seed: "Seed",
    next_seed: "Next seed",
    generated: "Generated text",
    flow: "Flow",
    map: "Embeddings",
    map_layer: "Show tokens after",
    map_embedding: "embedding",
    attention: "Attention",
    as_numbers: "numbers",
    as_lines: "lines",
    click_to_open: "click to open",
    head: "head",
    block: "block",
    block_title: "Block",
    sections: ["Tokens", "Flow", "Attention", "Map", "Next", "More"],
    section_of_state: "State",
    token_columns: ["token", "id", "bytes", "embedding"],
    key: [
        ("Query", "what a token looks for"),
        ("Key", "what it can be found by"),
        ("Value", "what it hands over"),
        ("Width", "how much"),
        ("Vivid", "the chosen token’s path"),
    ],
    dismiss: "Close",
    open: "Open a checkpoint…",
    drop_here: "Drop a checkpoint’s folder or files here",
    others: "Other candidates",
};

const KO: Words = Words {
    name: "LLM 지도",
    other_name: "LLM Atlas",
    processor: "프로세서",
    choose_engine: "계산 장치",
    webgpu_loading: "WebGPU 준비 중",
    webgpu_missing: "WebGPU를 쓸 수 없음",
    language: "언어",
    themes: ["테마: 시스템", "테마: 밝게", "테마: 어둡게"],
    theme: "테마",
    type_size: "글자 크기",
    share: "공유",
    copied: "복사했습니다",
    too_long_to_share: "링크로는 너무 깁니다",
    export: "내보내기",
    menu: "메뉴",
    prompt: "글",
    prompt_empty: "문장을 써 보세요",
    tokens: "글의 토큰",
    next_token: "다음 토큰",
    step: "한 토큰",
    play: "계속",
    pause: "멈춤",
    stop: "중지",
    undo: "되돌리기",
    tokens_per_second: "속도, 1초에 토큰 몇 개",
    per_second: "/초",
    greedy: "최댓값만",
    temperature: "온도",
    top_k: "top-k",
    top_p: "top-p",
    min_p: "min-p",
    repetition: "반복 페널티",
    more: "더 보기",
    off: "끔",
    seed: "시드",
    next_seed: "다음 시드",
    generated: "생성한 글",
    flow: "흐름",
    map: "임베딩 지도",
    map_layer: "토큰을 표시할 단계",
    map_embedding: "임베딩",
    attention: "어텐션",
    as_numbers: "숫자",
    as_lines: "선",
    click_to_open: "눌러서 열기",
    head: "헤드",
    block: "블록",
    block_title: "블록",
    sections: ["토큰", "흐름", "어텐션", "지도", "예측", "더 보기"],
    section_of_state: "상태",
    token_columns: ["토큰", "id", "바이트", "임베딩"],
    key: [
        ("쿼리", "토큰이 찾는 것"),
        ("키", "찾을 때 쓰는 이름표"),
        ("값", "건네주는 내용"),
        ("굵기", "크기"),
        ("선명", "고른 토큰이 지나는 길"),
    ],
    dismiss: "닫기",
    open: "체크포인트 열기…",
    drop_here: "체크포인트 폴더나 파일을 여기에 놓으세요",
    others: "다른 후보",
};

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    language.pick(&EN, &KO)
}
