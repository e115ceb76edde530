#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/content_hash.h"
#include "base/interrupt.h"
#include "base/shown.h"
#include "base/text.h"
#include "snapshots/bytes/parted_source.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/index/index_builder.h"
#include "snapshots/scan/mydumper.h"
#include "snapshots/scan/producer_words.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {

namespace {

constexpr std::uint64_t kProgressStep = 8U << 20;

Result<void> scan_file(const DumpInput& input, const ScanOptions& options, IndexBuilder& builder) {
  REHEARSAL_TRY_SET(PartedSource source, PartedSource::open(input, {}, Decoding::here));
  ScanSettings settings;
  settings.schema = input.schema;
  settings.delimiter = delimiter_of(input);
  settings.server_version = options.server_version;
  settings.read_ahead = input.parts.empty();  // the ends of parts are asked for while they are read
  ContentHash hash;
  std::uint64_t told = 0;
  std::optional<Error> damage;
  std::string beginning;
  const ByteReader read = [&](std::span<char> into) -> Result<std::size_t> {
    REHEARSAL_TRY(check_interrupt());
    const Result<std::size_t> got = source.read(into);
    if (!got) {
      damage = got.error();  // what came before it is still scanned, to say where it ends
      return std::size_t{0};
    }
    hash.add({into.data(), *got});
    if (beginning.size() < kProducerLine) {
      beginning.append(into.data(), std::min(*got, kProducerLine));
    }
    if (options.progress && source.bytes_read() >= told + kProgressStep) {
      told = source.bytes_read();
      options.progress(input.path, source.bytes_consumed(), source.bytes_on_disk());
    }
    return got;
  };
  builder.begin_file(input);
  const auto sink = [&](const DumpEvent& event) -> Result<void> {
    builder.end_parts(source.ends(), event);
    builder.heed(event);
    return {};
  };
  Result<ScanEnd> end = scan(read, sink, settings);
  if (!end) {
    Error error = std::move(end).error();
    if (error.kind == ErrorKind::unusable_dump) {
      error.where = input.path + ", " + error.where;
    }
    return fail(std::move(error));
  }
  if (damage) {
    if (end->inside) {
      damage->where += ", inside " + end->what;
    }
    return fail(std::move(*damage));
  }
  if (!builder.recognised()) {
    return fail(ErrorKind::unusable_dump,
                "the file contains no statement of a dump; it begins with: " + shown_line(beginning), input.path,
                "give a file that mysqldump or mariadb-dump wrote");
  }
  DumpFile file;
  file.compression = source.compression();
  file.bytes_on_disk = source.bytes_on_disk();
  file.content_hash = hash.hex();
  builder.end_file(std::move(file), *end);
  if (options.progress) {
    options.progress(input.path, source.bytes_on_disk(), source.bytes_on_disk());
  }
  return {};
}

}  // namespace

Result<DumpIndex> scan_dumps(const std::vector<DumpInput>& inputs, const ScanOptions& options) {
  if (inputs.empty()) {
    return fail(ErrorKind::unusable_dump, "there is no dump to read");
  }
  IndexBuilder builder(options);
  for (const DumpInput& input : inputs) {
    REHEARSAL_TRY(scan_file(input, options, builder));
  }
  return builder.finish();
}

Result<DumpIndex> scan_in_order(std::vector<DumpInput>& inputs, const ScanOptions& options) {
  REHEARSAL_TRY_SET(DumpIndex index, scan_dumps(inputs, options));
  if (std::is_sorted(index.order.begin(), index.order.end())) {
    return index;
  }
  std::vector<DumpInput> ordered;
  for (const std::size_t place : index.order) {
    ordered.push_back(std::move(inputs[place]));
  }
  inputs = std::move(ordered);
  return scan_dumps(inputs, options);
}

Result<void> require_complete(const DumpIndex& index) {
  for (const DumpFile& file : index.files) {
    if (file.completeness == Completeness::truncated) {
      return fail(ErrorKind::unusable_dump, "the dump is truncated", file.path + ": it ends at " + file.ends_in,
                  "the disk was full or the dump was stopped: dump again, and look at the producer's exit status");
    }
  }
  return {};
}

