/* SPDX-License-Identifier: Apache-2.0 */
/* An event of the API server, in either of the two forms that it writes them in. */
#ifndef WATCH_CLUSTER_EVENT_OBJECT_H
#define WATCH_CLUSTER_EVENT_OBJECT_H

#include "json/json_members.h"

#include <headgate/error.h>
#include <headgate/watcher.h>

/* Fills in all but `item`; strings are those of `texts`. -1: it is no event (HG_ERROR_INVALID), or
 * memory is out. */
int32_t event_object_read(struct json_slice json, struct json_texts *texts,
                          struct hg_cluster_event *event, struct hg_error *err);

#endif
