-- SPDX-License-Identifier: Apache-2.0
-- Who applied what to which server and namespace, when
SELECT started_at, user, target_server, namespace, job_name, status
FROM job_outcomes
WHERE mode = 'apply' AND started_at IS NOT NULL
ORDER BY started_at, position;
