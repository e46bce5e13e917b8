#include "app/model/recording_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>

namespace lab::model {

TEST_CASE("a recording on disk: made once, read again, missing ones named") {
  std::string folder = "/tmp/lab-recording-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/a.blab";
  {
    auto sink = FileSink::create(path);
    REQUIRE(sink.ok());
    auto writer = trace::RecordingWriter::create(**sink, {});
    REQUIRE(writer.ok());
    trace::Event event;
    event.payload = trace::NodeReady{};
    REQUIRE(writer->add(event).ok());
    REQUIRE(writer->flush().ok());  // a crash here loses nothing
    auto source = FileSource::open(path);
    REQUIRE(source.ok());
    auto reader = trace::RecordingReader::open(**source);
    REQUIRE(reader.ok());
    CHECK(reader->events() == 1);
    CHECK(reader->block(0).value().front() == event);
    CHECK_FALSE((*source)->read(0, 100'000).ok());
  }
  CHECK_FALSE(FileSink::create(path).ok());  // never over an older one
  std::remove(path.c_str());
  CHECK(FileSource::open(path).error().message ==
        "opening a recording: " + path + ": No such file or directory");
  rmdir(folder.c_str());
}

}  // namespace lab::model
