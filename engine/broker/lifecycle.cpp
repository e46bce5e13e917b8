#include "engine/broker/lifecycle.h"

#include <algorithm>

#include "engine/controller/image.h"
#include "engine/protocol/error_codes.h"

namespace lab::broker {
namespace {
using protocol::ErrorCode;
constexpr const char* lifecycle_logger = "kafka.server.BrokerLifecycleManager";
constexpr std::int16_t registration_version = 4;
constexpr std::int16_t heartbeat_version = 1;
// How soon a refused or unanswered question is asked again.
constexpr milliseconds retry{50};
}  // namespace

Lifecycle::Lifecycle(Context& context, const Config& config, ControllerLink& link, Owner owner)
    : context_(context),
      config_(config),
      link_(link),
      owner_(std::move(owner)),
      timer_(context, [this] { act(); }),
      patience_(context, [this] {
        if (link_.leader() == no_node || asking_) return grant("no controller answered");
        patience_.arm_in(patience_for_);
      }) {}

void Lifecycle::begin(std::string cluster_id, Uuid directory, BrokerEpoch previous_epoch) {
  cluster_id_ = std::move(cluster_id);
  directory_ = directory;
  previous_epoch_ = previous_epoch;
  incarnation_ = Uuid::random(context_.rng());
  state_ = State::registering;
  act();
}

void Lifecycle::controller_changed() {
  ++question_;  // what was asked of the former controller is void
  asking_ = false;
  if (state_ != State::idle && state_ != State::granted) act();
}

void Lifecycle::shut_down(Duration patience, std::function<void()> granted) {
  granted_ = std::move(granted);
  if (state_ == State::idle || state_ == State::registering) return grant("it was not registered");
  state_ = State::shutting_down;
  patience_for_ = patience;
  patience_.arm_in(patience);
  if (!asking_) act();
}

void Lifecycle::act() {
  if (asking_ || link_.leader() == no_node) return;
  if (state_ == State::registering) send_registration();
  if (state_ == State::registered || state_ == State::shutting_down) send_heartbeat();
}

void Lifecycle::send_registration() {
  protocol::BrokerRegistrationRequest request;
  request.broker_id = config_.node_id.v;
  request.cluster_id = cluster_id_;
  request.incarnation_id = incarnation_;
  for (const auto& listener : config_.advertised_listeners) {
    if (listener.controller) continue;
    request.listeners.push_back({listener.name, listener.host, listener.port, 0});
  }
  for (const auto& [name, range] : controller::supported_features()) {
    request.features.push_back({std::string(name), range.min, range.max});
  }
  request.rack.reset();  // null, not empty, where there is none
  if (!config_.broker_rack.empty()) request.rack = config_.broker_rack;
  request.log_dirs.push_back(directory_);
  request.previous_broker_epoch = previous_epoch_.v;
  asking_ = true;
  const auto asked = ++question_;
  link_.call<protocol::BrokerRegistrationRequest>(
      std::move(request), registration_version,
      [this, asked](Result<protocol::BrokerRegistrationResponse> result) {
        if (asked != question_) return;
        asking_ = false;
        registered(result);
      },
      std::max<Duration>(config_.broker_session_timeout_ms, seconds(1)));
}

void Lifecycle::registered(const Result<protocol::BrokerRegistrationResponse>& result) {
  const auto code =
      result.ok() ? static_cast<ErrorCode>(result->error_code) : ErrorCode::not_controller;
  if (result.ok() && code == ErrorCode::none) {
    epoch_ = BrokerEpoch(result->broker_epoch);
    state_ = State::registered;
    context_.log(
        Level::info, lifecycle_logger,
        "[BrokerLifecycleManager id={}] Successfully registered broker {} with broker epoch {}",
        config_.node_id, config_.node_id, epoch_);
    owner_.on_registered(epoch_);
    return act();
  }
  if (code == ErrorCode::duplicate_broker_registration && !refused_told_) {
    refused_told_ = true;
    context_.log(Level::warn, lifecycle_logger,
                 "[BrokerLifecycleManager id={}] Broker {} cannot register yet: its former session "
                 "is still valid (DUPLICATE_BROKER_REGISTRATION). It asks again until that ends.",
                 config_.node_id, config_.node_id);
  } else if (result.ok() && code != ErrorCode::not_controller &&
             code != ErrorCode::duplicate_broker_registration) {
    context_.log(Level::error, lifecycle_logger,
                 "[BrokerLifecycleManager id={}] Registration was refused with {}", config_.node_id,
                 protocol::name(code));
  }
  timer_.arm_in(retry);
}

void Lifecycle::send_heartbeat() {
  protocol::BrokerHeartbeatRequest request;
  request.broker_id = config_.node_id.v;
  request.broker_epoch = epoch_.v;
  request.current_metadata_offset = owner_.metadata_offset().v - 1;
  request.want_fence = !ready_;
  request.want_shut_down = state_ == State::shutting_down;
  asking_ = true;
  const auto asked = ++question_;
  link_.call<protocol::BrokerHeartbeatRequest>(
      std::move(request), heartbeat_version,
      [this, asked](Result<protocol::BrokerHeartbeatResponse> result) {
        if (asked != question_) return;
        asking_ = false;
        beaten(result);
      },
      std::max<Duration>(config_.broker_session_timeout_ms / 2, milliseconds(100)));
}

void Lifecycle::beaten(const Result<protocol::BrokerHeartbeatResponse>& result) {
  const auto code =
      result.ok() ? static_cast<ErrorCode>(result->error_code) : ErrorCode::not_controller;
  if (code == ErrorCode::stale_broker_epoch || code == ErrorCode::broker_id_not_registered) {
    // Another incarnation took this id, or the registration was removed: begin anew.
    context_.log(Level::warn, lifecycle_logger,
                 "[BrokerLifecycleManager id={}] {}: registering again", config_.node_id,
                 protocol::name(code));
    previous_epoch_ = epoch_;
    if (state_ == State::shutting_down) return grant("its registration is gone");
    incarnation_ = Uuid::random(context_.rng());
    state_ = State::registering;
    return timer_.arm_in(retry);
  }
  if (code != ErrorCode::none) return timer_.arm_in(retry);
  if (fenced_ != result->is_fenced) {
    fenced_ = result->is_fenced;
    context_.log(Level::info, lifecycle_logger,
                 "[BrokerLifecycleManager id={}] The broker has been {}.", config_.node_id,
                 fenced_ ? "fenced" : "unfenced");
    if (!fenced_) owner_.on_unfenced();
  }
  if (state_ == State::shutting_down) {
    if (result->should_shut_down) return grant("the controller granted it");
    return timer_.arm_in(retry);  // KAFKA.md §2.2: asks again soon
  }
  // Still fenced and ready to take part: no reason to wait for a whole interval.
  timer_.arm_in(fenced_ ? std::min<Duration>(retry, config_.broker_heartbeat_interval_ms)
                        : Duration(config_.broker_heartbeat_interval_ms));
}

void Lifecycle::grant(const std::string& why) {
  state_ = State::granted;
  timer_.cancel();
  patience_.cancel();
  context_.log(Level::info, lifecycle_logger,
               "[BrokerLifecycleManager id={}] Controlled shutdown: {}", config_.node_id, why);
  if (granted_) std::exchange(granted_, nullptr)();
}

}  // namespace lab::broker
