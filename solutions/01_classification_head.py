# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What the head sees
#
# > **Ticket, from the platform team at Zenvy.** "You want five classifiers: moods, topics, names, pairs, fraud. How big a thing are you adding to the encoder each time, and can all five share one encoder? If each needs its own, tell us what that costs. If you say one is enough and it isn't, five launches slip."
#
# Zenvy is a small marketplace with its own payment app. We made it up, and you are the only machine-learning person there.

# %% [markdown]
# **When you are done**, you can
#
# - say which table of which shape stands at each point between a text and its answer;
# - compute a classifier's answer by hand, and check that it is the library's;
# - count the new numbers, and read the report that tells you which they are;
# - say what must not change when a text is padded, and what changes between training and use;
# - choose between an encoder that stays as it is and one that is trained, with a measured reason.

# %% [markdown]
# **Before you start** you should know Python and NumPy: shapes, slices, and `@` for matrices. pandas, scikit-learn and PyTorch appear; you need not have met them, nor transformers.

# %% [markdown]
# **Time**: sections 1 to 6 with the reply and the quiz take about 60 minutes to read, predict and run, and their exercises another 20. Sections 7, 8 and *When it breaks* can wait for another evening. The notebook itself runs in about two minutes on a laptop without a GPU.

# %% [markdown]
# Run a cell with Shift + Enter, from top to bottom. Where a cell asks for a prediction, click one, then run the next cell. Where a cell has `...`, it is your turn; if you leave it, the lesson goes on with the course's version and says so. Stuck? `hint("01.masked_mean")` gives one of three hints each time, `solution("01.masked_mean")` shows ours.

# %% [markdown]
# The classifiers of this course are made of six boxes. This lesson is about the fourth; lesson 02 goes through all six, and explains the words.
#
# | labels | tokens | collator | **head** | loss | read-out and metric |
# | --- | --- | --- | --- | --- | --- |
# | one whole number for each text | each text cut into pieces | pads the texts of a step | one output for each class | cross-entropy | largest output, macro-F1 |

# %% [markdown]
# ## 1. A text becomes a table
#
# A **neural network** is a chain of matrix products with simple functions in between; the numbers in its matrices, its **weights**, were found by training. Ours, all-MiniLM-L6-v2, has BERT's architecture and is an **encoder**: it looks at all words of a text at once and turns them into numbers. Others trained it on much more text than we will ever have, so we call it **pre-trained**.
#
# It reads **tokens**, pieces of words from a fixed vocabulary; a **tokenizer** cuts the text.

# %%
from course_utils import encoder

message = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."
tokenizer = encoder.tokenizer()

print(tokenizer.tokenize(message))

# %% [markdown]
# `##` marks a piece that continues the one before it: `Zenvy` and `Okafor` are not in the vocabulary and are spelled from parts. Capitals and accents are gone; this vocabulary has none.
#
# Called as a function, the tokenizer gives what the encoder reads, above all the number of each piece, `input_ids`. The result is much like a dictionary, and `return_tensors="pt"` makes its values **tensors**, the arrays of PyTorch (`torch`), which are much like NumPy's.

# %%
inputs = tokenizer(message, return_tensors="pt")

print(inputs["input_ids"].shape, "(texts, pieces)")
print(tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])[:4], "…")

# %% [markdown]
# 25 pieces, and two more: `[CLS]` in front, whose place can stand for the whole text, and `[SEP]` at the end.
#
# Inside, each piece first gets 384 numbers, its **embedding**: the sum of a row for the piece, one for its place, and one for the text it is in (some tasks have two). Six **layers** follow. Each gives every piece 384 new numbers, its **state**, after a look at the states of all others. Which shape comes out at the end?

# %%
from course_utils import predict

predict("01.shape", "(1, 384): one vector for the text", "(1, 27, 384): one vector for each piece", "(1, 27): one number for each piece")

# %%
import torch

body = encoder.body()
with torch.no_grad():  # we only look: nothing is kept that training would need
    states = body(**inputs).last_hidden_state

print(states.shape, "(texts, pieces, numbers)")

