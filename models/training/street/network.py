"""YOLOX-nano, as plain PyTorch modules whose order is the order of its published ONNX file.

The published graph holds convolutions with their normalisation folded in, under nameless numbers.
Modules here are declared in the order in which they run, so the n-th convolution here is the n-th
convolution there; shapes are compared one by one and `tests/test_network.py` compares the numbers.
"""

import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

STRIDES = (8, 16, 32)
COCO_CLASSES = 80
NORM_EPS = 1e-5


class ConvAct(nn.Module):
    """Convolution, a normalisation that may be missing, SiLU."""

    def __init__(self, inputs, outputs, size, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, groups=groups)
        self.norm = nn.Identity()

    def forward(self, x):
        return functional.silu(self.norm(self.conv(x)))


class DepthwiseConv(nn.Sequential):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__(
            ConvAct(inputs, inputs, 3, stride, groups=inputs), ConvAct(inputs, outputs, 1)
        )


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.reduce = ConvAct(channels, channels, 1)
        self.conv = DepthwiseConv(channels, channels)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.conv(self.reduce(x))
        return y + x if self.shortcut else y


class Csp(nn.Module):
    """Cross-stage partial layer: half of the channels goes through the bottlenecks."""

    def __init__(self, inputs, outputs, depth, shortcut):
        super().__init__()
        half = outputs // 2
        self.left = ConvAct(inputs, half, 1)
        self.right = ConvAct(inputs, half, 1)
        self.blocks = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(depth)))
        self.join = ConvAct(2 * half, outputs, 1)

    def forward(self, x):
        left, right = self.left(x), self.right(x)
        return self.join(torch.cat((self.blocks(left), right), 1))


