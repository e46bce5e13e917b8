// Where the replicas of new partitions go: round robin over racks and over the brokers of a rack,
// from a random start, unfenced brokers first, never a fenced one as the first leader (Kafka's
// striped placement). Called by the controller for partitions without a manual assignment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/rng.h"

namespace lab::controller {

struct UsableBroker {
  NodeId id = no_node;
  std::optional<std::string> rack;
  bool fenced = false;
};

class Placer {
 public:
  // `brokers`: all registered ones that are not shutting down. Keeps the reference.
  Placer(const std::vector<UsableBroker>& brokers, Rng& rng);

  // Why `replication_factor` replicas cannot be placed, in Kafka's words; nullopt where they can.
  std::optional<std::string> refusal(std::int32_t replication_factor) const;
  // The assignment of the next partition; only where nothing is refused.
  std::vector<NodeId> next(std::int32_t replication_factor);

 private:
  // Gives each broker once per round; each round starts one further.
  class Ring {
   public:
    void add(NodeId id) { ids_.push_back(id); }
    void start(Rng& rng);
    void shuffle(Rng& rng);
    NodeId next(int round);  // no_node: all given in this round

   private:
    std::vector<NodeId> ids_;
    std::size_t index_ = 0, offset_ = 0;
    int round_ = 0;
  };
  struct Rack {
    Ring fenced, unfenced;
    NodeId next(int round);
  };

  void shuffle();

  Rng& rng_;
  std::map<std::optional<std::string>, Rack> racks_;
  std::vector<Rack*> order_;
  std::int32_t total_ = 0, unfenced_ = 0;
  int round_ = 0;  // only rises
  std::int32_t since_shuffle_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace lab::controller
