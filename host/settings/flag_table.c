/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/flag_table.h"

#include <string.h>

#define TO(member) offsetof(struct settings, member)

/* In the order in which help shows them: flags of one subject stand together. */
const struct flag_row flag_table[] = {
    {"orchestrator-config", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE,
     TO(orchestrator_config), "generate-session.orchestrator-config", "FILE",
     "session: iterations and workers (D28)"},
    {"k8s-config", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, TO(k8s_config),
     "generate-session.k8s-config", "FILE",
     "session: image, namespace, resources, environment (D29)"},
    {"template", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, TO(template_file),
     "generate-template.template", "FILE", "a Job manifest with {{ name }} in its values"},
    {"sweep", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, TO(sweep),
     "generate-template.sweep", "FILE", "with --template: which values its parameters take"},
    {"set-parameter", 0, FLAG_LIST, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, TO(parameters), NULL,
     "NAME=VALUE,VALUE",
     "with --template: the values of one parameter, instead of the sweep's (repeatable)"},
    {"indexed", 0, FLAG_OPTION_SWITCH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, 0,
     "generate-template.indexed", NULL, "with --template: one Indexed Job for all rows"},
    {"show", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_RUN | IN_GENERATE, TO(show), NULL, NULL,
     "with --template: print one manifest and the table of all, and write nothing"},
    {"with-others", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_RUN, TO(with_others), NULL, NULL,
     "apply what else lies in the jobs directory together with what was generated"},
    {"output-dir", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_GENERATE, TO(output_dir), NULL, "DIR",
     "where the manifests are written"},
    {"filename", 'f', FLAG_PATHS, FROM_COMMAND_LINE, IN_VALIDATE | IN_PLAN | IN_APPLY,
     TO(manifests), NULL, "FILE|DIR|-", "the same as an operand, as kubectl has it (repeatable)"},
    {"jobs-dir", 0, FLAG_PATH, FROM_ANY_FILE, IN_RUN | IN_VALIDATE | IN_PLAN | IN_APPLY,
     TO(jobs_dir), NULL, "DIR", "directory with the Job manifests"},
    {"plan", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_APPLY, TO(plan), NULL, "FILE",
     "apply exactly what `headgate plan --save FILE` saved"},
    {"save", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_PLAN, TO(save_plan), NULL, "FILE",
     "save the plan, sealed, for `headgate apply --plan FILE`"},
    {"namespace", 'n', FLAG_STRING, FROM_COMMAND_LINE, IN_EVERY_RUN | IN_LOOKING, TO(job_namespace),
     NULL, "NAME",
     "of Jobs that name none; one that names another is refused (default: the context's)"},
    {"selector", 'l', FLAG_STRING, FROM_COMMAND_LINE,
     IN_RUN | IN_VALIDATE | IN_PLAN | IN_APPLY | IN_LOOKING, TO(selector), NULL, "SELECTOR",
     "only Jobs with these labels, as kubectl takes them"},
    {"exclude", 0, FLAG_LIST, FROM_ANY_FILE, IN_RUN | IN_VALIDATE | IN_PLAN | IN_APPLY,
     TO(excludes), NULL, "GLOB",
     "leave files of a directory out, by name, or by path where it has a slash (repeatable)"},
    {"interval", 0, FLAG_COUNT, FROM_COMMAND_LINE, IN_WATCH, TO(interval), NULL, "SECONDS",
     "with -l: look again and again, until Ctrl-C"},
    {"strict", 0, FLAG_SWITCH, ON_FROM_ANY_FILE, IN_EVERY_RUN | IN_HEALTH | KEPT_BY_RESUME,
     TO(kept.strict), NULL, NULL, "warnings make a Job invalid; health: a warning is exit code 1"},
    {"recursive", 0, FLAG_OPTION_SWITCH, ON_FROM_ANY_FILE, IN_EVERY_RUN | KEPT_BY_RESUME, 0,
     "scan-directory.recursive", NULL, "take manifests from subdirectories too"},
    {"kubernetes-version", 0, FLAG_OPTION, FROM_ANY_FILE, IN_EVERY_RUN | KEPT_BY_RESUME, 0,
     "validate-kubernetes.kubernetes-version,scan-directory.kubernetes-version", "1.N",
     "API version to validate for"},
    {"explain", 0, FLAG_STRING, FROM_COMMAND_LINE, IN_VALIDATE, TO(explain), NULL, "RULE",
     "say what a rule of the report asks for, and stop (`list`: all of them)"},
    {"threads", 0, FLAG_COUNT, FROM_USER_FILE, IN_EVERY_RUN, TO(threads), NULL, "N",
     "threads that read and validate (default: one a processor)"},
    {"kubeconfig", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_APPLYING | IN_LOOKING | IN_PLAN,
     TO(kubeconfig), NULL, "FILE", "which kubeconfig, as kubectl takes it"},
    {"context", 0, FLAG_STRING, FROM_COMMAND_LINE, IN_APPLYING | IN_LOOKING | IN_PLAN | IN_HISTORY,
     TO(context), NULL, "NAME", "which context of it, as kubectl takes it"},
    {"confirm-context", 0, FLAG_STRING, FROM_COMMAND_LINE, IN_APPLYING, TO(confirmed_context), NULL,
     "NAME", "yes, apply to this protected context"},
    {"protected_contexts", 0, FLAG_LIST, FROM_USER_FILE, 0, TO(protected_contexts), NULL, "GLOB",
     "contexts that are applied to only with --confirm-context"},
    {"apply", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_RUN | IN_APPLY | IN_RERUN, TO(apply), NULL,
     NULL, "open the gate: execute kubectl (without it: a dry run)"},
    {"replace", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_RERUN, TO(replace), NULL, NULL,
     "delete each Job first, with its Pods, and make it again by its name (--applier server)"},
    {"preflight", 0, FLAG_SWITCH, FROM_USER_FILE, IN_RUN | IN_APPLY | IN_PLAN, TO(preflight), NULL,
     NULL, "ask the server what it would do with each Job; one refusal stops the run"},
    {"diff", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_PLAN, TO(diff), NULL, NULL,
     "show what would change in each Job that is there, by a dry run there (--applier server)"},
    {"repeat-unknown", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_RESUME, TO(repeat_unknown), NULL, NULL,
     "apply again what may have run and been removed"},
    {"kubectl", 0, FLAG_OPTION_PATH, FROM_USER_FILE, IN_APPLYING | IN_PLAN | KEPT_BY_RESUME, 0,
     "apply-kubectl.kubectl", "PATH", "the kubectl to execute (default: found in PATH)"},
    {"timeout", 0, FLAG_OPTION_COUNT, FROM_USER_FILE, IN_APPLYING | IN_PLAN | KEPT_BY_RESUME, 0,
     "apply-kubectl.timeout,apply-server.timeout", "SECONDS",
     "end a kubectl, or give up a request, that takes longer (default: 30)"},
    {"parallel", 0, FLAG_OPTION_COUNT, FROM_USER_FILE, IN_APPLYING | IN_PLAN | KEPT_BY_RESUME, 0,
     "apply-kubectl.parallel,apply-server.parallel", "N",
     "kubectls (default: 4) or requests (default: 16) at one time"},
    {"batch", 0, FLAG_OPTION_COUNT, FROM_USER_FILE, IN_APPLYING | KEPT_BY_RESUME, 0,
     "apply-kubectl.batch", "N", "Jobs that one kubectl applies (default: 1)"},
    {"retries", 0, FLAG_OPTION_COUNT, FROM_USER_FILE, IN_APPLYING | IN_PLAN | KEPT_BY_RESUME, 0,
     "apply-kubectl.retries,apply-server.retries", "N",
     "how often a failure that may pass is tried again (default: 2)"},
    {"fail-fast", 0, FLAG_SWITCH, ON_FROM_ANY_FILE, IN_APPLYING | KEPT_BY_RESUME,
     TO(kept.fail_fast), NULL, NULL, "start no further Job after the first that failed"},
    {"wait", 0, FLAG_SWITCH, FROM_USER_FILE, IN_APPLYING | KEPT_BY_RESUME, TO(kept.wait.is_wanted),
     NULL, NULL, "after an apply: follow the Jobs to their end, and keep their logs"},
    {"max-running", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | KEPT_BY_RESUME,
     TO(kept.wait.most_running), NULL, "N",
     "no more than N unfinished Jobs of the run at a time (default: any number)"},
    {"retry-failed", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | KEPT_BY_RESUME,
     TO(kept.wait.retry_failed), NULL, "N",
     "try a Job that failed N times again, as NAME-r2, where that can mend it (default: 0)"},
    {"retry-delay", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | KEPT_BY_RESUME,
     TO(kept.wait.retry_delay), NULL, "SECONDS",
     "wait so long at most before that; twice as long each time (default: 10)"},
    {"wait-timeout", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | IN_WATCH | KEPT_BY_RESUME,
     TO(kept.wait.timeout), NULL, "SECONDS", "wait no longer; the Jobs go on (default: for ever)"},
    {"start-grace", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | IN_LOOKING | KEPT_BY_RESUME,
     TO(kept.wait.start_grace), NULL, "SECONDS",
     "a Job that waits so long for an image, a volume or a quota never started (default: 300)"},
    {"schedule-grace", 0, FLAG_COUNT, FROM_USER_FILE, IN_APPLYING | IN_LOOKING | KEPT_BY_RESUME,
     TO(kept.wait.schedule_grace), NULL, "SECONDS",
     "the same for a node that takes its Pods (default: for ever)"},
    {"output-plan", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_VALIDATE | IN_PLAN, TO(output_plan), NULL,
     "FILE", "write the whole execution plan to FILE"},
    {"output-report", 0, FLAG_PATH, FROM_COMMAND_LINE, IN_APPLYING | IN_WATCH | IN_HISTORY,
     TO(output_report), NULL, "FILE", "write the whole apply report to FILE"},
    {"output", 'o', FLAG_CHOICE, FROM_USER_FILE, IN_ALL, TO(output), NULL, "text|json",
     "form of the report on standard output"},
    {"reporter", 0, FLAG_LIST, FROM_ANY_FILE, IN_REPORTING | IN_HEALTH | IN_HISTORY, TO(reporters),
     NULL, "NAME[=FILE]",
     "also report through the plugin report-NAME, or exec:/abs/program (repeatable)"},
    {"reporter-timeout", 0, FLAG_COUNT, FROM_USER_FILE, IN_REPORTING | IN_PLUGIN | IN_HISTORY,
     TO(reporter_timeout), NULL, "SECONDS",
     "end a reporter of another process that takes longer (default: 30)"},
    {"strict-reporters", 0, FLAG_SWITCH, ON_FROM_ANY_FILE, IN_REPORTING | IN_HISTORY,
     TO(strict_reporters), NULL, NULL, "a reporter that fails makes the run fail"},
    {"failed", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_LOGS | IN_HISTORY, TO(failed), NULL, NULL,
     "only logs of Jobs that failed; history list: only runs that did"},
    {"limit", 0, FLAG_COUNT, FROM_COMMAND_LINE, IN_HISTORY, TO(limit), NULL, "N",
     "history list: only the newest N"},
    {"since", 0, FLAG_STRING, FROM_COMMAND_LINE, IN_HISTORY, TO(since), NULL, "DATE|Nd",
     "history list: only runs from that day on (2026-11-30, in UTC), or of the last N days"},
    {"older-than", 0, FLAG_COUNT, FROM_COMMAND_LINE, IN_HISTORY, TO(older_than), NULL, "DAYS",
     "history forget: runs that began more than so many days ago"},
    {"yes", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_HISTORY | IN_RERUN, TO(yes), NULL, NULL,
     "history forget: do it (without it, what would be forgotten is shown); rerun --replace: do "
     "not "
     "ask"},
    {"container", 'c', FLAG_STRING, FROM_COMMAND_LINE, IN_LOGS, TO(container), NULL, "NAME",
     "only logs of containers of that name"},
    {"follow", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_LOGS, TO(follow), NULL, NULL,
     "go on as long as somebody watches the run"},
    {"tail", 0, FLAG_COUNT, FROM_COMMAND_LINE, IN_LOGS, TO(tail), NULL, "N",
     "only the last N lines of each log"},
    {"timestamps", 0, FLAG_SWITCH, FROM_COMMAND_LINE, IN_LOGS, TO(timestamps), NULL, NULL,
     "with the time of each line, as the cluster gave it"},
    {"history", 0, FLAG_PATH, FROM_USER_FILE, IN_ALL, TO(history), NULL, "FILE",
     "the history database"},
    {"no-history", 0, FLAG_SWITCH, FROM_COMMAND_LINE,
     IN_GENERATE | IN_RUN | IN_VALIDATE | IN_PLAN | IN_HEALTH, TO(no_history), NULL, NULL,
     "do not record this; not allowed with --apply"},
    {"no-manifests", 0, FLAG_SWITCH, FROM_USER_FILE, IN_EVERY_RUN, TO(no_manifests), NULL, NULL,
     "keep no text of the manifests in the history, not even with env values hidden"},
    {"plugin-dir", 0, FLAG_PATHS, FROM_USER_FILE, IN_ALL, TO(plugin_dirs), NULL, "DIR",
     "look for plugins here first (repeatable)"},
    {"set", 0, FLAG_SET, FROM_COMMAND_LINE, IN_ALL | KEPT_BY_RESUME, TO(kept.options), NULL,
     "PLUGIN.OPTION=VALUE", "set an option of a plugin (repeatable)"},
    {"generator", 0, FLAG_STRING, FROM_USER_FILE, IN_RUN | IN_GENERATE, TO(generator), NULL, "NAME",
     "plugin that generates (default: generate-session, or generate-template)"},
    {"scanner", 0, FLAG_STRING, FROM_USER_FILE, IN_EVERY_RUN | KEPT_BY_RESUME, TO(kept.scanner),
     NULL, "NAME", "plugin that scans (default: scan-directory)"},
    {"validator", 0, FLAG_LIST, FROM_USER_FILE, IN_EVERY_RUN | KEPT_BY_RESUME, TO(kept.validators),
     NULL, "NAME", "plugin that validates, instead of the default two (repeatable)"},
    {"applier", 0, FLAG_STRING, FROM_USER_FILE, IN_EVERY_RUN | KEPT_BY_RESUME, TO(kept.applier),
     NULL, "NAME", "who applies: kubectl (default), server, or a plugin"},
    {"quiet", 'q', FLAG_SWITCH, FROM_USER_FILE, IN_ALL, TO(quiet), NULL, NULL,
     "log only warnings and errors"},
    {"verbose", 'v', FLAG_SWITCH, FROM_USER_FILE, IN_ALL, TO(verbose), NULL, NULL, "log more"},
    {"color", 0, FLAG_CHOICE, FROM_USER_FILE, IN_ALL, TO(color), NULL, "auto|always|never",
     "colours (default: auto; NO_COLOR turns them off)"},
    {"help", 'h', FLAG_HELP, FROM_COMMAND_LINE, IN_ALL, TO(help), NULL, NULL, "show this help"},
};
const size_t flag_count = sizeof flag_table / sizeof *flag_table;
_Static_assert(sizeof flag_table / sizeof *flag_table <=
                   sizeof((const struct settings *)NULL)->sources,
               "each flag has its source");

