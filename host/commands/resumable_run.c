/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/resumable_run.h"

#include "cluster/target_cluster.h"
#include "history/history_command.h"
#include "history/history_read.h"
#include "memory/no_memory.h"
#include "settings/command_line.h"
#include "settings/flag_table.h"
#include "terminal/log.h"
#include "text/text_buffer.h"

#include <errno.h>
#include <headgate/host.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SHOWN = 5 };

/* The search, while rows come. */
struct search {
  const struct settings *settings;
  struct arena *arena;
  const char *here;
  struct resumable_run found; /* run_id 0: none yet */
  bool is_named;              /* by its number */
  uint64_t others;            /* runs that do not fit */
};

/* A copy of the text that `text` holds, which is empty afterwards; NULL where memory is out. */
static const char *keep(struct arena *arena, struct text_buffer *text) {
  const char *copy =
      text->failed ? NULL : arena_copy(arena, text_buffer_string(text), text->length);

  text_buffer_finish(text);
  return copy;
}

/* `path` as it is from `directory`; NULL where memory is out. */
static const char *path_from(struct arena *arena, const char *directory, const char *path) {
  struct text_buffer text;

  if (*path == '/')
    return path;
  text_buffer_init(&text);
  text_buffer_printf(&text, "%s/%s", directory, path);
  return keep(arena, &text);
}

/* "" for NULL; NULL where memory is out. */
static const char *copy_cell(struct arena *arena, const struct history_row_view *row,
                             const char *name) {
  const struct history_cell *cell = history_cell(row, name);

  return arena_copy(arena, cell->bytes, cell->length);
}

/* What this call says of the cluster holds before what the run was begun with. Relative paths start
 * where they were typed; they are made absolute where that is not the run's directory. */
static int32_t find_flags(const struct search *search, struct resumable_run *run,
                          const char *begun_kubeconfig, const char *begun_context,
                          const char *begun_namespace) {
  const char *typed = search->settings->kubeconfig;
  const char *typed_namespace = search->settings->job_namespace;
  bool is_here = strcmp(run->working_dir, search->here) == 0;

  run->context = search->settings->context ? search->settings->context : begun_context;
  run->namespace_name = typed_namespace ? typed_namespace : begun_namespace;
  run->kubeconfig = typed ? typed : begun_kubeconfig;
  if (!is_here && run->kubeconfig)
    run->kubeconfig =
        path_from(search->arena, typed ? search->here : run->working_dir, run->kubeconfig);
  return is_here || !(typed || begun_kubeconfig) || run->kubeconfig ? 0 : -1;
}

static const char *or_null(const char *text) {
  return *text ? text : NULL;
}

/* What a history of an older Headgate cannot say, the user must. */
static int32_t check_unrecorded(const struct search *search, const struct resumable_run *run,
                                const char *kubeconfig, const char *context, struct hg_error *err) {
  const struct settings *settings = search->settings;
  bool has_kubeconfig =
      !kubeconfig || (settings->kubeconfig && strcmp(settings->kubeconfig, kubeconfig) == 0);
  bool has_context = context ? settings->context && strcmp(settings->context, context) == 0
                             : settings->context != NULL;

  log_line(HG_LOG_WARNING, LOG_APPLY, "%s does not say which cluster it went to", run->name);
  if (has_kubeconfig && has_context)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%s does not say which cluster it went to: go on with it by --context "
                      "%.240s%s%.240s",
                      run->name, context ? context : "and the name of that cluster's context",
                      kubeconfig ? " --kubeconfig " : "", kubeconfig ? kubeconfig : "");
}

/* Whether kubectl would go now where the run went. */
static int32_t check_target(const struct resumable_run *run, bool is_told, struct hg_error *err) {
  struct target_cluster now;
  int32_t result = 0;

  target_cluster_init(&now, run->kubeconfig, run->context, run->namespace_name);
  if (!now.is_known)
    result = hg_error_set(err, now.reason.code, "%s", now.reason.message);
  else if (is_told)
    result = target_cluster_check_bound(&now, &run->target, run->name,
                                        "choose the former with --context or --kubeconfig", err);
  else
    result = target_record_check(&run->target, &now.record, run->name, "", err);
  target_cluster_finish(&now);
  return result;
}

