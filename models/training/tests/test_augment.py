"""Goal: boxes go where their things go, and what is asked for goes with its picture."""

import numpy as np
import pytest

from street.augment import (
    FILL,
    compose,
    disturb,
    flip,
    paste_objects,
    place_boxes,
    plain_example,
    tile_matrix,
    training_example,
)
from street.batches import Collate, Examples
from street.labels import label_number
from street.sets import Picture

SIZE = 96
BIN, CAR, SIGN = (label_number(name) for name in ("bin", "car", "signboard"))


def picture(width=120, height=80, box=(0.25, 0.25, 0.75, 0.75), label=BIN, labelled=(BIN,)):
    """White box on black: what is white must lie in the box, whatever is done to both."""
    pixels = np.zeros((height, width, 3), np.uint8)
    x0, y0, x1, y1 = (round(v * s) for v, s in zip(box, (width, height, width, height)))
    pixels[y0:y1, x0:x1] = 255
    return Picture("bins", "b1", "g", list(labelled), [[label, *box]], [], pixels)


def test_plain_is_the_letterbox_of_the_product():
    example = plain_example(picture(), SIZE)
    assert example.boxes.tolist() == [[BIN, 24, 16, 72, 48]]
    assert (example.pixels[70:] == FILL).all()
    assert (example.pixels[20:44, 30:66] > 250).all()
    assert [tile[:4] for tile in example.tiles] == [(0, 0, 96, 64)]


@pytest.mark.parametrize("seed", range(30))
def test_the_box_holds_what_is_white(seed):
    random = np.random.default_rng(seed)
    one = picture()
    matrix = tile_matrix(one, (0, 0, SIZE, SIZE), (-0.5, 0.5), random)
    example = compose([(one, matrix, (0, 0, SIZE, SIZE))], SIZE)
    rows, columns = np.nonzero(example.pixels[..., 0] > 200)
    if len(example.boxes) == 0 or len(rows) == 0:
        return
    _, x0, y0, x1, y1 = example.boxes[0]
    assert columns.min() >= x0 - 2 and columns.max() <= x1 + 2
    assert rows.min() >= y0 - 2 and rows.max() <= y1 + 2
    # A tilt of a few degrees loosens the box by little.
    assert (columns.max() - columns.min()) >= 0.6 * (x1 - x0) - 3


def test_boxes_that_the_frame_cuts_are_kept_or_unknown():
    one = picture(100, 100)
    cases = [(0, 1, 0), (25, 1, 0), (60, 0, 1), (80, 0, 0)]
    for shift, kept, unknown in cases:
        matrix = np.float32([[1, 0, -shift], [0, 1, 0]])
        frame = np.float32([0, 0, 100, 100])
        inside, cut = place_boxes(one.boxes, one, matrix, frame)
        assert (len(inside), len(cut)) == (kept, unknown), shift
        assert (inside[:, 1:] >= 0).all()


def test_flip_moves_everything():
    example = plain_example(picture(box=(0.0, 0.25, 0.25, 0.75)), SIZE)
    flip(example)
    assert example.boxes.tolist() == [[BIN, 72, 16, 96, 48]]
    assert example.tiles[0][:4] == (0, 0, 96, 64)
    flip(example)
    assert example.boxes.tolist() == [[BIN, 0, 16, 24, 48]]


def test_each_tile_is_asked_what_its_set_knows():
    bins, signs = picture(), picture(label=SIGN, labelled=(SIGN, CAR))
    still = np.float32([[0.4, 0, 0], [0, 0.4, 0]])
    right = np.float32([[0.4, 0, 48], [0, 0.4, 0]])
    example = compose([(bins, still, (0, 0, 48, 96)), (signs, right, (48, 0, 96, 96))], SIZE)
    example.ignored = np.float32([[CAR, 48, 0, 72, 96]])
    collate = Collate(SIZE)
    asked = collate([example])["asked"][0].numpy()
    x = collate.middles[:, 0]
    assert asked[x < 48][:, BIN].all() and not asked[x < 48][:, [SIGN, CAR]].any()
    assert asked[x >= 48][:, SIGN].all() and not asked[x >= 48][:, BIN].any()
    assert asked[x >= 72][:, CAR].all() and not asked[(x >= 48) & (x < 72)][:, CAR].any()


def test_a_pasted_object_hides_no_other_and_lies_within():
    pasted = 0
    for seed in range(200):
        example = plain_example(picture(label=CAR, labelled=(CAR,)), SIZE)
        paste_objects(example, picture(), np.random.default_rng(seed))
        pasted += len(example.boxes) - 1
        assert (example.boxes[:, 1:] >= 0).all() and (example.boxes[:, 1:] <= SIZE).all()
        assert example.boxes[0].tolist() == [CAR, 24, 16, 72, 48]
    assert pasted > 20


def test_disturbed_pictures_stay_pictures():
    pixels = picture(SIZE, SIZE).pixels
    for seed in range(60):
        other = disturb(pixels, np.random.default_rng(seed))
        assert other.shape == pixels.shape and other.dtype == np.uint8


def test_the_same_seed_shows_the_same():
    pictures = [picture(), picture(label=SIGN, labelled=(SIGN,))]
    one, two = (Examples(pictures, SIZE, seed=3, count=8) for _ in range(2))
    for index in range(8):
        a, b = one[index], two[index]
        assert (a.pixels == b.pixels).all() and (a.boxes == b.boxes).all()
    two.epoch = 1
    assert any((one[i].pixels != two[i].pixels).any() for i in range(8))


def test_boxes_of_training_examples_lie_within():
    pictures = [picture(), picture(label=SIGN, labelled=(SIGN,))]
    for seed in range(60):
        random = np.random.default_rng(seed)
        example = training_example(pictures[0], lambda: pictures[1], SIZE, random, 0.7)
        sides = example.boxes[:, 1:]
        assert (sides >= 0).all() and (sides <= SIZE).all()
        assert (sides[:, 2:] > sides[:, :2]).all()
