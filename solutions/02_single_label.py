# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # One label for each text
#
# > **Ticket, from the product desk at Zenvy.** "Each week we get a few thousand reviews. We need to know how many of them are negative, and which. Call a wave of complaints that isn't one, and somebody loses an hour; miss a real one, and we lose a release."
#
# Zenvy is a small marketplace with its own payment app. We made it up, and you are the only machine-learning person there. In this lesson you train a classifier that reads a review and answers **negative**, **neutral** or **positive**.

# %% [markdown]
# **When you are done**, you can
#
# - say what a classifier has to beat, and measure that;
# - turn texts and labels into what the model reads, without paying for filling;
# - train a network that others have trained before on much more text: **fine-tune** it;
# - choose each training argument for a reason, judge the result once, and say how sure you are;
# - save the model, use it, and read the error messages that this code gives.
#
# **Before you start** you should know Python and a little NumPy. pandas, scikit-learn and PyTorch appear; you need not have met them, nor transformers.

# %% [markdown]
# **Time**: the core, sections 1 to 8 with the reply and the quiz, takes about 75 minutes to read, predict and run, and its five exercises another half hour. Sections 9, 10 and *When it breaks* can wait for another evening. The notebook itself runs in under three minutes on a laptop without a GPU.
#
# Run a cell with Shift + Enter, from top to bottom. Where a cell has `...`, it is your turn; if you leave it, the lesson goes on with the course's version and says so. Stuck? `hint("02.leak")` gives one of three hints each time, `solution("02.leak")` shows ours.

# %% [markdown]
# **From lesson 01**, if you did it: three questions, and two minutes at the keyboard. (If you begin here, go on; nothing below needs more than is said here.)

# %%
from course_utils import quiz

quiz("02.opener")

# %% [markdown]
# From memory, without looking: the mean of the states over the real pieces only.

# %% tags=["solution"] exercise="01.masked_mean"
from course_utils import check, hint, solution


def masked_mean(states, mask):
    """The mean state of the real pieces of each text: (texts, hidden)."""
    real = mask.unsqueeze(-1)
    return (states * real).sum(dim=1) / real.sum(dim=1)


_ = check("01.masked_mean", masked_mean)

# %% tags=["stub"] exercise="01.masked_mean"
# from course_utils import check, hint, solution
#
#
# def masked_mean(states, mask):
#     """The mean state of the real pieces of each text: (texts, hidden)."""
#     return ...
#
#
# _ = check("01.masked_mean", masked_mean)

# %% [markdown]
# The lesson fills six boxes, from left to right, and most tasks of this course swap one or two of them. The words are explained when their turn comes; come back to the table then.
#
# | labels | tokens | collator | head | loss | read-out and metric |
# | --- | --- | --- | --- | --- | --- |
# | one whole number for each text | each text cut into pieces | pads the texts of a step | one output for each class | cross-entropy | largest output, macro-F1 |

# %% [markdown]
# ## 1. Read before you train
#
# `data.load` gives the course's reviews as a `DatasetDict` of the `datasets` library. Its three parts are called splits: `train` to learn from, `validation` to compare settings with, such as how long to train, and `test` to judge by.

# %%
from course_utils import data

reviews = data.load("reviews")

print(reviews)

# %% [markdown]
# The course has no real customers, so language models wrote these reviews. A plan told them for each one what the buyer thinks, and that is its label: praise is *positive*, blame *negative*, and *neutral* is average, or good and bad in balance, or bare facts.
#
# Label these twelve yourself, picked because they make one hesitate, and see where you disagree.

# %%
from course_utils import explore

chosen = "008-01 908-14 904-07 906-02 013-24 903-10 915-25 914-17 911-05 909-04 907-18 910-17".split()
place_of = {id: place for place, id in enumerate(reviews["train"]["id"])}

explore("02.label_reviews", rows=reviews["train"].select([place_of[f"reviews-{number}"] for number in chosen]))

# %% [markdown]
# Where you and the label differ, no classifier can be right by both of you. Two readers who knew only the written guideline agreed on all of 200 reviews, so the labels are firmer than most. `data.datasheet("reviews")` shows the guideline, with its borderline cases; it also tells how models did, so keep it until section 8.

# %% [markdown]
# ## 2. What is in the splits
#
# The labels are stored as numbers, and the column, a `ClassLabel`, knows their names.

# %%
import pandas as pd

label_feature = reviews["train"].features["label"]

print(label_feature)
pd.DataFrame({split: pd.Series(label_feature.int2str(rows["label"])).value_counts() for split, rows in reviews.items()})

# %% [markdown]
# No class is rare: neutral has about 170 texts for 215 of each other.
#
# The texts were written in groups of 25, each group by one writer in one sitting, and texts of one sitting resemble each other. If a group stood in two splits, the test would be easier than life. The group is the middle part of the `id`.

# %%
groups = {split: {id.split("-")[1] for id in rows["id"]} for split, rows in reviews.items()}

print({split: len(found) for split, found in groups.items()}, "groups")
print("in train and test:", groups["train"] & groups["test"], "| in train and validation:", groups["train"] & groups["validation"])

