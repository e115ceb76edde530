// What the page's template shows, as plain values: every text still unescaped but the timeline, which is markup.
#pragma once

#include <algorithm>
#include <cstddef>

#include <kainjow/mustache.hpp>

#include "reports/record.h"

namespace rehearsal {

// How much of a long record the page tells.
struct PageLimits {
  std::size_t findings = 60;  // of one severity
  std::size_t keys = 20;      // of one finding
  std::size_t text = 3000;    // bytes of one error, statement, fix or detail
  std::size_t line = 300;     // bytes of one line of a list
  std::size_t steps = 400;
  std::size_t table_rows = 1000;  // of all steps together: changed tables
  std::size_t schema_lines = 2500;
  std::size_t list = 100;  // of checks, adaptations, migrations, dumps

  [[nodiscard]] bool at_least() const { return findings <= 4; }
  [[nodiscard]] PageLimits tighter() const {
    const auto less = [](std::size_t limit) { return std::max<std::size_t>(limit / 3, 3); };
    return {
        .findings = less(findings),
        .keys = less(keys),
        .text = less(text),
        .line = std::max<std::size_t>(line / 2, 80),
        .steps = less(steps),
        .table_rows = less(table_rows),
        .schema_lines = less(schema_lines),
        .list = less(list),
    };
  }
};

[[nodiscard]] kainjow::mustache::data page_data(const RunRecord& record, const PageLimits& limits);

}  // namespace rehearsal
