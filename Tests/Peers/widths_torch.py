"""Students of a fixed teacher, in PyTorch: what a person's own training script looks like.

It knows nothing of Quanta but two environment variables: where to keep a checkpoint, and where to write
metrics as JSON lines.
"""

import argparse
import json
import os

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--width", type=int, required=True)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--steps", type=int, default=480)
args = parser.parse_args()

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
torch.manual_seed(1000)
teacher = torch.nn.Sequential(torch.nn.Linear(8, 128), torch.nn.Tanh(), torch.nn.Linear(128, 1))
train, test = torch.randn(2048, 8), torch.randn(2048, 8)
with torch.no_grad():
    train_y, test_y = teacher(train), teacher(test)

torch.manual_seed(args.seed)
student = torch.nn.Sequential(
    torch.nn.Linear(8, args.width), torch.nn.Tanh(), torch.nn.Linear(args.width, 1)
)
optimiser = torch.optim.Adam(student.parameters(), lr=0.02)
first = 0

folder = os.environ.get("QUANTA_CHECKPOINT_DIR", ".")
kept = os.path.join(folder, "state.pt")
if os.path.exists(kept):
    state = torch.load(kept)
    student.load_state_dict(state["student"])
    optimiser.load_state_dict(state["optimiser"])
    torch.set_rng_state(state["random"])
    first = state["step"]
    print("goes on from step", first)

metrics = open(os.environ.get("QUANTA_METRICS", "metrics.jsonl"), "a", buffering=1)
for step in range(first + 1, args.steps + 1):
    batch = torch.randint(0, len(train), (256,))
    loss = torch.nn.functional.mse_loss(student(train[batch]), train_y[batch])
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if step % 20 == 0:
        with torch.no_grad():
            value = torch.nn.functional.mse_loss(student(test), test_y).item()
        metrics.write(json.dumps({"step": step, "loss": value}) + "\n")
        state = {
            "student": student.state_dict(), "optimiser": optimiser.state_dict(),
            "random": torch.get_rng_state(), "step": step,
        }
        torch.save(state, kept + ".new")
        os.replace(kept + ".new", kept)
print("done after step", args.steps)