# %% [markdown]
# No group is on both sides. Real data has such groups as well. A colleague splits the reviews of 40 shops in three ways: **at random**; **by shop**, so that all reviews of a shop are in one split; **by length**, the longest ones for the test. The classifier will read the reviews of shops that join next year.
#
# Exercise `02.leak`: which of the three test scores would you report? Choose from `"at random"`, `"by shop"`, `"by length"`.

# %% tags=["solution"] exercise="02.leak"
_ = check("02.leak", {"which score would you report": "by shop"})

# %% tags=["stub"] exercise="02.leak"
# _ = check("02.leak", {"which score would you report": ...})

# %% [markdown]
# ## 3. What has to be beaten
#
# A **baseline** is the simplest thing that could work. How far does a guess get that never reads the text? scikit-learn has a class for it; `fit` learns, here which label is commonest, and `predict` answers. **Accuracy** is the share of right answers.

# %%
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score

train, validation, test = reviews["train"], reviews["validation"], reviews["test"]
majority = DummyClassifier(strategy="most_frequent").fit(train["text"], train["label"])
guesses = majority.predict(test["text"])

print("accuracy", accuracy_score(test["label"], guesses))

# %% [markdown]
# It always says "negative". A **confusion matrix** shows what that is worth: the texts of one label stand in one row, those that got one answer in one column.

# %%
from sklearn.metrics import confusion_matrix

matrix = confusion_matrix(test["label"], guesses)

print(label_feature.names)
print(matrix)

# %% [markdown]
# Two classes are never found, and accuracy does not say so. **F1** judges one class. Its row holds the texts to find, its column those that were called so, the diagonal those that are both: F1 = 2 · diagonal / (row + column). For "negative" that is 2 · 72 / (72 + 200) = 0.53. Misses make it smaller, and so do false alarms. **Macro-F1** is the mean of the F1s, each class counting the same.
#
# Exercise `02.macro_f1`: write it for any confusion matrix. A class with an empty row and an empty column counts 0.

# %% tags=["solution"] exercise="02.macro_f1"
import numpy as np


def macro_f1_of(matrix):
    """Macro-F1 of a confusion matrix of shape (classes, classes), labels in rows and answers in columns."""
    right = np.diag(matrix)
    row_and_column = matrix.sum(axis=1) + matrix.sum(axis=0)
    return (2 * right / np.maximum(row_and_column, 1)).mean()


# %% tags=["stub"] exercise="02.macro_f1"
# import numpy as np
#
#
# def macro_f1_of(matrix):
#     """Macro-F1 of a confusion matrix of shape (classes, classes), labels in rows and answers in columns."""
#     return ...

# %% tags=["majority-f1"]
macro_f1_of = check("02.macro_f1", macro_f1_of).version

print("majority:", round(float(macro_f1_of(matrix)), 3))

# %% [markdown]
# A third of 0.53: the other two are zero. scikit-learn has the same as `f1_score(…, average="macro")`, and from here on we use that.
#
# That function has a trap. Suppose the data has two classes and the model, by mistake, three outputs. Among 1,000 texts all answers are right but one, and that one names the third class. What is left of macro-F1?

# %%
from course_utils import predict

predict("02.stray", "about 0.999", "about 0.9", "about 0.67")

# %% tags=["stray-class"]
from sklearn.metrics import f1_score

truth = [0, 1] * 500
answers = [2] + truth[1:]

print("as it comes:", round(f1_score(truth, answers, average="macro"), 3))
print("with labels=[0, 1]:", round(f1_score(truth, answers, average="macro", labels=[0, 1]), 3))

# %% [markdown]
# One stray answer costs a third: without `labels` the mean runs over every class that occurs in the labels *or* in the answers. Pass the classes that the data has.
#
# Now a baseline that reads. **TF-IDF** makes numbers of a text: how often each word stands in it, less for words that stand in many texts. **Logistic regression** learns a weight for each word and class, and adds them up. The order of the words is lost, so this is called a **bag of words**. Its two settings were compared on validation.

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

classes = range(label_feature.num_classes)
bag_of_words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10, max_iter=1000))
bag_of_words.fit(train["text"], train["label"])
baseline_f1 = f1_score(test["label"], bag_of_words.predict(test["text"]), average="macro", labels=classes)

results = {"majority": float(macro_f1_of(matrix)), "TF-IDF": baseline_f1}
print({name: round(score, 2) for name, score in results.items()})

# %% [markdown]
# That is the number to beat. It took a fraction of a second, and whatever costs more has to earn it. Every model of this lesson joins the table `results`.

# %% [markdown]
# ## 4. From text to pieces, and what a batch costs
#
# A **transformer** is a network that looks at all words of a text at once. Ours, all-MiniLM-L6-v2, is an **encoder**: it turns a text into numbers. It reads **tokens**, pieces of words from a fixed vocabulary of 30,522. Common words are one piece, others are put together from several, and `##` marks a piece that continues the one before.
#
# Which words of this message will be split?

# %%
from course_utils import encoder

tokenizer = encoder.tokenizer()
message = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."

print(tokenizer.tokenize(message))

# %% [markdown]
# `Kraków` lost its capital and its accent and is one piece; `Zenvy` and `Okafor` are not in the vocabulary, so they are spelled from parts.
#
# `map` runs the tokenizer over all reviews and adds its columns to them. `truncation=True` would cut a text of more than 512 pieces; none of ours is that long.

