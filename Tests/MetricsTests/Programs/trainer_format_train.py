"""Fits a line by gradient descent and writes `trainer_state.json` into its checkpoints, as Hugging Face's
Trainer does: `trainer_format_train.py WIDTH`.

Prints what it has computed as one line of JSON.
"""
import json
import os
import shutil
import sys

width = int(sys.argv[1])
slope, history, computed = 0.0, [], {"loss": [], "eval_loss": [], "epoch": []}


def save(folder, step):
    os.makedirs(folder, exist_ok=True)
    state = {
        "best_metric": None, "best_model_checkpoint": None, "epoch": step / 40, "eval_steps": 20,
        "global_step": step, "is_local_process_zero": True, "log_history": history, "max_steps": 100,
        "num_train_epochs": 3, "stateful_callbacks": {"TrainerControl": {"attributes": {}}},
        "total_flos": 1e9 * step, "train_batch_size": 8, "trial_name": None, "trial_params": None}
    with open(folder + "/trainer_state.json", "w") as file:
        json.dump(state, file, indent=2, sort_keys=True)
        file.write("\n")


for step in range(1, 101):
    loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
    slope -= 0.01 * (slope - 3)
    if step % 10 == 0:
        history.append({"epoch": step / 40, "learning_rate": 5e-05, "loss": loss, "step": step})
        computed["loss"].append([step, loss])
        computed["epoch"].append([step, step / 40])
    if step % 20 == 0:
        history.append({"epoch": step / 40, "eval_loss": (slope - 3) ** 2, "step": step})
        computed["eval_loss"].append([step, (slope - 3) ** 2])
        save("out/checkpoint-%d" % step, step)
        shutil.rmtree("out/checkpoint-%d" % (step - 40), ignore_errors=True)
save("out", 100)
print(json.dumps({"series": computed, "scalars": {"total_flos": 1e11}}))
