"""Lets the tests import `street` and each other from wherever pytest is started."""

import sys
from pathlib import Path

import torch

for folder in (Path(__file__).parent, Path(__file__).parent / "tests"):
    sys.path.insert(0, str(folder))
torch.set_num_threads(1)
