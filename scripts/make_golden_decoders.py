#!/usr/bin/env python3
"""Writes the golden data of tests/golden/{llama,neox,distilbert}-*: tiny random checkpoints and what PyTorch
computes with them.

    pip install torch transformers safetensors
    python3 scripts/make_golden_decoders.py [name ...]

Each folder has config.json, the weights (model.safetensors, or shards with model.safetensors.index.json; rounded
to F16 or BF16 first where the name says so) and expected.safetensors: every activation by our names, batch axis
kept. Those of distilbert-head have the same weights a second and a third time, as torch.save writes them now and
as it did before PyTorch 1.6.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (
    DistilBertConfig, DistilBertForMaskedLM, DistilBertModel, GPTNeoXConfig, GPTNeoXForCausalLM, LlamaConfig,
    LlamaForCausalLM,
)
from transformers.models.gpt_neox import modeling_gpt_neox
from transformers.models.llama import modeling_llama

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden"
IDS = [[3, 17, 5, 5, 0, 22, 11, 3, 9, 14, 20, 1]]
LLAMA_3 = {
    "rope_type": "llama3", "rope_theta": 50.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 16,
}

# Options of the configuration; `older` rewrites config.json with the fields of before transformers 5, `dtype` and
# `shard` say how the weights are kept.
LLAMA = {
    "llama-grouped-tied": {
        "hidden_size": 24, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 4,
        "tie_word_embeddings": True,
    },
    "llama-scaled-biased": {
        "hidden_size": 32, "num_attention_heads": 8, "num_key_value_heads": 2, "attention_bias": True,
        "mlp_bias": True, "rope_parameters": LLAMA_3,
    },
    "llama-older-bf16-shards": {
        "hidden_size": 24, "num_attention_heads": 4, "rope_parameters": {
            "rope_type": "linear", "rope_theta": 100.0, "factor": 2.0,
        },
        "older": True, "dtype": torch.bfloat16, "shard": "8KB",
    },
    "llama-older-llama3": {
        "hidden_size": 16, "num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 1,
        "rope_parameters": LLAMA_3 | {"original_max_position_embeddings": 32}, "older": True,
    },
}
NEOX = {
    "neox-parallel": {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.25}},
    "neox-sequential-f16": {
        "use_parallel_residual": False, "hidden_act": "gelu_new", "attention_bias": False,
        "rope_parameters": {"rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.25},
        "older": True, "dtype": torch.float16,
    },
}
DISTILBERT = {"distilbert-head": {}, "distilbert-headless": {}}


def keeper(kept):
    def keep(name):
        return lambda _module, _inputs, output: kept.update({name: output[0] if isinstance(output, tuple) else output})

    def keep_input(name, shape=None):
        def hook(_module, inputs):
            value = inputs[0]
            kept[name] = value if shape is None else value.unflatten(-1, shape).transpose(1, 2)

        return hook

    return keep, keep_input


def repeated(k, q):
    return k.repeat_interleave(q.shape[1] // k.shape[1], dim=1)


def decoder_activations(model, ids):
    """Activations by our names, batch axis kept."""
    is_llama = isinstance(model, LlamaForCausalLM)
    kept = {}
    keep, keep_input = keeper(kept)
    body = model.model if is_llama else model.gpt_neox
    config = model.config
    for layer, block in enumerate(body.layers):
        name = f"blocks.{layer}"
        attention = block.self_attn if is_llama else block.attention
        out = attention.o_proj if is_llama else attention.dense
        up = block.mlp.gate_proj if is_llama else block.mlp.dense_h_to_4h
        down = block.mlp.down_proj if is_llama else block.mlp.dense_4h_to_h
        block.register_forward_pre_hook(keep_input(f"{name}.resid_pre"))
        block.register_forward_hook(keep(f"{name}.resid_post"))
        block.input_layernorm.register_forward_hook(keep(f"{name}.ln1"))
        block.post_attention_layernorm.register_forward_hook(keep(f"{name}.ln2"))
        if is_llama or not config.use_parallel_residual:
            block.post_attention_layernorm.register_forward_pre_hook(keep_input(f"{name}.resid_mid"))
        out.register_forward_pre_hook(keep_input(f"{name}.attn.z", (config.num_attention_heads, -1)))
        out.register_forward_hook(keep(f"{name}.attn_out"))
        up.register_forward_hook(keep(f"{name}.mlp.pre"))
        down.register_forward_pre_hook(keep_input(f"{name}.mlp.post"))
        down.register_forward_hook(keep(f"{name}.mlp_out"))
    (body.embed_tokens if is_llama else body.embed_in).register_forward_hook(keep("embed"))
    (body.norm if is_llama else body.final_layer_norm).register_forward_hook(keep("ln_final"))

    module = modeling_llama if is_llama else modeling_gpt_neox
    turned, attended = [], []
    rotate, attend = module.apply_rotary_pos_emb, module.eager_attention_forward
    module.apply_rotary_pos_emb = lambda *args, **options: turned.append(rotate(*args, **options)) or turned[-1]
    module.eager_attention_forward = lambda *args, **options: attended.append(args[3]) or attend(*args, **options)
    try:
        with torch.no_grad():
            out = model(torch.tensor(ids), output_attentions=True, use_cache=False)
    finally:
        module.apply_rotary_pos_emb, module.eager_attention_forward = rotate, attend
    for layer, (q, k) in enumerate(turned):
        name = f"blocks.{layer}.attn"
        kept.update({f"{name}.q": q, f"{name}.k": k, f"{name}.v": attended[layer]})
        kept[f"{name}.scores"] = q @ repeated(k, q).transpose(2, 3) * q.shape[-1] ** -0.5
        kept[f"{name}.pattern"] = out.attentions[layer]
    assert len(turned) == len(attended) == len(body.layers)
    kept["logits"] = out.logits
    return {name: value.detach().float().clone().contiguous() for name, value in kept.items()}


def encoder_activations(model, ids):
    """Activations of a DistilBERT by our names, batch axis kept."""
    kept = {}
    keep, keep_input = keeper(kept)
    body = getattr(model, "distilbert", model)
    body.embeddings.word_embeddings.register_forward_hook(keep("embed"))
    body.embeddings.position_embeddings.register_forward_hook(keep("pos_embed"))
    for layer, block in enumerate(body.transformer.layer):
        name = f"blocks.{layer}"
        block.attention.out_lin.register_forward_hook(keep(f"{name}.attn_out"))
        block.sa_layer_norm.register_forward_pre_hook(keep_input(f"{name}.resid_mid"))
        block.sa_layer_norm.register_forward_hook(keep(f"{name}.ln1"))
        block.ffn.lin1.register_forward_hook(keep(f"{name}.mlp.pre"))
        block.ffn.lin2.register_forward_pre_hook(keep_input(f"{name}.mlp.post"))
        block.ffn.lin2.register_forward_hook(keep(f"{name}.mlp_out"))
    if hasattr(model, "vocab_layer_norm"):
        model.vocab_layer_norm.register_forward_hook(keep("ln_final"))
    with torch.no_grad():
        out = model(torch.tensor(ids), output_attentions=True, output_hidden_states=True)
    for layer, pattern in enumerate(out.attentions):
        kept[f"blocks.{layer}.attn.pattern"] = pattern
        kept[f"blocks.{layer}.resid_pre"] = out.hidden_states[layer]
        kept[f"blocks.{layer}.resid_post"] = out.hidden_states[layer + 1]
    if hasattr(model, "vocab_layer_norm"):
        kept["logits"] = out.logits
    return {name: value.detach().float().clone().contiguous() for name, value in kept.items()}


def in_older_words(config):
    """The fields of config.json as files of before transformers 5 have them."""
    rope = config.pop("rope_parameters")
    config.pop("dtype", None)
    config.pop("head_dim", None)
    kind, base = rope.pop("rope_type"), rope.pop("rope_theta")
    if config["model_type"] == "gpt_neox":
        config.pop("attention_bias", None) if config.get("attention_bias", True) else None
        config.update(rotary_emb_base=int(base), rotary_pct=rope.pop("partial_rotary_factor"))
        config["rope_scaling"] = None
    else:
        rope.pop("partial_rotary_factor", None)
        config["rope_theta"] = base
        config["rope_scaling"] = {"type" if kind == "linear" else "rope_type": kind, **rope}
    return config


def drawn(model, dtype):
    """The model with weights that are all at work, rounded to `dtype`."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
            parameter.copy_(parameter.to(dtype).float())
    return model.eval()


