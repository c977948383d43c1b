"""The learner's word `explore`, and what explorers share: controls above a picture that follows them."""

import importlib

from course_utils import content
from course_utils.quizzes import faces


def explore(id, **given):
    """Open an explorer with what it works on, say `explore("02.learning_rate", …)`. Raises KeyError that lists those there are."""
    explorers = {name: function for lesson in content.lessons() for name, function in of_lesson(lesson).items()}
    if id not in explorers:
        raise KeyError(f"There is no explorer {id!r}. There are: {', '.join(explorers)}.")
    explorers[id](**given)


def of_lesson(lesson):
    """The explorers of a lesson; none where it has no module."""
    try:
        return importlib.import_module(f"course_utils.explorers.lesson_{lesson}").EXPLORERS
    except ImportError:
        return {}


def panel(controls, draw):
    """Show `draw(**values)`, HTML, below the controls, drawn again whenever one is moved; without a kernel, as it is first."""
    import ipywidgets
    from IPython.display import display

    first = draw(**{name: control.value for name, control in controls.items()})
    key = f"course-face-{next(faces.numbers)}"
    live = f"<style>.{key}{{display:none}}</style>"  # hides the face without a kernel, as long as there is one
    picture = ipywidgets.HTML(live + first)

    def redraw(change):
        picture.value = live + draw(**{name: control.value for name, control in controls.items()})

    for control in controls.values():
        control.observe(redraw, names="value")
    display({"text/html": f'<div class="{key}">{first}</div>', "text/plain": ""}, raw=True)
    box = ipywidgets.VBox([*controls.values(), picture])
    display({faces.WIDGET: faces.view(box), "text/html": "<span></span>", "text/plain": ""}, raw=True)
