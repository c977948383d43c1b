"""Packs the texts of the corpora, as their writers left them in tools/texts, into the Parquet files of the package.

    python tools/pack.py                # every corpus
    python tools/pack.py briefs         # one

tools/texts holds `CORPUS-BATCH.jsonl`, a file for each batch of plan.py, and may hold `CORPUS.settled.jsonl`: rows
`{"id": …, …}` whose fields take the place of the draft's, as the readers settled them, or `{"id": …, "drop": true}`.
A fault in any row stops it, with the row's id.
"""

import json
import re
import sys
from pathlib import Path

from datasets import ClassLabel, Dataset, Features, List, Value
from pyarrow import parquet

import plan
from course_utils.data import TOPICS

DATA = Path(__file__).parents[1] / "course_utils" / "data"
TEXTS = Path(__file__).parent / "texts"
NER = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
POS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
TEXT, LABELS = Value("string"), ClassLabel
FEATURES = {
    "reviews": {"id": TEXT, "text": TEXT, "label": LABELS(names=["negative", "neutral", "positive"])},
    "briefs": {
        "id": TEXT,
        "text": TEXT,
        "labels": List(Value("float32"), length=len(TOPICS)),
        "tokens": List(TEXT),
        "offsets": List(List(Value("int32"), length=2)),
        "ner_tags": List(LABELS(names=NER)),
        "pos_tags": List(LABELS(names=POS)),
    },
    "briefs-readers": {"id": TEXT, "annotator": TEXT, "labels": List(Value("float32"), length=len(TOPICS)), "ner_tags": List(LABELS(names=NER))},
    "pairs": {
        "id": TEXT,
        "premise": TEXT,
        "hypothesis": TEXT,
        "label": LABELS(names=["entailment", "neutral", "contradiction"]),
        "score": Value("float32"),
        "kind": TEXT,
    },
    "questions": {"id": TEXT, "question": TEXT, "passage": TEXT, "label": LABELS(names=["answers", "does_not_answer"])},
    "helpdesk": {"id": TEXT, "text": TEXT, "label": LABELS(names=["routine", "complaint", "fraud"])},
}
WORD = re.compile(r"\w+(?:[-.&]\w+|['’](?:t\b|(?!(?:s|re|ve|ll|d|m)\b)\w+))*|['’](?:s|re|ve|ll|d|m)\b|[^\w\s]")  # "Okafor's" is two words
MARK = re.compile(r"\[([^\[\]]+)\]\((PER|ORG|LOC|MISC)\)")


class PackError(ValueError):
    """A row that cannot be packed; the message names it."""


def drafts(corpus, folder=TEXTS):
    """The rows of a corpus in the order of its batches, each with its id, its split and its slot's kind."""
    for path in sorted(Path(folder).glob(f"{corpus}-[0-9][0-9][0-9].jsonl")):
        batch = int(path.stem.split("-")[1])
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            name = row.get("id") or f"{corpus}-{batch:03}-{row['slot']:02}"
            yield {**row, "id": name, "split": plan.split(corpus, batch)}


def settled(corpus, folder=TEXTS):
    """What the readers settled, by id."""
    path = Path(folder) / f"{corpus}.settled.jsonl"
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else []
    found = {}
    for row in rows:
        found.setdefault(row["id"], {}).update(row)
    return found


def marked(text):
    """A brief without its marks, and its entities as (start, end, type), in characters of that text."""
    plain, entities = "", []
    for part in re.split(r"(\[[^\[\]]+\]\((?:PER|ORG|LOC|MISC)\))", text):
        if found := MARK.fullmatch(part):
            entities.append((len(plain), len(plain) + len(found[1]), found[2]))
            plain += found[1]
        else:
            plain += part
    return plain, entities


def tagged(text, entities):
    """Words, their character offsets, and their BIO tags; a word that an entity cuts through ("Italian-born") is two.

    Raises PackError where an entity begins or ends with a space.
    """
    cuts = sorted({0, len(text), *(place for start, end, _ in entities for place in (start, end))})
    offsets = [match.span() for first, last in zip(cuts, cuts[1:]) for match in WORD.finditer(text, first, last)]
    tags = ["O"] * len(offsets)
    for start, end, kind in entities:
        inside = [number for number, (first, last) in enumerate(offsets) if first < end and last > start]
        if not inside or (offsets[inside[0]][0], offsets[inside[-1]][1]) != (start, end):
            raise PackError(f"the entity {text[start:end]!r} begins or ends with a space")
        for rank, number in enumerate(inside):
            tags[number] = ("I-" if rank else "B-") + kind
    return [text[first:last] for first, last in offsets], [list(pair) for pair in offsets], tags


