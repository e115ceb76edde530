// What goes to stdout. Names and messages out of a dump may hold bytes that are not UTF-8 or that a terminal obeys:
// while an OutputGuard lives, std::cout writes them as shown() does.
#pragma once

#include <memory>
#include <streambuf>
#include <string_view>

namespace rehearsal {

class OutputGuard {
 public:
  OutputGuard();
  ~OutputGuard();
  OutputGuard(const OutputGuard&) = delete;
  OutputGuard& operator=(const OutputGuard&) = delete;

 private:
  std::unique_ptr<std::streambuf> filter_;
  std::streambuf* before_;
};

// Past the guard: text that is clean already and has colours of our own.
void print_coloured(std::string_view text);

}  // namespace rehearsal
