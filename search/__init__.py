"""Dutch text analysis, encoder, index, fusion, abstention, the searcher and its evaluation."""
