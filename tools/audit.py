"""Prints what can be counted of each corpus beside the same counts of real text, and, when asked, how well models do on it.

    python tools/audit.py                      # every corpus: counts and measures, a minute
    python tools/audit.py reviews --models     # one corpus, with models too: minutes

The measures are those of measures.py; the columns beside ours were made with the same functions from public text of the
same kind. No measure has a pass mark of its own: what says something is the distance.
"""

import argparse
import collections
import re

import numpy as np

import measures
from course_utils import data

NAMES = {  # the measures, by the short names of REAL
    "cv": "words, coefficient of variation",
    "distinct": "distinct words in 10,000",
    "repeated": "4-grams in 3+ texts, % (20,000 words)",
    "opening": "commonest two-word opening, %",
    "entropy": "entropy of openings (0 to 1)",
    "masked": "same once names and numbers are masked, %",
    "stock": "one of the stock phrases, %",
    "round": "round numbers (10, 15, 20 …) among numbers, %",
    "surface": "label from surface alone, points above majority",
    "nearest": "nearest neighbour cosine, median / 95 %",
}
REAL = {  # public text: reviews, the first two sentences of news stories, an inference set, forum comments, text messages
    "product reviews": dict(cv=0.67, distinct=2102, repeated=0.19, opening=1.5, entropy=0.924, masked=0.6, stock=1.8, round=68, surface=0.5, nearest="0.59 / 0.78"),
    "film reviews": dict(cv=0.45, distinct=3308, repeated=0.08, opening=1.7, entropy=0.951, masked=0.0, stock=2.0, round=59, surface=4.5, nearest="0.51 / 0.66"),
    "news leads": dict(cv=0.31, distinct=3314, repeated=0.4, opening=8.1, entropy=0.907, masked=0.0, stock=0.9, round=47, nearest="0.50 / 0.78"),
    "premises": dict(cv=0.44, distinct=1787, repeated=1.39, opening=16.8, entropy=0.676, masked=0.0, stock=0.2, nearest="0.53 / 0.69"),
    "hypotheses": dict(cv=0.39, distinct=1806, repeated=1.76, opening=12.1, entropy=0.69, masked=3.3, stock=0.1, surface=8.7, nearest="0.59 / 0.87"),
    "forum comments": dict(cv=0.51, distinct=2591, repeated=0.32, opening=2.4, entropy=0.944, masked=0.4, stock=0.4, round=62, nearest="0.41 / 0.63"),
    "text messages": dict(distinct=2445, repeated=0.62, opening=1.0, entropy=0.957, masked=0.0, stock=0.1, round=62, nearest="0.48 / 0.67"),
}
TEXTS = {  # corpus: (task, field, the fitting real columns)
    "reviews": [(None, "text", ["product reviews", "film reviews"])],
    "briefs": [("topics", "text", ["news leads"])],
    "pairs": [("nli", "premise", ["premises"]), ("nli", "hypothesis", ["hypotheses"])],
    "questions": [(None, "passage", ["news leads"]), (None, "question", ["forum comments", "text messages"])],
    "helpdesk": [(None, "text", ["forum comments", "text messages"])],
}
FRAUD_WORDS = re.compile(r"\b(fraud\w*|scam\w*|stolen|hacked|phishing)\b", re.I)
NEAR = 0.6  # shingle overlap above which two texts are near-duplicates


def all_rows(corpus, task=None):
    """The rows of all splits, each with its split."""
    return [{**row, "split": split} for split, rows in data.load(corpus, task=task).items() for row in rows]


def print_measures(corpus, with_encoder):
    """Our measures and the real ones side by side, for each kind of text in a corpus."""
    for task, field, columns in TEXTS[corpus]:
        rows = list({row[field]: row for row in all_rows(corpus, task)}.values())
        labels = [row["label"] for row in rows] if "label" in rows[0] and field != "premise" and field != "passage" else None
        ours = measures.measure([row[field] for row in rows], labels, with_encoder)
        print(f"\n{corpus}, {field}: {len(rows)} texts, {ours['words, mean']} words on average".ljust(64), *[name.rjust(16) for name in columns])
        for short, name in NAMES.items():
            if ours.get(name) is not None:
                print(f"{name:52}{ours[name]!s:>12}", *[f"{REAL[column].get(short, '')!s:>16}" for column in columns])


