// A live cluster and the lab's clients on a thread of their own, for an owner that must not wait:
// the app's one I/O thread. The owner gives orders and takes what came; everything is handed over
// through queues. It ends all brokers when it is destroyed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/sources/cluster_directory.h"
#include "app/sources/event_queue.h"
#include "app/sources/lab_clients.h"
#include "app/sources/live_clients.h"
#include "app/sources/live_cluster.h"
#include "app/sources/recorder.h"
#include "app/sources/source.h"

namespace lab::sources {

class LiveSession : public Source {
 public:
  // Starts the brokers of the directory. `wake` is called from the I/O thread whenever there is
  // something to take. `record`: a file to record into, empty for none.
  LiveSession(ClusterDirectory directory, std::string brokerd, const std::string& record,
              std::function<void()> wake);
  ~LiveSession() override;

  // Why the brokers were not started at all.
  const std::string& failure() const override { return failure_; }
  // Ends all brokers but those that were started by hand; `done` gets these with their pids, within
  // a later take(). For owners that still want to hear how it ends.
  using RunOn = std::vector<std::pair<NodeId, std::int64_t>>;
  void end(std::function<void(const RunOn&)> done);

  Capabilities capabilities() const override;
  std::string name() const override { return name_; }
  std::vector<NodeId> brokers() const override;
  std::vector<Address> bootstrap() const override { return addresses_of(files_); }
  Instant now() const override;
  std::uint64_t generation() const override { return generation_; }
  void take(std::vector<trace::Event>& out) override;
  void command(const Command& command, Then then) override;
  void with_clients(std::function<void(LabClients&)> call) override;
  void hand_back(std::function<void()> call) override;
  std::vector<BrokerFiles> files() const override { return files_; }
  Result<std::string> properties(NodeId broker) const override;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;

 private:
  static std::vector<Address> addresses_of(const std::vector<BrokerFiles>& files);
  const BrokerFiles* files_of(NodeId broker) const;

  // ---- On the I/O thread
  void run(ClusterDirectory directory, std::string brokerd, const std::string& record);
  void see(const trace::Event& event);
  void tell(const std::string& text, bool trouble);
  std::unique_ptr<Recorder> record_into(const std::string& file);
  void begin_clients();
  void carry_out(const Command& command, const Then& then);
  void answer_kill(NodeId node, const Answer& answer, const Then& then);
  void reset(const Then& then);
  void begin_generation();
  void give_files();

  std::string name_;
  std::vector<BrokerFiles> files_;
  std::uint64_t generation_ = 0;
  std::string failure_;
  std::function<void()> wake_;
  std::unique_ptr<host::asio::io_context> io_;
  std::unique_ptr<Recorder> recorder_;                   // of the I/O thread
  std::unique_ptr<LiveCluster> cluster_;                 // likewise
  std::unique_ptr<LiveClients> clients_;                 // likewise
  std::multimap<NodeId, std::function<void()>> killed_;  // likewise: answers, once they are gone

  mutable std::mutex mutex_;  // guards what follows
  EventQueue events_;
  std::uint64_t events_of_ = 0;  // the generation of events_
  std::vector<std::function<void()>> calls_;

  std::thread thread_;
};

}  // namespace lab::sources
