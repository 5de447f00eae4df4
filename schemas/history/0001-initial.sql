-- SPDX-License-Identifier: Apache-2.0
-- The history of Headgate's runs: its tables, and the views that answer questions without a join.
--
-- How to read it:
--
--   * A run is one call of headgate, and the calls that went on with it (resumptions). A run has
--     Jobs, one row for each document that was taken for one. A Job has attempts, one for each time
--     that kubectl was started for it; one kubectl may be an attempt of several Jobs.
--   * Times are text, RFC 3339 in UTC with milliseconds: '2026-11-23T09:05:07.042Z'. They sort as
--     they are, and date(), datetime(), julianday() and strftime() read them. Compare days as
--     date(started_at) >= date('now', '-7 days'): the functions' own results are written otherwise.
--   * Durations are milliseconds, measured with a clock that never steps. NULL: not measured.
--   * What comes from outside and may hold any byte (paths, commands, what kubectl wrote) has the
--     type ANY: it is TEXT where it is UTF-8 without a NUL, and else a BLOB of the very bytes.
--     All other text is UTF-8.
--   * Commands are written as one would type them at a POSIX shell, so shlex.split() of Python
--     gives back the argv. Headgate itself never gives them to a shell.
--   * A run that ended without a word (killed, a power cut) stays 'running' until the next headgate
--     opens the history and sees that nobody holds that run's lock.
--
-- To forget old runs, with all that belongs to them:
--
--   PRAGMA foreign_keys = ON;
--   DELETE FROM runs WHERE date(started_at) < date('now', '-90 days');

-- "HDGT": a file without it is not touched.
PRAGMA application_id = 1212434260;
PRAGMA user_version = 1;

CREATE TABLE runs (
  run_id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
  command     TEXT NOT NULL,                     -- 'run', 'generate', 'validate', 'plan', 'apply'
  mode        TEXT CHECK (mode IN ('dry-run', 'apply', 'validate')), -- NULL: none, as for 'generate'
  state       TEXT NOT NULL DEFAULT 'running'
              CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  started_at  TEXT NOT NULL,
  finished_at TEXT,    -- NULL while it runs, and where it was interrupted
  -- For how long headgate worked on it. What was killed could not tell for how long, and counts
  -- nothing.
  duration_ms INTEGER CHECK (duration_ms >= 0),
  exit_code   INTEGER, -- what headgate exited with
  error       TEXT,    -- why the run could not be done; NULL where it could
  argv        ANY,     -- as headgate was called
  version     TEXT,    -- headgate's own
  user        TEXT NOT NULL,
  host        TEXT NOT NULL,
  pid         INTEGER NOT NULL,
  working_dir ANY,
  jobs_dir    ANY,
  kubeconfig  ANY,     -- as given; NULL: left to kubectl
  context     ANY,     -- as given; NULL: left to kubectl
  -- All its Jobs are known: only such a run can be resumed.
  is_planned  INTEGER NOT NULL DEFAULT 0 CHECK (is_planned IN (0, 1)),
  -- One decision for all: every valid Job of the run that has no outcome of its own, and for which
  -- kubectl was not started, was skipped then and for this reason. NULL: no such decision.
  skipped_at  TEXT,
  skip_reason TEXT,
  -- Counted from `job_outcomes` when the run ended: a list of runs need not count again.
  total       INTEGER CHECK (total >= 0),
  successful  INTEGER CHECK (successful >= 0),
  failed      INTEGER CHECK (failed >= 0),
  skipped     INTEGER CHECK (skipped >= 0),
  invalid     INTEGER CHECK (invalid >= 0),
  CHECK ((skipped_at IS NULL) = (skip_reason IS NULL))
) STRICT;

-- Each start of headgate asks for the runs that never ended.
CREATE INDEX runs_running ON runs (run_id) WHERE state = 'running';