def print_counts(corpus):
    """Labels by split, and what is special to a corpus."""
    for split, rows in data.load(corpus, task=TEXTS[corpus][0][0]).items():
        if "label" in rows.features:
            names = collections.Counter(rows.features["label"].int2str(rows["label"]))
        else:
            names = collections.Counter(dict(zip(data.TOPICS, map(int, np.sum(rows["labels"], axis=0)))))
        print(f"{corpus}-{split:11} {len(rows):5} rows  ", ", ".join(f"{name} {count}" for name, count in names.items()))


def near_duplicates(corpus):
    """Pairs of texts in different splits whose three-word shingles overlap by more than NEAR, as (overlap, id, id)."""
    return [pair for task, field, _ in TEXTS[corpus] for pair in near_pairs(all_rows(corpus, task), field)]


def near_pairs(rows, field):
    """The pairs of rows whose texts in `field` are near-duplicates and stand in different splits."""
    where = collections.defaultdict(set)
    shingles = [shingled(row[field]) for row in rows]
    for number, found in enumerate(shingles):
        for shingle in found:
            where[shingle].add(number)
    near = []
    for number, found in enumerate(shingles):
        for other in {other for shingle in found for other in where[shingle] if other > number}:
            overlap = len(found & shingles[other]) / len(found | shingles[other])
            if overlap > NEAR and rows[number]["split"] != rows[other]["split"]:
                near.append((round(overlap, 2), rows[number]["id"], rows[other]["id"]))
    return near


def shingled(text):
    """The runs of three words of a text; the whole text where it is shorter."""
    words = text.lower().split()
    return {" ".join(words[start:start + 3]) for start in range(max(1, len(words) - 2))}


def print_entities():
    """Entities of `briefs` by type, how many of their words split, and how many test names training never saw."""
    from course_utils import encoder

    splits, tokenizer = data.load("briefs", task="entities"), encoder.tokenizer()
    names = {split: [name for row in rows for name in entities(row, rows.features)] for split, rows in splits.items()}
    every = [name for found in names.values() for name in found]
    words = [word for _, text in every for word in text.split()]
    seen = {text for _, text in names["train"]}
    briefs = sum(len(rows) for rows in splits.values())
    unseen = {text for _, text in names["test"]} - seen
    print(f"\nentities {len(every)}, {len(every) / briefs:.2f} a brief:", dict(collections.Counter(kind for kind, _ in every)))
    print(f"entity words that split: {np.mean([len(tokenizer.tokenize(word)) > 1 for word in words]):.1%}")
    print(f"distinct test names unseen in training: {len(unseen) / len({text for _, text in names['test']}):.1%}")
    common = collections.Counter(text for _, text in every).most_common(3)
    print("commonest names:", ", ".join(f"{text} {count / briefs:.1%}" for text, count in common))


def entities(row, features):
    """The entities of a brief as (type, text)."""
    names, found = features["ner_tags"].feature.names, []
    for tag, (start, end) in zip(row["ner_tags"], row["offsets"]):
        if names[tag].startswith("B-"):
            found.append([names[tag][2:], start, end])
        elif names[tag].startswith("I-"):
            found[-1][2] = end
    return [(kind, row["text"][start:end]) for kind, start, end in found]


# --- How well models do ------------------------------------------------------------------------------------------------


def inputs(corpus, task):
    """The text columns and the target of a task."""
    if corpus == "pairs":
        return ["premise", "hypothesis"], "score" if task == "similarity" else "label"
    if corpus == "questions":
        return ["question", "passage"], "label"
    return ["text"], "labels" if corpus == "briefs" else "label"


def score(target, truth, answers):
    """Macro-F1, over the labels of the data; Pearson's correlation for scores."""
    from sklearn.metrics import f1_score

    if target == "score":
        return float(np.corrcoef(truth, answers)[0, 1])
    return f1_score(truth, answers, average="macro", zero_division=0)


