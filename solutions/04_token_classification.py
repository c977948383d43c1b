# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A label for every word
#
# > **Ticket, from compliance at Zenvy.** "Before we work with anyone, we read the news about them. Give us each person and each organisation that a news item names, by its position in the text, so that our system can look them up. 'Quintanilla' where the item says 'Itzel Quintanilla' finds the wrong people: half a name is worthless."
#
# Zenvy is the small marketplace of this course, with its own payment app. We made it up, and you are its only machine-learning person.

# %% [markdown]
# **When you are done**, you can
#
# - put the labels of words on the pieces that a model reads, each in its place;
# - take a model's answers back to words, entities and positions;
# - score entities by hand, and say what a library counts;
# - choose between ways of labelling for a reason, and see when there is none;
# - read a table of errors.
#
# **Before you start** you should have done lesson 02: its tokenizer, collator, `Trainer` and F1 come back here.

# %% [markdown]
# **Time**: the core, sections 1 to 9 with the reply and the quiz, takes about 90 minutes to read, predict and run, its exercises another half hour. Section 10, *Going further* and *When it breaks* can wait. The notebook runs in about four minutes on a laptop.
#
# Of the functions that you write, only the first lines are given now. Where you leave a `...`, the lesson goes on with the course's version. `hint("04.align")` gives one of three hints each time, `solution("04.align")` shows ours.

# %% [markdown]
# Five of the six boxes have changed since lesson 02. The loss is as it was.
#
# | labels | tokens | collator | head | loss | read-out and metric |
# | --- | --- | --- | --- | --- | --- |
# | CHANGED: one whole number for each piece | CHANGED: words cut into pieces, and the word of each | CHANGED: pads texts and labels | CHANGED: one output for each class *and piece* | cross-entropy | CHANGED: one answer a word, entity F1 |

# %% [markdown]
# Three questions from earlier lessons first, those that you missed before others.

# %%
from course_utils import quiz

quiz("04.opener")

# %% [markdown]
# And two minutes from memory, without looking it up. A text names 8 people. A model marks 6 places as people, and 3 of them are right. Exercise `04.memory`: what is its **F1**? In lesson 02 you read it off a row and a column. Write it as a sum to compute, such as `2 / 3`.

# %% tags=["solution"] exercise="04.memory"
from course_utils import check, hint, solution

_ = check("04.memory", 2 * 3 / (8 + 6))

# %% tags=["stub"] exercise="04.memory"
# from course_utils import check, hint, solution
#
# _ = check("04.memory", ...)

# %% [markdown]
# Precision is 3 of 6, recall is 3 of 8, and F1 lies between the two.

# %% [markdown]
# ## 1. Words have labels, models read pieces
#
# The briefs are short news items, written for this course. Each is stored as a text and as its words, `tokens`, with a number in `ner_tags` for each word. NER means named entity recognition: finding the names, and saying of what.

# %%
from course_utils import data

briefs = data.load("briefs", task="entities")
train, validation, test = briefs["train"], briefs["validation"], briefs["test"]
names = train.features["ner_tags"].feature.names

print({split: len(rows) for split, rows in briefs.items()})
print(names)

# %% [markdown]
# PER are persons, ORG organisations, LOC places; MISC is the rest: nationalities, prizes, works, products. `B-` begins a name, `I-` goes on inside it, and `O` is outside of all. Together that is called **BIO**. Here is the first brief, its names only:

# %%
first = train[0]

print(first["text"])
print([(word, names[tag]) for word, tag in zip(first["tokens"], first["ner_tags"]) if tag])

# %% [markdown]
# Our message from earlier lessons has three names as well. We cut it into words and punctuation, and label each. `is_split_into_words=True` tells the tokenizer that it gets words and not a text. The figure shows what it makes of them.

# %%
import re

from course_utils import encoder, plots

message = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."
words = re.findall(r"\w+|[^\w\s]", message)
tags = [{"Kraków": "B-LOC", "Zenvy": "B-ORG", "Okafor": "B-PER"}.get(word, "O") for word in words]
tokenizer = encoder.tokenizer()
encoding = tokenizer(words, is_split_into_words=True)
pieces = tokenizer.convert_ids_to_tokens(encoding["input_ids"])

plots.lattice(words, pieces, encoding.word_ids())

# %% [markdown]
# There are 22 words with a label each, and 27 pieces that want one. `Zenvy` became two, `Okafor` three, and `[CLS]` and `[SEP]` belong to no word. Code that closes this gap a little wrong runs without an error, and only the score is lower than it could be.

# %% [markdown]
# ## 2. What splits
#
# The textbook that this course follows says that `Mountain` and `Washington` are split. Which of these four are, in our vocabulary?

# %%
from course_utils import predict

predict("04.splits", "Washington", "Kraków", "refund", "Lisbon")

# %% tags=["what-splits"]
twelve = "Washington Mountain Kraków Lisbon refund voucher payout Okafor Huawei Kowalczyk Srinivasan US".split()

for word in twelve:
    print(f"{word:11}", *tokenizer.tokenize(word))

# %% [markdown]
# Names split when they are rare where the vocabulary was made, and so do ordinary words of our trade: `refund`, `voucher`, `payout`.
#
# This tokenizer drops case and accents. Are `US` and `us` two things to the model, or one?

# %% tags=["uncased"]
for one, other in (("US", "us"), ("Polish", "polish"), ("Zoë", "zoe")):
    print(one, other, "the same numbers:", tokenizer(one)["input_ids"] == tokenizer(other)["input_ids"])

# %% [markdown]
# One. Capitals are a good sign of names in English, and this encoder cannot see them; it has to tell by the word itself and the words around. A *cased* encoder keeps them, and often finds more names in clean text. In messages typed in lower case it loses that advantage.
#
# How many of our names are touched by splitting?

# %%
in_names = [word for row in train for word, tag in zip(row["tokens"], row["ner_tags"]) if tag]
outside = [word for row in train for word, tag in zip(row["tokens"], row["ner_tags"]) if not tag]


