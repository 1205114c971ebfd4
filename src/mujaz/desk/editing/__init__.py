"""Drafts as values: their content, the changes of editors, and scripts made of them."""
