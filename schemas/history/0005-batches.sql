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

-- --- What the manifests say, and where they came from ---------------------------------------------

-- Where a run was called: the commit and the branch that the working directory has checked out, and the
-- address of the CI job. NULL: none, or the run is older than these columns.
ALTER TABLE runs ADD COLUMN git_commit TEXT;
ALTER TABLE runs ADD COLUMN git_branch ANY;
ALTER TABLE runs ADD COLUMN ci_url ANY;
ALTER TABLE runs ADD COLUMN kubernetes_version TEXT; -- that the Jobs were validated for
-- 1: each Job of its plan has an outcome that was told; 0: the run was refused before. NULL: an older run.
ALTER TABLE runs ADD COLUMN reached_gate INTEGER CHECK (reached_gate IN (0, 1));

-- Each distinct manifest of a valid Job, once, however many runs had it. The numbers are what one Pod asks
-- for: its containers together, init containers that end before them aside. NULL: it does not say, or more
-- than Headgate counts.
CREATE TABLE manifests (
  manifest_id  INTEGER PRIMARY KEY,
  sha256       BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32), -- as jobs.sha256: of the very bytes
  -- As YAML, without comments. The values of env variables are not in it: in the place of each stands
  -- '(hidden, 8 hex)', which changes as the value does and says nothing of it: the key that it was made
  -- with is in the file HISTORY-key. NULL: not kept (--no-manifests), or larger than 256 KiB.
  text         TEXT,
  image        TEXT NOT NULL, -- of the first container
  labels       TEXT NOT NULL, -- JSON object: metadata.labels
  -- JSON array: name, kind ('main', 'init', 'sidecar') and image of each; cpu_milli, memory_bytes and gpus
  -- where it asks for them. NULL: more containers than Headgate counts.
  containers   TEXT,
  pods         INTEGER, -- at a time
  cpu_milli    INTEGER, -- thousandths of a CPU
  memory_bytes INTEGER,
  gpus         INTEGER  -- whole ones, of any maker; 0: it asks for none
) STRICT;

-- The outcomes of applies, by Job and the newest first: who asks for how Jobs stand, or fared, reads this
-- alone.
CREATE INDEX jobs_settled ON jobs (namespace, job_name, settled_at DESC, run_id DESC, position DESC, status)
  WHERE status IS NOT NULL;

DROP VIEW latest_outcomes;

-- Each Job as its newest apply left it: SUCCESS, FAILED, or SKIPPED where kubectl was not started for it.
-- Dry runs and Jobs without an outcome do not count. Newest by time, so that a run which was resumed
-- later wins. The bare columns are those of the row that max() takes, the first of them in the index.
CREATE VIEW latest_outcomes AS
WITH outcomes AS (
  SELECT namespace, job_name, run_id, position, max(settled_at) AS at FROM jobs
  WHERE status IS NOT NULL GROUP BY namespace, job_name
  UNION ALL
  SELECT j.namespace, j.job_name, j.run_id, j.position, max(r.skipped_at)
  FROM runs AS r CROSS JOIN jobs AS j ON j.run_id = r.run_id
  WHERE r.mode = 'apply' AND r.skipped_at IS NOT NULL AND j.status IS NULL AND j.valid = 1
    AND NOT EXISTS (SELECT 1 FROM launched_jobs AS a WHERE a.run_id = j.run_id AND a.position = j.position)
  GROUP BY j.namespace, j.job_name
), newest AS (
  SELECT run_id, position, max(at) FROM outcomes GROUP BY namespace, job_name
)
SELECT o.*
FROM newest AS n
JOIN job_outcomes AS o ON o.run_id = n.run_id AND o.position = n.position;

DROP VIEW run_summary;

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
  (SELECT count(*) FROM resumptions AS s WHERE s.run_id = r.run_id) AS resumptions,
  r.target_context,
  r.target_server,
  r.target_user,
  r.target_namespace,
  r.target_cluster_uid,
  r.git_commit,
  r.git_branch,
  r.ci_url
FROM runs AS r;

-- What each Job of a run is: its image, labels, what it asks for, and its manifest. NULL in these columns:
-- the Job is invalid, or the run is older than the table of manifests. `tag` is what stands behind the
-- image's name: a tag, a digest, or NULL for none.
CREATE VIEW job_facts AS
WITH facts AS (
  SELECT
    j.run_id,
    j.position,
    j.namespace,
    j.job_name,
    j.sha256,
    m.*,
    -- The last part of the image's path: a registry's port is no tag.
    substr(m.image, length(rtrim(m.image, replace(m.image, '/', ''))) + 1) AS last_part
  FROM jobs AS j LEFT JOIN manifests AS m ON m.sha256 = j.sha256
)
SELECT
  run_id,
  position,
  namespace,
  job_name,
  image,
  CASE
    WHEN instr(last_part, '@') > 0 THEN substr(last_part, instr(last_part, '@') + 1)
    WHEN instr(last_part, ':') > 0 THEN substr(last_part, instr(last_part, ':') + 1)
  END AS tag,
  labels,
  containers,
  pods,
  cpu_milli,
  memory_bytes,
  gpus,
  lower(hex(sha256)) AS sha256,
  text AS manifest
