#include "app/commands/kafka/log_file.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>

namespace lab::commands::kafka {
namespace {

// More than one batch may have: what comes later is not read into memory.
constexpr std::uint64_t largest_batch = 256ULL << 20;
constexpr std::size_t begin_size = 17;  // up to magic
constexpr std::int32_t smallest_length = 14;

std::int32_t int32_at(const std::uint8_t* bytes) {
  return static_cast<std::int32_t>(std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                                   std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]});
}

Result<std::uint64_t> size_of(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Error{path + " (Is a directory)"};
  const auto size = std::filesystem::file_size(path, error);
  if (error) return Error{fmt::format("{} ({})", path, error.message())};
  return static_cast<std::uint64_t>(size);
}

}  // namespace

Result<LogFile> LogFile::open(const std::string& path) {
  LogFile log;
  const auto size = size_of(path);
  if (!size) return size.error();
  log.path_ = path;
  log.size_ = *size;
  log.file_.open(path, std::ios::binary);
  if (!log.file_) return Error{path + " (it cannot be opened)"};
  return log;
}

Result<std::optional<LogFile::Batch>> LogFile::next() {
  const std::optional<Batch> none;
  if (next_ + begin_size >= size_) return none;
  std::array<std::uint8_t, begin_size> begin{};
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(next_));
  file_.read(reinterpret_cast<char*>(begin.data()), begin_size);
  if (!file_) return Error{fmt::format("{}: it cannot be read at byte {}", path_, next_)};
  const std::int32_t length = int32_at(begin.data() + 8);
  if (length < smallest_length) {
    return Error{
        fmt::format("Found record size {} smaller than minimum record overhead ({}) in file {}.",
                    length, smallest_length, path_)};
  }
  const std::uint64_t bytes = protocol::batch_prefix_size + static_cast<std::uint64_t>(length);
  if (next_ + bytes > size_) return none;
  if (bytes > largest_batch) {
    return Error{fmt::format("{}: the batch at byte {} has {} bytes", path_, next_, bytes)};
  }
  ByteBuffer buffer(bytes);
  file_.seekg(static_cast<std::streamoff>(next_));
  file_.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(bytes));
  if (!file_) return Error{fmt::format("{}: it cannot be read at byte {}", path_, next_)};
  Batch batch;
  batch.bytes = Slice::take(std::move(buffer));
  const auto header = protocol::parse_batch_header(batch.bytes.view());
  if (!header) return header.error().in(fmt::format("{}, byte {}", path_, next_));
  batch.header = *header;
  batch.valid = protocol::check_batch(batch.bytes.view()).ok();
  at_ = next_;
  next_ += bytes;
  return std::optional(std::move(batch));
}

Result<ByteBuffer> read_bytes(const std::string& path, std::uint64_t limit) {
  const auto size = size_of(path);
  if (!size) return size.error();
  if (*size > limit) return Error{fmt::format("{}: {} bytes are too many", path, *size)};
  std::ifstream file(path, std::ios::binary);
  ByteBuffer bytes(*size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(*size));
  if (!file) return Error{path + ": it cannot be read"};
  return bytes;
}

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto full = std::filesystem::absolute(path, error);
  return error ? path : full.string();
}

Result<std::int64_t> offset_of_name(const std::string& path) {
  const std::string name = name_of(path);
  const std::string digits = name.substr(0, name.find('.'));
  std::int64_t offset = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (digits.empty() || error != std::errc{} || stop != digits.data() + digits.size()) {
    return Error{fmt::format("{}: its name does not begin with an offset", path)};
  }
  return offset;
}

}  // namespace lab::commands::kafka
