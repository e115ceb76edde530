// XXH3-128 of bytes that come in pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rehearsal {

class ContentHash {
 public:
  ContentHash();
  ContentHash(ContentHash&&) noexcept;
  ContentHash& operator=(ContentHash&&) noexcept;
  ~ContentHash();

  void add(std::string_view bytes);
  void reset();
  [[nodiscard]] std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rehearsal