static int32_t read_run(const struct search *search, const struct history_row_view *row,
                        struct resumable_run *run, const char **kubeconfig, const char **context,
                        struct hg_error *err) {
  struct arena *arena = search->arena;
  const char *namespace_name = copy_cell(arena, row, "namespace");
  struct text_buffer name;

  text_buffer_init(&name);
  run->run_id = history_cell(row, "run_id")->integer;
  text_buffer_printf(&name, "run %" PRId64, run->run_id);
  run->name = keep(arena, &name);
  run->here = search->here;
  run->working_dir = copy_cell(arena, row, "working_dir");
  run->jobs_dir = copy_cell(arena, row, "jobs_dir");
  run->argv = copy_cell(arena, row, "argv");
  *kubeconfig = copy_cell(arena, row, "kubeconfig");
  *context = copy_cell(arena, row, "context");
  run->target = (struct target_record){
      .context = copy_cell(arena, row, "target_context"),
      .server = copy_cell(arena, row, "target_server"),
      .user = copy_cell(arena, row, "target_user"),
      .default_namespace = copy_cell(arena, row, "target_namespace"),
      .cluster_uid = copy_cell(arena, row, "target_cluster_uid"),
  };
  if (!run->name || !run->working_dir || !run->jobs_dir || !run->argv || !*kubeconfig ||
      !*context || !namespace_name || !run->target.context || !run->target.server ||
      !run->target.user || !run->target.default_namespace || !run->target.cluster_uid)
    return no_memory(err);
  *kubeconfig = or_null(*kubeconfig);
  *context = or_null(*context);
  return find_flags(search, run, *kubeconfig, *context, or_null(namespace_name)) < 0
             ? no_memory(err)
             : 0;
}

static void show_other(struct search *search, const struct resumable_run *run) {
  if (search->others++ >= MOST_SHOWN)
    return;
  if (target_record_is_known(&run->target))
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s, not taken: begun in %s, for context %s, server %s, namespace %s: type `headgate "
             "resume %" PRId64 "`",
             run->name, run->working_dir, *run->target.context ? run->target.context : "(none)",
             run->target.server, run->target.default_namespace, run->run_id);
  else
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s, not taken: begun in %s, for a cluster that is not recorded: type `headgate "
             "resume %" PRId64 "`",
             run->name, run->working_dir, run->run_id);
}

/* A row of HISTORY_RESUMABLE. */
static int32_t consider(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct search *search = context;
  struct hg_error refusal = HG_ERROR_INIT;
  const char *begun_kubeconfig;
  const char *begun_context;
  struct resumable_run run;

  if (search->found.run_id != 0)
    return 0;
  if (read_run(search, row, &run, &begun_kubeconfig, &begun_context, err) < 0)
    return -1;
  if (search->is_named) {
    search->found = run;
    return target_record_is_known(&run.target)
               ? check_target(&run, true, err)
               : check_unrecorded(search, &run, begun_kubeconfig, begun_context, err);
  }
  if (strcmp(run.working_dir, search->here) == 0 && target_record_is_known(&run.target) &&
      check_target(&run, false, &refusal) == 0)
    search->found = run;
  else
    show_other(search, &run);
  return 0;
}

/* The number that the user typed; 0: none. */
static int32_t named_run(const struct settings *settings, int64_t *run_id, struct hg_error *err) {
  const char *word = settings->operands.count > 0 ? settings->operands.items[0] : NULL;
  char *end;

  *run_id = 0;
  if (!word)
    return 0;
  errno = 0;
  *run_id = strtoll(word, &end, 10);
  if (*word < '0' || *word > '9' || *end || errno != 0)
    return hg_error_set(err, HG_ERROR_INVALID, "'%.40s' is no run's number: see `headgate history`",
                        word);
  return 0;
}

/* What does not depend on which run it is. */
static int32_t begin_search(struct search *search, struct hg_error *err) {
  char *here = getcwd(NULL, 0);

  if (!here)
    return hg_error_set(err, HG_ERROR_IO, "the working directory: %s", strerror(errno));
  search->here = arena_copy(search->arena, here, strlen(here));
  free(here);
  return search->here ? 0 : no_memory(err);
}

int32_t resumable_run_of(struct history *history, const struct settings *settings, int64_t run_id,
                         struct arena *arena, struct resumable_run *run, struct hg_error *err) {
  struct search search = {.settings = settings, .arena = arena, .is_named = true};

  memset(run, 0, sizeof *run);
  if (begin_search(&search, err) < 0 ||
      (run_id > 0 &&
       history_read(history, HISTORY_RESUMABLE, run_id, 0, consider, &search, err) < 0))
    return -1;
  *run = search.found;
  run->here = search.here;
  run->run_id = run_id; /* what is no apply, the history refuses */
  return 0;
}

