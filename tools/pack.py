"""Packs the texts of a corpus, JSON Lines with a field `split`, into the Parquet files of the package.

    python tools/pack.py reviews texts.jsonl

Rows keep their order. Labels are stored with their names, so that a reader needs nothing but the file.
"""

import json
import sys
from pathlib import Path

from datasets import ClassLabel, Dataset, Features, Value
from pyarrow import parquet

DATA = Path(__file__).parents[1] / "course_utils" / "data"
FEATURES = {
    "reviews": {"id": Value("string"), "text": Value("string"), "label": ClassLabel(names=["negative", "neutral", "positive"])},
}


def main(name, texts):
    features = Features(FEATURES[name])
    rows = [json.loads(line) for line in Path(texts).read_text(encoding="utf-8").splitlines() if line.strip()]
    for split in ("train", "validation", "test"):
        chosen = [{column: row[column] for column in features} for row in rows if row["split"] == split]
        parquet.write_table(Dataset.from_list(chosen, features=features).data.table, DATA / f"{name}-{split}.parquet", compression="zstd")
        print(f"{name}-{split}: {len(chosen)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in FEATURES:
        sys.exit(__doc__)
    main(*sys.argv[1:])
