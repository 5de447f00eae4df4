-- SPDX-License-Identifier: Apache-2.0
-- What became of the Jobs that were applied: how they looked, their Pods, the cluster's events, their
-- logs, and how they ended.
--
-- Times that the cluster gave are as it wrote them, mostly in whole seconds, and of its clocks; those
-- that say "ours" are of this machine. The two are never compared.

PRAGMA user_version = 4;

-- The table of runs is made anew, because a CHECK cannot be changed: a run that looked for its Jobs'
-- ends and does not know them all is 'undecided'. What refers to the table by its name goes on to.
PRAGMA legacy_alter_table = ON;

-- A command that generated, validated, applied or watched, from its beginning to its end.
CREATE TABLE new_runs (
  run_id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
  command     TEXT NOT NULL,                     -- 'run', 'generate', 'validate', 'plan', 'apply'
  mode        TEXT CHECK (mode IN ('dry-run', 'apply', 'validate')), -- NULL: none, as for 'generate'
  state       TEXT NOT NULL DEFAULT 'running'
              CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted', 'undecided')),
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
  -- The target, as kubectl would have resolved it when the run began. Server, namespace and UID say
  -- which target it is; context and user are the names that a kubeconfig gave. NULL: the run is older
  -- than these columns, or had none, as 'generate'; '': it was not known then.
  target_context ANY,
  target_server ANY,      -- without user name, password, query and fragment
  target_user ANY,        -- the kubeconfig's entry
  target_namespace ANY,   -- of Jobs that name none
  target_cluster_uid ANY, -- of the namespace kube-system
  CHECK ((skipped_at IS NULL) = (skip_reason IS NULL))
) STRICT;

INSERT INTO sqlite_sequence (name, seq) SELECT 'new_runs', seq FROM sqlite_sequence WHERE name = 'runs';
INSERT INTO new_runs SELECT * FROM runs;
DROP TABLE runs;
ALTER TABLE new_runs RENAME TO runs;
CREATE INDEX runs_running ON runs (run_id) WHERE state = 'running';

PRAGMA legacy_alter_table = OFF;

-- A Job that was made from another one, to try once more what that one did not finish: the run and the
-- position of the one that it was made from. NULL: it is as the manifests have it.
ALTER TABLE jobs ADD COLUMN derived_from_run INTEGER;
ALTER TABLE jobs ADD COLUMN derived_from INTEGER CHECK ((derived_from IS NULL) = (derived_from_run IS NULL));

