"""Writes the first inputs of the fuzz targets, made of the golden checkpoints: see "Fuzzing" in
CONTRIBUTING.md.

    python3 scripts/make_fuzz_seeds.py fuzz/corpus
"""

import io
import json
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def module(name, *classes):
    """A module that pickle takes for one of torch's."""
    made = types.ModuleType(name)
    for each in classes:
        setattr(made, each, type(each, (), {"__module__": name}))
    sys.modules[name] = made
    return made


class Tensor:
    """Pickled as torch pickles a tensor."""

    def __init__(self, key, storage, shape, strides, offset=0):
        self.storage = (key, storage)
        self.rest = (offset, shape, strides, False, {})

    def __reduce__(self):
        return rebuild, (Storage(*self.storage), *self.rest)


class Storage:
    def __init__(self, key, kind):
        self.key, self.kind = key, kind


class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        if isinstance(thing, Storage):
            return ("storage", getattr(torch, thing.kind), thing.key, "cpu", 6)
        return None


KINDS = ["FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage"]
torch = module("torch", *KINDS)
utils = module("torch._utils")


def rebuild():
    """Only its name is pickled."""


rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
utils._rebuild_tensor_v2 = rebuild
STATE = {
    "a": Tensor("0", "FloatStorage", (2, 3), (3, 1)),
    "turned": Tensor("0", "FloatStorage", (3, 2), (1, 3)),
    "half": Tensor("1", "HalfStorage", (2,), (2,), 1),
    "brain": Tensor("2", "BFloat16Storage", (), ()),
    "none": Tensor("3", "LongStorage", (0, 4), (4, 1)),
}


def pickled(value, protocol):
    out = io.BytesIO()
    Pickler(out, protocol).dump(value)
    return out.getvalue()


def torch_archive(protocol):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("m/data.pkl", pickled({"state_dict": STATE, "epoch": 3}, protocol))
        archive.writestr("m/byteorder", "little")
        for key in range(4):
            archive.writestr(f"m/data/{key}", bytes(range(48)))
    return out.getvalue()


def torch_legacy(protocol):
    magic = 0x1950A86A20F9469CFC6C
    parts = [magic, 1001, {"little_endian": True}, STATE, ["0", "1", "2", "3"]]
    out = b"".join(pickled(part, protocol) for part in parts)
    sizes = [4, 2, 2, 8]
    return out + b"".join(struct.pack("<q", 6) + bytes(6 * size) for size in sizes)


def safetensors(entries, data=b""):
    header = json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header + data


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


SMALL = {"a": entry("F32", [2, 1], 0, 8), "b": entry("BF16", [], 8, 10), "c": entry("F16", [0, 3], 10, 10)}
PACKED = {
    "__metadata__": {"row_lengths": "m 5\n"},
    "m": entry("U8", [2, 4], 0, 8),
    "m.scale": entry("F16", [2], 8, 12),
}


def text(path):
    return path.read_bytes().strip()


def compact(path):
    """A JSON file without white space: more of it within an input's length."""
    return json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":")).encode()


def seeds():
    configs = [compact(path) for path in sorted(GOLDEN.glob("*/config.json"))]
    header = json.dumps(SMALL).encode()
    yield "config", configs
    yield "config", [b"\0".join([config, header]) for config in configs[::3]]
    yield "config", [compact(path) for path in GOLDEN.glob("*/*index.json")]
    yield "safetensors", [safetensors(SMALL, bytes(10)), safetensors(PACKED, bytes(12))]
    yield "safetensors", [path.read_bytes() for path in GOLDEN.glob("lstm-*/single.safetensors")]
    yield "pickle", [path.read_bytes() for path in GOLDEN.glob("*/*.bin")]
    yield "pickle", [make(protocol) for make in (torch_archive, torch_legacy) for protocol in (2, 4)]
    files = {path.parent.name: compact(path) for path in GOLDEN.glob("tokenizers/*/tokenizer.json")}
    yield "tokenizer", [files["gpt2"], files["gpt2"] + b"\0A text, <|endoftext|> \xf0\x9f\x99\x82"]
    yield "opened_tokenizer", [b"t\0" + file for file in files.values()]
    yield "opened_tokenizer", [b"t\0" + file + "\0미나's  text".encode() for file in files.values()]
    gpt2, bert = json.loads(files["gpt2"]), json.loads(files["bert-cased"])
    ids = bert["model"]["vocab"]
    older = {
        "v": json.dumps(gpt2["model"]["vocab"]),
        "m": "\n".join(pair if isinstance(pair, str) else " ".join(pair) for pair in gpt2["model"]["merges"]),
        "w": "\n".join(sorted(ids, key=ids.get)),
        "c": '{"cls_token": "[CLS]", "unk_token": {"content": "[UNK]"}, "do_lower_case": false}',
    }
    yield "opened_tokenizer", ["\0".join([names, *(older[n] for n in names)]).encode() for names in ("vm", "w", "wc", "vmc")]


def main():
    for target, inputs in seeds():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        first = len(list(folder.iterdir()))
        for index, data in enumerate(inputs, first):
            (folder / f"seed-{index:02}").write_bytes(data)


if __name__ == "__main__":
    main()
