#!/usr/bin/env python3
"""Plans of the corpora: what each batch of texts should hold, and whether a written batch holds it.

    python tools/plan.py reviews 17 [--out FILE]     the brief for the writer of one batch
    python tools/plan.py check reviews 17 FILE       faults of a written batch, one a line (exit status 1)
    python tools/plan.py --summary reviews 20        counts over batches 1 to 20, with their splits
    python tools/plan.py --names briefs 900          other names for the entities of a pilot batch

The lists and the prose stand in plan_words.yaml. A corpus is dealt from decks with a fixed seed, batch by batch, so that a batch is
the same whenever it is printed, and further batches change none. Batches from 801 on are put aside, from 900 on hold pilot texts.
"""
import argparse
import collections
import functools
import itertools
import json
import math
import pathlib
import random
import re
import sys

import yaml

WORDS = yaml.safe_load(pathlib.Path(__file__).with_name("plan_words.yaml").read_text(encoding="utf-8"))
SERIES = (1, 801, 900)  # where batch numbers start: the corpus, what is put aside, the pilot
LABELS = {"reviews": ("negative", "neutral", "positive"), "pairs": ("entailment", "neutral", "contradiction"), "helpdesk": ("routine", "complaint", "fraud")}
# One letter a batch: train, validation, test. The second pattern holds for the batches after the first edition. The halves of reviews
# (two kinds of brief, odd and even) have the same splits.
SPLITS = {"reviews": ("rrttvvrrttttrrvvrrtt", "rrrrttrrvvrrrrttrrrrttrr"), "briefs": ("rrtvrrtrvrtrrtvrtrvt", "rrtrrvrrtrrtrrrvrrtr"),
          "pairs": ("rrtrrvrrtrrrtrvrrtrrrvtr",), "questions": ("rrtrvrrrtrrvrtr", "rrtrvrrrtrrvrtr"), "helpdesk": ("rrtrvrtrrtrvrtrrvrrt",)}
SPLIT_NAMES = {"r": "train", "v": "validation", "t": "test"}
LENGTHS = {  # median, sigma (log-normal), shortest, longest
    "reviews": (16, 0.62, 2, 70), "briefs": (28, 0.42, 10, 70), "premise": (13.7, 0.42, 4, 45), "hypothesis": (7.45, 0.376, 3, 20),
    "passage": (68, 0.3, 40, 120), "question": (10.5, 0.45, 4, 30), "helpdesk": (14.6, 0.5545, 2, 80)}
MARK = re.compile(r"\[([^\[\]]*)\]\(([A-Z]+)\)")
NEGATION = re.compile(r"\b(not|no|never|nobody|nothing|none|nowhere|without|cannot)\b|n['’]t\b", re.I)
NUMBER = re.compile(r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|"
                    r"thousand|dozen)\b", re.I)


def split(corpus, batch):
    """The split that a batch belongs to."""
    if batch > 800:
        return "train" if batch >= 900 else "aside"
    first, *then = SPLITS[corpus]
    pattern = first if batch <= len(first) or not then else then[0]
    return SPLIT_NAMES[pattern[(batch - 1 - (len(first) if pattern is not first else 0)) % len(pattern)]]


def listed(text):
    """The items of a list written in one text, parted by semicolons."""
    return [item.strip() for item in text.split(";")]


