#!/usr/bin/env python3
"""Writes the golden data of tests/golden/bert-*: tiny random BERTs and what PyTorch computes with them.

    pip install torch transformers safetensors
    python3 scripts/make_golden_bert.py

Each folder has config.json, model.safetensors, expected.safetensors (activations of two texts of
different length, the second sentence of each marked by its token types, batch axis kept),
single.safetensors (one text of one token) and, with a head, after_step.safetensors: the weights
after one step of plain gradient descent on the masked-token loss.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM, BertModel

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden"
INPUT = {
    "ids": [[3, 17, 5, 1, 12, 22, 1, 3, 9], [4, 1, 20, 7, 2, 0, 0, 0, 0]],
    "token_types": [[0, 0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 0, 0, 0, 0]],
    "attention_mask": [[1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 0, 0, 0]],
    "labels": [[-100, -100, -100, 8, -100, -100, 21, -100, -100], [-100, 6] + [-100] * 7],
}
SINGLE = {"ids": [[7]], "token_types": [[0]], "attention_mask": [[1]]}

CASES = {
    "bert-head": {},
    "bert-untied-gelu-new": {"tie_word_embeddings": False, "hidden_act": "gelu_new"},
    "bert-headless": {},
    "bert-headless-prefix": {},
}


def activations(model, given):
    """Activations by our names, batch axis kept."""
    kept = {}

    def keep(name):
        return lambda _module, _inputs, output: kept.update({name: output.detach()})

    body = getattr(model, "bert", model)
    hooks = [
        body.embeddings.word_embeddings.register_forward_hook(keep("embed")),
        body.embeddings.position_embeddings.register_forward_hook(keep("pos_embed")),
    ]
    for layer, block in enumerate(body.encoder.layer):
        name = f"blocks.{layer}"
        hooks += [
            block.attention.output.dense.register_forward_hook(keep(f"{name}.attn_out")),
            block.attention.output.LayerNorm.register_forward_hook(keep(f"{name}.ln1")),
            block.intermediate.dense.register_forward_hook(keep(f"{name}.mlp.pre")),
            block.intermediate.register_forward_hook(keep(f"{name}.mlp.post")),
            block.output.dense.register_forward_hook(keep(f"{name}.mlp_out")),
        ]
    if hasattr(model, "cls"):
        hooks.append(model.cls.predictions.transform.register_forward_hook(keep("ln_final")))
    with torch.no_grad():
        out = model(
            input_ids=torch.tensor(given["ids"]), token_type_ids=torch.tensor(given["token_types"]),
            attention_mask=torch.tensor(given["attention_mask"]),
            output_attentions=True, output_hidden_states=True,
        )
    for hook in hooks:
        hook.remove()
    for layer, pattern in enumerate(out.attentions):
        kept[f"blocks.{layer}.attn.pattern"] = pattern
        kept[f"blocks.{layer}.resid_pre"] = out.hidden_states[layer]
        kept[f"blocks.{layer}.resid_post"] = out.hidden_states[layer + 1]
    if hasattr(model, "cls"):
        kept["logits"] = out.logits
    return {name: value.float().clone().contiguous() for name, value in kept.items()}


def names_of(model):
    """Each tensor once, as save_pretrained names it."""
    seen, names = set(), {}
    for name, value in model.state_dict().items():
        if value.is_floating_point() and value.data_ptr() not in seen:
            seen.add(value.data_ptr())
            names[name] = value.detach().clone().contiguous()
    return names


def main():
    for seed, (name, options) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=24, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
            max_position_embeddings=16, initializer_range=0.3, hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0, **options,
        )
        config._attn_implementation = "eager"
        whole = BertForMaskedLM(config).eval()
        with torch.no_grad():
            for parameter in whole.parameters():
                parameter.add_(0.2 * torch.randn_like(parameter))
        model = whole
        if "headless" in name:
            model = BertModel(config, add_pooling_layer="prefix" not in name).eval()
            model.load_state_dict(whole.bert.state_dict(), strict=False)
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        for extra in folder.glob("generation_config.json"):
            extra.unlink()
        if name == "bert-headless-prefix":
            prefixed = {f"bert.{name}": value for name, value in names_of(model).items()}
            save_file(prefixed, folder / "model.safetensors", metadata={"format": "pt"})
        described = {name: json.dumps(value) for name, value in INPUT.items()}
        save_file(activations(model, INPUT), folder / "expected.safetensors", metadata=described)
        described = {name: json.dumps(value) for name, value in SINGLE.items()}
        save_file(activations(model, SINGLE), folder / "single.safetensors", metadata=described)
        if "headless" not in name:
            model.zero_grad()
            loss = model(
                input_ids=torch.tensor(INPUT["ids"]), attention_mask=torch.tensor(INPUT["attention_mask"]),
                labels=torch.tensor(INPUT["labels"]),
            ).loss
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    # An untied head has a second bias that nothing uses.
                    if parameter.grad is not None:
                        parameter.sub_(0.5 * parameter.grad)
            described = {"loss": json.dumps(loss.item()), "learning_rate": "0.5"}
            save_file(names_of(model), folder / "after_step.safetensors", metadata=described)
        print(folder.name, {path.name: path.stat().st_size for path in folder.iterdir()})


if __name__ == "__main__":
    main()
