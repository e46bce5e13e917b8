#include "engine/client/client_machine.h"

#include <type_traits>
#include <utility>

namespace lab::client {

void ClientMachine::handle(const Now& now, Input input, Effects& effects) {
  run(now, effects, [&] { act(input); });
}

void ClientMachine::run(const Now& now, Effects& effects, const std::function<void()>& call) {
  old_producers_.clear();
  old_consumers_.clear();
  old_admins_.clear();
  context_.begin(now, effects);
  call();
  context_.run_due_timers();
  context_.end();
}

void ClientMachine::act(const Input& input) {
  std::visit(
      [this](const auto& event) {
        using Event = std::decay_t<decltype(event)>;
        if constexpr (std::is_same_v<Event, Start>) {
          LAB_CHECK(!started_);
          started_ = true;
          context_.started(event);
        } else if constexpr (std::is_same_v<Event, Opened> || std::is_same_v<Event, Bytes> ||
                             std::is_same_v<Event, Writable> || std::is_same_v<Event, Closed>) {
          forward(event);
        } else if constexpr (std::is_same_v<Event, lab::Admin>) {
          if (event.kind != lab::Admin::Kind::stop) return;
          close_all("the client is stopped");
          context_.halt(true, "asked to stop");
        }
      },
      input);
}

// To the client whose connection it is; inputs of connections that are forgotten go nowhere.
template <class Event>
void ClientMachine::forward(const Event& event) {
  for (auto& [name, client] : producers_) {
    if (client->take(event)) return;
  }
  for (auto& [name, client] : consumers_) {
    if (client->take(event)) return;
  }
  for (auto& [name, client] : admins_) {
    if (client->take(event)) return;
  }
}

// ---- Clients

void ClientMachine::check_free(const std::string& name) const {
  LAB_CHECK_MSG(!producers_.contains(name) && !consumers_.contains(name) && !admins_.contains(name),
                "a client of this name is there already: " + name);
}

Producer& ClientMachine::add_producer(const std::string& name, ProducerOptions options) {
  check_free(name);
  if (options.network.client_id.empty()) options.network.client_id = name;
  return *(producers_[name] = std::make_unique<Producer>(context_, std::move(options)));
}

Consumer& ClientMachine::add_consumer(const std::string& name, ConsumerOptions options,
                                      Consumer::OnRecord on_record,
                                      Consumer::OnTrouble on_trouble) {
  check_free(name);
  if (options.network.client_id.empty()) options.network.client_id = name;
  return *(consumers_[name] = std::make_unique<Consumer>(
               context_, std::move(options), std::move(on_record), std::move(on_trouble)));
}

Admin& ClientMachine::add_admin(const std::string& name, AdminOptions options) {
  check_free(name);
  if (options.network.client_id.empty()) options.network.client_id = name;
  return *(admins_[name] = std::make_unique<Admin>(context_, std::move(options)));
}

Producer* ClientMachine::producer(const std::string& name) {
  const auto it = producers_.find(name);
  return it == producers_.end() ? nullptr : it->second.get();
}
Consumer* ClientMachine::consumer(const std::string& name) {
  const auto it = consumers_.find(name);
  return it == consumers_.end() ? nullptr : it->second.get();
}
Admin* ClientMachine::admin(const std::string& name) {
  const auto it = admins_.find(name);
  return it == admins_.end() ? nullptr : it->second.get();
}

void ClientMachine::remove(const std::string& name, const std::string& reason) {
  const auto take_out = [&](auto& clients, auto& old) {
    auto node = clients.extract(name);
    if (node.empty()) return;
    node.mapped()->close(reason);
    old.push_back(std::move(node.mapped()));
  };
  take_out(producers_, old_producers_);
  take_out(consumers_, old_consumers_);
  take_out(admins_, old_admins_);
}

void ClientMachine::close_all(const std::string& reason) {
  while (!producers_.empty()) remove(std::string(producers_.begin()->first), reason);
  while (!consumers_.empty()) remove(std::string(consumers_.begin()->first), reason);
  while (!admins_.empty()) remove(std::string(admins_.begin()->first), reason);
}

}  // namespace lab::client
