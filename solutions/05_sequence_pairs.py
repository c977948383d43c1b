# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Two texts at once
#
# > **Ticket, from the support desk at Zenvy.** "Most messages have an answer on one of our help pages. Find us the page. A wrong page costs a second message; no page costs a phone call."
#
# Zenvy is a small marketplace with its own payment app. We made it up, and you are the only machine-learning person there. A message and a page are two texts, and the answer depends on both.

# %% [markdown]
# **When you are done**, you can
#
# - draw the row that two texts become, and cut it without losing what matters;
# - find the baseline that embarrasses a model of pairs, and prove that a model reads both texts;
# - carry answers over between models that number their classes differently;
# - predict a score in place of a class;
# - say what a pair costs, and search in two stages;
# - tell by two curves why a fine-tuning did not pay.
#
# **Before you start** you should have done lessons 01 and 02: pieces, states, heads, `Trainer`, macro-F1.

# %% [markdown]
# **Time**: the core, sections 1 to 8 with the reply and the quiz, takes about 80 minutes to read, predict and run, and its six exercises another half hour. *When it breaks* and *Going further* can wait for another evening. The notebook itself runs in three and a half minutes on a laptop without a GPU.
#
# From here on an exercise is a **specification**: a sentence that says what the function has to do, and a cell that tests it. How, you decide. `hint("05.pair_encode")` and `solution("05.pair_encode")` are there as before.

# %% [markdown]
# The six boxes again. Against lesson 02 one box is changed throughout, **tokens**; in two of the three tasks the last ones change with it.
#
# | labels | tokens (changed) | collator | head | loss (changed twice) | read-out and metric (changed twice) |
# | --- | --- | --- | --- | --- | --- |
# | a whole number, or a score, for each pair | two texts in one row | pads the rows of a step | three outputs, or one | cross-entropy; squared error; binary cross-entropy | largest output and macro-F1; the number and Pearson; the rank |

# %% [markdown]
# First, three questions about lessons before this one, then two minutes without looking anything up.

# %%
from course_utils import quiz

quiz("05.opener")

# %% [markdown]
# From memory: what stood in the six boxes when lesson 02 classified reviews? Write a few words for each.

# %%
from_memory = {"labels": ..., "tokens": ..., "collator": ..., "head": ..., "loss": ..., "read-out and metric": ...}

print(from_memory)

# %% [markdown]
# Ours: one whole number a review; one row of pieces a text; padding to the longest of the batch; three outputs on the state of `[CLS]`; cross-entropy; the largest output, and macro-F1.

# %% [markdown]
# ## 1. One row for two texts
#
# Give the tokenizer two texts as two arguments. The first is our message, called the **premise** here; the second is a claim about it, the **hypothesis**. Which special pieces will the row have?

# %%
from course_utils import encoder, predict

tokenizer = encoder.tokenizer()
message = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."
claim = "Okafor works at support."

predict("05.row", "[CLS] A B [SEP]", "[CLS] A [SEP] B [SEP]", "[CLS] A [SEP] [CLS] B [SEP]")

# %% tags=["row"]
pair = tokenizer(message, claim)
pieces = tokenizer.convert_ids_to_tokens(pair["input_ids"])

print(*[f"{piece}:{segment}" for piece, segment in zip(pieces, pair["token_type_ids"])])
print(len(pieces), "places:", pair["token_type_ids"].count(0), "of segment 0 and", pair["token_type_ids"].count(1), "of segment 1")

# %% [markdown]
# One row, one `[CLS]`, a `[SEP]` after each text. The numbers are the **segment ids**, `token_type_ids`: 0 for the first text, 1 for the second. The middle separator belongs to the first.
#
# Since both texts stand in one row, every piece of the claim can look at every piece of the message, in each of the six layers. That is the whole idea.

# %% [markdown]
# Exercise `05.pair_encode`. Specification: `first` and `second` are lists of pieces. Return the row as a list of pieces, and the list of its segments. The next cell tests it against the library.

# %% tags=["solution"] exercise="05.pair_encode"
from course_utils import check, hint, solution


