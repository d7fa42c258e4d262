"""Building the sample knowledge base from its sources; `corpus/voorbeeld/bouw.py` is the command."""
