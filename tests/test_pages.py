"""The pages to look things up are as the content has them, and lead somewhere."""

import re
import sys

import pytest
from conftest import ROOT

import pages
from course_utils import content

DOCS = ROOT / "docs"
GLOSSARY = content.read("glossary")


def test_the_pages_are_up_to_date():
    assert pages.stale() == [], "run `python tools/pages.py`"


def test_a_page_that_is_not_up_to_date_is_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["pages.py"])
    pages.main()
    assert pages.stale() == []
    (tmp_path / "errors.md").write_text("old")
    monkeypatch.setattr(sys, "argv", ["pages.py", "--check"])
    with pytest.raises(SystemExit, match="docs/errors.md is not up to date"):
        pages.main()
    assert (tmp_path / "errors.md").read_text() == "old"


def test_every_message_stands_in_the_index_with_its_cure():
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    for entry in content.read("errors"):
        assert pages.as_code(entry["message"]) in text and entry["cure"].replace("|", "\\|") in text


def test_terms_are_unique_and_each_is_told_in_a_sentence():
    assert len({entry["term"].lower() for entry in GLOSSARY}) == len(GLOSSARY) >= 60
    for entry in GLOSSARY:
        assert set(entry) <= {"term", "shape", "meaning", "lesson"} and re.fullmatch(r"0[0-7]", entry["lesson"])
        assert entry["meaning"].endswith((".", "?")) and 5 <= len(entry["meaning"].split()) <= 30, entry["term"]


def test_a_term_stands_in_its_lesson_where_that_exists():
    for entry in GLOSSARY:
        if entry["lesson"] in content.lessons():
            text = " ".join(source for _, source in content.cells(entry["lesson"])).lower().replace("\n# ", " ").replace("_", " ")
            assert entry["term"].lower().replace("_", " ") in text, f"lesson {entry['lesson']} does not name {entry['term']}"


def test_a_table_has_as_many_cells_in_each_row():
    for name in ("errors.md", "glossary.md", "cheat_sheet.md"):
        for block in re.findall(r"(?:^\|.*\n)+", (DOCS / name).read_text(encoding="utf-8"), re.M):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_links_of_pages_and_readme_lead_to_files():
    for page in [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            lesson = re.fullmatch(r"(?:\.\./)?notebooks/(.+)\.ipynb", target)
            file = ROOT / "solutions" / f"{lesson.group(1)}.py" if lesson else page.parent / target
            assert target.startswith("http") or file.exists(), f"{page.name} links to {target}"


def test_the_readme_links_to_every_lesson_that_exists():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for lesson, source in content.lessons().items():
        assert f"[{lesson} {pages.title(source)}](notebooks/{source.stem}.ipynb)" in text
