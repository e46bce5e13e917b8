#include "app/commands/kafka/session.h"

#include <fmt/format.h>

namespace lab::commands::kafka {
namespace {

// All addresses refuse: told after the first, so that a cluster that is just starting is met;
// silent ones get the second.
constexpr Duration refused_long_enough = seconds(5), silent_long_enough = seconds(15);
constexpr Duration look_again = milliseconds(500);

}  // namespace

Session::Session(client::ClientMachine& machine, Sink sink)
    : machine_(machine),
      sink_(std::move(sink)),
      done_timer_(machine.context(), [this] { sink_.done(exit_code_); }),
      contact_timer_(machine.context(), [this] { look_for_contact(); }) {}

void Session::close() {
  finished_ = true;
  for (const auto& name : clients_) machine_.remove(name, "the command has ended");
  clients_.clear();
}

void Session::finish(int exit_code) {
  if (finished_) return;
  finished_ = true;
  exit_code_ = exit_code;
  contact_timer_.cancel();
  done_timer_.arm(context().monotonic());
}

std::string Session::new_client(const std::string& base) {
  std::string name = base;
  const auto taken = [this](const std::string& word) {
    return machine_.producer(word) != nullptr || machine_.consumer(word) != nullptr ||
           machine_.admin(word) != nullptr;
  };
  for (int n = 2; taken(name); ++n) name = fmt::format("{}-{}", base, n);
  clients_.push_back(name);
  return name;
}

void Session::watch_contact(const client::ClusterMetadata& metadata,
                            std::function<void(const std::string&)> give_up) {
  metadata_ = &metadata;
  give_up_ = std::move(give_up);
  began_ = context().monotonic();
  contact_timer_.arm_in(look_again);
}

void Session::look_for_contact() {
  if (finished_ || metadata_->updates() > 0) return;
  const Duration waited = context().monotonic() - began_;
  const auto& trouble = metadata_->trouble();
  const bool over = waited >= silent_long_enough || (trouble && waited >= refused_long_enough);
  if (!over) return contact_timer_.arm_in(look_again);
  give_up_(fmt::format("no bootstrap server answered within {} s. {}", to_ms(waited) / 1000,
                       trouble ? trouble->message : "None has said anything yet."));
}

}  // namespace lab::commands::kafka
