// The records of the metadata log (KIP-631): what the controller decides and every node replays.
// Written by the controller room, read by its image and by the inspector. A value is framed as
// unsigned varint frame version (1), type, version, then the body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/base/uuid.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct RegisterBrokerRecord {
  static constexpr std::string_view message_name = "RegisterBrokerRecord";
  static constexpr std::uint32_t type = 0;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 0;

  struct BrokerEndpoint {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
    std::int16_t security_protocol = 0;

    bool operator==(const BrokerEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&BrokerEndpoint::name, "Name"));
      visit(field(&BrokerEndpoint::host, "Host"));
      visit(field(&BrokerEndpoint::port, "Port"));
      visit(field(&BrokerEndpoint::security_protocol, "SecurityProtocol"));
    }
  };

  struct BrokerFeature {
    std::string name;
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;

    bool operator==(const BrokerFeature&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&BrokerFeature::name, "Name"));
      visit(field(&BrokerFeature::min_supported_version, "MinSupportedVersion"));
      visit(field(&BrokerFeature::max_supported_version, "MaxSupportedVersion"));
    }
  };

  std::int32_t broker_id = 0;
  bool is_migrating_zk_broker = false;
  Uuid incarnation_id;
  std::int64_t broker_epoch = 0;
  std::vector<BrokerEndpoint> end_points;
  std::vector<BrokerFeature> features;
  std::optional<std::string> rack = "";
  bool fenced = true;
  bool in_controlled_shutdown = false;
  std::vector<Uuid> log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  bool operator==(const RegisterBrokerRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&RegisterBrokerRecord::broker_id, "BrokerId"));
    visit(field(&RegisterBrokerRecord::is_migrating_zk_broker, "IsMigratingZkBroker").since(2));
    visit(field(&RegisterBrokerRecord::incarnation_id, "IncarnationId"));
    visit(field(&RegisterBrokerRecord::broker_epoch, "BrokerEpoch"));
    visit(field(&RegisterBrokerRecord::end_points, "EndPoints"));
    visit(field(&RegisterBrokerRecord::features, "Features"));
    visit(field(&RegisterBrokerRecord::rack, "Rack").nullable());
    visit(field(&RegisterBrokerRecord::fenced, "Fenced"));
    visit(field(&RegisterBrokerRecord::in_controlled_shutdown, "InControlledShutdown").since(1));
    visit(field(&RegisterBrokerRecord::log_dirs, "LogDirs").tagged(0).since(3));
    visit(field(&RegisterBrokerRecord::cordoned_log_dirs, "CordonedLogDirs")
              .tagged(1)
              .since(4)
              .nullable());
  }
};

struct UnregisterBrokerRecord {
  static constexpr std::string_view message_name = "UnregisterBrokerRecord";
  static constexpr std::uint32_t type = 1;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = 0;

  bool operator==(const UnregisterBrokerRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&UnregisterBrokerRecord::broker_id, "BrokerId"));
    visit(field(&UnregisterBrokerRecord::broker_epoch, "BrokerEpoch"));
  }
};

struct TopicRecord {
  static constexpr std::string_view message_name = "TopicRecord";
  static constexpr std::uint32_t type = 2;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::string name;
  Uuid topic_id;

  bool operator==(const TopicRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&TopicRecord::name, "Name"));
    visit(field(&TopicRecord::topic_id, "TopicId"));
  }
};

struct PartitionRecord {
  static constexpr std::string_view message_name = "PartitionRecord";
  static constexpr std::uint32_t type = 3;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t partition_id = -1;
  Uuid topic_id;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> isr;
  std::vector<std::int32_t> removing_replicas;
  std::vector<std::int32_t> adding_replicas;
  std::int32_t leader = -1;
  std::int8_t leader_recovery_state = 0;
  std::int32_t leader_epoch = -1;
  std::int32_t partition_epoch = -1;
  std::vector<Uuid> directories;
  std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
  std::optional<std::vector<std::int32_t>> last_known_elr;