int32_t resumable_run_find(struct history *history, const struct settings *settings,
                           struct arena *arena, struct resumable_run *run, struct hg_error *err) {
  struct search search = {.settings = settings, .arena = arena};
  int64_t run_id;

  memset(run, 0, sizeof *run);
  if (named_run(settings, &run_id, err) < 0)
    return -1;
  if (settings->operands.count > 0)
    return resumable_run_of(history, settings, run_id, arena, run, err);
  if (begin_search(&search, err) < 0 ||
      history_read(history, HISTORY_RESUMABLE, 0, 0, consider, &search, err) < 0)
    return -1;
  *run = search.found;
  run->here = search.here;
  if (run->run_id != 0)
    return 0;
  if (search.others == 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "%.600s has no apply that was interrupted, stopped or failed",
                        settings->history);
  return hg_error_set(err, HG_ERROR_NOT_FOUND,
                      "no apply of this directory and this cluster was interrupted, stopped or "
                      "failed; %" PRIu64 " elsewhere: `headgate resume RUN` goes on with one",
                      search.others);
}

int32_t resumable_run_anchor_kubeconfig(const char *here, struct hg_error *err) {
  const char *list = getenv("KUBECONFIG");
  struct text_buffer anchored;
  int failed = 0;

  if (!list)
    return 0;
  text_buffer_init(&anchored);
  while (*list) {
    size_t length = strcspn(list, ":");

    if (length > 0 && *list != '/')
      text_buffer_printf(&anchored, "%s/", here);
    text_buffer_append(&anchored, list, length + (list[length] == ':'));
    list += length + (list[length] == ':');
  }
  failed = anchored.failed || setenv("KUBECONFIG", text_buffer_string(&anchored), 1) < 0;
  text_buffer_finish(&anchored);
  return failed ? no_memory(err) : 0;
}

int32_t resumable_run_keep_flags(const struct resumable_run *run, const struct settings *settings,
                                 struct run_request *request, struct hg_error *err) {
  struct command_line line;
  uint32_t count;
  const char *const *argv =
      history_command_parse(&request->arena, run->argv, strlen(run->argv), &count);

  if (!argv)
    return no_memory(err);
  if (command_line_parse(count, argv, &request->arena, &line, err) < 0)
    return -1;
  return command_line_keep(&line, run->working_dir, settings, run->here, &request->arena,
                           &request->kept, err);
}

/* The call with what it takes over from that run, as one would have typed it: whoever goes on with
 * this one finds all of it there. */
static int32_t record_flags(struct run_request *request, const struct settings *settings,
                            const char *const *begun, size_t begun_count, struct hg_error *err) {
  struct arena *arena = &request->arena;
  struct command_line line;
  struct text_buffer word;
  const char **argv;
  size_t count = 0;

  if (command_line_parse(begun_count, begun, arena, &line, err) < 0)
    return -1;
  argv = arena_alloc(arena, (request->argv_count + line.count + 1) * sizeof *argv);
  if (!argv)
    return no_memory(err);
  argv[count++] = request->argv[0];
  for (size_t i = 0; i < line.count; i++) {
    const struct flag_row *flag = line.flags[i].flag;

    if (!(flag->commands & KEPT_BY_RESUME) ||
        (!flag_is_option(flag) && settings->sources[flag - flag_table] == SOURCE_COMMAND_LINE))
      continue;
    text_buffer_init(&word);
    text_buffer_printf(&word, "--%s%s%s", flag->name, line.flags[i].value ? "=" : "",
                       line.flags[i].value ? line.flags[i].value : "");
    argv[count] = keep(arena, &word);
    if (!argv[count++])
      return no_memory(err);
  }
  for (size_t i = 1; i < request->argv_count; i++)
    argv[count++] = request->argv[i];
  argv[count] = NULL;
  request->argv = argv;
  request->argv_count = count;
  return 0;
}

int32_t resumable_run_take_flags(const struct resumable_run *run, const struct settings *settings,
                                 struct run_request *request, struct hg_error *err) {
  const char *items[] = {run->jobs_dir};
  const struct string_list jobs_dir = {items, 1};
  uint32_t count;
  const char *const *argv =
      history_command_parse(&request->arena, run->argv, strlen(run->argv), &count);

  if (!argv)
    return no_memory(err);
  if (!*run->jobs_dir)
    return hg_error_set(err, HG_ERROR_FAILED, "%s does not say where its manifests are", run->name);
  if (run_request_set_operands(request, &jobs_dir, err) < 0 ||
      record_flags(request, settings, argv, count, err) < 0)
    return -1;
  return resumable_run_keep_flags(run, settings, request, err);
}