# %% [markdown]
# One vector for each piece. To label a whole text, a classifier needs one vector for the *text*, however many pieces it has. Getting from many to one is called **pooling**.

# %% [markdown]
# ## 2. From many vectors to one
#
# Take the state of `[CLS]`, which stands for no word, so that training may gather there what concerns the whole text. Or take the mean over the pieces. Or the largest value in each of the 384 columns. PyTorch writes `dim` where NumPy writes `axis`.

# %%
cls_vector = states[:, 0]
mean_vector = states.mean(dim=1)
max_vector = states.max(dim=1).values

print(cls_vector.shape, mean_vector.shape, max_vector.shape)

# %% [markdown]
# Section 6 tries all three.
#
# Texts come in **batches** that have to form a table, so short ones are filled up with `[PAD]`, and a mask says which places are real: 1 for a piece, 0 for filling. We fill a short review up to 20 places. What does that do to the mean?

# %%
short = tokenizer("Heavy, and no handle.", return_tensors="pt")
padded = tokenizer("Heavy, and no handle.", padding="max_length", max_length=20, return_tensors="pt")

print(padded["input_ids"].shape, "of them real:", padded["attention_mask"].sum().item())

# %%
predict("01.padded_mean", "nothing: the pads are masked inside the encoder", "it moves the mean", "it makes the mean zero")

# %%
with torch.no_grad():
    short_states, padded_states = body(**short).last_hidden_state, body(**padded).last_hidden_state

same_states = torch.allclose(short_states, padded_states[:, : short_states.shape[1]], atol=1e-5)
moved = (short_states.mean(dim=1) - padded_states.mean(dim=1)).abs().max()

print("states of the real pieces the same:", same_states)
print("mean moved by more than 0.01:", bool(moved > 0.01))

# %% [markdown]
# Each layer reads the mask and lets no piece look at a pad, so the real pieces have the same states. But the pads have states as well, and our mean ran over them. The answer for a text then depends on its neighbours in the batch, and nothing warns you.

# %% [markdown]
# Exercise `01.masked_mean`: the mean over the real places only, for `states` of shape (texts, pieces, hidden), where hidden is our 384, and `mask` of shape (texts, pieces). `mask.unsqueeze(-1)` gives the mask a third dimension of size 1, which is repeated along the numbers.

# %% tags=["solution"] exercise="01.masked_mean"
from course_utils import check, hint, solution


def masked_mean(states, mask):
    """The mean state of the real pieces of each text: (texts, hidden)."""
    real = mask.unsqueeze(-1)  # (texts, pieces, 1): the same weight for all numbers of a piece
    return (states * real).sum(dim=1) / real.sum(dim=1)


# %% tags=["stub"] exercise="01.masked_mean"
# from course_utils import check, hint, solution
#
#
# def masked_mean(states, mask):
#     """The mean state of the real pieces of each text: (texts, hidden)."""
#     return ...

# %%
masked_mean = check("01.masked_mean", masked_mean).version
moved = (masked_mean(short_states, short["attention_mask"]) - masked_mean(padded_states, padded["attention_mask"])).abs().max()

print("still moved by more than 0.0001:", bool(moved > 1e-4))

# %% [markdown]
# A colleague hands you a function `classify(input_ids, attention_mask)` that gives the outputs of a classifier. You cannot see how it pools. Exercise `01.pad_moves_answer`: a test that is `True` when the same text gets other outputs once it is filled up at the end. The padded ids and both masks are there; `torch.allclose(a, b, atol=1e-4)` compares and forgives the last decimals, which move even where all is well.

# %% tags=["solution"] exercise="01.pad_moves_answer"
def pad_moves_answer(classify, ids):
    """Whether classify(input_ids, attention_mask) gives other outputs for ids of shape (1, pieces) once they are padded."""
    padded = torch.nn.functional.pad(ids, (0, 5))  # five places of [PAD], number 0, at the end
    all_real = torch.ones_like(ids)
    real_then_pads = torch.nn.functional.pad(all_real, (0, 5))
    return not torch.allclose(classify(ids, all_real), classify(padded, real_then_pads), atol=1e-4)


