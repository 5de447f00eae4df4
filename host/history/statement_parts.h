/* SPDX-License-Identifier: Apache-2.0 */
/* What several of the history's statements have in common. */
#ifndef HOST_HISTORY_STATEMENT_PARTS_H
#define HOST_HISTORY_STATEMENT_PARTS_H

/* Of run ?1's Jobs. */
#define TOTALS                                                                                     \
  "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'SUCCESS') AS successful,"            \
  " count(*) FILTER (WHERE status = 'FAILED') AS failed,"                                          \
  " count(*) FILTER (WHERE status = 'SKIPPED') AS skipped,"                                        \
  " count(*) FILTER (WHERE status = 'INVALID') AS invalid"                                         \
  " FROM (SELECT status FROM job_outcomes WHERE run_id = ?1 LIMIT -1)"

/* The columns of run_summary, with the state that the reader of a file which he does not write
 * knows better than the file. */
#define RUN_COLUMNS                                                                                \
  "SELECT run_id, command, mode,"                                                                  \
  " CASE WHEN state = 'running' AND run_is_dead(run_id) THEN 'interrupted' ELSE state END"         \
  " AS state,"                                                                                     \
  " started_at, finished_at, duration_ms, total, successful, failed, skipped, invalid,"            \
  " exit_code, jobs_dir, context, user, host, kubeconfig, working_dir, pid, argv, version, error," \
  " resumptions, target_context, target_server, target_user, target_namespace,"                    \
  " target_cluster_uid, git_commit, git_branch, ci_url,"                                           \
  " iif(EXISTS (SELECT 1 FROM watches AS w WHERE w.run_id = run_summary.run_id),"                  \
  " (SELECT count(*) FROM job_completions AS c WHERE c.run_id = run_summary.run_id"                \
  " AND c.outcome = 'COMPLETE'), NULL) AS complete"                                                \
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

/* An object of the cluster, by the first three values; a Pod of it, by the first four. */
#define OBJECT "run_id = ?1 AND position = ?2 AND incarnation = ?3"
#define POD                                                                                        \
  "cluster_job_id = (SELECT cluster_job_id FROM cluster_jobs WHERE " OBJECT ") AND uid = ?4"

/* Jobs that were not applied, and those that did not end well. */
#define ALL_FAILURES                                                                               \
  "SELECT 'not applied' AS what, failure_class, run_id, job_name, reason AS cause, advice"         \
  " FROM jobs WHERE status = 'FAILED' UNION ALL"                                                   \
  " SELECT 'not complete', c.failure_class, c.run_id, j.job_name, c.cause, c.advice"               \
  " FROM cluster_jobs AS c JOIN jobs AS j USING (run_id, position)"                                \
  " WHERE c.outcome IS NOT NULL AND c.outcome <> 'COMPLETE'"

/* A row of health_records h, of whom ?1 to ?3 name. */
#define OF_SUBJECT                                                                                 \
  "CASE WHEN ?1 IS NULL THEN h.run_id IS NULL AND h.namespace = ?2 AND h.selector = ?3"            \
  " ELSE h.run_id = ?1 END"

