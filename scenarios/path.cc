#include "scenarios/path.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace rehearsal {

namespace {

using Index = std::size_t;

std::optional<Index> index_of(const std::vector<Release>& releases, const std::string& name) {
  for (Index i = 0; i < releases.size(); ++i) {
    if (releases[i].name == name) {
      return i;
    }
  }
  return std::nullopt;
}

std::string release_names(const std::vector<Release>& releases) {
  std::vector<std::string> names;
  for (const Release& release : releases) {
    names.push_back(release.name);
  }
  return join(names, ", ");
}

// One release on, or from a SLURP release to the next SLURP release.
bool is_legal(const std::vector<Release>& releases, Index from, Index to) {
  if (to == from + 1) {
    return true;
  }
  if (to <= from || !releases[from].slurp || !releases[to].slurp) {
    return false;
  }
  return std::none_of(releases.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                      releases.begin() + static_cast<std::ptrdiff_t>(to), [](const Release& r) { return r.slurp; });
}

// Every hop as long as it may be: no legal path has fewer.
std::vector<Index> fewest(const std::vector<Release>& releases, Index from, Index to) {
  std::vector<Index> path{from};
  while (path.back() != to) {
    Index next = path.back() + 1;
    for (Index candidate = to; candidate > next; --candidate) {
      if (is_legal(releases, path.back(), candidate)) {
        next = candidate;
        break;
      }
    }
    path.push_back(next);
  }
  return path;
}

std::string told(const std::vector<Release>& releases, const std::vector<Index>& path) {
  std::vector<std::string> names;
  for (const Index index : path) {
    names.push_back(releases[index].name);
  }
  return join(names, " → ");
}

}  // namespace

Result<Path> find_path(const std::vector<Release>& releases, const std::string& from, const std::string& to,
                       const Via& via) {
  const auto unknown = [&](const std::string& name, const char* key) {
    return fail(ErrorKind::wrong_scenario, "release '" + name + "' is not known", std::string("[path] ") + key,
                "known releases: " + release_names(releases));
  };
  const auto first = index_of(releases, from);
  const auto last = index_of(releases, to);
  if (!first) {
    return unknown(from, "from");
  }
  if (!last) {
    return unknown(to, "to");
  }
  if (*last < *first) {
    return fail(ErrorKind::wrong_scenario, "a downgrade from " + from + " to " + to + " is not possible", "[path] to",
                "choose " + from + " or a later release; the way back is the restored dump");
  }
  std::vector<Index> path;
  switch (via.kind) {
    case Via::Kind::fewest:
      path = fewest(releases, *first, *last);
      break;
    case Via::Kind::sequential:
      for (Index i = *first; i <= *last; ++i) {
        path.push_back(i);
      }
      break;
    case Via::Kind::listed:
      path.push_back(*first);
      for (const std::string& name : via.listed) {
        const auto index = index_of(releases, name);
        if (!index) {
          return unknown(name, "via");
        }
        if (*index != path.back()) {
          path.push_back(*index);
        }
      }
      if (path.back() != *last) {
        path.push_back(*last);
      }
      break;
  }
  Path result{from, to, {}};
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!is_legal(releases, path[i - 1], path[i])) {
      return fail(ErrorKind::wrong_scenario,
                  "no upgrade goes from " + releases[path[i - 1]].name + " to " + releases[path[i]].name, "[path] via",
                  "upgrades go one release at a time, and only between two SLURP releases may the one in between be "
                  "skipped; legal: " +
                      told(releases, fewest(releases, *first, *last)));
    }
    result.hops.push_back({releases[path[i - 1]].name, releases[path[i]].name});
  }
  return result;
}

}  // namespace rehearsal
