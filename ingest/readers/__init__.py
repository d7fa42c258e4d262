"""One reader per format; `ingest.readers.registry` picks the one that fits the content."""