def share_split(some):
    """The share of words that have more than one piece."""
    return sum(len(tokenizer.tokenize(word)) > 1 for word in some) / len(some)


print(f"in names {share_split(in_names):.0%} of {len(in_names)} words, outside {share_split(outside):.0%} of {len(outside)}")

# %% [markdown]
# So what you do about split words decides about the very words that compliance asks for.

# %% [markdown]
# ## 3. Every label in its place
#
# The tokenizer knows which word each piece came from, and `word_ids()` tells.

# %%
word_ids = encoding.word_ids()

for piece, word in list(zip(pieces, word_ids))[:8]:
    print(f"{piece:8} {word}")

# %% [markdown]
# `None` marks `[CLS]`, `[SEP]` and, in a batch, filling: the `[PAD]` that makes texts equally long. Words are counted from 0. Two pieces with the same number are one word.
#
# A place that should not count in training gets the label **-100**: PyTorch's cross-entropy passes over it. The commonest rule is this: the first piece of a word gets the word's label, and everything else gets -100. How many of the 27 places then carry a label that counts?

# %%
predict("04.counted", "27", "25", "22", "3")

# %%
is_special = [word is None for word in word_ids]
is_further = [word is not None and word == before for before, word in zip([None, *word_ids], word_ids)]
is_first = [not special and not further for special, further in zip(is_special, is_further)]

print(sum(is_first), "first pieces, a label each")
print(sum(is_further), "further pieces, -100:", [piece for piece, further in zip(pieces, is_further) if further])
print(sum(is_special), "specials, -100;", sum(is_first) + sum(is_further) + sum(is_special), "places in all")

# %% [markdown]
# Does the loss really pass over the places with -100? Two places, the second with -100:

# %% tags=["ignored"]
import torch
from torch.nn.functional import cross_entropy

logits = torch.tensor([[2.0, 0.0], [-5.0, 5.0]])

print("with -100:", cross_entropy(logits, torch.tensor([0, -100])).item() == cross_entropy(logits[:1], torch.tensor([0])).item())
print("all -100:", cross_entropy(logits, torch.tensor([-100, -100])).item())

# %% [markdown]
# The mean is taken over the places that count. Where none counts it divides by zero, and the loss is `nan`, not a number. That takes a whole batch without a label.
#
# Exercise `04.align`: from the word of each piece and a label for each word to a label for each piece. The text may have been cut, and then there are more labels than words that are left; and some words, as you will see, have no piece at all.

# %% tags=["solution"] exercise="04.align"
def align(word_ids, labels):
    """The label of each piece: its word's on the first piece of a word, -100 everywhere else.

    word_ids: the word of each piece, None for specials and filling. labels: one for each word.
    """
    aligned, before = [], None
    for word in word_ids:
        is_first = word is not None and word != before
        aligned.append(labels[word] if is_first else -100)
        before = word
    return aligned


# %% tags=["stub"] exercise="04.align"
# def align(word_ids, labels):
#     """The label of each piece: its word's on the first piece of a word, -100 everywhere else.
#
#     word_ids: the word of each piece, None for specials and filling. labels: one for each word.
#     """
#     aligned = []
#     for word in word_ids:
#         aligned.append(...)
#     return aligned

# %%
align = check("04.align", align).version
label2id = {name: number for number, name in enumerate(names)}
specimen_labels = [label2id[tag] for tag in tags]

print(align(word_ids, specimen_labels))

# %% [markdown]
# Each label went where `word_ids` said. It is tempting to walk through both lists side by side instead, and to take the next label whenever a new word begins. Here are five words; which of them have no piece?

# %%
odd = ["Zenvy", "", "\u200b", "❤️", "Okafor"]  # the third is a space without width, as copied web pages have them

predict("04.vanished", "none: each word has one at least", "the second", "the second and the third")

# %% tags=["vanished"]
odd_encoding = tokenizer(odd, is_split_into_words=True)

print(list(zip(tokenizer.convert_ids_to_tokens(odd_encoding["input_ids"]), odd_encoding.word_ids())))

# %% [markdown]
# Words 1 and 2 have no piece. Code that takes the next label would give `Okafor` the wrong one.
#
# Our package does this for batches, inside `map`. We keep `encoded`, because the data set does not store which word a piece came from.

# %%
from course_utils import labels


def prepare(rows):
    """The tokenizer's columns for a batch of rows, and `labels` that fit them."""
    encoding = tokenizer(rows["tokens"], is_split_into_words=True, truncation=True)
    encoding["labels"] = labels.align_labels(encoding, rows["ner_tags"], "first")
    return encoding


tokenized = briefs.map(prepare, batched=True, remove_columns=train.column_names)
encoded = {split: tokenizer(list(rows["tokens"]), is_split_into_words=True, truncation=True) for split, rows in briefs.items()}

print(tokenized["train"])
print("ours is yours:", tokenized["train"][0]["labels"] == align(encoded["train"].word_ids(0), first["ner_tags"]))

# %% [markdown]
# A batch has to form a table, so the **collator** has to fill up the labels as well as the pieces, and with -100, or the model would learn that filling is a class. `DataCollatorForTokenClassification` does both.

# %%
from transformers import DataCollatorForTokenClassification

collator = DataCollatorForTokenClassification(tokenizer)
batch = collator([tokenized["train"][number] for number in range(4)])

print(batch["input_ids"].shape, batch["labels"].shape, "(texts, pieces of the longest)")
print("labels that count:", (batch["labels"] != -100).sum(dim=1).tolist(), "| words:", [len(row["tokens"]) for row in train.select(range(4))])

# %% [markdown]
# As many labels as words in each text: that is the test to run on your own data. One thing it would also catch is a cut. `truncation=True` cuts at 512 pieces, which no brief has. Many recipes say `max_length=128`; a text of 300 words then loses more than half of its labels.

