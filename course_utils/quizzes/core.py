"""The learner's words `quiz` and `predict`. Questions are data: `content/questions/NN.yaml`."""

from course_utils import content, record
from course_utils.quizzes import faces

RIGHT, NOT_THIS = "Right.", "Not this one."


def quiz(id):
    """Show the questions of a quiz, "02", of an opener, "02.opener", or the ratings of oneself, "00.ratings". Raises KeyError.

    A click answers, and each choice has its own reply.
    """
    if str(id).endswith(".ratings"):
        return rate(id)
    chosen = questions(id)
    for number, question in enumerate(chosen, 1):
        replies = {choice["text"]: reply(choice) for choice in question["choices"]}
        faces.show(f"{number} of {len(chosen)}. {question['text']}", replies, lambda text, question=question: answered(question, text))


def rate(id):
    """Show the statements with which learners rate themselves; each click is kept, under the lesson in which it was made."""
    ratings = content.read("ratings")
    replies = {step: f"Kept: {step}." for step in ratings["scale"]}
    for statement in ratings["statements"]:
        faces.show(statement["text"], replies, lambda step, name=f"{id}.{statement['id']}": record.add("rating", name, step), fold=False)


def questions(id):
    """The questions of a quiz, in order. Raises KeyError that lists the quizzes there are."""
    everything = [question for lesson in content.lessons() for question in bank(lesson)]
    lesson, _, kind = str(id).partition(".")
    found = opener(lesson, everything) if kind == "opener" else [question for question in everything if question["quiz"] == id]
    if not found:
        raise KeyError(f"There is no quiz {id!r}. There are: {', '.join(sorted({question['quiz'] for question in everything}))}.")
    return found


def opener(lesson, everything):
    """Three questions of earlier lessons: first what was last answered wrong, then what is marked for this lesson."""
    last = {line["id"]: line.get("verdict") for line in record.lines() if line["kind"] == "question"}
    earlier = [question for question in everything if question["quiz"] < lesson]
    return sorted(earlier, key=lambda question: (last.get(question["id"]) != "wrong", lesson not in question.get("opener", [])))[:3]


def bank(lesson):
    """All questions of a lesson; none where it has no bank."""
    try:
        return content.read(f"questions/{lesson}")
    except KeyError:
        return []


def reply(choice):
    """What a choice is answered with."""
    return f"{RIGHT if choice.get('right') else NOT_THIS} {choice['feedback']}"


def answered(question, text):
    """Keep a line of an answer."""
    choice = next(choice for choice in question["choices"] if choice["text"] == text)
    verdict = "right" if choice.get("right") else "wrong"
    record.add("question", question["id"], verdict, choice.get("misconception"), section=question["section"])


def predict(id, *choices):
    """Ask for a guess before the next cell shows what happens; the choice is kept. Raises ValueError for what is no question."""
    if not isinstance(id, str) or not all(isinstance(choice, str) for choice in choices) or not 2 <= len(set(choices)) == len(choices) <= 8:
        raise ValueError("predict(id, …) wants an id such as '02.curve', and two to eight different choices, each a text.")
    said = {choice: f"You say: {choice}. The next cell shows it." for choice in choices}
    faces.show("Before you run the next cell:", said, lambda choice: record.add("prediction", id, verdict=choice), fold=False)
