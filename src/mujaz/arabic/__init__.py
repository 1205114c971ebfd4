"""Arabic letters, marks, spelling, lexicon, clauses, pausal forms and calendar."""
