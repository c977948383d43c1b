"""What things cost, as ratios within one run: a machine's speed cancels out.

    python tools/bench.py align      # aligning labels against tokenizing, on 20,000 sentences; at most a quarter
"""

import argparse
import os
import statistics
import sys
import time

SENTENCES = 20_000
MOST = 0.25  # of the time of tokenizing


def align():
    """Seconds of tokenizing and of aligning with each strategy, on the briefs over and over; three rounds, the median ratio."""
    from course_utils import data, encoder, labels

    briefs = data.load("briefs", task="entities")["train"]
    names = briefs.features["ner_tags"].feature.names
    words, tags = list(briefs["tokens"]), list(briefs["ner_tags"])
    times = SENTENCES // len(words) + 1
    words, tags, tokenizer = (words * times)[:SENTENCES], (tags * times)[:SENTENCES], encoder.tokenizer()
    ratios = {strategy: [] for strategy in labels.STRATEGIES}
    for _ in range(3):
        start = time.perf_counter()
        encoding = tokenizer(words, is_split_into_words=True, truncation=True)
        tokenizing = time.perf_counter() - start
        for strategy in labels.STRATEGIES:
            start = time.perf_counter()
            labels.align_labels(encoding, tags, strategy, names)
            ratios[strategy].append((time.perf_counter() - start) / tokenizing)
        print(f"tokenizing {SENTENCES:,} sentences: {tokenizing:.2f} s; aligning: " + ", ".join(f"{name} {found[-1] * tokenizing:.2f} s" for name, found in ratios.items()))
    worst = max(statistics.median(found) for found in ratios.values())
    print(f"aligning costs at most {worst:.0%} of tokenizing (limit {MOST:.0%})")
    return worst <= MOST


BENCHES = {"align": align}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", choices=BENCHES)
    os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
    sys.exit(not BENCHES[parser.parse_args().bench]())