# %% tags=["stub"] exercise="01.pad_moves_answer"
# def pad_moves_answer(classify, ids):
#     """Whether classify(input_ids, attention_mask) gives other outputs for ids of shape (1, pieces) once they are padded."""
#     padded = torch.nn.functional.pad(ids, (0, 5))  # five places of [PAD], number 0, at the end
#     all_real = torch.ones_like(ids)
#     real_then_pads = torch.nn.functional.pad(all_real, (0, 5))
#     return ...

# %%
pad_moves_answer = check("01.pad_moves_answer", pad_moves_answer).version
with torch.no_grad():
    plain = pad_moves_answer(lambda ids, mask: body(input_ids=ids, attention_mask=mask).last_hidden_state.mean(dim=1), short["input_ids"])
    masked = pad_moves_answer(lambda ids, mask: masked_mean(body(input_ids=ids, attention_mask=mask).last_hidden_state, mask), short["input_ids"])

print("plain mean caught:", plain, "| masked mean caught:", masked)

# %% [markdown]
# ## 3. The head, by hand
#
# A **head** makes of one vector an output for each class, a **logit**; the largest is the answer. transformers has a class that puts a head on an encoder: `AutoModelForSequenceClassification`, where a sequence is a text, and `Auto` finds out the architecture. The new weights are random; `set_seed` makes them the same random ones each time.

# %%
from transformers import AutoModelForSequenceClassification, set_seed

set_seed(0)
classifier = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=3)
pooler, head = classifier.bert.pooler.dense, classifier.classifier

print(pooler)
print(head, "with weights of shape", tuple(head.weight.shape))

# %% [markdown]
# Two linear layers: a matrix each, and for each output a constant that is added, the **bias**. The **pooler** lies in the encoder's file. It takes the last state of `[CLS]` and ends in `tanh`, which squeezes every number between -1 and 1. The head makes three logits of that. PyTorch prints inputs first and stores weights as (outputs, inputs), so by hand a layer is `vector @ weight.T + bias`.
#
# Exercise `01.head_by_hand`: from the states to the logits, through both.

# %% tags=["solution"] exercise="01.head_by_hand"
def head_by_hand(states, pooler_weight, pooler_bias, head_weight, head_bias):
    """The logits that BERT's head makes of states: (texts, pieces, hidden) to (texts, classes)."""
    pooled = torch.tanh(states[:, 0] @ pooler_weight.T + pooler_bias)
    return pooled @ head_weight.T + head_bias


# %% tags=["stub"] exercise="01.head_by_hand"
# def head_by_hand(states, pooler_weight, pooler_bias, head_weight, head_bias):
#     """The logits that BERT's head makes of states: (texts, pieces, hidden) to (texts, classes)."""
#     return ...

# %% tags=["by-hand"]
head_by_hand = check("01.head_by_hand", head_by_hand).version
with torch.no_grad():
    ours = head_by_hand(states, pooler.weight, pooler.bias, head.weight, head.bias)
    theirs = classifier(**inputs).logits

print(ours.shape, "(texts, classes)")
print("the library's logits to five decimals:", torch.allclose(ours, theirs, atol=1e-5))

# %% [markdown]
# In use, nothing more stands between states and logits. In training **dropout** does, here and inside every layer: it sets some numbers to zero at random, and makes the others a little larger, so that the network does not lean on single ones.
#
# Logits can be any numbers. `softmax` turns them into probabilities: raise e to each, and divide by the sum.

# %% tags=["softmax"]
by_hand = ours.exp() / ours.exp().sum(dim=-1, keepdim=True)

print("sums to", round(by_hand.sum().item(), 4))
print("the library's softmax:", torch.allclose(by_hand, theirs.softmax(dim=-1)))
print("largest logit and largest probability in one place:", bool(ours.argmax() == by_hand.argmax()))

# %% [markdown]
# ## 4. Where the weights are
#
# Which part of the model holds most of its weights?

# %%
predict("01.most", "the embeddings", "the six layers", "pooler and head")

# %% tags=["load-report"]
encoder.load_report(classifier)

