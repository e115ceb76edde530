// Which collations the statements of a dump name that a restore replaces, or that its server does not know.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

class CollationCensus {
 public:
  // `options` must outlive this.
  explicit CollationCensus(const ScanOptions& options) : options_(options) {}

  void heed(const DumpEvent& event, const DumpFile& file);
  // What was found, and what a person should know of it.
  void finish(DumpIndex& index) const;

 private:
  struct Unknown {
    std::string file;
    std::uint64_t line = 0;  // where it is named first
    std::uint64_t times = 0;
  };
  const ScanOptions& options_;
  std::map<std::string, std::uint64_t> mapped_;
  std::map<std::string, Unknown> unknown_;  // of MySQL 8, not mapped
};

}  // namespace rehearsal