namespace {

// The server would read it otherwise than the scan has.
bool is_no_utf8(const std::string& name) {
  return shown(name) != name &&
         std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

Result<void> require_readable_names(const DumpIndex& index) {
  const auto refuse = [](const char* kind, const std::string& name) {
    return fail(ErrorKind::unusable_dump, std::string("the name of a ") + kind + " is not UTF-8: " + shown(name), {},
                "dump again with --default-character-set=utf8mb4");
  };
  for (const auto& [schema, text] : index.schemas) {
    if (is_no_utf8(schema)) {
      return refuse("schema", schema);
    }
  }
  for (const DumpTable& table : index.tables) {
    if (is_no_utf8(table.name) || is_no_utf8(table.schema)) {
      return refuse("table", table.schema + "." + table.name);
    }
  }
  return {};
}

}  // namespace

Result<void> require_usable(const DumpIndex& index, bool accept_dump_errors) {
  REHEARSAL_TRY(require_complete(index));
  REHEARSAL_TRY(require_readable_names(index));
  for (const Refusal& refusal : index.refusals) {
    if (!refusal.dump_error || !accept_dump_errors) {
      return fail(ErrorKind::unusable_dump, refusal.what,
                  refusal.file + (refusal.line > 0 ? ", line " + std::to_string(refusal.line) : "") +
                      (refusal.object.empty() ? "" : ", " + refusal.object),
                  refusal.hint);
    }
  }
  return {};
}

std::string DumpFile::name() const {
  const std::string own = std::filesystem::path(path).filename().string();
  return of.empty() ? own : std::filesystem::path(of).filename().string() + "/" + own;
}

DumpFile::Place DumpFile::place(std::uint64_t line) const {
  if (parts.empty()) {
    return {std::filesystem::path(path).filename().string(), line};
  }
  auto part = parts.begin();
  while (std::next(part) != parts.end() && std::next(part)->first_line <= line) {
    ++part;
  }
  return {std::filesystem::path(part->path).filename().string(), line - part->first_line + 1};
}

const DumpTable* DumpIndex::find(const std::string& schema, const std::string& table) const {
  const auto at = std::find_if(tables.begin(), tables.end(),
                               [&](const DumpTable& each) { return each.name == table && each.schema == schema; });
  return at == tables.end() ? nullptr : &*at;
}

std::uint64_t DumpIndex::rows() const {
  std::uint64_t total = 0;
  for (const DumpTable& table : tables) {
    total += table.rows;
  }
  return total;
}

std::uint64_t DumpIndex::bytes() const {
  std::uint64_t total = 0;
  for (const DumpFile& file : files) {
    total += file.bytes;
  }
  return total;
}

std::string DumpIndex::content_key() const {
  std::vector<std::string> parts;
  for (const DumpFile& file : files) {
    parts.push_back(file.content_hash + " " + file.schema);
  }
  if (!order_decides) {
    std::sort(parts.begin(), parts.end());
  }
  for (const auto& [from, times] : mapped_collations) {
    parts.push_back("collation " + from + " " + map_collations.at(from));
  }
  ContentHash hash;
  hash.add(join(parts, "\n"));
  return hash.hex();
}

std::string DumpIndex::mapping_text(const std::string& from) const {
  const std::uint64_t places = mapped_collations.at(from);  // 0: they were not counted
  return "the collation " + from + " is replaced by " + map_collations.at(from) +
         (places == 0 ? "" : " at " + plural(places, "place"));
}

std::vector<const DumpTable*> tables_by_size(const DumpIndex& index, const std::string& schema) {
  std::vector<const DumpTable*> tables;
  for (const DumpTable& table : index.tables) {
    if (table.schema == schema) {
      tables.push_back(&table);
    }
  }
  std::stable_sort(tables.begin(), tables.end(),
                   [](const DumpTable* a, const DumpTable* b) { return a->bytes > b->bytes; });
  return tables;
}

const char* to_string(Completeness completeness) {
  switch (completeness) {
    case Completeness::complete:
      return "complete";
    case Completeness::unprovable:
      return "unprovable";
    case Completeness::truncated:
      return "truncated";
  }
  return "";
}

}  // namespace rehearsal