# %% [markdown]
# More than half are embeddings, nearly all of it 384 numbers for each of 30,522 pieces. Only the row `classifier`, the head, is new.
#
# transformers logs a report of its own, with `MISSING` beside what the file did not have; the course hides it where only a head is missing. In your own work leave it on: `classifier.weight | MISSING`, while you load a classifier that you *trained*, means that its head was lost.

# %% [markdown]
# Exercise `01.count`: how many new numbers are it for **seven** classes?

# %% tags=["solution"] exercise="01.count"
_ = check("01.count", 384 * 7 + 7)

# %% tags=["stub"] exercise="01.count"
# _ = check("01.count", ...)

# %% tags=["count"]
seven = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=7)
everything = sum(weights.numel() for weights in seven.parameters())

print("in the head:", sum(weights.numel() for weights in seven.classifier.parameters()), "of", f"{everything:,}")

# %% [markdown]
# transformers starts the bias of such a layer at zero, and training moves it. Has the pooler of this encoder been trained?

# %%
predict("01.pooler", "yes, like everything in the file", "no")

# %% tags=["pooler"]
first_layer = classifier.bert.encoder.layer[0].output.dense

print("largest bias, a layer of the encoder above 0.01:", bool(first_layer.bias.abs().max() > 0.01))
print("largest bias, the pooler:", pooler.bias.abs().max().item())

# %% [markdown]
# All 384 are exactly zero: the pooler was never trained. The report above calls it pre-trained only because the file has it. Whoever made this encoder trained it by the mean of its states and left the pooler as it began, at random. In BERT itself it was trained, to say whether two sentences follow each other.

# %% [markdown]
# What does a classifier whose head was never trained say about our message?

# %%
predict("01.untrained", "three answers, each with high probability", "three answers, each with about a third")

# %% tags=["untrained"]
for seed in (0, 1, 5):
    set_seed(seed)
    fresh = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=3)
    with torch.no_grad():
        probabilities = fresh(**inputs).logits.softmax(dim=-1)[0]
    print(f"seed {seed}: label {probabilities.argmax()} with probability {probabilities.max():.2f}")

# %% [markdown]
# We picked three seeds that differ. The encoder's 22.7 million numbers stayed the same; the random ones of the head turned the answer round, without any reason. So a new head is trained before anyone looks at its answers.

# %% [markdown]
# ## 5. Two modes
#
# A model is in one of two modes, train mode for training and eval mode for use. `train()` and `eval()` switch. We call it twice with the same text in each mode, and train nothing. What do two calls give in train mode?

# %%
predict("01.modes", "the same logits", "different logits", "an error: no labels")

# %% tags=["modes"]
def twice(model):
    """Whether two calls on our message give the same logits."""
    with torch.no_grad():
        return torch.equal(model(**inputs).logits, model(**inputs).logits)


classifier.train()
print("train mode, the same twice:", twice(classifier))
classifier.eval()
print("eval mode, the same twice:", twice(classifier))

# %% [markdown]
# Dropout is on in train mode and off in eval mode, in which `from_pretrained` hands a model over. `torch.no_grad()` is another thing: it keeps nothing for training, saves memory, and changes no logit. A service that answers the same text differently each time often has a model in train mode: `Trainer`, which we use in section 6, leaves it there after `train()`, unless an evaluation came last.

# %% [markdown]
# ## 6. How far does a frozen encoder get?
#
# Heads that read the same text can share one pass through the encoder, as long as it is one encoder for all. The simplest way is to leave it as it is, **frozen**, and train heads only.
#
# We try that on customers' reviews, each labelled negative, neutral or positive: 600 to train on, 100 to choose by (`validation`), 200 to judge by (`test`). The encoder reads each text once, and `cache_lower_layers` keeps the states after its sixth layer.

# %%
from course_utils import data, training

reviews = data.load("reviews")
tokenized = reviews.map(lambda rows: tokenizer(rows["text"], truncation=True), batched=True)
kept = training.cache_lower_layers(classifier, tokenized, layers=6)

print(reviews["train"][0]["text"], "→", reviews["train"].features["label"].int2str(reviews["train"][0]["label"]))
print({split: len(rows) for split, rows in kept.items()}, "texts, the first with", len(kept["train"][0]["inputs_embeds"]), "pieces")

