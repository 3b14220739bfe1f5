"""What street cameras do to a picture, done to training pictures: geometry, light, weather, codec.

A training picture is one picture or a mosaic of four, each tilted, stretched and far away by
chance. With it come its boxes, the boxes that nobody may be punished for, and for each tile the
labels that its set knows: beyond them nothing is asked.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .labels import LABELS, label_number

FILL = 114
# Of a box that the frame cuts, this much must be left; less is neither thing nor street.
VISIBLE_MIN = 0.4
SIDE_PX_MIN = 4

# Natural logarithms of how large a picture lies in its part of the frame; 0 shows just all of it.
MOSAIC_ZOOM = (-0.4, 0.9)
PICTURE_ZOOM = (-0.8, 0.5)

PASTED_LABELS = tuple(label_number(name) for name in ("bin", "overflowing-bin", "garbage"))


@dataclass
class Example:
    pixels: np.ndarray  # uint8 [size, size, 3], BGR
    boxes: np.ndarray  # float32 [n, 5]: label number, xMin, yMin, xMax, yMax in pixels
    ignored: np.ndarray  # the same: here this label is neither there nor not there
    tiles: list  # (xMin, yMin, xMax, yMax, labelled: bool [labels]); outside of them all is known


def plain_example(picture, size):
    """As the product shows it to the network: letterbox, top left. For the held-out fold."""
    height, width = picture.pixels.shape[:2]
    scale = min(size / width, size / height)
    matrix = np.float32([[scale, 0, 0], [0, scale, 0]])
    tile = (0, 0, int(width * scale), int(height * scale))
    return compose([(picture, matrix, tile)], size)


def training_example(main, draw_other, size, random, mosaic_share):
    """`draw_other()` gives another picture of the training side."""
    if random.random() < mosaic_share:
        x, y = (random.uniform(0.3, 0.7, 2) * size).astype(int)
        quarters = [(0, 0, x, y), (x, 0, size, y), (0, y, x, size), (x, y, size, size)]
        order = random.permutation(4)
        pictures = [main, *(draw_other() for _ in range(3))]
        tiles = [(pictures[i], quarters[order[i]]) for i in range(4)]
        zoom = MOSAIC_ZOOM
    else:
        tiles = [(main, (0, 0, size, size))]
        zoom = PICTURE_ZOOM
    placed = [(picture, tile_matrix(picture, tile, zoom, random), tile) for picture, tile in tiles]
    example = compose(placed, size)
    if random.random() < 0.3:
        paste_objects(example, draw_other(), random)
    if random.random() < 0.5:
        flip(example)
    example.pixels = disturb(example.pixels, random)
    return example


def tile_matrix(picture, tile, zoom, random):
    """Where a picture comes to lie in its part of the frame: near or far, stretched, tilted."""
    height, width = picture.pixels.shape[:2]
    left, top, right, bottom = tile
    # 1 shows the whole picture; less is a street seen from farther away.
    scale = min((right - left) / width, (bottom - top) / height) * np.exp(random.uniform(*zoom))
    stretch = np.exp(random.uniform(-0.3, 0.3))
    angle = np.deg2rad(random.normal(0, 3))
    shear = random.normal(0, 0.04)
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine + shear], [sine, cosine]]) * scale
    turn[:, 0] *= np.sqrt(stretch)
    turn[:, 1] /= np.sqrt(stretch)
    # Its middle lies anywhere from which the tile still shows most of it, or is full of it.
    spare = np.array([right - left, bottom - top]) - np.abs(turn) @ [width, height]
    middle = np.array([left + right, top + bottom]) / 2 + spare * random.uniform(-0.5, 0.5, 2)
    shift = middle - turn @ [width / 2, height / 2]
    return np.column_stack((turn, shift)).astype(np.float32)


def compose(placed, size):
    pixels = np.full((size, size, 3), FILL, np.uint8)
    boxes, ignored, tiles = [], [], []
    for picture, matrix, (left, top, right, bottom) in placed:
        source, used = shrunk_for(picture.pixels, matrix)
        local = used.copy()
        local[:, 2] -= (left, top)
        border = (FILL, FILL, FILL)
        pixels[top:bottom, left:right] = cv2.warpAffine(
            source, local, (right - left, bottom - top), flags=cv2.INTER_LINEAR, borderValue=border
        )
        frame = np.float32([left, top, right, bottom])
        kept, cut = place_boxes(picture.boxes, picture, matrix, frame)
        doubtful, doubtful_cut = place_boxes(picture.ignored, picture, matrix, frame)
        boxes.append(kept)
        ignored += [cut, doubtful, doubtful_cut]
        labelled = np.zeros(len(LABELS), bool)
        labelled[picture.labelled] = True
        tiles.append((left, top, right, bottom, labelled))
    return Example(pixels, np.concatenate(boxes), np.concatenate(ignored), tiles)


def shrunk_for(pixels, matrix):
    """Linear filtering alone would alias: what becomes much smaller is averaged first."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale >= 0.7:
        return pixels, matrix
    height, width = pixels.shape[:2]
    small = cv2.resize(
        pixels,
        (max(1, round(width * scale)), max(1, round(height * scale))),
        interpolation=cv2.INTER_AREA,
    )
    used = matrix.copy()
    used[:, 0] *= width / small.shape[1]
    used[:, 1] *= height / small.shape[0]
    return small, used


