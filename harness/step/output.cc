#include "harness/step/output.h"

#include <cstdio>
#include <iostream>
#include <string>

#include "base/shown.h"

namespace rehearsal {

namespace {

class ShownBuffer : public std::streambuf {
 public:
  explicit ShownBuffer(std::streambuf* to) : to_(to) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    pending_.append(text, static_cast<std::size_t>(count));
    return pass(unfinished_bytes(pending_)) ? count : 0;
  }
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) {
      return traits_type::not_eof(c);
    }
    pending_ += traits_type::to_char_type(c);
    return pass(unfinished_bytes(pending_)) ? c : traits_type::eof();
  }
  int sync() override { return pass(0) ? to_->pubsync() : -1; }

 private:
  // All but the last bytes, which wait for the rest of their character.
  bool pass(std::size_t waiting) {
    const std::string text = shown(std::string_view(pending_).substr(0, pending_.size() - waiting));
    pending_.erase(0, pending_.size() - waiting);
    const auto size = static_cast<std::streamsize>(text.size());
    return to_->sputn(text.data(), size) == size;
  }

  std::streambuf* to_;
  std::string pending_;
};

}  // namespace

OutputGuard::OutputGuard() : filter_(std::make_unique<ShownBuffer>(std::cout.rdbuf())) {
  before_ = std::cout.rdbuf(filter_.get());
}

OutputGuard::~OutputGuard() {
  std::cout.flush();
  std::cout.rdbuf(before_);
}

void print_coloured(std::string_view text) {
  std::cout.flush();
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace rehearsal
