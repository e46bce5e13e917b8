// A recording on a real disk: a Sink and a ByteSource over std::FILE. Programs make them: the lab's
// sources and export, brokersim. What runs within a machine or a simulated world opens no files and
// gets a Sink instead.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "engine/trace/recording.h"

namespace lab::trace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

// Writes a new file; each append reaches the operating system before it returns, so that only a
// crash of the machine loses it.
class FileSink : public Sink {
 public:
  // Fails where the file is there already or cannot be made.
  static Result<std::unique_ptr<FileSink>> create(const std::string& path);
  Result<> append(ByteView bytes) override;

 private:
  FileSink(FileHandle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  FileHandle file_;
  std::string path_;
};

// Reads a file whose size is taken once, when it is opened.
class FileSource : public ByteSource {
 public:
  static Result<std::unique_ptr<FileSource>> open(const std::string& path);
  std::uint64_t size() const override { return size_; }
  Result<ByteBuffer> read(std::uint64_t at, std::size_t count) const override;
  std::string name() const override { return path_; }

 private:
  FileSource(FileHandle file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  FileHandle file_;
  std::string path_;
  std::uint64_t size_ = 0;
};

}  // namespace lab::trace
