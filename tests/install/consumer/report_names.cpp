// Writes the Jobs' names, in C++: the same interface, with a C++ library behind it.
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <new>
#include <string>

namespace {

struct Names {
  const hg_output *output;
  std::string text;
};

int32_t create(const hg_host *, const hg_output *output, void **self, hg_error *err) {
  *self = new (std::nothrow) Names{output, {}};
  return *self ? 0 : hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

// A name is shown as it is, but for what a terminal would obey.
void append_name(std::string &text, const char *name) {
  for (; *name; name++)
    text += *name >= ' ' && *name <= '~' ? *name : '?';
  text += '\n';
}

int32_t job_finished(void *self, const hg_job_result *result, hg_error *err) {
  try {
    append_name(static_cast<Names *>(self)->text, result->job_name);
    return 0;
  } catch (const std::bad_alloc &) {
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  }
}

int32_t run_finished(void *self, const hg_result *, hg_error *err) {
  const Names *names = static_cast<Names *>(self);

  return names->output->write(names->output, names->text.data(), names->text.size(), err);
}

void destroy(void *self) {
  delete static_cast<Names *>(self);
}

const hg_reporter_ops ops = {
    sizeof(hg_reporter_ops), 0, create, nullptr, nullptr, job_finished, run_finished, destroy,
};

} // namespace

HG_PLUGIN(REPORTER, "report-names", "0.1", "Names the Jobs", ops, HG_NO_TABLE, HG_NO_TABLE);
