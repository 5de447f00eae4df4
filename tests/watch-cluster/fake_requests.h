/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for lib/cluster's requests: what is sent waits until the test answers it. Nothing of
 * libcurl is linked, and no time passes but what the test says.
 */
#ifndef TESTS_FAKE_REQUESTS_H
#define TESTS_FAKE_REQUESTS_H

#include "cluster/requests.h"

enum { FAKE_MOST = 256 }; /* requests that are open at one time */

/* The test's clock, in milliseconds. */
extern int64_t fake_now_ms;
int64_t fake_clock(void);

struct requests *fake_requests(void);

/* How many were sent since fake_reset. */
extern uint32_t fake_sent;

/* Forgets what is open. */
void fake_reset(void);

/* The path of the open request whose path holds `part`; NULL: there is none. */
const char *fake_path(const char *part);

/* Whether it has these limits. */
const struct request *fake_request(const char *part);

/* Gives it bytes of a 200. False: it wanted no more, and is closed. */
bool fake_feed(const char *part, const char *data, size_t length);

/* Ends it. */
void fake_end(const char *part, enum exchange_end end, int32_t status, const char *body);

#endif
