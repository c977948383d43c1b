"""The project holds together: lists of versions, names, sizes, and what may import what."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import course_utils

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    Requirement(line)
    for line in PYPROJECT["project"]["dependencies"] + sum(PYPROJECT["project"]["optional-dependencies"].values(), [])
]
PINNED = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
}
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
# Modules in the order in which data flows; each imports only from those before it.
ORDER = ["settings", "content", "record", "hub", "encoder", "data", "doctor", "labels", "pairs", "losses", "training", "metrics", "plots",
         "exercises", "quizzes", "explorers", "latecomers", "errors", "recipe"]  # fmt: skip
MOST_LINES = 3700


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_the_lock_pins_what_the_package_wants(wanted):
    assert wanted.specifier.contains(PINNED[canonicalize_name(wanted.name)]), f"{wanted} is not {PINNED.get(wanted.name)}"


def test_the_lock_is_what_is_installed():
    installed = {canonicalize_name(found.name): Version(found.version) for found in importlib.metadata.distributions() if found.name}
    for requirement in WANTED:
        name = canonicalize_name(requirement.name)
        assert installed[name].public == PINNED[name].public, f"{name} {installed[name]} is installed, {PINNED[name]} is in constraints.txt"


def test_the_ranges_reach_to_what_colab_ships():
    lowest = {"torch": "2.11", "transformers": "5.15", "datasets": "4.0", "ipywidgets": "7.7.1"}
    for requirement in WANTED:
        if requirement.name in lowest:
            assert requirement.specifier.contains(lowest[requirement.name])


def test_conda_installs_the_same():
    python = next(line for line in ENVIRONMENT["dependencies"] if str(line).startswith("python"))
    pip = next(line["pip"] for line in ENVIRONMENT["dependencies"] if isinstance(line, dict))
    assert Version(python.split("=")[1]) in Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier
    assert pip == ["-c constraints.txt", "-e .[lab]"]


def test_the_version_is_one():
    assert f"version: {course_utils.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest.group(1) == course_utils.__version__ == importlib.metadata.version("course-utils")


def test_importing_the_package_is_cheap():
    code = "import course_utils, course_utils.encoder, course_utils.data, course_utils.plots, course_utils.doctor, sys, json; print(json.dumps(list(sys.modules)))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout))
    assert not loaded & {"torch", "transformers", "datasets", "sklearn", "pandas", "matplotlib"}


def modules():
    """Each module of the package as (its place in ORDER, its path)."""
    for path in sorted((ROOT / "course_utils").rglob("*.py")):
        yield path.relative_to(ROOT / "course_utils").parts[0].removesuffix(".py"), path


@pytest.mark.parametrize("name, path", [pair for pair in modules() if not pair[0].startswith("__")], ids=lambda value: str(value)[-30:])
def test_data_flows_one_way(name, path):
    used = {
        part
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.ImportFrom, ast.Import))
        for part in imported(node)
    }
    late = [other for other in used if ORDER.index(other) > ORDER.index(name)]
    assert not late, f"{name} imports {late}, which come after it"


def imported(node):
    """The modules of the package that an import statement names."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
        rest = node.module.split(".")[1:]
        return rest[:1] or [alias.name for alias in node.names if alias.name in ORDER]
    return [alias.name.split(".")[1] for alias in getattr(node, "names", []) if alias.name.startswith("course_utils.")]


def code_lines(path):
    """The lines of a module that are neither blank, comment nor docstring."""
    text = path.read_text(encoding="utf-8")
    docstrings = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            docstrings.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and not line.strip().startswith("#") and number not in docstrings)


def test_the_package_stays_small():
    counts = {str(path.relative_to(ROOT)): code_lines(path) for _, path in modules()}
    for path, count in counts.items():
        print(f"{count:5} {path}")
    print(f"{sum(counts.values()):5} lines of code in all, of at most {MOST_LINES}")
    assert sum(counts.values()) < MOST_LINES


def test_each_function_has_a_docstring_and_can_be_read_in_a_minute():
    for _, path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for part in ast.walk(node) if part is not node}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
                assert ast.get_docstring(node) or node.name.startswith("_") or id(node) in inner, f"{path.name}: {node.name} has no docstring"
                assert node.end_lineno - node.lineno < 30, f"{path.name}: {node.name} is long"


def tracked():
    """The files of the project, by git; every file below the root where there is no git."""
    found = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    names = found.stdout.splitlines() if found.returncode == 0 else []
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_an_index_or_a_path_of_a_machine():
    words = ["pypi" + ".org", "files.python" + "hosted", "download.py" + "torch", "conda.anaconda" + ".org", "/wo" + "rk/", "/ro" + "ot/"]
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".yml", ".yaml", ".txt", ".ipynb", ".cff", ".cfg", ""):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [word for word in words if word in text], f"{path.relative_to(ROOT)} names {[w for w in words if w in text]}"


def test_nothing_loads_code_or_pickles():
    for path in tracked():
        if path.suffix in (".py", ".ipynb") and path.name != "test_project.py":
            text = path.read_text(encoding="utf-8")
            assert "trust_remote_code" not in text and not re.search(r"\bimport pickle|pickle\.load|torch\.load\(", text), path
