// Builds the dump index from the events of its files, one file after the other.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/content_hash.h"
#include "snapshots/index/collation_census.h"
#include "snapshots/index/completeness.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/index/hazards.h"
#include "snapshots/index/load_order.h"
#include "snapshots/index/object_ledger.h"
#include "snapshots/index/part_judge.h"
#include "snapshots/index/refusals.h"
#include "snapshots/scan/dump_event.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {

class IndexBuilder {
 public:
  explicit IndexBuilder(const ScanOptions& options) : options_(options) {}

  void begin_file(const DumpInput& input);
  // To be told before each event: where the parts read so far ended.
  void end_parts(const std::vector<std::uint64_t>& ends, const DumpEvent& event);
  void heed(const DumpEvent& event);
  // `file` is completed with what the events told and added to the index.
  void end_file(DumpFile file, const ScanEnd& end);
  // Whether the file told anything that only a dump holds.
  [[nodiscard]] bool recognised() const { return recognised_; }
  [[nodiscard]] DumpIndex finish();

 private:
  static constexpr std::size_t kNoTable = static_cast<std::size_t>(-1);
  DumpTable& table(std::string_view schema, std::string_view name);
  void comment(std::string_view text, std::string_view schema);
  void insert(const DumpEvent& event);
  void range(const DumpEvent& event, DumpTable& into);
  void end_range(std::uint64_t line);
  void capture(const DumpEvent& event, DumpTable& table) const;
  void create_table(const DumpEvent& event);
  void alter_table(const DumpEvent& event);
  void changes(const DumpEvent& event);
  void trigger(const DumpEvent& event);
  void order_files();
  void finish_hazards();
  void definer(const DumpEvent& event);
  void end_part(std::uint64_t end, std::uint64_t next_line);
  void refuse_part(std::size_t part, const std::string& why);
  void compare_rows();
  [[nodiscard]] bool is_captured(const std::string& name) const;

  const ScanOptions& options_;
  DumpIndex index_;
  ObjectLedger ledger_{index_};
  std::size_t last_table_ = 0;                            // the one asked for last
  std::unordered_map<std::size_t, std::size_t> made_in_;  // place of a table -> file of its first CREATE TABLE
  // Schema, and two files: how many of its tables are in both.
  std::map<std::tuple<std::string, std::size_t, std::size_t>, std::size_t> twice_;
  std::map<std::pair<std::string, std::size_t>, std::size_t> structures_;  // schema and file: CREATE TABLEs in it
  DumpInput input_;
  DumpFile file_;
  PartJudge part_judge_;
  std::uint64_t read_to_ = 0;  // the end of the last event's text,
  bool whole_ = true;          // which ended its statement
  std::string broken_part_;    // what is wrong with the first part that is not as it should be
  CompletenessJudge judge_;
  HazardFinder hazards_{"", 0};
  LoadOrderJudge order_{0};
  RefusalFinder refusals_{0};
  std::vector<FileReach> reaches_;  // by file
  std::vector<std::size_t> file_tables_;
  std::vector<std::pair<HazardFinder, std::vector<std::size_t>>> ended_;  // by file
  std::uint64_t statement_bytes_ = 0;
  std::size_t range_table_ = kNoTable;  // whose range is open
  std::uint64_t range_line_ = 0;        // on which it begins
  ContentHash range_hash_;
  bool recognised_ = false;
  CollationCensus collations_{options_};
};

}  // namespace rehearsal
