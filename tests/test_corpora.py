"""What the datasheets promise of the corpora, and that the package holds what the written texts give."""

import collections

import audit
import pack
import pytest
from pyarrow import parquet

from course_utils import data

SIZES = {"reviews": (600, 100, 200), "helpdesk": (2400, 600, 1000)}


@pytest.mark.parametrize("corpus", data.TASKS)
@pytest.mark.parametrize("split", data.SPLITS)
def test_the_package_holds_what_the_texts_give(corpus, split):
    """The Parquet files are what pack.py makes of tools/texts, row for row."""
    stored = parquet.read_table(data.HERE / f"{corpus}-{split}.parquet")
    assert stored.to_pylist() == pack.table(corpus, pack.rows(corpus)[split]).to_pylist()


@pytest.mark.parametrize("corpus, sizes", SIZES.items())
def test_sizes(corpus, sizes):
    assert tuple(len(rows) for rows in data.load(corpus).values()) == sizes


@pytest.mark.parametrize("corpus", data.TASKS)
def test_no_near_duplicates_across_splits(corpus):
    assert audit.near_duplicates(corpus) == []


def test_near_duplicates_are_found():
    """The measure sees what it is for."""
    assert audit.shingled("a b c d") == {"a b c", "b c d"} and audit.shingled("a b") == {"a b"}


@pytest.mark.parametrize("corpus", data.TASKS)
def test_a_corpus_is_within_a_megabyte(corpus):
    assert sum(path.stat().st_size for path in data.HERE.glob(f"{corpus}-*.parquet")) < 1_000_000


def test_helpdesk_keeps_its_shares_in_every_split():
    for rows in data.load("helpdesk").values():
        counts = collections.Counter(rows.features["label"].int2str(rows["label"]))
        assert counts == {"routine": 0.9 * len(rows), "complaint": 0.08 * len(rows), "fraud": 0.02 * len(rows)}