def pair_row(first, second):
    """The pieces of the row that two texts become, and their segments."""
    row = ["[CLS]", *first, "[SEP]", *second, "[SEP]"]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    return row, segments


# %% tags=["stub"] exercise="05.pair_encode"
# from course_utils import check, hint, solution
#
#
# def pair_row(first, second):
#     """The pieces of the row that two texts become, and their segments."""
#     return ...

# %%
pair_row = check("05.pair_encode", pair_row).version
by_hand, segments = pair_row(tokenizer.tokenize(message), tokenizer.tokenize(claim))

print("the library's row:", by_hand == pieces, "| its segments:", segments == pair["token_type_ids"])

# %% [markdown]
# Do the segments matter, when a `[SEP]` stands between the texts anyway? For each piece the embeddings add a vector for its place, as lesson 01 said, and one for its segment. We leave the segments out and compare the states.

# %% tags=["segments"]
import torch

body = encoder.body()
with torch.no_grad():
    with_segments = body(**tokenizer(message, claim, return_tensors="pt")).last_hidden_state
    all_first = body(input_ids=torch.tensor([pair["input_ids"]])).last_hidden_state

print("the states move by more than 0.1:", bool((with_segments - all_first).abs().max() > 0.1))

# %% [markdown]
# So whatever keeps or trains states of pairs has to hand the segments on. Not every family has them, though. Here are the tokenizers of three families with one pair, "a" and "b"; those of DistilBERT and RoBERTa we make on the spot, with small vocabularies.

# %% tags=["families"]
from transformers import DistilBertTokenizer, RobertaTokenizer

letters = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5}
families = {"BERT": tokenizer, "DistilBERT": DistilBertTokenizer(vocab=tokenizer.get_vocab()), "RoBERTa": RobertaTokenizer(vocab=letters, merges=[])}

for family, one in families.items():
    row = one("a", "b")
    print(f"{family:10} {' '.join(one.convert_ids_to_tokens(row['input_ids'])):24} {row.get('token_type_ids', 'no segments')} {row.sequence_ids()}")

# %% [markdown]
# DistilBERT and RoBERTa get along without segments, and RoBERTa puts two separators between the texts. Code that reads `token_type_ids` breaks there with a `KeyError`. `sequence_ids()` says for every family which text a piece belongs to, and `None` for special pieces.

# %% [markdown]
# Two ways to get it wrong without an error. First: both texts in a list.

# %%
predict("05.list", "one row, a pair", "two rows, two single texts", "an error")

# %% tags=["a-list"]
print("two arguments:", len(tokenizer([message], [claim])["input_ids"]), "row")
print("a list of two:", len(tokenizer([message, claim])["input_ids"]), "rows")

# %% [markdown]
# A list is a batch. Second: what if a customer types `[SEP]`?

# %% tags=["typed-separator"]
typed, read_as_text = tokenizer("works [SEP] broke"), tokenizer("works [SEP] broke", split_special_tokens=True)

print(tokenizer.convert_ids_to_tokens(typed["input_ids"]), "separators:", typed["input_ids"].count(tokenizer.sep_token_id))
print(tokenizer.convert_ids_to_tokens(read_as_text["input_ids"]), "separators:", read_as_text["input_ids"].count(tokenizer.sep_token_id))

# %% [markdown]
# It becomes the separator itself, so a message can end its own text. Where strangers write the texts, pass `split_special_tokens=True`.

# %% [markdown]
# ## 2. Cut it, and keep the answer
#
# A row has a longest length, 512 for this encoder, and often less is set to save time. Our help pages are short; let us pretend that 64 pieces is all we have, and look at one page whose answer stands at the end.

# %% tags=["late-answer"]
from course_utils import data

questions = data.load("questions")
first = questions["train"][0]

print(first["question"])
print(first["passage"])
print([len(tokenizer.tokenize(first[name])) for name in ("question", "passage")], "pieces")

# %% [markdown]
# `truncation` says what may be cut: `"longest_first"` takes a piece from whichever text is longer at that moment, and `True` means the same; `"only_first"` and `"only_second"` cut one text only. Which of them keeps "Change category"?

