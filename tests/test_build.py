"""The build makes both editions of a lesson, the same ones each time, and refuses what breaks its rules."""

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
