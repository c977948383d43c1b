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
# Zenvy is a small marketplace that we made up, and you are the only machine-learning person there. In this lesson you train a classifier that reads a review and answers **negative**, **neutral** or **positive**.

# %% [markdown]
# **When you are done**, you can
#
# - say what a classifier has to beat before it is worth anything, and measure that;
# - turn texts and labels into what a transformer reads: a network that looks at all words of a text at once;
# - fine-tune one, that is, train a network that others have trained before on much more text;
# - judge it with macro-F1, save it, and use it.
#
# **Before you start**, you should know Python and a little NumPy. You need not have met transformers. **Time**: about 45 minutes. The notebook runs in about two minutes on a laptop without a GPU.

# %% [markdown]
# Run a cell with Shift + Enter, from top to bottom. The lesson fills six boxes, and most tasks of this course swap one or two of them. Each word in them is explained when its turn comes:
#
# | labels | tokens | collator | head | loss | read-out and metric |
# | --- | --- | --- | --- | --- | --- |
# | one number a text | one text | pads a batch | one output a class | cross-entropy | argmax, macro-F1 |

# %% [markdown]
# ## 1. Read before you train
#
# `data.load` gives the course's reviews as a `DatasetDict` of the `datasets` library, in three splits: one to learn from, one to compare settings with, one to judge by. How many texts of each label are there?

# %%
import pandas as pd

from course_utils import data

reviews = data.load("reviews")
label_feature = reviews["train"].features["label"]

pd.DataFrame({split: pd.Series(label_feature.int2str(rows["label"])).value_counts() for split, rows in reviews.items()})

# %% [markdown]
# Like all texts of this course they were written for it, by language models after a plan; the label is the plan's. Here are four. Before you look behind the arrow, say what you would call the text.

# %%
by_id = {row["id"]: row for row in reviews["train"]}

for name in ["reviews-900-04", "reviews-900-08", "reviews-900-11", "reviews-900-17"]:
    print(f"{by_id[name]['text']}  →  {label_feature.int2str(by_id[name]['label'])}\n")

# %% [markdown]
# The second never says that its writer is pleased, and the third is full of "no" and "isn't" and is still praise. Whoever only counts words will have a hard time with such texts.
#
# What counts as neutral was written down before the first text. `data.datasheet("reviews")` in a cell of your own shows that guideline, with its borderline cases.

# %% [markdown]
# ## 2. What has to be beaten
#
# How far does a guess get that never reads the text?
#
# The table above knows: always answering "negative" is right for 72 of the 200 test texts.
#
# **Accuracy** is the share of right answers. For one class, **F1** is twice the texts of that class that were found, divided by the texts that were given its name plus the texts that have it: 1 when all are found and nothing else is. **Macro-F1** is the mean of the three F1s, so that no class can hide behind the others.

# %%
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, f1_score

train, test = reviews["train"], reviews["test"]
majority = DummyClassifier(strategy="most_frequent").fit(train["text"], train["label"])
guesses = majority.predict(test["text"])

print("accuracy", accuracy_score(test["label"], guesses))
print("macro-F1", round(f1_score(test["label"], guesses, average="macro"), 2))

# %% [markdown]
# It named all 200 texts "negative" and found the 72 that are: an F1 of 144 / 272. The other two classes count zero, and a third of 0.53 is 0.18.
#
# Now a baseline that reads. TF-IDF turns each text into counts of its words, rare words weighing more; logistic regression learns a weight for each word and class. The order of the words is lost, so this is called a **bag of words**.

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

bag_of_words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10, max_iter=1000))
bag_of_words.fit(train["text"], train["label"])
baseline_f1 = f1_score(test["label"], bag_of_words.predict(test["text"]), average="macro")

print(f"TF-IDF, macro-F1 {baseline_f1:.2f}")

# %% [markdown]
# That is the number to beat. It took a fraction of a second, and whatever costs more has to earn it.

# %% [markdown]
# ## 3. From text to pieces
#
# An **encoder** is a transformer that turns a text into numbers that say what it is about. It reads **tokens**: pieces of words from a fixed vocabulary. Common words are one piece; rarer ones are put together from several, and `##` marks a piece that continues the one before it. Each piece has a number, and the tokenizer that knows the numbers belongs to its encoder.
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
# Now all reviews. `map` adds the columns that the encoder wants: the numbers of the pieces in `input_ids`, and a mask. `truncation=True` would cut a text that is longer than the encoder can read; none of ours is.

