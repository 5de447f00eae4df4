-- SPDX-License-Identifier: Apache-2.0
-- What an apply did to the cluster's object, and what the server warned of.

PRAGMA user_version = 3;

-- 'created': the Job was not there; 'configured': it was, and was changed; 'unchanged': it was there,
-- just so. NULL: the attempt did not succeed, or nobody said.
ALTER TABLE launched_jobs ADD COLUMN verb TEXT CHECK (verb IN ('created', 'configured', 'unchanged'));

-- One a line, in the server's own words; NULL: none.
ALTER TABLE launched_jobs ADD COLUMN warnings TEXT;

DROP VIEW attempts;

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
  a.launch_id,
  a.verb,
  a.warnings
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
  a.warnings
FROM jobs AS j
JOIN runs AS r ON r.run_id = j.run_id
LEFT JOIN launched_jobs AS a
  ON a.run_id = j.run_id AND a.position = j.position
  AND a.attempt = (SELECT max(b.attempt) FROM launched_jobs AS b
                   WHERE b.run_id = j.run_id AND b.position = j.position)
LEFT JOIN launches AS l ON l.launch_id = a.launch_id;
