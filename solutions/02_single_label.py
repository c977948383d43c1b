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
# - turn texts and labels into what a transformer reads, without paying for padding;
# - choose the loss by the type of the labels, and say what each training argument does;
# - fine-tune, judge once with macro-F1 and an interval, save, and use the model;
# - read the error messages that this code gives when something is off.
#
# **Before you start** you should know Python and a little NumPy. You need not have met transformers.

# %% [markdown]
# **Time**: about 75 minutes to read, predict and run, and 5 more for each exercise that you write. The notebook itself runs in under three minutes on a laptop without a GPU. Sections 1 to 8 are the core; 9 and 10 can wait for another evening.
#
# Run a cell with Shift + Enter, from top to bottom. Where a cell has `...`, it is your turn; if you leave it, the lesson goes on with the course's version and says so.

# %% [markdown]
# The lesson fills six boxes, and most tasks of this course swap one or two of them. Each word is explained when its turn comes.
#
# | labels | tokens | collator | head | loss | read-out and metric |
# | --- | --- | --- | --- | --- | --- |
# | one whole number a text | one text | pads a batch | one output a class | cross-entropy | argmax, macro-F1 |

# %% [markdown]
# ## 1. Read before you train
#
# `data.load` gives the course's reviews as a `DatasetDict` of the `datasets` library: three splits, one to learn from, one to compare settings with, one to judge by.

# %%
from course_utils import data

reviews = data.load("reviews")

print(reviews)

# %% [markdown]
# Like all texts of this course they were written for it, by language models after a plan, and the label is the plan's. How sure can a label be? Label these twelve yourself. A text can be praise, blame, or neither: average, good and bad in balance, bare facts.

# %%
from course_utils import explore

explore("02.label_reviews", rows=reviews["train"].select(range(40, 52)))

# %% [markdown]
# Where you and the label differ, no classifier can be right by both of you. Two readers who knew only the written guideline agreed on nearly all of 200 such reviews, so these labels are firmer than most. `data.datasheet("reviews")` in a cell of your own shows the guideline, with its borderline cases.

# %% [markdown]
# ## 2. What is in the splits
#
# The labels are stored as numbers, and the column knows their names. Its type is `ClassLabel`. How many texts of each label are there?

# %%
import pandas as pd

label_feature = reviews["train"].features["label"]

print(label_feature)
pd.DataFrame({split: pd.Series(label_feature.int2str(rows["label"])).value_counts() for split, rows in reviews.items()})

# %% [markdown]
# The three classes are nearly of one size. That will not always be so: in lesson 06 one class is rare.
#
# Every text was written in a batch of 25, by one writer. Texts of one writer resemble each other, so no batch may stand on both sides of a split. The batch is in the `id`.

# %%
batches = {split: {id.split("-")[1] for id in rows["id"]} for split, rows in reviews.items()}

print({split: len(found) for split, found in batches.items()}, "batches")
print("in two splits:", batches["train"] & batches["test"] | batches["train"] & batches["validation"] | batches["validation"] & batches["test"])

# %% [markdown]
# An empty set. Why care? A colleague splits real reviews of 40 shops in three ways: **at random**; **by shop**, so that each shop is in one split only; **by length**, the longest reviews for the test. The classifier will read the reviews of shops that join next year.
#
# Exercise `02.leak`: which of the three test scores would you report? Put its name in place of the dots.

# %% tags=["solution"] exercise="02.leak"
from course_utils import check, hint, solution

_ = check("02.leak", {"which score would you report": "by shop"})

# %% tags=["stub"] exercise="02.leak"
# from course_utils import check, hint, solution
#
# _ = check("02.leak", {"which score would you report": ...})

# %% [markdown]
# Stuck? `hint("02.leak")` gives one of three hints each time you call it, and `solution("02.leak")` shows ours. Use them whenever you like: nobody counts.

# %% [markdown]
# ## 3. What has to be beaten
#
# How far does a guess get that never reads the text? **Accuracy** is the share of right answers.

# %%
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score

train, validation, test = reviews["train"], reviews["validation"], reviews["test"]
majority = DummyClassifier(strategy="most_frequent").fit(train["text"], train["label"])
guesses = majority.predict(test["text"])

print("accuracy", accuracy_score(test["label"], guesses))

