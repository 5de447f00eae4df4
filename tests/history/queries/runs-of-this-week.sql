-- SPDX-License-Identifier: Apache-2.0
-- Runs of this week
SELECT run_id, command, mode, state, started_at, total, successful, failed, skipped
FROM run_summary
WHERE date(started_at) >= date('now', '-7 days')
ORDER BY run_id DESC;
