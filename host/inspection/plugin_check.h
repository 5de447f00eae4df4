/* SPDX-License-Identifier: Apache-2.0 */
/* `headgate plugin check`: whether a plugin keeps to what the headers ask of it, tried in processes
 * of its own. */
#ifndef HOST_INSPECTION_PLUGIN_CHECK_H
#define HOST_INSPECTION_PLUGIN_CHECK_H

#include "inspection/plugin_check_report.h"
#include "plugins/plugin.h"

/* Checks `operand`: a plugin's file, relative or absolute, or its name, or
 * exec:/abs/program[=ARGUMENT]. Every stage has to say what it is in words that make sense; a
 * reporter, also a program, is told of runs, each in a fresh process that has `timeout_s` for
 * each step. What is found is added to `report`, which is zero. -1: a check cannot be done, or
 * the file is refused (report->is_refused), in the words of the loader. HG_ERROR_CANCELLED: the
 * user wants to stop. Main thread. */
int32_t plugin_check(struct plugin_set *plugins, uint32_t timeout_s, const char *operand,
                     struct check_report *report, struct hg_error *err);

#endif
