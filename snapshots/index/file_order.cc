#include "snapshots/index/file_order.h"

#include <algorithm>
#include <optional>

namespace rehearsal {

namespace {

using Name = FileReach::Name;

bool makes(const FileReach& file, const Name& name) {
  return file.made.contains(name);
}

// Rows of tables that it does not make itself.
std::set<Name> needs_of(const FileReach& file) {
  std::set<Name> needs;
  std::set_difference(file.filled.begin(), file.filled.end(), file.made.begin(), file.made.end(),
                      std::inserter(needs, needs.end()));
  return needs;
}

std::vector<std::size_t> sequence(const std::vector<FileReach>& files) {
  std::vector<std::set<Name>> needs;
  std::transform(files.begin(), files.end(), std::back_inserter(needs), needs_of);
  std::vector<std::size_t> placed;
  std::vector<bool> is_placed(files.size(), false);
  const auto waits = [&](std::size_t file) {
    return std::any_of(needs[file].begin(), needs[file].end(), [&](const Name& name) {
      bool made = false;
      bool will_be = false;
      for (std::size_t other = 0; other < files.size(); ++other) {
        if (other != file && makes(files[other], name)) {
          (is_placed[other] ? made : will_be) = true;
        }
      }
      return !made && will_be;
    });
  };
  while (placed.size() < files.size()) {
    std::optional<std::size_t> next, first;
    for (std::size_t file = 0; file < files.size() && !next; ++file) {
      if (!is_placed[file]) {
        first = first.value_or(file);
        next = waits(file) ? next : std::optional(file);
      }
    }
    placed.push_back(next.value_or(*first));
    is_placed[placed.back()] = true;
  }
  return placed;
}

// Structure in one, rows in the other: the two may be loaded like the two halves of one file.
bool are_halves(const FileReach& structure, const FileReach& rows, const Name& name) {
  return !structure.filled.contains(name) && !structure.watched.contains(name) && !rows.changed.contains(name) &&
         makes(structure, name);
}

std::string place_text(const Name& name) {
  return (name.first.empty() ? "" : name.first + ".") + name.second;
}

// The first thing that both have to do with, where their order may decide its content.
std::string common(const FileReach& a, const FileReach& b) {
  const auto touches = [](const FileReach& file, const Name& name) {
    return file.changed.contains(name) || file.filled.contains(name);
  };
  for (const std::set<Name>* names : {&a.changed, &a.filled}) {
    for (const Name& name : *names) {
      if (touches(b, name) && !are_halves(a, b, name) && !are_halves(b, a, name)) {
        return place_text(name);
      }
    }
  }
  for (const auto& [schema, made] : a.schemas) {
    const auto other = b.schemas.find(schema);
    if (other != b.schemas.end() && other->second != made) {
      return schema;
    }
  }
  for (const auto& [one, two] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    for (const std::string& schema : one->dropped_schemas) {
      const auto in_it = [&](const Name& name) { return name.first == schema; };
      if (two->schemas.contains(schema) || two->dropped_schemas.contains(schema) ||
          std::any_of(two->changed.begin(), two->changed.end(), in_it) ||
          std::any_of(two->filled.begin(), two->filled.end(), in_it)) {
        return schema;
      }
    }
  }
  return {};
}

}  // namespace

FileOrder order_files(const std::vector<FileReach>& files, const std::vector<std::string>& names) {
  FileOrder found;
  found.order = sequence(files);
  for (const FileReach& file : files) {
    found.because.push_back(file.ordered);
  }
  const auto bind = [&](std::size_t file, const std::string& why) {
    found.decides = true;
    found.because[file] = found.because[file].empty() ? why : found.because[file];
  };
  for (std::size_t one = 0; one < files.size(); ++one) {
    for (std::size_t two = one + 1; two < files.size(); ++two) {
      const std::string both = common(files[one], files[two]);
      if (!both.empty()) {
        bind(one, names[two] + " also has " + both);
        bind(two, names[one] + " also has " + both);
      } else if (!files[one].anywhere.empty() || !files[two].anywhere.empty()) {
        const std::size_t far = files[one].anywhere.empty() ? two : one;
        bind(one, names[far] + " has " + files[far].anywhere);
        bind(two, names[far] + " has " + files[far].anywhere);
      } else if (!files[one].ordered.empty() || !files[two].ordered.empty()) {
        // The halves of one whole are loaded in the same way.
        const std::set<Name> first = needs_of(files[one]);
        const std::set<Name> second = needs_of(files[two]);
        const auto made_by = [](const FileReach& file) { return [&](const Name& name) { return makes(file, name); }; };
        if (std::any_of(first.begin(), first.end(), made_by(files[two])) ||
            std::any_of(second.begin(), second.end(), made_by(files[one]))) {
          bind(one, "its other half, " + names[two] + ", must run in its order");
          bind(two, "its other half, " + names[one] + ", must run in its order");
        }
      }
    }
  }
  return found;
}

}  // namespace rehearsal
