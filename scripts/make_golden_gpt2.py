#!/usr/bin/env python3
"""Writes the golden data of tests/golden: tiny random GPT-2s and what PyTorch computes with them.

    pip install torch transformers safetensors
    python3 scripts/make_golden_gpt2.py

The weights are drawn once; the committed files are what the tests compare with.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden"
IDS = [3, 17, 5, 5, 0, 22, 11, 3, 9]

CASES = {
    "gpt2-tied": {},
    "gpt2-untied-relu": {"tie_word_embeddings": False, "activation_function": "relu", "n_inner": 20},
}


def activations(model, ids):
    """Activations by our names, batch axis removed."""
    kept = {}

    def keep(name):
        return lambda _module, _inputs, output: kept.update({name: output})

    body = model.transformer
    for layer, block in enumerate(body.h):
        block.ln_1.register_forward_hook(keep(f"blocks.{layer}.ln1"))
        block.ln_2.register_forward_hook(keep(f"blocks.{layer}.ln2"))
        block.mlp.c_fc.register_forward_hook(keep(f"blocks.{layer}.mlp.pre"))
        block.mlp.act.register_forward_hook(keep(f"blocks.{layer}.mlp.post"))
        block.mlp.register_forward_hook(keep(f"blocks.{layer}.mlp_out"))
        block.attn.c_proj.register_forward_hook(keep(f"blocks.{layer}.attn_out"))
    body.wte.register_forward_hook(keep("embed"))
    body.ln_f.register_forward_hook(keep("ln_final"))
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    for layer, pattern in enumerate(out.attentions):
        kept[f"blocks.{layer}.attn.pattern"] = pattern
        kept[f"blocks.{layer}.resid_pre"] = out.hidden_states[layer]
    kept["logits"] = out.logits
    return {name: value[0].contiguous().float() for name, value in kept.items()}


def after_step(model, ids):
    """The loss of the next token, and the weights after one step of plain gradient descent on it."""
    ids = torch.tensor([ids])
    loss = model(ids, labels=ids).loss
    loss.backward()
    kept, seen = {}, set()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(0.5 * parameter.grad)
        for name, parameter in model.named_parameters():
            if parameter.data_ptr() not in seen:
                seen.add(parameter.data_ptr())
                kept[name] = parameter.detach().clone().contiguous()
    return loss.item(), kept


def main():
    for seed, (name, options) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        config = GPT2Config(
            vocab_size=24, n_positions=16, n_embd=12, n_layer=2, n_head=3, initializer_range=0.3,
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0, **options,
        )
        config._attn_implementation = "eager"
        model = GPT2LMHeadModel(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.2 * torch.randn_like(parameter))
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        for extra in folder.glob("generation_config.json"):
            extra.unlink()
        save_file(activations(model, IDS), folder / "expected.safetensors", metadata={"ids": json.dumps(IDS)})
        loss, weights = after_step(model, IDS)
        described = {"loss": json.dumps(loss), "learning_rate": "0.5"}
        save_file(weights, folder / "after_step.safetensors", metadata=described)
        print(folder.name, [path.name for path in folder.iterdir()])


if __name__ == "__main__":
    main()
