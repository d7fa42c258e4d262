"""The catalogue's migrations, run by `corpus.database`."""
