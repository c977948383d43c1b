"""What scikit-learn lacks for several labels a text: thresholds by what mistakes cost, and what a probability is worth."""

import numpy as np


def best_thresholds(probabilities, labels, miss=1.0, false_alarm=1.0, shared=False):
    """The cheapest threshold for each label, an array (labels,); with `shared`, the cheapest one for all labels, a number.

    `probabilities` and `labels`, 0 or 1, have the shape (texts, labels). The answer is yes where a probability reaches
    the threshold; `miss` and `false_alarm` say what the two mistakes cost, each a number, or one for each label. Halfway
    between two neighbouring probabilities every place is tried; of equally cheap ones the smallest is taken.
    """
    probabilities, labels = np.asarray(probabilities, dtype=float), np.asarray(labels) > 0.5
    worth = np.where(labels, miss, -np.asarray(false_alarm, dtype=float))  # what a yes saves, against a no
    if shared:
        return cheapest(probabilities.ravel(), worth.ravel())
    return np.array([cheapest(probabilities[:, label], worth[:, label]) for label in range(labels.shape[1])])


def cheapest(probabilities, worth):
    """The threshold above which saying yes saves most. `worth` is what a yes saves for each probability; both (n,)."""
    order = np.argsort(-probabilities, kind="stable")
    ranked, saved = probabilities[order], np.concatenate([[0.0], np.cumsum(worth[order])])
    ends = np.flatnonzero(np.append(ranked[:-1] != ranked[1:], True)) + 1  # a cut cannot part equal probabilities
    cuts = np.concatenate([[0], ends])
    most = np.isclose(saved[cuts], saved[cuts].max(), rtol=0, atol=1e-9)
    yes = cuts[most][-1]  # of equally cheap cuts, the one with most yeses
    above = ranked[yes - 1] if yes else max(1.0, ranked[0] + 1e-6)
    below = ranked[yes] if yes < len(ranked) else 0.0
    halfway = (above + below) / 2
    return halfway if halfway > below or yes == len(ranked) else above


def reliability(probabilities, labels, bins=10):
    """Whether things with a probability of 0.8 happen 8 times in 10: for each of equally wide bins the mean probability, how often it was so, and the count.

    Both arguments may have any shape, the same. Returns three arrays (bins,); the first two are nan for an empty bin. scikit-learn's
    `calibration_curve` gives the first two, without the counts that `calibration_error` needs.
    """
    probabilities, labels = np.ravel(probabilities).astype(float), np.ravel(labels).astype(float)
    numbers = np.clip((probabilities * bins).astype(int), 0, bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    with np.errstate(invalid="ignore"):
        said = np.bincount(numbers, weights=probabilities, minlength=bins) / counts
        happened = np.bincount(numbers, weights=labels, minlength=bins) / counts
    return said, happened, counts


def calibration_error(probabilities, labels, bins=10):
    """The expected calibration error: how far mean probability and frequency are apart in a bin, weighed by the bins' counts.

    Sum over the bins of count / n · |frequency - mean probability| (Naeini, Cooper and Hauskrecht 2015).
    """
    said, happened, counts = reliability(probabilities, labels, bins)
    return float(np.nansum(counts * np.abs(happened - said)) / counts.sum())