# %%
tokenized = reviews.map(lambda rows: tokenizer(rows["text"], truncation=True), batched=True)
first = tokenized["train"]["input_ids"][0]

print(tokenizer.convert_ids_to_tokens(first))
print(first)

# %% [markdown]
# Each piece has a number, in `input_ids`. The tokenizer put a `[CLS]` in front, whose place will stand for the whole text, and a `[SEP]` at the end.
#
# Training shows the model a few texts at a time, a **batch**, here sixteen. They have to form a table, so short rows are filled up with `[PAD]`. Many tutorials pad every text to 128 pieces, so that all tables have one shape. What share of such a table holds pieces of a review?

# %%
predict("02.padding", "nine in ten", "about half", "fewer than one in four")

# %% tags=["padding"]
lengths = [len(ids) for ids in tokenized["train"]["input_ids"]]

print("shortest", min(lengths), "| median", int(np.median(lengths)), "| longest", max(lengths))
print(f"padded to 128: {sum(lengths) / (128 * len(lengths)):.0%} of the table holds pieces")

# %% [markdown]
# The rest means nothing, and is multiplied like everything else, in each of the encoder's six layers. It is easy to lose: pad each batch only to *its own* longest text.

# %%
in_batches = [lengths[start:start + 16] for start in range(0, len(lengths), 16)]
places = sum(max(batch) * len(batch) for batch in in_batches)

print(f"padded to the batch: {sum(lengths) / places:.0%} of the table holds pieces")
print(f"the tables are {128 * len(lengths) / places:.1f} times smaller")

# %% [markdown]
# Better, and not perfect: one long review stretches its whole batch. What if reviews of like length came together?

# %%
in_order = sorted(lengths)
places = sum(max(in_order[start:start + 16]) * len(in_order[start:start + 16]) for start in range(0, len(lengths), 16))

print(f"sorted by length: {sum(lengths) / places:.0%} of the table, {128 * len(lengths) / places:.1f} times smaller than at 128")

# %% [markdown]
# Hardly any filling is left. We keep the random order all the same: short reviews are different from long ones, and a batch should hold some of each.
#
# A **collator** puts a batch together. `DataCollatorWithPadding` pads it to its longest text and makes the **attention mask**, 1 where a piece is and 0 where there is only filling. That is why we tokenized *without* padding.

# %%
from transformers import DataCollatorWithPadding

collator = DataCollatorWithPadding(tokenizer)
batch = collator([{"input_ids": ids} for ids in tokenized["train"]["input_ids"][:6]])

print(batch["input_ids"].shape, "(texts, pieces of the longest)")
print(batch["attention_mask"].sum(dim=1).tolist(), "of them real")

# %% [markdown]
# The tables of PyTorch are called tensors; they are much like NumPy's arrays.
#
# Does the filling show on the clock? One training step on sixteen reviews has two halves: forward, from the text to an answer, and `backward`, from the answer to the direction in which each weight of the network should move, its **gradient**. We time both, padded in both ways.

# %% tags=["nbval-ignore-output"] reason="how long a step takes on this machine"
import time

classifier = encoder.classifier("sequence", num_labels=3)  # the encoder, with outputs for three classes
for padding in ("max_length", "longest"):
    table = tokenizer(train["text"][32:48], padding=padding, max_length=128, truncation=True, return_tensors="pt")
    start = time.perf_counter()
    classifier(**table).logits.sum().backward()
    print(f"{padding:10} {table['input_ids'].shape[1]:4} columns {time.perf_counter() - start:.2f} s")

# %% [markdown]
# Padding to 128 is where much of the time of such a recipe goes.
#
# A fair worry remains: if the same text is padded differently, does a classifier answer differently?

# %%
predict("02.padding_answer", "not in the least", "in the sixth decimal or later", "by a few percent")

# %%
import torch

short = tokenizer("Strong starts. Heavy, and no handle.", return_tensors="pt")
long = tokenizer("Strong starts. Heavy, and no handle.", padding="max_length", max_length=128, return_tensors="pt")
classifier.eval()  # as in use: nothing random inside
with torch.no_grad():
    moved = (classifier(**short).logits - classifier(**long).logits).abs().max()
    unmasked = (classifier(**short).logits - classifier(input_ids=long["input_ids"]).logits).abs().max()

print("with the mask, the same to five decimals:", bool(moved < 1e-5), "| to the last:", bool(moved == 0))
print("without it, moved by more than 0.001:", bool(unmasked > 0.001))

# %% [markdown]
# Sums are taken in another order, hence a difference in the last decimals, if any. The mask tells every layer which places to leave out. Whoever builds batches by hand and forgets it gets answers that depend on the neighbours in the batch, and no error.

# %% [markdown]
# ## 5. Labels, their names, and the loss that they decide
#
# What the encoder lacks is a **head**: a layer with one output, a **logit**, for each class. The largest is the answer. The model wants names for its outputs, `id2label`, and they come from the data. Typed by hand in another order, right answers would get wrong names, and no error would tell.
#
# Exercise `02.id2label`: write the function for any `ClassLabel`.