# %% [markdown]
# It always says "negative". A **confusion matrix** shows what that is worth: texts of one label in a row, texts with one answer in a column.

# %%
from sklearn.metrics import confusion_matrix

matrix = confusion_matrix(test["label"], guesses)

print(label_feature.names)
print(matrix)

# %% [markdown]
# Two classes are never found, and accuracy does not say so. **F1** looks at one class: twice the texts on its diagonal, divided by its row plus its column. It is 1 when all are found and nothing else is. **Macro-F1** is the mean of the F1s, each class counting the same.
#
# Exercise `02.macro_f1`: write it for any confusion matrix. A class that has neither texts nor answers counts 0.

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

# %%
macro_f1_of = check("02.macro_f1", macro_f1_of).version

print("majority:", round(float(macro_f1_of(matrix)), 3))

# %% [markdown]
# A third of one class's F1: the other two are zero. scikit-learn has the same thing as `f1_score(…, average="macro")`, and from here on we use that.
#
# It has a trap. Suppose that among 1,000 texts of two classes all answers are right but one, and that one names a third class. What is left of macro-F1?

# %%
from course_utils import predict

predict("02.stray", "about 0.999", "about 0.9", "about 0.67")

# %%
from sklearn.metrics import f1_score

truth = [0, 1] * 500
answers = [2] + truth[1:]

print("as it comes:", round(f1_score(truth, answers, average="macro"), 3))
print("with labels=[0, 1]:", round(f1_score(truth, answers, average="macro", labels=[0, 1]), 3))

# %% [markdown]
# One stray answer costs a third: without `labels` the mean runs over every class that occurs in the labels *or* in the answers. Pass the classes that the data has.
#
# Now a baseline that reads. TF-IDF turns each text into counts of its words, rare words weighing more; logistic regression learns a weight for each word and class. The order of the words is lost, so this is called a **bag of words**.

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
# An **encoder** is a transformer, a network that looks at all words of a text at once, that turns a text into numbers. It reads **tokens**: pieces of words from a fixed vocabulary. Common words are one piece, rarer ones are put together from several, and `##` marks a piece that continues the one before.
#
# Which words of this message will be split?

# %%
from course_utils import encoder

tokenizer = encoder.tokenizer()
message = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."

print(tokenizer.tokenize(message))

# %% [markdown]
# `Kraków` lost its capital and its accent and is one piece; `Zenvy` and `Okafor` are in nobody's vocabulary, so they are spelled from parts.
#
# Now all reviews. `map` adds the columns that the encoder wants. `truncation=True` would cut a text that is longer than the encoder can read.

# %%
tokenized = reviews.map(lambda rows: tokenizer(rows["text"], truncation=True), batched=True)
first = tokenized["train"]["input_ids"][0]

print(tokenizer.convert_ids_to_tokens(first))
print(first)

# %% [markdown]
# Each piece has a number, and every text got a `[CLS]` in front and a `[SEP]` at its end.
#
# The texts of one training step, a **batch**, have to form a table, and a short row is filled up with `[PAD]`. Many tutorials pad every text to 128 pieces, so that all batches have one shape. How many cells of such a table hold a piece of a review?

# %%
predict("02.padding", "nine in ten", "about half", "fewer than one in four")

# %%
lengths = [len(ids) for ids in tokenized["train"]["input_ids"]]

print("shortest", min(lengths), "| median", int(np.median(lengths)), "| longest", max(lengths))
print(f"padded to 128: {sum(lengths) / (128 * len(lengths)):.0%} of the cells hold a piece")

# %% [markdown]
# The rest means nothing, and is multiplied like everything else, six layers deep. It is easy to lose: pad each batch only to *its own* longest text.

# %%
in_batches = [lengths[start:start + 16] for start in range(0, len(lengths), 16)]
cells = sum(max(batch) * len(batch) for batch in in_batches)

print(f"padded to the batch: {sum(lengths) / cells:.0%} of the cells hold a piece")
print(f"the tables are {128 * len(lengths) / cells:.1f} times smaller")

# %% [markdown]
# A **collator** puts a batch together. `DataCollatorWithPadding` pads it to its longest text, and its attention mask is 1 where a piece is and 0 where there is only filling. That is why we tokenized *without* padding.

# %%
from transformers import DataCollatorWithPadding