FROM facts;

-- What the Jobs of a run had of the cluster: what each container asks for, times how long it ran. A Job that
-- was there before the run is no work of it, and has no row. NULL: that is not known, because the Job was
-- not seen to its end, or a Pod of it was not seen, or its manifest does not say what it asks for (a
-- LimitRange may have said it). An extended resource that is not asked for is not had: 0 GPUs.
CREATE VIEW job_hours AS
SELECT
  run_id,
  position,
  namespace,
  job_name,
  CASE WHEN is_seen AND containers = cpus THEN cpu_milli_ms / 3600000000.0 END AS cpu_hours,
  CASE WHEN is_seen AND containers = asked THEN gpu_ms / 3600000.0 END AS gpu_hours
FROM (
  SELECT
    j.run_id,
    j.position,
    j.namespace,
    j.job_name,
    coalesce(min(
      c.outcome IN ('COMPLETE', 'FAILED')
      AND (k.name IS NULL OR (k.started_at IS NOT NULL AND k.finished_at IS NOT NULL))
      AND (SELECT count(*) FROM pods AS q WHERE q.cluster_job_id = c.cluster_job_id)
        >= (SELECT s.succeeded + s.failed FROM job_states AS s WHERE s.cluster_job_id = c.cluster_job_id
            ORDER BY s.number DESC LIMIT 1)
    ), 0) AS is_seen,
    count(k.name) AS containers,
    count(d.value) AS asked,
    count(json_extract(d.value, '$.cpu_milli')) AS cpus,
    coalesce(sum(CAST(round((julianday(k.finished_at) - julianday(k.started_at)) * 86400000) AS INTEGER)
                 * json_extract(d.value, '$.cpu_milli')), 0) AS cpu_milli_ms,
    coalesce(sum(CAST(round((julianday(k.finished_at) - julianday(k.started_at)) * 86400000) AS INTEGER)
                 * coalesce(json_extract(d.value, '$.gpus'), 0)), 0) AS gpu_ms
  FROM jobs AS j
  LEFT JOIN manifests AS m ON m.sha256 = j.sha256
  LEFT JOIN cluster_jobs AS c ON c.run_id = j.run_id AND c.position = j.position
  LEFT JOIN pods AS p ON p.cluster_job_id = c.cluster_job_id
  LEFT JOIN containers AS k ON k.pod_id = p.pod_id AND k.state <> 'waiting'
  LEFT JOIN json_each(m.containers) AS d ON json_extract(d.value, '$.name') = k.name
  WHERE j.status = 'SUCCESS' AND c.was_there IS NOT 1
    AND NOT EXISTS (SELECT 1 FROM launched_jobs AS a WHERE a.run_id = j.run_id AND a.position = j.position
                    AND a.verb IN ('configured', 'unchanged'))
  GROUP BY j.run_id, j.position
);

-- --- Parameters ----------------------------------------------------------------------------------

