// Where in the source a call of the operating system stands. A function of ours that makes several calls for its caller
// is a door: the calls behind it are told as its caller's, since it is the caller who must cope with what they answer.
#pragma once

#include <utility>

namespace rehearsal::os {

struct Site {
  const char* file;
  unsigned line;

  // As a default argument: where the function is called.
  [[nodiscard]] static constexpr Site here(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

// Lives as long as the call of a door. Of doors within each other the outermost counts.
class Door {
 public:
  Door(const char* name, Site caller) : name_(name), caller_(caller), outermost_(current_ == nullptr) {
    if (outermost_) {
      current_ = this;
    }
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  ~Door() {
    if (outermost_) {
      current_ = nullptr;
    }
  }

  [[nodiscard]] static const Door* current() { return current_; }
  [[nodiscard]] const char* name() const { return name_; }
  [[nodiscard]] Site caller() const { return caller_; }

 private:
  friend class CalledBack;
  static inline thread_local const Door* current_ = nullptr;
  const char* name_;
  Site caller_;
  bool outermost_;
};

// While a door calls back: what is called there is not the door's doing.
class CalledBack {
 public:
  CalledBack() : door_(std::exchange(Door::current_, nullptr)) {}
  CalledBack(const CalledBack&) = delete;
  CalledBack& operator=(const CalledBack&) = delete;
  ~CalledBack() { Door::current_ = door_; }

 private:
  const Door* door_;
};

}  // namespace rehearsal::os
