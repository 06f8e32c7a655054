"""Fits a line with Lightning, whose CSVLogger writes `metrics.csv`: `lightning_train.py WIDTH`.

Prints what it has computed as one line of JSON.
"""
import json
import sys

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.loggers import CSVLogger

width = int(sys.argv[1])
computed = {"train_loss": [], "val_loss": []}


class Line(LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(width, 1)

    def training_step(self, batch, number):
        loss = ((self.layer(batch) - 3 * batch.sum(1, keepdim=True)) ** 2).mean()
        self.log("train_loss", loss)
        if self.global_step % 5 == 4:
            computed["train_loss"].append([self.global_step, loss.item()])
        return loss

    def validation_step(self, batch, number):
        loss = ((self.layer(batch) - 3 * batch.sum(1, keepdim=True)) ** 2).mean()
        self.log("val_loss", loss)
        if not self.trainer.sanity_checking:
            computed["val_loss"].append([self.global_step - 1, loss.item()])

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.01)


torch.manual_seed(1)
data = torch.utils.data.DataLoader(torch.randn(160, width), batch_size=8)
held = torch.utils.data.DataLoader(torch.randn(8, width), batch_size=8)
trainer = Trainer(
    max_epochs=4, accelerator="cpu", log_every_n_steps=5, enable_checkpointing=False,
    enable_progress_bar=False, enable_model_summary=False, logger=CSVLogger("logs"))
trainer.fit(Line(), data, held)
print(json.dumps({"series": computed}))
