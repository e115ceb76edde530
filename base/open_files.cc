#include "base/open_files.h"

#include <algorithm>
#include <string>

#include <sys/resource.h>

namespace rehearsal {

Result<void> want_open_files(unsigned long needed, unsigned long wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= wanted) {
    return {};
  }
  // Root may raise the hard limit too.
  for (const rlim_t hard : {std::max<rlim_t>(files.rlim_max, wanted), files.rlim_max}) {
    const rlimit raised{std::min<rlim_t>(wanted, hard), hard};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) {
      files = raised;
      break;
    }
  }
  if (files.rlim_cur < needed) {
    return fail("this shell allows " + std::to_string(files.rlim_cur) +
                    " open files, and a server and its steps need " + std::to_string(needed),
                "ulimit -n", "`ulimit -n " + std::to_string(wanted) + "`, or raise the limit of this user");
  }
  return {};
}

}  // namespace rehearsal
