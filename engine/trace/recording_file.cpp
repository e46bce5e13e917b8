#include "engine/trace/recording_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace lab::trace {
namespace {

Error failed(const std::string& path) {
  return Error{fmt::format("{}: {}", path, std::strerror(errno))};
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::create(const std::string& path) {
  FileHandle file(std::fopen(path.c_str(), "wbx"));
  if (file == nullptr) return failed(path).in("making a recording");
  return std::unique_ptr<FileSink>(new FileSink(std::move(file), path));
}

Result<> FileSink::append(ByteView bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size() &&
                       std::fflush(file_.get()) == 0;
  if (!written) return failed(path_);
  return {};
}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  FileHandle file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return failed(path).in("opening a recording");
  if (std::fseek(file.get(), 0, SEEK_END) != 0) return failed(path);
  const long size = std::ftell(file.get());
  if (size < 0) return failed(path);
  return std::unique_ptr<FileSource>(
      new FileSource(std::move(file), path, static_cast<std::uint64_t>(size)));
}

Result<ByteBuffer> FileSource::read(std::uint64_t at, std::size_t count) const {
  if (at > size_ || count > size_ - at) return Error{"it ends early"};
  ByteBuffer bytes(count);
  const bool there = std::fseek(file_.get(), static_cast<long>(at), SEEK_SET) == 0 &&
                     std::fread(bytes.data(), 1, count, file_.get()) == count;
  if (!there) return failed(path_);
  return bytes;
}

}  // namespace lab::trace