  bool operator==(const PartitionRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&PartitionRecord::partition_id, "PartitionId"));
    visit(field(&PartitionRecord::topic_id, "TopicId"));
    visit(field(&PartitionRecord::replicas, "Replicas"));
    visit(field(&PartitionRecord::isr, "Isr"));
    visit(field(&PartitionRecord::removing_replicas, "RemovingReplicas"));
    visit(field(&PartitionRecord::adding_replicas, "AddingReplicas"));
    visit(field(&PartitionRecord::leader, "Leader"));
    visit(field(&PartitionRecord::leader_recovery_state, "LeaderRecoveryState").tagged(0));
    visit(field(&PartitionRecord::leader_epoch, "LeaderEpoch"));
    visit(field(&PartitionRecord::partition_epoch, "PartitionEpoch"));
    visit(field(&PartitionRecord::directories, "Directories").since(1));
    visit(field(&PartitionRecord::eligible_leader_replicas, "EligibleLeaderReplicas")
              .tagged(1)
              .since(2)
              .nullable());
    visit(field(&PartitionRecord::last_known_elr, "LastKnownElr").tagged(2).since(2).nullable());
  }
};

struct ConfigRecord {
  static constexpr std::string_view message_name = "ConfigRecord";
  static constexpr std::uint32_t type = 4;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int8_t resource_type = 0;
  std::string resource_name;
  std::string name;
  std::optional<std::string> value = "";

  bool operator==(const ConfigRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ConfigRecord::resource_type, "ResourceType"));
    visit(field(&ConfigRecord::resource_name, "ResourceName"));
    visit(field(&ConfigRecord::name, "Name"));
    visit(field(&ConfigRecord::value, "Value").nullable());
  }
};

struct PartitionChangeRecord {
  static constexpr std::string_view message_name = "PartitionChangeRecord";
  static constexpr std::uint32_t type = 5;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t partition_id = -1;
  Uuid topic_id;
  std::optional<std::vector<std::int32_t>> isr;
  std::int32_t leader = -2;
  std::optional<std::vector<std::int32_t>> replicas;
  std::optional<std::vector<std::int32_t>> removing_replicas;
  std::optional<std::vector<std::int32_t>> adding_replicas;
  std::int8_t leader_recovery_state = -1;
  std::optional<std::vector<Uuid>> directories;
  std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
  std::optional<std::vector<std::int32_t>> last_known_elr;

  bool operator==(const PartitionChangeRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&PartitionChangeRecord::partition_id, "PartitionId"));
    visit(field(&PartitionChangeRecord::topic_id, "TopicId"));
    visit(field(&PartitionChangeRecord::isr, "Isr").tagged(0).nullable());
    visit(field(&PartitionChangeRecord::leader, "Leader").tagged(1));
    visit(field(&PartitionChangeRecord::replicas, "Replicas").tagged(2).nullable());
    visit(
        field(&PartitionChangeRecord::removing_replicas, "RemovingReplicas").tagged(3).nullable());
    visit(field(&PartitionChangeRecord::adding_replicas, "AddingReplicas").tagged(4).nullable());
    visit(field(&PartitionChangeRecord::leader_recovery_state, "LeaderRecoveryState").tagged(5));
    visit(field(&PartitionChangeRecord::directories, "Directories").tagged(8).since(1).nullable());
    visit(field(&PartitionChangeRecord::eligible_leader_replicas, "EligibleLeaderReplicas")
              .tagged(6)
              .since(2)
              .nullable());
    visit(field(&PartitionChangeRecord::last_known_elr, "LastKnownElr")
              .tagged(7)
              .since(2)
              .nullable());
  }
};

struct FenceBrokerRecord {
  static constexpr std::string_view message_name = "FenceBrokerRecord";
  static constexpr std::uint32_t type = 7;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t id = 0;
  std::int64_t epoch = 0;

  bool operator==(const FenceBrokerRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FenceBrokerRecord::id, "Id"));
    visit(field(&FenceBrokerRecord::epoch, "Epoch"));
  }
};

struct UnfenceBrokerRecord {
  static constexpr std::string_view message_name = "UnfenceBrokerRecord";
  static constexpr std::uint32_t type = 8;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t id = 0;
  std::int64_t epoch = 0;

