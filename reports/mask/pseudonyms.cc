#include "reports/mask/pseudonyms.h"

#include <cctype>

#include <fmt/core.h>

#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_.-%$").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
}
bool is_quote(char c) {
  return c == '`' || c == '\'';
}

// The name that ends before `end`, its quotes included; empty: none does.
std::string_view name_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  if (end > 1 && is_quote(text[end - 1])) {
    const std::size_t open = text.rfind(text[end - 1], end - 2);
    begin = open == std::string_view::npos ? end : open;
  } else {
    while (begin > 0 && is_name_char(text[begin - 1])) {
      --begin;
    }
  }
  return text.substr(begin, end - begin);
}

std::string_view name_after(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  if (begin < text.size() && is_quote(text[begin])) {
    const std::size_t close = text.find(text[begin], begin + 1);
    end = close == std::string_view::npos ? begin : close + 1;
  } else {
    while (end < text.size() && is_name_char(text[end])) {
      ++end;
    }
    while (end > begin && text[end - 1] == '.') {
      --end;
    }
  }
  return text.substr(begin, end - begin);
}

std::string bare(std::string_view name) {
  return std::string(name.size() > 1 && is_quote(name.front()) ? name.substr(1, name.size() - 2) : name);
}

// By programs.
bool is_said(const std::string& user, const std::string& host) {
  return mask_name(user) == user && mask_name(host) == host;
}

}  // namespace

std::string Pseudonyms::name_of(const std::string& user, const std::string& host) {
  if (is_said(user, host)) {
    return "`" + user + "`" + (host.empty() ? "" : "@`" + host + "`");
  }
  return accounts_.try_emplace(user + "@" + host, fmt::format("account#{}", accounts_.size() + 1)).first->second;
}

std::string Pseudonyms::hide_accounts(std::string_view text) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::string_view user = name_before(text, at);
    const std::string_view host = name_after(text, at + 1);
    const std::size_t begin = at - user.size();
    if (begin < from || host.empty()) {
      continue;
    }
    if (is_said(bare(user), bare(host))) {
      continue;
    }
    out += text.substr(from, begin - from);
    out += name_of(bare(user), bare(host));
    from = at + 1 + host.size();
    at = from - 1;
  }
  out += text.substr(from);
  return out;
}

}  // namespace rehearsal
