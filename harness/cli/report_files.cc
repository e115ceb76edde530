#include "harness/cli/report_files.h"

#include "base/files.h"
#include "base/os/folders.h"
#include "reports/html/html.h"
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

Result<void> try_report_folder(const std::filesystem::path& dir) {
  REHEARSAL_TRY_SET(const bool there, is_there(dir));
  REHEARSAL_TRY_SET(const bool folder, is_folder(dir));
  if (there && !folder) {
    return fail(ErrorKind::usage, "the report's folder is a file", dir.string(), "name a folder with --out");
  }
  const Result<void> made = make_private_dir(dir);
  if (!made) {
    return fail(ErrorKind::usage, "the report's folder cannot be made: " + made.error().what, dir.string());
  }
  for (const Page& page : kPages) {
    REHEARSAL_TRY_SET(const bool in_the_way, is_folder(dir / page.file));
    if (in_the_way) {
      return fail(ErrorKind::usage, "a folder is where the report is to be written", (dir / page.file).string());
    }
  }
  const std::filesystem::path trial = dir / ".rehearsal-trial";
  const Result<void> written = write_file(trial, std::string(1 << 16, '\n'));
  std::error_code ignored;
  os::remove(trial, ignored);
  if (!written) {
    return fail(ErrorKind::usage, "the report cannot be written there: " + written.error().what, dir.string());
  }
  return {};
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
