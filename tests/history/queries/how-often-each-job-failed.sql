-- SPDX-License-Identifier: Apache-2.0
-- How often each Job failed, and how often it was applied at all
SELECT namespace, job_name,
       count(*) FILTER (WHERE status = 'FAILED') AS failed,
       count(*) AS applied
FROM job_outcomes
WHERE mode = 'apply' AND status IN ('SUCCESS', 'FAILED')
GROUP BY namespace, job_name
ORDER BY failed DESC, namespace, job_name;
