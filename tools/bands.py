"""Shows that what a lesson claims of trained models holds for five seeds, and is false for runs that are broken on purpose.

    python tools/bands.py 02             # the claims, for five seeds and the broken runs: half an hour on two cores
    python tools/bands.py 02 --write     # and write the scores to course_utils/content/longer_runs/02_seeds.json
    python tools/bands.py 02 --part broken    # one part: claims, longer (the runs of the table), broken

A claim is a line that a cell tagged `banded` prints and that ends in `: True`. It has to be True for every seed. Each
claim has to be False in one of the broken runs at least: a claim that cannot fail is no claim. The solved lesson runs as
a script, cell by cell, with small changes to its source: another seed, or the fault.
"""

import argparse
import contextlib
import datetime
import importlib.metadata
import io
import json
import os
import re
import statistics
import sys
import tempfile

SEEDS = range(5)
# For each lesson: where its seed stands; variants of it, for the longer run; and what breaks it. Each change is (old, new).
WHOLE = [
    ("with training.upper_layers_only(model, layers=3):", "with contextlib.nullcontext():"),
    ('train_dataset=cached["train"]', 'train_dataset=tokenized["train"]'),
    ('eval_dataset=cached["validation"]', 'eval_dataset=tokenized["validation"]'),
    ("data_collator=training.pad_states", "data_collator=collator"),
    ("from transformers import Trainer\n", "import contextlib\nfrom transformers import Trainer\n"),
]
SHUFFLED = [
    ("cached = training.cache_lower_layers(model, tokenized, layers=3)\n",
     "cached = training.cache_lower_layers(model, tokenized, layers=3)\n"
     'cached["train"] = cached["train"].add_column("mixed", list(np.random.default_rng(0).permutation(cached["train"]["labels"])))\n'
     'cached["train"] = cached["train"].remove_columns("labels").rename_column("mixed", "labels")\n'),
    ("features = training.mean_states(model, tokenized)\n",
     "features = training.mean_states(model, tokenized)\n"
     'features["train"] = features["train"][0], np.random.default_rng(0).permutation(features["train"][1])\n'),
]  # fmt: skip
# Lesson 05 without one of its trainings, each named by the line after it; and with all layers trained.
NO_JUDGE = [("    trainer.train()\n    judged", "    judged")]
NO_FINDER = [("    trainer.train()\n    found", "    found"), ("losses[-1] < 0.5", "None")]
ALL_SIX = [("(judge, tokenized, layers=4)", "(judge, tokenized, layers=0)"), ("(judge, layers=4)", "(judge, layers=0)"), ("(scorer, layers=4)", "(scorer, layers=0)"), ("learning_rate=5e-4", "learning_rate=1e-4")]
LESSONS = {
    "02": {
        "seed": [("set_seed(0)", "set_seed({seed})"), ("seed=0)", "seed={seed})"), ("rate, epochs=8)", "rate, epochs=8, seed={seed})")],
        "variants": {"as it is": [], "whole": WHOLE},
        "longer_seeds": 5,
        "table": {"three layers cached": ("as it is", lambda names: names["results"]["fine-tuned"]),
                  "everything trained": ("whole", lambda names: names["results"]["fine-tuned"])},
        "broken": {
            "shuffled labels": SHUFFLED,
            "an untrained head": [("    trainer.train()\n", "")],
            "rates in the wrong order": [("curves[3e-4][-1] > max(curves[1e-6]", "curves[1e-6][-1] > max(curves[3e-4]")],
            "counted words that learned shuffled labels": [('bag_of_words.fit(train["text"], train["label"])', 'bag_of_words.fit(train["text"], np.random.default_rng(0).permutation(train["label"]))')],
            "a test of two texts, over and over": [("draws = [rng.integers(0, len(labels), len(labels))", "draws = [np.arange(len(labels))")],
        },
    },
    "03": {
        "score": "minutes_a_day",
        "seed": [("set_seed(0)", "set_seed({seed})"), ("    seed=0,\n", "    seed={seed},\n")],
        "variants": {"as it is": []},
        "longer_seeds": 5,
        "table": {"minutes at 0.5": ("as it is", lambda names: names["half"]["fine-tuned"]), "minutes at thresholds": ("as it is", lambda names: names["tuned"]["fine-tuned"])},
        "broken": {
            "an untrained head": [("    trainer.train()\n", "    trainer.state.log_history = [{'eval_macro_f1': 0.0}] * 3\n")],
            "shuffled labels": [("cached = training.cache_lower_layers(model, tokenized, layers=3)\n",
                                 "cached = training.cache_lower_layers(model, tokenized, layers=3)\n"
                                 'mixed = [row.tolist() for row in np.random.default_rng(0).permutation(labels["train"])]\n'
                                 'cached["train"] = cached["train"].remove_columns("labels").add_column("labels", mixed)\n')],
            "calibration left out": [('stretch.predict_proba(read["test"].predictions.reshape(-1, 1))[:, 1].reshape(150, 5)', 'said["fine-tuned"]["test"]')],
            "the worst threshold for the rare label": [("[:-1].argmax()]", "[:-1].argmin()]")],
            "few chosen by all": [("for rows in (few, slice(None))", "for rows in (slice(None), slice(None))")],
            "thresholds turned round": [('chosen = {name: best_thresholds(probabilities["validation"], labels["validation"], MISS)', 'chosen = {name: 1 - best_thresholds(probabilities["validation"], labels["validation"], MISS)')],
            "thresholds chosen on test": [('thresholds = metrics.best_thresholds(said[name]["validation"], labels["validation"], miss', 'thresholds = metrics.best_thresholds(said[name]["test"], labels["test"], miss')],
            "thresholds for the wrong costs": [('thresholds = metrics.best_thresholds(said[name]["validation"], labels["validation"], miss,', 'thresholds = metrics.best_thresholds(said[name]["validation"], labels["validation"], 1 / miss ** 2,')],
            "weights exchanged": [("rare_scores[1], rare_scores[27]", "rare_scores[27], rare_scores[1]"), ("fitted = LogisticRegression(C=10, max_iter=2000, class_weight={0: 1, 1: weight})", "fitted = LogisticRegression(C=10, max_iter=2000, class_weight={0: 1, 1: 20 / weight})")],
            "a weighted model that never saw politics": [("class_weight={0: 1, 1: weight}).fit(features[\"train\"][keep], political[\"train\"][keep])", "class_weight={0: 1, 1: weight}).fit(features[\"train\"][keep], np.roll(political[\"train\"][keep], weight - 1))")],
            "counted words that learned shuffled labels": [('bag_of_words.fit(train["text"], labels["train"])', 'bag_of_words.fit(train["text"], np.random.default_rng(0).permutation(labels["train"]))')],
        },
    },
    "01": {
        "seed": [("set_seed(0)", "set_seed({seed})"), ("**silent, seed=0)", "**silent, seed={seed})"),
                 ("for seed in range(3))]", "for seed in range(3 * {seed}, 3 * {seed} + 3))]")],
        "variants": {"all six": [("frozen_layers = 4", "frozen_layers = 0")], "as it is": []},
        "longer_seeds": 5,
        "table": {"frozen, layer chosen on validation": ("as it is", lambda names: names["frozen"], lambda names: names["frozen_seconds"]),
                  "top two layers": ("as it is", lambda names: names["tuned"], lambda names: names["seconds"]),
                  "all six layers": ("all six", lambda names: names["tuned"], lambda names: names["seconds"])},
        "broken": {
            "[CLS] and mean exchanged": [('{"[CLS]": lambda states: states[0], "mean": lambda states: states.mean(axis=0)', '{"mean": lambda states: states[0], "[CLS]": lambda states: states.mean(axis=0)')],
            "lower layers that learned shuffled labels": [('.fit(means["train"][layer], labels["train"])', '.fit(means["train"][layer], labels["train"] if layer == 6 else np.random.default_rng(0).permutation(labels["train"]))')],
            "a top that is left untrained": [('    trainer_for(model, below["train"], training.pad_states).train()', "    pass")],
            "frozen heads that were told the test": [('.fit(means["train"][layer], labels["train"])', '.fit(means["test"][layer], labels["test"])')],
        },
    },
    "04": {
        "seed": [("set_seed(0)", "set_seed({seed})"), ("seed=0)", "seed={seed})"), ("for seed in (0, 1)]", "for seed in (2 * {seed}, 2 * {seed} + 1)]")],
        "variants": {"as it is": []},
        "longer_seeds": 5,
        "table": {},  # the lesson's table comes from `python tools/bench.py strategies`
        "broken": {
            "labels in the wrong order": [('align_labels(encoding, rows["ner_tags"], "first")', 'align_labels(encoding, [tags[::-1] for tags in rows["ner_tags"]], "first")')],
            "one strategy with labels in the wrong order": [("given = labels.align_labels(encoded[\"train\"], list(train[\"ner_tags\"]), strategy, names)\n    rows = below",
                "given = labels.align_labels(encoded[\"train\"], [tags[::-1] if strategy == \"copy\" else tags for tags in train[\"ner_tags\"]], strategy, names)\n    rows = below")],
            "parts of speech in the wrong order": [('labels.align_labels(made, rows["pos_tags"])', 'labels.align_labels(made, [tags[::-1] for tags in rows["pos_tags"]])')],
        },
    },
    "05": {
        "score": "scores",
        "seed": [("set_seed(0)", "set_seed({seed})"), ('"seed": 0}', '"seed": {seed}}')],
        "variants": {
            "as it is": [],
            "eight epochs": [*NO_JUDGE, *NO_FINDER, ("num_train_epochs=2", "num_train_epochs=8")],
            "all six": [*ALL_SIX, *NO_FINDER, ("num_train_epochs=2", "num_train_epochs=8")],
        },
        "longer_seeds": 3,
        "table": {
            "inference (macro-F1), two layers trained": ("as it is", lambda names: names["results"]["fine-tuned"]),
            "inference (macro-F1), all six layers": ("all six", lambda names: names["results"]["fine-tuned"]),
            "similarity (Pearson), two epochs": ("as it is", lambda names: names["pearson"]["cross-encoder"]),
            "similarity (Pearson), eight epochs": ("eight epochs", lambda names: names["pearson"]["cross-encoder"]),
            "similarity (Pearson), eight epochs, all six layers": ("all six", lambda names: names["pearson"]["cross-encoder"]),
        },
        "broken": {
            "nothing trained": [*NO_JUDGE, ("num_train_epochs=4, learning_rate=3e-4", "num_train_epochs=4, learning_rate=3e-9")],
            "baselines spoiled": [
                ('counted = LogisticRegression()', 'counted = LogisticRegression(C=1e-9)'),
                ('cosines = (vectors["premise"] * vectors["hypothesis"])', 'cosines = (vectors["premise"] * np.roll(vectors["hypothesis"], 1, axis=0))'),
                ('answers["test"], close["test"] > cut', 'answers["test"], close["test"] < cut'),
            ],
            "things exchanged": [
                ('their_names = ["contradiction", "entailment", "neutral"]', "their_names = names"),
                ("answers_of(scorer, second_texts, first_texts)", "answers_of(scorer, first_texts, second_texts)"),
                ("((first_texts, second_texts), (second_texts, first_texts))", "((first_texts, second_texts), (first_texts, second_texts))"),
                ('hits["cross-encoder second"] = first_pages(by_finder)', 'hits["cross-encoder second"] = first_pages(by_page_and_sentence)'),
                ("passed(lambda first, second: answers_of(scorer, first, second)[:, 0])", "passed(lambda first, second: -answers_of(scorer, first, second)[:, 0])"),
            ],
        },
    },
}  # fmt: skip