collator = DataCollatorWithPadding(tokenizer)
batch = collator([{"input_ids": ids} for ids in tokenized["train"]["input_ids"][:6]])

print(batch["input_ids"].shape, "(texts, pieces of the longest)")
print(batch["attention_mask"].sum(dim=1).tolist(), "of them real")

# %% [markdown]
# Does it show on the clock? One training step on sixteen reviews, there and back, padded in both ways. The times are your machine's.

# %% tags=["nbval-ignore-output"] reason="how long a step takes on this machine"
import time

clock = encoder.classifier("sequence", num_labels=3)
for padding in ("max_length", "longest"):
    table = tokenizer(train["text"][:16], padding=padding, max_length=128, truncation=True, return_tensors="pt")
    start = time.perf_counter()
    clock(**table).logits.sum().backward()
    print(f"{padding:10} {table['input_ids'].shape[1]:4} columns {time.perf_counter() - start:.2f} s")

# %% [markdown]
# Padding everything is the commonest way to make training several times slower and no better.
#
# A fair worry remains: if the same text is padded differently, does a classifier answer differently?

# %%
predict("02.padding_answer", "no, to the last digit", "in the sixth decimal or later", "by a few percent")

# %%
import torch

short = tokenizer("Strong starts. Heavy, and no handle.", return_tensors="pt")
long = tokenizer("Strong starts. Heavy, and no handle.", padding="max_length", max_length=128, return_tensors="pt")
clock.eval()
with torch.no_grad():
    moved = (clock(**short).logits - clock(**long).logits).abs().max()
    unmasked = (clock(**short).logits - clock(input_ids=long["input_ids"]).logits).abs().max()

print("with the mask, same to five decimals:", bool(moved < 1e-5))
print("without it, moved by more than 0.001:", bool(unmasked > 0.001))

# %% [markdown]
# Sums are taken in another order, hence the last decimals. The mask does the work: it tells every layer which cells to leave out. Whoever builds batches by hand and forgets it gets answers that depend on the neighbours in the batch, and no error.

# %% [markdown]
# ## 5. Labels, their names, and the loss they choose
#
# What the encoder lacks is a **head**: a layer with one output for each class, the **logits**. The largest logit is the answer. The model wants names for its outputs, `id2label`, and they come from the data. Typed by hand in another order, right answers would get wrong names, and no error would tell.
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
# How bad can it get? SST-2, a well-known set of film reviews, has two labels: 0 is negative, 1 is positive. A tutorial for it types three names and says `num_labels=2`. What will the model have, and what will it call a positive review?

# %% tags=["three-names"]
from transformers import AutoModelForSequenceClassification

typed = {0: "negative", 1: "neutral", 2: "positive"}
film = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=2, id2label=typed)

print("outputs:", film.config.num_labels)
print("label 1, a positive review, is called:", film.config.id2label[1])

# %% [markdown]
# `id2label` overrode `num_labels` in silence, and all praise is "neutral" from now on. The score would be fine: it compares numbers.
#
# The labels decide one more thing. **Loss** is the number that training makes smaller; a large one means that the model gave the right answer little weight. Which loss a model takes is stored in `config.problem_type`. Who sets it? You may have read that two classes mean binary cross-entropy.

# %%
predict("02.two_labels", "binary cross-entropy", "cross-entropy", "it depends on the seed")

# %% tags=["two-labels"]
two_texts = tokenizer(["Works.", "Broke."], padding=True, return_tensors="pt")

for num_labels in (1, 2, 3):
    trial = encoder.classifier("sequence", num_labels=num_labels)
    trial(**two_texts, labels=torch.tensor([0, 1]))
    print(num_labels, "outputs, whole-number labels:", trial.config.problem_type)

# %% [markdown]
# Two classes are treated as three are: softmax makes probabilities of the logits that sum to one, and **cross-entropy** is large when the right class got little of it. One output means regression. And what if a row of zeros and ones says which labels apply, as floats?

# %% tags=["float-labels"]
trial = encoder.classifier("sequence", num_labels=3)
trial(**two_texts, labels=torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))

print("3 outputs, float labels:", trial.config.problem_type)

# %% [markdown]
# The *type* of the labels decided, in the first batch that had any, and the config keeps it. Exercise `02.problem_type`: which loss for which outputs and labels? Choose from `"mean squared error"`, `"cross-entropy"`, `"binary cross-entropy"`; the last is the loss of `multi_label_classification`.

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
# `from_pretrained` loads the encoder and puts a head on it. The head's weights are random; `set_seed` makes them the same random ones each time.

