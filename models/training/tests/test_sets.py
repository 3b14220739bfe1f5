"""Goal: a pack holds what the sets say, and a street is never on both sides."""

import json

import cv2
import numpy as np
import pytest

from street.labels import label_number
from street.sets import PictureSet, fold_of, group_of, read_pack, read_set, sets_of, write_pack

BIN, CAR, TRUCK = (label_number(name) for name in ("bin", "car", "truck"))
ONE = PictureSet("bins", "set", {1: "bin"})


@pytest.fixture
def shared(tmp_path):
    for part in ("set/images", "set/labels", "labelled/bins/labels", "labelled/bins/ignored"):
        (tmp_path / part).mkdir(parents=True)
    picture = np.full((300, 600, 3), 128, np.uint8)
    cv2.imwrite(str(tmp_path / "set/images/b000001.jpg"), picture)
    (tmp_path / "set/labels/b000001.txt").write_text("1 0.5 0.5 0.2 0.4\n0 0.1 0.1 0.1 0.1\n")
    return tmp_path


def test_only_named_classes_are_read(shared):
    ((_, picture),) = read_set(ONE, shared, shared / "labelled")
    assert picture.boxes == [pytest.approx([BIN, 0.4, 0.3, 0.6, 0.7])]
    assert picture.labelled == [BIN]


def test_pseudo_labels_add_what_they_know(shared):
    labels, ignored = (shared / "labelled/bins" / part for part in ("labels", "ignored"))
    # A car apart, and a "truck" that is the bin.
    (labels / "b000001.txt").write_text("0 0.1 0.5 0.1 0.1\n2 0.5 0.5 0.2 0.4\n")
    (ignored / "b000001.txt").write_text("0 0.9 0.5 0.1 0.1\n11 0.9 0.9 0.1 0.1\n")
    ((_, picture),) = read_set(ONE, shared, shared / "labelled")
    assert [box[0] for box in picture.boxes] == [BIN, CAR]
    assert [box[0] for box in picture.ignored] == [CAR]
    assert {BIN, CAR, TRUCK} <= set(picture.labelled)


def test_a_pack_gives_back_what_was_packed(shared):
    rows = read_set(ONE, shared, shared / "labelled")
    write_pack(shared / "pack.zip", rows)
    (picture,) = read_pack(shared / "pack.zip")
    assert picture.boxes == rows[0][1].boxes
    assert picture.pixels.shape == (224, 448, 3)


def test_neighbours_are_in_one_group_and_folds_are_even():
    assert group_of("bins", "b000026") == group_of("bins", "b000049")
    assert group_of("bins", "b000024") != group_of("bins", "b000025")
    assert group_of("stalls", "ir_g029") != group_of("stalls", "ir_p029")
    folds = [fold_of(group_of("bins", f"b{number:06d}"), 5) for number in range(0, 25000, 25)]
    assert all(150 < folds.count(fold) < 250 for fold in range(5))


def test_rendered_pictures_are_a_set_when_there_are_some(tmp_path):
    assert [one.name for one in sets_of(tmp_path)] == ["bins", "signs", "stalls"]
    (tmp_path / "scenes").mkdir()
    scenes = sets_of(tmp_path)[-1]
    assert (scenes.name, scenes.folder) == ("scenes", str(tmp_path / "scenes"))
    assert scenes.classes[BIN] == "bin"


def test_own_pictures_are_asked_what_was_judged_in_them(tmp_path):
    folder = tmp_path / "own" / "market"
    for part in ("images", "labels", "ignored"):
        (folder / part).mkdir(parents=True)
    for name in ("judged", "drawn", "without"):
        cv2.imwrite(str(folder / f"images/{name}.jpg"), np.zeros((90, 160, 3), np.uint8))
    about = {
        "classes": {"0": "car", "6": "bin", "13": "kiosk"},
        "pictures": {"judged": {"judged": ["bin"], "camera": "east"}},
    }
    (folder / "about.json").write_text(json.dumps(about))
    (folder / "labels/judged.txt").write_text("6 0.5 0.5 0.2 0.2\n")
    (folder / "ignored/judged.txt").write_text("6 0.1 0.5 0.2 1\n")
    (folder / "labels/drawn.txt").write_text("0 0.5 0.5 0.2 0.2\n13 0.2 0.2 0.1 0.1\n")
    (one,) = [one for one in sets_of(tmp_path) if one.name == "own-market"]
    drawn, judged = (picture for _, picture in read_set(one, tmp_path, tmp_path / "labelled"))
    # A set drawn by hand is complete in its classes; a verdict speaks of one label alone.
    assert drawn.labelled == [CAR, BIN]
    assert [box[0] for box in drawn.boxes] == [CAR]
    assert judged.labelled == [BIN]
    assert judged.group == "own-market/east"
    assert [box[0] for box in judged.ignored] == [BIN]