-- What annotation headgate.dev/parameters of a Job says: which values of a sweep it was made with. Values
-- are the text that the Job has, '1e-4' or '0.10': CAST one to compare it as a number.
CREATE TABLE job_parameters (
  run_id   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name     TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (run_id, position, name),
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Each Job that has parameters, with how it ended: `parameters` is a JSON object, and so is `result`, what
-- its newest container that ended well wrote to its termination message; NULL: nothing, or no JSON.
CREATE VIEW job_trials AS
SELECT
  c.run_id,
  c.position,
  c.namespace,
  c.job_name,
  (SELECT json_group_object(p.name, p.value) FROM job_parameters AS p
   WHERE p.run_id = c.run_id AND p.position = c.position) AS parameters,
  c.outcome,
  c.exit_code,
  c.duration_ms,
  (SELECT k.termination_message
   FROM cluster_jobs AS q
   JOIN pods AS p ON p.cluster_job_id = q.cluster_job_id
   JOIN containers AS k ON k.pod_id = p.pod_id
   WHERE q.run_id = c.run_id AND q.position = c.position AND k.kind = 'main' AND k.state = 'terminated'
     AND k.exit_code = 0 AND json_valid(k.termination_message)
   ORDER BY q.incarnation DESC, p.pod_id DESC, k.restart DESC, k.name LIMIT 1) AS result
FROM job_completions AS c
WHERE EXISTS (SELECT 1 FROM job_parameters AS p WHERE p.run_id = c.run_id AND p.position = c.position);

-- The same with a row for each parameter of each Job, to group by the values of one.
CREATE VIEW parameter_results AS
SELECT p.name, p.value, t.*
FROM job_parameters AS p JOIN job_trials AS t ON t.run_id = p.run_id AND t.position = p.position;

-- What was told of the health of Jobs, on which channel. A table of its own making: the one of before
-- could not say what an alert told, and was never filled.
DROP TABLE alerts;

CREATE TABLE alerts (
  alert_id    INTEGER PRIMARY KEY,
  health_id   INTEGER NOT NULL REFERENCES health_records (health_id) ON DELETE CASCADE,
  --  began   the Jobs are not well, or otherwise than was told before     ended   they are well again
  --  totals  a run that waited for its Jobs is over
  kind        TEXT NOT NULL CHECK (kind IN ('began', 'ended', 'totals')),
  incident_id TEXT CHECK ((incident_id IS NULL) = (kind = 'totals')), -- the same as long as it lasts
  severity    TEXT NOT NULL CHECK (severity IN ('INFO', 'WARN', 'CRITICAL')),
  channel     TEXT NOT NULL, -- 'slack', 'webhook'; never its address
  sent_at     TEXT,          -- NULL: it did not arrive; without an error: a dry run has only shown it
  http_status INTEGER,       -- of the last answer; NULL: there was none
  error       TEXT,
  CHECK (sent_at IS NULL OR error IS NULL)
) STRICT;

CREATE INDEX alerts_by_record ON alerts (health_id);
CREATE INDEX health_records_by_subject ON health_records (namespace, selector) WHERE run_id IS NULL;

-- What a run that waits told its reporters of its Jobs in the cluster, in this order: how one looks, or,
-- where `phase` is NULL, that it has ended, which cluster_jobs says.
CREATE TABLE observations (
  run_id      INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  number      INTEGER NOT NULL CHECK (number > 0), -- from 1
  position    INTEGER NOT NULL,
  phase       TEXT,    -- as in job_states
  active      INTEGER,
  succeeded   INTEGER,
  failed      INTEGER,
  completions INTEGER, -- asked for; -1: the Job names none
  uid         TEXT,
  reason      TEXT,    -- what it waits for
  seen_at     TEXT,    -- ours
  PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- A Job that tries another one again (derived_from) is made of the same manifest as that one, by another
-- name: the digest of that manifest's bytes. NULL: it is of the bytes that `sha256` is of.
ALTER TABLE jobs ADD COLUMN source_sha256 BLOB CHECK (length(source_sha256) = 32);
CREATE INDEX jobs_derived ON jobs (namespace, job_name) WHERE derived_from IS NOT NULL;
CREATE INDEX jobs_by_source ON jobs (derived_from_run, derived_from, run_id, status)
  WHERE derived_from IS NOT NULL;

-- Jobs that were deleted so that they could be made again (`headgate rerun --replace`): the only ones
-- that Headgate ever deletes. Written, durably, before the server is asked.
CREATE TABLE removals (
  run_id     INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  uid        TEXT NOT NULL, -- of the object that was meant, and of no other
  asked_at   TEXT NOT NULL,
  removed_at TEXT,          -- when it was gone; NULL: it was not, or nobody knows
  error      TEXT,          -- why not
  PRIMARY KEY (run_id, position),
  FOREIGN KEY (run_id, position) REFERENCES jobs (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Each Job that tried another one again, with what became of both.
CREATE VIEW job_retries AS
SELECT
  j.run_id,
  j.job_name,
  j.namespace,
  c.outcome,
  j.derived_from_run AS of_run,
  s.job_name AS of_job,
  b.outcome AS of_outcome,
  b.failure_class AS of_failure_class,
  b.cause AS of_cause,
  j.position
FROM jobs AS j
LEFT JOIN job_completions AS c ON c.run_id = j.run_id AND c.position = j.position
LEFT JOIN jobs AS s ON s.run_id = j.derived_from_run AND s.position = j.derived_from
LEFT JOIN job_completions AS b ON b.run_id = j.derived_from_run AND b.position = j.derived_from
WHERE j.derived_from IS NOT NULL;

-- --- Input ----------------------------------------------------------------------------------------

-- -n as given: of Jobs that name no namespace. NULL: left to kubectl.
ALTER TABLE runs ADD COLUMN namespace ANY;

-- What stood among the manifests and was no Job: objects of other kinds, files without a document.
-- Nothing of it was applied.
CREATE TABLE passed_over (
  run_id      INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  number      INTEGER NOT NULL CHECK (number > 0),    -- from 1, in file order, then document order
  yaml_path   ANY NOT NULL,
  document    INTEGER NOT NULL CHECK (document >= 0), -- from 1, in its file; 0: it holds none
  api_version TEXT NOT NULL,
  kind        TEXT NOT NULL, -- 'ConfigMap'; '': the file holds no document
  namespace   TEXT NOT NULL, -- the target's default where it names none; '': not known
  name        TEXT NOT NULL,
  needed_by   INTEGER NOT NULL CHECK (needed_by >= 0), -- Jobs of the run that name it
  advice      TEXT NOT NULL, -- where Jobs need it: what to type first
  PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