# %%
predict("05.cut", "longest_first", "only_first", "only_second", "none of them")

# %% tags=["cut"]
for strategy in ("longest_first", "only_first", "only_second"):
    try:
        row = tokenizer(first["question"], first["passage"], truncation=strategy, max_length=64)
        kept = tokenizer.decode(row["input_ids"])
        whole = row.sequence_ids().count(0) == len(tokenizer.tokenize(first["question"]))
        print(f"{strategy:14} question whole: {whole}, the answer is there: {'change category' in kept}")
    except Exception as error:
        print(f"{strategy:14} {error}")

# %% [markdown]
# None. The question is only 23 pieces long, so `only_first` cannot cut enough and fails, loudly. The other two cut the page from behind, and the answer with it, in silence. A model trained on such rows learns that this page does not help.
#
# `truncation_side="left"` cuts from the front: right for this page, wrong for one that answers in its first line.

# %% tags=["left"]
from transformers import AutoTokenizer

from_the_front = AutoTokenizer.from_pretrained(encoder.path(), truncation_side="left")
row = from_the_front(first["question"], first["passage"], truncation="only_second", max_length=64)

print("the answer is there:", "change category" in from_the_front.decode(row["input_ids"]))

# %% [markdown]
# The rule: decide which text must stay whole, put the other in the place that is cut, count how many rows are cut at all, and raise the length until hardly any is.
#
# Exercise `05.truncate`: a row may have 20 places, three of them special. What is cut? Choose from `"both whole"`, `"A is cut"`, `"B is cut"`, `"both are cut"`, `"an error"`.

# %% tags=["solution"] exercise="05.truncate"
what_is_cut = {
    "A 10, B 5, longest_first": "both whole",
    "A 30, B 5, longest_first": "A is cut",
    "A 30, B 40, longest_first": "both are cut",
    "A 8, B 40, only_second": "B is cut",
    "A 30, B 5, only_first": "A is cut",
    "A 30, B 5, only_second": "an error",
}

_ = check("05.truncate", what_is_cut)

# %% tags=["stub"] exercise="05.truncate"
# what_is_cut = {
#     "A 10, B 5, longest_first": ...,
#     "A 30, B 5, longest_first": ...,
#     "A 30, B 40, longest_first": ...,
#     "A 8, B 40, only_second": ...,
#     "A 30, B 5, only_first": ...,
#     "A 30, B 5, only_second": ...,
# }
#
# _ = check("05.truncate", what_is_cut)

# %% [markdown]
# ## 3. Does it follow?
#
# **Natural language inference**, NLI: given that the premise is true, is the hypothesis true (*entailment*), false (*contradiction*), or can one not tell (*neutral*)? Zenvy would use it to ask whether a listing supports what a seller claims. The course's pairs were written for it. One hypothesis comes with up to three premises, each under another label:

# %%
nli = data.load("pairs")
label_feature = nli["train"].features["label"]
names = label_feature.names

print(nli["train"][0]["hypothesis"])
for row in nli["train"].select([0, 1, 2]):
    print(f"  {names[row['label']]:13} {row['premise']}")

# %% [markdown]
# Why so odd a construction? In published sets people saw a premise and wrote a hypothesis for each label, and their habits gave the label away: "not" for contradiction, vague words for neutral. A model that read *nothing but the hypothesis* was right on 67 % of SNLI and 53 % of MultiNLI, the two best-known sets, where a guess is right on a third (Gururangan and others, 2018).
#
# What does such a model get on our test pairs? (A guess: 0.34.)

# %%
predict("05.hypothesis", "about a third, no better than a guess", "about a half", "about two thirds, as on SNLI")

# %% tags=["hypothesis-only"]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

blind = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10, max_iter=1000))
blind.fit(nli["train"]["hypothesis"], nli["train"]["label"])

for split in ("train", "test"):
    print(f"hypothesis alone, {split}: {blind.score(nli[split]['hypothesis'], nli[split]['label']):.2f} right")

