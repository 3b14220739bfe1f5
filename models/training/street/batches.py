"""From pictures in memory to batches of tensors, the same ones for the same seed.

What a batch holds depends on seed, epoch and place alone, never on the number of processes or on
where a training was taken up again.
"""

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from .augment import plain_example, training_example
from .labels import LABELS
from .network import cells_of

# How often a set is drawn, by its pictures: few stalls would drown among the bins.
SET_WEIGHTS = {"bins": 1.0, "signs": 1.3, "stalls": 2.5, "scenes": 0.7}


class Examples(Dataset):
    def __init__(self, pictures, size, seed, count):
        self.pictures, self.size, self.seed, self.count = pictures, size, seed, count
        self.epoch = 0
        self.mosaic_share = 0.6
        weights = np.array([SET_WEIGHTS.get(one.set, 1.0) for one in pictures])
        self.shares = np.cumsum(weights / weights.sum())

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        random = np.random.default_rng((self.seed, self.epoch, index))

        def draw():
            at = np.searchsorted(self.shares, random.random(), side="right")
            return self.pictures[min(int(at), len(self.pictures) - 1)]

        return training_example(draw(), draw, self.size, random, self.mosaic_share)


class PlainExamples(Dataset):
    def __init__(self, pictures, size):
        self.pictures, self.size = pictures, size

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return plain_example(self.pictures[index], self.size)


class Collate:
    """Examples to tensors; `asked` says where a label is known to be there or not to be there."""

    def __init__(self, size):
        cells = cells_of(size).numpy()
        self.middles = (cells[:, :2] + 0.5) * cells[:, 2:]

    def __call__(self, examples):
        most = max(len(one.boxes) for one in examples)
        boxes = np.full((len(examples), most, 5), -1, np.float32)
        asked = np.ones((len(examples), len(self.middles), len(LABELS)), bool)
        for at, one in enumerate(examples):
            boxes[at, : len(one.boxes)] = one.boxes
            for left, top, right, bottom, labelled in one.tiles:
                asked[at][self.inside(left, top, right, bottom)] = labelled
            for label, *sides in one.ignored:
                asked[at, self.inside(*sides), int(label)] = False
        pixels = np.stack([one.pixels for one in examples]).transpose(0, 3, 1, 2)
        return {
            "pixels": torch.from_numpy(np.ascontiguousarray(pixels)),
            "boxes": torch.from_numpy(boxes),
            "asked": torch.from_numpy(asked),
        }

    def inside(self, left, top, right, bottom):
        x, y = self.middles[:, 0], self.middles[:, 1]
        return (x >= left) & (x < right) & (y >= top) & (y < bottom)


def loader(dataset, batch, workers, size):
    return DataLoader(
        dataset,
        batch_size=batch,
        collate_fn=Collate(size),
        num_workers=workers,
        drop_last=isinstance(dataset, Examples),
        worker_init_fn=quiet_worker if workers else None,
        pin_memory=torch.cuda.is_available(),
        prefetch_factor=4 if workers else None,
    )


def quiet_worker(_):
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