# %%
from transformers import set_seed

set_seed(0)
model = AutoModelForSequenceClassification.from_pretrained(encoder.path(), id2label=id2label, label2id=label2id)

encoder.load_report(model)

# %% [markdown]
# The last row, the head, is all that is new. The encoder describes a text with 384 numbers, so the head has 384 weights and one constant for each of three classes: 1,155 numbers among 22.7 million.
#
# It reads the state of `[CLS]`, put through the pooler. This encoder was tuned with the *mean* of all states instead, so before training the mean says more, and `[CLS]` has to learn its part. We use `[CLS]` because the stock class does, and saves and loads without code of ours. Lesson 01 compares them.

# %% [markdown]
# ## 6. The arguments, one group at a time
#
# `TrainingArguments` has over a hundred settings. You need a dozen. First, **how long**: an epoch shows every text once, in batches. If there are too few, the model has not learned; too many, and it knows the training texts by heart.

# %%
how_long = {"num_train_epochs": 4, "per_device_train_batch_size": 16}
steps = int(np.ceil(len(train) / how_long["per_device_train_batch_size"]))

print(steps, "steps an epoch,", steps * how_long["num_train_epochs"], "in all")

# %% [markdown]
# **How fast**: the learning rate is the size of a step. Too large, and the encoder forgets what it knew; too small, and nothing happens. Warm-up takes smaller steps at the start: a float below 1 is a share of all steps, 0.1 the first tenth. After that the rate falls evenly to zero, which is the default. Old tutorials write `warmup_ratio`, which is gone.

# %%
how_fast = {"learning_rate": 3e-4, "warmup_steps": 0.1}

# %% [markdown]
# **What to keep**: a checkpoint holds the weights and, for each weight, two numbers of the optimizer Adam. How large is one? By default `Trainer` writes one every 500 steps, and a disk fills up overnight. We keep none and save once, at the end; for long runs, `save_total_limit=1` and `save_only_model=True`.

# %%
weights = sum(parameter.numel() for parameter in model.parameters())
what_to_keep = {"output_dir": "runs/02", "save_strategy": "no"}

print(f"weights {weights * 4 / 1e6:.0f} MB, checkpoint with Adam's numbers {3 * weights * 4 / 1e6:.0f} MB")

# %% [markdown]
# **What to report**: evaluate after each epoch, or you will not see a run go wrong until it is over. `report_to="none"` sends nothing anywhere, and the last line spares CPU users a warning.

# %%
what_to_report = {"eval_strategy": "epoch", "logging_strategy": "epoch", "report_to": "none", "dataloader_pin_memory": False}

# %% [markdown]
# **Which luck**: the seed fixes the order of the texts and what dropout switches off. Now all together.

# %%
from transformers import TrainingArguments

arguments = TrainingArguments(**how_long, **how_fast, **what_to_keep, **what_to_report, seed=0)

print("Adam:", arguments.optim, "| schedule:", arguments.lr_scheduler_type, "| clipped at", arguments.max_grad_norm)

# %% [markdown]
# `Trainer` asks a function of ours how good the model is. It hands over the logits, a row for each text and a column for each class.

# %%
def macro_f1(evaluation):
    """Macro-F1 of a Trainer's evaluation: logits of shape (texts, classes), labels of shape (texts,)."""
    answers = np.argmax(evaluation.predictions, axis=-1)
    return {"macro_f1": f1_score(evaluation.label_ids, answers, average="macro", labels=list(id2label))}


# %% [markdown]
# ## 7. Train
#
# Before the long run, a short look at the most important number. `mean_states` gives each text as the mean of the *untouched* encoder's states, 384 numbers, and a linear head on them trains in a blink.

# %%
from course_utils import training

features = training.mean_states(model, tokenized)

print({split: vectors.shape for split, (vectors, labels) in features.items()})

# %% [markdown]
# The same eight epochs with three learning rates, a hundred times apart. Which is which: one learns, one hardly moves, one jumps about?

# %% tags=["banded"]
curves = {rate: training.fit_head(features["train"], features["validation"], rate, epochs=8) for rate in (1e-5, 1e-3, 3.0)}

