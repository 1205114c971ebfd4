"""Text of articles: cleaning, normalization, sentences, scripts. Pure functions."""
