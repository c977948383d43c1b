"""What the lessons call; the libraries' own API stays in the notebooks. Cheap to import: nothing heavy is loaded here."""

__version__ = "0.1.0"
