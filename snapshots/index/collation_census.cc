#include "snapshots/index/collation_census.h"

#include <vector>

#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/index/mysql_collations.h"

namespace rehearsal {

void CollationCensus::heed(const DumpEvent& event, const DumpFile& file) {
  if (event.kind == EventKind::insert || event.kind == EventKind::comment || is_system_schema(event.schema)) {
    return;
  }
  for (const auto& [name, times] : named_collations(event.text, options_.server_version, event.quoting())) {
    if (options_.map_collations.contains(name)) {
      mapped_[name] += times;
    } else if (!stand_in_for_mysql(name).empty()) {
      const DumpFile::Place at = file.parts.empty() ? DumpFile::Place{file.path, event.line} : file.place(event.line);
      unknown_.emplace(name, Unknown{at.file, at.line, 0}).first->second.times += times;
    }
  }
}

// One hazard for all of them: what is to be done is done once.
void CollationCensus::finish(DumpIndex& index) const {
  index.map_collations = options_.map_collations;
  index.mapped_collations = mapped_;
  constexpr unsigned kKnowsThem = 110405;
  if (options_.server_version < kKnowsThem && !unknown_.empty()) {
    std::vector<std::string> names, told;
    const Unknown* first = &unknown_.begin()->second;
    for (const auto& [name, where] : unknown_) {
      first = where.line < first->line ? &where : first;
      names.push_back(name);
      told.push_back(name + " at " + plural(where.times, "place"));
    }
    index.hazards.push_back({.code = "unknown-collation",
                             .severity = Severity::warning,
                             .what = "the dump names " + plural(names.size(), "collation") +
                                     " of MySQL 8 that the server does not know (" + join(told, ", ") +
                                     "): a restore is refused without " + mapping_options(names),
                             .file = first->file,
                             .line = first->line});
  }
  for (const auto& [from, times] : mapped_) {
    index.hazards.push_back({.code = "collation-mapped",
                             .severity = Severity::warning,
                             .what = index.mapping_text(from) + ": text sorts and compares by other rules",
                             .object = from});
  }
}

}  // namespace rehearsal
