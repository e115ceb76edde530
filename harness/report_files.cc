#include "harness/report_files.h"

#include "base/files.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/prometheus.h"
#include "reports/summary.h"

namespace rehearsal {

namespace {

struct Page {
  const char* format;
  const char* file;
};

constexpr Page kPages[] = {
    {"json", "report.json"},       {"html", "report.html"}, {"md", "report.md"},
    {"junit", "report.junit.xml"}, {"prom", "report.prom"},
};

}  // namespace

Result<std::string> render(const RunRecord& record, const std::string& format) {
  if (format == "json") {
    return report_json_text(record);
  }
  if (format == "html") {
    return to_html(record);
  }
  if (format == "md") {
    return to_markdown(record);
  }
  if (format == "junit") {
    return to_junit(record);
  }
  if (format == "prom") {
    return to_prometheus(record);
  }
  if (format == "text") {
    return summary_text(record);
  }
  return fail(ErrorKind::usage, "there is no format '" + format + "'", "--format",
              "use text, html, md, json, junit or prom");
}

Result<void> write_report(const RunRecord& record, const std::filesystem::path& dir) {
  REHEARSAL_TRY(make_private_dir(dir));
  for (const Page& page : kPages) {
    REHEARSAL_TRY_SET(const std::string text, render(record, page.format));
    REHEARSAL_TRY(write_file(dir / page.file, text));
  }
  return {};
}

}  // namespace rehearsal