# %% [markdown]
# Each text is kept at its own length, without pads, so the plain mean is the masked one. (The column is called `inputs_embeds` because models take states under that name.)

# %%
import numpy as np

poolings = {"[CLS]": lambda states: states[0], "mean": lambda states: states.mean(axis=0), "max": lambda states: states.max(axis=0)}
vectors = {}
for split, rows in kept.items():
    all_states = list(rows["inputs_embeds"])  # for each text an array (pieces, 384)
    for name, pool in poolings.items():
        vectors[name, split] = np.array([pool(states) for states in all_states])

print(vectors["mean", "train"].shape, vectors["mean", "test"].shape)

# %% [markdown]
# We train two heads on each pooling. The linear one is a matrix and a bias, as in section 3; scikit-learn's fit of it is called **logistic regression**. The **MLP** (multi-layer perceptron) has a layer of 128 numbers in between and starts at random, so three seeds.
#
# The score is **macro-F1**: each class gets 0 to 1, less for every review missed and every false alarm, and we take the mean of the three; lesson 02 takes it apart. Which pooling does best on `validation`?

# %%
predict("01.pooling", "[CLS] is best", "[CLS] is worst", "with an MLP they are all alike")

# %% tags=["banded"]
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.neural_network import MLPClassifier

labels = {split: np.array(rows["label"]) for split, rows in reviews.items()}
heads = [LogisticRegression(max_iter=3000), *(MLPClassifier((128,), max_iter=500, tol=1e-3, random_state=seed) for seed in range(3))]
scores = {}
for pooling in poolings:
    fitted = [head.fit(vectors[pooling, "train"], labels["train"]) for head in heads]
    scores[pooling] = [f1_score(labels["validation"], one.predict(vectors[pooling, "validation"]), average="macro") for one in fitted]
    print(f"{pooling:6} linear ≈{scores[pooling][0]:.2f}   MLP, three seeds, ≈{min(scores[pooling][1:]):.2f} to ≈{max(scores[pooling][1:]):.2f}")

# %% tags=["poolings", "banded"]
print("with either head, [CLS] is below the mean:", all(one < other for one, other in zip(scores["[CLS]"], scores["mean"])))

# %% [markdown]
# The seeds show what chance does to a head; they do not show that 100 other texts could move each score by 0.09. `[CLS]` is last with either head; between mean and maximum we leave it open.

# %% [markdown]
# This encoder was trained so that the *mean* of its last states compares well between texts. BERT itself was not, so do not carry the result over.
#
# And why the *last* states? Each layer has its own, and the frozen encoder computes them all in one pass. Which layer's mean knows most about moods?

# %%
predict("01.layer", "the last, it is the most refined", "one in the middle", "the embeddings, before any layer")

# %%
from time import process_time

start = process_time()  # counts seconds of computing
means = training.layer_means(body, tokenized)  # for each split (layers + 1, texts, 384), embeddings first
layer_heads = [LogisticRegression(max_iter=3000).fit(means["train"][layer], labels["train"]) for layer in range(7)]
frozen_seconds = process_time() - start

print(means["train"].shape, "(embeddings and six layers, texts, numbers)")

# %% tags=["banded"]
by_layer = [f1_score(labels["validation"], one.predict(means["validation"][layer]), average="macro") for layer, one in enumerate(layer_heads)]
best_layer = int(np.argmax(by_layer))

for layer, score in enumerate(by_layer):
    print(f"after layer {layer}: ≈{score:.2f}")
print("best is a layer below the last:", best_layer < 6)

# %% [markdown]
# Seven scores on 100 texts: a hint and no proof that the last layers *lost* some of what others knew. Even the embeddings alone do about as well as the last layer. A guess at the reason: training brought texts about the same thing together, whatever is said of it.

# %% [markdown]
# Whoever freezes an encoder should try its layers. The best of seven on 100 texts is flattered, though, so the test split judges it, beside the last layer. The bar: TF-IDF, which counts words, rare ones weighing more, with logistic regression.