  bool operator==(const UnfenceBrokerRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&UnfenceBrokerRecord::id, "Id"));
    visit(field(&UnfenceBrokerRecord::epoch, "Epoch"));
  }
};

struct RemoveTopicRecord {
  static constexpr std::string_view message_name = "RemoveTopicRecord";
  static constexpr std::uint32_t type = 9;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  Uuid topic_id;

  bool operator==(const RemoveTopicRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&RemoveTopicRecord::topic_id, "TopicId"));
  }
};

struct FeatureLevelRecord {
  static constexpr std::string_view message_name = "FeatureLevelRecord";
  static constexpr std::uint32_t type = 12;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::string name;
  std::int16_t feature_level = 0;

  bool operator==(const FeatureLevelRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FeatureLevelRecord::name, "Name"));
    visit(field(&FeatureLevelRecord::feature_level, "FeatureLevel"));
  }
};

struct ProducerIdsRecord {
  static constexpr std::string_view message_name = "ProducerIdsRecord";
  static constexpr std::uint32_t type = 15;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::int64_t next_producer_id = 0;

  bool operator==(const ProducerIdsRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ProducerIdsRecord::broker_id, "BrokerId"));
    visit(field(&ProducerIdsRecord::broker_epoch, "BrokerEpoch"));
    visit(field(&ProducerIdsRecord::next_producer_id, "NextProducerId"));
  }
};

struct BrokerRegistrationChangeRecord {
  static constexpr std::string_view message_name = "BrokerRegistrationChangeRecord";
  static constexpr std::uint32_t type = 17;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 3;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = 0;
  std::int8_t fenced = 0;
  std::int8_t in_controlled_shutdown = 0;
  std::vector<Uuid> log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  bool operator==(const BrokerRegistrationChangeRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BrokerRegistrationChangeRecord::broker_id, "BrokerId"));
    visit(field(&BrokerRegistrationChangeRecord::broker_epoch, "BrokerEpoch"));
    visit(field(&BrokerRegistrationChangeRecord::fenced, "Fenced").tagged(0));
    visit(field(&BrokerRegistrationChangeRecord::in_controlled_shutdown, "InControlledShutdown")
              .tagged(1)
              .since(1));
    visit(field(&BrokerRegistrationChangeRecord::log_dirs, "LogDirs").tagged(2).since(2));
    visit(field(&BrokerRegistrationChangeRecord::cordoned_log_dirs, "CordonedLogDirs")
              .tagged(3)
              .since(3)
              .nullable());
  }
};

struct NoOpRecord {
  static constexpr std::string_view message_name = "NoOpRecord";
  static constexpr std::uint32_t type = 20;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  bool operator==(const NoOpRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&&) {}
};

struct ClearElrRecord {
  static constexpr std::string_view message_name = "ClearElrRecord";
  static constexpr std::uint32_t type = 28;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::string topic_name;

  bool operator==(const ClearElrRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ClearElrRecord::topic_name, "TopicName"));
  }
};

// Any of them. An unknown type is an error for the reader: state cannot be rebuilt without it.
using MetadataRecord =
    std::variant<RegisterBrokerRecord, UnregisterBrokerRecord, TopicRecord, PartitionRecord,
                 ConfigRecord, PartitionChangeRecord, FenceBrokerRecord, UnfenceBrokerRecord,
                 RemoveTopicRecord, FeatureLevelRecord, ProducerIdsRecord,
                 BrokerRegistrationChangeRecord, NoOpRecord, ClearElrRecord>;

// The value of a record with its frame, in the record's newest version or in `version`.
Slice encode_metadata_record(const MetadataRecord& record);
Slice encode_metadata_record(const MetadataRecord& record, std::int16_t version);
// Fails on an unknown frame version, type or version, on a cut body and on bytes left over.
Result<MetadataRecord> decode_metadata_record(const Slice& value);
// Kafka's name, as "PartitionChangeRecord".
std::string_view name(const MetadataRecord& record);

}  // namespace lab::protocol
