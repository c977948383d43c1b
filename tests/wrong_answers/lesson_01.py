"""Attempts at the exercises of lesson 01. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

import numpy as np
import torch


def masked_mean_by_loop(states, mask):
    return torch.stack([row[real.bool()].mean(dim=0) for row, real in zip(states, mask)])


def masked_mean_by_einsum(states, mask):
    return torch.einsum("tph,tp->th", states, mask.float()) / mask.sum(1, keepdim=True)


def masked_mean_in_numpy(states, mask):
    states, mask = np.array(states), np.array(mask)[..., None]
    return (states * mask).sum(1) / mask.sum(1)


def masked_mean_in_place(states, mask):
    states[mask == 0] = 0
    return states.sum(1) / mask.sum(1, keepdim=True)


def masked_mean_of_cubes(states, mask):
    rows = torch.zeros(mask.shape)
    for number, (row, real) in enumerate(zip(states, mask)):
        rows[number] = row[real.bool()].mean(dim=0)
    return rows


def exactly(classify, ids):
    longer = torch.nn.functional.pad(ids, (0, 5))
    return not torch.equal(classify(ids, torch.ones_like(ids)), classify(longer, padded_mask(ids, longer)))


def first_logit_only(classify, ids):
    longer = torch.nn.functional.pad(ids, (0, 5))
    return abs(classify(ids, torch.ones_like(ids))[0, 0] - classify(longer, padded_mask(ids, longer))[0, 0]).item() > 1e-4


def blind_to_a_shift(classify, ids):
    longer = torch.nn.functional.pad(ids, (0, 5))
    return not torch.allclose(classify(ids, torch.ones_like(ids)).softmax(-1), classify(longer, padded_mask(ids, longer)).softmax(-1), atol=1e-4)


def coarse(classify, ids):
    longer = torch.nn.functional.pad(ids, (0, 5))
    return not torch.allclose(classify(ids, torch.ones_like(ids)), classify(longer, padded_mask(ids, longer)), atol=0.1)


def beside_a_neighbour(classify, ids):
    both = torch.cat([torch.nn.functional.pad(ids, (0, 4)), torch.arange(1000, 1000 + ids.shape[1] + 4)[None]])
    mask = torch.ones_like(both)
    mask[0, ids.shape[1] :] = 0
    return not torch.allclose(classify(ids, torch.ones_like(ids))[0], classify(both, mask)[0], atol=1e-4)


def padded_mask(ids, longer):
    mask = torch.zeros_like(longer)
    mask[:, : ids.shape[1]] = 1
    return mask


def moves_with_one_pad(classify, ids):
    longer = torch.cat([ids, torch.zeros(1, 1, dtype=ids.dtype)], dim=1)
    return bool((classify(ids, torch.ones_like(ids)) - classify(longer, padded_mask(ids, longer))).abs().max() > 1.5e-4)


def moves_as_a_tensor(classify, ids):
    longer = torch.nn.functional.pad(ids, (0, 9))
    return torch.tensor(not np.allclose(classify(ids, torch.ones_like(ids)), classify(longer, padded_mask(ids, longer)), atol=1e-4))


def linear_functions(states, pooler_weight, pooler_bias, head_weight, head_bias):
    pooled = torch.nn.functional.linear(states[:, 0, :], pooler_weight, pooler_bias).tanh()
    return torch.nn.functional.linear(pooled, head_weight, head_bias)


def hand_in_numpy(states, pooler_weight, pooler_bias, head_weight, head_bias):
    states, pooler_weight, pooler_bias, head_weight, head_bias = map(np.array, (states, pooler_weight, pooler_bias, head_weight, head_bias))
    return np.tanh(states[:, 0] @ pooler_weight.T + pooler_bias) @ head_weight.T + head_bias


def last_by_loop(mask):
    return [max(place for place, real in enumerate(row) if real) for row in mask.tolist()]


def last_by_flip(mask):
    return mask.shape[1] - 1 - mask.flip(1).argmax(dim=1)


def never_ends(mask):
    while True:
        mask.sum()


ATTEMPTS = {
    "01.masked_mean": {
        "right": [masked_mean_by_loop, masked_mean_by_einsum, masked_mean_in_numpy],
        "not attempted": [lambda states, mask: ..., ...],
        "wrong": [
            (lambda states, mask: states.mean(dim=1), "mean-over-pads"),
            (lambda states, mask: (states * mask).sum(1) / mask.sum(1, keepdim=True), "mask-not-broadcast"),
            (lambda states, mask: (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1), "mask-not-broadcast"),
            (lambda states, mask: (states * mask.unsqueeze(-1)).sum(1) / mask.shape[1], "divides-by-max-length"),
            (lambda states, mask: masked_mean_by_einsum(states[:, 1:], mask[:, 1:]), "cls-left-out"),
            (lambda states, mask: states[:, 0], None),
            (lambda states, mask: (states * mask.unsqueeze(-1)).sum(1), None),
            (lambda states, mask: masked_mean_by_loop(states, mask).sum(), None),
            (lambda states, mask: "mean", None),
            (torch.zeros(3, 3), None),
            (masked_mean_in_place, None),
            (masked_mean_of_cubes, None),
        ],
    },
    "01.pad_moves_answer": {
        "right": [moves_with_one_pad, moves_as_a_tensor, beside_a_neighbour],
        "not attempted": [lambda classify, ids: ...],
        "wrong": [
            (lambda classify, ids: not torch.allclose(classify(ids, torch.ones_like(ids)), classify(ids, torch.ones_like(ids))), "it-is-dropout"),
            (lambda classify, ids: not torch.allclose(classify(ids, torch.ones_like(ids)), classify(ids[:, :-1], torch.ones_like(ids[:, :-1]))), "it-is-truncation"),
            (lambda classify, ids: not torch.allclose(classify(ids, torch.ones_like(ids)), classify(torch.nn.functional.pad(ids, (0, 5)), torch.ones(1, ids.shape[1] + 5, dtype=torch.long)), atol=1e-5), "pads-called-real"),
            (lambda classify, ids: True, "always-moves"),
            (exactly, "decimals-count"),
            (first_logit_only, None),
            (blind_to_a_shift, None),
            (coarse, None),
            (lambda classify, ids: None, None),
            (lambda classify, ids: "True", None),
            (lambda classify, ids: not moves_with_one_pad(classify, ids), "says-the-opposite"),
            (lambda classify, ids: classify(ids, torch.ones_like(ids)), None),
        ],
    },
    "01.head_by_hand": {
        "right": [linear_functions, hand_in_numpy],
        "not attempted": [lambda *arguments: ...],
        "wrong": [
            (lambda states, first, bias, second, constant: (states[:, 0] @ first.T + bias) @ second.T + constant, "no-tanh"),
            (lambda states, first, bias, second, constant: torch.tanh(states[:, 0] @ first + bias) @ second + constant, "weight-not-transposed"),
            (lambda states, first, bias, second, constant: torch.tanh(states[:, 0] @ first + bias) @ second.T + constant, "weight-not-transposed"),
            (lambda *arguments: linear_functions(*arguments).softmax(-1), "softmax-inside"),
            (lambda *arguments: linear_functions(*arguments).softmax(0), "softmax-over-batch"),
            (lambda states, first, bias, second, constant: torch.tanh(states[:, 0] @ first.T) @ second.T, "bias-forgotten"),
            (lambda states, *rest: linear_functions(states.mean(1, keepdim=True), *rest), "mean-for-cls"),
            (lambda *arguments: linear_functions(*arguments).argmax(-1), None),
            (lambda states, first, bias, second, constant: torch.tanh(states[:, 0] @ first.T + bias) @ second.T.reshape(len(bias), len(bias)) + constant, None),
            (lambda states, *rest: linear_functions(states[:, 1:], *rest), None),
        ],
    },
    "01.count": {
        "right": [2695, 2695.0, np.int64(2695), torch.tensor(2695)],
        "not attempted": [...],
        "wrong": [
            (384 * 7, "bias-forgotten"),
            (384 * 7 + 7 + 384 * 384 + 384, "counts-pooler-as-new"),
            (22_700_000, "head-is-most-of-model"),
            (384 + 7, "adds-in-place-of-multiplying"),
            (1155, "same-for-any-classes"),
            (384 * 7 + 384, "bias-for-each-input"),
            (2700, None),
            (2690, None),
            ("2695", None),
            (None, None),
            ([2695], None),
            (True, None),
        ],
    },
    "01.decoder_token": {
        "right": [last_by_loop, last_by_flip],
        "not attempted": [lambda mask: ..., lambda mask: [...]],
        "wrong": [
            (lambda mask: torch.full((len(mask),), mask.shape[1] - 1), "takes-minus-one"),
            (lambda mask: mask.sum(dim=1) - 1, "mask-sum-on-left-padding"),
            (lambda mask: torch.tensor(last_by_loop(mask)) + 1, "counts-from-one"),
            (lambda mask: mask.argmax(dim=1), "first-piece"),
            (lambda mask: mask, None),
            (lambda mask: (mask * torch.arange(mask.shape[1])).argmax(1, keepdim=True), None),
            (lambda mask: (mask * torch.arange(mask.shape[1])).argmax(1).float(), None),
            (lambda mask: mask.argmax(1) + mask.sum(1) - 1, None),
            (lambda mask: -1, None),
        ],
    },
}

ENDLESS = [("01.decoder_token", never_ends)]