# %% tags=["solution"] exercise="02.id2label"
def id2label_of(feature):
    """The names of a ClassLabel by their numbers, such as {0: "no", 1: "yes"}."""
    return dict(enumerate(feature.names))


# %% tags=["stub"] exercise="02.id2label"
# def id2label_of(feature):
#     """The names of a ClassLabel by their numbers, such as {0: "no", 1: "yes"}."""
#     return ...

# %%
id2label = check("02.id2label", id2label_of).version(label_feature)
label2id = {name: number for number, name in id2label.items()}

print(id2label)
print(label2id)

# %% [markdown]
# SST-2, a well-known set of film reviews, has two labels: 0 is negative, 1 is positive. A tutorial for it types three names and says `num_labels=2`. `from_pretrained` loads an encoder from a folder or from the hub, and the `Auto…` class puts a new head on it. How many outputs will that have, and what will it call a positive review?

# %% tags=["three-names"]
from transformers import AutoModelForSequenceClassification

typed = {0: "negative", 1: "neutral", 2: "positive"}
film = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=2, id2label=typed)

print("outputs:", film.config.num_labels)
print("label 1, a positive review, is called:", film.config.id2label[1])

# %% [markdown]
# `id2label` overrode `num_labels`, without a word, and all praise is "neutral" from now on. That is how a model gets the third output of section 3. The score need not show it: it compares numbers, not names.
#
# The labels decide one more thing. The **loss** says how wrong the answers of a batch are, in one number, and training makes it smaller. There are several; the model keeps in `config.problem_type` which one it uses. You may have read that two classes mean *binary cross-entropy*.

# %%
predict("02.two_labels", "binary cross-entropy", "cross-entropy", "it depends on the encoder")

# %% tags=["two-labels"]
two_texts = tokenizer(["Works.", "Broke."], padding=True, return_tensors="pt")

for num_labels in (1, 2, 3):
    trial = encoder.classifier("sequence", num_labels=num_labels)
    trial(**two_texts, labels=torch.tensor([0, 1]))
    print(num_labels, "outputs, whole-number labels:", trial.config.problem_type)

# %% [markdown]
# `single_label_classification` means **cross-entropy**, for two classes as for three: `softmax` turns the logits into probabilities that sum to one, and the loss is large when the right class got a small one. With one output the model is to predict a number, **regression**, and the loss is the **mean squared error**.
#
# Now several labels may apply to one text, and a row of zeros and ones says which, as floats:

# %% tags=["float-labels"]
trial = encoder.classifier("sequence", num_labels=3)
trial(**two_texts, labels=torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))

print("3 outputs, float labels:", trial.config.problem_type)

# %% [markdown]
# `multi_label_classification` means **binary cross-entropy**: each output on its own, yes or no. The *type* of the labels decided it, whole numbers or floats, when the model saw its first batch, and the config keeps it.
#
# Exercise `02.problem_type`: which loss, for how many outputs and which labels? Choose from `"mean squared error"`, `"cross-entropy"`, `"binary cross-entropy"`.

# %% tags=["solution"] exercise="02.problem_type"
losses = {
    "1, float": "mean squared error",
    "1, integer": "mean squared error",
    "2, integer": "cross-entropy",
    "3, integer": "cross-entropy",
    "3, float (a row of 0 and 1)": "binary cross-entropy",
    "5, float (a row of 0 and 1)": "binary cross-entropy",
}

_ = check("02.problem_type", losses)

# %% tags=["stub"] exercise="02.problem_type"
# losses = {
#     "1, float": ...,
#     "1, integer": ...,
#     "2, integer": ...,
#     "3, integer": ...,
#     "3, float (a row of 0 and 1)": ...,
#     "5, float (a row of 0 and 1)": ...,
# }
#
# _ = check("02.problem_type", losses)

# %% [markdown]
# Now our own model. The head's weights are random; `set_seed` makes them the same random ones each time. The table shows for each part of the model how many numbers it has, and where they come from.

# %% tags=["load-report"]
from transformers import set_seed

set_seed(0)
model = AutoModelForSequenceClassification.from_pretrained(encoder.path(), id2label=id2label, label2id=label2id)

encoder.load_report(model)

# %% [markdown]
# From the bottom: the **embeddings** give each piece 384 numbers, its **state**. Six layers follow; each gives every piece a new state, after a look at all others. The **pooler** takes the last state of `[CLS]`, and the head, new and random, makes three logits of it: 3 · (384 + 1) = 1,155 numbers among 22.7 million.
#
# This encoder was tuned to be read by the *mean* of the states. We use `[CLS]` all the same, since the class from transformers does; fine-tuning teaches it its part. Lesson 01 compares the two.

# %% [markdown]
# ## 6. The arguments, one group at a time
#
# `TrainingArguments` has over a hundred settings. You need a dozen. First, **how long**: an **epoch** shows the model every text once, in batches. With too few epochs it has not learned; with too many it knows the training texts by heart. Three to five is usual for a few hundred texts.

# %%
how_long = {"num_train_epochs": 4, "per_device_train_batch_size": 16}
steps = int(np.ceil(len(train) / how_long["per_device_train_batch_size"]))

print(steps, "steps an epoch,", steps * how_long["num_train_epochs"], "in all")

