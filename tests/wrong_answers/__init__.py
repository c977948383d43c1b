"""Attempts at the exercises that the checks must tell apart, a module a lesson."""
