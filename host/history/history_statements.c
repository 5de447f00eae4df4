/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_statements.h"

#include "history/statement_parts.h"

const char *const history_statements[HISTORY_STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",

    [STATEMENT_ADD_RUN] =
        "INSERT INTO runs (command, mode, started_at, argv, version, user, host, pid, "
        "working_dir,"
        " jobs_dir, kubeconfig, context, namespace, target_context, target_server, target_user,"
        " target_namespace, target_cluster_uid, git_commit, git_branch, ci_url) VALUES (?1, ?2, ?3,"
        " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    [STATEMENT_ADD_RESUMPTION] =
        "INSERT INTO resumptions (run_id, resumed_at, argv, version, user, host, pid)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_ADD_RESUMPTION_TARGET] =
        "UPDATE resumptions SET target_context = ?2, target_server = ?3, target_user = ?4,"
        " target_namespace = ?5 WHERE resumption_id ="
        " (SELECT max(resumption_id) FROM resumptions WHERE run_id = ?1)",
    /* A run that goes on loads its plugins again. */
    [STATEMENT_ADD_PLUGIN] =
        "INSERT INTO plugins (run_id, name, stage, version, path, abi_minor)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS"
        " (SELECT 1 FROM plugins WHERE run_id = ?1 AND name = ?2 AND stage = ?3"
        " AND version = ?4 AND path = ?5 AND abi_minor = ?6)",
    [STATEMENT_ADD_PASSED_OVER] =
        "INSERT OR IGNORE INTO passed_over (run_id, number, yaml_path, document, api_version, kind,"
        " namespace, name, needed_by, advice) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [STATEMENT_ADD_JOB] =
        "INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid,"
        " sha256, command, derived_from_run, derived_from, source_sha256)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [STATEMENT_HAS_JOB] =
        "SELECT 1 FROM jobs AS j JOIN runs AS r USING (run_id)"
        " WHERE j.namespace = ?1 AND j.job_name = ?2 AND j.derived_from IS NOT NULL"
        " AND r.mode = 'apply' LIMIT 1",
    [STATEMENT_ADD_DIAGNOSTIC] =
        "INSERT INTO diagnostics (run_id, position, severity, rule, field, line, \"column\","
        " message, advice) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_PARAMETER] =
        "INSERT INTO job_parameters (run_id, position, name, value) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_HAS_TEXT] = "SELECT 1 FROM kept_manifests WHERE sha256 = ?1 AND text IS NOT NULL",
    [STATEMENT_ADD_MANIFEST_BASE] = "INSERT INTO manifest_bases (text) VALUES (?1)",
    /* A text that was not kept may be kept from now on. Its base is the newest: of this batch. */
    [STATEMENT_ADD_MANIFEST] =
        "INSERT INTO kept_manifests (sha256, text, image, labels, containers, pods, cpu_milli,"
        " memory_bytes, gpus, base_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " iif(?10, (SELECT max(base_id) FROM manifest_bases), NULL))"
        " ON CONFLICT (sha256) DO UPDATE SET text = excluded.text, base_id = excluded.base_id"
        " WHERE text IS NULL AND excluded.text IS NOT NULL",
    [STATEMENT_ADD_REPORTER_OUTCOME] =
        "INSERT INTO reporter_outcomes (run_id, reporter, target, outcome, message)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_SKIP_JOBS] = "UPDATE runs SET skipped_at = ?2, skip_reason = ?3"
                            " WHERE run_id = ?1 AND skipped_at IS NULL",
    [STATEMENT_BEGIN_REMOVAL] =
        "INSERT INTO removals (run_id, position, uid, asked_at) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET uid = ?3, asked_at = ?4, removed_at = NULL, error = NULL",
    [STATEMENT_END_REMOVAL] = "UPDATE removals SET removed_at = ?3, error = ?4"
                              " WHERE run_id = ?1 AND position = ?2",
    [STATEMENT_OPEN_REMOVALS] = "SELECT position, uid FROM removals WHERE run_id = ?1"
                                " AND removed_at IS NULL AND error IS NULL",
    [STATEMENT_PLANNED] = "UPDATE runs SET is_planned = 1 WHERE run_id = ?1 AND is_planned = 0",
    [STATEMENT_VALIDATE_FOR] = "UPDATE runs SET kubernetes_version = ?2, reached_gate = 0"
                               " WHERE run_id = ?1",
    [STATEMENT_REACH_GATE] = "UPDATE runs SET reached_gate = 1 WHERE run_id = ?1",
    [STATEMENT_NOTE_CLUSTER] = "UPDATE runs SET target_cluster_uid = ?2 WHERE run_id = ?1"
                               " AND coalesce(target_cluster_uid, '') = ''",
    [STATEMENT_ADD_LAUNCH] = "INSERT INTO launches (run_id, started_at, command)"
                             " VALUES (?1, ?2, ?3)",
    /* Whatever asks for it: what has SUCCESS is not applied again. One row of VALUES that is left
     * out rather than refused: for any other statement SQLite keeps each page that it changes. */
    [STATEMENT_START_ATTEMPT] =
        "INSERT OR IGNORE INTO launched_jobs (run_id, position, attempt, launch_id) VALUES (?1, ?2,"
        " iif(EXISTS (SELECT 1 FROM jobs WHERE run_id = ?1 AND position = ?2"
        " AND status = 'SUCCESS'), NULL, ?3), ?4)",
    [STATEMENT_NOTE_SENT] = "UPDATE launched_jobs SET sent_sha256 = ?4"
                            " WHERE run_id = ?1 AND position = ?2 AND attempt = ?3",
    [STATEMENT_NOTE_START] = "UPDATE launches SET started_at = ?4"
                             " WHERE launch_id = (SELECT launch_id FROM launched_jobs"
                             " WHERE run_id = ?1 AND position = ?2 AND attempt = ?3)",
    /* A launch of one Job goes with its attempt; that of a batch stays with the other Jobs. */
    [STATEMENT_WITHDRAW_LAUNCH] =
        "DELETE FROM launches WHERE launch_id = (SELECT launch_id FROM launched_jobs"
        " WHERE run_id = ?1 AND position = ?2 AND attempt = ?3)"
        " AND (SELECT count(*) FROM launched_jobs AS a WHERE a.launch_id = launches.launch_id) = 1",
    [STATEMENT_WITHDRAW_ATTEMPT] =
        "DELETE FROM launched_jobs WHERE run_id = ?1 AND position = ?2 AND attempt = ?3",
    [STATEMENT_FINISH_ATTEMPT] =
        "UPDATE launched_jobs SET status = ?4, finished_at = ?5, duration_ms = ?6,"
        " return_code = ?7, signal = ?8, reason = ?9, failure_class = ?10, advice = ?11,"
        " stdout = ?12, stderr = ?13, stdout_cut = ?14, stderr_cut = ?15, verb = ?16,"
        " warnings = ?17, http_status = ?18"
        " WHERE run_id = ?1 AND position = ?2 AND attempt = ?3",
    [STATEMENT_SETTLE_JOB] = "UPDATE jobs SET status = ?3, settled_at = ?4, reason = ?5,"
                             " failure_class = ?6, advice = ?7 WHERE run_id = ?1 AND position = ?2",
    [STATEMENT_REOPEN_JOB] = "UPDATE jobs SET status = NULL, settled_at = NULL, reason = NULL,"
                             " failure_class = NULL, advice = NULL"
                             " WHERE run_id = ?1 AND position = ?2 AND status <> 'SUCCESS'",
    [STATEMENT_FINISH_RUN] = "UPDATE runs SET state = ?2, exit_code = ?3, finished_at = ?4,"
                             " duration_ms = coalesce(duration_ms, 0) + ?5,"
                             " error = ?6, (total, successful, failed, skipped, invalid) ="
                             " (" TOTALS ")"
                             " WHERE run_id = ?1",
    [STATEMENT_AMEND_RUN] = "UPDATE runs SET state = ?2, exit_code = ?3 WHERE run_id = ?1",
    [STATEMENT_INTERRUPT_RUN] =
        "UPDATE runs SET state = 'interrupted' WHERE run_id = ?1 AND state = 'running'",

    [STATEMENT_RESUME_RUN] =
        "UPDATE runs SET state = 'running', finished_at = NULL, exit_code = NULL, error = NULL,"
        " skipped_at = NULL, skip_reason = NULL, total = NULL, successful = NULL, failed = "
        "NULL,"
        " skipped = NULL, invalid = NULL WHERE run_id = ?1",
    [STATEMENT_EXPLAIN_OPEN_ATTEMPTS] =
        "UPDATE launched_jobs SET reason = ?2"
        " WHERE run_id = ?1 AND finished_at IS NULL AND reason IS NULL",
    /* A Job that failed and was to be tried again: until that happens, it failed. */
    [STATEMENT_SETTLE_FAILED_JOBS] =
        "UPDATE jobs SET status = a.status, settled_at = a.finished_at, reason = a.reason,"
        " failure_class = a.failure_class, advice = a.advice FROM launched_jobs AS a"
        " WHERE jobs.run_id = ?1 AND jobs.position >= ?2 AND jobs.position <= ?3"
        " AND jobs.status IS NULL AND jobs.valid = 1 AND a.run_id = jobs.run_id AND a.position = "
        "jobs.position AND a.status = 'FAILED'"
        " AND a.attempt = (SELECT max(b.attempt) FROM launched_jobs AS b"
        " WHERE b.run_id = jobs.run_id AND b.position = jobs.position)",

    [STATEMENT_RUN_TO_RESUME] = "SELECT mode, state, is_planned,"
                                " coalesce((SELECT pid FROM resumptions AS s WHERE s.run_id = ?1"
                                " ORDER BY resumption_id DESC LIMIT 1), pid),"
                                " coalesce((SELECT host FROM resumptions AS s WHERE s.run_id = ?1"
                                " ORDER BY resumption_id DESC LIMIT 1), host),"
                                " working_dir, jobs_dir, argv FROM runs WHERE run_id = ?1",
    [STATEMENT_PLANNED_JOBS] =
        "SELECT j.position, j.job_name, j.namespace, j.yaml_path, j.document, j.valid,"
        " j.status IS 'SUCCESS', coalesce(max(a.attempt), 0),"
        " max(a.attempt) IS NOT NULL AND a.finished_at IS NULL, j.sha256,"
        " coalesce(j.failure_class, a.failure_class, ''), coalesce(j.derived_from_run, 0),"
        " coalesce(j.derived_from, 0),"
        " coalesce((SELECT s.job_name FROM jobs AS s WHERE s.run_id = j.derived_from_run"
        "  AND s.position = j.derived_from), ''), j.source_sha256,"
        " count(a.sent_sha256) + coalesce(sum(a.attempt IS NOT NULL AND a.finished_at IS NULL), 0)"
        " FROM jobs AS j LEFT JOIN launched_jobs AS a"
        " ON a.run_id = j.run_id AND a.position = j.position"
        " WHERE j.run_id = ?1 GROUP BY j.position ORDER BY j.position",
    [STATEMENT_READ_RESULT] =
        "SELECT coalesce(j.status, a.status)," ATTEMPT_COLUMNS
        " coalesce(l.command, j.command), coalesce(l.started_at, j.settled_at), a.stdout, a.stderr,"
        " iif(j.status IS NULL, a.reason, j.reason)," FAILURE_COLUMNS NEWEST_ATTEMPT
        " WHERE j.run_id = ?1 AND j.position = ?2 AND coalesce(j.status, a.status) IS NOT NULL",

    [STATEMENT_PAST_RUN] =
        "SELECT command, state, started_at, coalesce(finished_at, started_at), version,"
        " kubernetes_version, jobs_dir, kubeconfig, context, error, mode, duration_ms, exit_code,"
        " EXISTS (SELECT 1 FROM watches AS w WHERE w.run_id = runs.run_id"
        "  AND w.outcome IS NOT 'failed')"
        " FROM runs WHERE run_id = ?1",
    [STATEMENT_PAST_JOBS] =
        "SELECT j.position, j.job_name, j.namespace, j.yaml_path, j.document, j.valid, j.command,"
        " m.text, j.derived_from_run IS j.run_id FROM jobs AS j LEFT JOIN manifests AS m ON "
        "m.sha256 = j.sha256"
        " WHERE j.run_id = ?1 ORDER BY j.position",
    [STATEMENT_PAST_DIAGNOSTICS] =
        "SELECT count(*) OVER (), severity, line, \"column\", rule, field, message, advice"
        " FROM diagnostics WHERE run_id = ?1 AND position = ?2 ORDER BY diagnostic_id",
    [STATEMENT_PAST_PARAMETERS] = "SELECT count(*) OVER (), name, value FROM job_parameters"
                                  " WHERE run_id = ?1 AND position = ?2 ORDER BY name",
    /* Of those that were skipped the run says why; where it did not come to its gate, nobody was
     * told of any. */
    [STATEMENT_PAST_RESULTS] =
        "SELECT coalesce(j.status, 'SKIPPED')," ATTEMPT_COLUMNS
        " coalesce(l.command, j.command), coalesce(l.started_at, j.settled_at, r.skipped_at),"
        " a.stdout, a.stderr,"
        " iif(j.status IS NULL, r.skip_reason, j.reason)," FAILURE_COLUMNS
        ", j.position" NEWEST_ATTEMPT " CROSS JOIN runs AS r ON r.run_id = j.run_id"
        " WHERE j.run_id = ?1 AND j.valid = 1 AND (j.status IS NOT NULL OR (a.attempt IS NULL"
        " AND r.skipped_at IS NOT NULL"
        " AND coalesce(r.reached_gate, r.skip_reason NOT LIKE 'not applied:%')))"
        " ORDER BY j.position",
    [STATEMENT_PAST_OBSERVATIONS] =
        "SELECT position, phase, active, succeeded, failed, completions, uid, reason, seen_at,"
        " 0 AS is_later, number, NULL AS decided_at FROM observations WHERE run_id = ?1"
        " UNION ALL SELECT position, NULL, 0, 0, 0, 0, NULL, NULL, NULL, 1, 0, max(decided_at)"
        " FROM cluster_jobs AS c WHERE run_id = ?1 AND outcome IS NOT NULL AND NOT EXISTS"
        "  (SELECT 1 FROM observations AS o WHERE o.run_id = ?1 AND o.position = c.position"
        "   AND o.phase IS NULL) GROUP BY position"
        " ORDER BY is_later, number, decided_at, position",
    [STATEMENT_NOTE_OBSERVATION] =
        "INSERT INTO observations (run_id, number, position, phase, active, succeeded, failed,"
        " completions, uid, reason, seen_at) SELECT ?1,"
        " (SELECT coalesce(max(number), 0) + 1 FROM observations WHERE run_id = ?1),"
        " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10",

    [STATEMENT_RUNNING_RUNS] = "SELECT run_id FROM runs WHERE state = 'running' ORDER BY run_id",
    [STATEMENT_NTH_NEWEST_RUN] = "SELECT run_id FROM runs ORDER BY run_id DESC LIMIT 1 OFFSET ?1",
    [STATEMENT_NEWEST_APPLY] = "SELECT run_id FROM runs WHERE mode = 'apply'"
                               " ORDER BY run_id DESC LIMIT 1",
    /* Which, by the day, whether it failed, its context, and how many. */
    [STATEMENT_READ_RUNS] =
        RUN_COLUMNS " WHERE (?1 IS NULL OR started_at >= ?1) AND (?2 IS NOT 1 OR state IN "
                    "('failed', 'interrupted') OR (state = 'running' AND run_is_dead(run_id)))"
                    " AND (?3 IS NULL OR ?3 = coalesce(nullif(target_context, ''), context))"
                    " ORDER BY run_id DESC LIMIT coalesce(?4, -1)",
    [STATEMENT_READ_JOB_RUNS] =
        "SELECT o.run_id, r.started_at, o.mode, o.namespace, o.job_name, o.status, o.verb,"
        " o.duration_ms, o.reason, c.outcome, c.duration_ms AS job_ms, c.exit_code, c.cause,"
        " f.image, o.sha256, o.yaml_path, o.document, o.position"
        " FROM job_outcomes AS o JOIN runs AS r USING (run_id)"
        " LEFT JOIN job_completions AS c ON c.run_id = o.run_id AND c.position = o.position"
        "  AND c.outcome <> 'NOT-WATCHED'"
        " LEFT JOIN job_facts AS f ON f.run_id = o.run_id AND f.position = o.position"
        " WHERE o.job_name = ?1 AND (?2 IS NULL OR o.namespace = ?2)"
        " ORDER BY o.run_id DESC, o.position DESC",
    [STATEMENT_OLD_RUNS] =
        "SELECT run_id, command, mode, state, started_at, " WHY_KEPT " AS why,"
        " (SELECT count(*) FROM jobs AS j WHERE j.run_id = r.run_id) AS jobs,"
        " (SELECT coalesce(sum(l.bytes), 0) FROM cluster_jobs AS c JOIN pods USING (cluster_job_id)"
        "  JOIN logs AS l USING (pod_id) WHERE c.run_id = r.run_id) AS log_bytes"
        " FROM runs AS r WHERE started_at < ?1 ORDER BY run_id",
    [STATEMENT_MAY_FORGET] =
        "SELECT EXISTS (SELECT 1 FROM runs AS r WHERE run_id = ?1 AND " WHY_KEPT " IS NULL)",
    [STATEMENT_HAS_RUN] = "SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = ?1)",
    [STATEMENT_COUNT_RUNNING] = "SELECT count(*) FROM runs WHERE state = 'running' AND run_id > ?1",
    [STATEMENT_FORGET_RUN] = "DELETE FROM runs WHERE run_id = ?1",
    [STATEMENT_FORGET_MANIFESTS] = "DELETE FROM kept_manifests WHERE sha256 NOT IN"
                                   " (SELECT sha256 FROM jobs WHERE sha256 IS NOT NULL)",
    [STATEMENT_FORGET_MANIFEST_BASES] =
        "DELETE FROM manifest_bases WHERE base_id NOT IN"
        " (SELECT base_id FROM kept_manifests WHERE base_id IS NOT NULL)",
    [STATEMENT_FORGET_JUDGEMENTS] =
        "DELETE FROM health_records WHERE run_id IS NULL AND judged_at < ?1",
    [STATEMENT_READ_RUN] = RUN_COLUMNS " WHERE run_id = ?1",
    [STATEMENT_READ_RESUMABLE] =
        "SELECT run_id, started_at, working_dir, jobs_dir, kubeconfig, context, namespace,"
        " target_context, target_server, target_user, target_namespace, target_cluster_uid,"
        " argv FROM runs"
        " WHERE mode = 'apply' AND iif(?1 = 0, is_planned AND"
        " state IN ('interrupted', 'cancelled', 'failed'), run_id = ?1) ORDER BY run_id DESC",
    [STATEMENT_READ_RESUMPTIONS] = "SELECT resumed_at, user, host, pid, argv, version,"
                                   " target_context, target_server, target_user, target_namespace"
                                   " FROM resumptions WHERE run_id = ?1 ORDER BY resumption_id",
    [STATEMENT_READ_PLUGINS] = "SELECT name, stage, version, path, abi_minor FROM plugins"
                               " WHERE run_id = ?1 ORDER BY plugin_id",
    [STATEMENT_READ_JOBS] =
        "SELECT position, job_name, namespace, yaml_path, document, sha256, command, status,"
        " reason, return_code, signal, attempts, stdout, stdout_cut, stderr, stderr_cut,"
        " started_at, finished_at, duration_ms, failure_class, advice, verb, warnings,"
        " (SELECT t.of_run FROM job_retries AS t WHERE t.run_id = o.run_id"
        "  AND t.position = o.position) AS of_run,"
        " (SELECT t.of_job FROM job_retries AS t WHERE t.run_id = o.run_id"
        "  AND t.position = o.position) AS of_job"
        " FROM job_outcomes AS o WHERE run_id = ?1"
        " ORDER BY position",
    [STATEMENT_READ_DIAGNOSTICS] =
        "SELECT d.position, j.job_name, j.namespace, j.yaml_path, d.severity, d.rule, d.field,"
        " d.line, d.\"column\", d.message, d.advice FROM diagnostics AS d"
        " JOIN jobs AS j ON j.run_id = d.run_id AND j.position = d.position"
        " WHERE d.run_id = ?1 ORDER BY d.position, d.diagnostic_id",
    [STATEMENT_READ_COMPLETIONS] =
        "SELECT position, job_name, namespace, yaml_path, document, outcome, duration_ms, "
        "is_earlier,"
        " reason, message, failure_class, cause, advice, pod, container, exit_code, signal,"
        " log_path, termination_message, started_at, ended_at, decided_at, pods, logs_kept, "
        "logs_lost"
        " FROM job_completions WHERE run_id = ?1 AND outcome <> 'NOT-WATCHED' ORDER BY position",
    [STATEMENT_READ_LOGS] =
        "SELECT p.job_name, p.namespace, p.pod, p.container, p.restart, p.log_path, p.log_state,"
        " p.log_why, c.outcome IN ('FAILED', 'DELETED', 'NEVER-STARTED') AS has_failed"
        " FROM pod_outcomes AS p JOIN job_completions AS c USING (run_id, position)"
        " WHERE run_id = ?1 AND p.log_path IS NOT NULL"
        " ORDER BY position, p.incarnation, p.pod, p.started_at, p.container, p.restart",
    [STATEMENT_READ_REPORTER_OUTCOMES] =
        "SELECT reporter, target, outcome, message FROM reporter_outcomes"
        " WHERE run_id = ?1 ORDER BY reporter_outcome_id",

    /* Both sides are joined from either end: SQLite has FULL JOIN only since 3.39. */
    [STATEMENT_READ_CHANGES] = "WITH a AS MATERIALIZED (" SIDE("?1") "), b AS MATERIALIZED (" SIDE(
        "?2") ")"
              " SELECT CASE WHEN b.position IS NULL THEN 'only-in-first' ELSE 'changed' "
              "END AS "
              "change,"
              " a.namespace AS namespace, a.job_name AS job_name,"
              " b.position IS NOT NULL AND a.status IS NOT b.status AS outcome_changed,"
              " b.position IS NOT NULL AND a.sha256 IS NOT b.sha256 AS manifest_changed,"
              " a.status AS first_status, b.status AS second_status,"
              " a.reason AS first_reason, b.reason AS second_reason,"
              " a.sha256 AS first_sha256, b.sha256 AS second_sha256,"
              " a.yaml_path AS first_yaml_path, b.yaml_path AS second_yaml_path,"
              " a.document AS first_document, b.document AS second_document"
              " FROM a LEFT JOIN b ON " SAME_JOB " WHERE b.position IS NULL OR a.status IS "
              "NOT b.status OR a.sha256 IS NOT b.sha256"
              " UNION ALL"
              " SELECT 'only-in-second', b.namespace, b.job_name, 0, 0, NULL, b.status, "
              "NULL, "
              "b.reason,"
              " NULL, b.sha256, NULL, b.yaml_path, NULL, b.document"
              " FROM b LEFT JOIN a ON " SAME_JOB " WHERE a.position IS NULL"
              " ORDER BY 2, 3, 13, 15",

    [STATEMENT_ADD_WATCH] =
        "INSERT INTO watches (run_id, started_at, is_later, user, host, pid)"
        " SELECT run_id, ?2, ?3, ?4, ?5, ?6 FROM runs WHERE run_id = ?1 RETURNING watch_id",
    [STATEMENT_END_WATCH] =
        "UPDATE watches SET finished_at = ?2, outcome = ?3, error = ?4, relists = ?5,"
        " reconnects = ?6 WHERE watch_id = ?1",
    /* Of Jobs that have ended: nobody comes to read them. */
    [STATEMENT_LEAVE_LOGS] =
        "UPDATE logs SET state = 'broken', why = 'headgate was killed before the log had ended'"
        " WHERE state = 'open' AND pod_id IN (SELECT p.pod_id FROM pods AS p"
        "  JOIN cluster_jobs AS c USING (cluster_job_id) WHERE c.run_id = ?1"
        "  AND c.outcome IN ('COMPLETE', 'FAILED', 'DELETED'))",
    /* A failure that is known wins over what is not. A run that was killed or interrupted is
     * decided where its apply was over. */
    [STATEMENT_DECIDE_RUN] =
        "WITH ends AS (SELECT count(*) AS jobs, sum(outcome = 'COMPLETE') AS complete,"
        " sum(outcome IN ('FAILED', 'DELETED', 'NEVER-STARTED')) AS failed"
        " FROM job_completions WHERE run_id = ?1),"
        " totals AS (" TOTALS "),"
        " verdict AS (SELECT ends.failed > 0 OR totals.failed > 0 OR invalid > 0 AS is_bad,"
        "  ends.failed > 0 OR complete = jobs AS is_known, successful + totals.failed + invalid"
        "  = total AS is_over FROM ends, totals)"
        " UPDATE runs SET state = iif((SELECT is_bad FROM verdict), 'failed', 'succeeded'),"
        " exit_code = (SELECT is_bad FROM verdict),"
        " finished_at = coalesce(finished_at,"
        "  (SELECT max(finished_at) FROM watches AS w WHERE w.run_id = ?1)),"
        " (total, successful, failed, skipped, invalid) = (SELECT * FROM totals)"
        " WHERE run_id = ?1 AND (SELECT is_known FROM verdict) AND (state = 'undecided' OR"
        " (state IN ('interrupted', 'cancelled') AND (SELECT is_over FROM verdict)))",
    [STATEMENT_READ_WATCHER] = "SELECT pid, host FROM watches WHERE run_id = ?1"
                               " ORDER BY watch_id DESC LIMIT 1",
    [STATEMENT_SEE_JOB] =
        "INSERT INTO cluster_jobs (run_id, position, incarnation, uid, was_there, had_ended)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT (run_id, position, incarnation) DO UPDATE SET"
        " uid = coalesce(excluded.uid, uid),"
        " was_there = coalesce(was_there, excluded.was_there),"
        " had_ended = coalesce(had_ended, excluded.had_ended)",
    [STATEMENT_ADD_JOB_STATE] =
        "INSERT INTO job_states (cluster_job_id, number, seen_at, phase, active, ready,"
        " succeeded, failed, terminating, completed_indexes, failed_indexes, reason, message,"
        " relisted) SELECT cluster_job_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
        " ?16 FROM cluster_jobs WHERE " OBJECT,
    [STATEMENT_UPDATE_JOB] =
        "UPDATE cluster_jobs SET completions = ?4, started_at = coalesce(?5, started_at),"
        " ended_at = coalesce(?6, ended_at) WHERE " OBJECT,
    [STATEMENT_SEE_POD] =
        "INSERT INTO pods (cluster_job_id, uid, name, node, completion_index, phase, reason,"
        " message, created_at, last_seen_at, is_deleted)"
        " SELECT cluster_job_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 FROM cluster_jobs"
        " WHERE " OBJECT " ON CONFLICT (cluster_job_id, uid) DO UPDATE SET node = excluded.node,"
        " phase = excluded.phase, reason = excluded.reason, message = excluded.message,"
        " last_seen_at = excluded.last_seen_at, is_deleted = excluded.is_deleted",
    [STATEMENT_SEE_CONTAINER] =
        "INSERT INTO containers (pod_id, name, restart, kind, state, reason, exit_code, signal,"
        " termination_message, image, image_id, started_at, finished_at)"
        " SELECT pod_id, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16 FROM pods WHERE " POD
        " ON CONFLICT (pod_id, name, restart) DO UPDATE SET state = excluded.state,"
        " reason = excluded.reason, exit_code = excluded.exit_code, signal = excluded.signal,"
        " termination_message = excluded.termination_message,"
        " image = excluded.image, image_id = excluded.image_id,"
        " started_at = excluded.started_at, finished_at = excluded.finished_at",
    [STATEMENT_SEE_EVENT] =
        "INSERT INTO cluster_events (cluster_job_id, uid, type, reason, message, about, count,"
        " first_at, last_at) SELECT cluster_job_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11"
        " FROM cluster_jobs WHERE " OBJECT " ON CONFLICT (cluster_job_id, uid) DO UPDATE SET"
        " message = excluded.message, count = excluded.count, last_at = excluded.last_at",
    [STATEMENT_SEE_LOG] =
        "INSERT INTO logs (pod_id, name, restart, path, state, why, bytes, lines, sha256, first_at,"
        " last_at, resumes) SELECT pod_id, name, restart, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15"
        " FROM containers WHERE pod_id = (SELECT pod_id FROM pods WHERE " POD ") AND name = ?5"
        " AND restart = ?6 ON CONFLICT (pod_id, name, restart) DO UPDATE SET state = "
        "excluded.state,"
        " why = excluded.why, bytes = excluded.bytes, lines = excluded.lines,"
        " sha256 = excluded.sha256, first_at = excluded.first_at, last_at = excluded.last_at,"
        " resumes = excluded.resumes",
    /* What is final stays; more may become known of it. */
    [STATEMENT_COMPLETE_JOB] =
        "UPDATE cluster_jobs SET decided_at = CASE WHEN outcome = ?4 THEN decided_at ELSE ?5 END,"
        " outcome = ?4, reason = ?6, message = ?7, failure_class = ?8, cause = ?9, advice = ?10,"
        " pod = ?11, container = ?12, exit_code = ?13, signal = ?14, termination_message = ?15,"
        " log_path = coalesce(?16, log_path), last_words = coalesce(?17, last_words),"
        " started_at = coalesce(?18, started_at), ended_at = coalesce(?19, ended_at)"
        " WHERE " OBJECT " AND (outcome IS NULL OR outcome = ?4"
        " OR outcome NOT IN ('COMPLETE', 'FAILED', 'DELETED'))",
    [STATEMENT_READ_WATCHED] = WATCHED " ORDER BY j.position",
    [STATEMENT_READ_COMPLETION] = WATCHED " AND j.position = ?3",
    [STATEMENT_READ_LOG] =
        "SELECT state, resumes FROM logs"
        " WHERE pod_id = (SELECT pod_id FROM pods WHERE " POD ") AND name = ?5 AND restart = ?6",
    [STATEMENT_SUM_LOGS] = "SELECT coalesce(sum(bytes), 0) FROM logs",
    [STATEMENT_PAGE_TOTALS] =
        "SELECT count(*) AS runs, sum(state = 'succeeded') AS succeeded,"
        " sum(state = 'failed') AS failed, sum(state = 'undecided') AS undecided,"
        " sum(mode = 'apply') AS applies,"
        " (SELECT count(*) FROM jobs WHERE status = 'SUCCESS') AS jobs,"
        " min(started_at) AS first, max(started_at) AS last FROM runs",
    [STATEMENT_PAGE_DAYS] =
        "SELECT substr(started_at, 1, 10) AS day, sum(state = 'succeeded') AS good,"
        " sum(state = 'failed') AS bad, sum(state NOT IN ('succeeded', 'failed')) AS others"
        " FROM runs WHERE started_at >= date((SELECT max(started_at) FROM runs), '-' || ?1 || ' "
        "days')"
        " GROUP BY day ORDER BY day DESC",
    [STATEMENT_PAGE_RUNS] =
        "SELECT r.run_id, r.command, r.mode, r.state, r.started_at, r.duration_ms, r.total,"
        " r.failed, r.invalid, r.error, coalesce(nullif(r.target_context, ''), r.context) AS "
        "context,"
        " count(c.outcome) AS watched, coalesce(sum(c.outcome = 'COMPLETE'), 0) AS complete,"
        " coalesce(sum(c.outcome IN ('FAILED', 'DELETED', 'NEVER-STARTED')), 0) AS unwell"
        " FROM (SELECT * FROM run_summary ORDER BY run_id DESC LIMIT ?1) AS r"
        " LEFT JOIN cluster_jobs AS c USING (run_id) GROUP BY r.run_id ORDER BY r.run_id DESC",
    [STATEMENT_PAGE_FAILURES] =
        "SELECT what, failure_class, count(*) AS jobs, count(DISTINCT run_id) AS runs,"
        " max(run_id) AS newest, job_name, cause, advice, count(*) OVER () AS whole"
        " FROM (" ALL_FAILURES
        ") GROUP BY what, failure_class ORDER BY jobs DESC, failure_class LIMIT ?1",
    [STATEMENT_PAGE_JOBS] =
        "WITH chosen AS (SELECT namespace, job_name, max(run_id) AS newest,"
        "  count(*) OVER () AS whole FROM jobs"
        "  WHERE status IS NOT NULL AND status <> 'SKIPPED' GROUP BY namespace, job_name"
        "  ORDER BY newest DESC, namespace, job_name LIMIT ?1)"
        " SELECT j.namespace, j.job_name, j.run_id, j.status, c.outcome, k.whole,"
        " coalesce(c.failure_class, j.failure_class) AS failure_class,"
        " CAST(round((julianday(c.ended_at) - julianday(c.started_at)) * 86400000) AS INTEGER)"
        "  AS duration_ms"
        " FROM chosen AS k CROSS JOIN jobs AS j ON j.namespace = k.namespace"
        "  AND j.job_name = k.job_name AND j.status IS NOT NULL AND j.status <> 'SKIPPED'"
        " LEFT JOIN cluster_jobs AS c ON c.run_id = j.run_id AND c.position = j.position"
        "  AND c.incarnation = (SELECT max(d.incarnation) FROM cluster_jobs AS d"
        "   WHERE d.run_id = j.run_id AND d.position = j.position)"
        " ORDER BY k.newest DESC, k.namespace, k.job_name, j.run_id, j.position",
    [STATEMENT_ADD_HEALTH] =
        "INSERT INTO health_records (judged_at, namespace, selector, overall_health, jobs_ok,"
        " jobs_warn, jobs_error, errors, run_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_ALERT] =
        "INSERT INTO alerts (health_id, kind, incident_id, severity, channel, sent_at, http_status,"
        " error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STATEMENT_READ_TOLD] =
        "SELECT h.overall_health, a.incident_id, h.jobs_ok, h.jobs_warn, h.jobs_error"
        " FROM alerts AS a JOIN health_records AS h USING (health_id)"
        " WHERE " OF_SUBJECT " AND (a.kind = 'totals') = ?4 AND a.sent_at IS NOT NULL"
        " ORDER BY a.alert_id DESC LIMIT 1",
    [STATEMENT_READ_UNWELL] =
        "SELECT h.judged_at FROM health_records AS h WHERE " OF_SUBJECT
        " AND h.overall_health <> 'OK' AND h.health_id >"
        " (SELECT coalesce(max(health_id), 0) FROM health_records AS h WHERE " OF_SUBJECT
        " AND h.overall_health = 'OK') ORDER BY h.health_id LIMIT 1",
};
