"""Thresholds and calibration against a plain loop and scikit-learn, on 10,000 random cases each."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from course_utils import metrics


def random_case(rng):
    """Probabilities with ties in half of the cases, labels, and what mistakes cost."""
    texts, labels = rng.integers(1, 9), rng.integers(1, 4)
    probabilities = rng.random((texts, labels))
    if rng.random() < 0.5:
        probabilities = np.round(probabilities * 4) / 4
    miss = rng.integers(1, 21, labels) if rng.random() < 0.5 else float(rng.integers(1, 4))
    return probabilities, rng.integers(0, 2, (texts, labels)), miss, float(rng.integers(1, 4))


def cost(probabilities, labels, threshold, miss, false_alarm):
    """What the answers at a threshold cost, counted one by one."""
    total = 0.0
    for probability, label in zip(probabilities, labels):
        if label and not probability >= threshold:
            total += miss
        if not label and probability >= threshold:
            total += false_alarm
    return total


def test_no_threshold_is_cheaper_in_10_000_random_cases():
    rng = np.random.default_rng(0)
    for _ in range(10_000):
        probabilities, labels, miss, false_alarm = random_case(rng)
        found = metrics.best_thresholds(probabilities, labels, miss, false_alarm)
        assert found.shape == (labels.shape[1],)
        for label, threshold in enumerate(found):
            of_label = probabilities[:, label], labels[:, label]
            costs = {place: cost(*of_label, place, np.broadcast_to(miss, labels.shape)[0, label], false_alarm) for place in [0.0, *of_label[0], 1.1]}
            here = cost(*of_label, threshold, np.broadcast_to(miss, labels.shape)[0, label], false_alarm)
            assert here == min(costs.values())
            said_yes = (of_label[0] >= threshold).sum()
            assert said_yes == max((of_label[0] >= place).sum() for place, price in costs.items() if price == here)


def test_one_for_all_is_the_cheapest_of_all_places():
    rng = np.random.default_rng(1)
    for _ in range(2_000):
        probabilities, labels, miss, false_alarm = random_case(rng)
        each = np.broadcast_to(miss, labels.shape)[0]
        whole = lambda place: sum(cost(probabilities[:, label], labels[:, label], place, each[label], false_alarm) for label in range(len(each)))  # noqa: B023, E731
        found = metrics.best_thresholds(probabilities, labels, miss, false_alarm, shared=True)
        assert whole(found) == min(map(whole, [0.0, *probabilities.ravel(), 1.1]))


def test_a_threshold_lies_halfway_between_its_neighbours():
    probabilities, labels = np.array([[0.2], [0.6], [0.9]]), np.array([[0], [1], [1]])
    assert metrics.best_thresholds(probabilities, labels) == pytest.approx([0.4])
    assert metrics.best_thresholds(probabilities, np.zeros((3, 1))) == pytest.approx([0.95])
    assert metrics.best_thresholds(probabilities, np.ones((3, 1))) == pytest.approx([0.1])
    assert metrics.best_thresholds(np.ones((2, 1)), np.zeros((2, 1))) > 1
    next_to_one = np.nextafter(0.5, 1)
    assert metrics.best_thresholds(np.array([[0.5], [next_to_one]]), np.array([[0], [1]])) == [next_to_one]


def test_bins_are_those_of_a_loop_and_of_scikit_learn_in_10_000_random_cases():
    rng = np.random.default_rng(2)
    for number in range(10_000):
        probabilities = rng.random(rng.integers(1, 30))
        labels = (rng.random(len(probabilities)) < probabilities).astype(int)
        said, happened, counts = metrics.reliability(probabilities, labels, bins=5)
        assert counts.sum() == len(labels)
        error = sum(abs(labels[chosen].mean() - probabilities[chosen].mean()) * chosen.sum() for chosen in in_bins(probabilities, 5) if chosen.any())
        assert metrics.calibration_error(probabilities, labels, bins=5) == pytest.approx(error / len(labels))
        if number % 10 == 0 and len(set(labels)) == 2:
            wanted = calibration_curve(labels, probabilities, n_bins=5)
            assert happened[counts > 0] == pytest.approx(wanted[0]) and said[counts > 0] == pytest.approx(wanted[1])


def in_bins(probabilities, bins):
    """For each bin, which probabilities lie in it."""
    return [(probabilities >= place / bins) & (probabilities < (place + 1) / bins) for place in range(bins)]


def test_a_probability_of_one_is_in_the_last_bin_and_certainty_can_be_right():
    assert metrics.reliability([0.0, 1.0], [0, 1])[2].tolist() == [1] + [0] * 8 + [1]
    assert metrics.calibration_error([[0.0, 1.0]], [[0, 1]]) == 0
    assert metrics.calibration_error([1.0, 1.0], [0, 1]) == 0.5
