#!/usr/bin/env python3
"""Writes the golden data of tests/golden/lstm-*: tiny random LSTMs and what PyTorch computes with them.

    pip install torch safetensors
    python3 scripts/make_golden_lstm.py

Each folder has config.json, model.safetensors, expected.safetensors (two texts), single.safetensors
(one text of one token) and after_step.safetensors: the weights after one step of plain gradient
descent on the loss of the next token.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden"
VOCAB = 24
IDS = [[3, 17, 5, 5, 0, 22, 11, 3], [4, 1, 20, 7, 2, 9, 9, 23]]
SINGLE = [[7]]

# Name of the embeddings, width of embeddings and hidden state, layers, tied or not.
CASES = {
    "lstm-tied": ("encoder", 8, 8, 1, True),
    "lstm-untied": ("embedding", 6, 8, 2, False),
    "lstm-projected": ("encoder", 6, 8, 2, True),
}


class Model(torch.nn.Module):
    def __init__(self, table, d_embed, d_hidden, n_layers, tied):
        super().__init__()
        self.table = table
        setattr(self, table, torch.nn.Embedding(VOCAB, d_embed))
        self.lstm = torch.nn.LSTM(d_embed, d_hidden, n_layers, batch_first=True)
        has_projection = tied and d_embed != d_hidden
        self.projection = torch.nn.Linear(d_hidden, d_embed) if has_projection else None
        self.decoder = torch.nn.Linear(d_embed if tied else d_hidden, VOCAB)
        if tied:
            self.decoder.weight = getattr(self, table).weight

    def forward(self, ids):
        embed = getattr(self, self.table)(ids)
        hidden, _ = self.lstm(embed)
        if self.projection is not None:
            hidden = self.projection(hidden)
        return self.decoder(hidden)


def activations(model, ids):
    """Activations by our names, batch axis kept; hidden states and cells step by step, layer by layer."""
    ids = torch.tensor(ids)
    kept = {}
    with torch.no_grad():
        kept["logits"] = model(ids)
        x = kept["embed"] = getattr(model, model.table)(ids)
        for layer in range(model.lstm.num_layers):
            weights = [getattr(model.lstm, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            cell = torch.nn.LSTMCell(x.shape[2], model.lstm.hidden_size)
            cell.load_state_dict(dict(zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), weights)))
            state, steps = None, []
            for step in range(ids.shape[1]):
                state = cell(x[:, step], state)
                steps.append(state)
            x = kept[f"cells.{layer}.hidden"] = torch.stack([hidden for hidden, _ in steps], 1)
            kept[f"cells.{layer}.cell"] = torch.stack([cell for _, cell in steps], 1)
        assert torch.allclose(x, model.lstm(kept["embed"])[0], atol=1e-6)
    return {name: value.float().clone().contiguous() for name, value in kept.items()}


def names_of(model):
    """Each tensor once."""
    return {
        name: value.detach().clone().contiguous()
        for name, value in model.named_parameters()
    }


def main():
    for seed, (name, (table, d_embed, d_hidden, n_layers, tied)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = Model(table, d_embed, d_hidden, n_layers, tied)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.3 * torch.randn_like(parameter))
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        config = {
            "model_type": "lstm", "vocab_size": VOCAB, "embedding_size": d_embed, "hidden_size": d_hidden,
            "num_layers": n_layers, "tie_word_embeddings": tied,
        }
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        save_file(names_of(model), folder / "model.safetensors", metadata={"format": "pt"})
        for file, ids in (("expected", IDS), ("single", SINGLE)):
            save_file(activations(model, ids), folder / f"{file}.safetensors", metadata={"ids": json.dumps(ids)})
        ids = torch.tensor(IDS)
        loss = torch.nn.functional.cross_entropy(model(ids[:, :-1]).reshape(-1, VOCAB), ids[:, 1:].reshape(-1))
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.sub_(0.5 * parameter.grad)
        described = {"loss": json.dumps(loss.item()), "learning_rate": "0.5"}
        save_file(names_of(model), folder / "after_step.safetensors", metadata=described)
        print(folder.name, {path.name: path.stat().st_size for path in folder.iterdir()})


if __name__ == "__main__":
    main()
