"""The job process: it takes jobs from the queue and does them, one at a time for a show."""
