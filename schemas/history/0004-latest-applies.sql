-- SPDX-License-Identifier: Apache-2.0
-- How a Job stands is for an apply to say: a dry run never hides an outcome.

PRAGMA user_version = 4;

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
