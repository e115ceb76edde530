#include "snapshots/bytes/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/contains.h"
#include "base/descriptor.h"
#include "base/os/calls.h"
#include "base/text.h"
#include "snapshots/bytes/decoder.h"
#include "snapshots/bytes/zstd_frames.h"

namespace rehearsal {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t kMagic = 512;
constexpr std::size_t kDecodedPiece = std::size_t{512} << 10;
constexpr std::uint64_t kSkipPiece = std::uint64_t{1} << 20;

tl::unexpected<Error> unusable(std::string what, const std::string& path, std::string hint = {}) {
  return fail(ErrorKind::unusable_dump, std::move(what), path, std::move(hint));
}

struct Form {
  std::string_view magic;
  std::string_view name;  // of a compression that is read, or of a thing that is not
  std::size_t offset = 0;
};

constexpr Form kCompressions[] = {
    {"\x1f\x8b"sv, "gzip"}, {"\x28\xb5\x2f\xfd"sv, "zstd"}, {"\xfd\x37zXZ\0"sv, "xz"}, {"BZh"sv, "bzip2"}};

constexpr Form kForeign[] = {{"\x04\x22\x4d\x18"sv, "an lz4 file"},
                             {"PK\x03\x04"sv, "a zip file"},
                             {"7z\xbc\xaf\x27\x1c"sv, "a 7z file"},
                             {"XBSTCK"sv, "an xbstream of a physical backup"},
                             {"Salted__"sv, "a file encrypted by openssl"},
                             {"-----BEGIN PGP"sv, "a file encrypted by PGP"},
                             {"SQLite format 3"sv, "an SQLite database"},
                             {"\x7f"
                              "ELF"sv,
                              "a program"},
                             {"ustar"sv, "a tar archive", 257}};

bool matches(std::string_view bytes, const Form& form) {
  return bytes.size() >= form.offset && bytes.substr(form.offset).starts_with(form.magic);
}

// Skippable frames may stand before the first zstd frame.
bool is_zstd_skippable(std::string_view bytes) {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xf0U) == 0x50U &&
         bytes.substr(1, 3) == "\x2a\x4d\x18"sv;
}

// What is wrong with the first uncompressed bytes, if anything.
Result<void> refuse(std::string_view bytes, const std::string& path) {
  const bool two = bytes.size() >= 4;
  const bool little = two && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0;
  const bool big = two && bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0;
  const bool utf16 = little || big || bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv);
  if (utf16) {
    return unusable(
        "the dump is written in UTF-16", path,
        "a shell's redirection re-encoded it and may have damaged binary values: dump again with --result-file");
  }
  if (bytes.starts_with("\xef\xbb\xbf"sv)) {
    return unusable("the dump begins with a byte order mark", path,
                    "a program re-encoded it and may have damaged binary values: dump again with --result-file");
  }
  if (bytes.starts_with("<?xml"sv)) {
    return unusable("this is an XML dump, not an SQL dump", path, "mysqldump --xml wrote it: dump again without --xml");
  }
  for (const Form& form : kForeign) {
    if (matches(bytes, form)) {
      return unusable(
          "this is " + std::string(form.name) + ", not an SQL dump", path,
          "give a file that mysqldump or mariadb-dump wrote: plain, or compressed with gzip, zstd, xz or bzip2");
    }
  }
  return {};
}

}  // namespace

struct Source::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    decoder.reset();
    if (file >= 0) {
      os::close(file);
    }
  }

  std::string path;
  std::string compression;
  std::uint64_t on_disk = 0;
  std::uint64_t read = 0;
  int file = -1;  // shared with the decoder: its offset tells how far that is
  std::optional<Decoder> decoder;
  std::optional<ZstdFrames> frames;
  std::optional<Error> failure;  // told again to whoever reads on
  bool ended = false;

  [[nodiscard]] bool decodes() const { return decoder || frames; }

  [[nodiscard]] std::uint64_t offset() const {
    const off_t at = ::lseek(file, 0, SEEK_CUR);
    return at < 0 ? 0 : static_cast<std::uint64_t>(at);
  }

  [[nodiscard]] Error damage(std::string words) const {
    const bool more = contains(words, "trailing garbage");
    return {.kind = ErrorKind::unusable_dump,
            .what = more ? "uncompressed data follows the compressed dump (trailing garbage)"
                         : "the compressed dump is damaged or cut off",
            .where = path + ", byte " + std::to_string(read) + " of the text, byte " + std::to_string(offset()) +
                     " of the file",
            .hint = std::move(words)};
  }

  Result<std::size_t> decode_here(std::span<char> into) {
    const Result<std::size_t> got = frames->read(into.first(std::min(into.size(), kDecodedPiece)));
    if (!got) {
      failure = damage(got.error().what);
      return fail(*failure);
    }
    if (*got > 0 || !frames->too_wide()) {
      ended = *got == 0;
      return got;
    }
    frames.reset();
    REHEARSAL_TRY_SET(decoder, Decoder::start(compression, file));
    return fill(into);
  }

  Result<std::size_t> fill(std::span<char> into) {
    if (frames) {
      return decode_here(into);
    }
    const int from = decoder ? decoder->output() : file;
    std::size_t got = 0;
    while (got < into.size()) {
      const ssize_t n = unbroken([&] { return os::read(from, into.data() + got, into.size() - got); });
      if (n < 0) {
        return unusable(std::string("cannot read: ") + std::strerror(errno),
                        path + ", byte " + std::to_string(read + got));
      }
      if (n == 0) {
        ended = true;
        break;
      }
      got += static_cast<std::size_t>(n);
      if (decoder && got >= kDecodedPiece) {
        break;  // the decoder works on while this is read
      }
    }
    return got;
  }
};