for rate, curve in curves.items():
    print(f"{rate:<6g}", *[f"≈{score:.2f}" for score in curve])
print("the middle one ends above both others:", curves[1e-3][-1] > max(curves[1e-5][-1], curves[3.0][-1]))

# %% [markdown]
# Macro-F1 on validation, before training and after each epoch. Move the sliders: where does it stop learning on either side, and can epochs make up for a small rate?

# %% tags=["banded"]
bag_on_validation = f1_score(validation["label"], bag_of_words.predict(validation["text"]), average="macro", labels=classes)
explore("02.learning_rate", train=features["train"], validation=features["validation"], baseline=bag_on_validation)

# %% [markdown]
# Epochs make up for a rate that is somewhat small, and for nothing else. And the head alone stays below counted words: the encoder itself has to learn.
#
# The head's score on the test split joins the table; we do not choose anything by it.

# %% tags=["banded"]
head = LogisticRegression(C=10, max_iter=2000).fit(*features["train"])
results["frozen encoder"] = f1_score(test["label"], head.predict(features["test"][0]), average="macro", labels=classes)

print(f"frozen encoder ≈{results['frozen encoder']:.2f}, below TF-IDF:", results["frozen encoder"] < results["TF-IDF"])

# %% [markdown]
# Now fine-tuning: all of the head and part of the encoder move. Lower layers know about words and grammar and change least, so we leave the lowest three of six as they are. A layer that does not change gives the same states in every epoch. Compute them **once**, keep them, and train only what lies above:

# %%
cached = training.cache_lower_layers(model, tokenized, layers=3)

print(cached["train"])
print(np.shape(cached["train"][0]["inputs_embeds"]), "(pieces, numbers) for the first text")

# %% [markdown]
# Nothing is hidden in this: `cache_lower_layers` runs the model and keeps `hidden_states[3]`; `upper_layers_only` takes the embeddings and three layers out of the model for as long as the `with` lasts, and puts them back. `training.py` is one page that you can carry to your own work. The price: those layers cannot learn. Section 8 shows what that costs.

# %% [markdown]
# Before you run it: will macro-F1 on validation rise with every epoch?

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
# The training loss falls with every epoch: the model comes to know these texts. The validation columns say what it can do with others, and need not follow. The validation split has 100 texts, so 0.01 is about one text that changed sides: read the table for its direction and not for its last digit.

# %% [markdown]
# What does a run look like that goes wrong? It looks the same: no error, and a loss that stays where it was. Here are four runs as they were set up. Three have a fault: labels that left their texts, texts that stand on both sides, or a step that is far too large.

# %%
from course_utils.exercises.lesson_02 import broken_runs

runs = broken_runs()

for name, run in runs.items():
    print(name, {key: value if isinstance(value, float) else f"{len(value)} of them" for key, value in run.items()})

# %% [markdown]
# Exercise `02.training_bug`: write a function that finds the fault of any such run. `label_of` has the right label of each text by its id; call a learning rate of 0.01 or more too large. The checker tries it on other runs, too.

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
# The test split is for the end. Whoever tries ten settings and keeps the one with the best test score has chosen the luckiest, and will not see that score again. Compare on validation, then ask the test split once. The model is whole again, so it reads pieces, and gets the collator for pieces.

# %% tags=["nbval-ignore-output"] reason="the progress bar of an evaluation"
trainer.data_collator = collator
predictions = trainer.predict(tokenized["test"])

# %% [markdown]
# Then the read-out: the largest logit of each row. A figure marked ≈ comes from training and may differ a little on your machine; the line below it should not.

# %% tags=["banded"]
answers = np.argmax(predictions.predictions, axis=-1)
assert predictions.label_ids.tolist() == list(test["label"])  # one answer for each text, in the order of the split
results["fine-tuned"] = f1_score(test["label"], answers, average="macro", labels=classes)

for name, score in results.items():
    print(f"{name:15} ≈{score:.2f}")
print("fine-tuned beats counted words:", results["fine-tuned"] > results["TF-IDF"])

# %% [markdown]
# 200 texts are not many. How far might the figure move with 200 others? The **bootstrap** draws 200 from ours, some twice, a thousand times over, and looks at the middle 95 % of the scores.