def save(name, model, dtype, shard, is_older, activations):
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    expected = activations(model, IDS)
    options = {"max_shard_size": shard} if shard else {}
    model.to(dtype).save_pretrained(folder, **options)
    for extra in folder.glob("generation_config.json"):
        extra.unlink()
    if is_older:
        path = folder / "config.json"
        path.write_text(json.dumps(in_older_words(json.loads(path.read_text())), indent=2) + "\n")
    save_file(expected, folder / "expected.safetensors", metadata={"ids": json.dumps(IDS)})
    return folder


def main():
    names = sys.argv[1:]
    cases = [*LLAMA, *NEOX, *DISTILBERT]
    for seed, name in enumerate(cases):
        if names and name not in names:
            continue
        torch.manual_seed(seed)
        options = dict({**LLAMA, **NEOX, **DISTILBERT}[name])
        dtype, shard = options.pop("dtype", torch.float32), options.pop("shard", None)
        is_older = options.pop("older", False)
        if name in LLAMA:
            config = LlamaConfig(**{
                "vocab_size": 24, "intermediate_size": 20, "num_hidden_layers": 2, "max_position_embeddings": 64,
                "initializer_range": 0.3, "rms_norm_eps": 1e-5, "bos_token_id": 1, "eos_token_id": 2, **options,
            })
            config._attn_implementation = "eager"
            folder = save(name, drawn(LlamaForCausalLM(config), dtype), dtype, shard, is_older, decoder_activations)
        elif name in NEOX:
            config = GPTNeoXConfig(
                vocab_size=24, hidden_size=32, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2,
                max_position_embeddings=64, initializer_range=0.3, bos_token_id=0, eos_token_id=0, **options,
            )
            config._attn_implementation = "eager"
            folder = save(name, drawn(GPTNeoXForCausalLM(config), dtype), dtype, shard, is_older, decoder_activations)
        else:
            config = DistilBertConfig(
                vocab_size=24, dim=12, n_layers=2, n_heads=3, hidden_dim=20, max_position_embeddings=16,
                initializer_range=0.3, dropout=0.0, attention_dropout=0.0, pad_token_id=0, **options,
            )
            config._attn_implementation = "eager"
            kind = DistilBertModel if "headless" in name else DistilBertForMaskedLM
            model = drawn(kind(config), dtype)
            folder = save(name, model, dtype, shard, is_older, encoder_activations)
            if name == "distilbert-head":
                weights = model.state_dict()
                torch.save(weights, folder / "pytorch_model.bin")
                torch.save(weights, folder / "legacy.bin", _use_new_zipfile_serialization=False)
        print(folder.name, {path.name: path.stat().st_size for path in sorted(folder.iterdir())})


if __name__ == "__main__":
    main()