# %% tags=["cut"]
long_text = tokenizer([["Okafor"] * 300], is_split_into_words=True, truncation=True, max_length=128)
left = labels.align_labels(long_text, [[1] * 300])[0]

print(sum(label != -100 for label in left), "of 300 words are left")

# %% [markdown]
# No message. What is cut is neither learned nor, in most code, scored: a name behind the cut is not counted as missed. So recall looks better than it would with the cut words scored as `O`. Section 6 reads words back in a way that names those that were cut.

# %% [markdown]
# ## 4. Three ways to label the rest of a word
#
# -100 on further pieces is one choice. `copy` repeats the word's label, so `Okafor` would begin three persons. `inside` goes on instead: after `B-PER` comes `I-PER`. Textbooks mix up the last two.
#
# Exercise `04.continue_tag`: the number of the label for further pieces. The names may stand in any order, and a type may have a hyphen in it.

# %% tags=["solution"] exercise="04.continue_tag"
def continue_tag(label, names):
    """The number of the label for a word's further pieces: I- of the same type after B-, otherwise the label itself."""
    name = names[label]
    return names.index("I-" + name[2:]) if name.startswith("B-") else label


# %% tags=["stub"] exercise="04.continue_tag"
# def continue_tag(label, names):
#     """The number of the label for a word's further pieces: I- of the same type after B-, otherwise the label itself."""
#     return ...

# %% tags=["three-ways"]
continue_tag = check("04.continue_tag", continue_tag).version
part = slice(14, 21)
rows = {
    strategy: labels.align_labels(tokenizer([words], is_split_into_words=True), [specimen_labels], strategy, names)[0][part]
    for strategy in labels.STRATEGIES
}

plots.tags(pieces[part], {name: [names[label] if label != -100 else "-100" for label in row] for name, row in rows.items()})

# %% [markdown]
# With `first` the model is asked once for each word. With the others it is asked once for each piece, so a long name counts more than a short one. With `inside` it has to know whether a piece is the first of its word.
#
# How many labels does each give us to train on?

# %%
for strategy in labels.STRATEGIES:
    given = labels.align_labels(encoded["train"], list(train["ner_tags"]), strategy, names)
    counted = [label for row in given for label in row if label != -100]
    print(f"{strategy:7} {len(counted)} labels, {sum(label > 0 for label in counted) / len(counted):.1%} of them in names")

# %% [markdown]
# Which is best? Section 7 measures it, and first we need a way to score.

# %% [markdown]
# ## 5. What counts as found
#
# Compliance wants whole names. So we compare **spans**: start, end and type of each entity. A span counts as found when all three are right, and otherwise it is a miss, and what was said in its place a false alarm.

# %%
sentence = "Governor Itzel Quintanilla met the Port Authority and Zenvy in Novi Sad .".split()
truth = ["O", "B-PER", "I-PER", "O", "O", "B-ORG", "I-ORG", "O", "B-ORG", "O", "B-LOC", "I-LOC", "O"]
said = ["O", "O", "B-PER", "O", "O", "B-LOC", "I-LOC", "O", "O", "O", "B-LOC", "I-LOC", "O"]

plots.tags(sentence, {"truth": truth, "said": said})

# %% [markdown]
# The model got half of the person, gave the authority the wrong type, missed Zenvy and found the town. 8 of 13 words have the right label. What is F1 over entities?

# %%
predict("04.by_hand", "8 of 13, about 0.62", "about 0.57: half a point for half a name", "about 0.29")

# %% tags=["by-hand"]
wanted, found = set(labels.spans_of(truth)), set(labels.spans_of(said))

print("in the text:", sorted(wanted))
print("said:       ", sorted(found))
print("right:", wanted & found, "F1:", round(2 * len(wanted & found) / (len(wanted) + len(found)), 2))

# %% [markdown]
# One of four is right and two of three marks are false: 2 · 1 / (4 + 3). The half name cost a miss *and* a false alarm.
#
# Exercise `04.spans`: write what we called. Spans are (start, end, type), the end is not included, as in a slice. Models also say things that are no BIO, such as `I-ORG` after `O`: repair it, by treating an `I-` that continues no entity of its type as `B-`.

# %% tags=["solution"] exercise="04.spans"
def spans(tags):
    """The entities of BIO tags as (start, end, type); an I- that continues nothing begins an entity."""
    found = []
    for place, tag in enumerate(tags):
        kind = tag[2:]
        if tag.startswith("I-") and found and found[-1][1:] == (place, kind):
            found[-1] = (found[-1][0], place + 1, kind)
        elif tag != "O":
            found.append((place, place + 1, kind))
    return found


# %% tags=["stub"] exercise="04.spans"
# def spans(tags):
#     """The entities of BIO tags as (start, end, type); an I- that continues nothing begins an entity."""
#     found = []
#     for place, tag in enumerate(tags):
#         found.append(...)
#     return found

# %%
spans = check("04.spans", spans).version

print(spans(["O", "I-ORG", "I-ORG", "B-ORG", "I-PER", "O"]))

# %% [markdown]
# The library that papers use is `seqeval`. It takes names, not numbers, a list for each text. By default it repairs as you did. In *strict* mode with `scheme=IOB2`, seqeval's name for our BIO, an entity that does not begin with `B-` is none. The same answer in both modes:

# %% tags=["two-modes"]
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

print("by hand and seqeval:", round(labels.entity_f1([truth], [said]), 2), round(f1_score([truth], [said]), 2))

for mode, score in (("default", f1_score([["B-PER", "I-PER"]], [["I-PER", "I-PER"]])),
                    ("strict ", f1_score([["B-PER", "I-PER"]], [["I-PER", "I-PER"]], mode="strict", scheme=IOB2))):
    print(mode, score)

# %% [markdown]
# 1.0 against 0.0, for one prediction. Say which mode you report. Older files, such as the original ones of CoNLL-2003, a well-known set, are in IOB1, where an entity begins with `I-` unless it touches another of its type. The repair turns those into our BIO; strict mode would not see most of them as entities.
#
# Exercise `04.entity_f1`, before you run anything: the F1 of these four sentences together.

