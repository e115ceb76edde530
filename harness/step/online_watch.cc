#include "harness/step/online_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::chrono::seconds kBetweenLooks{5};

// What was added to the file since the last look, whole lines only.
class NewLines {
 public:
  explicit NewLines(std::filesystem::path file) : file_(std::move(file)) {}

  std::string read() {
    std::string text;
    const Descriptor in = open_file(file_.c_str(), O_RDONLY | O_CLOEXEC);
    char block[65536];
    for (ssize_t got = 1; in.ok() && got > 0;) {
      got = unbroken([&] { return os::pread(in.get(), block, sizeof block, static_cast<off_t>(at_ + text.size())); });
      text.append(block, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
    at_ += text.size();
    return text;
  }

 private:
  std::filesystem::path file_;
  std::size_t at_ = 0;
};

void add_output(const OnlineOutput& more, OnlineOutput& all) {
  for (const auto& [name, batch] : more.sums) {
    all.sums[name].found += batch.found;
    all.sums[name].migrated += batch.migrated;
  }
  for (const auto& [name, batch] : more.last) {
    all.last[name] = batch;
  }
  if (!more.batches.empty()) {
    all.batches = {more.batches.back()};
  }
}

}  // namespace

std::string pace_so_far(const OnlineOutput& output, double seconds) {
  if (output.batches.empty() || seconds <= 0) {
    return {};
  }
  const std::string& name = output.batches.back().first;
  const OnlineBatch& sum = output.sums.at(name);
  const OnlineBatch& last = output.last.at(name);
  const bool works = sum.migrated > 0;
  const std::int64_t done = works ? sum.migrated : sum.found;
  const double rate = static_cast<double>(done) / seconds;
  std::string text = fmt::format("{}: {} {}, {:.0f} per second", name, plural(static_cast<std::uint64_t>(done), "row"),
                                 works ? "migrated" : "looked at", rate);
  const std::int64_t left = last.found - last.migrated;
  if (works && left > 0) {
    text += fmt::format(", {} left, about {} to zero", left, human_seconds(static_cast<double>(left) / rate));
  }
  return text;
}

OnlineWatch::OnlineWatch(std::filesystem::path output, OnlinePattern pattern,
                         std::function<void(const std::string&)> tell)
    : thread_([output = std::move(output), pattern = std::move(pattern),
               tell = std::move(tell)](const std::stop_token& stop) {
        const Stopwatch clock;
        NewLines lines(output);
        OnlineOutput all;
        std::mutex sleeping;
        std::unique_lock sleep(sleeping);
        std::condition_variable_any wake;  // a stop request ends the sleep
        while (!wake.wait_for(sleep, stop, kBetweenLooks, [&] { return stop.stop_requested(); })) {
          const auto read = read_online_output(lines.read(), pattern);
          if (!read) {
            return;  // the pattern is no regular expression, which is told where it is used in earnest
          }
          add_output(*read, all);
          if (const std::string text = pace_so_far(all, clock.seconds()); !text.empty()) {
            tell(text);
          }
        }
      }) {}

}  // namespace rehearsal
