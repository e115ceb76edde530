#include "snapshots/scan/comment_scan.h"

#include <cstring>

#include "base/sql/bytes.h"

namespace rehearsal {

bool CommentScan::line(ScanWindow& window) {
  const std::string_view rest = window.rest();
  const void* found = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
  if (found == nullptr) {
    window.at = window.size();
    return window.ended() && window.at > 0;
  }
  window.at += static_cast<std::size_t>(static_cast<const char*>(found) - rest.data()) + 1;
  return true;
}

void CommentScan::open(ScanWindow& window, const CommentOpening& opening) {
  nests_ = opening.nests;
  nested_ = false;
  window.at += 2;
}

bool CommentScan::block(ScanWindow& window) {
  const char* const data = window.data();
  for (;;) {
    window.at = find_either(data, window.at, window.size(), '*', nests_ && !nested_ ? '/' : '*');
    if (window.at + 1 >= window.size()) {
      return false;
    }
    const char next = data[window.at + 1];
    if (data[window.at] == '*' && next == '/') {
      window.at += 2;
      if (!nested_) {
        return true;
      }
      nested_ = nests_ = false;
    } else if (data[window.at] == '/' && next == '*') {
      window.at += 2;
      nested_ = true;
    } else {
      ++window.at;
    }
  }
}

}  // namespace rehearsal
