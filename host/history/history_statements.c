#include "history_statements.h"

/* The columns of run_summary, with the state that the reader of a file which he does not write
 * knows better than the file. */
#define RUN_COLUMNS                                                                                \
  "SELECT run_id, command, mode,"                                                                  \
  " CASE WHEN state = 'running' AND run_is_dead(run_id) THEN 'interrupted' ELSE state END"         \
  " AS state,"                                                                                     \
  " started_at, finished_at, duration_ms, total, successful, failed, skipped, invalid,"            \
  " exit_code, jobs_dir, context, user, host, kubeconfig, working_dir, pid, argv, version, error"  \
  " FROM run_summary"

/* One run's Jobs for the comparison. A Job is known by namespace and name, a document without a
 * name by its place; `twin` tells apart those that share a name. */
#define SIDE(run)                                                                                  \
  "SELECT position, namespace, job_name, yaml_path, document, status, reason, sha256,"             \
  " row_number() OVER (PARTITION BY namespace, job_name,"                                          \
  " CASE WHEN job_name = '' THEN yaml_path END, CASE WHEN job_name = '' THEN document END"         \
  " ORDER BY position) AS twin"                                                                    \
  " FROM job_outcomes WHERE run_id = " run

#define SAME_JOB                                                                                   \
  "b.namespace = a.namespace AND b.job_name = a.job_name AND b.twin = a.twin"                      \
  " AND (a.job_name <> '' OR (b.yaml_path = a.yaml_path AND b.document = a.document))"

const char *const history_statements[HISTORY_STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",

    [STATEMENT_ADD_RUN] =
        "INSERT INTO runs (command, mode, started_at, argv, version, user, host, pid, working_dir,"
        " jobs_dir, kubeconfig, context) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12)",
    [STATEMENT_ADD_PLUGIN] = "INSERT INTO plugins (run_id, name, stage, version, path, abi_minor)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_ADD_JOB] =
        "INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid,"
        " sha256, command) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_DIAGNOSTIC] =
        "INSERT INTO diagnostics (run_id, position, severity, rule, field, line, \"column\","
        " message, advice) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_REPORTER_OUTCOME] =
        "INSERT INTO reporter_outcomes (run_id, reporter, target, outcome, message)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_SKIP_JOBS] = "UPDATE runs SET skipped_at = ?2, skip_reason = ?3"
                            " WHERE run_id = ?1 AND skipped_at IS NULL",
    [STATEMENT_START_ATTEMPT] =
        "INSERT INTO attempts (run_id, position, attempt, started_at) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_FINISH_ATTEMPT] =
        "UPDATE attempts SET status = ?4, finished_at = ?5, duration_ms = ?6, return_code = ?7,"
        " signal = ?8, reason = ?9, stdout = ?10, stderr = ?11, stdout_cut = ?12, stderr_cut = ?13"
        " WHERE run_id = ?1 AND position = ?2 AND attempt = ?3",
    [STATEMENT_SETTLE_JOB] = "UPDATE jobs SET status = ?3, settled_at = ?4, reason = ?5"
                             " WHERE run_id = ?1 AND position = ?2",
    [STATEMENT_FINISH_RUN] =
        "UPDATE runs SET state = ?2, exit_code = ?3, finished_at = ?4, duration_ms = ?5,"
        " error = ?6, (total, successful, failed, skipped, invalid) ="
        " (SELECT count(*), count(*) FILTER (WHERE status = 'SUCCESS'),"
        " count(*) FILTER (WHERE status = 'FAILED'), count(*) FILTER (WHERE status = 'SKIPPED'),"
        " count(*) FILTER (WHERE status = 'INVALID') FROM job_outcomes AS o WHERE o.run_id = ?1)"
        " WHERE run_id = ?1",
    [STATEMENT_INTERRUPT_RUN] =
        "UPDATE runs SET state = 'interrupted' WHERE run_id = ?1 AND state = 'running'",

    [STATEMENT_RUNNING_RUNS] = "SELECT run_id FROM runs WHERE state = 'running' ORDER BY run_id",
    [STATEMENT_NTH_NEWEST_RUN] = "SELECT run_id FROM runs ORDER BY run_id DESC LIMIT 1 OFFSET ?1",
    [STATEMENT_READ_RUNS] = RUN_COLUMNS " ORDER BY run_id DESC",
    [STATEMENT_READ_RUN] = RUN_COLUMNS " WHERE run_id = ?1",
    [STATEMENT_READ_PLUGINS] = "SELECT name, stage, version, path, abi_minor FROM plugins"
                               " WHERE run_id = ?1 ORDER BY plugin_id",
    [STATEMENT_READ_JOBS] =
        "SELECT position, job_name, namespace, yaml_path, document, sha256, command, status,"
        " reason, return_code, signal, attempts, stdout, stdout_cut, stderr, stderr_cut,"
        " started_at, finished_at, duration_ms FROM job_outcomes WHERE run_id = ?1"
        " ORDER BY position",
    [STATEMENT_READ_DIAGNOSTICS] =
        "SELECT d.position, j.job_name, j.namespace, j.yaml_path, d.severity, d.rule, d.field,"
        " d.line, d.\"column\", d.message, d.advice FROM diagnostics AS d"
        " JOIN jobs AS j ON j.run_id = d.run_id AND j.position = d.position"
        " WHERE d.run_id = ?1 ORDER BY d.position, d.diagnostic_id",
    [STATEMENT_READ_REPORTER_OUTCOMES] =
        "SELECT reporter, target, outcome, message FROM reporter_outcomes"
        " WHERE run_id = ?1 ORDER BY reporter_outcome_id",

    /* Both sides are joined from either end: SQLite has FULL JOIN only since 3.39. */
    [STATEMENT_READ_CHANGES] = "WITH a AS MATERIALIZED (" SIDE("?1") "), b AS MATERIALIZED (" SIDE(
        "?2") ")"
              " SELECT CASE WHEN b.position IS NULL THEN 'only-in-first' ELSE 'changed' END AS "
              "change,"
              " a.namespace AS namespace, a.job_name AS job_name,"
              " b.position IS NOT NULL AND a.status IS NOT b.status AS outcome_changed,"
              " b.position IS NOT NULL AND a.sha256 IS NOT b.sha256 AS manifest_changed,"
              " a.status AS first_status, b.status AS second_status,"
              " a.reason AS first_reason, b.reason AS second_reason,"
              " a.sha256 AS first_sha256, b.sha256 AS second_sha256,"
              " a.yaml_path AS first_yaml_path, b.yaml_path AS second_yaml_path,"
              " a.document AS first_document, b.document AS second_document"
              " FROM a LEFT JOIN b ON " SAME_JOB
              " WHERE b.position IS NULL OR a.status IS NOT b.status OR a.sha256 IS NOT b.sha256"
              " UNION ALL"
              " SELECT 'only-in-second', b.namespace, b.job_name, 0, 0, NULL, b.status, NULL, "
              "b.reason,"
              " NULL, b.sha256, NULL, b.yaml_path, NULL, b.document"
              " FROM b LEFT JOIN a ON " SAME_JOB " WHERE a.position IS NULL"
              " ORDER BY 2, 3, 13, 15",
};
