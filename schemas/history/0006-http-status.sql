-- SPDX-License-Identifier: Apache-2.0
-- What the API server answered where it was asked without kubectl.

PRAGMA user_version = 6;

-- NULL: kubectl asked, or there was no answer.
ALTER TABLE launched_jobs ADD COLUMN http_status INTEGER;

DROP VIEW attempts;

-- One row each time that kubectl was started, or the server asked, for a Job; what a batch did is one row for each of its
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
  a.warnings,
  a.http_status
FROM launched_jobs AS a
JOIN launches AS l ON l.launch_id = a.launch_id;
