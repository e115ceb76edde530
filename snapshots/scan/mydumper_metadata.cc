#include "snapshots/scan/mydumper_metadata.h"

#include <charconv>

#include "base/text.h"

namespace rehearsal {

namespace {

// "[`schema`.`table`]": one or two names.
std::vector<std::string> section_names(std::string_view line) {
  std::vector<std::string> names;
  const char quote = line.size() > 1 ? line[1] : 0;
  if (quote != '`' && quote != '"') {
    return names;
  }
  for (std::size_t at = 1; at < line.size() && line[at] == quote;) {
    std::string name;
    for (++at; at < line.size(); ++at) {
      if (line[at] == quote && (at + 1 == line.size() || line[at + 1] != quote)) {
        break;
      }
      at += line[at] == quote ? 1 : 0;
      name += line[at];
    }
    names.push_back(name);
    at += at + 1 < line.size() && line[at + 1] == '.' ? 2 : 1;
  }
  return names;
}

}  // namespace

std::optional<std::uint64_t> count_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

MydumperMetadata read_mydumper_metadata(std::string_view text) {
  MydumperMetadata metadata;
  std::vector<std::string> section;
  std::string real_table;
  std::optional<std::uint64_t> rows;
  std::string source_log;
  const auto end_section = [&] {
    if (section.size() == 2 && rows) {
      metadata.rows[{section[0], real_table.empty() ? section[1] : real_table}] = *rows;
    }
    rows.reset();
    real_table.clear();
  };
  const bool whole_lines = text.ends_with('\n');
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = trim(text.substr(0, end));
    const bool cut = end == std::string_view::npos && !whole_lines;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with('[')) {
      end_section();
      section = section_names(line);
      continue;
    }
    if (line.starts_with("# ")) {
      line = trim(line.substr(2));
    }
    constexpr std::string_view kFinished = "Finished dump at:";
    if (line.starts_with(kFinished) && !cut) {
      metadata.finished_at = trim(line.substr(kFinished.size()));
    } else if (line.starts_with("Log:") || line.starts_with("Pos:")) {
      source_log += (source_log.empty() ? "" : " ") + std::string(trim(line.substr(4)));
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string key = lower(trim(line.substr(0, equals)));
    const std::string_view value = trim(line.substr(equals + 1));
    if (section.empty() &&
        (key == "file" || key == "position" || key == "source_log_file" || key == "source_log_pos")) {
      source_log += (source_log.empty() ? "" : " ") + std::string(value);
    } else if (key == "rows") {
      rows = count_from(value);
    } else if (key == "real_table_name") {
      real_table = value;
    } else if (key.ends_with("_checksum") && value != "0") {
      metadata.promised.emplace_back(join(section, "."), key);
    }
  }
  end_section();
  metadata.replication_position = source_log;
  return metadata;
}

}  // namespace rehearsal
