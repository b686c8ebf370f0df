"""Training speed of PyTorch and of `atlas train`: the same GPT shape, one thread each.

Prints tokens per second of processor time (which other programs on the machine disturb little) and of the
clock, in turns, so that both meet the same machine:

    cargo build --release --bin atlas
    OMP_NUM_THREADS=1 python scripts/compare_training_speed.py target/release/atlas

Needs torch and transformers. The shape is village-gpt's: 4 blocks of 4 heads, 128 wide, 256 positions,
4 sequences a step, AdamW with clipped gradients, embeddings tied; the data are random ids for PyTorch
(its time does not depend on them) and stories for atlas, which makes and cuts them while it trains.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

VOCAB, WIDTH, LAYERS, HEADS, LENGTH, BATCH = 1804, 128, 4, 4, 256, 4
STEPS = int(os.environ.get("STEPS", "60"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
TOKENS = BATCH * LENGTH


def torch_step():
    """A closure that does one training step in PyTorch."""
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=VOCAB, n_positions=LENGTH, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=None, eos_token_id=None,
    )
    config._attn_implementation = os.environ.get("ATTENTION", "sdpa")
    model = GPT2LMHeadModel(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
    generator = torch.Generator().manual_seed(1)

    def step():
        ids = torch.randint(0, VOCAB, (BATCH, LENGTH + 1), generator=generator)
        logits = model(ids[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCAB), ids[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def measure_torch(step):
    """Seconds of processor and of the clock for STEPS steps."""
    cpu, clock = time.process_time(), time.perf_counter()
    for _ in range(STEPS):
        step()
    return time.process_time() - cpu, time.perf_counter() - clock


def measure_atlas(atlas, optimizer):
    """The same for `atlas train`; what it needs to begin and to end is measured and taken off."""
    spent = []
    for steps in (1, STEPS + 1):
        recipe = {
            "name": "speed", "seed": 1,
            "model": {"n_layer": LAYERS, "n_head": HEADS, "n_embd": WIDTH, "n_positions": LENGTH},
            "vocab_size": 2048, "tokenizer_stories": 20000, "batch_size": BATCH, "seq_len": LENGTH,
            "steps": steps, "warmup_steps": 10, "learning_rate": 0.001, "final_learning_rate": 0.0001,
            "optimizer": optimizer, "weight_decay": 0.01, "beta_2": 0.98, "gradient_norm": 1.0,
            "validate_every": 1000000, "validation_batches": 1, "checkpoint_every": 1000000,
            "tokenizer": os.environ.get("TOKENIZER", "www/models/village-gpt"),
        }
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "recipe.json")
            with open(path, "w") as file:
                json.dump(recipe, file)
            before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            command = [atlas, "train", "--recipe", path, "--out", os.path.join(folder, "out")]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            spent.append((cpu, time.perf_counter() - clock))
    return spent[1][0] - spent[0][0], spent[1][1] - spent[0][1]


def main():
    torch.set_num_threads(1)
    os.environ["RAYON_NUM_THREADS"] = "1"
    atlas = sys.argv[1]
    step = torch_step()
    for _ in range(5):
        step()
    runs = {
        f"PyTorch {torch.__version__}, AdamW": lambda: measure_torch(step),
        "atlas train, AdamW": lambda: measure_atlas(atlas, "adam_w"),
        "atlas train, Muon": lambda: measure_atlas(atlas, "muon"),
    }
    best = {name: (0.0, 0.0) for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            cpu, clock = run()
            speed = (STEPS * TOKENS / cpu, STEPS * TOKENS / clock)
            best[name] = max(best[name], speed)
    print("| one thread, batch 4 x 256 | tokens per second of processor time | of the clock |")
    print("|---|---|---|")
    for name, (cpu, clock) in best.items():
        print(f"| {name} | {cpu:.0f} | {clock:.0f} |")


if __name__ == "__main__":
    main()
