// The text of a cluster's server-N.properties: written for a new broker, read back with whatever a
// hand has changed in it since, one line of it set anew. Called by ClusterDirectory. It touches no
// file and judges no value: brokerd does.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/sources/command.h"
#include "engine/base/result.h"

namespace lab::sources {

// All that differs between two generated files.
struct NewServer {
  int id = 0;       // node.id, from 1
  int brokers = 0;  // of the whole cluster, when it was generated
  std::uint16_t port = 0;
  std::string voters;    // controller.quorum.voters: "1@localhost:10092,2@..."
  bool is_voter = true;  // else it is a broker only
  std::string log_dir, logs_dir, socket;
};

// The controller's port of the pair whose client port is this.
constexpr int controller_port_distance = 1000;

// The generated file: Kafka's names, the lab's own settings with a comment for each.
std::string server_properties(const NewServer& server);
// The value of `listeners` in it.
std::string listeners_value(const NewServer& server);

// `text` with the line of `name` replaced by name=value, or with such a line appended. All else,
// comments included, stays as it is; further lines of the same name go.
std::string with_property(const std::string& text, const std::string& name,
                          const std::string& value);

// `text` without the lines of `name`.
std::string without_property(const std::string& text, const std::string& name);

// Whether such a line can be written at all: a name of one word, no line breaks. What it means is
// the broker's to judge: a wrong line is a lesson.
Result<> check_property_line(const std::string& name, const std::string& value);
// What the person is told who asked for it: the file's new line, when it counts, and what was
// probably meant where neither Kafka nor the lab knows the name.
std::string property_set_text(const std::string& file, const PropertyCommand& command,
                              bool running);

// What the lab itself needs of a file, whoever wrote it: empty or 0 where it is not there or not to
// be understood.
struct ServerFacts {
  std::uint16_t port = 0, controller_port = 0;
  std::string voters, log_dir, logs_dir, socket;
};
ServerFacts facts_of(const std::string& text);

// Names that --set refuses, since each broker has its own; empty: it may be set. Else the reason.
std::string why_not_for_all(const std::string& name);

}  // namespace lab::sources
