// A run record as text in each format, and as the files of a report folder.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "reports/record.h"

namespace rehearsal {

// `format`: "text", "html", "md", "json", "junit" or "prom".
[[nodiscard]] Result<std::string> render(const RunRecord& record, const std::string& format);

// Tries whether write_report() will be able to write into `dir`, which is made; an Error of kind `usage`.
[[nodiscard]] Result<void> try_report_folder(const std::filesystem::path& dir);

// report.json, report.html, report.md, report.junit.xml and report.prom in `dir`, which is made where it is missing.
[[nodiscard]] Result<void> write_report(const RunRecord& record, const std::filesystem::path& dir);

}  // namespace rehearsal
