// Prints how often each kind of event is in a recording, one "count name" a line, for the tests
// beside it:  recorded FILE
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <string>

#include "app/model/recording_file.h"

int main(int argc, char** argv) {
  const auto give_up = [](const std::string& why) {
    fmt::print(stderr, "recorded: {}\n", why);
    return 1;
  };
  if (argc != 2) return give_up("usage: recorded FILE");
  const auto file = lab::model::FileSource::open(argv[1]);
  if (!file) return give_up(file.error().message);
  auto reader = lab::trace::RecordingReader::open(**file);
  if (!reader) return give_up(reader.error().message);
  std::map<std::string, int> counts;
  const auto read = reader->each(0, [&](const lab::trace::Event& event) {
    ++counts[std::string(lab::trace::name_of(event.payload))];
    return true;
  });
  if (!read) return give_up(read.error().message);
  for (const auto& [name, count] : counts) fmt::print("{} {}\n", count, name);
}
