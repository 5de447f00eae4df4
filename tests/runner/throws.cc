/* SPDX-License-Identifier: Apache-2.0 */
// A reporter in C++ that lets an exception out, into a host that knows of none.
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <stdexcept>

namespace {

int32_t create(const hg_host *, const hg_output *, void **self, hg_error *) {
  *self = nullptr;
  return 0;
}

int32_t job_validated(void *, const hg_validation *, hg_error *) {
  throw std::runtime_error("thrown into C");
}

int32_t run_finished(void *, const hg_result *, hg_error *) {
  return 0;
}

void destroy(void *) {
}

const hg_reporter_ops ops = {
    sizeof(hg_reporter_ops),
    0,
    create,
    nullptr,
    job_validated,
    nullptr,
    run_finished,
    destroy,
    nullptr,
    nullptr,
};

} // namespace

HG_PLUGIN(REPORTER, "throws", "1.0.0", "Throws", ops, HG_NO_TABLE, HG_NO_TABLE);