# %% tags=["banded"]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)).fit(reviews["train"]["text"], labels["train"])
counted = f1_score(labels["test"], words.predict(reviews["test"]["text"]), average="macro")
frozen, last = (f1_score(labels["test"], layer_heads[layer].predict(means["test"][layer]), average="macro") for layer in (best_layer, 6))

print(f"test: counted words {counted:.2f}, last layer ≈{last:.2f}, chosen layer ≈{frozen:.2f}")
print("the chosen layer beats the last:", bool(frozen > last))

# %% [markdown]
# Whether counted words or the chosen layer are better, 200 texts cannot tell: with so few, a score may move by 0.06 either way.

# %% [markdown]
# Do the last states really bring texts about one thing together? The **cosine** of two vectors is 1 when they point the same way, 0 when at right angles. Which pair has the larger one?

# %%
predict("01.closer", "two opinions of one kettle", "two good opinions of different things")

# %% tags=["closer"]
three = ["This kettle is wonderful, it boils in a minute.", "This kettle is terrible, it takes forever.", "This novel is wonderful, I read it in a day."]
batch = tokenizer(three, padding=True, return_tensors="pt")
with torch.no_grad():
    good_kettle, bad_kettle, good_novel = masked_mean(body(**batch).last_hidden_state, batch["attention_mask"])
cosine = torch.nn.functional.cosine_similarity

print("the two kettles are closer:", bool(cosine(good_kettle, bad_kettle, dim=0) > cosine(good_kettle, good_novel, dim=0)))

# %% [markdown]
# Here the thing outweighs the opinion; three sentences are no proof.
#
# Now let layers learn. The lower four stay frozen; without dropout they give a review the same states every time, so we compute those once. The top two layers, pooler and head are trained with `Trainer` (lesson 02 explains it), four **epochs**: every review is read four times.

# %%
from transformers import DataCollatorWithPadding, PrinterCallback, Trainer, TrainingArguments

how_long = {"num_train_epochs": 4, "per_device_train_batch_size": 16, "learning_rate": 3e-4, "warmup_steps": 0.1}  # lesson 02 explains them
silent = {"save_strategy": "no", "logging_strategy": "no", "report_to": "none", "dataloader_pin_memory": False, "disable_tqdm": True}
arguments = TrainingArguments("runs/01", **how_long, **silent, seed=0)


def trainer_for(model, rows, collator):
    """A Trainer that prints nothing."""
    trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=collator)
    trainer.remove_callback(PrinterCallback)
    return trainer


# %% [markdown]
# Where will they end, beside counted words?

# %%
predict("01.depth", "they end below counted words", "about as good as counted words", "above them")

# %%
frozen_layers = 4
set_seed(0)
model = AutoModelForSequenceClassification.from_pretrained(encoder.path(), num_labels=3)
start = process_time()
below = training.cache_lower_layers(model, tokenized, layers=frozen_layers)
with training.upper_layers_only(model, layers=frozen_layers):
    trainer_for(model, below["train"], training.pad_states).train()
seconds = process_time() - start

# %% tags=["banded"]
answers = trainer_for(model, None, DataCollatorWithPadding(tokenizer)).predict(tokenized["test"]).predictions.argmax(axis=-1)
tuned = f1_score(labels["test"], answers, average="macro")

print(f"counted words {counted:.2f}, frozen ≈{frozen:.2f}, top two layers trained ≈{tuned:.2f}")
print(f"seconds of computing: frozen ≈{frozen_seconds:.0f}, top two layers ≈{seconds:.0f}")
print("training beats the last layer frozen:", bool(tuned > last))

# %% [markdown]
# One run, one seed. The course's authors ran it with five, and trained all six layers as well. The seconds are those of one thread.

# %%
import json

import pandas as pd

from course_utils import content

longer = json.loads((content.HERE / "longer_runs" / "01_seeds.json").read_text(encoding="utf-8"))

seeds = pd.DataFrame(longer["macro_f1"]).T

print(longer["date"], "|", longer["command"])
seeds.assign(beats_counted_words=(seeds > counted).sum(axis=1).astype(str) + " of 5", seconds=pd.Series(longer["seconds"]))