@functools.cache
def people(share):
    """Persons made of the last names of each region, each twice, and its first names in turn."""
    found = {}
    for region in WORDS["names"]["people"][share].values():
        first, last = listed(region["first"]), listed(region["last"])
        for turn in (0, len(first) // 2):
            found |= dict.fromkeys(f"{first[(index + turn) % len(first)]} {name}" for index, name in enumerate(last))
    return sorted(found, key=lambda name: random.Random(name).random())


@functools.cache
def options(path):
    """What a deck holds: a list of plan_words.yaml by its dotted path, with shares counted out; names end in `.pool` or `.held`."""
    parts = path.split(".")
    if parts[-1] in ("pool", "held"):
        names = people(parts[2]) if parts[1] == "PER" else listed(WORDS["names"][parts[1]][parts[2]])
        return [name for index, name in enumerate(names) if (index % 5 == 3 and name != "Zenvy") == (parts[-1] == "held")]
    found = functools.reduce(lambda tree, key: tree[key], parts, WORDS)
    return [item for item, share in found.items() for _ in range(share)] if isinstance(found, dict) else listed(found)


class Table:
    """The decks of one series of batches, each with its own seed; an item comes again only when its deck is used up."""

    def __init__(self, corpus, start):
        """No deck is shuffled yet."""
        self.seed, self.decks = f"{corpus}-{start}", {}
        self.chance = random.Random(self.seed)
        self.dealt = collections.defaultdict(list)  # names that training batches had and no other batch yet

    def draw(self, path, avoid=()):
        """The next item of a deck that is not among those to avoid; the deck is shuffled anew when none is left."""
        if path not in self.decks:
            self.decks[path] = [random.Random(f"{self.seed}-{path}"), []]
        chance, pile = self.decks[path]
        for _ in range(2):
            found = next((item for item in reversed(pile) if item not in avoid), None)
            if found is not None:
                del pile[len(pile) - 1 - pile[::-1].index(found)]
                return found
            pile[:0] = chance.sample(options(path), len(options(path)))
        raise ValueError(f"{path} has nothing else")

    def several(self, path, count, avoid=()):
        """Some items of a deck, no two the same, none to avoid."""
        found = []
        for _ in range(count):
            found.append(self.draw(path, [*found, *avoid]))
        return found

    def length(self, kind):
        """A length drawn as real lengths are: log-normal, cut at both ends."""
        median, sigma, low, high = LENGTHS[kind]
        return max(low, min(high, round(math.exp(self.chance.gauss(math.log(median), sigma)))))

    def shuffled(self, items):
        """The items in another order."""
        return self.chance.sample(items, len(items))


def reviews(table, batch):
    """25 slots: subject | label: stance | length | trait."""
    subjects = table.shuffled(table.several("reviews.things", 9) + table.several("reviews.services", 5) + table.several("reviews.works", 11))
    labels = table.shuffled(["positive"] * 9 + ["negative"] * 9 + ["neutral"] * 7)
    for subject, label in zip(subjects, labels):
        slot = {"label": label, "subject": subject, "kind": table.draw(f"reviews.stances.{label}"), "words": table.length("reviews"), "trait": table.draw("reviews.traits")}
        yield slot | {"line": "{subject} | {label}: {kind} | about {words} words | {trait}".format(**slot)}


def named(table, kind, part, used):
    """A name of a type, two in three of them common. Validation and test mostly repeat names of earlier training batches; the others
    come from a part of the lists that training never uses, so that about a third is unseen."""
    path = f"names.{kind}.{table.draw('briefs.share')}"
    source = table.draw("briefs.reserve") if part in ("validation", "test") else "pool"
    again = [name for name in table.dealt[path] if name not in used] if source == "seen" else []
    if again:
        table.dealt[path].remove(name := table.chance.choice(again))
        return name
    name = table.draw(f"{path}.{'held' if source == 'held' else 'pool'}", used)
    if part == "train":
        table.dealt[path].append(name)
    return name


def hand_out(table, kind, part, used):
    """The names of one brief, with types; a hard kind of entity puts its name first."""
    types = [table.draw("briefs.types") for _ in range(int(table.draw("briefs.names_each")))]
    names = {}
    if "common word" in kind or kind.startswith("nested"):
        type_, name = table.draw("names.word" if "common" in kind else "names.nested", [f"{t}:{n}" for n, t in used.items()]).split(":")
        names[name], types = type_, types[1:]
    if kind.startswith("adjacent") and len(types) < 2:
        types = ["PER", "MISC"]
    for type_ in types:
        names[named(table, type_, part, used | names)] = type_
    return names


def briefs(table, batch):
    """25 slots: topics | about | kind | length | names."""
    used = {}
    for _ in range(25):
        topics = table.several("briefs.topics", int(table.draw("briefs.count")))
        about = " + ".join(table.draw(f"briefs.about.{topic}") for topic in topics or ["none"])
        kind = table.draw("briefs.kinds", () if len(topics) == 1 else [kind for kind in options("briefs.kinds") if kind.startswith("few")])
        hint = kind
        if kind == "a word of another topic":
            other = table.draw("briefs.topics", topics)
            hint = f'the word "{table.draw("briefs.lures." + other)}" stands in it, though it is not about {other}'
        names = hand_out(table, kind, split("briefs", batch), used)
        used |= names
        words = max(table.length("briefs"), 4 + 4 * len(names) + 6 * len(topics))
        yield {"topics": topics, "kind": kind, "words": words, "names": names, "line": f"topics: {', '.join(topics) or 'none'} | about: {about} | {hint} | about {words} words | "
               f"names: {', '.join(f'{name} ({type_})' for name, type_ in names.items())}"}


def pair_groups(table, batch):
    """A form and labels for each hypothesis: 2 for three premises, 3 for two, 13 for one; whatever the label, forms are the same."""
    def form():
        """What a hypothesis looks like."""
        return {"form": table.draw("pairs.forms"), "end": table.draw("pairs.ends"), "length": table.length("hypothesis")}
    labels = list(LABELS["pairs"])
    groups = [(form(), table.shuffled(labels)) for _ in range(2)]
    doubles, singles = form(), [form() for _ in range(4)]
    groups += [(doubles, table.shuffled(two)) for two in itertools.combinations(labels, 2)]
    groups += [(single, [label]) for single in singles for label in labels]
    return table.shuffled(groups + [(form(), [labels[batch % 3]])])


def pair_about(table):
    """What a pair is about: a listing, a policy, a message, or an everyday scene."""
    if table.draw("pairs.area") == "scene":
        return f"scene: {table.draw('pairs.places')}, {table.draw('pairs.who')}"
    kind = table.draw("pairs.zenvy")
    return f"{kind}: {table.draw({'listing': 'reviews.things', 'policy': 'pairs.policies', 'message': 'pairs.messages'}[kind])}"


def pairs(table, batch):
    """25 slots in groups that share a hypothesis."""
    number = 0
    for group, (form, labels) in enumerate(pair_groups(table, batch)):
        about, size = pair_about(table), len(labels)
        shape = f"about {form['length']} words, {form['form']}" + (f", {form['end']}" if form["end"] else "")
        how = f"hypothesis first, ONE for the {size} slots" if size > 1 else "premise first"
        for place, label in enumerate(labels):
            number += 1
            hard = [kind for part, kind in (("negated,", "negation"), (", a number", "numbers")) if part in form["form"]]
            kind = " and ".join(hard) or table.draw(f"pairs.phenomena.{label}")
            near = f", {table.draw('pairs.closeness.' + label)}" if hard or kind == "plain" else ""
            words = table.length("premise")
            head = f"-- {how} | {about} | hypothesis: {shape}\n" if place == 0 else ""
            yield {"label": label, "kind": kind, "closeness": near[2:].split(":")[0], "words": words, "group": group, "size": size, "about": about, **form,
                   "head": head, "line": f"{label}: {kind}{near} | premise: about {words} words"}


def questions(table, batch):
    """10 slots: a passage, a question that it answers and one that it doesn't."""
    for matter in table.several("questions.matters", 10):
        slot = {"matter": matter, "page": table.draw("questions.pages"), "words": table.length("passage"), "position": table.draw("questions.positions"),
                "asks": table.draw("questions.asks"), "manner": table.draw("questions.manners"), "length": table.length("question"),
                "overlap": table.draw("questions.overlap"), "kind": table.draw("questions.misses")}
        yield slot | {"line": "{matter} | {page} | about {words} words | the answer stands at: {position} | both questions: {asks}; {manner}; about {length} words | answered: {overlap} | "
                              "unanswered: {kind}".format(**slot)}


def matter(table, label, kind, used):
    """What a message is about, no matter twice in a batch, with a thing put in where the list says so."""
    special = {"says fraud, scam or stolen, but reports none": "fraud_words", "own payment, looked odd at first": "own", "about how a fraud case was handled": "handling",
               "wrong channel (meant for a seller, a courier, another firm)": "wrong", "money gone": "money", "account taken over": "takeover", "tricked": "tricked", "never says it": "quiet"}
    path = "helpdesk." + special.get(kind, label)
    matters = table.several(path, 2 if kind == "two matters in one" else 1, used)
    used += matters
    found = " + ".join(matters)
    while "{thing}" in found:
        found = found.replace("{thing}", table.draw("reviews.things"), 1)
    return f"earlier: {found}" if kind.startswith("only a greeting") else found


def helpdesk(table, batch):
    """100 slots in the order of arrival, terse: label · matter · kind · channel · form · trait · words."""
    used = []
    for label in table.shuffled(["routine"] * 90 + ["complaint"] * 8 + ["fraud"] * 2):
        kind, language, trait = table.draw(f"helpdesk.{label}_kinds"), table.draw("helpdesk.languages"), table.draw("helpdesk.traits")
        language = language and table.draw("helpdesk.language")
        about, names = matter(table, label, kind, used), {}
        if trait == "signs with name":
            names = {table.draw(f"names.PER.{table.draw('briefs.share')}.pool").split()[0]: "PER"}
            trait = f"signs with {next(iter(names))}"
        words = table.length("helpdesk")
        words = max(12, words) if kind == "two matters in one" else min(14, words) if kind.startswith("only a greeting") else words
        end = table.draw("helpdesk.ends")
        parts = [label, about, "" if kind in ("plain", "money gone") else kind, table.draw("helpdesk.manners"), end, language, trait and f"p: {trait}", f"{words}w"]
        yield {"label": label, "kind": kind, "words": words, "language": bool(language), "trait": trait and trait.split(" with ")[0], "end": end, "names": names,
               "line": " · ".join(filter(None, parts))}


PLANNERS = {"reviews": reviews, "briefs": briefs, "pairs": pairs, "questions": questions, "helpdesk": helpdesk}
COUNTED = {"reviews": ("label", "kind", "trait"), "briefs": ("topics", "kind", "names"), "pairs": ("label", "kind", "closeness", "form", "size"),
           "questions": ("position", "kind", "overlap", "asks", "manner"), "helpdesk": ("label", "kind", "language", "trait")}


def series(corpus, start=1):
    """The batches of a series one after the other, without end: lists of slots."""
    table = Table(corpus, start)
    for batch in itertools.count(start):
        yield [{"slot": number, **slot} for number, slot in enumerate(PLANNERS[corpus](table, batch), 1)]


def plan(corpus, batch):
    """The slots of one batch."""
    start = max(first for first in SERIES if first <= batch)
    return next(itertools.islice(series(corpus, start), batch - start, None))


def brief(corpus, batch, out):
    """All that the writer of one batch needs."""
    prose, slots = WORDS["brief"][corpus], plan(corpus, batch)
    when = f"{listed(WORDS['helpdesk']['days'])[(batch - 1) // 10 % 4]}, {listed(WORDS['helpdesk']['hours'])[(batch - 1) % 10]}"
    values = {"corpus": corpus, "batch": batch, "out": out, "count": len(slots), "when": when, "format": prose["format"].format()}
    how = prose["how"][(batch - 1) % len(prose["how"])]
    lines = "\n".join(f"{slot.get('head', '')}{slot['slot']}. {slot['line']}" for slot in slots)
    return "\n".join([WORDS["brief"]["all"].format(**values), prose["guide"].format(**values), how.format(**values),
                      f"## Slots\n({prose['slots']})\n\n{lines}\n", WORDS["brief"]["end"].format(**values)])


def bare(text):
    """The text without its marks."""
    return MARK.sub(r"\1", text)


def length(what, text, planned):
    """A fault when a text is far from its planned length."""
    count = len(bare(text).split())
    if planned >= 6 and not 0.5 * planned <= count <= 1.7 * planned:
        yield f"{what} has {count} words, planned are {planned}"


def ending(text, wanted):
    """A fault when a text ends in a mark that the slot takes away."""
    marks = ".!?" if "no mark" in wanted else "." if "no full stop" in wanted else ""
    if text.rstrip().endswith(tuple(marks)):
        yield f"ends in a mark, planned was: {wanted}"


def check_text(slot, row):
    """Faults of a review or a message."""
    yield from length("text", row["text"], slot["words"])
    yield from ending(row["text"], f"{slot['trait']} {slot.get('end', '')}".strip())
    yield from (f"{name} does not appear" for name in slot.get("names", ()) if name not in row["text"])


def check_mark(text, match, names):
    """Faults of one mark."""
    name, type_ = match.groups()
    if type_ not in ("PER", "ORG", "LOC", "MISC"):
        yield f"[{name}]({type_}): no such type"
    if not re.fullmatch(r"\w(.*\w)?|(\w\.)+", name) or re.search(r"['’]s$", name):
        yield f"[{name}]: begins or ends in punctuation or space"
    if re.match(r"(the|an?) ", name, re.I) and name not in names:
        yield f"{'look: ' if name[0].isupper() else ''}[{name}]: begins with an article"
    if re.search(r"\w$", text[:match.start()]) or re.match(r"\w", text[match.end():]):
        yield f"[{name}]: the mark cuts a word"


def check_brief(slot, row):
    """Faults of a brief: topics, length, marks, names."""
    text, rest = row["text"], MARK.sub("\0", row["text"])
    if sorted(row["topics"]) != sorted(slot["topics"]):
        yield f"topics are {row['topics']}, planned are {slot['topics']}"
    yield from length("text", text, slot["words"])
    yield from itertools.chain.from_iterable(check_mark(text, match, slot["names"]) for match in MARK.finditer(text))
    if re.search(r"[\[\]]", rest):
        yield "square brackets that are no mark [name](TYPE)"
    marked = set(MARK.findall(text))
    yield from (f"{name} ({type_}) is planned and not marked so" for name, type_ in slot["names"].items() if (name, type_) not in marked)
    again = {name for name, _ in marked} | {name.split()[-1] for name, type_ in marked if type_ == "PER" and name.split()}
    common = {name.split()[-1] for item in options("names.word") for name in item.split(":")}
    yield from (f"{'look: ' if name.split()[-1] in common else ''}{name} stands unmarked as well" for name in sorted(again) if re.search(rf"\b{re.escape(name)}\b", rest))
    capitals = set(re.findall(r"(?<=[a-zß-ÿ0-9,;\0] )[A-ZÀ-Þ][\w-]+", rest)) - set(listed(WORDS["names"]["unmarked"])) - again
    yield from (f"look: is {word} a name?" for word in sorted(capitals))


def check_pair(slot, row):
    """Faults of a pair: above all, whether the hypothesis has its planned form."""
    hypothesis = row["hypothesis"]
    yield from length("premise", row["premise"], slot["words"])
    yield from length("hypothesis", hypothesis, slot["length"])
    for what, pattern, planned in (("negation", NEGATION, "negated," in slot["form"]), ("number", NUMBER, ", a number" in slot["form"])):
        if bool(pattern.search(hypothesis)) != planned:
            yield f"the hypothesis has {'no' if planned else 'a'} {what}, planned was: {slot['form']}"
    yield from ending(hypothesis, slot["end"])
    if not slot["end"] and hypothesis[-1:] not in ".!?":
        yield "the hypothesis lacks its full stop"
    if hypothesis[:1].isupper() == ("no capital" in slot["end"]) and hypothesis[:1].isalpha():
        yield "the hypothesis begins in the wrong case"


def check_question(slot, row):
    """Faults of a passage and its two questions."""
    passage, evidence = row["passage"], row["evidence"]
    yield from length("passage", passage, slot["words"])
    if not 40 <= len(passage.split()) <= 120:
        yield f"the passage has {len(passage.split())} words, 40 to 120 are allowed"
    for what in ("answered", "unanswered"):
        yield from length(what, row[what], slot["length"])
        if slot["manner"] == "no question mark" and "?" in row[what]:
            yield f"{what}: planned without a question mark"
    if ("?" in row["answered"]) != ("?" in row["unanswered"]):
        yield "only one of the questions has a question mark"
    where = (passage.find(evidence) + len(evidence) / 2) / len(passage)
    low, high = {"start": (0, 0.45), "middle": (0.25, 0.75), "end": (0.55, 1)}[slot["position"]]
    if evidence not in passage:
        yield "the evidence is not copied from the passage"
    elif not low <= where <= high:
        yield f"the evidence stands at {where:.2f} of the passage, planned was: {slot['position']}"


CHECKS = {"reviews": check_text, "helpdesk": check_text, "briefs": check_brief, "pairs": check_pair, "questions": check_question}
FIELDS = {"reviews": ("label", "text"), "helpdesk": ("label", "text"), "briefs": ("topics", "text"), "pairs": ("label", "premise", "hypothesis"),
          "questions": ("passage", "answered", "unanswered", "evidence")}


def read(path):
    """The objects of a JSON Lines file, with a fault for each line that is none."""
    rows, faults = [], []
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(json.loads(line))
            if not isinstance(rows[-1], dict):
                faults.append(f"line {number}: not an object: {rows.pop()}")
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: {error}")
    return rows, faults


def check_fields(corpus, row):
    """Faults of the fields of a row: all there, no others, none empty."""
    fields = FIELDS[corpus]
    if set(row) != {"slot", *fields}:
        yield f"fields are {', '.join(row)}; wanted are slot, {', '.join(fields)}"
    for field in set(row) & set(fields):
        right = all(isinstance(topic, str) for topic in row[field]) if isinstance(row[field], list) else field != "topics" and isinstance(row[field], str)
        if not right or isinstance(row[field], list) != (field == "topics") or (field != "topics" and not row[field].strip()):
            yield f"{field} is empty or of the wrong kind"


def check_together(corpus, rows, slots):
    """Faults between the rows of a batch: a text that stands twice, hypotheses that differ in a group, openings alike."""
    seen, openings = {}, {}
    for slot, row in zip(slots, rows):
        for field in set(FIELDS[corpus]) - {"label", "topics", "evidence"}:
            text, group = " ".join(bare(row[field]).lower().split()), slot.get("group") if field == "hypothesis" else None
            other, its = seen.setdefault((field, text), (slot["slot"], group))
            if other != slot["slot"] and (group is None or group != its):
                yield slot["slot"], f"{field} is the same as in slot {other}"
            opening = " ".join(text.split()[:4])
            if field == "text" and (first := openings.setdefault(opening, slot["slot"])) != slot["slot"]:
                yield slot["slot"], f"look: opens as slot {first} does: {opening}"
        mates = [mate["hypothesis"] for mate, its in zip(rows, slots) if its.get("group") == slot.get("group")] if corpus == "pairs" else []
        if len(set(mates)) > 1:
            yield slot["slot"], "the hypothesis is not the same, word for word, in its group"


def check(corpus, batch, path):
    """The faults of a written batch; a line with "look" is a question only."""
    rows, faults = read(path)
    slots, good = {slot["slot"]: slot for slot in plan(corpus, batch)}, {}
    for row in rows:
        number = row.get("slot")
        id_ = f"{corpus}-{batch:03d}-{number:02d}" if isinstance(number, int) else f"slot {number}"
        mine = [] if number in slots else ["no such slot"]
        mine += ["the slot is there twice"] if number in good else []
        mine += check_fields(corpus, row)
        if not mine:
            good[number] = row
            if row.get("label") != slots[number].get("label"):
                mine.append(f"label is {row['label']}, planned is {slots[number]['label']}")
            mine += CHECKS[corpus](slots[number], row)
        faults += [f"{id_}: {fault}" for fault in mine]
    faults += [f"{corpus}-{batch:03d}-{number:02d}: missing or not readable" for number in slots if number not in good]
    faults += [f"{corpus}-{batch:03d}-{number:02d}: {fault}" for number, fault in check_together(corpus, list(good.values()), [slots[number] for number in good])]
    return faults


def summary(corpus, last):
    """Counts over batches 1 to `last`, by split, then by each feature of the slots."""
    batches = list(itertools.islice(series(corpus), last))
    sizes = collections.Counter()
    for batch, slots in enumerate(batches, 1):
        sizes[split(corpus, batch)] += len(slots)
    yield "texts: " + ", ".join(f"{name} {size}" for name, size in sizes.items())
    yield "splits: " + " ".join(f"{batch:03d}{split(corpus, batch)[:2]}" for batch in range(1, last + 1))
    every = list(itertools.chain.from_iterable(batches))
    for feature in COUNTED[corpus]:
        values = itertools.chain.from_iterable(slot[feature] if isinstance(slot[feature], list) else slot[feature].values() if isinstance(slot[feature], dict)
                                               else [slot[feature]] for slot in every)
        yield f"{feature}:"
        yield from (f"  {count:5d}  {100 * count / len(every):5.1f} %  {value or '–'}" for value, count in collections.Counter(values).most_common())


def other_names(corpus, batch):
    """Names for a pilot batch, whose texts drew on few: as many of each type as its entities need."""
    tables = Table(corpus, max(start for start in SERIES if start <= batch))
    for number in range(max(start for start in SERIES if start <= batch), batch + 1):
        used = {}
        for type_, count in (("PER", 22), ("ORG", 18), ("LOC", 16), ("MISC", 6)):
            for _ in range(count):
                used[named(tables, type_, "train", used)] = type_
    for type_ in ("PER", "ORG", "LOC", "MISC"):
        yield f"{type_}: " + "; ".join(name for name, its in used.items() if its == type_)


def main(arguments):
    """The command line; returns the exit status."""
    if arguments[:1] == ["check"]:
        corpus, batch, path = arguments[1:4]
        faults = check(corpus, int(batch), path)
        print("\n".join(faults) or "ok")
        return any("look: " not in fault for fault in faults)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", choices=list(PLANNERS))
    parser.add_argument("batch", type=int)
    parser.add_argument("--out", help="where the writer puts the texts")
    parser.add_argument("--summary", action="store_true")
    parser.add_argument("--names", action="store_true")
    given = parser.parse_args(arguments)
    if given.summary or given.names:
        print("\n".join((summary if given.summary else other_names)(given.corpus, given.batch)))
    else:
        print(brief(given.corpus, given.batch, given.out or f"/tmp/{given.corpus}-{given.batch:03d}.jsonl"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