# %%
tokenized = reviews.map(lambda batch: tokenizer(batch["text"], truncation=True), batched=True)

first = tokenized["train"]["input_ids"][0]

print(tokenizer.convert_ids_to_tokens(first))
print(first)
print([len(ids) for ids in tokenized["train"]["input_ids"][:6]], "pieces in the first six")

# %% [markdown]
# Every text got a `[CLS]` in front and a `[SEP]` at its end. The six have six lengths, but the texts of one training step, a **batch**, have to form a table. A **collator** puts it together: `DataCollatorWithPadding` fills each row up to the longest of its batch, and the attention mask is 1 where a piece is and 0 where there is only filling.

# %%
from transformers import DataCollatorWithPadding

collator = DataCollatorWithPadding(tokenizer)
batch = collator([{"input_ids": ids} for ids in tokenized["train"]["input_ids"][:6]])

print(batch["input_ids"].shape, "(texts, pieces of the longest)")
print(batch["attention_mask"].sum(dim=1).tolist(), "of them real")

# %% [markdown]
# ## 4. A new head
#
# What the encoder lacks is a **head**: a layer with one output for each of our three classes, the **logits**. The largest logit is the answer; `softmax` makes probabilities of them that sum to one. It needs to know their names, and the names come from the data, never from memory: typed by hand in another order, right answers would get wrong names, and no error would tell.

# %%
id2label = dict(enumerate(label_feature.names))
label2id = {name: number for number, name in id2label.items()}

print(id2label)

# %% [markdown]
# `from_pretrained` loads the encoder and puts a head on it. The head's weights are random; `set_seed` makes them the same random ones each time.

# %%
from transformers import AutoModelForSequenceClassification, set_seed

set_seed(0)
model = AutoModelForSequenceClassification.from_pretrained(encoder.path(), id2label=id2label, label2id=label2id)

encoder.load_report(model)

# %% [markdown]
# The last row, the head, is all that is new. The encoder describes a text with 384 numbers, so the head has 384 weights and one constant for each of three classes: 1,155 numbers among 22.7 million. Before training they are random, and so are its answers.

# %% [markdown]
# ## 5. Fine-tune
#
# Training shows the model one batch after the other and moves its weights a little each time, so that the **loss** gets smaller. Ours is **cross-entropy**: large when the model gave the right class little probability.


# %% [markdown]
# `TrainingArguments` holds the choices, and `Trainer` does the rest: batches, steps, evaluation.
#
# - **Epochs** say how often every text is seen. 600 texts in batches of 16 are 38 steps an epoch.
# - The **learning rate** is the size of a step. Too large, and the encoder forgets what it knew; too small, and nothing happens.
# - **Warm-up** takes smaller steps at the start; 0.1 means for the first tenth of all steps.

# %%
from transformers import TrainingArguments

arguments = TrainingArguments(
    output_dir="runs/02",
    num_train_epochs=3,
    learning_rate=2e-4,
    warmup_steps=0.1,
    per_device_train_batch_size=16,
    eval_strategy="epoch",
    logging_strategy="epoch",
    save_strategy="no",
    dataloader_pin_memory=False,
)

# %% [markdown]
# After each epoch `Trainer` asks how good the model is on the validation split. It hands our function the logits, a row for each text and a column for each class.

# %%
import numpy as np


def macro_f1(evaluation):
    """Macro-F1 of a Trainer's evaluation: logits of shape (texts, classes), labels of shape (texts,)."""
    answers = np.argmax(evaluation.predictions, axis=-1)
    return {"macro_f1": f1_score(evaluation.label_ids, answers, average="macro", labels=list(id2label))}


# %% [markdown]
# `processing_class` gives `Trainer` the tokenizer, so that it is saved with the model. Our collator holds it too. Many examples on the web have neither, and their models come back from disk without a vocabulary, silently.
#
# Before you run it: will the training loss fall evenly, and will macro-F1 on validation rise with every epoch?

# %% tags=["nbval-ignore-output"] reason="the log of a training run: times, and losses that differ between machines"
from transformers import Trainer

trainer = Trainer(
    model=model,
    args=arguments,
    train_dataset=tokenized["train"],
    eval_dataset=tokenized["validation"],
    data_collator=collator,
    processing_class=tokenizer,
    compute_metrics=macro_f1,
)
training = trainer.train()