Source::Source(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

Result<Source> Source::open(const std::string& path, Decoding decoding) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->file = open_file(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK).release();
  struct stat info {};
  if (impl->file < 0 || os::fstat(impl->file, &info) != 0) {
    return unusable(std::string("cannot open the dump: ") + std::strerror(errno), path);
  }
  if (S_ISDIR(info.st_mode)) {
    return unusable("this is a folder, not a dump file", path,
                    "name the files that mysqldump or mariadb-dump wrote; folders of other tools are not read");
  }
  if (!S_ISREG(info.st_mode)) {
    return unusable("not a regular file", path, "write the dump to a file first");
  }
  impl->on_disk = static_cast<std::uint64_t>(info.st_size);
  if (impl->on_disk == 0) {
    return unusable("the dump is empty", path, "the disk was full, or the dump never began");
  }
  char first[kMagic];
  const ssize_t got = unbroken([&] { return os::pread(impl->file, first, sizeof first, 0); });
  if (got < 0) {
    return unusable(std::string("cannot read the dump: ") + std::strerror(errno), path);
  }
  const std::string_view bytes(first, static_cast<std::size_t>(got));
  for (const Form& form : kCompressions) {
    if (matches(bytes, form)) {
      impl->compression = form.name;
    }
  }
  if (is_zstd_skippable(bytes)) {
    impl->compression = "zstd";
  }
  if (decoding == Decoding::here && impl->compression == "zstd") {
    impl->frames.emplace(impl->file);
  } else if (!impl->compression.empty()) {
    REHEARSAL_TRY_SET(impl->decoder, Decoder::start(impl->compression, impl->file));
  } else {
    REHEARSAL_TRY(refuse(bytes, path));
  }
  ::posix_fadvise(impl->file, 0, 0, POSIX_FADV_SEQUENTIAL);
  return Source(std::move(impl));
}

Result<std::size_t> Source::read(std::span<char> into) {
  Impl& self = *impl_;
  if (self.failure) {
    return fail(*self.failure);
  }
  if (self.ended || into.empty()) {
    return std::size_t{0};
  }
  REHEARSAL_TRY_SET(const std::size_t got, self.fill(into));
  if (self.read == 0 && !self.compression.empty()) {
    if (const Result<void> fine = refuse(std::string_view(into.data(), got), self.path); !fine) {
      self.failure = fine.error();
      return fail(*self.failure);
    }
  }
  self.read += got;
  if (self.ended && self.decodes()) {
    // What came out before the decoder failed is told first, the failure with the next read.
    if (auto words = self.decoder ? self.decoder->finish() : Result<void>(); !words) {
      self.failure = self.damage(words.error().what);
    } else if (self.read == 0) {
      self.failure = unusable("the dump is empty once decompressed", self.path).value();
    }
    if (self.failure && got == 0) {
      return fail(*self.failure);
    }
    self.ended = !self.failure;
  }
  return got;
}

Result<void> Source::skip(std::uint64_t bytes) {
  Impl& self = *impl_;
  if (!self.decodes() && !self.failure) {
    bytes = std::min(bytes, self.on_disk - std::min(self.on_disk, self.read));
    if (::lseek(self.file, static_cast<off_t>(bytes), SEEK_CUR) < 0) {
      return unusable(std::string("cannot read: ") + std::strerror(errno), self.path);
    }
    self.read += bytes;
    return {};
  }
  std::vector<char> dropped(std::min<std::uint64_t>(bytes, kSkipPiece));
  while (bytes > 0) {
    REHEARSAL_TRY_SET(const std::size_t got, read({dropped.data(), std::min<std::uint64_t>(bytes, dropped.size())}));
    if (got == 0) {
      return {};
    }
    bytes -= got;
  }
  return {};
}

const std::string& Source::path() const {
  return impl_->path;
}
const std::string& Source::compression() const {
  return impl_->compression;
}
std::uint64_t Source::bytes_on_disk() const {
  return impl_->on_disk;
}
std::uint64_t Source::bytes_read() const {
  return impl_->read;
}

std::uint64_t Source::bytes_consumed() const {
  return impl_->decodes() ? impl_->offset() : impl_->read;
}

}  // namespace rehearsal
