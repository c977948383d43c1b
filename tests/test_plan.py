"""The plans of the corpora: the same whenever they are drawn, with the quotas, splits and names that were planned; and what `check` finds."""
import ast
import collections
import itertools
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tools"))
import plan  # noqa: E402

FIRST = {"reviews": 20, "briefs": 20, "pairs": 24, "questions": 15, "helpdesk": 40}  # batches of the first edition
CORPORA = list(FIRST)


def first(corpus):
    """The batches of the first edition."""
    return list(itertools.islice(plan.series(corpus), FIRST[corpus]))


def every(corpus):
    """Its slots."""
    return list(itertools.chain.from_iterable(first(corpus)))


def filler(slot, count, field=0):
    """So many words that stand in no other slot."""
    return [f"x{chr(97 + slot['slot'] // 26)}{chr(97 + slot['slot'] % 26)}{chr(97 + field)}{'q' * (index % 7)}" for index in range(max(1, count))]


def hypothesis(slot, owner):
    """A hypothesis of the planned form; `owner` is the first slot of its group."""
    words = filler(owner, slot["length"] - 2, 1) + ["not"] * ("negated," in slot["form"]) + ["seven"] * (", a number" in slot["form"])
    text = " ".join(words) + ("" if slot["end"] else ".")
    return text if "no capital" in slot["end"] else text[0].upper() + text[1:]