def banded_claims(lesson, changes):
    """Run a solved lesson with changes to its source: its claims as {sentence: bool}, and the names that it made."""
    from course_utils import content

    names, claims = {"__name__": "__main__"}, {}
    cells = content.cells(lesson)
    missing = [old for old, _ in changes if not any(old in source + "\n" for _, source in cells)]
    if missing:
        sys.exit(f"Lesson {lesson} has no {missing[0]!r} any more: mend LESSONS in tools/bands.py.")
    for header, source in cells:
        if header.startswith("[markdown]") or '"stub"' in header:
            continue
        source += "\n"
        for old, new in changes:
            source = source.replace(old, new)
        printed = run(source, names)
        if '"banded"' in header:
            found = re.findall(r"^(.*): (True|False)$", printed, flags=re.M)
            claims.update({re.sub(r"≈[\d.]+", "≈", sentence): value == "True" for sentence, value in found})
    return claims, names


def run(source, names):
    """What a cell prints. What it shows, figures and widgets, is not looked at."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(source, "<cell>", "exec"), names)
    return printed.getvalue()


def seeded(changes, seed):
    """The changes with a seed put in."""
    return [(old, new.replace("{seed}", str(seed))) for old, new in changes]


def kept_in(lesson):
    """The file of a lesson's longer run."""
    from course_utils import content

    return content.HERE / "longer_runs" / f"{lesson}_seeds.json"


