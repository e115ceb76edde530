#include "snapshots/load/server_options.h"

#include <algorithm>
#include <utility>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kLargestPacket = std::uint64_t{1} << 30;

std::uint64_t memory_or_default(std::uint64_t memory_bytes) {
  return memory_bytes == 0 ? kMegabyte * 1024 : memory_bytes;
}

// Room for the longest statement and for its head, in whole kilobytes as the server wants it.
std::uint64_t packet_for(const DumpIndex& index, std::uint64_t least) {
  const std::uint64_t want = std::max(least, index.longest_statement + index.longest_statement / 8 + kMegabyte);
  return std::min(kLargestPacket, (want + 1023) / 1024 * 1024);
}

std::string sized(const std::string& option, std::uint64_t bytes) {
  return option + "=" + std::to_string(bytes);
}

bool known_to(const std::string& server_version, int major, int minor) {
  const std::vector<std::string> parts = split(server_version, '.');
  if (parts.size() < 2) {
    return false;
  }
  const auto number = [](const std::string& text) {
    int value = 0;
    for (const char c : text) {
      value = c >= '0' && c <= '9' && value < 10000 ? value * 10 + (c - '0') : value;
    }
    return value;
  };
  return std::make_pair(number(parts[0]), number(parts[1])) >= std::make_pair(major, minor);
}

// Since 11.5 a server gives other collations to new tables and columns that name only a Unicode character set. Those
// that meet by foreign keys are then no longer alike.
bool other_collations(const std::string& production, const std::string& server) {
  return !production.empty() && !known_to(production, 11, 5) && known_to(server, 11, 5);
}

// The server that wrote the first dump that says so.
std::string dumped_from(const DumpIndex& index) {
  const auto tells = std::find_if(index.files.begin(), index.files.end(),
                                  [](const DumpFile& file) { return !file.server_version.empty(); });
  return tells == index.files.end() ? std::string() : tells->server_version;
}

}  // namespace

std::uint64_t restore_log_bytes(const DumpIndex& index) {
  return std::clamp(index.bytes() / 2, kMegabyte * 96, kMegabyte * 2048) / kMegabyte * kMegabyte;
}

std::vector<std::string> restore_server_options(const DumpIndex& index, std::uint64_t memory_bytes,
                                                const std::string& server_version) {
  const std::uint64_t memory = memory_or_default(memory_bytes);
  std::vector<std::string> options = {
      "--skip-log-bin",
      "--skip-performance-schema",
      "--skip-symbolic-links",
      "--default-time-zone=+00:00",
      "--innodb-doublewrite=0",
      "--innodb-flush-log-at-trx-commit=0",
      "--innodb-flush-method=nosync",
      "--debug-no-sync",  // the whole store is synced once, when the golden is sealed
      "--innodb-strict-mode=OFF",
      // The server's background statistics spin on a table that is being loaded, a core for each; restore.cc analyses.
      "--innodb-stats-auto-recalc=OFF",
      "--innodb-buffer-pool-load-at-startup=OFF",
      "--innodb-buffer-pool-dump-at-shutdown=OFF",
      "--innodb-fast-shutdown=1",
      "--innodb-lock-wait-timeout=600",
      sized("--innodb-buffer-pool-size", std::max(kMegabyte * 128, memory / 10 * 6) / kMegabyte * kMegabyte),
      sized("--innodb-log-file-size", restore_log_bytes(index)),
      sized("--innodb-log-buffer-size", kMegabyte * 16),
      sized("--max-allowed-packet", packet_for(index, kMegabyte * 64)),
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_general_ci",
  };
  if (other_collations(dumped_from(index), server_version)) {
    options.emplace_back("--character-set-collations=");
  }
  return options;
}

Result<ServerVariables> parse_server_variables(std::string_view text) {
  ServerVariables variables;
  for (const std::string& raw : lines_of(text)) {
    std::string_view line = trim(raw);
    if (line.empty() || line.front() == '+' || line.front() == '#' || line.front() == '[' || line.front() == ';') {
      continue;
    }
    std::size_t cut = std::string_view::npos;
    if (line.front() == '|') {
      line.remove_prefix(1);
      if (line.ends_with('|')) {
        line.remove_suffix(1);
      }
      cut = line.find('|');
    } else {
      cut = !contains(raw, '\t') ? line.find('=') : line.find('\t');
    }
    // A value may be empty, and its tab trimmed away with it.
    std::string name = lower(trim(line.substr(0, cut)));
    std::replace(name.begin(), name.end(), '-', '_');
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
    if (!is_name) {
      return fail(ErrorKind::wrong_scenario, "not a line of SHOW VARIABLES: " + std::string(line.substr(0, 60)), {},
                  "save it with: mariadb --batch -e 'SHOW GLOBAL VARIABLES' > production.txt");
    }
    if (name != "variable_name") {
      std::string_view value = cut == std::string_view::npos ? std::string_view() : trim(line.substr(cut + 1));
      // Option files may quote a value.
      if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
        value = value.substr(1, value.size() - 2);
      }
      variables[name] = value;
    }
  }
  if (variables.empty()) {
    return fail(ErrorKind::wrong_scenario, "the file names no server variable", {},
                "save it with: mariadb --batch -e 'SHOW GLOBAL VARIABLES' > production.txt");
  }
  return variables;
}

}  // namespace rehearsal
