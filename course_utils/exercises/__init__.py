"""Exercises: `core` has the learner's words (check, hint, solution, breaks), `lesson_NN` what is right and how wrong answers look."""
