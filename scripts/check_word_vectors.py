"""Reads `vectors.txt` of a word2vec folder with gensim and compares it with `model.safetensors`.

    pip install gensim safetensors
    python scripts/check_word_vectors.py www/models/village-word2vec
"""

import sys
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors
from safetensors.numpy import load_file

folder = Path(sys.argv[1])
vectors = KeyedVectors.load_word2vec_format(str(folder / "vectors.txt"), binary=False)
tables = load_file(str(folder / "model.safetensors"))
words = [line.split(" ")[0] for line in (folder / "vocab.txt").read_text().splitlines()]

assert vectors.index_to_key == words, "the words are not those of vocab.txt"
assert vectors.vectors.shape == tables["skip_gram"].shape == tables["cbow"].shape
off = np.abs(vectors.vectors - tables["skip_gram"].astype(np.float32)).max()
assert off < 2e-3, f"the text differs from model.safetensors by {off}"
print(f"gensim reads {len(words)} vectors of {vectors.vector_size} numbers; largest rounding {off:.5f}")
for a, b, c in [("미나", "mina", "사과"), ("dog", "dogs", "apple"), ("big", "small", "hot")]:
    best = vectors.most_similar(positive=[b, c], negative=[a], topn=1)[0]
    print(f"{a} : {b} = {c} : {best[0]} ({best[1]:.2f})")
