"""Quizzes and predictions: `core` has the learner's words, `faces` what they look like with a kernel and without one."""