# %% [markdown]
# **How fast**: after each batch every weight moves a little against its gradient; the **learning rate** says how far. Too far, and the encoder forgets what it knew; not far enough, and nothing happens. We chose it on validation. Warm-up starts with small moves: `warmup_steps` below 1 is a share of all steps, 0.1 the first tenth. After that the rate falls evenly to zero.

# %%
how_fast = {"learning_rate": 3e-4, "warmup_steps": 0.1}

# %% [markdown]
# **What to keep**: a checkpoint is a copy of the training on disk. It holds the weights and two more numbers for each, which the optimizer AdamW, the part that moves the weights, remembers. Every number takes 4 bytes. By default `Trainer` writes a checkpoint every 500 steps, and in a long run the disk fills up. We save once, at the end; otherwise set `save_total_limit=1` and `save_only_model=True`.

# %%
weights = sum(parameter.numel() for parameter in model.parameters())
what_to_keep = {"output_dir": "runs/02", "save_strategy": "no"}

print(f"weights {weights * 4 / 1e6:.0f} MB, checkpoint with Adam's numbers {3 * weights * 4 / 1e6:.0f} MB")

# %% [markdown]
# **What to report**: evaluate after each epoch, or you will not see a run go wrong until it is over. `report_to="none"` sends nothing to tracking services, and `dataloader_pin_memory=False` spares you a warning where there is no GPU.

# %%
what_to_report = {"eval_strategy": "epoch", "logging_strategy": "epoch", "report_to": "none", "dataloader_pin_memory": False}

# %% [markdown]
# **Which luck**: the seed fixes the order of the texts, and which numbers **dropout** sets to zero, at random and in training only, so that the model does not lean on single ones.

# %%
from transformers import TrainingArguments

arguments = TrainingArguments(**how_long, **how_fast, **what_to_keep, **what_to_report, seed=0)

print("optimizer", arguments.optim.value, "| schedule", arguments.lr_scheduler_type.value, "| gradient clipped at", arguments.max_grad_norm)

# %% [markdown]
# The gradient is clipped: a single odd batch cannot move the weights too far.
#
# After each epoch `Trainer`, which does the training, asks a function of ours how good the model is. It hands over the logits for the validation texts, a row for each text and a column for each class.

# %%
def macro_f1(evaluation):
    """Macro-F1 of a Trainer's evaluation: logits of shape (texts, classes), labels of shape (texts,)."""
    answers = np.argmax(evaluation.predictions, axis=-1)
    return {"macro_f1": f1_score(evaluation.label_ids, answers, average="macro", labels=list(id2label))}


# %% [markdown]
# ## 7. Train
#
# Before the long run, a short look at the learning rate. `mean_states` gives each review as the mean of its last states, 384 numbers, from the *untouched* encoder. A head on these numbers trains in a blink.

# %%
from course_utils import training

features = training.mean_states(encoder.body(), tokenized)

print({split: vectors.shape for split, (vectors, labels) in features.items()})

# %% [markdown]
# Eight epochs with three learning rates, far apart. Which is which: one learns, one hardly moves, one jumps about? Each row starts before training. A figure marked ≈ comes from training and may differ a little on your machine; the line below should not.

# %% tags=["banded"]
curves = {rate: training.fit_head(features["train"], features["validation"], rate, epochs=8) for rate in (1e-6, 3e-4, 3.0)}

for rate, curve in curves.items():
    print(f"{rate:<6g}", *[f"≈{score:.2f}" for score in curve])
print("the middle one ends above both others:", curves[3e-4][-1] > max(curves[1e-6][-1], curves[3.0][-1]))

# %% [markdown]
# That was macro-F1 on validation. Move the sliders: where does it stop learning on either side, and can epochs make up for a small rate?

# %% tags=["banded"]
bag_on_validation = f1_score(validation["label"], bag_of_words.predict(validation["text"]), average="macro", labels=classes)
print(f"counted words, on validation: {bag_on_validation:.2f}")
explore("02.learning_rate", train=features["train"], validation=features["validation"], baseline=bag_on_validation)

# %% [markdown]
# Epochs make up for a rate that is somewhat small, and for nothing else. On these 100 texts the best heads end close to the counted words, above or below.
#
# On the 200 of the test split they do not. We choose nothing by this score; it joins the table as the **frozen encoder**, with logistic regression for a head, as is usual.

# %% tags=["banded"]
head = LogisticRegression(C=10, max_iter=2000).fit(*features["train"])
results["frozen encoder"] = f1_score(test["label"], head.predict(features["test"][0]), average="macro", labels=classes)

print(f"frozen encoder ≈{results['frozen encoder']:.2f}, below TF-IDF:", results["frozen encoder"] < results["TF-IDF"])

# %% [markdown]
# Now the encoder itself has to learn. Its lower layers know about words and grammar and would change least, so we **freeze** the lowest three of six. Without dropout, a frozen layer gives the same states for a text in every epoch. Compute them **once**, keep them, and train only what lies above:

# %%
cached = training.cache_lower_layers(model, tokenized, layers=3)

print(cached["train"])
print(np.shape(cached["train"][0]["inputs_embeds"]), "(pieces, numbers) for the first text")

