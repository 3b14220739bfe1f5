"""What each label loses from one model to another, measured on the same pictures.

    python -m street.compare BEFORE AFTER [--note MANIFEST]

Both are folders of measurements (`record` in `run`), compared file by file. Fails when a label that
has enough boxes to tell loses more than one point of average precision. `--note` writes what is lost
into the manifest's variant, and does not fail.
"""

import argparse
import json
import sys
from pathlib import Path

from .export import TRUTHS_MIN

LOSS_MAX = 0.01


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--note", type=Path, help="the manifest that has the variant")
    options = parser.parse_args(arguments)
    rows = differences(options.before, options.after)
    for label, (before, after, truths) in rows.items():
        print(f"{label:20} {before:.3f} -> {after:.3f}  {after - before:+.3f}  of {truths}")
    lost = losers(rows)
    if not rows:
        sys.exit(f"nothing in {options.after} was measured before")
    if options.note:
        note(options.note, {label: round(rows[label][0] - rows[label][1], 3) for label in lost})
    elif lost:
        sys.exit(f"more than {LOSS_MAX} lost: {', '.join(lost)}")


def note(path, loses):
    manifest = json.loads(path.read_text())
    (variant,) = manifest["variants"]
    variant.pop("loses", None)
    if loses:
        variant["loses"] = loses
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    print(f"{path}: loses {loses or 'nothing'}")


def differences(before_folder, after_folder):
    """Label -> AP50 before, after, boxes; a label of several files is named by its file, too."""
    rows = {}
    for path in sorted(after_folder.glob("*.json")):
        if not (before_folder / path.name).exists():
            continue
        before, after = labels_of(before_folder / path.name), labels_of(path)
        for label, figures in after.items():
            if label in before:
                name = label if label not in rows else f"{label} ({path.stem})"
                rows[name] = (before[label]["ap50"], figures["ap50"], figures["truths"])
    return rows


def losers(rows):
    return [
        label
        for label, (before, after, truths) in rows.items()
        if truths >= TRUTHS_MIN and before - after > LOSS_MAX
    ]


def labels_of(path):
    return json.loads(path.read_text())["result"]["labels"]


if __name__ == "__main__":
    main()
