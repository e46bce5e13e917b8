// A world for client tests: a ClientMachine driven in virtual time, and brokers that answer its
// frames from a small model of a cluster (leaders, logs, the idempotence rules of KIP-98). A test
// scripts what goes wrong. Used by the tests of engine/client alone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/client/client_machine.h"
#include "engine/protocol/api_table.h"
#include "engine/protocol/batch.h"
#include "engine/protocol/frame.h"
#include "engine/protocol/messages/api_versions.h"

namespace lab::client {

class FakeCluster {
 public:
  // One request as a broker got it.
  struct Seen {
    int broker = 0;
    protocol::RequestHeader header;
    Slice body;
    int nth = 0;  // of this API at this broker, from 1
  };
  // What the broker does with it.
  struct Act {
    enum class Kind {
      serve,           // as a broker does
      serve_then_cut,  // carries it out, but the connection breaks before the answer
      cut,             // breaks the connection instead
      hold,            // answers nothing (and nothing after it on this connection) until release()
      refuse,          // answers each partition with `code`
      raw,             // answers with these bytes
    };
    Kind kind = Kind::serve;
    protocol::ErrorCode code{};
    Slices bytes;
  };
  using Script = std::function<Act(const Seen&)>;

  struct Stored {
    Slice batch;
    Offset base{0};
    std::int32_t count = 0;
  };
  struct ProducerState {
    std::int16_t epoch = -1;
    std::int32_t next = 0;
    std::deque<std::pair<std::int32_t, Offset>> last;  // first sequence, base offset
  };
  struct Partition {
    int leader = 1;
    int epoch = 0;
    std::vector<Stored> log;
    Offset start{0}, end{0};
    std::map<std::int64_t, ProducerState> producers;
  };
  struct Broker {
    bool alive = true;
    std::map<protocol::ApiKey, int> counts;
    std::map<protocol::ApiKey, std::int16_t> most;  // versions that it speaks at most
  };

  explicit FakeCluster(int brokers = 3, bool traced = true);

  static Address address(int broker) {
    return {"b" + std::to_string(broker), static_cast<std::uint16_t>(9091 + broker)};
  }
  std::vector<Address> bootstrap() const;
  NetworkOptions network() const;
  void add_topic(const std::string& name, int partitions, int leader = 1);
  Partition& partition(const std::string& topic, int index = 0);
  void move_leader(const std::string& topic, int index, int to);
  void kill(int broker);
  void start(int broker) { brokers_[broker].alive = true; }
  // Serves what was held, from now on everything.
  void release();
  // All values of a partition in the order of its log.
  std::vector<std::string> values(const std::string& topic, int index = 0) const;
  void append(const std::string& topic, int index, const std::vector<std::string>& values);

  // ---- Time goes on while something is under way and `until` does not hold.
  bool run_until(const std::function<bool()>& until, Duration limit = seconds(300));
  void run_for(Duration time);
  // Runs in the machine, as its owner.
  void run(const std::function<void()>& call);
  Instant now() const { return now_.monotonic; }
  int count(protocol::ApiKey api) const;
  template <class Event>
  std::vector<Event> events() const {
    std::vector<Event> found;
    for (const auto& event : events_) {
      if (const auto* one = std::get_if<Event>(&event.payload)) found.push_back(*one);
    }
    return found;
  }

  Script script;
  bool lists_dead = false;          // as Kafka does until the controller has fenced them
  std::size_t chunk = SIZE_MAX;     // bytes of an answer arrive in pieces of this many
  std::vector<std::string> closes;  // reasons for which the client closed connections
  std::vector<Address> opens;
  ClientMachine machine;

 private:
  struct Conn {
    int broker = 0;
    protocol::FrameSplitter requests{1 << 26};
    std::deque<Slice> queue;
    bool held = false;
    bool open = true;
  };
  void at(Duration delay, std::function<void()> what);
  void input(Input input);
  void carry_out(Effects& effects);
  void carry_out(const Open& open);
  void carry_out(const Send& send);
  void cut(ConnId conn, const std::string& reason);
  void work(ConnId conn);
  void answer(ConnId conn, Slices bytes, Duration delay);
  // nullopt: no answer is due. The delay is how long a fetch waits.
  std::optional<Slices> serve(const Seen& seen, const Act& act, Duration& delay);
  Slices api_versions(const Seen& seen);
  Slices metadata(const Seen& seen);
  std::optional<Slices> produce(const Seen& seen, const Act& act);
  void append_batch(int broker, Partition& partition, const Slice& batch,
                    protocol::ProduceResponse::PartitionProduceResponse& told);
  Slices fetch(const Seen& seen, const Act& act, Duration& delay);
  Slices list_offsets(const Seen& seen, const Act& act);
  Uuid id_of(const std::string& topic) const;

  Now now_;
  std::multimap<Instant, std::function<void()>> agenda_;
  std::optional<Instant> wake_;
  std::map<ConnId, Conn> conns_;
  std::map<int, Broker> brokers_;
  std::map<std::string, std::vector<Partition>> topics_;
  std::vector<trace::Event> events_;
  std::int64_t next_producer_ = 1000;

 public:
  Broker& broker(int id) { return brokers_[id]; }
};

// The values v<from> … v<to - 1>.
inline std::vector<std::string> numbered(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back("v" + std::to_string(i));
  return all;
}

}  // namespace lab::client