# %% [markdown]
# `cache_lower_layers` ran each text through the model and kept `hidden_states[3]`, the states after the third layer. `upper_layers_only` takes the embeddings and three layers out of the model while the `with` lasts, and then puts them back. Both are short functions of ours in `course_utils/training.py`, which you can copy into your own work. The price: the lower half cannot learn.

# %% [markdown]
# `Trainer` gets the kept states in place of texts, `pad_states` to pad them, and the tokenizer as `processing_class`, to save it with the model. The bar shows the steps, the table the epochs. Run the cell a second time and it trains *on*; for a fresh start go back to the cell with `set_seed`.
#
# Will macro-F1 on validation rise with every epoch?

# %%
predict("02.curve", "yes, evenly", "it rises fast, then hardly", "it falls after the first epoch")

# %% tags=["nbval-ignore-output"] reason="the log of a training run: times, and losses that differ between machines"
from transformers import Trainer

with training.upper_layers_only(model, layers=3):
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=cached["train"],
        eval_dataset=cached["validation"],
        data_collator=training.pad_states,
        processing_class=tokenizer,
        compute_metrics=macro_f1,
    )
    trainer.train()

# %% [markdown]
# The training loss falls with every epoch: the model comes to know these texts. Macro-F1 on validation usually rises fast and then hardly. The validation *loss* may rise again at the end: the model grows surer, also of its mistakes, which the loss punishes and macro-F1 does not see. That is the first sign of learning by heart, and a reason to stop soon.
#
# 0.01 is about one of the 100 texts, so read directions and not last digits.

# %% [markdown]
# When training goes wrong, there is rarely an error. Here are four runs as they were set up. One got its labels in another order than its texts, one has texts in training *and* validation, one takes steps that are far too large, and one is fine.

# %%
from course_utils.exercises.lesson_02 import broken_runs

runs = broken_runs()

for name, run in runs.items():
    print(name, {key: value if isinstance(value, float) else f"{len(value)} of them" for key, value in run.items()})

# %% [markdown]
# Exercise `02.training_bug`: write a function that finds the fault of any such run. `train_labels` stand in the order of `train_ids`, and `label_of` has the right label of each text by its id. Call a learning rate of 0.01 or more too large.

# %% tags=["solution"] exercise="02.training_bug"
def fault_of(run):
    """What is wrong with a run: "labels", "overlap", "learning rate", or "fine"."""
    if [run["label_of"][id] for id in run["train_ids"]] != run["train_labels"]:
        return "labels"
    if set(run["train_ids"]) & set(run["validation_ids"]):
        return "overlap"
    return "learning rate" if run["learning_rate"] >= 0.01 else "fine"


# %% tags=["stub"] exercise="02.training_bug"
# def fault_of(run):
#     """What is wrong with a run: "labels", "overlap", "learning rate", or "fine"."""
#     return ...

# %%
fault_of = check("02.training_bug", fault_of).version

print({name: fault_of(run) for name, run in runs.items()})

# %% [markdown]
# ## 8. Judge once
#
# Whoever tries ten settings and keeps the one with the best test score has chosen the luckiest, and will not see that score again. Compare on validation, then ask the test split once for each model, as we did for the baselines: nothing was chosen by it.
#
# The model is whole again and reads pieces, so it gets the collator for pieces.

# %% tags=["nbval-ignore-output"] reason="the progress bar of an evaluation"
trainer.data_collator = collator
predictions = trainer.predict(tokenized["test"])

# %% [markdown]
# The read-out: the largest logit of each row.

# %% tags=["table", "banded"]
answers = np.argmax(predictions.predictions, axis=-1)
assert predictions.label_ids.tolist() == list(test["label"])  # one answer for each text, in the order of the split
results["fine-tuned"] = f1_score(test["label"], answers, average="macro", labels=classes)

for name, score in results.items():
    print(f"{name:15} ≈{score:.2f}")
print("fine-tuned beats counted words:", results["fine-tuned"] > results["TF-IDF"])

# %% [markdown]
# How far might these figures move with 200 other texts? The **bootstrap** draws 200 from ours, some twice, a thousand times over, and looks at where the middle 95 % of the scores lie: the **interval**. Both models get the same draws, so that we also see the interval of their difference.

# %% tags=["banded"]
rng = np.random.default_rng(0)
labels = np.array(test["label"])
draws = [rng.integers(0, len(labels), len(labels)) for _ in range(1000)]
counted = bag_of_words.predict(test["text"])
both = np.array([[f1_score(labels[draw], said[draw], average="macro", labels=classes) for said in (answers, counted)] for draw in draws])
low, high = np.percentile(both[:, 0], [2.5, 97.5])
least, most = np.percentile(both[:, 0] - both[:, 1], [2.5, 97.5])

print(f"fine-tuned: 95 % between ≈{low:.2f} and ≈{high:.2f}; ahead of counted words by ≈{least:5.2f} to ≈{most:5.2f}")
print("the interval is wider than 0.06:", bool(high - low > 0.06))

# %% [markdown]
# Where the interval of the difference has zero in it, these 200 texts cannot tell which model is better. (Texts of one group are alike, so the true intervals are somewhat wider.)
#
# The seed adds its own luck. Here is a longer run that took too long for a lesson, five seeds each: with three layers cached, as above, and with everything trained.

# %%
import json

