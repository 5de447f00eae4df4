-- SPDX-License-Identifier: Apache-2.0
-- Where a run's Jobs went, what an apply did to the cluster's object, what the server said; and how a
-- Job stands is for an apply to say. A Job's namespace is the target's where the document names none;
-- '': that is not known.

PRAGMA user_version = 3;

-- 'created': the Job was not there; 'configured': it was, and was changed; 'unchanged': it was there,
-- just so. NULL: the attempt did not succeed, or nobody said.
ALTER TABLE launched_jobs ADD COLUMN verb TEXT CHECK (verb IN ('created', 'configured', 'unchanged'));

-- One a line, in the server's own words; NULL: none.
ALTER TABLE launched_jobs ADD COLUMN warnings TEXT;

-- NULL: kubectl asked, or there was no answer.
ALTER TABLE launched_jobs ADD COLUMN http_status INTEGER;

-- Of the JSON that was sent, made from the manifest whose own is jobs.sha256. NULL: kubectl was given the
-- manifest itself, or nothing was sent.
ALTER TABLE launched_jobs ADD COLUMN sent_sha256 BLOB CHECK (length(sent_sha256) = 32);

-- The target of a run, as kubectl would have resolved it when the run began. Server, namespace and UID
-- say which target it is; context and user are the names that a kubeconfig gave. NULL: the run is older
-- than these columns, or had none, as 'generate'; '': it was not known then.
ALTER TABLE runs ADD COLUMN target_context ANY;
ALTER TABLE runs ADD COLUMN target_server ANY;      -- without user name, password, query and fragment
ALTER TABLE runs ADD COLUMN target_user ANY;        -- the kubeconfig's entry
ALTER TABLE runs ADD COLUMN target_namespace ANY;   -- of Jobs that name none
ALTER TABLE runs ADD COLUMN target_cluster_uid ANY; -- of the namespace kube-system

-- The same of a call that went on with a run: the target is the run's, and its names then.
ALTER TABLE resumptions ADD COLUMN target_context ANY;
ALTER TABLE resumptions ADD COLUMN target_server ANY;
ALTER TABLE resumptions ADD COLUMN target_user ANY;
ALTER TABLE resumptions ADD COLUMN target_namespace ANY;

DROP VIEW attempts;

-- One row each time that kubectl was started, or the server asked, for a Job; what a batch did is one
-- row for each of its Jobs, with the same launch_id.
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
  a.launch_id,
  a.verb,
  a.warnings,
  a.http_status,
  CASE WHEN a.sent_sha256 IS NOT NULL THEN lower(hex(a.sent_sha256)) END AS sent_sha256
FROM launched_jobs AS a
JOIN launches AS l ON l.launch_id = a.launch_id;

DROP VIEW job_outcomes;

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
-- `verb` and `warnings` are those of the newest attempt too: SUCCESS with the verb 'unchanged' means that
-- nothing runs that did not run before.
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
  CASE WHEN j.status IS NOT NULL THEN j.advice ELSE a.advice END AS advice,
  a.verb,
  a.warnings,
  r.user,
  r.target_context,
  r.target_server,
  r.target_user,
  r.target_namespace,
  a.http_status
FROM jobs AS j
JOIN runs AS r ON r.run_id = j.run_id
LEFT JOIN launched_jobs AS a
  ON a.run_id = j.run_id AND a.position = j.position
  AND a.attempt = (SELECT max(b.attempt) FROM launched_jobs AS b
                   WHERE b.run_id = j.run_id AND b.position = j.position)
LEFT JOIN launches AS l ON l.launch_id = a.launch_id;

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
  r.target_cluster_uid
FROM runs AS r;

DROP VIEW latest_outcomes;

-- Each Job as its newest apply left it: SUCCESS, FAILED, or SKIPPED where kubectl was not started for it.
-- Dry runs and Jobs without an outcome do not count. Newest by time, so that a run which was resumed
-- later wins. In `newest` the bare columns are those of the row with the greatest `age`.
CREATE VIEW latest_outcomes AS
WITH newest AS (
  SELECT
    j.run_id,
    j.position,
    max(printf('%s %020d %020d', coalesce(j.settled_at, r.skipped_at), j.run_id, j.position)) AS age
  FROM runs AS r
  CROSS JOIN jobs AS j ON j.run_id = r.run_id
  WHERE r.mode = 'apply'
    AND (j.status IS NOT NULL
         OR (j.valid = 1 AND r.skipped_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM launched_jobs AS a
                             WHERE a.run_id = j.run_id AND a.position = j.position)))
  GROUP BY j.namespace, j.job_name
)
SELECT o.*
FROM newest AS n
JOIN job_outcomes AS o ON o.run_id = n.run_id AND o.position = n.position;
