"""The training: from YOLOX-nano's weights and a pack to a checkpoint, in minutes or in hours.

One process, one device. It can be ended at any time and taken up again: each epoch leaves a
checkpoint, and what an epoch shows depends on the seed and its number alone. `--minutes` ends it in
good order, for machines that are lent for a while.
"""

import argparse
import copy
import itertools
import json
import math
import os
import time
from pathlib import Path

import cv2
import torch

from .batches import Examples, PlainExamples, loader
from .labels import COCO_ROWS, LABELS, label_number
from .loss import detection_loss, keeping_loss
from .network import (
    Detector,
    add_empty_norms,
    cells_of,
    insert_norms,
    load_exported,
    load_published,
    with_classes,
    with_labels,
    with_new_labels,
)
from .sets import fold_of, read_pack

# The first epochs show smaller pictures, the same lesson at 0.6 of the price; then the size changes
# from epoch to epoch about the one that ships, which the last epochs keep to.
SMALL_SCALE = 0.77
SCALES = (0.86, 1.0, 1.14)
STRIDE = 32
NORM_BATCHES = 8
WARM_UP_SHARE = 0.03
LAST_RATE_SHARE = 0.03
# The last epochs show whole pictures, as the product does.
PLAIN_SHARE = 0.15
GRADIENT_MAX = 10.0
# What says a label's name is new; the rest has been learned once and is only to be bent.
NEW_FASTER = 3


def main(arguments=None):
    options = parse_options(arguments)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() and not options.cpu else "cpu")
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    pictures = read_pack(options.pack)
    held_out = [one for one in pictures if is_held_out(one, options)]
    learned = [one for one in pictures if not is_held_out(one, options)]
    if options.pictures_max:
        learned, held_out = learned[: options.pictures_max], held_out[: options.pictures_max]
    print(f"{len(learned)} pictures to learn from, {len(held_out)} held out, {device}", flush=True)

    training = Training(options, learned, held_out, device)
    training.resume(out / "last.pt")
    training.run(out)


