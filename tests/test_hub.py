"""What the hub does to a learner: each fault ends in time with its cause and a way out, and nothing broken outlives it."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import repositories
from conftest import ROOT
from hub_server import Hub

from course_utils import data, encoder, hub

SST2, GLUE, EMOTIONS = "stanfordnlp/sst2", "nyu-mll/glue", "google-research-datasets/go_emotions"
TINY = "somebody/tiny-bert"
SHORT = 2  # seconds of patience where a test waits for its end
FROZEN = {  # what hub.use and the clients keep in modules
    "huggingface_hub.constants": ["ENDPOINT", "HUGGINGFACE_CO_URL_TEMPLATE", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE"],
    "datasets.config": ["HF_ENDPOINT", "HUB_DATASETS_URL", "HF_DATASETS_CACHE", "DOWNLOADED_DATASETS_PATH", "EXTRACTED_DATASETS_PATH", "HF_HUB_OFFLINE"],
    "transformers.utils.hub": ["_hf_api"],
}


@pytest.fixture
def pointed(tmp_path, monkeypatch, settings):
    """The clients may ask, keep what comes in an empty folder, and wait hardly at all between tries; all comes back afterwards."""
    import importlib

    from huggingface_hub import hf_api
    from huggingface_hub.utils import _http

    for module, names in FROZEN.items():
        for name in names:
            monkeypatch.setattr(importlib.import_module(module), name, getattr(importlib.import_module(module), name))
    monkeypatch.setattr(hf_api.api, "endpoint", hf_api.api.endpoint)
    for function in (_http.http_backoff, _http.http_stream_backoff.__wrapped__):
        monkeypatch.setitem(function.__kwdefaults__, "base_wait_time", 0.02)
    monkeypatch.setattr(hub, "PATIENCE", 10)
    hub.use(endpoint="http://127.0.0.1:9", home=tmp_path / "hf", offline=False)


@pytest.fixture
def server(tmp_path, pointed):
    """A hub with one data set."""
    repositories.write(tmp_path / "hub", SST2)
    served = Hub(tmp_path / "hub")
    hub.use(endpoint=served.url)
    yield served
    served.close()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The files of a model as small as can be, with the tokenizer of the course's encoder."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny")
    BertModel(BertConfig(hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4)).save_pretrained(folder)
    shutil.copy(encoder.path() / "tokenizer.json", folder)
    return folder


def refused(load=lambda: data.load("reviews", source="hub"), seconds=20):
    """What a load that must fail says; it must not take long, nor leave a file that is not what it is called."""
    start = time.monotonic()
    with pytest.raises((data.DataError, encoder.EncoderError)) as caught:
        load()
    assert time.monotonic() - start < seconds
    assert not caught.value.__cause__ and (caught.value.__suppress_context__ or not caught.value.__context__)
    return str(caught.value)


def loads():
    """Load the reviews; they have to be right."""
    found = data.load("reviews", source="hub")
    assert found["test"]["text"][:2] == ["validation 0", "validation 1"] and found["test"]["label"][:] == [0, 1] * 4
    assert sorted(int(text.split()[1]) % 2 == label for text, label in zip(found["train"]["text"], found["train"]["label"])) == [True] * 27
    return found


def damage(table_of=lambda content: b"<html>" + content[6:]):
    """A fault: files whose content is not theirs."""
    return {"pattern": r"\.parquet", "method": "GET", "body": table_of}


def inverted(content):
    """A Parquet file of the same size with other texts: the client reads it as gladly."""
    return content.replace(b"train 1", b"train 2")


# --- what arrives when all is well ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, task, names",
    [
        ("reviews", None, ["negative", "positive"]),
        ("briefs", "entities", data.real.TAGS),
        ("pairs", "nli", ["entailment", "neutral", "contradiction"]),
        ("pairs", "similarity", None),
        ("questions", None, ["entailment", "not_entailment"]),
        ("helpdesk", None, ["other", "fear"]),
        ("briefs", "topics", None),
    ],
)
def test_each_corpus_has_its_columns_from_the_hub(tmp_path, server, name, task, names):
    repositories.write(tmp_path / "hub", data.real.SOURCES[name, task].repo)
    found, own = data.load(name, source="hub", task=task), data.load(name, task=task)
    assert list(found) == list(own) == ["train", "validation", "test"]
    rows = found["train"]
    assert set(rows.features) <= set(own["train"].features) and list(rows.features)[0] == "id"
    label = next((rows.features[column] for column in ("label", "ner_tags") if column in rows.features), None)
    assert (getattr(label, "names", None) or getattr(getattr(label, "feature", None), "names", None)) == names
    ids = [id for split in found.values() for id in split["id"]]
    assert len(ids) == len(set(ids))
    assert all(not method == "POST" and token is None for method, _, token in server.log)
    if task == "topics":
        assert rows.features["labels"].length == len(data.EMOTIONS) and rows[0]["labels"][0] == 1.0 and sum(rows[1]["labels"]) == 2


def test_hidden_labels_make_validation_the_test(server):
    found = loads()
    assert {split: len(rows) for split, rows in found.items()} == {"train": 27, "validation": 3, "test": 8}
    assert not set(found["train"]["id"]) & set(found["validation"]["id"])
    assert loads()["validation"]["id"][:] == found["validation"]["id"][:]


def test_what_was_right_once_is_not_asked_for_again(server):
    loads()
    asked = len(server.log)
    server.fault("", stall=60)
    loads()
    assert len(server.log) == asked


def test_the_source_is_changed_in_a_notebook(server, settings, monkeypatch):
    monkeypatch.setattr(settings, "source", "course")
    assert data.load("reviews")["train"].features["label"].num_classes == 3 and not server.log
    settings.source = "hub"
    assert data.load("reviews")["train"].features["label"].num_classes == 2


def test_what_the_hub_does_not_have_is_said(pointed, capsys):
    for name, task in (("briefs", "pos"),):
        assert "no counterpart on the hub" in refused(lambda: data.load(name, task=task, source="hub"))
        assert len(data.load(name, task=task, source="hub", fallback=True)["train"]) == 100
    assert "the course's own texts" in capsys.readouterr().out


# --- faults of the way: (id, faults, words of the message) ----------------------------------------------------------------------

README, TREE, REVISION, FILE = "/resolve/main/README", "/tree/", "/revision/", "/train-"
GATED = {"status": 401, "headers": {"X-Error-Code": "GatedRepo"}}
LATER = {"status": 429, "headers": {"Retry-After": "600"}}
STALLS = [
    ("stall on HEAD", {"pattern": README, "stall": 60}, "gave no answer"),
    ("stall on the tree", {"pattern": TREE, "stall": 60}, "gave no answer"),
    ("stall on the revision", {"pattern": REVISION, "stall": 60}, "gave no answer"),
    ("stall before the body", {"pattern": FILE, "method": "GET", "stall": 60}, "gave no answer"),
    ("stall in the body", {"pattern": FILE, "method": "GET", "pause": 60}, "began to send data/train.*next to nothing"),
    ("a trickle", {"pattern": FILE, "method": "GET", "trickle": 0.2}, "began to send data/train.*next to nothing"),
]
ANSWERS = [
    ("404 for the data set", {"pattern": "", "status": 404, "headers": {"X-Error-Code": "RepoNotFound"}}, "has no stanfordnlp/sst2"),
    ("404 for a file", {"pattern": FILE, "status": 404, "headers": {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": "0" * 40}}, "but data/train.* is not in it"),
    ("404 without a reason", {"pattern": FILE, "status": 404}, "is not in it|not the hub"),
    ("401, not found", {"pattern": "", "status": 401, "headers": {"X-Error-Code": "RepoNotFound"}}, "has no stanfordnlp/sst2"),
    ("401", {"pattern": "", "status": 401}, "does not let us see .*status 401.*hf auth login"),
    ("403", {"pattern": "", "status": 403}, "does not let us see .*status 403"),
    ("gated", {"pattern": "", **GATED}, "is gated.*/datasets/stanfordnlp/sst2 with an account"),
    ("429 on HEAD", {"pattern": README, **LATER}, "too many requests.*wait 600 seconds"),
    ("429 on the tree", {"pattern": TREE, **LATER}, "too many requests.*wait 600 seconds"),
    ("429 on a file", {"pattern": FILE, "method": "GET", **LATER}, "too many requests.*wait 600 seconds"),
    ("429 by RateLimit", {"pattern": TREE, "status": 429, "headers": {"RateLimit": '"api";r=0;t=300'}}, "wait 300 seconds"),
    ("503 for ever", {"pattern": "", "status": 503}, "a fault of its own .status 503"),
    ("503 on a file for ever", {"pattern": FILE, "method": "GET", "status": 503}, "a fault of its own .status 503"),
    ("cut each time", {"pattern": FILE, "method": "GET", "cut": 500}, "broke off in the middle of data/train"),
    ("shorter than announced", {"pattern": FILE, "method": "GET", "body": lambda content: content[:900]}, "broke off in the middle of"),
    ("a login page", {"pattern": "", "status": 200, "content": b"<html>", "headers": {"Content-Type": "text/html"}}, "is not the hub: a login page"),
    ("no ETag", {"pattern": "", "without": "ETag"}, "is not the hub"),
    ("another content each time", damage(), r"as (train|validation|test)-.* is not what the hub's checksum says, twice"),
]


@pytest.mark.parametrize("fault, words", [pytest.param(fault, words, id=name) for name, fault, words in STALLS])
def test_a_stall_ends(server, monkeypatch, fault, words):
    monkeypatch.setattr(hub, "PATIENCE", SHORT)
    server.fault(**fault)
    assert re.search(words, refused(seconds=12))
    server.faults.clear()
    monkeypatch.setattr(hub, "PATIENCE", 10)
    loads()


@pytest.mark.parametrize("fault, words", [pytest.param(fault, words, id=name) for name, fault, words in ANSWERS])
def test_a_bad_answer_is_named_and_the_next_call_is_sound(server, fault, words):
    server.fault(**fault)
    message = refused()
    assert re.search(words, message) and "settings.source = 'course'" in message
    server.faults.clear()
    loads()


@pytest.mark.parametrize("place, method", [(README, "HEAD"), (TREE, "GET"), (REVISION, "GET"), (FILE, "GET")])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "headers": {"Retry-After": "0"}}], ids=["500", "429"])
def test_once_is_not_for_ever(server, place, method, fault):
    server.fault(place, method, times=1, **fault)
    loads()


@pytest.mark.parametrize("fault", [{"cut": 500}, {"body": lambda content: content[:900]}, {"body": damage()["body"]}, {"body": inverted}])
def test_a_file_that_came_wrong_is_fetched_again(server, fault):
    server.fault(FILE, "GET", times=1, **fault)
    loads()


def test_nobody_listens(pointed):
    assert "Nobody answers at 127.0.0.1:9: the connection is refused. A firewall" in refused()


def test_a_name_that_nobody_knows(pointed, monkeypatch):
    def unknown(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    hub.use(endpoint="http://hub.invalid")
    assert "hub.invalid cannot be found: this machine has no network, or no DNS" in refused()


def test_offline_is_obeyed_and_named(server):
    hub.use(offline=True)
    assert "HF_HUB_OFFLINE is set. Allow it with hub.use(offline=False)" in refused() and not server.log
    hub.use(offline=False)
    loads()
    hub.use(offline=True)
    loads()


# --- what the client swallows in silence ----------------------------------------------------------------------------------------


def plain():
    """What the client alone makes of it."""
    from datasets import load_dataset

    with hub.quietly():
        return load_dataset(SST2)


def test_a_bad_file_that_the_client_left_is_found_and_fetched_again(server):
    server.fault(FILE, "GET", times=1, body=inverted)
    assert "train 2" in plain()["train"]["sentence"][1]
    loads()


def test_a_file_that_went_bad_on_this_disk_is_fetched_again(server, tmp_path, settings):
    loads()
    blob = next(file for file in (tmp_path / "hf").rglob("train-*.parquet")).resolve()
    blob.write_bytes(inverted(blob.read_bytes()))
    (settings.home / "hub.json").unlink()
    loads()


def test_one_etag_for_all_files(server):
    import hub_server

    true = hub_server.Answer.give_file
    try:
        hub_server.Answer.give_file = lambda self, name, files, hashes, commit: true(
            self, name, files, dict.fromkeys(hashes, "a" * 32) if name.endswith("parquet") else hashes, commit
        )
        message = refused()
    finally:
        hub_server.Answer.give_file = true
    assert "hold the same rows" in message or "more or fewer rows" in message or "not in it" in message


def outside(number):
    """A change of rows: a label without a name in train."""

    def change(split, table):
        if split == "train":
            table["label"][17] = number

    return change


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"columns": {"sentence": "phrase"}}, "columns are not those that its card names"),
        ({"columns": {"sentence": "phrase"}, "card": False}, "no column 'sentence', only idx, phrase, label"),
        ({"rows": outside(5)}, "in train, label has 5, and its names stand for 0 to 1"),
        ({"rows": outside(-1)}, "in train, label has -1, and its names stand for 0 to 1"),
        ({"rows": outside(None)}, "in train, label is empty in 1 place[.]"),
        ({"names": ("positive", "negative")}, "called positive, negative, and we know them as negative, positive: their order is another"),
        ({"names": ("bad", "good")}, "called bad, good.*they are others"),
        ({"card": False}, "label is a number without names"),
        ({"rows": lambda split, table: [column.pop() for column in table.values()]}, "more or fewer rows than its card says"),
    ],
)
def test_content_that_the_client_accepts_is_looked_through(tmp_path, server, changes, words):
    shutil.rmtree(tmp_path / "hub" / "datasets")
    repositories.write(tmp_path / "hub", SST2, **changes)
    message = refused()
    assert re.search(words, message) and "not what the course was written for" in message
    shutil.rmtree(tmp_path / "hub" / "datasets")
    repositories.write(tmp_path / "hub", SST2)
    (Path(hub.settings.home) / "hub.json").unlink(missing_ok=True)
    loads()


def test_scores_outside_their_range(tmp_path, server):
    repositories.write(tmp_path / "hub", GLUE, rows=lambda split, table: table.update(label=[9] * len(table["label"])) if split == "train" else None)
    assert "goes from 9.0 to 9.0; scores go from 0 to 5" in refused(lambda: data.load("pairs", task="similarity", source="hub"))


def test_a_failure_that_sticks_in_a_kernel_is_cleared(server):
    server.fault(TREE, status=200, content=b"[]")
    assert "a file that it needs is not in it" in refused()
    server.faults.clear()
    loads()


# --- what stays on this machine -------------------------------------------------------------------------------------------------


def test_fallback_goes_on_with_the_courses_own_and_says_so(pointed, capsys):
    assert data.load("reviews", source="hub", fallback=True)["test"][:] == data.load("reviews")["test"][:]
    printed = capsys.readouterr().out
    assert "Nobody answers at 127.0.0.1:9" in printed and "These are the course's own texts (reviews) in its place" in printed


def test_a_copy_of_an_earlier_day_serves_while_the_hub_is_down(server, capsys):
    plain()
    server.fault("", status=503)
    loads()
    assert "a fault of its own" in capsys.readouterr().out


def test_a_home_that_cannot_be_written_only_costs_time(server, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.home = tmp_path / "file" / "home"
    loads()
    loads()


def test_a_full_disk(server, tmp_path):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    repositories.write(tmp_path / "hub", SST2, rows=lambda split, table: table.update(sentence=[os.urandom(9000).hex() for _ in table["sentence"]]) if split == "train" else None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        message = refused()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert re.search(r"The disk is full, or your share of it: [\d,]+ MB free where .*/hf is", message)
    assert not list((tmp_path / "hf").rglob("*.incomplete"))
    data.load("reviews", source="hub")


def learner(code, server, home, namespace=False, **options):
    """Start a process of a learner's that runs `code`, with the variables that a learner would set."""
    variables = {**os.environ, "HF_ENDPOINT": getattr(server, "url", server), "HF_HOME": str(home / "hf"), "COURSE_HOME": str(home / "home"), "HF_HUB_OFFLINE": "0"}
    variables["PYTHONPATH"] = os.pathsep.join([str(ROOT), variables.get("PYTHONPATH", "")])
    command = ["unshare", "-rn"] * namespace + [sys.executable, "-c", code]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def ended(*processes, seconds=240):
    """What processes printed; they are gone afterwards, however it went."""
    try:
        return [process.communicate(timeout=seconds) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()


LOAD = "from course_utils import data; print(len(data.load('reviews', source='hub')['train']))"


def test_two_notebooks_at_once_and_one_killed_half_way(server, tmp_path):
    server.fault(FILE, "GET", times=1, pause=30)
    killed = learner(LOAD, server, tmp_path)
    try:
        until(lambda: any("train-" in path and method == "GET" for method, path, _ in server.log))
    finally:
        killed.kill()
        killed.communicate()
    server.log.clear()
    printed = ended(learner(LOAD, server, tmp_path), learner(LOAD, server, tmp_path))
    assert [out.strip().splitlines()[-1] for out, _ in printed] == ["27", "27"], printed
    assert sum("train-" in path and method == "GET" for method, path, _ in server.log) == 1
    for file in (tmp_path / "hf").rglob("*.incomplete"):
        os.utime(file, (1, 1))
    (tmp_path / "home" / "hub.json").unlink()
    loads()
    assert not list((tmp_path / "hf").rglob("*.incomplete"))


def test_a_notebook_that_holds_a_file_and_sleeps(server, tmp_path, monkeypatch):
    from filelock import FileLock

    for place in (tmp_path / "hub" / "datasets" / SST2).rglob("train-*"):
        lock = tmp_path / "hf" / "hub" / ".locks" / "datasets--stanfordnlp--sst2" / f"{hashlib.sha256(place.read_bytes()).hexdigest()}.lock"
    lock.parent.mkdir(parents=True)
    monkeypatch.setattr(hub, "PATIENCE", SHORT)
    with FileLock(lock):
        assert "Another notebook or program on this machine holds the files of stanfordnlp/sst2" in refused()
    monkeypatch.setattr(hub, "PATIENCE", 10)
    loads()


def until(true, seconds=240):
    """Wait for something."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


# --- nothing without being asked ------------------------------------------------------------------------------------------------


def test_a_token_goes_to_no_other_endpoint(server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    plain()
    assert any(token for _, _, token in server.log), "the client alone sends it"
    server.log.clear()
    shutil.rmtree(hub.places(SST2, "dataset")[0])
    shutil.rmtree(hub.places(SST2, "dataset")[1])
    loads()
    assert server.log and not any(token for _, _, token in server.log)


def test_the_clients_settings_come_back(server):
    import datasets.config
    from huggingface_hub import constants, utils
    from huggingface_hub.utils import _http

    before = constants.HF_HUB_DISABLE_TELEMETRY, constants.DOWNLOAD_CHUNK_SIZE, datasets.config.USE_PARQUET_EXPORT, _http._GLOBAL_CLIENT_FACTORY
    loads()
    after = constants.HF_HUB_DISABLE_TELEMETRY, constants.DOWNLOAD_CHUNK_SIZE, datasets.config.USE_PARQUET_EXPORT, _http._GLOBAL_CLIENT_FACTORY
    with hub.bars():
        assert not utils.are_progress_bars_disabled(), "a download shows its bar"
    assert utils.are_progress_bars_disabled()
    assert before == after and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert not any("s3" in path or "agent-harnesses" in path for _, path, _ in server.log)


COUNT = """
import socket
def sent():
    tables = {}
    for line in open('/proc/self/net/snmp'):
        name, *values = line.split()
        tables.setdefault(name, []).append(values)
    fields = {f'{name}{key}': int(value) for name, rows in tables.items() for key, value in zip(*rows)}
    return {key: fields[key] for key in ('Tcp:ActiveOpens', 'Ip:OutRequests', 'Ip:OutNoRoutes', 'Udp:OutDatagrams')}
"""
DEFAULT_RUN = COUNT + """
from course_utils import data, encoder, doctor
for name, tasks in data.TASKS.items():
    for task in tasks:
        data.load(name, task=task)
encoder.classifier('sequence', num_labels=3), encoder.tokenizer()
doctor.report()
print('quiet', sent())
try:
    socket.create_connection(('192.0.2.1', 80))
except OSError:
    pass
print('asked', sent())
from course_utils import hub
hub.TRIES = 1
try:
    data.load('reviews', source='hub')
except data.DataError as error:
    print(error)
"""


def test_a_default_run_in_an_empty_network(tmp_path):
    """The kernel counts what leaves, by whatever library; one connection that is tried shows that it does."""
    if sys.platform != "linux" or subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("no empty network can be made here (unshare -rn)")
    [(printed, errors)] = ended(learner(DEFAULT_RUN, "http://hub.invalid", tmp_path, namespace=True))
    quiet, asked = (eval(re.search(rf"^{word} (.*)$", printed, re.M)[1]) for word in ("quiet", "asked"))
    assert not any(quiet.values()), (quiet, printed, errors)
    assert any(asked.values())
    assert "hub.invalid cannot be found: this machine has no network, or no DNS" in printed, (printed, errors)


# --- the encoder ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def model_hub(tmp_path, server, tiny):
    """A hub with a model."""
    shutil.copytree(tiny, tmp_path / "hub" / "models" / TINY)
    return server


def test_an_encoder_of_the_hub(model_hub, capfd):
    assert encoder.classifier("sequence", source=TINY, num_labels=2).config.hidden_size == 4
    assert len(encoder.tokenizer(TINY)) == 30522
    asked = len(model_hub.log)
    assert encoder.body(TINY).config.hidden_size == 4 and len(model_hub.log) == asked
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "fault, words",
    [
        ({"pattern": "config.json", "stall": 60}, "gave no answer"),
        ({"pattern": "model.safetensors", "method": "GET", "pause": 60}, "began to send model.safetensors"),
        ({"pattern": "", "status": 503}, "a fault of its own"),
        ({"pattern": "", "status": 404, "headers": {"X-Error-Code": "RepoNotFound"}}, f"has no {TINY}"),
        ({"pattern": "", **GATED}, f"is gated.*{TINY} with an account"),
        ({"pattern": "safetensors", "status": 404, "headers": {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": "0" * 40}}, "but model.safetensors is not in it"),
        ({"pattern": "tokenizer.json", "status": 404, "headers": {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": "0" * 40}}, "but a tokenizer is not in it"),
        ({"pattern": "safetensors", "method": "GET", "body": lambda content: content[:-8] + b"12345678"}, "as model.safetensors is not what the hub's checksum says"),
    ],
)
def test_faults_on_the_way_to_an_encoder(model_hub, monkeypatch, fault, words):
    if {"stall", "pause"} & set(fault):
        monkeypatch.setattr(hub, "PATIENCE", SHORT)
    model_hub.fault(**fault)
    assert re.search(words, refused(lambda: encoder.tokenizer(TINY)))
    model_hub.faults.clear()
    monkeypatch.setattr(hub, "PATIENCE", 10)
    assert encoder.body(TINY).config.hidden_size == 4


def test_half_an_encoder_is_completed(model_hub):
    """A download that ended between two files: the client alone would make up a tokenizer of five pieces."""
    from huggingface_hub import hf_hub_download

    hf_hub_download(TINY, "config.json")
    assert len(encoder.tokenizer(TINY)) == 30522


# --- a rehearsal with real data -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not os.environ.get("COURSE_REALDATA"), reason="COURSE_REALDATA names no folder of real Parquet files")
def test_a_rehearsal_with_real_data(tmp_path, pointed):
    """GoEmotions whole, as the hub has it; WNUT-17 in the place of CoNLL-2003, whose names it does not have."""
    real = Path(os.environ["COURSE_REALDATA"])
    for folder, repo, config in (("go_emotions", EMOTIONS, "simplified"), ("wnut_17", "lhoestq/conll2003", "default")):
        there = tmp_path / "hub" / "datasets" / repo
        shutil.copytree(real / folder, there / "data")
        configs = [{"config_name": config, "data_files": [{"split": split, "path": f"data/{split}.parquet"} for split in ("train", "validation", "test")]}]
        (there / "README.md").write_text(f"---\n{json.dumps({'configs': configs})}\n---\n")
    with contextlib.closing(Hub(tmp_path / "hub")) as served:
        hub.use(endpoint=served.url)
        topics = data.load("briefs", task="topics", source="hub")
        assert {split: len(rows) for split, rows in topics.items()} == {"train": 43410, "validation": 5426, "test": 5427}
        assert topics["train"][0]["labels"].index(1.0) == data.EMOTIONS.index("neutral")
        rare = data.load("helpdesk", source="hub")
        assert 500 < sum(rare["train"]["label"]) < 700
        assert "called O, B-corporation" in refused(lambda: data.load("briefs", task="entities", source="hub"))
