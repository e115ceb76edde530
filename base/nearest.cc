#include "base/nearest.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace rehearsal {

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& name : known) {
    const std::size_t d = edit_distance(lower(word), lower(name));
    if (d < distance && d < name.size()) {
      distance = d;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known, std::string_view kind) {
  if (const std::string near = nearest(word, known); !near.empty()) {
    return "did you mean '" + near + "'?";
  }
  return known.empty() ? "" : std::string(kind) + ": " + join_some(known, ", ", 20);
}

}  // namespace rehearsal