from course_utils import content

longer = json.loads((content.HERE / "longer_runs" / "02_seeds.json").read_text(encoding="utf-8"))

print(longer["date"], "|", longer["command"])
pd.DataFrame(longer["macro_f1"]).T.assign(mean=lambda table: table.mean(axis=1).round(3))

# %% [markdown]
# Caching cost 0.02 in the mean. Its five seeds lie 0.065 apart, so five are too few to be sure that it cost anything; they do say that it cost no more than a few hundredths.
#
# Now the mistakes of your own run.

# %% tags=["banded"]
from sklearn.metrics import ConfusionMatrixDisplay

from course_utils import plots

shown = ConfusionMatrixDisplay.from_predictions(
    test["label"], answers, display_labels=label_feature.names, cmap="Blues", colorbar=False
)
shown.ax_.set(title="Right answers lie on the diagonal", xlabel="the model's answer", ylabel="the label")
right = np.trace(shown.confusion_matrix)

plots.show(shown.figure_, f"Confusion matrix, labels in rows, answers in columns; ≈{right} of {len(answers)} lie on the diagonal.")

# %% [markdown]
# The top row is the ticket's: negative reviews. Right of the diagonal are those that the model missed; in the right corner it even took them for praise. Read three, and ask yourself what it would have had to understand.

# %% tags=["nbval-ignore-output"] reason="which texts a trained model gets wrong"
is_missed = (labels == label2id["negative"]) & (answers != labels)
missed = test.select(np.flatnonzero(is_missed))["text"]

print(*missed[:3], sep="\n\n")

# %% [markdown]
# ## 9. Ten hard ones
#
# One score hides what kind of text goes wrong. We pinned ten test reviews, two of each of five kinds, by their ids; the cell shows one of each. Which kind will be the hardest?

# %%
pinned = {
    "negation": ["reviews-012-12", "reviews-019-13"],
    "a fear": ["reviews-003-07", "reviews-020-12"],
    "irony": ["reviews-011-21", "reviews-020-16"],
    "comparison": ["reviews-020-08", "reviews-004-01"],
    "good first": ["reviews-011-12", "reviews-003-22"],
}
place_of = {id: place for place, id in enumerate(test["id"])}

for kind, ids in pinned.items():
    print(f"{kind:10} {test[place_of[ids[0]]]['text']}")

# %%
predict("02.hard", "negation", "a fear that did not come true", "irony", "comparison", "good first, then what spoils it")

# %% tags=["nbval-ignore-output"] reason="what a trained model answers to ten single texts"
for kind, ids in pinned.items():
    for place in map(place_of.get, ids):
        said, label = id2label[answers[place]], id2label[test[place]["label"]]
        print(f"{kind:10} {label:9} {'as labelled' if said == label else 'called ' + said:16} {test[place]['text'][:60]}")

# %% [markdown]
# Irony fools most classifiers of this size: the words are those of praise. But two texts of a kind prove nothing about it; they give you a question. To answer it, you would write fifty of that kind and count.

# %% [markdown]
# ## 10. Save it, and use it
#
# Saving writes the weights, a configuration with the names of the classes, and the tokenizer. `pipeline` from transformers, not to be mixed up with scikit-learn's, loads all three and takes plain text.

# %% tags=["reload"]
from transformers import pipeline

trainer.save_model("runs/02/mood")
mood = pipeline("text-classification", model="runs/02/mood")
from_disk = [answer["label"] for answer in mood(list(test["text"]))]

print(len(mood.tokenizer), "pieces,", mood.model.config.id2label)
print("same answers:", from_disk == [id2label[number] for number in answers.tolist()])

# %% [markdown]
# Many examples on the web give `Trainer` neither `processing_class` nor a collator that has a tokenizer. Then it is not saved. What happens when such a folder is loaded?

# %%
predict("02.lost", "an error that names the missing file", "it downloads the right one", "it works, and every word is unknown")

# %% tags=["lost-tokenizer"]
from transformers import AutoTokenizer

Trainer(model=model, args=arguments, eval_dataset=tokenized["validation"]).save_model("runs/02/lost")
lost = AutoTokenizer.from_pretrained("runs/02/lost")

print(len(lost), "pieces:", lost.tokenize("A wonderful film"))

# %% [markdown]
# No error. A tokenizer of five pieces is made up, every word is `[UNK]`, unknown, and all texts of three words get one answer. After loading a model, look at `len(tokenizer)`.
#
# Now your own sentences. `score` is the probability that softmax gives the answer.

# %% tags=["nbval-ignore-output"] reason="what a trained model answers to sentences that you are meant to change"
mood(["Not bad at all, I was surprised.", "The app never crashes.", message])

# %% [markdown]
# It is sure of everything, and not always right: the message from section 4 is good and bad at once, which our guideline calls neutral. Do not take a score of 0.99 for "right in 99 of 100"; lesson 03 measures what such scores are worth. Find a sentence that it gets wrong.
#
# And your own file: `data.read` takes a CSV with a `text` and a `label` and looks at every row before you train on it for an hour.

# %%
from pathlib import Path

Path("runs/02/mine.csv").write_text("text,label\nArrived on time and works.,positive\nNever again.,Negative\n")

