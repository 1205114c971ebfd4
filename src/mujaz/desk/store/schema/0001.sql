-- Drafts and everything around them. Times are ISO 8601 in UTC.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    guid TEXT NOT NULL DEFAULT '',
    corrects INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    approved INTEGER NOT NULL DEFAULT 0,
    approved_by TEXT NOT NULL DEFAULT '',
    published INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    minutes REAL NOT NULL DEFAULT 0,
    stories INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE revisions (
    draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    base INTEGER NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    content BLOB NOT NULL,
    -- The revision that an undo from here goes back to, and a redo forward to; 0 if none.
    undo_to INTEGER NOT NULL DEFAULT 0,
    redo_to INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (draft, revision)
) STRICT;

CREATE TABLE doubts (
    key TEXT PRIMARY KEY,
    found TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    wanted TEXT NOT NULL,
    who TEXT NOT NULL,
    created TEXT NOT NULL,
    due TEXT NOT NULL,
    started TEXT NOT NULL DEFAULT '',
    finished TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    cancel INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    hint TEXT NOT NULL DEFAULT '',
    draft TEXT NOT NULL DEFAULT '',
    guid TEXT NOT NULL DEFAULT '',
    -- The state of the episode before the first try, by which a repeated try is told from a change.
    before TEXT,
    report TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, due);

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('editor', 'chief')),
    password TEXT NOT NULL,
    created TEXT NOT NULL,
    lang TEXT NOT NULL DEFAULT 'ar'
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('editor', 'chief')),
    hash TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    used TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Empty for a user of the table, whose role is looked up at each request.
    role TEXT NOT NULL,
    created REAL NOT NULL,
    seen REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    at REAL NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_time ON attempts (at);

CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE answers (
    who TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    at REAL NOT NULL,
    made TEXT NOT NULL,
    PRIMARY KEY (who, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given up'))
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (state, due);