# %%
four_true = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG", "I-ORG", "O"], ["B-PER", "O", "O", "O"], ["O", "O", "B-LOC", "O"]]
four_said = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "O", "B-ORG", "O"], ["B-ORG", "O", "O", "O"], ["O", "O", "O", "O"]]

for number in range(4):
    print(f"truth {four_true[number]}\nsaid  {four_said[number]}\n")

# %% [markdown]
# Choose from `"0.29"`, `"0.44"`, `"0.50"`, `"0.67"` and `"0.75"`.

# %% tags=["solution"] exercise="04.entity_f1"
_ = check("04.entity_f1", {"F1 over entities": "0.44"})

# %% tags=["stub"] exercise="04.entity_f1"
# _ = check("04.entity_f1", {"F1 over entities": ...})

# %%
print(round(f1_score(four_true, four_said), 2))

# %% [markdown]
# A colleague reports 0.97 for a model of his on such texts, "nearly perfect". This is how he scored it, and below it stands what he said for one text. Exercise `04.flattering_score`: what makes the score so high, what would prove it, and what should he report?

# %%
def colleagues_score(truth, said):
    """The share of words whose label is right."""
    pairs = [pair for one, other in zip(truth, said) for pair in zip(one, other)]
    return sum(true == called for true, called in pairs) / len(pairs)


his_truth = [["O"] * 60 + ["B-PER", "I-PER", "O", "O", "O"]]
his_answer = [["O"] * 60 + ["O", "B-PER", "O", "O", "O"]]

print(round(colleagues_score(his_truth, his_answer), 2), "and F1 over entities:", labels.entity_f1(his_truth, his_answer))

# %% [markdown]
# Choose from `"words outside names count, and most are"`, `"the test is too small"`, `"train on more data"`, `"score answers that are all O"`, `"F1 over entities"` and `"the same score without the easy texts"`.

# %% tags=["solution"] exercise="04.flattering_score"
diagnosis = {
    "what makes it high": "words outside names count, and most are",
    "what would prove it": "score answers that are all O",
    "what to report": "F1 over entities",
}

_ = check("04.flattering_score", diagnosis)

# %% tags=["stub"] exercise="04.flattering_score"
# diagnosis = {
#     "what makes it high": ...,
#     "what would prove it": ...,
#     "what to report": ...,
# }
#
# _ = check("04.flattering_score", diagnosis)

# %% tags=["all-o"]
truths = {split: [[names[tag] for tag in row] for row in rows["ner_tags"]] for split, rows in briefs.items()}
nothing = [["O"] * len(row) for row in truths["test"]]

print("all O, share of right words:", round(colleagues_score(truths["test"], nothing), 2))
print("all O, F1 over entities:", labels.entity_f1(truths["test"], nothing))

# %% [markdown]
# The model that finds no name at all has nine words in ten right. Whatever is said about names in such a score happens in the last tenth.

# %% [markdown]
# ## 6. A list of names, then a model
#
# The baseline needs no model: collect every name of the training texts, and mark them wherever they stand, the longest first. Such a list is called a **gazetteer**.

# %%
known = {}
for row, row_tags in zip(train, truths["train"]):
    for start, end, kind in labels.spans_of(row_tags):
        known[tuple(row["tokens"][start:end])] = kind

print(len(known), "names, such as", *[" ".join(name) for name in list(known)[:3]], sep=" | ")

# %%
def look_up(words):
    """BIO tags for the longest known names that stand in the words."""
    found, place = ["O"] * len(words), 0
    while place < len(words):
        ends = (end for end in range(min(place + 8, len(words)), place, -1) if tuple(words[place:end]) in known)
        end = next(ends, place)
        for inside in range(place, end):
            found[inside] = ("B-" if inside == place else "I-") + known[tuple(words[place:end])]
        place = max(end, place + 1)
    return found


# %% [markdown]
# What F1 will a list reach on the test split?

# %%
predict("04.gazetteer", "about 0.3", "about 0.5", "about 0.8")

# %% tags=["gazetteer"]
listed = [look_up(words) for words in test["tokens"]]
results = {"all O": 0.0, "list of names": labels.entity_f1(truths["test"], listed)}
on_list = [
    tuple(words[start:end]) in known
    for words, row_tags in zip(test["tokens"], truths["test"])
    for start, end, kind in labels.spans_of(row_tags)
]

print(sum(on_list), "of", len(on_list), "names of the test are on the list")
print({name: round(score, 2) for name, score in results.items()})

# %% [markdown]
# Names come back in the news. But a list cannot find a new one, and it knows no context: a word on it is marked wherever it stands, whatever it means there.
#
# Now the model. `AutoModelForTokenClassification` puts one linear layer on *each* piece's last state, the vector that the encoder gives for it. There is no pooler, the layer on the state of `[CLS]` which the head of lesson 02 used.

# %%
from transformers import AutoModelForTokenClassification, set_seed

set_seed(0)
id2label = dict(enumerate(names))
model = AutoModelForTokenClassification.from_pretrained(encoder.path(), id2label=id2label, label2id=label2id)
with torch.no_grad():
    logits = model(**tokenizer([words], is_split_into_words=True, return_tensors="pt")).logits

print(logits.shape, "(texts, pieces, labels)")
print("new numbers:", sum(weights.numel() for weights in model.classifier.parameters()), "| pooler:", getattr(model.base_model, "pooler", None))

# %% [markdown]
# After each epoch we want entity F1. `Trainer` passes logits and labels, padded with -100. With `first`, each place that is not -100 is one word, so we read there. It works because no brief is cut; a cut text would lose its last words unnoticed.

# %%
def entity_f1(evaluation):
    """F1 over entities of a Trainer's evaluation, read at the places that have a label."""
    answers, given = evaluation.predictions.argmax(axis=-1), evaluation.label_ids
    said = [[names[label] for label in row[mask]] for row, mask in zip(answers, given != -100)]
    truth = [[names[label] for label in row[mask]] for row, mask in zip(given, given != -100)]
    return {"entity_f1": labels.entity_f1(truth, said)}