# %% tags=["banded"]
rng = np.random.default_rng(0)
labels = np.array(test["label"])
draws = [rng.integers(0, len(labels), len(labels)) for _ in range(1000)]
scores = [f1_score(labels[draw], answers[draw], average="macro", labels=classes) for draw in draws]
low, high = np.percentile(scores, [2.5, 97.5])

print(f"95 % between ≈{low:.2f} and ≈{high:.2f}")
print("the interval is wider than 0.06:", bool(high - low > 0.06))

# %% [markdown]
# Two models that differ by 0.02 on this split may well be equally good. And that is the test's luck alone; the seed adds its own. Here is a longer run, five seeds each: with three layers cached, as above, and with everything trained.

# %%
import json

from course_utils import content

longer = json.loads((content.HERE / "longer_runs" / "02_seeds.json").read_text(encoding="utf-8"))

print(longer["date"], "|", longer["command"])
pd.DataFrame(longer["macro_f1"]).T

# %% [markdown]
# Read the rows for their spread first. Caching costs a little, if anything more than the seeds do, and saves more than half of the time.
#
# Where are the mistakes of your run?

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
# The top row is the ticket's: negative reviews, and in its right corner those that the model takes for praise. They are the release that we lose. Read three that it missed, and ask yourself what it would have had to understand.

# %% tags=["nbval-ignore-output"] reason="which texts a trained model gets wrong"
missed = [row["text"] for row, answer in zip(test, answers) if row["label"] == label2id["negative"] != answer]

print(*missed[:3], sep="\n\n")

# %% [markdown]
# ## 9. Ten hard ones
#
# One score hides kinds. We pinned ten test reviews, two of each of five kinds, by their ids and before any model had read them. Which kind will it get right most often?

# %%
predict("02.hard", "negation", "a fear that did not come true", "irony", "comparison", "good first, then what spoils it")

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

# %% tags=["nbval-ignore-output"] reason="what a trained model answers to ten single texts"
for kind, ids in pinned.items():
    for place in map(place_of.get, ids):
        said, label = id2label[answers[place]], id2label[test[place]["label"]]
        print(f"{kind:10} {label:9} {'as labelled' if said == label else 'called ' + said:16} {test[place]['text'][:60]}")

# %% [markdown]
# Two texts of a kind prove nothing about it; they give you a question. To answer it you would write fifty of that kind and count. Lesson 05 builds such a test.

# %% [markdown]
# ## 10. Save it, and use it
#
# Saving writes the weights, a configuration with the names of the classes, and the tokenizer, since `Trainer` has it. `pipeline` loads all three and takes plain text. Is it the same model?

# %%
from transformers import pipeline

trainer.save_model("runs/02/mood")
mood = pipeline("text-classification", model="runs/02/mood")
from_disk = [answer["label"] for answer in mood(list(test["text"]))]

print(len(mood.tokenizer), "pieces,", mood.model.config.id2label)
print("same answers:", from_disk == [id2label[number] for number in answers.tolist()])

# %% [markdown]
# Many examples on the web give `Trainer` neither `processing_class` nor a collator with a tokenizer in it. Then the tokenizer is not saved. What will happen when such a folder is loaded?

# %%
predict("02.lost", "an error that names the missing file", "it downloads the right one", "it works, and every word is unknown")

# %% tags=["lost-tokenizer"]
from transformers import AutoTokenizer

Trainer(model=model, args=arguments).save_model("runs/02/lost")
lost = AutoTokenizer.from_pretrained("runs/02/lost")

print(len(lost), "pieces:", lost.tokenize("A wonderful film"))

# %% [markdown]
# No error. A tokenizer of five pieces is made up, every word is `[UNK]`, and all texts of three words get one answer. After loading a model, look at `len(tokenizer)`.
#
# Now your own sentences. `score` is the probability of the answer. Find one that the model gets wrong.

# %% tags=["nbval-ignore-output"] reason="what a trained model answers to sentences that you are meant to change"
mood(["Not bad at all, I was surprised.", "The app never crashes.", message])

# %% [markdown]
# And your own file: `data.read` takes a CSV with the same columns and looks at every row before you train on it for an hour. This one has a slip in its second row.

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
# You will meet these messages, each with its cause and its cure. `breaks` shows an expected error's type and first line, and fails where nothing is raised. First, a label that the head has no output for:

# %% tags=["breaks-target"]
from course_utils import breaks