class PoolPyramid(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.reduce = ConvAct(channels, channels // 2, 1)
        self.join = ConvAct(channels * 2, channels, 1)

    def forward(self, x):
        x = self.reduce(x)
        pools = (functional.max_pool2d(x, size, 1, size // 2) for size in (5, 9, 13))
        return self.join(torch.cat((x, *pools), 1))


class Corners(nn.Module):
    """Every second pixel, four times: [N, 3, H, W] -> [N, 12, H / 2, W / 2]."""

    def forward(self, x):
        even, odd = x[..., ::2, :], x[..., 1::2, :]
        return torch.cat((even[..., ::2], odd[..., ::2], even[..., 1::2], odd[..., 1::2]), 1)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.corners = Corners()
        self.stem = ConvAct(12, 16, 3)
        self.dark2 = nn.Sequential(DepthwiseConv(16, 32, 2), Csp(32, 32, 1, True))
        self.dark3 = nn.Sequential(DepthwiseConv(32, 64, 2), Csp(64, 64, 3, True))
        self.dark4 = nn.Sequential(DepthwiseConv(64, 128, 2), Csp(128, 128, 3, True))
        self.dark5 = nn.Sequential(
            DepthwiseConv(128, 256, 2), PoolPyramid(256), Csp(256, 256, 1, False)
        )

    def forward(self, x):
        x = self.dark2(self.stem(self.corners(x)))
        fine = self.dark3(x)
        middle = self.dark4(fine)
        return fine, middle, self.dark5(middle)


class Neck(nn.Module):
    def __init__(self):
        super().__init__()
        self.lateral = ConvAct(256, 128, 1)
        self.down_middle = Csp(256, 128, 1, False)
        self.reduce = ConvAct(128, 64, 1)
        self.down_fine = Csp(128, 64, 1, False)
        self.up_fine = DepthwiseConv(64, 64, 2)
        self.up_middle = Csp(128, 128, 1, False)
        self.up_middle_conv = DepthwiseConv(128, 128, 2)
        self.up_coarse = Csp(256, 256, 1, False)

    def forward(self, fine, middle, coarse):
        coarse = self.lateral(coarse)
        middle = self.reduce(self.down_middle(torch.cat((enlarge(coarse), middle), 1)))
        fine = self.down_fine(torch.cat((enlarge(middle), fine), 1))
        middle = self.up_middle(torch.cat((self.up_fine(fine), middle), 1))
        coarse = self.up_coarse(torch.cat((self.up_middle_conv(middle), coarse), 1))
        return fine, middle, coarse


class LevelHead(nn.Module):
    def __init__(self, inputs, class_count):
        super().__init__()
        self.stem = ConvAct(inputs, 64, 1)
        self.class_convs = nn.Sequential(DepthwiseConv(64, 64), DepthwiseConv(64, 64))
        self.classes = nn.Conv2d(64, class_count, 1)
        self.box_convs = nn.Sequential(DepthwiseConv(64, 64), DepthwiseConv(64, 64))
        self.box = nn.Conv2d(64, 4, 1)
        self.objectness = nn.Conv2d(64, 1, 1)

    def forward(self, x):
        x = self.stem(x)
        classes = self.classes(self.class_convs(x))
        boxes = self.box_convs(x)
        return torch.cat((self.box(boxes), self.objectness(boxes), classes), 1)


class Detector(nn.Module):
    """In: float [N, 3, H, W], BGR, 0..255. Out: [N, cells, 5 + classes], raw (logits)."""

    def __init__(self, class_count):
        super().__init__()
        self.class_count = class_count
        self.backbone = Backbone()
        self.neck = Neck()
        self.heads = nn.ModuleList(LevelHead(size, class_count) for size in (64, 128, 256))

    def forward(self, x):
        levels = self.neck(*self.backbone(x))
        rows = [head(level).flatten(2) for head, level in zip(self.heads, levels)]
        return torch.cat(rows, 2).transpose(1, 2)


def enlarge(x):
    return functional.interpolate(x, scale_factor=2, mode="nearest")


def convolutions(network):
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


def load_published(path):
    """YOLOX-nano with the weights of its ONNX file."""
    return load_file(path, Detector(COCO_CLASSES))


def load_exported(path, labels):
    """A model that `street.export` wrote, as it is before a training inserts normalisations."""
    return load_file(path, Detector(len(labels)))


def load_file(path, network):
    """Fills a network with the weights of an ONNX file that has its convolutions, in their order."""
    graph = onnx.load(path).graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found = [node.input for node in graph.node if node.op_type == "Conv"]
    wanted = convolutions(network)
    if len(found) != len(wanted):
        raise ValueError(f"{path} has {len(found)} convolutions, YOLOX-nano has {len(wanted)}")
    with torch.no_grad():
        for conv, (_, weight, bias) in zip(wanted, found):
            for parameter, name in ((conv.weight, weight), (conv.bias, bias)):
                value = split_corners(torch.from_numpy(values[name].copy()), parameter)
                if parameter.shape != value.shape:
                    raise ValueError(
                        f"{path}: {name} is {tuple(value.shape)}, expected {tuple(parameter.shape)}"
                    )
                parameter.copy_(value)
    return network.eval()


def split_corners(value, wanted):
    """What `join_corners` joined, apart again; everything else as it is."""
    if value.dim() < 4 or value.shape[1] * 4 != wanted.shape[1] or value.shape[-1] != 6:
        return value
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    return torch.cat([value[:, :, row::2, column::2] for row, column in corners], 1)


# Objectness times this is what a new label's first scores are.
NEW_SCORE = 0.01


def with_labels(published, labels, coco_rows):
    """The same network for our labels: known ones start from COCO's rows, new ones from nothing."""
    network = Detector(len(labels))
    state = published.state_dict()
    for name in list(state):
        if ".classes." in name:
            state[name] = class_rows(state[name], labels, coco_rows)
    network.load_state_dict(state)
    return network


def with_classes(published, rows):
    """The same network saying only these of its classes."""
    network = Detector(len(rows))
    state = published.state_dict()
    for name in list(state):
        if ".classes." in name:
            state[name] = state[name][rows]
    network.load_state_dict(state)
    return network.eval()


def with_new_labels(state, known, labels):
    """The weights of a network of ours for labels that it did not know, too; those begin at nothing."""
    rows = {label: (known.index(label),) for label in labels if label in known}
    return {
        name: class_rows(values, labels, rows) if ".classes." in name else values
        for name, values in state.items()
    }


def class_rows(values, labels, known_rows):
    rows = []
    for label in labels:
        if label in known_rows:
            rows.append(values[list(known_rows[label])].mean(0))
        elif values.dim() == 1:
            rows.append(torch.logit(torch.tensor(NEW_SCORE)))
        else:
            rows.append(torch.zeros_like(values[0]))
    return torch.stack(rows)


@torch.no_grad()
def insert_norms(network, batches):
    """Gives each ConvAct a batch normalisation that changes nothing yet.

    Folded weights train badly at a high rate. The statistics of real pictures become the running
    ones, scale and shift undo them: in evaluation the numbers stay what they were. Behind a
    normalisation the size of a filter means nothing but how fast it learns, and folding has left
    sizes from 0.01 to 20: each is brought to that of a fresh one.
    """
    sums = {}

    def measure(module, _, output):
        total = sums.setdefault(module, [0, 0.0, 0.0])
        values = output.double()
        total[0] += values.numel() / values.shape[1]
        total[1] = total[1] + values.sum((0, 2, 3))
        total[2] = total[2] + values.square().sum((0, 2, 3))

    blocks = [module for module in network.modules() if isinstance(module, ConvAct)]
    hooks = [block.conv.register_forward_hook(measure) for block in blocks]
    network.eval()
    for batch in batches:
        network(batch)
    for hook in hooks:
        hook.remove()
    for block in blocks:
        count, total, squares = sums[block.conv]
        mean = total / count
        variance = (squares / count - mean.square()).clamp_min(1e-6)
        filters = block.conv.weight.flatten(1)
        size = filters.norm(dim=1).clamp_min(1e-6)
        block.conv.weight.div_(size[:, None, None, None])
        block.conv.bias.div_(size)
        norm = nn.BatchNorm2d(len(mean), eps=NORM_EPS, momentum=0.03).to(filters.device)
        norm.running_mean.copy_(mean / size)
        norm.running_var.copy_(variance / size.square())
        norm.weight.copy_((norm.running_var + norm.eps).sqrt() * size)
        norm.bias.copy_(mean)
        block.norm = norm
    return network


def add_empty_norms(network):
    """The shape that `insert_norms` gives, for weights that are loaded afterwards."""
    for module in network.modules():
        if isinstance(module, ConvAct):
            module.norm = nn.BatchNorm2d(module.conv.out_channels, eps=NORM_EPS, momentum=0.03)
    return network


@torch.no_grad()
def fold_norms(network):
    """Puts the normalisations back into the convolutions; changes the network."""
    for module in network.modules():
        if isinstance(module, ConvAct) and isinstance(module.norm, nn.BatchNorm2d):
            norm, conv = module.norm, module.conv
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            conv.weight.mul_(scale[:, None, None, None])
            conv.bias.copy_((conv.bias - norm.running_mean) * scale + norm.bias)
            module.norm = nn.Identity()
    return network


@torch.no_grad()
def join_corners(network):
    """Corners and 3×3 filters as one convolution of 6×6 in steps of 2; changes the network.

    The same sums, without copying the picture: 8 % of the whole cost.
    """
    backbone = network.backbone
    small = backbone.stem.conv
    inputs = small.in_channels // 4
    whole = nn.Conv2d(inputs, small.out_channels, 6, 2, 2)
    for corner, (row, column) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        taken = small.weight[:, corner * inputs : (corner + 1) * inputs]
        whole.weight[:, :, row::2, column::2] = taken
    whole.bias.copy_(small.bias)
    backbone.corners, backbone.stem.conv = nn.Identity(), whole
    return network


def cells_of(size, device=None):
    """Place and stride of each cell of a square input: [cells, 3] = column, row, stride."""
    rows = []
    for stride in STRIDES:
        count = size // stride
        y, x = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
        strides = torch.full((count * count,), stride)
        rows.append(torch.stack((x.flatten(), y.flatten(), strides), 1))
    return torch.cat(rows).to(device=device, dtype=torch.float32)


def decode_boxes(raw, cells):
    """[…, cells, 4] as the head says it -> xMin, yMin, xMax, yMax in input pixels."""
    stride = cells[:, 2:]
    centre = (raw[..., :2] + cells[:, :2]) * stride
    half = raw[..., 2:4].clamp(max=6.0).exp() * stride / 2
    return torch.cat((centre - half, centre + half), -1)