# %% [markdown]
# The rest you know from lesson 02: the lowest three layers are frozen and read every text once, and the upper three train on what they kept. The states are kept for each piece, so they serve here as well.

# %%
from transformers import Trainer, TrainingArguments

from course_utils import training

how_long = {"num_train_epochs": 5, "per_device_train_batch_size": 8, "learning_rate": 5e-4, "warmup_steps": 0.1}
quiet = {"save_strategy": "no", "report_to": "none", "dataloader_pin_memory": False}
arguments = TrainingArguments("runs/04", **how_long, **quiet, eval_strategy="epoch", logging_strategy="epoch", seed=0)
cached = training.cache_lower_layers(model, tokenized, layers=3)

print(cached["train"])
print("the list, on validation:", round(labels.entity_f1(truths["validation"], [look_up(words) for words in validation["tokens"]]), 2))

# %% [markdown]
# That is the list's figure on the texts by which we follow the training. After which of the five epochs will the model have passed it?

# %%
predict("04.curve", "the first", "the second or third", "later, or never")

# %% tags=["nbval-ignore-output"] reason="the log of a training run: times, and losses that differ between machines"
with training.upper_layers_only(model, layers=3):
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=cached["train"],
        eval_dataset=cached["validation"],
        data_collator=training.pad_states,
        processing_class=tokenizer,
        compute_metrics=entity_f1,
    )
    trainer.train()

# %% [markdown]
# It begins below the list: with nine `O` in ten words, saying `O` is a good start for the loss, and names are learned late. The last epoch changes little.
#
# We ask the whole model for its logits on the test split.

# %% tags=["nbval-ignore-output"] reason="the progress bar of an evaluation"
trainer.data_collator = collator
logits = trainer.predict(tokenized["test"]).predictions

# %% [markdown]
# Exercise `04.read_back`: the way back. From a label for each piece to a label for each word, taken at its first piece; `None` for a word that has no piece left; and the places of those words, so that nobody forgets them.

# %% tags=["solution"] exercise="04.read_back"
def read_back(word_ids, answers, count):
    """The label of each of `count` words, at its first piece, and the places of words without any: (list, list).

    word_ids and answers: for each piece its word, None for specials and filling, and the model's answer.
    """
    at_first = {}
    for word, answer in zip(word_ids, answers):
        if word is not None and word not in at_first:
            at_first[word] = answer
    return [at_first.get(word) for word in range(count)], [word for word in range(count) if word not in at_first]


# %% tags=["stub"] exercise="04.read_back"
# def read_back(word_ids, answers, count):
#     """The label of each of `count` words, at its first piece, and the places of words without any: (list, list).
#
#     word_ids and answers: for each piece its word, None for specials and filling, and the model's answer.
#     """
#     at_first = {}
#     for word, answer in zip(word_ids, answers):
#         ...
#     return ..., ...

# %% tags=["read-back"]
read_back = check("04.read_back", read_back).version
counts = [len(words) for words in test["tokens"]]
read = labels.read_words(encoded["test"], logits, counts)

print("ours is yours:", read[0].labels == read_back(encoded["test"].word_ids(0), logits[0].argmax(axis=-1).tolist(), counts[0])[0])
print("words cut:", sum(len(words.cut) for words in read), "| words without a piece:", sum(len(words.without_piece) for words in read))

# %% [markdown]
# A lost word gets `O`: if a name stood there, it is a miss and is counted.

# %% tags=["table", "banded"]
answers = [[names[label] if label is not None else "O" for label in words.labels] for words in read]
results["fine-tuned"] = labels.entity_f1(truths["test"], answers)

for name, score in results.items():
    print(f"{name:15} ≈{score:.2f}")
print("fine-tuned beats the list of names:", results["fine-tuned"] > results["list of names"])

# %% [markdown]
# ## 7. One model, four rulers
#
# The model is fixed now, and so are its answers. We read them in four ways: at each word's first piece; by the majority of a word's pieces; with every piece as if it were a word; and as the share of right words. Which of these four *rulers*, as we call them, gives the lowest figure?

# %%
predict("04.rulers", "first piece", "majority of pieces", "every piece", "share of right words")

# %%
from collections import Counter

by_majority, every_piece, every_truth = [], [], []
inside = labels.align_labels(encoded["test"], list(test["ner_tags"]), "inside", names)
for number, count in enumerate(counts):
    of_piece = logits[number].argmax(axis=-1).tolist()
    ids = encoded["test"].word_ids(number)
    votes = [Counter(answer for word, answer in zip(ids, of_piece) if word == which) for which in range(count)]
    by_majority.append([names[vote.most_common(1)[0][0]] if vote else "O" for vote in votes])
    every_piece.append([names[answer] for word, answer in zip(ids, of_piece) if word is not None])
    every_truth.append([names[label] for label in inside[number] if label != -100])

# %% tags=["rulers", "banded"]
rulers = {
    "first piece": results["fine-tuned"],
    "majority of pieces": labels.entity_f1(truths["test"], by_majority),
    "every piece": labels.entity_f1(every_truth, every_piece),
    "share of right words": colleagues_score(truths["test"], answers),
}

for name, score in rulers.items():
    print(f"{name:21} ≈{score:.2f}")
print("read at every piece it loses more than 0.1:", rulers["first piece"] - rulers["every piece"] > 0.1)

# %% [markdown]
# The further pieces were never trained, so what the model says about them means little, and two of the rulers listen to it. The last one counts all the `O`.
#
# A paper that gives one figure and not the ruler has told you little. And a comparison of two labelling strategies needs one ruler for both.

# %% [markdown]
# Now the choice that people argue about. Three strategies, trained alike, and read alike, at the first piece. To have time for several runs, only the top layer learns, for three epochs; the lower five are read once for all. Each strategy runs with two seeds, which change the head's random start and the order of the texts. How far will the three be apart?

