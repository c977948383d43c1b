"""The exercises of lesson 01: what is right, and how the known errors look."""

import torch

from course_utils.exercises.core import Number, Write
from course_utils.exercises.running import Wrong, of_type


def generator(seed):
    """Random numbers that are the same each time."""
    return torch.Generator().manual_seed(seed)


def states_and_masks():
    """States and masks to try: cubes, in which a mask of the wrong shape goes unnoticed; one with pads in front, one without pads."""
    cases = []
    for seed, size in enumerate((3, 4, 5)):
        states = torch.randn(size, size, size, generator=generator(seed)) + 1
        real = torch.randint(1, size + 1, (size, 1), generator=generator(seed + 10))
        cases.append((states, (torch.arange(size) < real).long()))
    left = cases[1][1].flip(1)
    return [*cases, (cases[1][0], left), (cases[2][0], torch.ones(5, 5, dtype=torch.long))]


def oblong_states():
    """States and a mask in which no two sizes are the same, to decide what cubes cannot."""
    return [(torch.randn(2, 5, 3, generator=generator(7)), torch.tensor([[1, 1, 0, 0, 0], [1, 1, 1, 1, 0]]))]


def read_tensor(answer):
    """A tensor of floats, from PyTorch, NumPy or lists."""
    try:
        return torch.as_tensor(answer).detach().float()
    except (TypeError, ValueError, RuntimeError):
        raise Wrong(f"Your function gives {of_type(answer)}. A tensor is expected.") from None


def same_tensor(one, other):
    """Whether two tensors have one shape and the same numbers to four decimals."""
    return one.shape == other.shape and torch.allclose(one, other, atol=1e-4, equal_nan=True)


def gap(one, other):
    """How far two tensors are apart."""
    return (one - other).abs().max().item() if one.shape == other.shape else float("inf")


def as_numbers(tensor):
    """A tensor's shape and numbers, to two decimals."""
    return f"{[round(number, 2) for number in tensor.flatten().tolist()]} in shape {tuple(tensor.shape)}"


def show_shapes(case):
    """The shapes of the arguments."""
    return "arguments of the shapes " + ", ".join(str(tuple(part.shape)) for part in case)


def weights_to_try():
    """States, and the weights of a pooler and a head, with square ones among them, in which a missing `.T` goes unnoticed."""
    return [weights_of(*sizes, seed) for seed, sizes in enumerate([(2, 4, 4), (3, 5, 5), (1, 3, 3)])]


def oblong_weights():
    """States and weights in which no two sizes are the same."""
    return [weights_of(2, 4, 3, seed=9)]


def weights_of(texts, hidden, classes, seed):
    """States of six pieces, and the weights of a pooler and a head, at random."""
    draw = generator(seed)
    shapes = [(texts, 6, hidden), (hidden, hidden), (hidden,), (classes, hidden), (classes,)]
    return tuple(torch.randn(shape, generator=draw) for shape in shapes)


def by_hand(states, pooler_weight, pooler_bias, head_weight, head_bias, squeeze=torch.tanh, transpose=True, bias=1.0, end=lambda logits: logits):
    """The logits, with the parts that known errors change."""
    first = pooler_weight.T if transpose is True else pooler_weight
    second = head_weight.T if transpose else head_weight
    pooled = squeeze(states[:, 0] @ first + bias * pooler_bias)
    return end(pooled @ second + bias * head_bias)


def hand_error(**changes):
    """A function that computes the logits with a known error."""
    return lambda *arguments: by_hand(*arguments, **changes)


class Classifier:
    """A small classifier for `pad_moves_answer`: a table of vectors, pooled in one of several ways, and one matrix."""

    def __init__(self, seed, pool, move=lambda logits, places: logits):
        self.table = torch.randn(60, 8, generator=generator(seed))
        self.matrix = torch.randn(8, 3, generator=generator(seed + 1))
        self.pool, self.seed, self.move = pool, seed, move

    def __repr__(self):
        return f"Classifier({self.seed})"

    def __call__(self, input_ids, attention_mask):
        return self.move(self.pool(self.table[input_ids % len(self.table)], attention_mask) @ self.matrix, input_ids.shape[1])


