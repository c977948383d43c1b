"""One question in three faces: buttons where a kernel runs, answers that unfold where none does, and plain text.

The stored notebook keeps the last two. With a live kernel the buttons hide the HTML; where buttons are left over from a
kernel that is gone, the HTML is what shows.
"""

import itertools

from course_utils.content import as_html

WIDGET = "application/vnd.jupyter.widget-view+json"
numbers = itertools.count(1)
BUTTON = "<style>.course-choice{white-space:normal;text-align:left;line-height:1.4;padding:4px 10px;max-width:70ch}</style>"


def show(question, replies, chosen, fold=True):
    """Display a question with its choices. `replies` has a text for each; `chosen` is called with a choice that was clicked."""
    from IPython.display import display

    key = f"course-face-{next(numbers)}"
    display({"text/html": static(key, question, replies, fold), "text/plain": plain(question, replies)}, raw=True)
    display({WIDGET: view(live(key, question, replies, chosen)), "text/html": "<span></span>", "text/plain": ""}, raw=True)


def static(key, question, replies, fold):
    """The question as HTML without scripts; each choice unfolds its reply, when `fold`."""
    gone = f".jp-OutputArea-child:has(.{key})+.jp-OutputArea-child .jupyter-widgets:not(:has(*)):not(.widget-button){{display:none}}"
    choices = [
        f"<details><summary>{as_html(choice)}</summary>{as_html(reply)}</details>" if fold else f"<li>{as_html(choice)}</li>"
        for choice, reply in replies.items()
    ]
    listed = "".join(choices) if fold else f"<ul>{''.join(choices)}</ul>"
    return f'<style>{gone}</style><div class="{key}"><p><b>{as_html(question)}</b></p>{listed}</div>'


def plain(question, replies):
    """The question as text, its choices by letters."""
    return "\n".join([question, *(f"  {letter}) {choice}" for letter, choice in zip("abcdefgh", replies))])


def live(key, question, replies, chosen):
    """The question as a widget: a button for each choice, and a line for the reply that screen readers announce."""
    import ipywidgets

    title = ipywidgets.HTML(f"<style>.{key}{{display:none}}</style>{BUTTON}<b>{as_html(question)}</b>")
    status = ipywidgets.HTML('<div role="status"></div>')
    buttons = [button(choice) for choice in replies]

    def click(pressed):
        for other in buttons:
            other.icon = "check" if other is pressed else ""
        status.value = f'<div role="status" style="max-width:70ch;line-height:1.4">{as_html(replies[pressed.description])}</div>'
        chosen(pressed.description)

    for each in buttons:
        each.on_click(click)
    return ipywidgets.VBox([title, *buttons, status])


def button(text):
    """A button that is as wide and as high as its text needs."""
    import ipywidgets

    made = ipywidgets.Button(description=text, layout=ipywidgets.Layout(width="auto", height="auto", align_self="flex-start"))
    made.add_class("course-choice")
    return made


def view(widget):
    """What a front end needs to show a widget; the same in ipywidgets 7 and 8."""
    return {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
