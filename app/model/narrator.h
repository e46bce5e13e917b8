// The sentences, one handler a kind of event; narration.cpp makes one for each event it narrates.
// Nobody else includes it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "app/model/narration.h"

namespace lab::model {

class Narrator {
 public:
  Narrator(const ClusterModel& model, const LoggedEvent& logged, i18n::Lang lang)
      : m_(model), logged_(logged), e_(*logged.event), lang_(lang) {}

  using Maybe = std::optional<Sentence>;
  // Processes and the quorum (narrator_nodes.cpp).
  Maybe operator()(const trace::NodeStarted&) const;
  Maybe operator()(const trace::NodeReady&) const;
  Maybe operator()(const trace::NodeStopping&) const;
  Maybe operator()(const trace::NodeHalted&) const;
  Maybe operator()(const trace::Stalled&) const;
  Maybe operator()(const trace::ProcessStarted&) const;
  Maybe operator()(const trace::ProcessExited&) const;
  Maybe operator()(const trace::ProcessFrozen&) const;
  Maybe operator()(const trace::RoleChanged&) const;
  Maybe operator()(const trace::RegistrationRefused&) const;
  Maybe operator()(const trace::BrokerFenced&) const;
  Maybe operator()(const trace::BrokerUnfenced&) const;
  Maybe operator()(const trace::Gap&) const;
  Maybe operator()(const trace::FaultChanged&) const;
  // Partitions and clients (narrator_data.cpp).
  Maybe operator()(const trace::TopicSeen&) const;
  Maybe operator()(const trace::LeaderElected&) const;
  Maybe operator()(const trace::IsrChanged&) const;
  Maybe operator()(const trace::BecameFollower&) const;
  Maybe operator()(const trace::Truncated&) const;
  Maybe operator()(const trace::ProducerAcked&) const;
  Maybe operator()(const trace::ProducerFailed&) const;
  Maybe operator()(const trace::ClientStarted&) const;
  Maybe operator()(const trace::ClientStopped&) const;
  Maybe operator()(const trace::GroupChanged&) const;
  Maybe operator()(const trace::LedgerChecked&) const;
  Maybe operator()(const trace::RequestRefused&) const;
  // All others need no words.
  template <class Other>
  Maybe operator()(const Other&) const {
    return std::nullopt;
  }

 private:
  std::string say(const std::string& key, std::initializer_list<i18n::Arg> args) const {
    return i18n::say(key, lang_, args);
  }
  std::string who(NodeId node) const;  // "broker 2"
  std::string Who(NodeId node) const;  // "Broker 2"
  Sentence sentence(Tone tone, std::string lead, std::string rest = {}) const;

  Sentence fenced(const LoggedEvent& logged, const trace::BrokerFenced& fenced) const;
  std::string new_leaders(const std::vector<const LoggedEvent*>& elections) const;
  Sentence isr_shrank(const trace::IsrChanged& changed, NodeId gone) const;
  Sentence isr_grew(NodeId added) const;
  Sentence back_as_follower(const std::vector<const LoggedEvent*>& cuts) const;
  bool came_back(NodeId node) const;

  const ClusterModel& m_;
  const LoggedEvent& logged_;
  const trace::Event& e_;
  i18n::Lang lang_;
};

// Events this close to each other come of one decision.
inline constexpr Duration one_decision = milliseconds(100);
// A returning follower does its several logs within this.
inline constexpr Duration one_return = seconds(1);

}  // namespace lab::model
