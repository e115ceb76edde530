#include "snapshots/index/file_header.h"

#include "base/text.h"

namespace rehearsal {

namespace {

// "NAME dump VERSION  Distrib REST", or "NAME dump VERSION-REST" from newer ones.
void read_producer(std::string_view line, DumpFile& file) {
  constexpr std::string_view kDistrib = "  Distrib ";
  std::size_t cut = line.find(kDistrib);
  std::size_t rest = cut == std::string_view::npos ? cut : cut + kDistrib.size();
  if (cut == std::string_view::npos) {
    cut = line.find('-', line.find("dump "));
    rest = cut == std::string_view::npos ? cut : cut + 1;
  }
  file.producer = trim(line.substr(0, cut));
  file.distribution = rest == std::string_view::npos ? "" : trim(line.substr(rest));
}

}  // namespace

bool heed_header(std::string_view text, DumpFile& file) {
  const auto after = [&](std::string_view prefix, std::string& into) {
    if (text.starts_with(prefix) && into.empty()) {
      into = trim(text.substr(prefix.size()));
    }
  };
  constexpr std::string_view kCompleted = "-- Dump completed on ";
  if (text.starts_with(kCompleted)) {
    file.completed_at = replace_all(std::string(trim(text.substr(kCompleted.size()))), "  ", " ");
  } else if (text.starts_with("-- CHANGE MASTER") || text.starts_with("-- SET GLOBAL gtid_slave_pos")) {
    after("-- ", file.replication_position);
  } else if (text.starts_with("-- Server version")) {
    after("-- Server version", file.server_version);
  } else if (text.starts_with("-- Host: ") && file.host.empty()) {
    const std::string_view rest = text.substr(9);
    file.host = trim(rest.substr(0, rest.find("  ")));
  } else if ((text.starts_with("-- MariaDB dump ") || text.starts_with("-- MySQL dump ")) && file.producer.empty()) {
    read_producer(text.substr(3), file);
    return true;
  }
  return false;
}

}  // namespace rehearsal