# %%
predict("04.strategies", "by more than 0.1", "by less than two seeds of one are apart", "not at all")

# %%
untrained = encoder.classifier("token", id2label=id2label, label2id=label2id)
below = training.cache_lower_layers(untrained, tokenized, layers=5)

print(below["train"][0]["inputs_embeds"].shape, "(pieces, numbers) for the first text")

# %%
from transformers import PrinterCallback


def train_top(strategy, seed):
    """F1 over entities on the test split, read at first pieces, after training the top layer with labels by a strategy."""
    set_seed(seed)
    top = encoder.classifier("token", id2label=id2label, label2id=label2id)
    given = labels.align_labels(encoded["train"], list(train["ner_tags"]), strategy, names)
    rows = below["train"].remove_columns("labels").add_column("labels", given)
    shorter = {**how_long, "num_train_epochs": 3}
    settings = TrainingArguments("runs/04", **shorter, **quiet, logging_strategy="no", disable_tqdm=True, seed=seed)
    with training.upper_layers_only(top, layers=5):
        run = Trainer(model=top, args=settings, train_dataset=rows, data_collator=training.pad_states)
        run.remove_callback(PrinterCallback)
        run.train()
        found = labels.read_words(encoded["test"], run.predict(below["test"]).predictions, counts)
    return labels.entity_f1(truths["test"], [[names[label] for label in words.labels] for words in found])


# %% tags=["strategies", "banded"]
scores = {strategy: [train_top(strategy, seed) for seed in (0, 1)] for strategy in labels.STRATEGIES}

for strategy, found in scores.items():
    print(f"{strategy:7}", *[f"≈{score:.2f}" for score in found])
means = [sum(found) / 2 for found in scores.values()]
print("the means of the three lie within 0.05:", max(means) - min(means) < 0.05)

# %% [markdown]
# Read the rows before the means. Two seeds of one strategy may be as far apart as two strategies are, and then this cell cannot rank them. Where one is ahead with every seed its lead may be real, and it is still small. Whoever had run one seed of each would have had a winner.
#
# Here is a longer run: ten seeds each, all six layers trained.

# %% tags=["longer"]
import json

import pandas as pd

from course_utils import content

longer = json.loads((content.HERE / "longer_runs" / "04_strategies.json").read_text(encoding="utf-8"))
table = pd.DataFrame(longer["entity_f1"]).T

print(longer["date"], "|", longer["command"])
pd.DataFrame({"seeds": table.count(axis=1), "mean": table.mean(axis=1), "lowest": table.min(axis=1), "highest": table.max(axis=1)}).round(3)

# %% [markdown]
# Compare the distance between the means with the distance from lowest to highest in a row. Then compare both with what the ruler did to *one* model a moment ago. If you write down one thing in your next report, write where you read the answer out.

# %% [markdown]
# ## 8. What goes wrong
#
# One F1 says how much is wrong, and not what. `compare_spans` pairs what stands in the text with what was said: right, right place with the wrong type, the right type with the wrong boundary, both wrong, missed, and invented. Which will be the commonest error?

# %%
predict("04.errors", "type", "boundary", "missed", "invented")

# %% tags=["kinds", "banded"]
pairs = [labels.compare_spans(labels.spans_of(one), labels.spans_of(other)) for one, other in zip(truths["test"], answers)]
kinds = Counter(kind for row in pairs for kind, _, _ in row)
in_the_text = len(on_list)

print("of each kind, as a share of the", in_the_text, "names in the test:")
for kind in labels.KINDS:
    print(f"{kind:18} ≈{kinds[kind] / in_the_text:.2f}")
print("most names are right:", kinds["right"] > in_the_text / 2)

# %% [markdown]
# Wrong types may be a matter of the guideline, the rules by which people labelled: a country that acts, a club called by its town. Wrong boundaries often come from titles and articles. Missed and invented names ask for more, or more varied, texts.
#
# By type, and by whether the name stood in the training texts: where is a list as good as a model, and where is it useless?

# %% tags=["seen", "banded"]
def share_found(wanted, tagged):
    """The share of test names for which wanted(words, type) holds that the tagged texts have exactly."""
    hits = []
    for words, true, tags in zip(test["tokens"], truths["test"], tagged):
        found = labels.spans_of(tags)
        hits += [span in found for span in labels.spans_of(true) if wanted(tuple(words[span[0]:span[1]]), span[2])]
    return sum(hits) / len(hits)


groups = {kind: lambda words, of, kind=kind: of == kind for kind in ("PER", "ORG", "LOC", "MISC")}
groups |= {"seen": lambda words, of: words in known, "unseen": lambda words, of: words not in known}
shares = {name: (share_found(wanted, answers), share_found(wanted, listed)) for name, wanted in groups.items()}
for name, (by_model, by_list) in shares.items():
    print(f"{name:7} model ≈{by_model:.2f}, list {by_list:.2f}")
print("of unseen names the model finds more than half:", shares["unseen"][0] > 0.5)
print("it finds seen names more often than unseen ones:", shares["seen"][0] > shares["unseen"][0])

# %% [markdown]
# A list cannot find a name it has not seen, and news keeps bringing new ones. Two thirds of our test names are in the training texts, which favours lists and models that memorise. Ask for that share with any score.
#
# What does the model say that is not BIO, and what did the repair do?

# %% tags=["illegal", "banded"]
mended = [labels.repair(row) for row in answers]
illegal = sum(tag != better for row, other in zip(answers, mended) for tag, better in zip(row, other))
strict, strict_mended = (f1_score(truths["test"], tagged, mode="strict", scheme=IOB2) for tagged in (answers, mended))

print(f"an I- that continues nothing: ≈{illegal / in_the_text:.2f} for each name in the test")
print(f"default ≈{results['fine-tuned']:.2f}, strict ≈{strict:.2f}, strict after the repair ≈{strict_mended:.2f}")