/* Each subject, from its first flag to the next one's. */
static const struct {
  const char *first;
  const char *subject;
} subjects[] = {
    {"orchestrator-config", "Manifests and plans"},
    {"namespace", "Which Jobs"},
    {"strict", "Validation"},
    {"kubeconfig", "The cluster"},
    {"apply", "Applying"},
    {"wait", "Waiting for the Jobs"},
    {"output-plan", "Reports"},
    {"failed", "Logs"},
    {"history", "The history"},
    {"plugin-dir", "Plugins"},
    {"quiet", "Everywhere"},
};

const char *flag_subject(const struct flag_row *flag) {
  for (;; flag--)
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
      if (flag == flag_table || strcmp(subjects[i].first, flag->name) == 0)
        return subjects[i].subject;
}

const struct command_row command_table[] = {
    {"run", IN_RUN, "", 0, "generate, validate, plan and apply in one go",
     "Generates manifests into the jobs directory (of a session, where the two configs are given,\n"
     "or of a template), validates them, and applies them: a dry run unless --apply is given. An\n"
     "invalid Job stops the run before the first kubectl, and so do manifests in the directory "
     "that\n"
     "were not generated just now.",
     "headgate run --orchestrator-config session.yaml --k8s-config k8s.yaml --jobs-dir jobs\n"
     "headgate run --template train.yaml --sweep sweep.yaml --jobs-dir jobs\n"
     "headgate run --jobs-dir jobs --apply --wait"},
    {"generate", IN_GENERATE, "", 0, "write the Job manifests of a session, or of a template",
     "Writes one manifest for each worker of a session, or for each row of a sweep over a "
     "template's\n"
     "parameters. A file that Headgate did not write is never overwritten.",
     "headgate generate --orchestrator-config session.yaml --k8s-config k8s.yaml --output-dir "
     "jobs\n"
     "headgate generate --template train.yaml --sweep sweep.yaml --output-dir jobs\n"
     "headgate generate --template train.yaml --set-parameter lr=0.1,0.01 --show"},
    {"validate", IN_VALIDATE, "[FILE|DIR|-]...", MANY_OPERANDS,
     "check manifests and print the execution plan",
     "Judges every Job in the files and directories, or on standard input (-), and prints what is\n"
     "valid and what is not, with file, line and column. Objects of other kinds are passed over.\n"
     "Touches no cluster.",
     "headgate validate a.yaml b.yaml --strict\n"
     "headgate validate --jobs-dir jobs --reporter sarif=findings.sarif\n"
     "headgate validate --explain list"},
    {"plan", IN_PLAN, "[FILE|DIR|-]...", MANY_OPERANDS,
     "show the kubectl commands that would be executed",
     "Validates like `headgate validate` and prints the exact command for each Job. Touches no\n"
     "cluster; with --preflight or --diff it asks one, and changes nothing there.",
     "headgate plan --jobs-dir jobs --save plan.json\n"
     "headgate plan --jobs-dir jobs --applier server --diff"},
    {"apply", IN_APPLY, "[FILE|DIR|-]...", MANY_OPERANDS,
     "apply manifests with kubectl; a dry run unless --apply is given",
     "Validates what is given and applies each Job with one kubectl. Without --apply no kubectl "
     "is\n"
     "executed and every Job is SKIPPED.",
     "headgate apply --jobs-dir jobs\n"
     "headgate apply --jobs-dir jobs --apply --wait\n"
     "headgate apply --plan plan.json --apply"},
    {"resume", IN_RESUME, "[RUN]", 1, "finish an apply that was interrupted, stopped or failed",
     "Goes on with that same run: checks every manifest again, and applies what has no success "
     "yet.\n"
     "RUN is a run's number; without it, the newest apply of this directory and this cluster that "
     "did\n"
     "not succeed. Refused where kubectl would go to another server or namespace by now. The gate "
     "was\n"
     "opened when the run began, so kubectl is executed.",
     "headgate resume\n"
     "headgate resume 64 --wait"},
    {"rerun", IN_RERUN, "[RUN] [JOB]...", MANY_OPERANDS,
     "run Jobs again that failed in the cluster",
     "A new run, of the Jobs of RUN that failed, never started or were deleted, or of those that "
     "are "
     "named: each by the name NAME-r2 (-r3, ...), made of the very manifest that RUN had. A dry "
     "run "
     "unless --apply is given. RUN is a run's number, or `latest`; without it, the newest apply. "
     "Jobs "
     "that were not applied are for `headgate resume`. With --replace each is deleted first and "
     "keeps "
     "its name: only what this history made, and whose logs it has.",
     "headgate rerun latest\n"
     "headgate rerun 64 worker-1 worker-7 --apply --wait\n"
     "headgate rerun latest --replace --applier server --apply"},
    {"watch", IN_WATCH, "[RUN | -l SELECTOR]", 1, "follow the Jobs that a run applied to their end",
     "Goes on where a run with --wait stopped looking, or looks at what was applied without it; "
     "from\n"
     "another shell or machine too, which has the history. RUN is a run's number, or `latest`; "
     "without\n"
     "it, the newest apply. With -l it is one look at Jobs that Headgate need not have applied: "
     "how\n"
     "they are, and the last lines of their logs. Only looks: it changes nothing in the cluster.",
     "headgate watch latest\n"
     "headgate watch -n tuning -l app=arbitrage-tuning --interval 10"},
    {"logs", IN_LOGS, "[RUN [JOB]]", 2, "print the kept logs of a run's Jobs",
     "From the files that a run with --wait, or `headgate watch`, keeps beside the history: also "
     "of\n"
     "Pods that are gone. Which log it is stands on standard error, its bytes on standard output.\n"
     "RUN is a run's number, or `latest`; without it, the newest apply.",
     "headgate logs latest --failed --tail 20\n"
     "headgate logs 64 worker-1 --follow"},
    {"health", IN_HEALTH, "", 0, "judge how well the Jobs of a label selector are",
     "Looks once at the Jobs of -l, whoever applied them: OK, WARN or ERROR, each and all of "
     "them.\n"
     "Exit codes: 0 OK or WARN, 1 ERROR (with --strict WARN too), 3 the cluster could not be "
     "asked.\n"
     "The history keeps each judgement: table health_records.",
     "headgate health -n tuning -l app=arbitrage-tuning\n"
     "headgate health -l app=arbitrage-tuning --strict -o json"},
    {"history", IN_HISTORY,
     "[list | show RUN|JOB | diff RUN RUN | report RUN | forget | path | page FILE]", 3,
     "look at past runs (or use sqlite3 on the file that `history path` names)",
     "RUN is a run's number, or `latest`, `latest~1`, ...; JOB a Job's name, or NAMESPACE/NAME. "
     "report "
     "tells a past run to any reporter, as it was told then. forget removes old runs with their "
     "logs, "
     "unless they are unfinished.",
     "headgate history list --failed --since 7d\n"
     "headgate history report latest --reporter html=report.html\n"
     "headgate history forget --older-than 90 --yes"},
    {"completion", IN_COMPLETION, "bash|zsh|fish", 1, "print a shell's completion script",
     "Commands, flags and their values: contexts, runs, reporters, rules. For bash, in ~/.bashrc: "
     "source <(headgate completion bash). For zsh, as the file _headgate of a directory of fpath. "
     "For fish, as ~/.config/fish/completions/headgate.fish. A package installs all three.",
     "headgate completion bash\n"
     "headgate completion zsh"},
    {"plugin", IN_PLUGIN, "[list | show NAME | check FILE]", 2, "look at plugins",
     "list shows what is found; show one plugin's options; check tries a file as a run would, a\n"
     "reporter also with what a run rarely has, and says what is wrong with it. FILE may also be "
     "a\n"
     "plugin's name, or exec:/abs/program.",
     "headgate plugin list\n"
     "headgate plugin check ./headgate-report-mine.so"},
};
const size_t command_count = sizeof command_table / sizeof *command_table;

