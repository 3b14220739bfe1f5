"""The labels of the detector that ships, and which of COCO's classes teach them from the start.

The order is that of `pipelines/domain/label.ts`, so a label has one number in the product, in
pseudo-labels and in the network. Of `table` and `goods` only rendered streets say anything: no set
of real pictures labels them.
"""

LABELS = (
    "car",
    "bus",
    "truck",
    "two-wheeler",
    "person",
    "stall",
    "bin",
    "overflowing-bin",
    "garbage",
    "signboard",
    "umbrella",
    "table",
    "goods",
)

# Our label -> rows of COCO's 80 classes whose mean it starts from; the others start from nothing.
COCO_ROWS = {
    "car": (2,),
    "bus": (5,),
    "truck": (7,),
    "two-wheeler": (1, 3),
    "person": (0,),
    "umbrella": (25,),
}

# What the detectors of `kerbside models label` know, and so what pseudo-labels say.
PSEUDO_LABELS = tuple(COCO_ROWS)


def label_number(name):
    return LABELS.index(name)
