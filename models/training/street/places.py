"""Where things lie: real pictures beside the checkout, everything that is made outside of it."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def shared_folder():
    """Real pictures and public detectors: `KERBSIDE_SHARED`, or `shared` beside the checkout."""
    return (REPOSITORY / os.environ.get("KERBSIDE_SHARED", "../shared")).resolve()


def training_folder():
    """Labels, packs, checkpoints, exports: `KERBSIDE_TRAINING`, or a folder of the cache."""
    default = Path.home() / ".cache" / "kerbside-training"
    return Path(os.environ.get("KERBSIDE_TRAINING", default)).resolve()
