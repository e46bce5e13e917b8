// A recording on a real disk: a Sink and a ByteSource over std::FILE. The lab's sources and the
// export use them; rooms of the engine open no files and get a Sink instead.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "engine/trace/recording.h"

namespace lab::model {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

// Writes a new file; each append reaches the operating system before it returns, so that only a
// crash of the machine loses it.
class FileSink : public trace::Sink {
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
class FileSource : public trace::ByteSource {
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

}  // namespace lab::model
