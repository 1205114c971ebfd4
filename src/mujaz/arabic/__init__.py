"""What every room may know of Arabic: letters, marks and their order, clauses, pausal forms."""