static const struct count_limits {
  const char *name;
  uint32_t least;
  uint32_t most;
} limits[] = {
    {"timeout", 1, 86400},
    {"parallel", 1, 64},
    {"batch", 1, 100},
    {"retries", 0, 20},
    {"threads", 1, 64},
    {"reporter-timeout", 1, 86400},
    {"max-running", 1, 1000000},
    {"retry-failed", 0, 20},
    {"retry-delay", 0, 600},
    {"wait-timeout", 1, 31536000},
    {"tail", 1, UINT32_MAX},
    {"limit", 1, 1000000},
    {"older-than", 1, 36500},
    {"start-grace", 1, 31536000},
    {"schedule-grace", 1, 31536000},
    {"interval", 1, 86400},
};

void flag_limits(const struct flag_row *flag, uint32_t *least, uint32_t *most) {
  *least = 0;
  *most = UINT32_MAX;
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (strcmp(limits[i].name, flag->name) == 0) {
      *least = limits[i].least;
      *most = limits[i].most;
    }
}

bool flag_is_option(const struct flag_row *flag) {
  return flag->kind == FLAG_SET || flag->kind == FLAG_OPTION || flag->kind == FLAG_OPTION_PATH ||
         flag->kind == FLAG_OPTION_COUNT || flag->kind == FLAG_OPTION_SWITCH;
}

const struct flag_row *flag_find(const char *name, size_t length) {
  for (size_t i = 0; i < flag_count; i++)
    if (strlen(flag_table[i].name) == length && memcmp(flag_table[i].name, name, length) == 0)
      return &flag_table[i];
  return NULL;
}

const struct command_row *command_find(const char *name) {
  for (size_t i = 0; i < command_count; i++)
    if (strcmp(command_table[i].name, name) == 0)
      return &command_table[i];
  return NULL;
}
