#include "app/sources/live_clients.h"

#include <sys/statvfs.h>

#include <utility>

#include "engine/host/clock.h"

namespace lab::sources {
namespace {
constexpr auto disk_look = std::chrono::seconds(1);
}

LiveClients::LiveClients(host::asio::io_context& io, std::vector<Address> bootstrap,
                         std::string data, Handlers handlers)
    : data_(std::move(data)),
      machine_(std::make_unique<client::ClientMachine>(true)),
      disk_timer_(io) {
  host::RunnerOptions options;
  options.on_trace = std::move(handlers.on_event);
  runner_ = std::make_unique<host::Runner>(io, *machine_, std::move(options));
  runner_->start();
  runner_->post([this, bootstrap = std::move(bootstrap), notice = std::move(handlers.on_notice)](
                    const Now& now, Effects& effects) {
    machine_->run(now, effects,
                  [&] { clients_ = std::make_unique<LabClients>(*machine_, bootstrap, notice); });
  });
  watch_disk();
}

// The runner first: nothing comes any more, and what the clients still want to send goes nowhere.
LiveClients::~LiveClients() {
  runner_.reset();
  Effects nowhere;
  machine_->run(host::real_now(), nowhere, [this] { clients_.reset(); });
}

void LiveClients::call(std::function<void(LabClients&)> call) {
  runner_->post([this, call = std::move(call)](const Now& now, Effects& effects) {
    run(call, now, effects);
  });
}

void LiveClients::run(const std::function<void(LabClients&)>& call, const Now& now,
                      Effects& effects) {
  machine_->run(now, effects, [&] {
    clients_->refuse_writes(disk_is_full() ? "less than 2 GiB of disk are free" : "");
    call(*clients_);
  });
}

void LiveClients::break_links(const Address& broker) {
  runner_->break_links(broker, "connection reset by peer");
}

// ---- The disk

bool LiveClients::disk_is_full() const {
  struct statvfs disk {};
  if (::statvfs(data_.c_str(), &disk) != 0) return false;
  const auto free =
      static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  return free < stop_below_;
}

void LiveClients::watch_disk() {
  disk_timer_.expires_after(disk_look);
  const std::weak_ptr<int> life = life_;
  disk_timer_.async_wait([this, life](const host::error_code& cancelled) {
    if (cancelled || life.expired()) return;
    call([](LabClients&) {});  // which looks first
    watch_disk();
  });
}

}  // namespace lab::sources
