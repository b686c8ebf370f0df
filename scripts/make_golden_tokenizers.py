#!/usr/bin/env python3
"""Writes the golden data of tests/golden/tokenizers: a small tokenizer.json of every kind of
checkpoint, and what Hugging Face's library makes of some texts with it.

    pip install tokenizers
    python3 scripts/make_golden_tokenizers.py

Each folder has tokenizer.json and expected.json: {"texts": [{"text", "ids", "spans", "plain"}]},
`ids` and `spans` (in bytes) with the post-processor's tokens, `plain` the ids with special tokens
read as plain text and without those of the post-processor.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden" / "tokenizers"

CORPUS = [
    "Mina gave the red ball to Jun. Jun thanked Mina and put the ball into the box.",
    "Who has the ball now? The ball is in the box, and the box is in the kitchen.",
    "Nobody was unhappy; they were playing, running, jumping and singing in the garden.",
    "미나는 준에게 빨간 공을 주었다. 준은 미나에게 고마워하며 공을 상자에 넣었다.",
    "지금 공은 누가 가지고 있니? 공은 상자 안에 있고 상자는 부엌에 있다.",
    "아무도 슬프지 않았다. 모두 정원에서 놀고 달리고 뛰고 노래했다.",
    "It was 1,024 steps; 2048 was too many. café naïve résumé",
] * 8

TEXTS = [
    "",
    "Mina gave the red ball to Jun.",
    "  two  spaces, a\ttab and\na line\n\n",
    "Unhappiness! Don't; it's 1,024 (or 2048)?",
    "미나는 준에게 빨간 공을 주었다.",
    "뷁 쀍 한글과 English를 섞은 문장 3개",
    "Emoji: 👋🏽 👩‍👩‍👧‍👦 🏳️‍🌈!",
    "CAFÉ café cafe\u0301 ﬁne ｆｕｌｌ 中文字 ㄱㅏ \u1112\u1161\u11ab",
    "zero\u200bwidth \ufeff\u00a0nbsp \u3000 end",
]

# What every kind of tokenizer adds, for the texts in which it is written out.
SPECIAL = {
    "gpt2": "<|endoftext|>",
    "llama3": "<|begin|>",
    "neox": "<|endoftext|>",
    "bert-uncased": "[MASK]",
    "bert-cased": "[MASK]",
    "t5": "<extra_id_0>",
    "llama": "</s>",
    "kogpt2": "<unused0>",
}


def byte_level(tokenizer, special, size):
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def gpt2():
    """GPT-2: our own reader takes it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return byte_level(tokenizer, ["<|endoftext|>"], 420)


def llama3():
    """Llama 3: its own pattern, whole words first, a token that begins every text."""
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
        r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    byte_level(tokenizer, ["<|begin|>", "<|end|>"], 400)
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))]
        ),
    ])
    return tokenizer


def neox():
    """GPT-NeoX: composed letters, spans without the space before a word, runs of spaces as tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    byte_level(tokenizer, ["<|endoftext|>"], 400)
    tokenizer.add_tokens([AddedToken("   ", normalized=True), AddedToken("  ", normalized=True)])
    return tokenizer


def bert(lowercase):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(
        vocab_size=420, special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    # Stored by whoever trained the model; ignored by whoever looks at one text.
    tokenizer.enable_padding(length=64, pad_id=0, pad_token="[PAD]")
    tokenizer.enable_truncation(max_length=16)
    return tokenizer


def t5():
    """T5: Unigram, a mark for the space before a word, `</s>` after every text."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(),
        pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
    ])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    extra = [f"<extra_id_{i}>" for i in range(2)]
    trainer = trainers.UnigramTrainer(
        vocab_size=360,
        special_tokens=["<pad>", "</s>", "<unk>", *extra],
        unk_token="<unk>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return tokenizer


def llama():
    """Llama and Llama 2: BPE on characters, bytes for those it does not know, `<s>` first."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Prepend("▁"), normalizers.Replace(" ", "▁"),
    ])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0),
    ])
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=460, limit_alphabet=90, show_progress=False,
        special_tokens=["<unk>", "<s>", "</s>", *bytes_],
    )
    words.train_from_iterator(CORPUS, trainer)
    learned = json.loads(words.to_str())["model"]
    tokenizer.model = models.BPE(
        vocab=learned["vocab"], merges=[tuple(pair) for pair in learned["merges"]],
        unk_token="<unk>", fuse_unk=True, byte_fallback=True,
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def kogpt2():
    """KoGPT2: BPE on characters with a mark for the space, unknown characters as one token."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=360, show_progress=False,
        special_tokens=["<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>", "<unused0>"],
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def expected(tokenizer, text):
    edges = [0]
    for character in text:
        edges.append(edges[-1] + len(character.encode()))
    tokenizer.encode_special_tokens = False
    encoded = tokenizer.encode(text)
    tokenizer.encode_special_tokens = True
    plain = tokenizer.encode(text, add_special_tokens=False)
    tokenizer.encode_special_tokens = False
    return {
        "text": text,
        "ids": encoded.ids,
        "spans": [[edges[start], edges[end]] for start, end in encoded.offsets],
        "plain": plain.ids,
    }


def main():
    kinds = {
        "gpt2": gpt2, "llama3": llama3, "neox": neox,
        "bert-uncased": lambda: bert(True), "bert-cased": lambda: bert(False),
        "t5": t5, "llama": llama, "kogpt2": kogpt2,
    }
    for name, make in kinds.items():
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = make()
        (folder / "tokenizer.json").write_text(tokenizer.to_str() + "\n")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        special = SPECIAL[name]
        texts = [*TEXTS, f"{special}The ball {special} is{special}", f"공 {special}"]
        found = [expected(tokenizer, text) for text in texts]
        (folder / "expected.json").write_text(
            json.dumps({"texts": found}, ensure_ascii=False) + "\n"
        )
        print(name, tokenizer.get_vocab_size())


if __name__ == "__main__":
    main()
