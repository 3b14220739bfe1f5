"""Goal: what a set does not label costs nothing, and each box is learned by cells that can say it."""

import pytest
import torch

from street import loss
from street.labels import COCO_ROWS, LABELS, label_number
from street.loss import assign, detection_loss, generous_overlap, keeping_loss, near, scores_log
from street.network import cells_of, decode_boxes

SIZE = 96
CELLS = cells_of(SIZE)
COUNT = len(LABELS)
BIN, CAR = label_number("bin"), label_number("car")


def raw_batch(pictures=1, seed=1):
    torch.manual_seed(seed)
    return torch.randn(pictures, len(CELLS), 5 + COUNT).requires_grad_()


def targets_of(rows, pictures=1):
    boxes = torch.full((pictures, len(rows), 5), -1.0)
    for at, row in enumerate(rows):
        boxes[0, at] = torch.tensor(row)
    return {"boxes": boxes, "asked": torch.ones(pictures, len(CELLS), COUNT, dtype=torch.bool)}


def label_slope(raw, targets):
    """How much each label's own output is pushed, [cells, labels]."""
    (slope,) = torch.autograd.grad(detection_loss(raw, targets, CELLS)[0], raw)
    return slope[0, :, 5:]


def test_a_label_that_is_not_asked_for_costs_nothing():
    raw, targets = raw_batch(), targets_of([[BIN, 20, 20, 60, 70]])
    targets["asked"][..., CAR] = False
    slope = label_slope(raw, targets)
    assert (slope[:, CAR] == 0).all()
    assert (slope[:, BIN] != 0).all()


def test_an_unknown_region_costs_nothing_for_its_label_alone():
    raw, targets = raw_batch(), targets_of([[BIN, 20, 20, 60, 70]])
    inside = (CELLS[:, 0] * CELLS[:, 2]) < 48
    targets["asked"][0, inside, CAR] = False
    slope = label_slope(raw, targets)
    assert (slope[inside, CAR] == 0).all()
    assert (slope[~inside, CAR] > 0).all()
    assert (slope[inside, BIN] != 0).all()


def test_a_box_teaches_its_label_also_where_nothing_is_asked():
    raw, targets = raw_batch().detach() - 4, targets_of([[BIN, 20, 20, 60, 70]])
    targets["asked"][:] = False
    slope = label_slope(raw.requires_grad_(), targets)
    assert (slope[:, BIN] < 0).any()
    assert (slope[:, CAR] == 0).all()


def test_without_any_box_every_score_is_pushed_down():
    raw = raw_batch()
    for targets in (targets_of([]), targets_of([[-1, -1, -1, -1, -1]])):
        assert (label_slope(raw, targets) > 0).all()


def test_objectness_is_not_pushed_down_by_labels_that_nobody_asked_for():
    """A sign in a picture of bins: sure of the sign, and nobody says that it is wrong."""
    raw = torch.full((1, len(CELLS), 5 + COUNT), -8.0)
    raw[0, 0, 4] = 4.0
    raw[0, 0, 5 + label_number("signboard")] = 4.0
    raw.requires_grad_()
    targets = targets_of([])
    targets["asked"][..., label_number("signboard")] = False
    (slope,) = torch.autograd.grad(detection_loss(raw, targets, CELLS)[0], raw)
    assert slope[0, 0, 4].abs() < 1e-6


def test_gradient_steps_learn_a_box():
    raw = raw_batch().detach().requires_grad_()
    targets = targets_of([[BIN, 20, 20, 60, 70], [CAR, 50, 10, 90, 40]])
    optimizer = torch.optim.Adam([raw], lr=0.1)
    for _ in range(150):
        optimizer.zero_grad()
        cost, _ = detection_loss(raw, targets, CELLS)
        cost.backward()
        optimizer.step()
    scores = scores_log(raw.detach()).exp()[0]
    boxes = decode_boxes(raw.detach()[0, :, :4], CELLS)
    for label, *sides in ([BIN, 20, 20, 60, 70], [CAR, 50, 10, 90, 40]):
        cell = scores[:, label].argmax()
        assert scores[cell, label] > 0.8
        assert torch.allclose(boxes[cell], torch.tensor(sides, dtype=torch.float32), atol=3)


def test_a_cell_belongs_to_the_box_that_it_overlaps_most(monkeypatch):
    monkeypatch.setattr(loss, "TOP_CELLS", 100)
    rows = [[BIN, 16.0, 16, 32, 32], [BIN, 20, 20, 36, 36], [-1, -1, -1, -1, -1]]
    truths = torch.tensor([rows])
    boxes = torch.tensor([16.0, 16, 32, 32]).expand(1, len(CELLS), 4)
    scores = torch.full((1, len(CELLS), COUNT), 0.5)
    owner, quality, share = assign(scores, boxes, truths, CELLS)
    first, second = near(truths[0, :2, 1:], CELLS)
    assert (first & second).any()
    assert (owner[0][first] == 0).all()
    assert (owner[0][second & ~first] == 1).all()
    assert (owner[0][~first & ~second] == -1).all()
    assert (quality[owner < 0] == 0).all() and (share[owner < 0] == 0).all()
    assert quality.max() == pytest.approx(1.0, abs=1e-5)
    # The second is overlapped badly: its cells count in full and are not yet believed.
    assert share[owner == 1].max() == 1.0
    assert quality[owner == 1].max() == pytest.approx(12 * 12 / (512 - 144), abs=1e-3)


def test_even_the_smallest_box_finds_a_cell():
    truths = torch.tensor([[[BIN, 41.0, 41, 43, 43]]])
    boxes = torch.rand(1, len(CELLS), 4) * SIZE
    owner, _, _ = assign(torch.full((1, len(CELLS), COUNT), 0.01), boxes, truths, CELLS)
    assert (owner >= 0).any()


def test_overlap_of_pairs():
    a = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 10]])
    b = torch.tensor([[0.0, 0, 10, 10], [5, 0, 15, 10], [20, 0, 30, 10]])
    expected = [1.0, 1 / 3, -1 / 3]
    assert generous_overlap(a, b).tolist() == pytest.approx(expected, abs=1e-5)


def test_saying_what_the_first_network_said_costs_nothing():
    teacher = torch.full((1, len(CELLS), 85), -6.0)
    teacher[0, 3, 4], teacher[0, 3, 5 + 2] = 3.0, 3.0
    same = torch.full((1, len(CELLS), 5 + COUNT), -6.0)
    same[0, 3, 4], same[0, 3, 5 + CAR] = 3.0, 3.0
    columns, rows = [label_number(name) for name in COCO_ROWS], list(COCO_ROWS.values())
    asked = torch.ones(1, len(CELLS), COUNT, dtype=torch.bool)
    assert keeping_loss(same, teacher, columns, rows, asked).item() == pytest.approx(0, abs=1e-5)
    other = same.clone()
    other[0, 3, 5 + CAR] = -3.0
    assert keeping_loss(other, teacher, columns, rows, asked).item() > 0.5