# %% [markdown]
# The model labels each word on its own: nothing forces an `I-` to follow a `B-`. Strict mode throws those away, wrong ones and right ones, so it may come out higher or lower.
#
# Now look at one text, chosen by its id: as labelled, and as the model has it. Positions in the text come from `offsets`, the start and end of each word.

# %% tags=["nbval-ignore-output"] reason="what a trained model says about one text"
shown = list(test["id"]).index("briefs-003-03")
for tags_of_text in (truths["test"][shown], answers[shown]):
    plots.marked(test[shown]["text"], labels.to_characters(labels.spans_of(tags_of_text), test[shown]["offsets"]))

# %% [markdown]
# ## 9. From the notebook to plain text
#
# Compliance has texts, not words. `pipeline` loads the saved model, tokenizes, and gives start and end in characters. How it makes words of pieces is set by `aggregation_strategy`: `none`, `simple`, `first`, `average` or `max`. Our model was trained on first pieces only. With which strategy will it hand out half a name?

# %%
predict("04.aggregation", "none and simple", "first", "max", "with none of them")

# %% tags=["nbval-ignore-output"] reason="what a trained model says about one message"
from transformers import pipeline

trainer.save_model("runs/04/names")
taggers = {how: pipeline("token-classification", model="runs/04/names", aggregation_strategy=how) for how in ("none", "simple", "first", "max")}

for how, tagger in taggers.items():
    print(f"{how:7}", [(message[found["start"]:found["end"]], found.get("entity_group") or found["entity"]) for found in tagger(message)])

# %% [markdown]
# `none` gives pieces. `simple` joins pieces of one type, and where the untrained further pieces say something else, a word falls apart. `first` takes the first piece's answer for the whole word, as we did. `max` takes the piece that is surest, trained or not. `word` in the output is lower-cased: slice the text by `start` and `end`.
#
# How often on forty texts? An entity is torn where it begins or ends between two letters.

# %% tags=["torn", "banded"]
def torn(text, found):
    """Whether an entity begins or ends inside a word."""
    return any(0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum() for place in (found["start"], found["end"]))


forty = test["text"][:40]
tears = {how: sum(torn(text, found) for text, row in zip(forty, taggers[how](forty)) for found in row) for how in ("simple", "first", "max")}
for how, count in tears.items():
    print(f"{how:7} ≈{count:2d} torn")
print("simple tears words, first and max tear none:", tears["simple"] > 0 == tears["first"] == tears["max"])

# %% [markdown]
# Each of them is half a name, worthless to compliance. A model trained with `inside` can be read by `simple`; ours wants `first`. The way you read has to fit the way you trained, and no configuration file remembers it.

# %% [markdown]
# Write a sentence with names in brackets, `[Okafor|PER]`, and watch the pieces, the word of each, and the labels of each strategy. Shorten the length, and see words fall off.

# %%
from course_utils import explore

explore("04.align", tokenizer=tokenizer)

# %% [markdown]
# ## 10. The same strip for parts of speech
#
# Which words are nouns, verbs, names? 150 of the briefs have one of 17 tags for each word, the universal parts of speech (POS). No `O`, no spans: every word has a class, so here the share of right words is an honest ruler. The baseline gives each word the tag that it had most often in training, and `NOUN` to new ones.

# %% tags=["pos-baseline"]
pos = data.load("briefs", task="pos")
pos_names = pos["train"].features["pos_tags"].feature.names
seen_tags = {}
for row in pos["train"]:
    for word, tag in zip(row["tokens"], row["pos_tags"]):
        seen_tags.setdefault(word.lower(), Counter())[tag] += 1

noun = Counter({pos_names.index("NOUN"): 1})
right = [seen_tags.get(word.lower(), noun).most_common(1)[0][0] == tag for row in pos["test"] for word, tag in zip(row["tokens"], row["pos_tags"])]
pos_baseline = sum(right) / len(right)

print(len(pos_names), "tags;", len(right), "words in the test; right by habit:", round(pos_baseline, 2))

# %% [markdown]
# The code is that of section 6 with another column and other names; only the first three layers are frozen, as there.

# %%
def prepare_pos(rows):
    """As `prepare`, with the other column."""
    made = tokenizer(rows["tokens"], is_split_into_words=True)
    return {**made, "labels": labels.align_labels(made, rows["pos_tags"])}


pos_rows = pos.map(prepare_pos, batched=True)
pos_encoded = tokenizer(list(pos["test"]["tokens"]), is_split_into_words=True)

print(pos_rows["train"].num_rows, "texts to train on")

# %% tags=["pos", "banded"]
set_seed(0)
tagger = encoder.classifier("token", num_labels=len(pos_names))
pos_cached = training.cache_lower_layers(tagger, pos_rows, layers=3)
pos_settings = TrainingArguments("runs/04", **how_long, **quiet, logging_strategy="no", disable_tqdm=True, seed=0)
with training.upper_layers_only(tagger, layers=3):
    run = Trainer(model=tagger, args=pos_settings, train_dataset=pos_cached["train"], data_collator=training.pad_states)
    run.remove_callback(PrinterCallback)
    run.train()
    pos_logits = run.predict(pos_cached["test"]).predictions

pos_read = labels.read_words(pos_encoded, pos_logits, [len(words) for words in pos["test"]["tokens"]])
hits = [label == tag for words, row in zip(pos_read, pos["test"]) for label, tag in zip(words.labels, row["pos_tags"])]
print(f"right by habit {pos_baseline:.2f}, fine-tuned ≈{sum(hits) / len(hits):.2f}")
print("fine-tuned beats habit:", sum(hits) / len(hits) > pos_baseline)

# %% [markdown]
# ## Going further with texts that are too long
#
# The encoder reads 512 pieces. Here are forty briefs in one text. `labels.windows` cuts it between words into parts that overlap; each is read on its own, and a word counts in the part where it stands furthest from a cut. (The tokenizer's own `return_overflowing_tokens` may begin a part in the middle of a word; `align_labels` refuses that.)

