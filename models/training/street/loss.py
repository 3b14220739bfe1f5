"""Which cell answers for which box, and what a wrong answer costs.

A score is objectness times class, as the product reads it. The loss is on that product, label by
label: where a set does not label something, that label costs nothing, whatever the network says.
An objectness of its own would have to know about everything in the picture, and no set does.
"""

import torch
from torch.nn import functional

from .network import decode_boxes

TOP_CELLS = 10
SCORE_POWER = 0.5
OVERLAP_POWER = 4.0
# A cell may answer for a box when its middle lies in it, or this near (in cells) to its middle.
REACH_CELLS = 1.0
NEGATIVE_WEIGHT = 0.75
BOX_WEIGHT = 2.0


def scores_log(raw):
    """Logarithms of objectness times class: [N, cells, labels]."""
    return functional.logsigmoid(raw[..., 4:5]) + functional.logsigmoid(raw[..., 5:])


def detection_loss(raw, targets, cells):
    """Cost of a batch, and its parts as numbers.

    `targets`: boxes [N, most, 5] (label number, sides; unused rows have label -1) and
    asked [N, cells, labels]: 1 where a label is known to be there or not, 0 elsewhere.
    """
    boxes = decode_boxes(raw[..., :4].float(), cells)
    logs = scores_log(raw.float())
    with torch.no_grad():
        owner, quality, share = assign(logs.exp(), boxes, targets["boxes"], cells)
        wanted = wanted_scores(owner, quality, targets["boxes"], logs.shape[-1])
        # What stands in a box is asked for, also on a tile or a region that says otherwise.
        asked = torch.maximum(targets["asked"].to(logs.dtype), (wanted > 0).to(logs.dtype))
    is_owned = owner >= 0
    total = share[is_owned].sum().clamp_min(1.0)

    score_cost = (varifocal(logs, wanted) * asked).sum() / total
    own = owner[is_owned]
    picture = torch.nonzero(is_owned)[:, 0]
    sides = targets["boxes"][picture, own, 1:]
    box_cost = ((1 - generous_overlap(boxes[is_owned], sides)) * share[is_owned]).sum() / total
    parts = {"score": score_cost.item(), "box": box_cost.item(), "owned": int(is_owned.sum())}
    return score_cost + BOX_WEIGHT * box_cost, parts


def varifocal(logs, wanted):
    """Right cells learn their overlap; wrong ones count by how sure they were."""
    scores = logs.exp()
    not_logs = torch.log1p(-scores.clamp(max=1 - 1e-6))
    entropy = -(wanted * logs + (1 - wanted) * not_logs)
    weight = torch.where(wanted > 0, wanted, NEGATIVE_WEIGHT * scores.detach().square())
    return entropy * weight


@torch.no_grad()
def assign(scores, boxes, truths, cells):
    """For each cell the row of its box, or -1; the score that it should say; how much it counts.

    Task alignment: a box takes the cells that are near it and say its label and its place best; a
    cell that several boxes want goes to the one that it overlaps most. The best cell of a box
    counts 1 and shall say the best overlap, the others less in proportion: a box that no cell
    places well yet is learned in full, and is not yet believed.
    """
    count, most = truths.shape[:2]
    owner = torch.full(scores.shape[:2], -1, dtype=torch.long, device=scores.device)
    quality = scores.new_zeros(scores.shape[:2])
    if most == 0:
        return owner, quality, quality
    is_used = truths[..., 0] >= 0
    labels = truths[..., 0].clamp_min(0).long()
    sides = truths[..., 1:]

    overlap = overlaps(sides, boxes)  # [N, most, cells]
    score = scores.transpose(1, 2).gather(1, labels[..., None].expand(-1, -1, scores.shape[1]))
    can = near(sides, cells) & is_used[..., None]
    fit = (score**SCORE_POWER * overlap**OVERLAP_POWER + 1e-9) * can

    best = fit.topk(min(TOP_CELLS, fit.shape[-1]), -1)
    is_taken = torch.zeros_like(can).scatter_(-1, best.indices, True) & can
    contested = torch.where(is_taken, overlap + 1e-6, torch.zeros_like(overlap))
    top, row = contested.max(1)
    owner = torch.where(top > 0, row, owner)

    is_own = is_taken & (row[:, None] == torch.arange(most, device=row.device)[None, :, None])
    own_fit = fit * is_own
    share = own_fit / own_fit.amax(-1, keepdim=True).clamp_min(1e-9)
    reach = (overlap * is_own).amax(-1, keepdim=True)
    quality = (share * reach).amax(1).clamp(1e-3, 1.0) * (top > 0)
    return owner, quality, share.amax(1)


def wanted_scores(owner, quality, truths, label_count):
    wanted = quality.new_zeros(*owner.shape, label_count)
    if truths.shape[1] == 0:
        return wanted
    labels = truths[..., 0].clamp_min(0).long().gather(1, owner.clamp_min(0))
    return wanted.scatter_(-1, labels[..., None], (quality * (owner >= 0))[..., None])


def near(sides, cells):
    """[N, most, cells]: may this cell answer for this box?"""
    middle = (cells[:, :2] + 0.5) * cells[:, 2:]
    low, high = sides[..., None, :2], sides[..., None, 2:]
    is_inside = ((middle > low) & (middle < high)).all(-1)
    distance = (middle - (low + high) / 2).abs().amax(-1)
    return is_inside | (distance <= REACH_CELLS * cells[:, 2])


def overlaps(sides, boxes):
    """Intersection over union of each truth with each cell's box: [N, most, cells]."""
    a, b = sides[:, :, None], boxes[:, None]
    shared = shared_area(a, b)
    return shared / (area(a) + area(b) - shared).clamp_min(1e-6)


def generous_overlap(a, b):
    """Overlap of pairs, less the share of their hull that neither fills: has a slope when apart."""
    shared = shared_area(a, b)
    union = (area(a) + area(b) - shared).clamp_min(1e-6)
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    hull = hull.prod(-1).clamp_min(1e-6)
    return shared / union - (hull - union) / hull


def shared_area(a, b):
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    return (high - low).clamp_min(0).prod(-1)


def area(boxes):
    return (boxes[..., 2:] - boxes[..., :2]).clamp_min(0).prod(-1)


def keeping_loss(raw, teacher_raw, columns, teacher_rows, asked):
    """Cost of forgetting: what the first network said of COCO's classes, said differently.

    Where a label is asked for, labels speak; elsewhere (doubtful regions, sets without vehicles)
    and for classes that our pictures hardly show (buses), the first network does. `teacher_rows`
    is, for each of our `columns`, the teacher's classes that mean it.
    """
    logs = scores_log(raw.float())[..., columns]
    with torch.no_grad():
        said = scores_log(teacher_raw.float()).exp()
        wanted = torch.stack([said[..., list(rows)].amax(-1) for rows in teacher_rows], -1)
        is_said = wanted > 0.1
        weight = is_said * (1 - asked[..., columns].to(logs.dtype) * 0.75)
        total = weight.sum().clamp_min(1.0)
    scores = logs.exp()
    not_logs = torch.log1p(-scores.clamp(max=1 - 1e-6))
    entropy = -(wanted * logs + (1 - wanted) * not_logs)
    sure, unsure = wanted.clamp_min(1e-6), (1 - wanted).clamp_min(1e-6)
    floor = -(wanted * sure.log() + (1 - wanted) * unsure.log())
    return ((entropy - floor) * weight).sum() / total