def review(row, slot):
    """One review or help-desk message."""
    return [{"id": row["id"], "text": row["text"].strip(), "label": row["label"]}]


def brief(row, slot):
    """One brief, with its topics as a multi-hot vector and its words with their tags; no pos_tags unless settled."""
    text, entities = (row["text"], [tuple(e.values()) for e in row["entities"]]) if "entities" in row else marked(row["text"].strip())
    tokens, offsets, tags = tagged(text, entities)
    labels = [float(topic in row["topics"]) for topic in TOPICS]
    pos = row.get("pos_tags", [])
    if pos and len(pos) != len(tokens):
        raise PackError(f"{len(pos)} parts of speech for {len(tokens)} words")
    return [{"id": row["id"], "text": text, "labels": labels, "tokens": tokens, "offsets": offsets, "ner_tags": tags, "pos_tags": pos}]


def pair(row, slot):
    """One pair of sentences with its label, the mean of its readers' scores, and the phenomenon that it was planned for."""
    texts = {key: row[key].strip() for key in ("premise", "hypothesis")}
    return [{"id": row["id"], **texts, "label": row["label"], "score": sum(row["scores"]) / len(row["scores"]), "kind": slot["kind"].split(":")[0]}]


def question(row, slot):
    """A passage with the question that it answers and the one that it does not."""
    both = (("a", "answered", "answers"), ("b", "unanswered", "does_not_answer"))
    return [{"id": row["id"] + mark, "question": row[key].strip(), "passage": row["passage"].strip(), "label": label} for mark, key, label in both]


ROWS = {"reviews": review, "helpdesk": review, "briefs": brief, "pairs": pair, "questions": question}


def rows(corpus, folder=TEXTS):
    """The rows of a corpus as they are packed, by split. Raises PackError with the id of a row that is not right."""
    changes, slots, found = settled(corpus, folder), {}, {}
    for draft in drafts(corpus, folder):
        draft.update(changes.get(draft["id"], {}))
        if draft.get("drop"):
            continue
        batch = int(draft["id"].split("-")[1])
        slots[batch] = slots.get(batch) or (plan.plan(corpus, batch) if batch < 900 else [])
        slot = slots[batch][draft["slot"] - 1] if batch < 900 else {}
        try:
            found.setdefault(draft["split"], []).extend(ROWS[corpus](draft, slot))
        except (PackError, KeyError) as error:
            raise PackError(f"{draft['id']}: {error}") from None
    return found


def readers(folder=TEXTS):
    """What two readers said of 200 briefs, each for themselves, before anything was settled: lesson 07 needs it."""
    texts = {row["id"]: row["text"] for found in rows("briefs", folder).values() for row in found}
    found = []
    for line in (Path(folder) / "briefs.readers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for annotator, said in zip("AB", row["readers"]):
            tags = tagged(texts[row["id"]], said["entities"])[2]
            labels = [float(topic in said["topics"]) for topic in TOPICS]
            found.append({"id": row["id"], "annotator": annotator, "labels": labels, "ner_tags": tags})
    return found


def table(corpus, chosen):
    """The rows of one split as an Arrow table that knows its features."""
    return Dataset.from_list(chosen, features=Features(FEATURES[corpus])).data.table


def main(folder=TEXTS, wanted=None):
    for corpus in [wanted] if wanted else ROWS:
        splits = {**rows(corpus, folder), **({"readers": readers(folder)} if corpus == "briefs" else {})}
        for split, chosen in splits.items():
            parquet.write_table(table("briefs-readers" if split == "readers" else corpus, chosen), DATA / f"{corpus}-{split}.parquet", compression="zstd")
            print(f"{corpus}-{split}: {len(chosen)} rows")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    main(wanted=(sys.argv[1:] or [None])[0])
