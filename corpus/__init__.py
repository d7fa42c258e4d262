"""The knowledge base itself: its types, its catalogue and the sample documents."""