def parse_options(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", required=True)
    parser.add_argument("--weights", required=True, help="YOLOX-nano as published (ONNX)")
    parser.add_argument("--out", required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--size", type=int, default=416, help="side of the network's pictures")
    parser.add_argument("--epoch-size", type=int, default=1600, help="examples in an epoch")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--ema", type=float, default=0.9995)
    parser.add_argument("--keep", type=float, default=0.5, help="weight of not forgetting COCO")
    parser.add_argument("--mosaic", type=float, default=0.6)
    parser.add_argument(
        "--small-share", type=float, default=0.5, help="of the epochs, with small pictures"
    )
    parser.add_argument("--from", dest="start", help="begin with this checkpoint or model (.onnx)")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--fold", type=int, default=-1, help="held out; -1: learn from all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end in good order after")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that make examples")
    parser.add_argument("--pictures-max", type=int, default=0, help="for a quick try; 0: all")
    parser.add_argument("--cpu", action="store_true")
    return parser.parse_args(arguments)


def is_held_out(picture, options):
    return options.fold >= 0 and fold_of(picture.group, options.folds) == options.fold


class Training:
    def __init__(self, options, learned, held_out, device):
        self.options, self.device = options, device
        self.learned = learned
        plain = PlainExamples(held_out, options.size)
        self.held_out = loader(plain, options.batch, 0, options.size)
        self.published = load_published(options.weights)
        self.teacher = with_classes(self.published, known_rows()).requires_grad_(False)
        self.columns = [label_number(name) for name in COCO_ROWS]
        self.halves = halves_on(device)
        self.network = None
        self.average = None
        self.optimizer = None
        self.epoch = 0

    def start(self):
        """The first network, with normalisations that the pictures themselves have set."""
        self.network = with_labels(self.published, LABELS, COCO_ROWS).to(self.device)
        self.set_norms()
        self.prepare()

    def set_norms(self):
        first = itertools.islice(self.batches_of(0), NORM_BATCHES)
        insert_norms(self.network, (batch["pixels"].to(self.device).float() for batch in first))

    def start_from(self, path):
        """A checkpoint's averaged network or an exported model, learned on: fresh rates and average."""
        if path.endswith(".onnx"):
            self.network = load_exported(path, LABELS).to(self.device)
            self.set_norms()
        else:
            state = torch.load(path, map_location=self.device, weights_only=True)
            self.network = add_empty_norms(Detector(len(LABELS))).to(self.device)
            self.network.load_state_dict(with_new_labels(state["average"], state["labels"], LABELS))
        self.prepare()

    def read_checkpoint(self, path):
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["labels"] != list(LABELS):
            raise SystemExit(f"{path} was made for other labels: name another --out")
        return state

    def batches_of(self, epoch):
        """What an epoch shows: small pictures first, whole pictures last."""
        share = epoch / self.options.epochs
        size = self.size_of(epoch, share)
        self.cells = cells_of(size, self.device)
        examples = Examples(self.learned, size, self.options.seed, self.options.epoch_size)
        examples.epoch = epoch
        examples.mosaic_share = 0.1 if share >= 1 - PLAIN_SHARE else self.options.mosaic
        return loader(examples, self.options.batch, self.options.workers, size)

    def size_of(self, epoch, share):
        scale = SCALES[epoch % len(SCALES)]
        if share < self.options.small_share:
            scale = SMALL_SCALE
        elif share >= 1 - PLAIN_SHARE:
            scale = 1.0
        return round(self.options.size * scale / STRIDE) * STRIDE

    def prepare(self):
        # Depthwise convolutions learn a third faster this way, on either device.
        self.network.to(memory_format=torch.channels_last)
        self.teacher.to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        groups = {}
        for name, values in self.network.named_parameters():
            is_new = ".classes." in name
            groups.setdefault((is_new, values.dim() > 1), []).append(values)
        decay = self.options.decay
        self.optimizer = torch.optim.AdamW(
            {
                "params": values,
                "faster": NEW_FASTER if is_new else 1,
                "weight_decay": decay if is_matrix else 0,
            }
            for (is_new, is_matrix), values in groups.items()
        )

    def resume(self, path):
        if not path.exists():
            self.start_from(self.options.start) if self.options.start else self.start()
            return
        state = self.read_checkpoint(path)
        self.network = add_empty_norms(Detector(len(LABELS))).to(self.device)
        self.network.load_state_dict(state["network"])
        self.prepare()
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch = state["epoch"]
        print(f"taken up after epoch {self.epoch}", flush=True)

    def save(self, path):
        state = {
            "labels": list(LABELS),
            "size": self.options.size,
            "options": vars(self.options),
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        temporary = path.with_suffix(".tmp")
        torch.save(state, temporary)
        os.replace(temporary, path)

    def run(self, out):
        began = time.monotonic()
        slowest = 0.0
        while self.epoch < self.options.epochs:
            epoch_began = time.monotonic()
            left = self.options.minutes * 60 - (epoch_began - began)
            if left < slowest * 1.2:
                print(f"ended after epoch {self.epoch}: the time is up", flush=True)
                break
            costs = self.one_epoch()
            self.epoch += 1
            held_out = self.held_out_cost() if self.is_measured() else None
            seconds = time.monotonic() - epoch_began
            slowest = max(slowest, seconds)
            self.save(out / "last.pt")
            row = {"epoch": self.epoch, **costs, "heldOut": held_out, "seconds": round(seconds, 1)}
            with (out / "log.jsonl").open("a") as log:
                log.write(json.dumps(row) + "\n")
            print(json.dumps(row), flush=True)

    def is_measured(self):
        return len(self.held_out) > 0 and (self.epoch % 5 == 0 or self.epoch == self.options.epochs)

    def one_epoch(self):
        batches = self.batches_of(self.epoch)
        self.network.train()
        sums = {"score": 0.0, "box": 0.0, "keep": 0.0, "owned": 0.0}
        steps = len(batches)
        for step, batch in enumerate(batches):
            rate = self.rate_at((self.epoch + step / steps) / self.options.epochs)
            for group in self.optimizer.param_groups:
                group["lr"] = rate * group["faster"]
            cost, parts = self.cost_of(batch)
            self.optimizer.zero_grad(set_to_none=True)
            cost.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_MAX)
            self.optimizer.step()
            self.follow(self.epoch * steps + step)
            for name, value in parts.items():
                sums[name] += value
        return {name: round(value / max(1, steps), 4) for name, value in sums.items()}

    def cost_of(self, batch):
        batch = {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}
        pixels = batch["pixels"].float().contiguous(memory_format=torch.channels_last)
        with self.halves():
            raw = self.network(pixels)
        cost, parts = detection_loss(raw, batch, self.cells)
        parts["keep"] = 0.0
        if self.options.keep > 0:
            with torch.no_grad(), self.halves():
                said = self.teacher(pixels)
            kept = keeping_loss(raw, said, self.columns, teacher_columns(), batch["asked"])
            cost = cost + self.options.keep * kept
            parts["keep"] = kept.item()
        return cost, parts

    def rate_at(self, share):
        rise = min(1.0, (share + 1e-3) / WARM_UP_SHARE)
        fall = LAST_RATE_SHARE + (1 - LAST_RATE_SHARE) * (1 + math.cos(math.pi * share)) / 2
        return self.options.rate * rise * fall

    @torch.no_grad()
    def follow(self, step):
        """The averaged network, which is the one that ships, follows slowly."""
        stay = min(self.options.ema, (1 + step) / (10 + step))
        averages, newest = self.average.state_dict(), self.network.state_dict()
        for slow, fast in zip(averages.values(), newest.values()):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - stay)
            else:
                slow.copy_(fast)

    @torch.no_grad()
    def held_out_cost(self):
        """What the averaged network costs on the held-out fold, without disturbance."""
        cells = cells_of(self.options.size, self.device)
        total, count = 0.0, 0
        for batch in self.held_out:
            batch = {name: value.to(self.device) for name, value in batch.items()}
            raw = self.average(batch["pixels"].float())
            cost, _ = detection_loss(raw, batch, cells)
            total += cost.item() * len(raw)
            count += len(raw)
        return round(total / count, 4)


def halves_on(device):
    """Computing in bfloat16 where the device has instructions for it: twice as fast, as good."""
    enabled = device.type == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return lambda: torch.autocast(device.type, torch.bfloat16, enabled=enabled)


def known_rows():
    return [row for rows in COCO_ROWS.values() for row in rows]


def teacher_columns():
    """For each label that COCO knows, its columns in the teacher, which says only these."""
    counts = itertools.count()
    return [[next(counts) for _ in rows] for rows in COCO_ROWS.values()]


if __name__ == "__main__":
    main()