def joined(rows, columns):
    """Each row's texts in one string, for a bag of words."""
    return [" [SEP] ".join(row[column] for column in columns) for row in rows]


def fit_linear(features, target, truth, strength=10.0):
    """A linear model for the target: ridge, one-vs-rest or multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.multiclass import OneVsRestClassifier

    model = Ridge() if target == "score" else LogisticRegression(C=strength, max_iter=2000)
    return (OneVsRestClassifier(model) if target == "labels" else model).fit(features, truth)


def baselines(splits, columns, target):
    """Scores on the test split of the majority vote, of TF-IDF with a linear model, and of one column alone where there are two."""
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.feature_extraction.text import TfidfVectorizer

    train, test, found = splits["train"], splits["test"], {}
    truth, wanted = np.array(train[target]), np.array(test[target])
    if target != "score":
        found["majority"] = score(target, wanted, DummyClassifier(strategy="most_frequent").fit(truth, truth).predict(wanted))
    for chosen in [columns, *([[column] for column in columns] if len(columns) > 1 else [])]:
        words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit(joined(train, chosen))
        model = fit_linear(words.transform(joined(train, chosen)), target, truth)
        found["TF-IDF, " + " + ".join(chosen)] = score(target, wanted, model.predict(words.transform(joined(test, chosen))))
    return found


def frozen(splits, columns, target):
    """The score of a linear model on mean-pooled states of the frozen encoder; for pairs on both, their difference and product."""
    vectors = {split: [measures.embed(rows[column]) for column in columns] for split, rows in splits.items()}
    features = {split: np.hstack([*parts, *([abs(parts[0] - parts[1]), parts[0] * parts[1]] if len(parts) > 1 else [])]) for split, parts in vectors.items()}
    model = fit_linear(features["train"], target, np.array(splits["train"][target]))
    found = {"frozen encoder": score(target, np.array(splits["test"][target]), model.predict(features["test"]))}
    if target == "score":
        found["cosine, untouched"] = score(target, np.array(splits["test"][target]), (vectors["test"][0] * vectors["test"][1]).sum(1))
    return found


def predicted(model, ready, collator, seed, epochs):
    """What `trainer.predict` gives for the test split after training: 2e-4, batches of 16, as in lesson 02."""
    from transformers import PrinterCallback, Trainer, TrainingArguments

    arguments = TrainingArguments(output_dir="runs/audit", num_train_epochs=epochs, learning_rate=2e-4, warmup_steps=0.1, per_device_train_batch_size=16,
                                  seed=seed, save_strategy="no", logging_strategy="no", dataloader_pin_memory=False, disable_tqdm=True)  # fmt: skip
    trainer = Trainer(model=model, args=arguments, train_dataset=ready["train"], data_collator=collator)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return trainer.predict(ready["test"])


def fine_tuned(splits, columns, target, seed):
    """The score of the fine-tuned encoder after three epochs."""
    from transformers import DataCollatorWithPadding, set_seed

    from course_utils import encoder

    set_seed(seed)
    kind, size = {"score": ("regression", 1), "labels": ("multi_label_classification", 5)}.get(target, ("single_label_classification", None))
    tokenizer = encoder.tokenizer()
    model = encoder.classifier("sequence", num_labels=size or splits["train"].features[target].num_classes, problem_type=kind)
    ready = splits.map(lambda rows: tokenizer(*[rows[column] for column in columns], truncation=True, max_length=128), batched=True)
    ready = ready if target == "labels" else ready.rename_column(target, "labels")
    ready = ready.select_columns(["input_ids", "token_type_ids", "attention_mask", "labels"])
    logits = predicted(model, ready, DataCollatorWithPadding(tokenizer), seed, epochs=3).predictions
    answers = logits[:, 0] if target == "score" else logits > 0 if target == "labels" else logits.argmax(-1)
    return score(target, np.array(ready["test"]["labels"]), answers)


def first_pieces(rows, tokenizer):
    """Rows as the encoder reads them, with a word's tag on its first piece and -100 everywhere else."""
    encoding = tokenizer(rows["tokens"], is_split_into_words=True, truncation=True, max_length=256)
    labels = []
    for number, tags in enumerate(rows["ner_tags"]):
        words = encoding.word_ids(number)
        labels.append([-100 if word is None or word == before else tags[word] for before, word in zip([None, *words], words)])
    return {**encoding, "labels": labels}


