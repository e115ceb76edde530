#include "base/talk.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/shown.h"
#include "base/text.h"

namespace rehearsal {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

Talk::Talk(Loudness loudness, bool colour) : loudness_(loudness), started_(now()) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  const char* kind = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  live_ = terminal && loudness != Loudness::quiet && (kind == nullptr || std::strcmp(kind, "dumb") != 0);
  colour_ = terminal && colour && (no_colour == nullptr || *no_colour == '\0');
  if (live_) {
    ticker_ = std::jthread([this](const std::stop_token& stop) {
      std::mutex sleeping;
      std::unique_lock sleep(sleeping);
      std::condition_variable_any wake;  // a stop request ends the sleep
      while (!stop.stop_requested()) {
        wake.wait_for(sleep, stop, std::chrono::milliseconds(200), [] { return false; });
        const std::lock_guard lock(mutex_);
        draw();
      }
    });
  }
}

Talk::~Talk() {
  ticker_ = {};
  erase();
}

void Talk::erase() {
  if (drawn_) {
    std::fputs("\r\033[K", stderr);
    drawn_ = false;
  }
}

void Talk::draw() {
  if (!live_ || current_.empty()) {
    return;
  }
  std::string line = fmt::format("[{}]", human_seconds(now() - started_));
  for (const auto& [who, text] : current_) {
    line += (current_.size() > 1 || !who.empty()) ? " " + who + ": " + text + " |" : " " + text + " |";
  }
  line.resize(line.size() - 2);
  line = replace_all(shown(line), "\n", " ");
  const std::size_t width = terminal_width() - 1;
  if (line.size() > width) {
    line.resize(width - 1);
    line.resize(line.size() - unfinished_bytes(line));
    line += "…";
  }
  std::fputs(("\r\033[K" + line).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void Talk::write_line(std::string_view text, const char* colour) {
  erase();
  const std::string line = shown(text);
  std::fputs((*colour == '\0' ? line + "\n" : colour + line + "\033[0m\n").c_str(), stderr);
  draw();
  std::fflush(stderr);
}

void Talk::say(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (loudness_ != Loudness::quiet) {
    write_line(text);
  }
}

void Talk::detail(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (loudness_ == Loudness::verbose) {
    write_line(text);
  }
}

void Talk::warn(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_line(text, colour_ ? "\033[33m" : "");
}

void Talk::progress(const std::string& who, const std::string& text, bool fresh) {
  const std::lock_guard lock(mutex_);
  if (loudness_ == Loudness::quiet) {
    return;
  }
  current_[who] = text;
  if (live_) {
    draw();
    return;
  }
  const auto last = last_plain_.find(who);
  if (fresh || last == last_plain_.end() || now() - last->second > 30) {
    last_plain_[who] = now();
    write_line(fmt::format("[{}] {}{}", human_seconds(now() - started_), who.empty() ? "" : who + ": ", text));
  }
}

void Talk::done(const std::string& who) {
  const std::lock_guard lock(mutex_);
  current_.erase(who);
  erase();
  draw();
}

}  // namespace rehearsal
