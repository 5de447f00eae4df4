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

const hg_reporter_ops ops = [] {
  hg_reporter_ops table = {}; // what is added to it later is none of this plugin's
  table.struct_size = sizeof table;
  table.create = create;
  table.job_validated = job_validated;
  table.run_finished = run_finished;
  table.destroy = destroy;
  return table;
}();

} // namespace

HG_PLUGIN(REPORTER, "throws", "1.0.0", "Throws", ops, HG_NO_TABLE, HG_NO_TABLE);
