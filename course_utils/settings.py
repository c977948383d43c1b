"""The settings of the course: read from the environment once, changeable in a notebook at any time.

    from course_utils.settings import settings
    settings.source = "hub"          # real data and BERT-base instead of the course's own
"""

import logging
import os
import re
from pathlib import Path

import platformdirs

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


class Settings:
    """What can be set, each by an environment variable or by assigning to the attribute.

    source    COURSE_SOURCE    `course` (default), `hub` (real data, BERT-base), or a model's `owner/name` (for the encoder alone)
    home      COURSE_HOME      folder of progress, stamps and caches
    encoder   COURSE_ENCODER   folder of an encoder to use in place of the installed one, or None
    realdata  COURSE_REALDATA  folder of real Parquet files for rehearsals, or None
    """

    def __init__(self, environ=os.environ):
        self.source = environ.get("COURSE_SOURCE") or "course"
        self.home = environ.get("COURSE_HOME") or platformdirs.user_data_dir("transformer-classification-course", False)
        self.encoder = environ.get("COURSE_ENCODER")
        self.realdata = environ.get("COURSE_REALDATA")

    def __setattr__(self, name, value):
        if name == "source":
            value = checked_source(value)
        elif name in ("home", "encoder", "realdata"):
            value = Path(value).expanduser() if value else None
        else:
            raise AttributeError(f"There is no setting called {name!r}. There are: source, home, encoder, realdata.")
        super().__setattr__(name, value)

    def __repr__(self):
        return "\n".join(f"{name:9} {value}" for name, value in vars(self).items())


def checked_source(source):
    """The source as given, when it is one. Raises ValueError for anything but `course`, `hub` or `owner/name`."""
    if source in ("course", "hub") or HUB_NAME.fullmatch(str(source)):
        return source
    raise ValueError(f"The source {source!r} is none. Use 'course', 'hub', or a model's name as the hub writes it: 'owner/name'.")


def quiet():
    """Turn off the lines that are expected in a lesson, here and nowhere else; everything unexpected is still shown.

    - Progress bars for reading files and mapping rows, which are done in a blink (training keeps its bar).
    - The report that transformers logs when a model gets a new head. Lesson 02 shows it by `encoder.load_report`,
      without a path of your machine. A report that says anything more than that is not turned off.
    """
    import datasets
    import transformers

    transformers.utils.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    logging.getLogger("transformers.modeling_utils").addFilter(says_more_than_a_new_head)


def says_more_than_a_new_head(record):
    """False for a load report in which only a head is new or left over; True for any other log record."""
    text = re.sub(r"\x1b\[[\d;]*m", "", record.getMessage())
    rows = re.findall(r"^(\S+) +\| +(MISSING|UNEXPECTED|MISMATCH|CONVERSION)", text, flags=re.M)
    heads = ("classifier.", "score.", "pre_classifier.", "pooler.", "bert.pooler.", "cls.", "qa_outputs.")
    expected = all(name.startswith(heads) and status in ("MISSING", "UNEXPECTED") for name, status in rows)
    return not ("LOAD REPORT" in text and rows and expected)


settings = Settings()