-- Calls of `headgate resume`. The run itself keeps who began it, and what the newest of them made of
-- it.
CREATE TABLE resumptions (
  resumption_id INTEGER PRIMARY KEY,
  run_id        INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  resumed_at    TEXT NOT NULL,
  user          TEXT NOT NULL,
  host          TEXT NOT NULL,
  pid           INTEGER NOT NULL,
  argv          ANY,  -- as headgate was called
  version       TEXT  -- headgate's own
) STRICT;

CREATE INDEX resumptions_by_run ON resumptions (run_id);

-- Kept in the order of the run: a Job costs one row in one tree.
CREATE TABLE jobs (
  run_id     INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  position   INTEGER NOT NULL CHECK (position > 0), -- from 1, in file order, then document order
  job_name   TEXT NOT NULL,                         -- '': the document has none
  namespace  TEXT NOT NULL,                         -- 'default' where the document names none
  yaml_path  ANY NOT NULL,
  document   INTEGER NOT NULL CHECK (document >= 0), -- from 1, in its file; 0: file not readable
  valid      INTEGER NOT NULL CHECK (valid IN (0, 1)),
  sha256     BLOB CHECK (length(sha256) = 32), -- of the document that was validated
  command    ANY,  -- as planned; NULL: it would not be applied
  -- Its own outcome. NULL: none, none yet, or the one that runs.skip_reason gives to all. In a run
  -- that goes on a failed Job keeps its outcome until kubectl is started for it again.
  status     TEXT CHECK (status IN ('SKIPPED', 'SUCCESS', 'FAILED')),
  settled_at TEXT,
  reason     TEXT, -- one plain sentence for SKIPPED and FAILED
  failure_class TEXT, -- the kind of failure: 'connection-refused', 'immutable', ...
  advice     TEXT, -- what to do about it
  PRIMARY KEY (run_id, position),
  CHECK ((status IS NULL) = (settled_at IS NULL)),
  CHECK (status IS NULL OR valid = 1) -- an invalid Job is never applied
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_failed ON jobs (namespace, job_name) WHERE status = 'FAILED';

-- Each start of kubectl. Written, durably, before it is started.
CREATE TABLE launches (
  launch_id  INTEGER PRIMARY KEY,
  run_id     INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  command    ANY -- that ran; for a batch it names the manifests of several Jobs
) STRICT;

CREATE INDEX launches_by_run ON launches (run_id);

-- What a start of kubectl was for, and how it ended for each Job: written together with the launch,
-- and completed when kubectl ended. One without finished_at was started, and nobody knows how it
-- ended. The view `attempts` has this together with the launch.
CREATE TABLE launched_jobs (
  attempt_id  INTEGER PRIMARY KEY,
  launch_id   INTEGER NOT NULL REFERENCES launches (launch_id) ON DELETE CASCADE,
  run_id      INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  attempt     INTEGER NOT NULL CHECK (attempt > 0), -- from 1, for this Job in this run
  finished_at TEXT,
  duration_ms INTEGER CHECK (duration_ms >= 0),
  status      TEXT CHECK (status IN ('SUCCESS', 'FAILED', 'SKIPPED')),
  return_code INTEGER, -- kubectl's exit status; -1: it has none
  signal      INTEGER, -- that ended kubectl; 0: none did
  reason      TEXT, -- where it has no outcome: that the run went on without it
  failure_class TEXT,
  advice      TEXT,
  stdout      ANY,
  stderr      ANY,
  stdout_cut  INTEGER CHECK (stdout_cut IN (0, 1)), -- 1: kubectl wrote more than was kept
  stderr_cut  INTEGER CHECK (stderr_cut IN (0, 1)),
  UNIQUE (run_id, position, attempt),
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE,
  CHECK ((finished_at IS NULL) = (status IS NULL))
) STRICT;

CREATE INDEX launched_jobs_by_launch ON launched_jobs (launch_id);

-- What the scanner and the validators said of a Job, in document order.
CREATE TABLE diagnostics (
  diagnostic_id INTEGER PRIMARY KEY,
  run_id        INTEGER NOT NULL,
  position      INTEGER NOT NULL,
  severity      TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
  rule          TEXT NOT NULL,                        -- its stable name, 'required'
  field         TEXT NOT NULL,                        -- Kubernetes field path, or ''
  line          INTEGER NOT NULL CHECK (line >= 0),   -- from 1; 0: none
  "column"      INTEGER NOT NULL CHECK ("column" >= 0), -- from 1, in characters; 0: none
  message       TEXT NOT NULL,
  advice        TEXT,                                 -- what to do
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE
) STRICT;

CREATE INDEX diagnostics_by_job ON diagnostics (run_id, position);

-- The shared objects that took part.
CREATE TABLE plugins (
  plugin_id INTEGER PRIMARY KEY,
  run_id    INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  name      TEXT NOT NULL,
  stage     TEXT NOT NULL, -- 'generator', 'scanner', 'validator', 'applier', 'reporter'
  version   TEXT NOT NULL,
  path      ANY NOT NULL,
  abi_minor INTEGER NOT NULL CHECK (abi_minor >= 0) -- of the interface that it was built against
) STRICT;

CREATE INDEX plugins_by_run ON plugins (run_id);

-- Whether each reporter could say what it had to say.
CREATE TABLE reporter_outcomes (
  reporter_outcome_id INTEGER PRIMARY KEY,
  run_id   INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  reporter TEXT NOT NULL,
  target   ANY, -- the file that it wrote; NULL: standard output
  outcome  TEXT NOT NULL CHECK (outcome IN ('ok', 'failed')),
  message  TEXT NOT NULL -- why it failed, or ''
) STRICT;

CREATE INDEX reporter_outcomes_by_run ON reporter_outcomes (run_id);

-- One row each time that kubectl was started for a Job; what a batch did is one row for each of its
-- Jobs, with the same launch_id.
CREATE VIEW attempts AS
SELECT
  a.attempt_id,
  a.run_id,
  a.position,
  a.attempt,
  l.started_at,
  a.finished_at,
  a.duration_ms,
  a.status,
  a.return_code,
  a.signal,
  a.reason,
  a.stdout,
  a.stderr,
  a.stdout_cut,
  a.stderr_cut,
  l.command,
  a.failure_class,
  a.advice,
  a.launch_id
FROM launched_jobs AS a
JOIN launches AS l ON l.launch_id = a.launch_id;

-- One row a Job of a run. `status` is its outcome,
--
--   SUCCESS  kubectl confirmed it              FAILED   it did not; `reason` says what happened
--   SKIPPED  kubectl was not started           INVALID  it must not be applied: see diagnostics
--
-- or, where there is none,
--
--   VALID    the run only validated            PENDING  its turn has not come
--   STARTED  kubectl was started, and there is no outcome yet (or, in a run that was interrupted,
--            never will be; one that was resumed applies it again)
--
-- return_code, outputs and times are those of the newest attempt; `attempts` counts all of them.
-- `command` is what the newest attempt ran, and else what was planned.
-- A Job that was skipped has no started_at, and the time of that decision as finished_at.
CREATE VIEW job_outcomes AS
SELECT
  j.run_id,
  r.mode,
  j.job_name,
  j.namespace,
  j.yaml_path,
  coalesce(l.command, j.command) AS command,
  CASE
    WHEN j.status IS NOT NULL THEN j.status
    WHEN j.valid = 0 THEN 'INVALID'
    WHEN a.attempt IS NOT NULL THEN 'STARTED'
    WHEN r.skipped_at IS NOT NULL THEN 'SKIPPED'
    WHEN r.mode = 'validate' THEN 'VALID'
    ELSE 'PENDING'
  END AS status,
  a.return_code,
  coalesce(a.attempt, 0) AS attempts,
  a.stdout,
  a.stderr,
  l.started_at,
  CASE
    WHEN j.status IS NOT NULL THEN j.settled_at
    WHEN a.attempt IS NOT NULL THEN a.finished_at
    WHEN j.valid = 1 THEN r.skipped_at
  END AS finished_at,
  a.duration_ms,
  CASE
    WHEN j.status IS NOT NULL THEN j.reason
    WHEN a.attempt IS NOT NULL THEN a.reason
    WHEN j.valid = 1 THEN r.skip_reason
  END AS reason,
  a.signal,
  a.stdout_cut,
  a.stderr_cut,
  j.position,
  j.document,
  CASE WHEN j.sha256 IS NOT NULL THEN lower(hex(j.sha256)) END AS sha256,
  CASE WHEN j.status IS NOT NULL THEN j.failure_class ELSE a.failure_class END AS failure_class,
  CASE WHEN j.status IS NOT NULL THEN j.advice ELSE a.advice END AS advice
FROM jobs AS j
JOIN runs AS r ON r.run_id = j.run_id
LEFT JOIN launched_jobs AS a
  ON a.run_id = j.run_id AND a.position = j.position
  AND a.attempt = (SELECT max(b.attempt) FROM launched_jobs AS b
                   WHERE b.run_id = j.run_id AND b.position = j.position)
LEFT JOIN launches AS l ON l.launch_id = a.launch_id;

-- One row a run.
CREATE VIEW run_summary AS
SELECT
  r.run_id,
  r.command,
  r.mode,
  r.state,
  r.started_at,
  r.finished_at,
  r.duration_ms,
  coalesce(r.total, (SELECT count(*) FROM jobs AS j WHERE j.run_id = r.run_id)) AS total,
  coalesce(r.successful, (SELECT count(*) FROM job_outcomes AS o
                          WHERE o.run_id = r.run_id AND o.status = 'SUCCESS')) AS successful,
  coalesce(r.failed, (SELECT count(*) FROM job_outcomes AS o
                      WHERE o.run_id = r.run_id AND o.status = 'FAILED')) AS failed,
  coalesce(r.skipped, (SELECT count(*) FROM job_outcomes AS o
                       WHERE o.run_id = r.run_id AND o.status = 'SKIPPED')) AS skipped,
  coalesce(r.invalid, (SELECT count(*) FROM job_outcomes AS o
                       WHERE o.run_id = r.run_id AND o.status = 'INVALID')) AS invalid,
  r.exit_code,
  r.jobs_dir,
  r.context,
  r.user,
  r.host,
  r.kubeconfig,
  r.working_dir,
  r.pid,
  r.argv,
  r.version,
  r.error,
  (SELECT count(*) FROM resumptions AS s WHERE s.run_id = r.run_id) AS resumptions
FROM runs AS r;

-- The newest outcome of each Job, whatever the mode: after a dry run that is SKIPPED. Jobs that have
-- no outcome do not count. Newest by time, so that a run which was resumed later wins.
CREATE VIEW latest_outcomes AS
WITH newest AS (
  SELECT
    j.run_id,
    j.position,
    row_number() OVER (
      PARTITION BY j.namespace, j.job_name
      ORDER BY coalesce(j.settled_at, r.skipped_at) DESC, j.run_id DESC, j.position DESC
    ) AS age
  FROM jobs AS j
  JOIN runs AS r ON r.run_id = j.run_id
  WHERE j.status IS NOT NULL
    OR (j.valid = 1 AND r.skipped_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM launched_jobs AS a
                        WHERE a.run_id = j.run_id AND a.position = j.position))
)
SELECT o.*
FROM newest AS n
JOIN job_outcomes AS o ON o.run_id = n.run_id AND o.position = n.position
WHERE n.age = 1;

-- Every FAILED outcome, with what kubectl said.
CREATE VIEW failures AS
SELECT
  o.run_id,
  o.mode,
  o.job_name,
  o.namespace,
  o.yaml_path,
  o.command,
  o.return_code,
  o.attempts,
  o.reason,
  o.stderr,
  o.stdout,
  o.started_at,
  o.finished_at,
  o.duration_ms,
  o.signal,
  o.position,
  o.document,
  o.failure_class,
  o.advice
FROM jobs AS j
JOIN job_outcomes AS o ON o.run_id = j.run_id AND o.position = j.position
WHERE j.status = 'FAILED';
