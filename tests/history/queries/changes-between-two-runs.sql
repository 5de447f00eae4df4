-- SPDX-License-Identifier: Apache-2.0
-- What changed between two runs, here the runs 2 and 4
SELECT namespace, job_name,
       max(status) FILTER (WHERE run_id = 2) AS status_before,
       max(status) FILTER (WHERE run_id = 4) AS status_after,
       count(DISTINCT sha256) > 1 AS manifest_changed
FROM job_outcomes
WHERE run_id IN (2, 4)
GROUP BY namespace, job_name
HAVING status_before IS NOT status_after OR manifest_changed
ORDER BY namespace, job_name;
