"""How natural is a set of short texts? Counts to hold beside the same counts of real text; audit.py prints both.

No measure has a pass mark of its own: what says something is the distance from real text of the same kind and length.
"""

import collections
import math
import random
import re
import statistics

WORD = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)?|[^\sA-Za-z0-9]")
SAMPLE = 1000  # measures that grow with the number of texts use this many
MARKERS = [
    "overall", "testament", "game changer", "game-changer", "didn't disappoint", "did not disappoint",
    "highly recommend", "exceeded my expectations", "in a world", "truly", "a must", "seamless", "delve",
    "hidden gem", "top-notch", "top notch", "look no further", "from start to finish", "left me wanting",
    "worth every penny", "not only", "boasts", "nestled", "vibrant", "stands as", "underscores", "amid growing",
]


def words(text):
    """The words and punctuation marks of a text, in order, lower case."""
    return [match.group().lower() for match in WORD.finditer(text)]


def repeated_ngrams(texts, n=4, budget=20_000):
    """Share of the distinct word n-grams that occur in three texts or more, over the first `budget` words."""
    seen, used = collections.defaultdict(set), 0
    for index, tokens in enumerate(texts):
        for start in range(len(tokens) - n + 1):
            seen[tuple(tokens[start:start + n])].add(index)
        used += len(tokens)
        if used >= budget:
            break
    return sum(len(where) >= 3 for where in seen.values()) / max(1, len(seen))


def vocabulary(texts, budget=10_000):
    """Distinct words among the first `budget` words (None when there are fewer)."""
    flat = [token for tokens in texts for token in tokens if token[0].isalnum()]
    return len(set(flat[:budget])) if len(flat) >= budget else None


def entropy(items):
    """Shannon entropy in bits, divided by the bits that as many distinct items could have (0 to 1)."""
    counts = collections.Counter(items)
    total = sum(counts.values())
    bits = -sum(c / total * math.log2(c / total) for c in counts.values())
    return bits / math.log2(total) if total > 1 else 0.0


def skeleton(text):
    """The text with numbers, and capitalised words that do not open it, masked."""
    masked = re.sub(r"\d[\d.,:]*", "0", text)
    return re.sub(r"(?<=\s)[A-ZÀ-Þ][\w'’-]*", "N", masked).lower()


def surface(text):
    """Ten features that know nothing of meaning: lengths, marks, capitals, digits."""
    tokens = words(text)
    return [len(text), len(tokens), text.count("!"), text.count("?"), text.count(","), text.count("."),
            sum(c.isupper() for c in text), sum(c.isdigit() for c in text), text.count("'"),
            sum(map(len, tokens)) / max(1, len(tokens))]


def label_from_surface(texts, labels):
    """Five-fold accuracy of a logistic regression on `surface`, minus the majority share."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    accuracy = cross_val_score(model, [surface(t) for t in texts], labels, cv=5).mean()
    return accuracy - max(collections.Counter(labels).values()) / len(labels)


def neighbours(texts, limit=SAMPLE):
    """Median and 95th centile of each text's largest cosine to another, by mean-pooled vectors of the frozen encoder."""
    import torch

    vectors = torch.tensor(embed(texts[:limit]))
    nearest = (vectors @ vectors.T).fill_diagonal_(-1).max(1).values
    return nearest.median().item(), nearest.quantile(0.95).item()


def embed(texts):
    """Mean-pooled, normalised vectors of the frozen encoder, shape (texts, hidden)."""
    import torch

    from course_utils import encoder

    tokenizer, body, vectors = encoder.tokenizer(), encoder.body(), []
    with torch.no_grad():
        for start in range(0, len(texts), 64):
            batch = tokenizer(list(texts[start:start + 64]), padding=True, truncation=True, max_length=128, return_tensors="pt")
            mask = batch["attention_mask"][..., None]
            mean = (body(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
            vectors.append(torch.nn.functional.normalize(mean, dim=-1))
    return torch.cat(vectors).numpy()


def measure(texts, labels=None, encoder=False, seed=0):
    """All measures of a list of texts, as a dict of name to figure."""
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    texts = [texts[i] for i in order]
    labels = [labels[i] for i in order] if labels else None
    tokens = [words(t) for t in texts]
    lengths = [len(t) for t in tokens]
    openings = [" ".join(t[:2]) for t in tokens[:SAMPLE] if t]
    forms = collections.Counter(map(skeleton, texts))
    lowered = [t.lower() for t in texts]
    result = {
        "texts": len(texts),
        "words, mean": round(statistics.mean(lengths), 1),
        "words, coefficient of variation": round(statistics.pstdev(lengths) / statistics.mean(lengths), 2),
        "distinct words in 10,000": vocabulary(tokens),
        "4-grams in 3+ texts, % (20,000 words)": round(100 * repeated_ngrams(tokens), 2),
        "commonest two-word opening, %": round(100 * max(collections.Counter(openings).values()) / len(openings), 1),
        "entropy of openings (0 to 1)": round(entropy(openings), 3),
        "same once names and numbers are masked, %": round(100 * sum(c for c in forms.values() if c > 1) / len(texts), 1),
        "starts in lower case, %": round(100 * sum(t[:1].islower() for t in texts) / len(texts), 1),
        "no mark at the end, %": round(100 * sum(t.rstrip()[-1:].isalnum() for t in texts) / len(texts), 1),
        "one of the stock phrases, %": round(100 * sum(any(m in t for m in MARKERS) for t in lowered) / len(texts), 1),
        "round numbers (10, 15, 20 …) among numbers, %": None,
    }
    numbers = [n for t in texts for n in re.findall(r"(?<![\d.,])\d{2,3}(?![\d.,])", t)]
    if len(numbers) >= 50:
        result["round numbers (10, 15, 20 …) among numbers, %"] = round(
            100 * sum(int(n) % 5 == 0 for n in numbers) / len(numbers))
    if labels:
        result["label from surface alone, points above majority"] = round(100 * label_from_surface(texts, labels), 1)
    if encoder:
        median, high = neighbours(texts)
        result["nearest neighbour cosine, median / 95 %"] = f"{median:.2f} / {high:.2f}"
    return result
