/* SPDX-License-Identifier: Apache-2.0 */
/* The test points of a TAP 14 report. What could not be known is a failure like any other, and no
 * "Bail out!" tells of a run that could not be done: that would stop the reader before its other
 * inputs. */
#ifndef PLUGINS_REPORT_TAP_TAP_POINTS_H
#define PLUGINS_REPORT_TAP_TAP_POINTS_H

#include "report/judged_cases.h"

extern const struct case_format tap_points;

#endif