def right_row(corpus, slot, slots):
    """A row that fits its slot."""
    if corpus == "pairs":
        owner = next(other for other in slots if other["group"] == slot["group"])
        return {"slot": slot["slot"], "label": slot["label"], "premise": " ".join(filler(slot, slot["words"])), "hypothesis": hypothesis(slot, owner)}
    if corpus == "questions":
        words = filler(slot, slot["words"])
        words[{"start": 1, "middle": len(words) // 2, "end": -2}[slot["position"]]] = "EVIDENCE"
        return {"slot": slot["slot"], "passage": " ".join(words), "evidence": "EVIDENCE", "answered": " ".join(filler(slot, slot["length"], 1)),
                "unanswered": " ".join(filler(slot, slot["length"], 2))}
    names = slot.get("names", {})
    marks = [f"[{name}]({type_})" if corpus == "briefs" else name for name, type_ in names.items()]
    text = " ".join(filler(slot, slot["words"] - sum(len(name.split()) for name in names)) + marks)
    label = {"topics": slot["topics"]} if corpus == "briefs" else {"label": slot["label"]}
    return {"slot": slot["slot"], **label, "text": text}


def right(corpus, batch):
    """A batch that fits its plan."""
    slots = plan.plan(corpus, batch)
    return [right_row(corpus, slot, slots) for slot in slots]


def faults(tmp_path, corpus, batch, rows):
    """What check says of these rows, questions ("look") aside."""
    path = tmp_path / "batch.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return [fault for fault in plan.check(corpus, batch, path) if "look: " not in fault]


@pytest.mark.parametrize("corpus", CORPORA)
def test_same_batch_whenever_drawn(corpus):
    """Drawing further batches, or the same again, changes none."""
    many = list(itertools.islice(plan.series(corpus), 9))
    assert many == list(itertools.islice(plan.series(corpus), 9))
    assert all(plan.plan(corpus, batch) == many[batch - 1] for batch in (1, 5, 9))
    assert plan.brief(corpus, 5, "x") == plan.brief(corpus, 5, "x")


@pytest.mark.parametrize(("corpus", "sizes"), [("reviews", (200, 100, 200)), ("briefs", (250, 100, 150)), ("pairs", (400, 75, 125)), ("questions", (100, 20, 30)),
                                               ("helpdesk", (2400, 600, 1000))])
def test_split_sizes(corpus, sizes):
    """With 400 and 200 pilot texts in training, the sizes of the first edition."""
    counts = collections.Counter()
    for batch, slots in enumerate(first(corpus), 1):
        counts[plan.split(corpus, batch)] += len(slots)
    assert tuple(counts[name] for name in ("train", "validation", "test")) == sizes
    assert (plan.split(corpus, 801), plan.split(corpus, 900)) == ("aside", "train")


@pytest.mark.parametrize(("corpus", "batches", "sizes"), [("reviews", 44, (24, 6, 14)), ("briefs", 40, (24, 6, 10)), ("pairs", 48, (32, 6, 10))])
def test_split_sizes_of_the_full_corpus(corpus, batches, sizes):
    """Growing keeps the splits of earlier batches and comes to the full sizes."""
    counts = collections.Counter(plan.split(corpus, batch) for batch in range(1, batches + 1))
    assert tuple(counts[name] for name in ("train", "validation", "test")) == sizes


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_both_kinds_of_review_brief_in_each_split(name):
    """Odd and even batches have different briefs; each split has as many of both."""
    batches = [batch for batch in range(1, 21) if plan.split("reviews", batch) == name]
    assert sum(batch % 2 for batch in batches) * 2 == len(batches)
    assert "in the ordinary words for it" in plan.brief("reviews", 1, "x") and "do not reach for the same few adjectives" in plan.brief("reviews", 2, "x")


@pytest.mark.parametrize(("corpus", "labels"), [("reviews", {"positive": 9, "negative": 9, "neutral": 7}), ("helpdesk", {"routine": 90, "complaint": 8, "fraud": 2})])
def test_labels_of_each_batch(corpus, labels):
    """The same labels in each batch."""
    assert all(collections.Counter(slot["label"] for slot in slots) == labels for slots in first(corpus))


def test_no_subject_twice_in_a_batch():
    """Nor often in a corpus."""
    for slots in first("reviews"):
        assert len({slot["subject"] for slot in slots}) == 25
    counts = collections.Counter(slot["subject"] for slot in every("reviews"))
    assert max(counts.values()) <= 2 and len(counts) > 250
    assert all(len({slot["matter"] for slot in slots}) == 10 for slots in first("questions"))
    assert max(collections.Counter(slot["matter"] for slot in every("questions")).values()) == 1


@pytest.mark.parametrize("corpus", CORPORA)
def test_half_are_plain(corpus):
    """About half are plain cases of their label (of questions: answered in the passage's words)."""
    slots = every(corpus)
    plain = sum((slot["overlap"] if corpus == "questions" else slot["kind"]).startswith(("plain", "average", "facts", "money gone", "account")) for slot in slots)
    assert 0.45 <= plain / len(slots) <= 0.68


@pytest.mark.parametrize(("corpus", "kind", "least", "most"), [
    ("reviews", "negated", 0.07, 0.12), ("reviews", "ironic", 0.01, 0.03), ("reviews", "good and bad in balance", 0.08, 0.11),
    ("briefs", "a word of another topic", 0.13, 0.15), ("briefs", "few topic words", 0.11, 0.13), ("briefs", "an entity that is a common word", 0.11, 0.13),
    ("briefs", "nested", 0.04, 0.06), ("briefs", "adjacent", 0.04, 0.06), ("pairs", "negation", 0.1, 0.2), ("pairs", "numbers", 0.1, 0.2), ("pairs", "overlap without", 0.04, 0.07),
    ("pairs", "swapped roles", 0.02, 0.06), ("pairs", "temporal order", 0.02, 0.06), ("pairs", "paraphrase", 0.02, 0.04), ("pairs", "little overlap", 0.015, 0.03),
    ("questions", "shares most words", 0.45, 0.55), ("questions", "plain", 0.1, 0.15), ("helpdesk", "says fraud, scam or stolen, but reports none", 0.06, 0.06),
    ("helpdesk", "never says it", 0.004, 0.004), ("helpdesk", "about how a fraud case was handled", 0.009, 0.011), ("helpdesk", "follow-up", 0.06, 0.06)])
def test_quotas_of_hard_kinds(corpus, kind, least, most):
    """Hard kinds come in their share."""
    slots = every(corpus)
    assert least <= sum(slot["kind"].startswith(kind) for slot in slots) / len(slots) <= most


def test_topics():
    """Zero to three topics in their shares, topics alike."""
    slots = every("briefs")
    assert [sum(len(slot["topics"]) == count for slot in slots) for count in range(4)] == [75, 275, 115, 35]
    counts = collections.Counter(itertools.chain.from_iterable(slot["topics"] for slot in slots))
    assert max(counts.values()) - min(counts.values()) <= 20


def test_names_are_many_and_spread():
    """No invented name in more than 0.5 % of the briefs, pilot and those put aside with them; no place in more than 3 %; two a brief."""
    counts = collections.Counter()
    for slot in itertools.chain(every("briefs"), *itertools.islice(plan.series("briefs", 801), 4)):
        counts.update(slot["names"].items())
    assert sum(len(slot["names"]) for slot in every("briefs")) >= 2 * 500
    for line in itertools.chain.from_iterable(plan.other_names("briefs", batch) for batch in range(900, 908)):
        type_, names = line.split(": ")
        counts.update((name, type_) for name in names.split("; "))
    assert all(count <= (24 if type_ in ("LOC", "MISC") else 4) for (name, type_), count in counts.items() if name != "Zenvy")
    distinct = collections.Counter(type_ for _, type_ in counts)
    assert distinct["PER"] >= 300 and distinct["ORG"] >= 150 and distinct["LOC"] >= 150 and distinct["MISC"] >= 40
    assert all(len(names) == len(set(names)) for names in [[name for slot in slots for name in slot["names"]] for slots in first("briefs")])


def test_a_third_of_the_test_names_is_unseen():
    """Names of the test split that no training batch has, the renamed pilot included."""
    names = collections.defaultdict(list)
    for batch, slots in enumerate(first("briefs"), 1):
        names[plan.split("briefs", batch)] += itertools.chain.from_iterable(slot["names"] for slot in slots)
    for batch in range(900, 908):
        names["train"] += itertools.chain.from_iterable(line.split(": ")[1].split("; ") for line in plan.other_names("briefs", batch))
    assert 0.26 <= sum(name not in names["train"] for name in names["test"]) / len(names["test"]) <= 0.4


def test_form_of_hypotheses_says_nothing_of_the_label():
    """Each form (length, negation, number, end) stands as often under each label, but for one hypothesis a batch."""
    forms = collections.defaultdict(collections.Counter)
    for slot in every("pairs"):
        forms[slot["label"]][slot["length"], slot["form"], slot["end"]] += 1
    assert all(forms[label].total() == 200 for label in forms)
    for one, other in itertools.combinations(forms, 2):
        assert sum((forms[one] - forms[other]).values()) <= 12


def test_a_hypothesis_serves_at_most_three_premises():
    """Each under another label, all in one batch; half of the items are written hypothesis first."""
    sizes = collections.Counter()
    for slots in first("pairs"):
        for _, group in itertools.groupby(slots, lambda slot: slot["group"]):
            labels = [slot["label"] for slot in group]
            assert len(labels) == len(set(labels)) <= 3
            sizes[len(labels)] += len(labels)
    assert 0.45 <= (sizes[2] + sizes[3]) / 600 <= 0.55
    near = collections.Counter((slot["label"], slot["closeness"]) for slot in every("pairs") if slot["closeness"])
    assert max(near.values()) - min(near.values()) <= 8


@pytest.mark.parametrize(("lengths", "mean", "variation"), [(("reviews", "words"), 18.9, 0.67), (("briefs", "words"), 32, 0.37), (("pairs", "words"), 15, 0.44),
                                                            (("pairs", "length"), 8.2, 0.37), (("helpdesk", "words"), 17, 0.6)])
def test_lengths_are_spread_as_real_ones(lengths, mean, variation):
    """Mean and coefficient of variation."""
    corpus, feature = lengths
    found = [slot[feature] for slot in every(corpus)]
    average = sum(found) / len(found)
    assert average == pytest.approx(mean, rel=0.07)
    assert (sum((count - average) ** 2 for count in found) / len(found)) ** 0.5 / average == pytest.approx(variation, abs=0.05)


@pytest.mark.parametrize("corpus", CORPORA)
def test_a_right_batch_passes(corpus, tmp_path):
    """Nothing is named in a batch that fits its plan."""
    for batch in (1, 2, 3):
        assert faults(tmp_path, corpus, batch, right(corpus, batch)) == []


def change(slot, **fields):
    """A change of the fields of one slot."""
    return lambda rows: [row | fields if row["slot"] == slot else row for row in rows]


LONG = next(slot["slot"] for slot in plan.plan("reviews", 1) if slot["words"] >= 10)
BRIEF = right("briefs", 1)[0]
POSITION = next(slot["slot"] for slot in plan.plan("questions", 1) if slot["position"] == "end")
GROUP = next(slot for slot in plan.plan("pairs", 1) if slot["size"] == 3)
FORM = next(slot for slot in plan.plan("pairs", 1) if slot["size"] == 1 and slot["form"] == "no negation, no number" and not slot["end"])


@pytest.mark.parametrize(("corpus", "spoil", "fault"), [
    ("reviews", lambda rows: rows[1:], "001-01: missing"),
    ("reviews", lambda rows: rows + rows[:1], "001-01: the slot is there twice"),
    ("reviews", lambda rows: rows + [rows[0] | {"slot": 26}], "001-26: no such slot"),
    ("reviews", change(1, label="mixed"), "001-01: label is mixed"),
    ("reviews", change(1, text=" "), "001-01: text is empty"),
    ("reviews", change(1, note="x"), "001-01: fields are"),
    ("reviews", change(LONG, text="a b"), f"001-{LONG:02d}: text has 2 words"),
    ("reviews", change(LONG, text="a " * 150), f"001-{LONG:02d}: text has 150 words"),
    ("reviews", lambda rows: [rows[0], rows[1] | {"text": rows[0]["text"].upper()}, *rows[2:]], "001-02: text is the same as in slot 1"),
    ("reviews", lambda rows: rows[:-1] + ["no object"], "not an object"),
    ("briefs", change(1, topics=["weather"]), "001-01: topics are"),
    ("briefs", change(1, topics="sports"), "001-01: topics is empty or of the wrong kind"),
    ("briefs", change(1, text=BRIEF["text"].replace("[", "").split("]")[0]), "is planned and not marked so"),
    ("briefs", change(1, text=BRIEF["text"] + " [the Kremlin](ORG)"), "[the Kremlin]: begins with an article"),
    ("briefs", change(1, text=BRIEF["text"] + " [Kremlin](PLACE)"), "no such type"),
    ("briefs", change(1, text=BRIEF["text"] + " [Kremlin.](LOC)"), "begins or ends in punctuation"),
    ("briefs", change(1, text=BRIEF["text"] + " [Moldova](LOC)n"), "the mark cuts a word"),
    ("briefs", change(1, text=BRIEF["text"] + " [Moldova] x"), "square brackets"),
    ("briefs", change(1, text=BRIEF["text"] + " [Bo Quist](PER) and Quist"), "Quist stands unmarked as well"),
    ("pairs", change(GROUP["slot"], hypothesis="Quite another text."), "not the same, word for word"),
    ("pairs", change(FORM["slot"], hypothesis=" ".join(filler(FORM, FORM["length"])).capitalize() + " not."), "the hypothesis has a negation"),
    ("pairs", change(FORM["slot"], hypothesis=" ".join(filler(FORM, FORM["length"])).capitalize() + " 12."), "the hypothesis has a number"),
    ("pairs", change(FORM["slot"], hypothesis=" ".join(filler(FORM, FORM["length"])).capitalize()), "lacks its full stop"),
    ("questions", change(POSITION, evidence="elsewhere"), "the evidence is not copied"),
    ("questions", change(POSITION, passage="EVIDENCE " + "word " * 60), "the evidence stands at 0.0"),
    ("questions", change(1, passage="EVIDENCE word"), "40 to 120 are allowed"),
    ("questions", change(1, unanswered=right("questions", 1)[0]["answered"] + "?"), "question mark"),
    ("helpdesk", change(3, label="fraud?"), "001-03: label is fraud?"),
])
def test_each_fault_is_named(corpus, spoil, fault, tmp_path):
    """One fault put into a right batch is found."""
    assert any(fault in found for found in faults(tmp_path, corpus, 1, spoil(right(corpus, 1))))


def test_command_line(tmp_path, capsys):
    """A brief, a check and a summary."""
    assert plan.main(["reviews", "17", "--out", "here.jsonl"]) == 0 and "written to here.jsonl" in capsys.readouterr().out
    (tmp_path / "batch.jsonl").write_text("{", encoding="utf-8")
    assert plan.main(["check", "reviews", "17", str(tmp_path / "batch.jsonl")]) == 1 and "reviews-017-25: missing" in capsys.readouterr().out
    assert plan.main(["--summary", "briefs", "2"]) == 0 and "train 50" in capsys.readouterr().out


def test_functions_are_short_and_say_what_they_do():
    """At most 20 lines, each with a docstring."""
    for node in ast.walk(ast.parse(pathlib.Path(plan.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 20, node.name
            assert ast.get_docstring(node), node.name
