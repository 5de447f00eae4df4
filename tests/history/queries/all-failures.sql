-- SPDX-License-Identifier: Apache-2.0
-- All failures, with what kubectl wrote to standard error
SELECT run_id, namespace, job_name, return_code, reason, stderr
FROM failures
ORDER BY run_id, position;