# %%
long_words = [word for row in test.select(range(40)) for word in row["tokens"]]
long_truth = [tag for row in truths["test"][:40] for tag in row]
whole = tokenizer([long_words], is_split_into_words=True, verbose=False)
ranges = labels.windows(whole, size=126, stride=30)[0]

print(len(long_words), "words,", len(whole["input_ids"][0]), "pieces,", len(ranges), "windows, such as", ranges[:3])

# %%
def tag_texts(texts):
    """The `Words` of lists of words, cut at 512 pieces where they are longer."""
    encoding = tokenizer(texts, is_split_into_words=True, truncation=True, padding=True, return_tensors="pt")
    with torch.no_grad():
        logits = model.eval()(**encoding).logits
    return labels.read_words(encoding, logits, [len(words) for words in texts])


joined = labels.join_windows(ranges, tag_texts([long_words[start:end] for start, end in ranges]), len(long_words))
cut = tag_texts([long_words])[0]

print("cut off without windows:", len(cut.cut), "words")

# %% tags=["windows", "banded"]
by_windows, by_cut = ([["O" if label is None else names[label] for label in words.labels]] for words in (joined, cut))
score, cut_score = labels.entity_f1([long_truth], by_windows), labels.entity_f1([long_truth], by_cut)

print(f"in windows ≈{score:.2f}, cut at 512 ≈{cut_score:.2f}")
print("windows find more:", score > cut_score)

# %% [markdown]
# One more trap. The pipeline guesses which pieces continue a word: those whose length differs from the text they stand for. `##vy` for `vy` does. An accent can be stored as part of its letter (a form called NFC) or as a character of its own (NFD); they look the same. Which pieces count as continuations?

# %% tags=["decomposed"]
import unicodedata

for form in ("NFC", "NFD"):
    text = unicodedata.normalize(form, "in Kraków")
    pieces_of = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False)
    spelled = zip(tokenizer.convert_ids_to_tokens(pieces_of["input_ids"]), pieces_of["offset_mapping"])
    print(form, len(text), "characters:", [(piece, "continues" if len(piece) != end - start else "begins") for piece, (start, end) in spelled])

# %% [markdown]
# In the second form `krakow` passes for the rest of `in`, and gets the label of `in`. Bring texts to NFC, by `unicodedata.normalize("NFC", text)`, before you hand them to a pipeline with `first`, `average` or `max`. Our own code asks `word_ids` and does not care.

# %% [markdown]
# ## When it breaks
#
# `breaks` shows an expected error's type and first line. A collator that pads texts and leaves labels alone; and labels for words given to a model that has pieces:

# %% tags=["breaks-labels"]
from transformers import DataCollatorWithPadding

from course_utils import breaks

with breaks(ValueError):
    DataCollatorWithPadding(tokenizer)([{"input_ids": [101, 102], "labels": [0, 0]}, {"input_ids": [101, 7, 102], "labels": [0, 0, 0]}])
with breaks(ValueError):
    model(**tokenizer(words, is_split_into_words=True, return_tensors="pt"), labels=torch.tensor([specimen_labels]))

# %% [markdown]
# Take `DataCollatorForTokenClassification`, and align first. Next, a tokenizer written in Python, a *slow* one, here one that reads single characters. It keeps no record of words. The second message is that of our package:

# %% tags=["breaks-slow"]
from transformers import CanineTokenizer

slow = CanineTokenizer()(words, is_split_into_words=True)
with breaks(ValueError):
    slow.word_ids()
with breaks(labels.LabelError):
    labels.align_labels(slow, [specimen_labels])

# %% [markdown]
# `tokenizer.is_fast` tells before you start. The next is no error at all: a batch in which every label is -100, from empty texts or a wrong alignment. Its loss is printed as `nan`, not a number. Its gradient is zero, so the batch teaches nothing.

# %% tags=["breaks-nan"]
with torch.no_grad():
    lost = model(**tokenizer(["a"], return_tensors="pt"), labels=torch.full((1, 3), -100)).loss

print(lost)

# %% [markdown]
# Drop such texts, and count the labels that are not -100. Last, numbers for `seqeval`, which wants names:

# %% tags=["breaks-seqeval"]
with breaks(AttributeError):
    f1_score([[0, 1, 2]], [[0, 1, 2]])

# %% [markdown]
# ## The reply to the ticket
#
# Compliance asked for persons and organisations, whole, by position. So the reply counts those two types only, in characters.

# %% tags=["reply", "banded"]
def positions(tags_of_texts):
    """Persons and organisations of the test as (text, start, end, type), in characters."""
    return {
        (number, *span)
        for number, (row, tags) in enumerate(zip(test, tags_of_texts))
        for span in labels.to_characters(labels.spans_of(tags), row["offsets"])
        if span[2] in ("PER", "ORG")
    }


wanted, called = positions(truths["test"]), positions(answers)
whole_names = len(wanted & called)

print(f"In {len(test)} news items stand {len(wanted)} persons and organisations. Your list has ≈{100 * whole_names / len(wanted):2.0f} % of them, whole and in place.")
print(f"Of what it marks ≈{100 * whole_names / max(len(called), 1):2.0f} % is right; have somebody look at a mark before you act on it.")
print(f"Names that it never met are harder: it finds ≈{100 * shares['unseen'][0]:2.0f} % of those, of all four types.")
print("two in three are found, and two in three marks are right:", whole_names >= max(len(wanted), len(called)) * 2 / 3)

# %% [markdown]
# ## Check yourself
#
# Each choice has its own reply, so it pays to click the wrong ones as well.

# %%
quiz("04")

# %% [markdown]
# **What you take along**
#
# - Ask `word_ids` which word a piece belongs to, and never count.
# - As many labels that are not -100 as words: print both before you train.
# - Say where you read the answer out, and whether you score entities in default or strict mode.
# - A difference between strategies means something when it is larger than that between seeds.
# - Report unseen names apart: the seen ones a list can find.
#
# **Where to go next**: lesson 05 reads two texts at once.