# %% [markdown]
# Two trained layers lie on both sides of counted words, so one seed would have told you what it liked. Compare each row with the spread inside it, and then look at what the step costs. (Logistic regression does not start at random, so nothing in the first row is left to chance.)

# %% [markdown]
# ## 7. Other families, other heads
#
# "The head" is not the same in every family of encoders. We ask tiny models of six families, made from a configuration with random weights: is there a pooler in the encoder, which linear layers come on top, and how many of their numbers are new?

# %%
import transformers

small = {"vocab_size": 100, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "num_labels": 3}
configs = {
    "BERT": transformers.BertConfig(**small),
    "RoBERTa": transformers.RobertaConfig(**small),
    "DistilBERT": transformers.DistilBertConfig(vocab_size=100, dim=48, n_layers=2, n_heads=2, hidden_dim=64, num_labels=3),
    "DeBERTa-v2": transformers.DebertaV2Config(**small),
    "ELECTRA": transformers.ElectraConfig(**small, embedding_size=48),
    "Llama": transformers.LlamaConfig(**small),
}
tiny = {family: AutoModelForSequenceClassification.from_config(config).eval() for family, config in configs.items()}

# %% tags=["families"]
rows = {}
for family, model in tiny.items():
    inside = {id(part) for part in model.base_model.modules()}
    parts = [name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear) and id(part) not in inside]
    new = sum(weights.numel() for name, weights in model.named_parameters() if not name.startswith(model.base_model_prefix + "."))
    rows[family] = {"pooler in the encoder": getattr(model.base_model, "pooler", None) is not None, "layers on top of it": ", ".join(parts), "new": new}

pd.set_option("display.max_colwidth", None)
pd.DataFrame(rows).T

# %% [markdown]
# For three classes BERT adds 147 numbers, Llama 144, as it has no bias. The other four add 2,499: their encoders have no pooler, so what BERT's file brings along is *new* with them. What lies between the two layers, the table cannot show: `tanh` in RoBERTa, as in BERT, `relu` (the larger of 0 and x) in DistilBERT, and `gelu`, a smooth form of it, in DeBERTa-v2 and ELECTRA.

# %% [markdown]
# DeBERTa-v2's `pooler` belongs to its classifier. These five read the first state. Llama is a **decoder**: each piece sees itself and those before it, and only the last has seen the whole text. With padding, which one is the last? Exercise `01.decoder_token`: its place, counted from 0 at the left, for pads at the end or in front.

# %% tags=["solution"] exercise="01.decoder_token"
def last_piece(mask):
    """The place of the last 1 in each row of a mask of shape (texts, pieces): (texts,)."""
    places = torch.arange(mask.shape[1])
    return (mask * places).argmax(dim=1)


# %% tags=["stub"] exercise="01.decoder_token"
# def last_piece(mask):
#     """The place of the last 1 in each row of a mask of shape (texts, pieces): (texts,)."""
#     return ...

# %% tags=["decoder"]
last_piece = check("01.decoder_token", last_piece).version
llama = tiny["Llama"]
llama.config.pad_token_id = 0
ids = torch.tensor([[5, 6, 7, 0, 0], [5, 6, 7, 8, 9]])

with torch.no_grad():
    hidden = llama.model(input_ids=ids, attention_mask=(ids > 0).long()).last_hidden_state
    by_hand = llama.score(hidden[torch.arange(2), last_piece((ids > 0).long())])
    theirs = llama(input_ids=ids, attention_mask=(ids > 0).long()).logits

print("the library's logits:", torch.allclose(by_hand, theirs, atol=1e-5))

# %% [markdown]
# To find the place, the library did not look at our mask: it takes the last number that is not `pad_token_id`. With many decoders one token serves as pad and as the text's end. Do we and the library still read the same place?

# %% tags=["decoder-end"]
ended, mask = torch.tensor([[5, 6, 7, 0, 0]]), torch.tensor([[1, 1, 1, 1, 0]])  # the first 0 ends the text, the second is filling
with torch.no_grad():
    hidden = llama.model(input_ids=ended, attention_mask=mask).last_hidden_state
    at_the_end = llama.score(hidden[:, last_piece(mask)[0]])
    theirs = llama(input_ids=ended, attention_mask=mask).logits

