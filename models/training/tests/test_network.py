"""Goal: our PyTorch network is YOLOX-nano, and what training does to it first changes nothing."""

import numpy as np
import onnxruntime
import pytest
import torch

from street.export import write_graph
from street.labels import COCO_ROWS, LABELS, label_number
from street.network import (
    Detector,
    cells_of,
    decode_boxes,
    fold_norms,
    insert_norms,
    join_corners,
    load_exported,
    load_published,
    with_labels,
    with_new_labels,
)
from published import WEIGHTS, needs_weights


def synthetic(size=416):
    channel, row, column = np.ogrid[0:3, 0:size, 0:size]
    return ((channel * 31 + row * 7 + column * 3) % 256).astype(np.float32)[None]


def test_new_labels_leave_the_others_as_they_are():
    known = LABELS[:-2]
    before, after = Detector(len(known)).eval(), Detector(len(LABELS)).eval()
    after.load_state_dict(with_new_labels(before.state_dict(), known, LABELS))
    picture = torch.from_numpy(synthetic(64))
    with torch.no_grad():
        old, new = before(picture), after(picture)
    assert torch.equal(new[..., : old.shape[-1]], old)
    assert new[..., old.shape[-1] :].sigmoid().max() == pytest.approx(0.01)


@needs_weights
def test_says_what_the_published_file_says():
    session = onnxruntime.InferenceSession(WEIGHTS, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"images": synthetic()})
    with torch.no_grad():
        raw = load_published(WEIGHTS)(torch.from_numpy(synthetic()))
    raw[..., 4:] = raw[..., 4:].sigmoid()
    assert raw.shape == expected.shape
    assert np.abs(raw.numpy() - expected).max() < 1e-4
    # The numbers that the product's manifest holds.
    assert raw.sum().item() == pytest.approx(20433.69, rel=1e-4)


@needs_weights
def test_known_labels_start_from_their_rows_and_new_ones_from_nothing():
    published = load_published(WEIGHTS)
    picture = torch.from_numpy(synthetic())
    with torch.no_grad():
        coco = published(picture)
        ours = with_labels(published, LABELS, COCO_ROWS)(picture)
    assert torch.equal(ours[..., :5], coco[..., :5])
    assert torch.allclose(ours[..., 5 + label_number("car")], coco[..., 5 + 2], atol=1e-5)
    new = ours[..., 5 + label_number("bin")].sigmoid()
    assert new.max().item() == pytest.approx(0.01, rel=1e-4)


def test_inserted_norms_change_nothing_and_fold_back():
    torch.manual_seed(1)
    network = Detector(3).eval()
    batch = torch.rand(2, 3, 96, 96) * 255
    with torch.no_grad():
        before = network(batch)
        with_norms = insert_norms(network, [batch])(batch)
        folded = fold_norms(network)(batch)
    assert torch.allclose(before, with_norms, atol=1e-3)
    assert torch.allclose(before, folded, atol=1e-3)


def test_cells_and_boxes_are_those_of_the_product():
    cells = cells_of(64)
    assert cells.shape == (8 * 8 + 4 * 4 + 2 * 2, 3)
    assert cells[9].tolist() == [1, 1, 8]
    raw = torch.zeros(1, len(cells), 4)
    box = decode_boxes(raw, cells)[0, 9]
    assert box.tolist() == [4, 4, 12, 12]


def test_an_exported_model_is_taken_up_as_it_was(tmp_path):
    torch.manual_seed(1)
    network = Detector(len(LABELS)).eval()
    picture = torch.from_numpy(synthetic(64))
    with torch.no_grad():
        expected = network(picture)
    write_graph(join_corners(network), 64, tmp_path / "model.onnx")
    with torch.no_grad():
        found = load_exported(str(tmp_path / "model.onnx"), LABELS)(picture)
    assert torch.allclose(found, expected, atol=1e-4)