/* What is known of a run's Jobs in the cluster; ?2 is the watch of who asks. */
#define WATCHED                                                                                    \
  "SELECT j.position, c.incarnation, c.uid, c.was_there, c.had_ended, c.outcome, c.reason,"        \
  " c.message, c.failure_class, c.cause, c.advice, c.pod, c.container,"                            \
  " c.termination_message, c.log_path, c.last_words, c.started_at, c.ended_at,"                    \
  " c.decided_at, c.exit_code, c.signal, s.succeeded, s.failed, c.completions,"                    \
  " coalesce(s.number, 0),"                                                                        \
  " (SELECT count(*) FROM pods AS p WHERE p.cluster_job_id = c.cluster_job_id),"                   \
  " (SELECT count(*) FROM pods AS p JOIN logs AS l USING (pod_id)"                                 \
  "  WHERE p.cluster_job_id = c.cluster_job_id AND l.state = 'complete'),"                         \
  " (SELECT count(*) FROM pods AS p JOIN logs AS l USING (pod_id) WHERE p.cluster_job_id = "       \
  "c.cluster_job_id"                                                                               \
  "  AND l.state IN ('broken', 'gone', 'cut')),"                                                   \
  " (SELECT a.verb FROM launched_jobs AS a WHERE a.run_id = j.run_id"                              \
  "  AND a.position = j.position AND a.status = 'SUCCESS' ORDER BY a.attempt DESC LIMIT 1),"       \
  " c.had_ended IS NOT 1 AND"                                                                      \
  " (SELECT w.outcome IS NULL FROM watches AS w WHERE w.run_id = j.run_id"                         \
  "  AND w.watch_id IS NOT ?2 ORDER BY w.watch_id DESC LIMIT 1)"                                   \
  " AND (NOT EXISTS (SELECT 1 FROM pods AS p WHERE p.cluster_job_id = c.cluster_job_id)"           \
  "  OR EXISTS (SELECT 1 FROM pods AS p LEFT JOIN containers AS k ON k.pod_id = p.pod_id"          \
  "   LEFT JOIN logs AS l ON l.pod_id = p.pod_id AND l.name = k.name AND l.restart = k.restart"    \
  "   WHERE p.cluster_job_id = c.cluster_job_id"                                                   \
  "   AND (k.state IS NOT 'waiting' OR c.outcome IN ('COMPLETE', 'FAILED'))"                       \
  "   AND coalesce(l.state, 'open') = 'open')),"                                                   \
  " (SELECT b.job_name FROM jobs AS b WHERE b.run_id = j.derived_from_run"                         \
  "  AND b.position = j.derived_from),"                                                            \
  " EXISTS (SELECT 1 FROM jobs AS d WHERE d.derived_from_run = j.run_id"                           \
  "  AND d.derived_from = j.position AND d.run_id = j.run_id AND d.status = 'SUCCESS')"            \
  " FROM jobs AS j LEFT JOIN cluster_jobs AS c"                                                    \
  " ON c.run_id = j.run_id AND c.position = j.position"                                            \
  " AND c.incarnation = (SELECT max(d.incarnation) FROM cluster_jobs AS d"                         \
  "  WHERE d.run_id = j.run_id AND d.position = j.position)"                                       \
  " LEFT JOIN job_states AS s ON s.cluster_job_id = c.cluster_job_id"                              \
  " AND s.number = (SELECT max(t.number) FROM job_states AS t"                                     \
  "  WHERE t.cluster_job_id = c.cluster_job_id)"                                                   \
  " WHERE j.run_id = ?1"

/* Why run `r` has to stay; NULL: it need not. Jobs of it may run, and what is known of them is here
 * alone. */
#define WHY_KEPT                                                                                   \
  "CASE WHEN state = 'running' AND NOT run_is_dead(run_id) THEN 'running'"                         \
  " WHEN state = 'undecided' OR (state IN ('running', 'interrupted', 'cancelled')"                 \
  "  AND EXISTS (SELECT 1 FROM watches AS w WHERE w.run_id = r.run_id)"                            \
  "  AND EXISTS (SELECT 1 FROM job_completions AS c WHERE c.run_id = r.run_id"                     \
  "   AND c.outcome NOT IN ('COMPLETE', 'FAILED', 'DELETED', 'NEVER-STARTED'))) THEN 'undecided'"  \
  " WHEN EXISTS (SELECT 1 FROM launched_jobs AS a JOIN jobs AS j USING (run_id, position)"         \
  "  WHERE a.run_id = r.run_id AND a.finished_at IS NULL AND j.status IS NULL) THEN 'open' END"

/* A Job's outcome with its newest attempt: the columns of history_result.c around those that
 * differ. */
#define ATTEMPT_COLUMNS                                                                            \
  " coalesce(a.return_code, -1), coalesce(a.signal, 0), coalesce(a.attempt, 0),"                   \
  " coalesce(a.stdout_cut, 0), coalesce(a.stderr_cut, 0), coalesce(a.duration_ms, 0), j.document," \
  " j.job_name, j.namespace, j.yaml_path,"
#define FAILURE_COLUMNS                                                                            \
  " iif(j.status IS NULL, a.failure_class, j.failure_class),"                                      \
  " iif(j.status IS NULL, a.advice, j.advice), a.verb, a.warnings, coalesce(a.http_status, 0)"
#define NEWEST_ATTEMPT                                                                             \
  " FROM jobs AS j LEFT JOIN launched_jobs AS a ON a.run_id = j.run_id"                            \
  " AND a.position = j.position AND a.attempt = (SELECT max(b.attempt) FROM launched_jobs AS b"    \
  " WHERE b.run_id = j.run_id AND b.position = j.position)"                                        \
  " LEFT JOIN launches AS l ON l.launch_id = a.launch_id"

#endif
