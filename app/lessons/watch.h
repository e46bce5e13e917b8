// What has happened since a step began: the baseline taken then, and what the events since told.
// The runner begins one with each step and feeds it every event; conditions and queries read it. It
// keeps no more than a bounded number of each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/lessons/outside.h"
#include "app/model/timeline.h"

namespace lab::lessons {

// Records of one client, by whoever counted them: its own ledger, or its connections.
struct Counts {
  std::int64_t acknowledged = 0, failed = 0, read = 0;
};
Counts counts_of(const model::ClusterModel& model, const model::Client& client);
// The log end of a partition: its leader's, or the longest known.
std::int64_t end_of(const model::ClusterModel& model, const model::Partition& partition);

// How things stood at a moment: what "changed" and "since" are judged by.
struct Baseline {
  Instant at{};
  NodeId controller = no_node;
  std::map<model::TopicPartition, NodeId> leaders;
  std::map<model::TopicPartition, std::int64_t> ends;
  std::map<std::string, Counts> counts;              // by client
  std::map<std::string, std::int64_t> acknowledged;  // by topic, as Watch counts it
  std::map<std::string, std::int64_t> read;          // by client, as Watch counts it
  std::map<std::pair<model::Endpoint, model::Endpoint>, std::int64_t> moved;  // records
  std::size_t checks = 0;  // of the ledger, seen before
};

class Watch {
 public:
  // Forgets all but the producers' rates, and begins anew.
  void begin(const Outside& outside);
  // A goal was reached: "since" may name it from now on.
  void mark(const std::string& goal, const Outside& outside);
  // After the model has applied the event.
  void see(const model::ClusterModel& model, const trace::Event& event);
  // Reads the brokers' own logs again; the runner calls it a few times a second where a step asks.
  void look(const Outside& outside);

  // Of the step's begin (empty name) or of a goal; null where that was not reached.
  const Baseline* baseline(const std::string& goal = {}) const;
  Instant since() const { return since_; }

  struct Seen {
    model::MarkKind kind;
    NodeId broker = no_node;  // the mark's lane
    std::string partition;    // "orders-0", empty where it is not about one
    Instant at{};
  };
  const std::vector<Seen>& seen() const { return seen_; }
  bool refused(const std::string& error) const { return refused_.count(error) != 0; }
  // The newest check of that client ("any": of any) after the baseline; null where there was none.
  const trace::LedgerChecked* checked(const std::string& client, const Baseline& from) const;
  bool logged(NodeId broker, const std::string& text) const;
  // Its first ERROR line since the step began, without date and logger.
  std::string error_line(NodeId broker) const;

  Counts counts(const model::ClusterModel& model, const model::Client& client,
                const Baseline& from) const;
  // By built-in producers, of a topic or of all.
  std::int64_t acknowledged(const std::string& topic, const Baseline& from) const;
  // Growth of log ends.
  std::int64_t written(const model::ClusterModel& model, const std::string& topic,
                       const Baseline& from) const;
  // Records that went from a client to a broker, or back.
  std::int64_t moved(const model::ClusterModel& model, const model::Client& client, NodeId broker,
                     bool to_broker, const Baseline& from) const;
  // Acknowledged records a second, from a client's first send to its newest acknowledgement.
  std::optional<double> rate(const std::string& client) const;

 private:
  Baseline take(const Outside& outside) const;
  void see_mark(const model::ClusterModel& model, const trace::Event& event);

  Instant since_{};
  std::map<std::string, Baseline> baselines_;
  std::map<std::string, std::int64_t> read_, acknowledged_;
  std::vector<Seen> seen_;
  std::set<std::string> refused_;
  std::vector<trace::LedgerChecked> checks_;
  struct Span {
    Instant first{}, last{};
    std::int64_t records = 0;
  };
  std::map<std::string, Span> spans_;
  // Of a broker's own log: the last lines when the step began, and the lines that came since.
  struct Log {
    std::vector<std::string> before, since;
  };
  std::map<NodeId, Log> logs_;
};

}  // namespace lab::lessons
