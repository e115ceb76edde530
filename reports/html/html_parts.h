// Parts of the page's data and the small builders that they share. A text that is empty becomes false, so that the
// template can leave its place out.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <kainjow/mustache.hpp>

#include "reports/html/html_data.h"
#include "reports/markup.h"
#include "reports/record.h"

namespace rehearsal::page {

using Data = kainjow::mustache::data;
using List = kainjow::mustache::list;

[[nodiscard]] inline Data text(std::string value) {
  return value.empty() ? Data(false) : Data(std::move(value));
}
[[nodiscard]] inline Data text(const std::string& value, std::size_t bytes) {
  return text(clip_text(value, bytes));
}
// The count that is not shown, as text; false where all is.
[[nodiscard]] inline Data more(std::size_t total, std::size_t shown) {
  return total > shown ? Data(std::to_string(total - shown)) : Data(false);
}

void set_findings(Data& page, const RunRecord& record, const PageLimits& limits);
void set_data_changes(Data& page, const RunRecord& record, const PageLimits& limits);
void set_schema_changes(Data& page, const RunRecord& record, const PageLimits& limits);
void set_statements(Data& page, const RunRecord& record, const PageLimits& limits);
void set_migrations(Data& page, const RunRecord& record, const PageLimits& limits);
void set_probes(Data& page, const RunRecord& record, const PageLimits& limits);
void set_drills(Data& page, const RunRecord& record, const PageLimits& limits);
void set_steps(Data& page, const RunRecord& record, const PageLimits& limits);

}  // namespace rehearsal::page
