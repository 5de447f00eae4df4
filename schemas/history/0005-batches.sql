-- SPDX-License-Identifier: Apache-2.0
-- What the Jobs of a run are and where they came from: parameters, images, manifests, what was passed
-- over, and the working directory's commit.

PRAGMA user_version = 5;

-- What a run writes for each Job is made anew, because a CHECK cannot be changed: for IN with three or
-- more words SQLite builds and drops a tree at every row that it writes, which cost more than the row.
PRAGMA legacy_alter_table = ON;

-- Kept in the order of the run: a Job costs one row in one tree.
CREATE TABLE new_jobs (
  run_id     INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  position   INTEGER NOT NULL CHECK (position > 0), -- from 1, in file order, then document order
  job_name   TEXT NOT NULL,                         -- '': the document has none
  namespace  TEXT NOT NULL, -- the target's default where the document names none; '': that is not known
  yaml_path  ANY NOT NULL,
  document   INTEGER NOT NULL CHECK (document >= 0), -- from 1, in its file; 0: file not readable
  valid      INTEGER NOT NULL CHECK (valid IN (0, 1)),
  sha256     BLOB CHECK (length(sha256) = 32), -- of the document that was validated
  command    ANY,  -- as planned; NULL: it would not be applied
  -- Its own outcome. NULL: none, none yet, or the one that runs.skip_reason gives to all. In a run
  -- that goes on a failed Job keeps its outcome until it is applied again.
  status     TEXT CHECK (status = 'SKIPPED' OR status = 'SUCCESS' OR status = 'FAILED'),
  settled_at TEXT,
  reason     TEXT, -- one plain sentence for SKIPPED and FAILED
  failure_class TEXT, -- the kind of failure: 'connection-refused', 'immutable', ...
  advice     TEXT, -- what to do about it
  -- Of a Job that was made from another one, to try once more what that one did not finish: the run and
  -- the position of the one that it was made from. NULL: it is as the manifests have it.
  derived_from_run INTEGER,
  derived_from     INTEGER,
  PRIMARY KEY (run_id, position),
  CHECK ((status IS NULL) = (settled_at IS NULL)),
  CHECK (status IS NULL OR valid = 1), -- an invalid Job is never applied
  CHECK ((derived_from IS NULL) = (derived_from_run IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO new_jobs SELECT * FROM jobs;
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_failed ON jobs (namespace, job_name) WHERE status = 'FAILED';

-- What a launch was for, and how it ended for each Job: written together with the launch, and completed
-- when it ended. One without finished_at was started, and nobody knows how it ended. The view `attempts`
-- has this together with the launch.
CREATE TABLE new_launched_jobs (
  attempt_id  INTEGER PRIMARY KEY,
  launch_id   INTEGER NOT NULL REFERENCES launches (launch_id) ON DELETE CASCADE,
  run_id      INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  attempt     INTEGER NOT NULL CHECK (attempt > 0), -- from 1, for this Job in this run
  finished_at TEXT,
  duration_ms INTEGER CHECK (duration_ms >= 0),
  status      TEXT CHECK (status = 'SUCCESS' OR status = 'FAILED' OR status = 'SKIPPED'),
  return_code INTEGER, -- kubectl's exit status; -1: it has none
  signal      INTEGER, -- that ended kubectl; 0: none did
  reason      TEXT, -- where it has no outcome: that the run went on without it
  failure_class TEXT,
  advice      TEXT,
  stdout      ANY,
  stderr      ANY,
  stdout_cut  INTEGER CHECK (stdout_cut IN (0, 1)), -- 1: kubectl wrote more than was kept
  stderr_cut  INTEGER CHECK (stderr_cut IN (0, 1)),
  -- 'created': the Job was not there; 'configured': it was, and was changed; 'unchanged': it was there,
  -- just so. NULL: the attempt did not succeed, or nobody said.
  verb        TEXT CHECK (verb = 'created' OR verb = 'configured' OR verb = 'unchanged'),
  warnings    TEXT,    -- one a line, in the server's own words; NULL: none
  http_status INTEGER, -- NULL: kubectl asked, or there was no answer
  -- Of the JSON that was sent, made from the manifest whose own is jobs.sha256. NULL: kubectl was given
  -- the manifest itself, or nothing was sent.
  sent_sha256 BLOB CHECK (length(sent_sha256) = 32),
  UNIQUE (run_id, position, attempt),
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE,
  CHECK ((finished_at IS NULL) = (status IS NULL))
) STRICT;

INSERT INTO new_launched_jobs SELECT * FROM launched_jobs;
DROP TABLE launched_jobs;
ALTER TABLE new_launched_jobs RENAME TO launched_jobs;
CREATE INDEX launched_jobs_by_launch ON launched_jobs (launch_id);

PRAGMA legacy_alter_table = OFF;
