#!/usr/bin/env python3
"""Writes the golden data of tests/golden/t5-*: tiny random T5s and what PyTorch computes with them.

    pip install torch transformers safetensors
    python3 scripts/make_golden_t5.py

The weights are drawn once; the committed files are what the tests compare with.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration
from transformers.models.t5 import modeling_t5

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden"

CASES = {
    # The original: ReLU, logits from the token embeddings, scaled.
    "t5-tied": {"feed_forward_proj": "relu"},
    # v1.1: gated GELU, a head of its own, fewer blocks in the decoder.
    "t5-gated-untied": {
        "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, "num_decoder_layers": 1,
        "relative_attention_num_buckets": 12, "relative_attention_max_distance": 40,
    },
}
# Source and target of each text; of the long one, past the last bucket, only the end is kept.
TEXTS = {
    "short": ([3, 17, 5, 5, 2, 22, 1], [0, 11, 3, 9, 17]),
    "one": ([7], [0]),
    "long": ([2 + (7 * i * i + 3 * i) % 20 for i in range(150)], [2 + (5 * i * i + i) % 21 for i in range(140)]),
}
LONG_ONLY = {"decoder.ln_final"}


def activations(model, ids, target_ids):
    """Activations by our names."""
    kept, places = {}, {}

    def keep(name):
        return lambda _module, _inputs, output: kept.update({name: output})

    def keep_residual(name):
        def hook(_module, inputs, output):
            kept[name] = output[0] if isinstance(output, tuple) else output

        return hook

    handles = []
    for stack_name in ["encoder", "decoder"]:
        stack = getattr(model, stack_name)
        handles.append(stack.embed_tokens.register_forward_hook(keep(f"{stack_name}.embed")))
        handles.append(stack.final_layer_norm.register_forward_hook(keep(f"{stack_name}.ln_final")))
        for layer, block in enumerate(stack.block):
            at = f"{stack_name}.blocks.{layer}"
            parts = list(block.layer)
            places[parts[0].SelfAttention] = f"{at}.attn"
            handles.append(parts[0].layer_norm.register_forward_hook(keep(f"{at}.ln1")))
            handles.append(parts[0].SelfAttention.o.register_forward_hook(keep(f"{at}.attn_out")))
            handles.append(parts[0].register_forward_hook(keep_residual(f"{at}.resid_mid")))
            if stack_name == "decoder":
                places[parts[1].EncDecAttention] = f"{at}.cross_attn"
                handles.append(parts[1].layer_norm.register_forward_hook(keep(f"{at}.ln_cross")))
                handles.append(parts[1].EncDecAttention.o.register_forward_hook(keep(f"{at}.cross_attn_out")))
                handles.append(parts[1].register_forward_hook(keep_residual(f"{at}.resid_mid_cross")))
            mlp = parts[-1].DenseReluDense
            first = mlp.wi_0 if hasattr(mlp, "wi_0") else mlp.wi
            handles.append(parts[-1].layer_norm.register_forward_hook(keep(f"{at}.ln2")))
            handles.append(first.register_forward_hook(keep(f"{at}.mlp.pre")))
            handles.append(
                mlp.wo.register_forward_pre_hook(lambda _m, inputs, at=at: kept.update({f"{at}.mlp.post": inputs[0]}))
            )
            handles.append(mlp.register_forward_hook(keep(f"{at}.mlp_out")))
            handles.append(block.register_forward_hook(keep_residual(f"{at}.resid_post")))
            handles.append(
                block.register_forward_pre_hook(lambda _m, inputs, at=at: kept.update({f"{at}.resid_pre": inputs[0]}))
            )

    plain = modeling_t5.eager_attention_forward

    def recorded(module, query, key, value, attention_mask, position_bias=None, **options):
        out, pattern = plain(module, query, key, value, attention_mask, position_bias=position_bias, **options)
        scores = query @ key.transpose(2, 3)
        if position_bias is not None:
            scores = scores + position_bias
        stages = {"q": query, "k": key, "v": value, "scores": scores, "pattern": pattern, "z": out.transpose(1, 2)}
        kept.update({f"{places[module]}.{stage}": tensor for stage, tensor in stages.items()})
        return out, pattern

    modeling_t5.eager_attention_forward = recorded
    with torch.no_grad():
        out = model(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([target_ids]), use_cache=False)
    modeling_t5.eager_attention_forward = plain
    for handle in handles:
        handle.remove()
    kept["logits"] = out.logits
    return {name: value.clone().contiguous() for name, value in kept.items()}


def gradients(model):
    """Gradients of the mean loss over two padded pairs, and what they were computed from."""
    ids = torch.tensor([[3, 17, 5, 5, 2, 22, 1], [9, 8, 4, 1, 0, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0]])
    labels = torch.tensor([[11, 3, 9, 17, 1], [6, 2, 1, -100, -100]])
    model.zero_grad()
    out = model(input_ids=ids, attention_mask=mask, labels=labels)
    out.loss.backward()
    kept = {name: parameter.grad.contiguous() for name, parameter in model.named_parameters()}
    kept["logits"] = out.logits.detach()[0]
    notes = {
        "ids": ids.tolist(),
        "mask": mask.tolist(),
        "decoder_ids": model._shift_right(labels).tolist(),
        "labels": labels.tolist(),
        "loss": out.loss.item(),
    }
    return kept, {key: json.dumps(value) for key, value in notes.items()}


def buckets(config):
    """Buckets of key - query from -200 to 200, in the encoder and in the decoder."""
    places = torch.arange(-200, 201)
    return {
        name: modeling_t5.T5Attention._relative_position_bucket(
            places, bidirectional, config.relative_attention_num_buckets, config.relative_attention_max_distance
        ).tolist()
        for name, bidirectional in [("bidirectional", True), ("causal", False)]
    }


def main():
    for seed, (name, options) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        config = T5Config(
            vocab_size=24, d_model=16, d_kv=6, d_ff=14, num_layers=2, num_heads=3, dropout_rate=0.0,
            pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, **options,
        )
        config._attn_implementation = "eager"
        model = T5ForConditionalGeneration(config).eval()
        untied = options.get("tie_word_embeddings") is False
        if untied:
            model.lm_head.weight = torch.nn.Parameter(0.3 * torch.randn_like(model.lm_head.weight))
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if "relative_attention_bias" in key:
                    parameter.copy_(torch.randn_like(parameter))
                else:
                    parameter.add_(0.2 * torch.randn_like(parameter))
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        for extra in folder.glob("generation_config.json"):
            extra.unlink()
        if untied:
            # As the published v1.1 checkpoints say it; newer versions write `scale_decoder_outputs`.
            path = folder / "config.json"
            fields = json.loads(path.read_text())
            fields.pop("scale_decoder_outputs", None)
            fields["tie_word_embeddings"] = False
            path.write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n")
        for text, (ids, target_ids) in TEXTS.items():
            kept = activations(model, ids, target_ids)
            if text == "long":
                kept = {key: value for key, value in kept.items() if key in LONG_ONLY}
            notes = {"ids": json.dumps(ids), "target_ids": json.dumps(target_ids)}
            save_file(kept, folder / f"expected-{text}.safetensors", metadata=notes)
        kept, notes = gradients(model)
        save_file(kept, folder / "gradients.safetensors", metadata=notes)
        (folder / "buckets.json").write_text(json.dumps(buckets(config)) + "\n")
        print(folder.name, {path.name: path.stat().st_size for path in folder.iterdir()})


if __name__ == "__main__":
    main()