def masked(states, mask):
    """The mean over the real pieces."""
    return (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


POOLS = {  # how a classifier pools, and whether padding moves its answer
    "masked mean": masked,
    "plain mean": lambda states, mask: states.mean(1),
    "first": lambda states, mask: states[:, 0],
    "last place": lambda states, mask: states[:, -1],
    "sum over all": lambda states, mask: states.sum(1),
    "masked maximum": lambda states, mask: states.masked_fill(mask.unsqueeze(-1) == 0, -1e9).max(1).values,
}


MOVES = [  # what the length of the table adds to the logits of a masked mean: the last decimals, a little, one logit, two, all alike
    lambda logits, places: logits + 1e-6 * places,
    lambda logits, places: logits + 1e-3 * places,
    lambda logits, places: logits + 0.1 * places * torch.tensor([0.0, 1.0, 0.0]),
    lambda logits, places: logits + 0.1 * places * torch.tensor([1.0, -1.0, 0.0]),
    lambda logits, places: logits + 0.1 * places,
]


def classifiers():
    """Classifiers to try, each with the numbers of a text."""
    texts = [torch.tensor([[5, 9, 2, 7]]), torch.tensor([[11, 3, 8, 21, 40, 6]])]
    made = [Classifier(seed, pool) for seed, pool in enumerate(POOLS.values())] + [Classifier(seed + 20, masked, move) for seed, move in enumerate(MOVES)]
    return [(classifier, texts[number % 2]) for number, classifier in enumerate(made)]


def read_yes_or_no(answer):
    """True or False; a tensor or NumPy value with one of them counts."""
    value = answer.item() if getattr(answer, "size", None) == 1 or isinstance(answer, torch.Tensor) and answer.numel() == 1 else answer
    if not isinstance(value, bool):
        raise Wrong(f"Your function gives {of_type(answer)}. True or False is expected.")
    return value


def moves(classify, ids, same=lambda one, other: torch.allclose(one, other, atol=1e-4)):
    """Whether a text's logits and those of the padded text are not the same."""
    longer, mask = torch.nn.functional.pad(ids, (0, 5)), torch.ones_like(ids)
    return not same(classify(ids, mask), classify(longer, torch.nn.functional.pad(mask, (0, 5))))


def exact(classify, ids):
    """The known error: it compares to the last decimal."""
    return moves(classify, ids, same=torch.equal)


def same_twice(classify, ids):
    """The known error: it calls the classifier twice with the same input, which finds randomness and not padding."""
    mask = torch.ones_like(ids)
    return not torch.allclose(classify(ids, mask), classify(ids, mask))


def shorter(classify, ids):
    """The known error: it cuts the text, which may move any answer."""
    return not torch.allclose(classify(ids, torch.ones_like(ids)), classify(ids[:, :-1], torch.ones_like(ids[:, :-1])), atol=1e-5)


def mask_of_ones(classify, ids):
    """The known error: it pads the ids and says that the pads are real."""
    longer = torch.nn.functional.pad(ids, (0, 5))
    return not torch.allclose(classify(ids, torch.ones_like(ids)), classify(longer, torch.ones_like(longer)), atol=1e-5)


def masks():
    """Masks to try: pads at the end, in front, none, and a mix."""
    return [(torch.tensor(rows),) for rows in (
        [[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]],
        [[0, 0, 1, 1], [0, 1, 1, 1]],
        [[0, 1, 1, 0, 0], [1, 1, 1, 1, 0], [0, 0, 0, 0, 1]],
        [[1, 0, 1, 0], [1, 1, 0, 0]],
    )]  # fmt: skip


def read_places(answer):
    """A list of whole numbers, one for each text. Raises Wrong for anything else."""
    places = torch.as_tensor(answer) if isinstance(answer, (list, tuple, torch.Tensor)) or hasattr(answer, "dtype") else None
    if places is None or places.ndim != 1 or places.dtype.is_floating_point or places.dtype == torch.bool:
        shape = f" of shape {tuple(places.shape)} and type {places.dtype}" if places is not None else ""
        raise Wrong(f"Your function gives {of_type(answer)}{shape}. A whole number for each text is expected, in one dimension.")
    return places.tolist()


EXERCISES = {
    "01.masked_mean": Write(
        cases=states_and_masks,
        read=read_tensor,
        same=same_tensor,
        show=show_shapes,
        describe=as_numbers,
        gap=gap,
        further=oblong_states,
        wrong={
            "mean-over-pads": lambda states, mask: states.mean(1),
            "mask-not-broadcast": (
                lambda states, mask: (states * mask).sum(1) / mask.sum(1, keepdim=True),
                lambda states, mask: (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1),
            ),
            "divides-by-max-length": lambda states, mask: (states * mask.unsqueeze(-1)).mean(1),
            "cls-left-out": lambda states, mask: masked(states[:, 1:], mask[:, 1:]),
        },
        right="Pads get weight 0, and the sum is divided by the number of real pieces. [CLS] and [SEP] count as pieces, as they did when this encoder was tuned.",
    ),
    "01.pad_moves_answer": Write(
        cases=classifiers,
        read=read_yes_or_no,
        same=lambda one, other: one is other,
        show=lambda case: f"a classifier on {case[1].shape[1]} pieces",
        wrong={
            "it-is-dropout": same_twice,
            "it-is-truncation": shorter,
            "pads-called-real": mask_of_ones,
            "decimals-count": exact,
            "always-moves": lambda classify, ids: True,
            "says-the-opposite": lambda classify, ids: not moves(classify, ids),
        },
        right="The same text, once alone and once padded with its mask, and logits that agree to some decimals: that is the whole test.",
    ),
    "01.head_by_hand": Write(
        cases=weights_to_try,
        read=read_tensor,
        same=same_tensor,
        show=show_shapes,
        describe=as_numbers,
        gap=gap,
        further=oblong_weights,
        wrong={
            "no-tanh": hand_error(squeeze=lambda values: values),
            "weight-not-transposed": (hand_error(transpose=False), hand_error(transpose="head only")),
            "softmax-inside": hand_error(end=lambda logits: logits.softmax(-1)),
            "softmax-over-batch": hand_error(end=lambda logits: logits.softmax(0)),
            "bias-forgotten": hand_error(bias=0.0),
            "mean-for-cls": lambda states, *weights: by_hand(states.mean(1, keepdim=True), *weights),
        },
        right="First state, matrix, tanh, matrix. The softmax is left to the loss and to whoever wants probabilities.",
    ),
    "01.count": Number(
        key=384 * 7 + 7,
        wrong={384 * 7: "bias-forgotten", 384 * 7 + 7 + 384 * 384 + 384: "counts-pooler-as-new", 22_715_911: "head-is-most-of-model",
               384 + 7: "adds-in-place-of-multiplying", 384 * 3 + 3: "same-for-any-classes", 384 * 7 + 384: "bias-for-each-input"},
        right="384 weights and one constant for each of seven classes.",
    ),
    "01.decoder_token": Write(
        cases=masks,
        read=read_places,
        same=lambda one, other: one == other,
        show=lambda case: f"the mask {case[0].tolist()}",
        wrong={
            "takes-minus-one": lambda mask: torch.full((len(mask),), mask.shape[1] - 1),
            "mask-sum-on-left-padding": lambda mask: mask.sum(1) - 1,
            "counts-from-one": lambda mask: (mask * torch.arange(mask.shape[1])).argmax(1) + 1,
            "first-piece": lambda mask: mask.argmax(1),
        },
        right="The largest place that has a 1, wherever the pads are.",
    ),
}
