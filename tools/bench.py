"""What things cost and what they bring, in longer runs than a lesson has time for.

    python tools/bench.py align                   # aligning labels against tokenizing, 20,000 sentences: at most a quarter
    python tools/bench.py strategies              # lesson 04: three labelling strategies, ten seeds each, all layers trained
    python tools/bench.py strategies --seeds 2    # fewer seeds, to try it

`align` prints a ratio within one run, so that a machine's speed cancels out. `strategies` writes the table that lesson 04
shows, course_utils/content/longer_runs/04_strategies.json, after each run, and skips the runs that stand there; about
75 minutes of one core for ten seeds. Delete the file to begin anew.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import statistics
import sys
import tempfile
import time

SENTENCES = 20_000
MOST = 0.25  # of the time of tokenizing


def align():
    """Whether aligning costs at most a quarter of tokenizing: with each strategy, on the briefs over and over, the median of three rounds."""
    from course_utils import data, encoder, labels

    briefs = data.load("briefs", task="entities")["train"]
    names = briefs.features["ner_tags"].feature.names
    words, tags = list(briefs["tokens"]), list(briefs["ner_tags"])
    times = SENTENCES // len(words) + 1
    words, tags, tokenizer = (words * times)[:SENTENCES], (tags * times)[:SENTENCES], encoder.tokenizer()
    ratios = {strategy: [] for strategy in labels.STRATEGIES}
    for _ in range(3):
        start = time.perf_counter()
        encoding = tokenizer(words, is_split_into_words=True, truncation=True)
        tokenizing = time.perf_counter() - start
        for strategy in labels.STRATEGIES:
            start = time.perf_counter()
            labels.align_labels(encoding, tags, strategy, names)
            ratios[strategy].append((time.perf_counter() - start) / tokenizing)
        print(f"tokenizing {SENTENCES:,} sentences: {tokenizing:.2f} s; aligning: " + ", ".join(f"{name} {found[-1] * tokenizing:.2f} s" for name, found in ratios.items()))
    worst = max(statistics.median(found) for found in ratios.values())
    print(f"aligning costs at most {worst:.0%} of tokenizing (limit {MOST:.0%})")
    return worst <= MOST


def strategies(seeds):
    """Entity F1 on the test split, read at first pieces, for each strategy and seed; written after each run, skipped where present. True."""
    from course_utils import content, data, encoder, labels

    briefs, tokenizer = data.load("briefs", task="entities"), encoder.tokenizer()
    names = briefs["train"].features["ner_tags"].feature.names
    encoded = {split: tokenizer(list(rows["tokens"]), is_split_into_words=True, truncation=True) for split, rows in briefs.items()}
    path = content.HERE / "longer_runs" / "04_strategies.json"
    scores = json.loads(path.read_text(encoding="utf-8"))["entity_f1"] if path.exists() else {}
    for seed in range(seeds):
        for strategy in labels.STRATEGIES:
            if f"seed {seed}" in scores.setdefault(strategy, {}):
                continue
            score = trained(briefs, encoded, names, strategy, seed)
            scores[strategy][f"seed {seed}"] = round(score, 3)
            print(f"seed {seed}, {strategy}: {score:.3f}", flush=True)
            versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers", "datasets", "seqeval")}
            kept = {"command": " ".join(["python", "tools/bench.py", *sys.argv[1:]]), "date": str(datetime.date.today()), "device": "CPU", "versions": versions, "entity_f1": scores}
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return True


def trained(briefs, encoded, names, strategy, seed):
    """Entity F1 on the test split after training all layers as lesson 04 trains its upper three, with a somewhat smaller rate."""
    from datasets import Dataset
    from seqeval.metrics import f1_score
    from transformers import DataCollatorForTokenClassification, PrinterCallback, Trainer, TrainingArguments, set_seed

    from course_utils import encoder, labels

    set_seed(seed)
    model = encoder.classifier("token", num_labels=len(names))
    rows = {split: Dataset.from_dict({**found, "labels": labels.align_labels(found, list(briefs[split]["ner_tags"]), strategy, names)}) for split, found in encoded.items()}
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(folder, num_train_epochs=5, per_device_train_batch_size=8, learning_rate=3e-4, warmup_steps=0.1, seed=seed, disable_tqdm=True,
                                      save_strategy="no", logging_strategy="no", report_to="none", dataloader_pin_memory=False)  # fmt: skip
        trainer = Trainer(model=model, args=arguments, train_dataset=rows["train"], data_collator=DataCollatorForTokenClassification(encoder.tokenizer()))
        trainer.remove_callback(PrinterCallback)
        trainer.train()
        logits = trainer.predict(rows["test"]).predictions
    read = labels.read_words(encoded["test"], logits, [len(words) for words in briefs["test"]["tokens"]])
    said = [["O" if label is None else names[label] for label in words.labels] for words in read]
    return f1_score([[names[tag] for tag in tags] for tags in briefs["test"]["ner_tags"]], said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", choices=("align", "strategies"))
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds `strategies` runs")
    options = parser.parse_args()
    os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1", CUDA_VISIBLE_DEVICES="", ACCELERATE_USE_CPU="true")
    sys.exit(not (align() if options.bench == "align" else strategies(options.seeds)))
