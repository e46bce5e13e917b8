// What the window can ask for, and what it can look up beside the model. The session behind it
// (app/platform/session or a test) carries things out and answers with a notice; it never blocks.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "app/sources/source.h"

namespace lab::views {

// One line that says what came of something the user asked for.
struct Notice {
  std::string text;
  bool trouble = false;
};

// One line of what the console shows.
struct ConsoleLine {
  enum class Kind : std::uint8_t { asked, out, err };
  Kind kind = Kind::out;
  std::string text;
  bool verbatim = false;  // of a record or one of Kafka's tools: not the lab's own words
};

struct NewTopic {
  std::string name;
  int partitions = 3, replication_factor = 2;
};

class Actions {
 public:
  virtual ~Actions() = default;
  virtual sources::Capabilities capabilities() const = 0;
  virtual std::string cluster_name() const = 0;
  virtual std::string bootstrap() const = 0;  // "localhost:9092,localhost:9093,localhost:9094"

  // ---- Of a recording (capabilities().seek): what it holds, how fast it goes, another moment.
  virtual sources::Source::Span span() const { return {}; }
  virtual double pace() const { return 1; }
  virtual void seek(Instant) {}

  virtual void node(const sources::NodeCommand& command) = 0;
  virtual void create_topic(const NewTopic& topic) = 0;
  // One record with this value, by producer-1.
  virtual void produce(const std::string& topic, const std::string& value) = 0;
  // producer-1 writes so many a second from now on; 0 ends it.
  virtual void produce_at(const std::string& topic, double per_second) = 0;
  virtual double producing_at() const = 0;
  // consumer-1 reads the topic from its beginning on.
  virtual void read(const std::string& topic) = 0;
  // Writes the canvas as PNG, SVG and PDF beside each other and says where.
  virtual void export_picture() = 0;

  // ---- The console
  // A line of its grammar; while one of Kafka's tools reads its input, a line for that.
  virtual void run(const std::string& line) = 0;
  // Ctrl-C and Ctrl-D, for the tool that is under way.
  virtual void cancel() = 0;
  virtual void end_of_input() = 0;
  // One of Kafka's tools is under way.
  virtual bool tool_runs() const = 0;
  // What was asked and said, newest last.
  virtual const std::deque<ConsoleLine>& console() const = 0;

  // The newest notice; empty text where there is none.
  virtual Notice notice() const = 0;
  // The last records that consumer-1 read, newest last.
  virtual std::vector<std::string> records_read() const = 0;
  // The last lines of a broker's own log, and the command that starts it by hand.
  virtual std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const = 0;
  virtual std::string start_command(NodeId broker) const = 0;
};

}  // namespace lab::views
