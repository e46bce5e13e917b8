#include "app/sources/live_session.h"

#include <fmt/format.h>

#include <utility>

#include "app/sources/text_file.h"
#include "engine/host/clock.h"
#include "engine/host/properties_file.h"

namespace lab::sources {
namespace asio = host::asio;

LiveSession::LiveSession(ClusterDirectory directory, std::string brokerd, const std::string& record,
                         std::function<void()> wake)
    : files_(directory.brokers()),
      wake_(std::move(wake)),
      io_(std::make_unique<asio::io_context>()) {
  const auto slash = directory.path().find_last_not_of('/');
  const auto path = directory.path().substr(0, slash + 1);
  name_ = path.substr(path.rfind('/') + 1);
  thread_ = std::thread(
      [this, brokerd = std::move(brokerd), record, kept = std::move(directory)]() mutable {
        run(std::move(kept), std::move(brokerd), record);
      });
}

LiveSession::~LiveSession() {
  asio::post(*io_, [this] { cluster_->shut_down([this] { io_->stop(); }); });
  thread_.join();
}

// ---- On the I/O thread

// Brokers are children of this thread: it lives as long as they do.
void LiveSession::run(ClusterDirectory directory, std::string brokerd, const std::string& record) {
  const auto work = asio::make_work_guard(*io_);
  recorder_ = record_into(record);
  LiveCluster::Handlers handlers;
  handlers.on_event = [this](const trace::Event& event) { see(event); };
  handlers.hold_clients = [this](const Address& broker, const host::LinkHold& hold) {
    clients_->hold(broker, hold);
  };
  handlers.break_clients = [this](const Address& broker) { clients_->break_links(broker); };
  cluster_ = std::make_unique<LiveCluster>(*io_, std::move(directory), std::move(brokerd),
                                           std::move(handlers));
  begin_clients();
  if (const auto started = cluster_->start_all(); !started) {
    hand_back([this, why = started.error().message] {
      failure_ = why;
      say(why, true);
    });
  }
  io_->run();
  clients_.reset();
  cluster_.reset();
  recorder_.reset();
}

std::unique_ptr<Recorder> LiveSession::record_into(const std::string& file) {
  if (file.empty()) return nullptr;
  auto made =
      Recorder::create(*io_, file, name_, [this](const std::string& why) { tell(why, true); });
  if (made) return std::move(made).value();
  tell(made.error().message, true);
  return nullptr;
}

void LiveSession::begin_clients() {
  LiveClients::Handlers handlers;
  handlers.on_event = [this](const trace::Event& event) { cluster_->publish(event); };
  handlers.on_notice = [this](const std::string& text) { tell(text, true); };
  const auto& directory = cluster_->directory();
  clients_ = std::make_unique<LiveClients>(*io_, addresses_of(directory.brokers()),
                                           directory.path(), std::move(handlers));
}

void LiveSession::see(const trace::Event& event) {
  // Before anybody hears of it: the files that it was started with, and a broker that is new.
  if (clients_ && std::holds_alternative<trace::ProcessStarted>(event.payload)) give_files();
  if (recorder_) recorder_->add(event);
  {
    const std::lock_guard lock(mutex_);
    events_.push(event);
  }
  wake_();
  if (!std::holds_alternative<trace::ProcessExited>(event.payload)) return;
  const auto [first, last] = killed_.equal_range(event.node);
  for (auto at = first; at != last; ++at) at->second();
  killed_.erase(first, last);
}

void LiveSession::tell(const std::string& text, bool trouble) {
  hand_back([this, text, trouble] { say(text, trouble); });
}

void LiveSession::carry_out(const Command& command, const Then& then) {
  if (const auto* node = std::get_if<NodeCommand>(&command)) {
    if (node->action != NodeAction::kill) then(cluster_->carry_out(*node));
    if (node->action == NodeAction::kill) answer_kill(node->node, cluster_->carry_out(*node), then);
  } else if (const auto* property = std::get_if<PropertyCommand>(&command)) {
    then(cluster_->carry_out(*property));
  } else if (const auto* files = std::get_if<FilesCommand>(&command)) {
    then(cluster_->carry_out(*files));
  } else if (const auto* cluster = std::get_if<ClusterCommand>(&command)) {
    if (cluster->action == ClusterAction::reset) return reset(then);
    then(cluster_->add_broker());
  } else {
    cluster_->carry_out(std::get<LinkCommand>(command), then);
  }
}

// When the process is gone, so that what is asked for next finds it so.
void LiveSession::answer_kill(NodeId node, const Answer& answer, const Then& then) {
  const auto* broker = cluster_->broker(node);
  if (!answer || broker == nullptr || !broker->running()) return then(answer);
  killed_.emplace(node, [answer, then] { then(answer); });
}

void LiveSession::reset(const Then& then) {
  cluster_->reset([this] { begin_generation(); },
                  [this, then](const Answer& answer) {
                    give_files();
                    then(answer);
                  });
}

// What was told so far is of a cluster that is gone, and so are its clients.
void LiveSession::begin_generation() {
  if (recorder_) tell("the recording ends here: the cluster is reset", false);
  recorder_.reset();
  clients_.reset();
  {
    const std::lock_guard lock(mutex_);
    events_.clear();
    ++events_of_;
  }
  begin_clients();
}

// As the brokers were started with them.
void LiveSession::give_files() {
  const auto files = cluster_->directory().brokers();
  hand_back([this, files] { files_ = files; });
  clients_->call(
      [addresses = addresses_of(files)](LabClients& clients) { clients.set_bootstrap(addresses); });
}

// ---- On the owner's thread

Capabilities LiveSession::capabilities() const {
  Capabilities can;
  can.processes = can.clients = can.link_faults = can.link_timing = true;
  can.properties = can.log_dirs = can.add_brokers = can.reset = true;
  return can;
}

std::vector<Address> LiveSession::addresses_of(const std::vector<BrokerFiles>& files) {
  std::vector<Address> addresses;
  for (const auto& broker : files) addresses.push_back({"localhost", broker.port});
  return addresses;
}

std::vector<NodeId> LiveSession::brokers() const {
  std::vector<NodeId> ids;
  for (const auto& files : files_) ids.push_back(files.id);
  return ids;
}

Instant LiveSession::now() const { return host::monotonic_now(); }

void LiveSession::take(std::vector<trace::Event>& out) {
  std::vector<std::function<void()>> calls;
  bool lost = false;
  {
    const std::lock_guard lock(mutex_);
    generation_ = events_of_;
    lost = events_.take(out);
    calls.swap(calls_);
  }
  if (lost) asio::post(*io_, [this] { cluster_->retell(); });
  for (const auto& call : calls) call();
}

void LiveSession::end(std::function<void(const RunOn&)> done) {
  asio::post(*io_, [this, done = std::move(done)] {
    cluster_->shut_down([this, done] {
      RunOn adopted;
      for (const auto* broker : cluster_->brokers()) {
        if (broker->adopted()) adopted.emplace_back(broker->files().id, broker->pid());
      }
      hand_back([done, adopted] { done(adopted); });
    });
  });
}

void LiveSession::command(const Command& command, Then then) {
  if (!then) then = [](const Answer&) {};
  asio::post(*io_, [this, command, then = back(std::move(then))] { carry_out(command, then); });
}

void LiveSession::with_clients(std::function<void(LabClients&)> call) {
  asio::post(*io_, [this, call = std::move(call)] { clients_->call(call); });
}

void LiveSession::hand_back(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }
  wake_();
}

// ---- Files

const BrokerFiles* LiveSession::files_of(NodeId broker) const {
  for (const auto& files : files_) {
    if (files.id == broker) return &files;
  }
  return nullptr;
}

Result<std::string> LiveSession::properties(NodeId broker) const {
  const auto* files = files_of(broker);
  if (files == nullptr) return Error{fmt::format("there is no broker {}", broker)};
  return host::read_properties_file(files->properties);
}

std::vector<std::string> LiveSession::log_tail(NodeId broker, std::size_t lines) const {
  const auto* files = files_of(broker);
  if (files == nullptr) return {};
  return last_lines({files->server_log(), files->output}, lines);
}

}  // namespace lab::sources
