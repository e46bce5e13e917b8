// A live cluster and the lab's clients on a thread of their own, for a window that must not wait:
// the app's one I/O thread. The window's thread gives orders and takes what came; everything is
// handed over through queues. It ends all brokers when it is destroyed.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/sources/cluster_directory.h"
#include "app/sources/lab_clients.h"
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

  Capabilities capabilities() const override;
  std::string name() const override { return name_; }
  std::vector<NodeId> brokers() const override;
  std::vector<Address> bootstrap() const override { return addresses_; }
  Instant now() const override;
  void take(std::vector<trace::Event>& out) override;
  void command(const Command& command, Then then) override;
  void with_clients(std::function<void(LabClients&)> call) override;
  void hand_back(std::function<void()> call) override;
  std::vector<BrokerFiles> files() const override { return files_; }
  Result<std::string> properties(NodeId broker) const override;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;

  // ---- The lab's clients. What comes of it arrives as a notice.
  void create_topic(const std::string& name, int partitions, int replication_factor);
  void produce(const std::string& topic, const std::string& value);
  // One producer at a rate at a time; 0 ends it.
  void produce_at(const std::string& topic, double per_second);
  void read(const std::string& topic);

  std::vector<std::string> records_read() const;
  double producing_at() const { return rate_; }

 private:
  void run(ClusterDirectory directory, std::string brokerd, std::string record);
  void post(std::function<void()> action);
  void tell(const Answer& answer);
  void tell(const std::string& text, bool trouble);  // from the I/O thread
  const BrokerFiles* files_of(NodeId broker) const;

  std::string name_;
  std::vector<Address> addresses_;
  std::vector<BrokerFiles> files_;
  std::function<void()> wake_;
  std::unique_ptr<host::asio::io_context> io_;
  std::unique_ptr<LiveCluster> cluster_;  // of the I/O thread
  std::unique_ptr<LabClients> clients_;   // likewise
  std::string data_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<trace::Event> events_;
  std::vector<std::function<void()>> calls_;
  std::vector<std::string> read_;

  std::atomic<double> rate_{0};
  std::thread thread_;
};

}  // namespace lab::sources
