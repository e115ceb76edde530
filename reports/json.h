// report.json ("rehearsal-report/2"): the run record as readers outside get it, and back. Fields are only ever added;
// readers ignore the ones they do not know. Runs kept as "rehearsal-report/1" are read too: their reasons are plain
// sentences, and their scope is the services that they hold.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "reports/record.h"

namespace rehearsal {

inline constexpr std::string_view kReportSchema = "rehearsal-report/2";
inline constexpr std::string_view kReportSchemaBefore = "rehearsal-report/1";

[[nodiscard]] nlohmann::ordered_json to_report_json(const RunRecord& record);
// One finding, as it stands in a report.
[[nodiscard]] nlohmann::ordered_json finding_json(const Finding& finding);
[[nodiscard]] nlohmann::ordered_json step_json(const StepRecord& step);
// And back. They throw where a field has another type than it should.
[[nodiscard]] Finding finding_from(const nlohmann::ordered_json& json);
[[nodiscard]] StepRecord step_from(const nlohmann::ordered_json& json);
// The report as indented text; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string report_json_text(const RunRecord& record);
// An Error where the text is not JSON, is of neither schema, or a field has another type than it should.
[[nodiscard]] Result<RunRecord> from_report_json(std::string_view text);

}  // namespace rehearsal