def spans(tags, names):
    """Spans of a sequence of tags as (start, end, type); an I- without its B- opens a span of its own."""
    found = []
    for place, name in enumerate(names[tag] for tag in tags):
        if name.startswith("I-") and found and found[-1][1:] == (place, name[2:]):
            found[-1] = (found[-1][0], place + 1, name[2:])
        elif name != "O":
            found.append((place, place + 1, name[2:]))
    return set(found)


def entity_f1(seed):
    """Entity F1 of the fine-tuned encoder on the test split of `briefs`: four epochs, plain first-piece alignment."""
    from transformers import DataCollatorForTokenClassification, set_seed

    from course_utils import encoder

    set_seed(seed)
    splits, tokenizer = data.load("briefs", task="entities"), encoder.tokenizer()
    names = splits["train"].features["ner_tags"].feature.names
    ready = splits.map(lambda rows: first_pieces(rows, tokenizer), batched=True, remove_columns=splits["train"].column_names)
    output = predicted(encoder.classifier("token", num_labels=len(names)), ready, DataCollatorForTokenClassification(tokenizer), seed, epochs=4)
    said = [row[labels != -100].tolist() for row, labels in zip(output.predictions.argmax(-1), output.label_ids)]
    pairs = [(spans(truth, names), spans(answer, names)) for truth, answer in zip(splits["test"]["ner_tags"], said)]
    right, total = sum(len(truth & answer) for truth, answer in pairs), sum(len(truth) + len(answer) for truth, answer in pairs)
    return 2 * right / total


def print_keyword_rule():
    """What a rule finds that calls a message of `helpdesk` fraud when it holds one of FRAUD_WORDS."""
    rows = all_rows("helpdesk")
    fraud = data.load("helpdesk")["train"].features["label"].str2int("fraud")
    called = [row for row in rows if FRAUD_WORDS.search(row["text"])]
    found = sum(row["label"] == fraud for row in called)
    print(f"keyword rule: finds {found} of {sum(row['label'] == fraud for row in rows)} fraud reports, with {len(called) - found} false alarms")


def print_models(corpus, seeds=3):
    """Scores on the test split of each model on each task of a corpus; of the words' tags, the fine-tuned encoder alone."""
    for task in [task for task in data.TASKS[corpus] if task not in ("entities", "pos")]:
        splits, (columns, target) = data.load(corpus, task=task), inputs(corpus, task)
        found = {**baselines(splits, columns, target), **frozen(splits, columns, target)}
        runs = [fine_tuned(splits, columns, target, seed) for seed in range(seeds)]
        print(f"\n{corpus} {task or ''}: {'Pearson' if target == 'score' else 'macro-F1'} on {len(splits['test'])} test rows")
        for name, value in found.items():
            print(f"  {name:36} {value:.3f}")
        print(f"  {'fine-tuned, ' + str(seeds) + ' seeds':36} {np.mean(runs):.3f} ± {np.std(runs):.3f}")
    if corpus == "briefs":
        runs = [entity_f1(seed) for seed in range(seeds)]
        print(f"  {'entity F1, fine-tuned, ' + str(seeds) + ' seeds':36} {np.mean(runs):.3f} ± {np.std(runs):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", choices=data.TASKS)
    parser.add_argument("--models", action="store_true", help="train models too; minutes")
    parser.add_argument("--encoder", action="store_true", help="nearest neighbours too, by the encoder's vectors")
    options = parser.parse_args()
    for corpus in [options.corpus] if options.corpus else data.TASKS:
        print_counts(corpus)
        print_measures(corpus, options.encoder)
        print(f"near-duplicates across splits: {near_duplicates(corpus) or 'none'}")
        if corpus == "briefs":
            print_entities()
        if corpus == "helpdesk":
            print_keyword_rule()
        if options.models:
            print_models(corpus)


if __name__ == "__main__":
    main()