def place_boxes(boxes, picture, matrix, frame):
    """Boxes in the frame, cut to it: those that show enough, and those that show too little."""
    if not boxes:
        return np.zeros((0, 5), np.float32), np.zeros((0, 5), np.float32)
    height, width = picture.pixels.shape[:2]
    rows = np.float32(boxes)
    labels, sides = rows[:, :1], rows[:, 1:] * np.float32([width, height, width, height])
    corners = sides[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    moved = corners @ matrix[:, :2].T + matrix[:, 2]
    whole = np.concatenate((moved.min(1), moved.max(1)), 1)
    seen = np.clip(whole, frame[[0, 1, 0, 1]], frame[[2, 3, 2, 3]])
    share = areas(seen) / np.maximum(areas(whole), 1e-6)
    is_large = (seen[:, 2:] - seen[:, :2]).min(1) >= SIDE_PX_MIN
    is_kept = (share >= VISIBLE_MIN) & is_large
    is_cut = ~is_kept & (areas(seen) > 0)
    rows = np.concatenate((labels, seen), 1).astype(np.float32)
    return rows[is_kept], rows[is_cut]


def areas(boxes):
    return np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), 1)


def paste_objects(example, donor, random):
    """Puts an object of the donor, with a soft edge, where none of the boxes is hidden by it."""
    height, width = donor.pixels.shape[:2]
    rows = [row for row in donor.boxes if row[0] in PASTED_LABELS]
    if not rows:
        return
    label, *sides = rows[random.integers(len(rows))]
    x0, y0, x1, y1 = (np.array(sides) * [width, height, width, height]).round().astype(int)
    patch = donor.pixels[y0:y1, x0:x1]
    if min(patch.shape[:2]) < 24 or max(patch.shape[0] / height, patch.shape[1] / width) > 0.8:
        return
    size = example.pixels.shape[0]
    scale = size * random.uniform(0.06, 0.3) / max(patch.shape[:2])
    target = (max(8, round(patch.shape[1] * scale)), max(8, round(patch.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    patch = cv2.resize(patch, target, interpolation=way)
    left = int(random.integers(0, size - target[0]))
    # Things stand on the ground: the lower two thirds.
    top = int(random.integers(size // 3, max(size // 3 + 1, size - target[1])))
    box = np.float32([label, left, top, left + target[0], top + target[1]])
    if box[4] > size or covers_any(box, example.boxes):
        return
    soft = np.zeros(patch.shape[:2], np.float32)
    edge = max(1, min(target) // 16)
    soft[edge:-edge, edge:-edge] = 1
    soft = cv2.blur(soft, (2 * edge + 1, 2 * edge + 1))[..., None]
    place = example.pixels[top : top + target[1], left : left + target[0]]
    place[:] = (patch * soft + place * (1 - soft)).astype(np.uint8)
    example.boxes = np.concatenate((example.boxes, box[None]))


def covers_any(box, boxes):
    if len(boxes) == 0:
        return False
    low, high = np.maximum(boxes[:, 1:3], box[1:3]), np.minimum(boxes[:, 3:], box[3:])
    shared = np.prod(np.maximum(high - low, 0), 1)
    return bool((shared / np.maximum(areas(boxes[:, 1:]), 1) > 0.15).any())


def flip(example):
    size = example.pixels.shape[1]
    example.pixels = np.ascontiguousarray(example.pixels[:, ::-1])
    for rows in (example.boxes, example.ignored):
        rows[:, [1, 3]] = size - rows[:, [3, 1]]
    example.tiles = [(size - r, t, size - l, b, known) for l, t, r, b, known in example.tiles]


def disturb(pixels, random):
    """Light, then weather and lens, then what the camera's encoder leaves of it."""
    pixels = recolour(pixels, random)
    if random.random() < 0.1:
        pixels = night(pixels, random)
    if random.random() < 0.08:
        pixels = rain(pixels, random)
    if random.random() < 0.2:
        pixels = blur(pixels, random)
    if random.random() < 0.3:
        pixels = add_noise(pixels, random.uniform(2, 12), random)
    if random.random() < 0.35:
        pixels = compress(pixels, int(random.integers(18, 75)))
    return pixels


def recolour(pixels, random):
    # Bins, stalls and signs come in every colour; light alone changes it little.
    most = 0.5 if random.random() < 0.25 else 0.02
    hue, saturation, value = random.uniform(-1, 1, 3) * (most, 0.5, 0.35) + (0, 1, 1)
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + hue * 180) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * saturation, 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * value, 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR)


def night(pixels, random):
    """Dark, yellow or grey, with the lamps left bright."""
    bright = pixels.astype(np.float32) / 255
    dark = bright ** random.uniform(1.2, 1.9) * random.uniform(0.45, 0.9)
    if random.random() < 0.4:
        dark = np.repeat(dark.mean(2, keepdims=True), 3, 2)
    else:
        dark = dark * np.float32([0.75, 0.95, 1.1])
    return add_noise(np.clip(dark * 255, 0, 255).astype(np.uint8), 6, random)


def add_noise(pixels, sigma, random):
    noise = random.standard_normal(pixels.shape, np.float32) * np.float32(sigma)
    return cv2.add(pixels, noise, dtype=cv2.CV_8U)


def rain(pixels, random):
    size = pixels.shape[0]
    streaks = np.zeros((size, size), np.uint8)
    slant = random.integers(-6, 7)
    for _ in range(int(random.integers(60, 300))):
        x, y = (int(value) for value in random.integers(0, size, 2))
        length = int(random.integers(6, 22))
        cv2.line(streaks, (x, y), (x + int(slant * length / 20), y + length), 255, 1)
    veil = cv2.blur(streaks, (3, 3)).astype(np.float32)[..., None] / 255
    grey = pixels.astype(np.float32) * 0.85 + 30
    return np.clip(grey + veil * 90, 0, 255).astype(np.uint8)


def blur(pixels, random):
    if random.random() < 0.5:
        return cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.5, 1.6))
    length = int(random.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(pixels, -1, kernel / max(kernel.sum(), 1e-6))


def compress(pixels, quality):
    _, bytes_ = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(bytes_, cv2.IMREAD_COLOR)
