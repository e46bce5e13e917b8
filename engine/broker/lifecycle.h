// A broker's life in the eyes of the controller (KAFKA.md §2.2): it registers, sends heartbeats, is
// unfenced once it has caught up with the metadata, and asks before it shuts down. Owned by
// BrokerSide; it knows the controller only by requests and replies.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/broker/config.h"
#include "engine/broker/controller_link.h"
#include "engine/protocol/messages/broker_heartbeat.h"
#include "engine/protocol/messages/broker_registration.h"

namespace lab::broker {

class Lifecycle {
 public:
  enum class State : std::uint8_t { idle, registering, registered, shutting_down, granted };
  struct Owner {
    // Up to where this broker has applied the metadata (exclusive).
    std::function<Offset()> metadata_offset;
    // The broker is registered (again) in this epoch.
    std::function<void(BrokerEpoch)> on_registered;
    // The controller let it take part for the first time.
    std::function<void()> on_unfenced;
  };

  Lifecycle(Context& context, const Config& config, ControllerLink& link, Owner owner);

  // Registers this incarnation, again and again until a controller takes it.
  void begin(std::string cluster_id, Uuid directory, BrokerEpoch previous_epoch);
  // The replicas are loaded and the metadata is caught up: the controller may unfence it.
  void ready() { ready_ = true; }
  // The active controller changed: a heartbeat (or the registration) goes to the new one at once.
  void controller_changed();
  // Asks for a controlled shutdown; `granted` runs once, also where no controller answers for
  // `patience`.
  void shut_down(Duration patience, std::function<void()> granted);

  State state() const { return state_; }
  BrokerEpoch epoch() const { return epoch_; }
  bool fenced() const { return fenced_; }

 private:
  void act();
  void send_registration();
  void registered(const Result<protocol::BrokerRegistrationResponse>& result);
  void send_heartbeat();
  void beaten(const Result<protocol::BrokerHeartbeatResponse>& result);
  void grant(const std::string& why);

  Context& context_;
  const Config& config_;
  ControllerLink& link_;
  Owner owner_;
  State state_ = State::idle;
  std::string cluster_id_;
  Uuid incarnation_, directory_;
  BrokerEpoch epoch_{-1}, previous_epoch_{-1};
  bool ready_ = false, fenced_ = true, asking_ = false, refused_told_ = false;
  std::uint64_t question_ = 0;  // answers to earlier ones are stale
  std::function<void()> granted_;
  Context::Timer timer_, patience_;
  Duration patience_for_{};
};

}  // namespace lab::broker