print("the library reads the text's end:", torch.allclose(at_the_end, theirs, atol=1e-5))

# %% [markdown]
# It passed over the real end, without a word. That need not hurt, if training did the same; it does if training and use differ. A pad token of its own avoids it.

# %% [markdown]
# ## 8. The picture, from the model itself
#
# Drawn from the parts of the classifier in memory, BERT's head for our three classes.

# %%
from course_utils import plots

plots.head(classifier, classes=["negative", "neutral", "positive"])

# %% [markdown]
# And with your own sentence: which pooling, how many classes, and a head with BERT's pooler or without? Its weights are random here.

# %%
from course_utils import explore

explore("01.head", body=body, tokenizer=tokenizer)

# %% [markdown]
# ## When it breaks
#
# `breaks` shows the type and first line of an error that we expect. First, a number that the vocabulary does not have, as when the tokenizer comes from a model with a larger one. (From a model with a smaller one nothing breaks, and the answers are nonsense.) Second, a text of 600 pieces, where the embeddings have 512 places:

# %% tags=["breaks-ids"]
from course_utils import breaks

with breaks(IndexError):
    body(input_ids=torch.tensor([[101, 40_000, 102]]))  # 101 is [CLS], 102 is [SEP]
with breaks(RuntimeError):
    body(input_ids=torch.ones(1, 600, dtype=torch.long))

# %% [markdown]
# Load tokenizer and model from one place; cut texts with `truncation=True`. Next, a vector of another encoder's size, BERT-base's 768; and a call that forgot its inputs:

# %% tags=["breaks-shapes"]
with breaks(RuntimeError):
    head(torch.zeros(1, 768))
with breaks(ValueError):
    body()

# %% [markdown]
# `mat1 and mat2` are vectors and weights; the 768 and the 384 would have to agree. The second message comes when the inputs were not handed over, or under another name: `body(**inputs)`, with the two stars. Last, two texts at once for a decoder that does not know which number is padding:

# %% tags=["breaks-pad"]
decoder = tiny["Llama"]
decoder.config.pad_token_id = None
with breaks(ValueError):
    decoder(input_ids=torch.tensor([[5, 6, 7, 0], [5, 6, 7, 8]]))

# %% [markdown]
# Many decoders come without a pad token. Most people give the tokenizer the one that ends a text (`tokenizer.pad_token = tokenizer.eos_token`), with the drawback that section 7 showed, and tell the model: `model.config.pad_token_id = tokenizer.pad_token_id`.

# %% [markdown]
# ## The reply to the ticket
#
# We answer for three classes, and for moods.

# %% tags=["banded"]
copy = sum(weights.numel() for weights in classifier.parameters()) * 4 / 1e6  # each weight takes 4 bytes
whole = np.mean(list(longer["macro_f1"]["all six layers"].values()))

print(f"A head adds {384 * 3 + 3:,} numbers; five encoders of their own are {5 * copy:.0f} MB, so one machine holds either.")
print("What differs is work: for moods, topics, names and fraud a text goes through a shared encoder once, else four times. A pair needs a pass of its own.")
print(f"For moods, counted words alone give {counted:.2f}. A shared encoder gives ≈{frozen:.2f}, if the head may read a layer below the last; one of its own gives {whole:.2f}.")
print("We measure the other four before we decide. An encoder of its own beats the shared one on moods:", bool(whole > frozen))

# %% [markdown]
# ## Check yourself
#
# Each choice has its own reply, so it pays to click the wrong ones as well.

# %%
from course_utils import quiz

quiz("01")

# %% [markdown]
# **What you take along**
#
# - Pieces, states, one vector, logits: (1, 27), (1, 27, 384), (1, 384), (1, 3).
# - Pooling runs over real pieces only. Fill a text up, and see whether the answer moves.
# - To lie in the file, to be new, and to have learned are three things.
# - The same text, two answers: look for train mode.
# - A frozen encoder is cheap to share. Try its layers, and put counted words beside them.

# %% [markdown]
# **Where to go next**: [lesson 02](02_single_label.ipynb) trains such a classifier in full and judges it.

