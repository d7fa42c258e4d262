"""From files to the catalogue: readers, language, chunking, the pipeline. The only writer."""