try:
    data.read("runs/02/mine.csv", reviews["train"].features)
except data.DataError as error:
    print(error)

# %% [markdown]
# ## When it breaks
#
# Each of these messages has one cause and one cure. `breaks` shows an expected error's type and first line, and fails where nothing is raised. First, a label that the head has no output for:

# %% tags=["breaks-target"]
from course_utils import breaks

with breaks(IndexError):
    encoder.classifier("sequence", num_labels=2)(**two_texts, labels=torch.tensor([0, 2]))

# %% [markdown]
# Let `id2label` count the labels. The same from the other side, a saved classifier that is loaded for another number of classes, with the library's report:

# %% tags=["breaks-size"]
with breaks(RuntimeError):
    AutoModelForSequenceClassification.from_pretrained("runs/02/mood", num_labels=5)

# %% [markdown]
# `ckpt` is the file, which has three outputs. If you do want another head on your trained encoder, `ignore_mismatched_sizes=True` makes a new one, and you train again. Next, two that come from the texts: one is missing, as an empty field in a table would be, and two have different lengths.

# %% tags=["breaks-texts"]
with breaks(TypeError):
    tokenizer(["Works.", None])
with breaks(ValueError):
    tokenizer(["Works.", "Broke after a week."], return_tensors="pt")

# %% [markdown]
# Fill or drop empty rows; pad, by `padding=True` or a collator. Then words of old tutorials, which are gone:

# %% tags=["breaks-old-words"]
for old in ({"evaluation_strategy": "epoch"}, {"warmup_ratio": 0.1}):
    with breaks(TypeError):
        TrainingArguments("runs/02", **old)
with breaks(TypeError):
    Trainer(model=model, args=arguments, tokenizer=tokenizer)

# %% [markdown]
# Today they are `eval_strategy`, `warmup_steps` and `processing_class`. The next three concern `Trainer`: to keep the best model of a run (`load_best_model_at_end`), it has to be evaluated whenever it is saved; the labels have to be in a column called `label` or `labels`; and without a collator, texts of different lengths cannot be put in one table.

# %% tags=["breaks-trainer"]
with breaks(ValueError):
    TrainingArguments("runs/02", load_best_model_at_end=True, eval_strategy="epoch", save_strategy="steps")

quick = TrainingArguments("runs/02", max_steps=1, save_strategy="no", report_to="none", dataloader_pin_memory=False, disable_tqdm=True)
renamed = tokenized["train"].rename_column("label", "mood")
with breaks(ValueError):
    Trainer(model=trial, args=quick, train_dataset=renamed, data_collator=collator).train()
with breaks(ValueError):
    Trainer(model=trial, args=quick, train_dataset=tokenized["train"].select([0, 1, 2])).train()

# %% [markdown]
# The most expensive one is a name in `metric_for_best_model` that your function does not return. It is noticed at the first evaluation, usually after an epoch; here after one step. Ours is called `macro_f1`.

# %% tags=["breaks-metric"]
from transformers import PrinterCallback

picky = TrainingArguments(**{**what_to_report, "output_dir": "runs/02", "max_steps": 1, "disable_tqdm": True},
                          save_strategy="epoch", load_best_model_at_end=True, metric_for_best_model="f1_macro")
watched = Trainer(model=encoder.classifier("sequence", num_labels=3), args=picky, train_dataset=tokenized["train"], eval_dataset=tokenized["validation"],
                  data_collator=collator, compute_metrics=macro_f1)
watched.remove_callback(PrinterCallback)
with breaks(KeyError):
    watched.train()

# %% [markdown]
# ## The reply to the ticket
#
# The product desk asked how many reviews are negative, and which. Misses and false alarms cancel in the number, so the reply says how often a single call is right, too.

# %% tags=["banded"]
negative = label2id["negative"]
truly, called = labels == negative, answers == negative
found = (truly & called).sum()

print(f"We tried it on {len(test)} reviews, of which {truly.sum()} are negative. It calls ≈{called.sum():2d} negative, and ≈{found:2d} of them are.")
print(f"So the weekly number is close, ≈{100 * found / truly.sum():2.0f} % of the negative ones are in your list, and the rest are not.")
print("We suggest that somebody reads twenty of them a week, and tells us what it misses.")
print("two in three are found, and two in three of its calls are right:", bool(found >= max(truly.sum(), called.sum()) * 2 / 3))

# %% [markdown]
# ## Check yourself
#
# Each choice has its own reply, so it pays to click the wrong ones as well.

# %%
quiz("02")

# %% [markdown]
# **What you take along**
#
# - Counted words come first: they took a fraction of a second and set the line.
# - The type of the labels decides the loss; their names come from the data.
# - Filling costs as much as text. Pad to the batch.
# - What is frozen can be computed once.
# - Settings are compared on validation. A lead is one if the interval of the difference leaves zero out, and if other seeds keep it.

# %% [markdown]
# **Going further.** Gradient accumulation makes one step of several small batches: four of 4 should do what one of 16 does, on a smaller machine. With the model of this lesson, this version of `Trainer` logs four times the loss and makes four times the gradient. Try `gradient_accumulation_steps=4` with `per_device_train_batch_size=4` and compare the logged loss; then once more with `Trainer.loss_is_scaled_for_ga = False`.

