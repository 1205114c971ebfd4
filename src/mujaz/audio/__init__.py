"""Assemble clips and station sounds into one MP3: trim, arrange, level, encode, tag."""
