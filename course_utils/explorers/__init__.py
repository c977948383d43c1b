"""Explorers: `core` has the learner's word, `lesson_NN` a function for each."""
