"""The shortest code that raises each message of the error index, by the message's entry in `content/errors.yaml`.

A snippet sees `tiny(head, **config)`, a small model of random weights, and `tokenizer`. It runs in an empty folder.
"""

RAISED = {
    "needs samples of at least 2 classes in the data": """
from sklearn.linear_model import LogisticRegression
LogisticRegression().fit([[0.0], [1.0]], ["good", "good"])
""",
    "Expected 2D array, got 1D array instead": """
from sklearn.linear_model import LogisticRegression
LogisticRegression().fit([[0.0], [1.0]], ["good", "bad"]).predict([0.0])
""",
    "features as input": """
import numpy as np
from sklearn.linear_model import LogisticRegression
LogisticRegression().fit([[0.0], [1.0]], ["good", "bad"]).predict(np.zeros((1, 768)))
""",
    "not enough values to unpack (expected": "texts, labels = zip(*[])",
    "Found input variables with inconsistent numbers of samples": """
from sklearn.linear_model import LogisticRegression
LogisticRegression().fit([[0.0], [1.0], [2.0]], ["good", "bad"])
""",
    "Target 2 is out of bounds": """
import torch
tiny("Sequence", num_labels=5)(torch.ones(2, 3, dtype=torch.long), labels=torch.tensor([0, 7]))
""",
    "TextEncodeInput must be": "tokenizer(['Works.', None])",
    "Unable to create tensor": "tokenizer(['Works.', 'Broke after a week.'], return_tensors='pt')",
    "got an unexpected keyword argument 'evaluation_strategy'": """
from transformers import TrainingArguments
TrainingArguments("runs", evaluation_strategy="epoch")
""",
    "got an unexpected keyword argument 'warmup_ratio'": """
from transformers import TrainingArguments
TrainingArguments("runs", warmup_ratio=0.1)
""",
    "got an unexpected keyword argument 'tokenizer'": """
from transformers import Trainer
Trainer(model=tiny("Sequence"), tokenizer=tokenizer)
""",
    "requires the save and eval strategy to match": """
from transformers import TrainingArguments
TrainingArguments("runs", load_best_model_at_end=True, eval_strategy="epoch", save_strategy="steps")
""",
    "The model did not return a loss from the inputs": """
trained(rows={"input_ids": [[1, 2, 3]] * 2, "mood": [0, 1]})
""",
    "expected sequence of length": """
trained(rows={"input_ids": [[1, 2, 3], [1, 2]], "label": [0, 1]})
""",
    "which is not found in the evaluation metrics": """
trained(rows={"input_ids": [[1, 2, 3]] * 2, "label": [0, 1]}, compute_metrics=lambda said: {"macro_f1": 0.5},
        eval_strategy="epoch", save_strategy="epoch", load_best_model_at_end=True, metric_for_best_model="f1_macro")
""",
    "You set `ignore_mismatched_sizes` to `False`": """
from transformers import AutoModelForSequenceClassification
tiny("Sequence", num_labels=3).save_pretrained("saved")
AutoModelForSequenceClassification.from_pretrained("saved", num_labels=5)
""",
    "index out of range in self": """
import torch
tiny("Sequence")(torch.tensor([[1, 40_000, 2]]))
""",
    "must match the existing size (512)": """
import torch
tiny("Sequence")(torch.ones(1, 600, dtype=torch.long))
""",
    "mat1 and mat2 shapes cannot be multiplied": """
import torch
tiny("Sequence").classifier(torch.zeros(1, 768))
""",
    "You must specify exactly one of input_ids or inputs_embeds": "tiny('Sequence').base_model()",
    "Cannot handle batch sizes > 1 if no padding token is defined": """
import torch, transformers
small = transformers.LlamaConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
transformers.AutoModelForSequenceClassification.from_config(small)(torch.ones(2, 3, dtype=torch.long))
""",
    "Expected input batch_size": """
import torch
tiny("Sequence", num_labels=5)(torch.ones(2, 3, dtype=torch.long), labels=torch.tensor([[1, 0, 1, 0, 0], [0, 0, 0, 0, 0]]))
""",
    "result type Float can't be cast to the desired output type Long": """
import torch
tiny("Sequence", num_labels=2, problem_type="multi_label_classification")(torch.ones(1, 3, dtype=torch.long), labels=torch.tensor([[1, 0]]))
""",
    "not among the names:": """
from course_utils.exercises import core
core.solved("03.multi_hot")(["Politics"], ["politics", "sports"])
""",
    "must be the same as input size": """
import torch
tiny("Sequence", num_labels=5, problem_type="multi_label_classification")(torch.ones(2, 3, dtype=torch.long), labels=torch.zeros(2, 3))
""",
    "Classification metrics can't handle a mix of": """
import numpy as np
from sklearn.metrics import f1_score
f1_score(np.array([[1, 0], [0, 1]]), np.array([[0.9, 0.2], [0.1, 0.6]]), average="macro")
""",
    "'NoneType' object has no attribute 'backward'": """
import torch
tiny("Sequence", num_labels=2, problem_type="multilabel")(torch.ones(1, 3, dtype=torch.long), labels=torch.zeros(1, 2)).loss.backward()
""",
    "Perhaps your features (`labels` in this case) have excessive nesting": """
from transformers import DataCollatorWithPadding
DataCollatorWithPadding(tokenizer)([{"input_ids": [1, 2, 3], "labels": [0, 1, 0]}, {"input_ids": [1, 2], "labels": [0, 1]}])
""",
    "word_ids() is not available when using Python based tokenizers": """
from transformers import BatchEncoding
BatchEncoding({"input_ids": [1]}).word_ids()
""",
    "Nothing here says which word a piece belongs to": """
from transformers import BatchEncoding
from course_utils import labels
labels.align_labels(BatchEncoding({"input_ids": [[1]]}), [[1]])
""",
    "tensor(nan)": """
import torch
raise ValueError(str(torch.nn.functional.cross_entropy(torch.zeros(1, 2), torch.tensor([-100]))))
""",
    "'int' object has no attribute 'startswith'": """
from seqeval.metrics import f1_score
f1_score([[0, 1]], [[0, 1]])
""",
    "'token_type_ids'": """
from transformers import BatchEncoding
BatchEncoding({"input_ids": [1]})["token_type_ids"]
""",
    "Target -1 is out of bounds": """
import torch
tiny("Sequence", num_labels=3)(torch.ones(1, 3, dtype=torch.long), labels=torch.tensor([-1]))
""",
    "Sequence to truncate too short to respect the provided max_length": "tokenizer('a ' * 30, 'b', truncation='only_second', max_length=20)",
    "does not match batch length of `text_pair`": "tokenizer(['a', 'b'], ['c'])",
    "text input must be of type `str`": "tokenizer(['a'], [5])",
    "where a text is expected. Drop the row, or fill it in.": """
from course_utils import pairs
pairs.checked(["a"], [None])
""",
    "Which is which has to be found out, not guessed.": """
import numpy as np
from course_utils import pairs
pairs.in_order(np.zeros((1, 2)), {0: "LABEL_0", 1: "LABEL_1"}, ["yes", "no"])
""",
    "The pipeline received invalid inputs, if you are trying to send text pairs": """
from transformers import pipeline
pipeline("text-classification", model=tiny("Sequence"), tokenizer=tokenizer)([["a", "b"]])
""",
}