# %% [markdown]
# The training loss falls with every epoch: the model comes to know these texts. The validation columns say what it can do with others, and need not follow. The validation split has 100 texts, so 0.01 in macro-F1 is about one text that changed sides: read the table for its direction and not for its last digit.

# %% [markdown]
# ## 6. Judge once
#
# The test split is for the end. Whoever tries ten settings and keeps the one with the best test score has chosen the luckiest, and will not see that score again. Compare on validation, then ask the test split once.

# %% tags=["nbval-ignore-output"] reason="the progress bar of an evaluation"
predictions = trainer.predict(tokenized["test"])

# %% [markdown]
# Then the read-out: the largest logit of each row. A figure marked ≈ comes from training and may differ a little on your machine; the line below it should not.

# %% tags=["banded"]
answers = np.argmax(predictions.predictions, axis=-1)
assert predictions.label_ids.tolist() == list(test["label"])  # one answer for each text, in the order of the split
model_f1 = f1_score(test["label"], answers, average="macro")

print(f"fine-tuned, macro-F1 ≈{model_f1:.2f}   TF-IDF {baseline_f1:.2f}")
print("beats the bag of words:", bool(model_f1 > baseline_f1))

# %% [markdown]
# One run. A **seed** fixes the random choices, the head's first weights and the order of the texts, and another seed gives another figure: try `set_seed(1)` in section 4 with `seed=1` among the arguments. Two settings that differ by less than seeds do are not different.
#
# Where are the mistakes?

# %% tags=["banded"]
from sklearn.metrics import ConfusionMatrixDisplay

from course_utils import plots

matrix = ConfusionMatrixDisplay.from_predictions(
    test["label"], answers, display_labels=label_feature.names, cmap="Blues", colorbar=False
)
matrix.ax_.set(title="Right answers lie on the diagonal", xlabel="the model's answer", ylabel="the label")
right = np.trace(matrix.confusion_matrix)
alt = f"Confusion matrix, labels in rows, answers in columns; ≈{right} of {len(answers)} lie on the diagonal."

plots.show(matrix.figure_, alt)

# %% [markdown]
# Read it by rows: a row holds all texts of one label, and what lies off the diagonal went wrong. The top row is the ticket's: negative reviews, and in its right corner those that the model takes for praise. They are the release that we lose. Read three that it missed, and ask yourself what it would have had to understand.

# %% tags=["nbval-ignore-output"] reason="which texts a trained model gets wrong"
missed = [row for row, answer in zip(test, answers) if row["label"] == label2id["negative"] != answer]

for row in missed[:3]:
    print("-", row["text"])

# %% [markdown]
# ## 7. Save it, and use it
#
# Saving writes the weights, a configuration with the names of the classes, and the tokenizer. `pipeline` loads all three and takes plain text. Is it the same model? Its vocabulary should have 30,522 pieces, and it should answer as `Trainer` did.

# %%
from transformers import pipeline

trainer.save_model("runs/02/mood")
mood = pipeline("text-classification", model="runs/02/mood")

from_disk = [answer["label"] for answer in mood(list(test["text"]))]

print(len(mood.tokenizer), "pieces,", mood.model.config.id2label)
print("same answers:", from_disk == [id2label[number] for number in answers.tolist()])

# %% [markdown]
# ## 8. Your own texts
#
# `data.read` takes a CSV with the same columns and looks at every row before you train on it for an hour. This one has a slip in its second row.

# %%
from pathlib import Path

Path("runs/02/mine.csv").write_text("text,label\nArrived on time and works.,positive\nNever again.,Negative\n")

try:
    data.read("runs/02/mine.csv", reviews["train"].features)
except data.DataError as error:
    print(error)

# %% [markdown]
# Put your own sentences here and run the cell again; `score` is the probability of the answer. Six hundred reviews do not teach a model everything: sentences that say "not" and mean well come out differently from one seed to the next. Find one that it gets wrong.

# %% tags=["nbval-ignore-output"] reason="what a trained model answers to sentences that you are meant to change"
mood(["Not bad at all, I was surprised.", "The app never crashes.", message])

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
# **What you take along**
#
# - A baseline comes first: counted words cost a fraction of a second.
# - Names of classes come from the data, and the tokenizer travels with the model.
# - Settings are compared on validation, the test split is asked once, and a difference smaller than the spread over seeds is none.
#
# **Try it**: change the learning rate to `1e-2` and run the notebook again. Before you do, say which row of this lesson its macro-F1 will be next to. The other lessons are on their way.
