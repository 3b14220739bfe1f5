"""Packs the sets for a training, or lays out a fold of them for `kerbside models eval`."""

import argparse
import os
from collections import Counter
from pathlib import Path

from .labels import LABELS
from .places import shared_folder, training_folder
from .sets import fold_of, read_set, sets_of, write_pack


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fold", type=int, help="lay out this fold instead of packing")
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    shared, training = shared_folder(), training_folder()
    found = sets_of(training)
    sets = {one.name: read_set(one, shared, training / "labelled") for one in found}
    if options.fold is None:
        pictures = [row for rows in sets.values() for row in rows]
        path = training / "pack.zip"
        write_pack(path, pictures)
        print(f"{path}: {len(pictures)} pictures, {path.stat().st_size / 1e6:.1f} MB")
        counts = Counter(LABELS[int(box[0])] for _, picture in pictures for box in picture.boxes)
        print(", ".join(f"{count} {label}" for label, count in counts.most_common()))
        return
    for one in found:
        rows = [
            path for path, picture in sets[one.name]
            if fold_of(picture.group, options.folds) == options.fold
        ]
        folder = training / f"fold-{options.fold}-of-{options.folds}" / one.name
        lay_out(shared / one.folder, folder, rows)
        print(f"{folder}: {len(rows)} pictures")


def lay_out(source, folder, paths):
    """Links: the pictures stay where they are."""
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for path in paths:
        for target in (Path("images") / path.name, Path("labels") / f"{path.stem}.txt"):
            if not (folder / target).exists():
                os.symlink(source / target, folder / target)


if __name__ == "__main__":
    main()
