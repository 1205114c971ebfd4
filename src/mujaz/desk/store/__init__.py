"""The desk's database: drafts, jobs, users, sessions and the log in one SQLite file."""