with breaks(IndexError):
    encoder.classifier("sequence", num_labels=2)(**two_texts, labels=torch.tensor([0, 2]))

# %% [markdown]
# Count the labels, or let `id2label` do it. Next, two that come from the table of texts: a text that is missing, and texts of different lengths without a collator.

# %% tags=["breaks-texts"]
with breaks(ValueError):
    tokenizer(["Works.", None])
with breaks(ValueError):
    tokenizer(["Works.", "Broke after a week."], return_tensors="pt")

# %% [markdown]
# Look for empty rows in your file; pad, by `padding=True` or a collator. Then the words of old tutorials, which newer versions of transformers do not know:

# %% tags=["breaks-old-words"]
for old in ({"evaluation_strategy": "epoch"}, {"warmup_ratio": 0.1}):
    with breaks(TypeError):
        TrainingArguments("runs/02", **old)
with breaks(TypeError):
    Trainer(model=model, args=arguments, tokenizer=tokenizer)

# %% [markdown]
# Today they are `eval_strategy`, `warmup_steps` and `processing_class`. Two more come before the first step, and one after it: the best model can only be kept if it is evaluated when it is saved; a label column has to be called `label` or `labels`; and a set without a collator cannot be stacked.

# %% tags=["breaks-trainer"]
with breaks(ValueError):
    TrainingArguments("runs/02", load_best_model_at_end=True, eval_strategy="epoch", save_strategy="steps")

quick = TrainingArguments("runs/02", max_steps=1, save_strategy="no", report_to="none", dataloader_pin_memory=False, disable_tqdm=True)
renamed = tokenized["train"].rename_column("label", "mood")
with breaks(ValueError):
    Trainer(model=model, args=quick, train_dataset=renamed, data_collator=collator).train()
with breaks(ValueError):
    Trainer(model=model, args=quick, train_dataset=tokenized["train"].select([0, 1, 2])).train()

# %% [markdown]
# Most expensive is a name in `metric_for_best_model` that `compute_metrics` does not return: the error comes at the first evaluation, after a whole epoch. Ours is called `macro_f1`.

# %% tags=["breaks-metric"]
from transformers import PrinterCallback

picky = TrainingArguments(**{**what_to_report, "output_dir": "runs/02", "max_steps": 1, "disable_tqdm": True},
                          save_strategy="epoch", load_best_model_at_end=True, metric_for_best_model="f1_macro")
watched = Trainer(model=model, args=picky, train_dataset=tokenized["test"], eval_dataset=tokenized["test"].select([0, 1]),
                  data_collator=collator, compute_metrics=macro_f1, callbacks=[])
watched.remove_callback(PrinterCallback)
with breaks(KeyError):
    watched.train()

# %% [markdown]
# ## The reply to the ticket
#
# The product desk asked how many, and which. Mistakes in both directions cancel in a share, so the reply says how many of the negative reviews are found, too.

# %% tags=["banded"]
negative = label2id["negative"]
truly, called = np.array(test["label"]) == negative, answers == negative
found = (truly & called).sum()

print(f"Of {len(test)} reviews, {truly.sum()} are negative. The model calls ≈{called.sum():2d} so, and ≈{found:2d} of them are.")
print("it finds at least two in three:", bool(found >= truly.sum() * 2 / 3))

# %% [markdown]
# ## Check yourself
#
# Seven questions, ungraded. Each choice has its own reply, so it pays to click the wrong ones as well.

# %%
from course_utils import quiz

quiz("02")

# %% [markdown]
# **What you take along**
#
# - A baseline comes first: counted words cost a fraction of a second.
# - The type of the labels chooses the loss; their names come from the data.
# - Padding is paid for like text. Pad to the batch.
# - What does not change can be computed once.
# - Settings are compared on validation, the test split is asked once, and a difference smaller than the spread is none.

# %% [markdown]
# **Going further.** Gradient accumulation promises a large batch on a small machine: four batches of 4 for one of 16. With BERT's heads this version of `Trainer` logs four times the loss and makes four times the gradient; Adam's first step hides it. Try `gradient_accumulation_steps=4` with `per_device_train_batch_size=4`, compare the logged loss, and see what `Trainer.loss_is_scaled_for_ga = False` does.
#
# **Where to go next**: the other lessons are on their way.
