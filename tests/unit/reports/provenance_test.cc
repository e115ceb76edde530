// Every shape of the report says what an answer was made with, and two answers that were made otherwise say so.
#include "reports/provenance.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/compare.h"
#include "reports/html/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/prometheus.h"

namespace rehearsal {
namespace {

RunRecord made() {
  RunRecord record = sample::healthy();
  record.tool_version = "0.1.0 (1a2b3c4d5e6f)";
  record.provenance = {"cata10gue0000000",
                       "5cenar1o00000000",
                       "db-test-7",
                       2,
                       8'000'000'000,
                       "docker 27.3.1",
                       {{"registry/nova:1", "sha256:d19e57"}}};
  return record;
}

TEST(Provenance, EveryShapeOfTheReportTellsIt) {
  const RunRecord record = made();
  const std::string json = report_json_text(record);
  const auto back = from_report_json(json);
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(provenance_lines(back->provenance), provenance_lines(record.provenance));
  for (const std::string& shape : {json, to_html(record).value(), to_markdown(record), to_prometheus(record)}) {
    for (const char* part : {"cata10gue0000000", "5cenar1o00000000", "db-test-7", "27.3.1", "d19e57", "0.1.0"}) {
      EXPECT_NE(replace_all(shape, "\\", "").find(part), std::string::npos) << part << "\nnot in\n"
                                                                            << shape.substr(0, 4000);
    }
  }
}

TEST(Provenance, ComparingSaysEachDifference) {
  const RunRecord before = made();
  RunRecord after = made();
  EXPECT_TRUE(compare(before, after).notes.empty()) << join(compare(before, after).notes, "\n");
  after.provenance.catalogue = "other";
  after.provenance.cores = 4;
  after.provenance.images.clear();
  after.tool_version = "0.2.0";
  EXPECT_EQ(compare(before, after).notes.size(), 4U) << join(compare(before, after).notes, "\n");
}

}  // namespace
}  // namespace rehearsal
