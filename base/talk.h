// Talking to the operator: messages and a live progress line on stderr; stdout stays for data. Bytes of a dump that a
// terminal would obey are shown, not sent (base/shown.h). Safe to use from several threads.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace rehearsal {

enum class Loudness { quiet, normal, verbose };

class Talk {
 public:
  // Colours and the live line only where stderr is a terminal, NO_COLOR is unset and `colour` is true.
  Talk(Loudness loudness, bool colour);
  ~Talk();
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  void say(std::string_view text);     // not when quiet
  void detail(std::string_view text);  // only when verbose
  void warn(std::string_view text);    // always
  // What `who` is doing now. On a terminal the live line shows everybody's last word; elsewhere a plain line is
  // written when `text` begins a new thing (`fresh`) and at most every 30 seconds otherwise.
  void progress(const std::string& who, const std::string& text, bool fresh = false);
  void done(const std::string& who);  // `who` has nothing more to report

  [[nodiscard]] bool colour() const { return colour_; }
  [[nodiscard]] Loudness loudness() const { return loudness_; }

 private:
  void write_line(std::string_view text, const char* colour = "");
  void draw();
  void erase();

  std::mutex mutex_;
  Loudness loudness_;
  bool live_ = false;
  bool colour_ = false;
  bool drawn_ = false;
  std::map<std::string, std::string> current_;
  std::map<std::string, double> last_plain_;
  double started_;
  std::jthread ticker_;  // keeps the time on the live line going
};

}  // namespace rehearsal
