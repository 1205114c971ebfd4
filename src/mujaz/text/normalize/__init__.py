"""Numbers, dates, signs and foreign words of a line, as they are said."""
