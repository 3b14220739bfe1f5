"""From labelled sets on disk to one pack: a file that a training reads, here or elsewhere.

Each set labels only some things; a picture says which (`labelled`), and the training asks nothing
about the others. Pseudo-labels of `kerbside models label` add vehicles and people, and the regions
where those are doubtful. Pictures are brought to a size that the network can use, so that a pack of
all sets stays below 60 MB and can be carried to a machine without a network.
"""

import hashlib
import json
import re
import zipfile
from dataclasses import asdict, dataclass, field

import cv2
import numpy as np

from .labels import LABELS, PSEUDO_LABELS, label_number

# Somewhat more than the network sees.
SIDE_MAX = 448
JPEG_QUALITY = 82
PICTURE_ENDINGS = {".jpg", ".jpeg", ".png"}

# Neighbouring numbers are often the same street: they are in one group, and a group in one fold.
GROUP_SIZE = 25

# From this overlap on a pseudo-label says of a labelled thing that it is something else.
MISTAKEN_OVERLAP = 0.5


@dataclass
class PictureSet:
    name: str
    folder: str  # below the shared folder, or whole
    classes: dict  # the set's class number -> our label
    rows: dict = field(default_factory=dict)  # by picture: what is judged in it, and where it hung


SETS = (
    PictureSet("bins", "data/bins/train", {0: "garbage", 1: "bin", 2: "overflowing-bin"}),
    PictureSet("signs", "data/signs/train", {0: "signboard"}),
    PictureSet("stalls", "data/stalls/train", {0: "stall"}),
)

# Rendered streets (`npm run scenes:training`) in a training's own folder. Every label is known but
# that of umbrellas: one that belongs to a stall has no box of its own.
SCENES = "scenes"
SCENE_CLASSES = {number: label for number, label in enumerate(LABELS) if label != "umbrella"}

# One's own pictures, below the training's folder: OWN/NAME/{images,labels,ignored} and about.json,
# which names the classes. `kerbside models export-samples` writes such a folder.
OWN = "own"


def sets_of(training_folder):
    """The sets that there are: the real ones, one's own, and rendered pictures when there are some."""
    sets = [*SETS, *own_sets(training_folder / OWN)]
    scenes = training_folder / SCENES
    if scenes.exists():
        sets.append(PictureSet(SCENES, str(scenes), SCENE_CLASSES))
    return tuple(sets)


def own_sets(folder):
    for about in sorted(folder.glob("*/about.json")):
        said = json.loads(about.read_text())
        classes = {int(number): label for number, label in said["classes"].items()}
        known = {number: label for number, label in classes.items() if label in LABELS}
        name = f"{OWN}-{about.parent.name}"
        yield PictureSet(name, str(about.parent), known, said.get("pictures", {}))


@dataclass
class Picture:
    """Boxes are [label number, xMin, yMin, xMax, yMax], 0..1 of the picture."""

    set: str
    name: str
    group: str
    labelled: list
    boxes: list = field(default_factory=list)
    ignored: list = field(default_factory=list)
    pixels: np.ndarray | None = None  # uint8 [H, W, 3], BGR


def group_of(set_name, name):
    """Set, kind and block of numbers: `stalls/ir_g029` is in `stalls/ir_g#1`."""
    found = re.fullmatch(r"(.*?)(\d+)\D*", name)
    kind, number = found.groups() if found else (name, "0")
    return f"{set_name}/{kind}#{int(number) // GROUP_SIZE}"


def fold_of(group, folds):
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % folds


def read_set(one, shared, labelled_folder):
    """The pictures of a set with its own labels, and pseudo-labels where they were made."""
    folder = shared / one.folder
    paths = sorted(p for p in (folder / "images").iterdir() if p.suffix.lower() in PICTURE_ENDINGS)
    own = {number: label_number(label) for number, label in one.classes.items()}
    pictures = []
    for path in paths:
        labels, ignored = (folder / part / f"{path.stem}.txt" for part in ("labels", "ignored"))
        if one.name.startswith(OWN) and not labels.exists():
            continue
        row = one.rows.get(path.stem, {})
        group = f"{one.name}/{row['camera']}" if "camera" in row else group_of(one.name, path.stem)
        judged = [label_number(name) for name in row["judged"] if name in LABELS] if row else None
        picture = Picture(one.name, path.stem, group, sorted(judged or own.values()))
        picture.boxes += read_boxes(labels, own)
        if ignored.exists():
            picture.ignored += read_boxes(ignored, own)
        add_pseudo_labels(picture, labelled_folder / one.name)
        pictures.append((path, picture))
    return pictures


def add_pseudo_labels(picture, folder):
    path = folder / "labels" / f"{picture.name}.txt"
    if not path.exists():
        return
    known = [label_number(name) for name in PSEUDO_LABELS]
    same = {number: number for number in known if number not in picture.labelled}
    own = list(picture.boxes)

    def apart(boxes):
        """Two detectors that know no bins agree that a container is a truck: labels know better."""
        return [box for box in boxes if all(overlap(box, one) < MISTAKEN_OVERLAP for one in own)]

    picture.boxes += apart(read_boxes(path, same))
    picture.ignored += apart(read_boxes(folder / "ignored" / path.name, same))
    picture.labelled = sorted({*picture.labelled, *known})


def overlap(a, b):
    """Intersection over union of two labelled boxes, whatever their labels."""
    width = min(a[3], b[3]) - max(a[1], b[1])
    height = min(a[4], b[4]) - max(a[2], b[2])
    shared = max(0, width) * max(0, height)
    return shared / ((a[3] - a[1]) * (a[4] - a[2]) + (b[3] - b[1]) * (b[4] - b[2]) - shared + 1e-9)


def read_boxes(path, numbers):
    """Lines `class cx cy w h` of the classes that are asked for; an empty file has none."""
    boxes = []
    for line in path.read_text().splitlines():
        if not line.strip():
            continue
        number, x, y, width, height = (float(value) for value in line.split())
        if int(number) in numbers:
            sides = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            boxes.append([numbers[int(number)], *(min(1.0, max(0.0, side)) for side in sides)])
    return boxes


def write_pack(path, pictures):
    """One zip file: pictures as JPEG, everything else in `index.json`."""
    index = []
    temporary = path.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for source, picture in pictures:
            archive.writestr(f"{picture.set}/{picture.name}.jpg", packed_bytes(source))
            row = asdict(picture)
            del row["pixels"]
            index.append(row)
        archive.writestr("index.json", json.dumps({"labels": LABELS, "pictures": index}))
    temporary.replace(path)


def read_pack(path):
    """All pictures, decoded: some 600 kB each."""
    with zipfile.ZipFile(path) as archive:
        index = json.loads(archive.read("index.json"))
        if tuple(index["labels"]) != LABELS:
            raise ValueError(f"{path} was packed for other labels: pack it again")
        pictures = [Picture(**row) for row in index["pictures"]]
        for picture in pictures:
            bytes_ = archive.read(f"{picture.set}/{picture.name}.jpg")
            picture.pixels = cv2.imdecode(np.frombuffer(bytes_, np.uint8), cv2.IMREAD_COLOR)
    return pictures


def packed_bytes(path):
    """The file as it is where it is small enough: encoding twice would only lose."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{path} is no picture")
    height, width = pixels.shape[:2]
    scale = SIDE_MAX / max(height, width)
    if scale >= 1 and path.suffix.lower() in {".jpg", ".jpeg"}:
        return path.read_bytes()
    size = (round(width * min(1, scale)), round(height * min(1, scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()
