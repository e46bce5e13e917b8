// A Kafka broker, controller, or both, as one single-threaded state machine (DESIGN §1): it eats
// bytes and time and returns effects. engine/host drives it as the process brokerd, engine/sim in a
// world of its own. Node recovers the log directory, then wires the quorum, the controller's and
// the broker's side together and routes each input to the part that owns it; it decides nothing
// else.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "engine/broker/broker_side.h"
#include "engine/broker/config.h"
#include "engine/broker/controller_side.h"
#include "engine/broker/inner_link.h"
#include "engine/broker/metadata.h"
#include "engine/broker/quorum_links.h"
#include "engine/broker/recovery.h"
#include "engine/broker/session.h"
#include "engine/machine/context.h"
#include "engine/machine/machine.h"
#include "engine/raft/quorum.h"
#include "engine/storage/disk.h"

namespace lab::broker {

class Node : public Machine {
 public:
  // `config` has been loaded and completed with what meta.properties says; `disk` is used until the
  // node emits Listen and outlives it. The process id is only told in traces (0: simulated).
  Node(Config config, storage::Disk& disk, std::int64_t pid = 0);
  ~Node() override;
  void handle(const Now& now, Input input, Effects& effects) override;

  // ---- For checkers and tests: what this node believes. Valid once it has emitted Listen.
  bool running() const { return quorum_ != nullptr; }
  const Config& config() const { return config_; }
  const raft::Quorum& quorum() const { return *quorum_; }
  const storage::PartitionLog& metadata_log() const { return *metadata_log_; }
  const Metadata& metadata() const { return metadata_; }
  // nullptr where the node has no such role.
  BrokerSide* broker() { return broker_.get(); }
  ControllerSide* controller() { return controller_.get(); }
  std::size_t sessions() const { return sessions_.size(); }

 private:
  void route(Input input);
  void on(const Start& start);
  void on(const Opened& opened);
  void on(const Bytes& bytes);
  void on(const Writable& writable);
  void on(const Closed& closed);
  void on(const Done& done);
  void on(const Wake&) {}
  void on(const Admin& admin);

  void recover_step();
  void take_part();
  void stop();
  void finish();
  void maybe_snapshot();
  void notice_stall(const Now& now);
  void trace_state();
  void trace_start();
  void trace_link(const Opened& opened);
  client::Connection* link(ConnId conn);
  bool is_client_listener(const std::string& listener) const;

  Config config_;
  storage::Disk& disk_;
  std::int64_t pid_;
  Context context_;
  InnerLink inner_;
  Metadata metadata_;
  std::unique_ptr<Recovery> recovery_;
  std::unique_ptr<storage::PartitionLog> metadata_log_;
  QuorumLinks quorum_links_;
  std::unique_ptr<raft::Quorum> quorum_;
  std::unique_ptr<ControllerSide> controller_;
  std::unique_ptr<BrokerSide> broker_;
  std::map<ConnId, std::shared_ptr<Session>> sessions_;
  std::map<ConnId, Opened> links_open_;  // connections of our own, where they are traced
  Context::Timer recovery_timer_, stop_timer_;
  std::optional<Instant> wake_at_;
  bool stopping_ = false;
};

}  // namespace lab::broker