# %% [markdown]
# On new pairs it hardly beats a guess, which is what our construction was for: whoever scores well here has read both texts. On the *training* pairs it is right on 72 %, since it may learn which hypothesis had which label oftener. A high score alone proves nothing.
#
# Exercise `05.hypothesis_only`: a colleague shows you a classifier of pairs that is right on 72 %. Specification: `classify(premises, hypotheses)` gives a list of labels. Return `True` when its answers do not depend on the premises at all. The true labels are there as well, in case you want them.

# %% tags=["solution"] exercise="05.hypothesis_only"
def ignores_premise(classify, premises, hypotheses, labels):
    """Whether classify(premises, hypotheses) gives the same answers whatever the premises are."""
    others = premises[1:] + premises[:1]  # each hypothesis gets the premise of the next one
    return classify(others, hypotheses) == classify(premises, hypotheses)


# %% tags=["stub"] exercise="05.hypothesis_only"
# def ignores_premise(classify, premises, hypotheses, labels):
#     """Whether classify(premises, hypotheses) gives the same answers whatever the premises are."""
#     return ...

# %% tags=["blind"]
ignores_premise = check("05.hypothesis_only", ignores_premise).version
columns = [list(nli["train"][name]) for name in ("premise", "hypothesis", "label")]

print("it ignores the premise:", ignores_premise(lambda premises, hypotheses: blind.predict(hypotheses).tolist(), *columns))

# %% [markdown]
# One permutation, and the 72 % are exposed. Keep this test for every model of pairs that you are shown.
#
# A second baseline looks at both texts in the simplest way: which share of the hypothesis' words stands in the premise?

# %% tags=["overlap"]
from sklearn.metrics import f1_score


def shared_words(premise, hypothesis):
    """The share of a hypothesis' words that stand in the premise, without capitals and marks."""
    words = [{word.strip(".,;:!?").lower() for word in text.split()} for text in (premise, hypothesis)]
    return len(words[0] & words[1]) / len(words[1])


overlap = {split: np.array([[shared_words(row["premise"], row["hypothesis"])] for row in rows]) for split, rows in nli.items()}
counted = LogisticRegression().fit(overlap["train"], nli["train"]["label"])
results = {"hypothesis alone": blind.predict(nli["test"]["hypothesis"]), "shared words": counted.predict(overlap["test"])}
results = {name: f1_score(nli["test"]["label"], said, average="macro") for name, said in results.items()}
print({name: round(score, 2) for name, score in results.items()}, "macro-F1, test")

# %% [markdown]
# Both are close to what a guess gets, 0.33. There is a lot of room above them. Now the pairs go to the encoder. `pairs.tokenized` is the tokenizer behind a check of both columns, for two reasons: a missing hypothesis is no error to the tokenizer, and it makes a single text of the pair.

# %% tags=["missing-hypothesis"]
from course_utils import breaks, pairs

print("None as the second text:", tokenizer.decode(tokenizer("It works.", None)["input_ids"]))
with breaks(pairs.PairError):
    pairs.checked(["It works.", "It broke."], ["It is fine.", None], ("premise", "hypothesis"))

# %% tags=["nbval-ignore-output"] reason="the progress bar of a tokenization"
tokenized = pairs.tokenized(nli, tokenizer, "premise", "hypothesis", truncation=True, max_length=128)

# %% [markdown]
# As in lesson 02 we freeze the lower layers, four here, keep their states, and train the two on top with pooler and head. `cache_lower_layers` hands the segments on. 400 pairs, eight epochs, small batches, so 400 steps. This is far more than lesson 02 gave each text: with three epochs nothing moved at all when we tried.

# %%
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments, set_seed

from course_utils import training

id2label = dict(enumerate(names))
set_seed(0)
judge = AutoModelForSequenceClassification.from_pretrained(encoder.path(), id2label=id2label, label2id={name: number for number, name in id2label.items()})
cached = training.cache_lower_layers(judge, tokenized, layers=4)

print({split: len(rows) for split, rows in cached.items()}, "pairs, the first of", np.shape(cached["train"][0]["inputs_embeds"]))