def write(lesson, scores, seconds):
    """Keep the scores of a longer run with what is needed to repeat it."""
    path = kept_in(lesson)
    versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers", "datasets", "scikit-learn")}
    kept = {"command": " ".join(["python", "tools/bands.py", *sys.argv[1:]]), "date": str(datetime.date.today()), "device": "CPU", "versions": versions, LESSONS[lesson].get("score", "macro_f1"): scores, "seconds": seconds}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", choices=LESSONS)
    parser.add_argument("--write", action="store_true", help="write the scores to content/longer_runs")
    parser.add_argument("--part", choices=("claims", "longer", "broken"), help="one part alone")
    options = parser.parse_args()
    os.environ.update(CUDA_VISIBLE_DEVICES="", ACCELERATE_USE_CPU="true", MPLBACKEND="agg", HF_HUB_OFFLINE="1")
    lesson, scores, seconds, held, failed = LESSONS[options.lesson], {}, {}, {}, {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["COURSE_HOME"] = f"{folder}/home"
        if options.write and not kept_in(options.lesson).exists():  # a lesson shows its longer run, and the first one has nothing to show
            write(options.lesson, {row: {"seed 0": float("nan")} for row in lesson["table"]}, {})
        for variant, changes in lesson["variants"].items():
            of_table = any(of == variant for of, *_ in lesson["table"].values())
            wanted = {"claims": not changes, "longer": of_table, "broken": False}.get(options.part, not changes or of_table)
            for seed in SEEDS[: 5 if not changes else lesson["longer_seeds"]] if wanted else []:
                claims, names = banded_claims(options.lesson, seeded(lesson["seed"] + changes, seed))
                rows = {row: look for row, (of, *look) in lesson["table"].items() if of == variant}
                for row, (score, *took) in rows.items():
                    scores.setdefault(row, {})[f"seed {seed}"] = round(float(score(names)), 3)
                    for clock in took:
                        seconds.setdefault(row, []).append(clock(names))
                print(f"{variant}, seed {seed}:", {row: scores[row][f"seed {seed}"] for row in rows}, "not so:", [claim for claim, ok in claims.items() if not ok], flush=True)
                if options.write and set(scores) == set(lesson["table"]):
                    write(options.lesson, {row: scores[row] for row in lesson["table"]}, {row: round(statistics.median(each)) for row, each in seconds.items()})
                if not changes:
                    held = {claim: held.get(claim, True) and ok for claim, ok in claims.items()}
        for fault, changes in lesson["broken"].items() if options.part in (None, "broken") else []:
            claims, _ = banded_claims(options.lesson, changes)
            print(f"broken, {fault}: not so:", [claim for claim, ok in claims.items() if not ok], flush=True)
            failed.update({claim: [*failed.get(claim, []), fault] for claim, ok in claims.items() if not ok})
    for claim in held or failed:
        print(f"{claim}: {'not tried' if claim not in held else 'holds' if held[claim] else 'DOES NOT HOLD'} for {len(SEEDS)} seeds; false for: {', '.join(failed.get(claim, [])) or 'NOTHING'}")
    sys.exit(not all(held.values()) or not options.part and set(held) != set(failed))


if __name__ == "__main__":
    main()