-- Each time that somebody looked: the run itself with --wait, or `headgate watch` later.
CREATE TABLE watches (
  watch_id    INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  started_at  TEXT NOT NULL,
  finished_at TEXT, -- NULL: it goes on, or its process is gone
  --  ended      all that was to be known is known     timed-out  the time to wait was over
  --  stopped    the user asked for it                 failed     it could not go on: see error
  outcome     TEXT CHECK (outcome IN ('ended', 'timed-out', 'stopped', 'failed')),
  error       TEXT,
  is_later    INTEGER NOT NULL CHECK (is_later IN (0, 1)),        -- 1: by `headgate watch`
  relists     INTEGER NOT NULL DEFAULT 0 CHECK (relists >= 0),    -- Jobs of which something was not seen
  reconnects  INTEGER NOT NULL DEFAULT 0 CHECK (reconnects >= 0), -- times that the connection was lost
  user        TEXT NOT NULL,
  host        TEXT NOT NULL,
  pid         INTEGER NOT NULL,
  CHECK ((finished_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX watches_by_run ON watches (run_id);

-- One object of the cluster. A Job of a run has one, and another for each time that it was made again
-- before its end was known; two runs may have one and the same.
CREATE TABLE cluster_jobs (
  cluster_job_id INTEGER PRIMARY KEY,
  run_id         INTEGER NOT NULL,
  position       INTEGER NOT NULL,
  incarnation    INTEGER NOT NULL CHECK (incarnation > 0), -- from 1
  uid            TEXT, -- the cluster's; NULL: it was not seen yet
  was_there      INTEGER CHECK (was_there IN (0, 1)), -- 1: before the run's first launch; NULL: not known
  had_ended      INTEGER CHECK (had_ended IN (0, 1)), -- 1: it had ended by then; NULL: not known
  -- As it was last seen; the rest of that is in the newest row of job_states.
  completions    INTEGER, -- asked for; NULL: the Job names none
  started_at     TEXT,    -- the cluster's clock
  ended_at       TEXT,    -- the same
  -- COMPLETE, FAILED and DELETED are final; the others may be replaced by who looks later. NULL: not
  -- decided.
  outcome        TEXT CHECK (outcome IN ('COMPLETE', 'FAILED', 'NEVER-STARTED', 'DELETED', 'TIMED-OUT',
                                         'UNKNOWN')),
  decided_at     TEXT,    -- ours
  reason         TEXT,    -- the cluster's word: 'BackoffLimitExceeded'
  message        TEXT,    -- the cluster's sentence
  failure_class  TEXT,    -- 'program-error', 'out-of-memory', 'image-pull', ...
  cause          TEXT,    -- one plain sentence
  advice         TEXT,    -- what to do about it
  pod            TEXT,    -- whose container decided
  container      TEXT,
  exit_code      INTEGER, -- of that container; NULL: none decided
  signal         INTEGER, -- the same
  termination_message TEXT, -- what that container wrote to its termination file
  log_path       ANY,     -- of its log, below the directory of the history's logs
  last_words     ANY,     -- that log's last lines, where the Job is not COMPLETE
  UNIQUE (run_id, position, incarnation),
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE,
  CHECK ((outcome IS NULL) = (decided_at IS NULL))
) STRICT;

-- How a Job looked, one row for each change that was seen.
CREATE TABLE job_states (
  cluster_job_id INTEGER NOT NULL REFERENCES cluster_jobs (cluster_job_id) ON DELETE CASCADE,
  number         INTEGER NOT NULL CHECK (number > 0), -- from 1
  seen_at        TEXT NOT NULL,                       -- ours
  phase          TEXT NOT NULL CHECK (phase IN ('PENDING', 'RUNNING', 'SUSPENDED', 'ENDING', 'COMPLETE',
                                                'FAILED', 'DELETED', 'UNKNOWN')),
  active         INTEGER NOT NULL,
  ready          INTEGER, -- NULL: the server does not count them
  succeeded      INTEGER NOT NULL,
  failed         INTEGER NOT NULL,
  terminating    INTEGER, -- NULL: the server does not count them
  completed_indexes TEXT, -- of an Indexed Job, as the server writes them: '0,2-5'
  failed_indexes TEXT,
  reason         TEXT,
  message        TEXT,
  relisted       INTEGER NOT NULL CHECK (relisted IN (0, 1)), -- 1: states before it may be missing
  PRIMARY KEY (cluster_job_id, number)
) STRICT, WITHOUT ROWID;

-- Each Pod as it was last seen.
CREATE TABLE pods (
  pod_id         INTEGER PRIMARY KEY,
  cluster_job_id INTEGER NOT NULL REFERENCES cluster_jobs (cluster_job_id) ON DELETE CASCADE,
  uid            TEXT NOT NULL,
  name           TEXT NOT NULL,
  node           TEXT,    -- NULL: none yet
  completion_index INTEGER, -- NULL: the Job is not Indexed
  phase          TEXT NOT NULL, -- 'Pending', 'Running', 'Succeeded', 'Failed'
  reason         TEXT,    -- 'Evicted', 'Unschedulable'
  message        TEXT,
  created_at     TEXT,
  last_seen_at   TEXT NOT NULL, -- ours
  is_deleted     INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
  UNIQUE (cluster_job_id, uid)
) STRICT;

-- One run of one container; restarts count from 0.
CREATE TABLE containers (
  pod_id       INTEGER NOT NULL REFERENCES pods (pod_id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  restart      INTEGER NOT NULL CHECK (restart >= 0),
  kind         TEXT NOT NULL CHECK (kind IN ('main', 'init', 'sidecar')),
  state        TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'terminated')),
  reason       TEXT,    -- 'ImagePullBackOff', 'OOMKilled', 'Error'
  exit_code    INTEGER, -- NULL: it has not ended
  signal       INTEGER,
  termination_message TEXT, -- what it wrote to its termination file; of a waiting one, what it waits for
  image        TEXT,
  image_id     TEXT,    -- what ran
  started_at   TEXT,
  finished_at  TEXT,
  PRIMARY KEY (pod_id, name, restart)
) STRICT, WITHOUT ROWID;

-- The log of one run of one container: a file with the server's timestamps, below the directory
-- HISTORY.logs beside the history.
CREATE TABLE logs (
  pod_id       INTEGER NOT NULL,
  name         TEXT NOT NULL, -- the container's
  restart      INTEGER NOT NULL,
  path         ANY NOT NULL, -- below that directory
  --  open      it is read, or its process is gone     complete  the container ended, all of it is here
  --  broken    what came after is not here            gone      the server could not give (the rest of) it
  --  cut       what came after was not kept: a limit, the disk
  state        TEXT NOT NULL CHECK (state IN ('open', 'complete', 'broken', 'gone', 'cut')),
  why          TEXT,    -- for broken, gone and cut; and where lines may be missing, from when to when
  bytes        INTEGER NOT NULL CHECK (bytes >= 0),
  lines        INTEGER NOT NULL CHECK (lines >= 0),
  sha256       BLOB CHECK (length(sha256) = 32), -- of the whole file; NULL until it is closed
  first_at     TEXT,    -- of its first and its last line: the node's clock
  last_at      TEXT,
  resumes      INTEGER NOT NULL CHECK (resumes >= 0), -- times that it was taken up again
  PRIMARY KEY (pod_id, name, restart),
  FOREIGN KEY (pod_id, name, restart) REFERENCES containers (pod_id, name, restart) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What the cluster's components said. The cluster forgets it after an hour.
CREATE TABLE cluster_events (
  cluster_job_id INTEGER NOT NULL REFERENCES cluster_jobs (cluster_job_id) ON DELETE CASCADE,
  uid          TEXT NOT NULL, -- the event's own
  type         TEXT NOT NULL, -- 'Normal', 'Warning'
  reason       TEXT NOT NULL,
  message      TEXT NOT NULL,
  about        TEXT NOT NULL, -- 'Job/NAME', 'Pod/NAME'
  count        INTEGER NOT NULL,
  first_at     TEXT,
  last_at      TEXT,
  PRIMARY KEY (cluster_job_id, uid)
) STRICT, WITHOUT ROWID;

-- Each time that the health of Jobs was judged.
CREATE TABLE health_records (
  health_id      INTEGER PRIMARY KEY,
  run_id         INTEGER REFERENCES runs (run_id) ON DELETE CASCADE, -- NULL: of no run's Jobs alone
  judged_at      TEXT NOT NULL,
  namespace      TEXT NOT NULL,
  selector       TEXT NOT NULL,
  overall_health TEXT NOT NULL CHECK (overall_health IN ('OK', 'WARN', 'ERROR')),
  jobs_ok        INTEGER NOT NULL CHECK (jobs_ok >= 0),
  jobs_warn      INTEGER NOT NULL CHECK (jobs_warn >= 0),
  jobs_error     INTEGER NOT NULL CHECK (jobs_error >= 0),
  errors         TEXT -- JSON array of what could not be asked for; NULL: none
) STRICT;

CREATE INDEX health_records_by_run ON health_records (run_id);

-- What was told to whom.
CREATE TABLE alerts (
  alert_id    INTEGER PRIMARY KEY,
  incident_id TEXT NOT NULL, -- the same as long as it lasts
  health_id   INTEGER NOT NULL REFERENCES health_records (health_id) ON DELETE CASCADE,
  severity    TEXT NOT NULL CHECK (severity IN ('INFO', 'WARN', 'CRITICAL')),
  channel     TEXT NOT NULL, -- 'console', 'slack', 'webhook'; never its address
  sent_at     TEXT,          -- NULL: a dry run
  http_status INTEGER,
  error       TEXT
) STRICT;

CREATE INDEX alerts_by_record ON alerts (health_id);

-- What became of each Job that was applied: its newest object. `outcome` is one of
--
--   COMPLETE       the cluster says so          FAILED     the cluster says so; `cause` says why
--   NEVER-STARTED  nothing of it ran in time    DELETED    it was gone before its end was seen
--   TIMED-OUT      the time to wait was over    UNKNOWN    the cluster could not be asked any longer
--   UNDECIDED      somebody looked, and has not seen its end
--   NOT-WATCHED    nobody looked: `headgate watch RUN` does
--
-- The first, FAILED and DELETED are final. `is_earlier` is 1 where it had ended before the run's first
-- launch: no work of this run. duration_ms is between the cluster's two times.
CREATE VIEW job_completions AS
SELECT
  j.run_id,
  j.job_name,
  j.namespace,
  CASE
    WHEN c.outcome IS NOT NULL THEN c.outcome
    WHEN EXISTS (SELECT 1 FROM watches AS w WHERE w.run_id = j.run_id) THEN 'UNDECIDED'
    ELSE 'NOT-WATCHED'
  END AS outcome,
  CASE WHEN c.ended_at IS NOT NULL AND c.started_at IS NOT NULL
    THEN CAST(round((julianday(c.ended_at) - julianday(c.started_at)) * 86400000) AS INTEGER)
  END AS duration_ms,
  c.exit_code,
  c.signal,
  c.failure_class,
  c.cause,
  c.reason,
  c.message,
  c.advice,
  c.last_words,
  c.termination_message,
  c.started_at,
  c.ended_at,
  c.decided_at,
  CASE WHEN c.outcome IN ('COMPLETE', 'FAILED') THEN coalesce(c.had_ended, 0) ELSE 0 END AS is_earlier,
  s.phase,
  s.active,
  s.succeeded,
  s.failed,
  c.completions,
  c.pod,
  c.container,
  c.log_path,
  (SELECT count(*) FROM pods AS p WHERE p.cluster_job_id = c.cluster_job_id) AS pods,
  (SELECT count(*) FROM pods AS p JOIN logs AS l USING (pod_id)
   WHERE p.cluster_job_id = c.cluster_job_id AND l.state = 'complete') AS logs_kept,
  (SELECT count(*) FROM pods AS p JOIN logs AS l USING (pod_id)
   WHERE p.cluster_job_id = c.cluster_job_id AND l.state IN ('broken', 'gone', 'cut')) AS logs_lost,
  j.position,
  j.yaml_path,
  j.document,
  j.derived_from_run,
  j.derived_from,
  c.uid,
  c.incarnation,
  r.user,
  r.target_server
FROM jobs AS j
JOIN runs AS r ON r.run_id = j.run_id
LEFT JOIN cluster_jobs AS c
  ON c.run_id = j.run_id AND c.position = j.position
  AND c.incarnation = (SELECT max(d.incarnation) FROM cluster_jobs AS d
                       WHERE d.run_id = j.run_id AND d.position = j.position)
LEFT JOIN job_states AS s
  ON s.cluster_job_id = c.cluster_job_id
  AND s.number = (SELECT max(t.number) FROM job_states AS t WHERE t.cluster_job_id = c.cluster_job_id)
WHERE r.mode = 'apply' AND (j.status = 'SUCCESS' OR c.outcome IS NOT NULL);

-- One row for each run of each container of each Pod; a Pod of which no container is known has one too.
CREATE VIEW pod_outcomes AS
SELECT
  c.run_id,
  j.job_name,
  j.namespace,
  p.name AS pod,
  p.node,
  p.completion_index,
  p.phase,
  p.reason,
  p.message,
  p.is_deleted,
  k.name AS container,
  k.kind,
  k.restart,
  k.state,
  k.reason AS container_reason,
  k.exit_code,
  k.signal,
  k.termination_message,
  k.started_at,
  k.finished_at,
  k.image,
  k.image_id,
  l.path AS log_path,
  l.state AS log_state,
  l.why AS log_why,
  l.bytes AS log_bytes,
  l.lines AS log_lines,
  CASE WHEN l.sha256 IS NOT NULL THEN lower(hex(l.sha256)) END AS log_sha256,
  c.position,
  c.incarnation,
  c.uid AS job_uid,
  p.uid AS pod_uid
FROM cluster_jobs AS c
JOIN jobs AS j ON j.run_id = c.run_id AND j.position = c.position
JOIN pods AS p ON p.cluster_job_id = c.cluster_job_id
LEFT JOIN containers AS k ON k.pod_id = p.pod_id
LEFT JOIN logs AS l ON l.pod_id = k.pod_id AND l.name = k.name AND l.restart = k.restart;
