// What is read as one dump: a file, or several files that together are one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rehearsal {

// What a file of a dump in several files holds, in the order in which they are read.
enum class PartKind : std::uint8_t { database, sequence, table, rows, view, triggers, post };

// One of the files that together are a dump of one schema, as it lies in the bytes of all of them.
struct PartSpan {
  std::string path;
  PartKind kind = PartKind::table;
  std::uint64_t end = 0;         // one past its last byte, uncompressed
  std::uint64_t first_line = 1;  // of its own first line
};

struct DumpPart {
  std::string path;
  PartKind kind = PartKind::table;
  std::string table;          // as the file's name says it; empty where it is of the schema
  bool may_be_empty = false;  // rows: a table without rows has a file too
};

struct DumpInput {
  std::string path;
  std::string schema;  // for a dump that names none; otherwise empty
  // Of a dump in several files, see mydumper.h, or of a physical backup.
  std::vector<DumpPart> parts = {};
  std::string of = {};
  std::string completed_at = {};
  std::string replication_position = {};
  std::string server_version = {};                 // production's, where the dump is of another server
  std::map<std::string, std::uint64_t> rows = {};  // by table, as the producer counted them
};

}  // namespace rehearsal
