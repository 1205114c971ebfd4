"""Extraction of the article from the lines of a page: body, headline, date, byline, clutter.

:func:`~mujaz.text.cleaning.article.clean` is the entry point. Every line that is not in the article
is listed with a reason.
"""
