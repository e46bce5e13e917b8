// The lab's clients of a live cluster: LabClients on real TCP, driven on the lab's io_context like
// any other Kafka client, and the watch over the disk that must not run full. Owned by the live
// session and the demo, on the io_context's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/sources/lab_clients.h"
#include "engine/host/asio.h"
#include "engine/host/runner.h"

namespace lab::sources {

class LiveClients {
 public:
  struct Handlers {
    std::function<void(const trace::Event&)> on_event;
    std::function<void(const std::string&)> on_notice;  // LabClients::OnNotice
  };
  // `data` is a directory on the disk that must not run full.
  LiveClients(host::asio::io_context& io, std::vector<Address> bootstrap, std::string data,
              Handlers handlers);
  ~LiveClients();
  LiveClients(const LiveClients&) = delete;
  LiveClients& operator=(const LiveClients&) = delete;

  // Runs `call` as an input of the clients' machine, later on the io_context.
  void call(std::function<void(LabClients&)> call);

  // Faults of links, on the connections to this address.
  void hold(const Address& broker, const host::LinkHold& hold) { runner_->hold(broker, hold); }
  void break_links(const Address& broker);

  // Free space below which producers stop, in bytes. Only tests set it.
  void stop_below(std::int64_t bytes) { stop_below_ = bytes; }
  static constexpr std::int64_t least_free_bytes = std::int64_t{2} << 30;

 private:
  void run(const std::function<void(LabClients&)>& call, const Now& now, Effects& effects);
  bool disk_is_full() const;
  void watch_disk();

  std::string data_;
  std::unique_ptr<client::ClientMachine> machine_;
  std::unique_ptr<LabClients> clients_;
  std::unique_ptr<host::Runner> runner_;
  std::int64_t stop_below_ = least_free_bytes;
  host::asio::steady_timer disk_timer_;
  const std::shared_ptr<int> life_ = std::make_shared<int>();  // for handlers that come too late
};

}  // namespace lab::sources
