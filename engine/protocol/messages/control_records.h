// The values of control records in the logs of the quorum (KIP-595, KIP-630, KIP-853): who leads
// since here, where a snapshot begins and ends, which quorum protocol and voters it has. Written
// and read by the raft room. Each body begins with its own version, and control_records.cpp reads
// it by that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/base/uuid.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct LeaderChangeMessage {
  static constexpr std::string_view message_name = "LeaderChangeMessage";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  struct Voter {
    std::int32_t voter_id = 0;
    Uuid voter_directory_id;

    bool operator==(const Voter&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Voter::voter_id, "VoterId"));
      visit(field(&Voter::voter_directory_id, "VoterDirectoryId").since(1));
    }
  };

  std::int16_t version = 0;
  std::int32_t leader_id = 0;
  std::vector<Voter> voters;
  std::vector<Voter> granting_voters;

  bool operator==(const LeaderChangeMessage&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&LeaderChangeMessage::version, "Version"));
    visit(field(&LeaderChangeMessage::leader_id, "LeaderId"));
    visit(field(&LeaderChangeMessage::voters, "Voters"));
    visit(field(&LeaderChangeMessage::granting_voters, "GrantingVoters"));
  }
};

struct SnapshotHeaderRecord {
  static constexpr std::string_view message_name = "SnapshotHeaderRecord";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int16_t version = 0;
  std::int64_t last_contained_log_timestamp = 0;

  bool operator==(const SnapshotHeaderRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&SnapshotHeaderRecord::version, "Version"));
    visit(field(&SnapshotHeaderRecord::last_contained_log_timestamp, "LastContainedLogTimestamp"));
  }
};

struct SnapshotFooterRecord {
  static constexpr std::string_view message_name = "SnapshotFooterRecord";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int16_t version = 0;

  bool operator==(const SnapshotFooterRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&SnapshotFooterRecord::version, "Version"));
  }
};

struct KRaftVersionRecord {
  static constexpr std::string_view message_name = "KRaftVersionRecord";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int16_t version = 0;
  std::int16_t kraft_version = 0;

  bool operator==(const KRaftVersionRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&KRaftVersionRecord::version, "Version"));
    visit(field(&KRaftVersionRecord::kraft_version, "KRaftVersion"));
  }
};

struct VotersRecord {
  static constexpr std::string_view message_name = "VotersRecord";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  struct Endpoint {
    std::string name;
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Endpoint::name, "Name"));
      visit(field(&Endpoint::host, "Host"));
      visit(field(&Endpoint::port, "Port"));
    }
  };

  struct KRaftVersionFeature {
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;

    bool operator==(const KRaftVersionFeature&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&KRaftVersionFeature::min_supported_version, "MinSupportedVersion"));
      visit(field(&KRaftVersionFeature::max_supported_version, "MaxSupportedVersion"));
    }
  };

  struct Voter {
    std::int32_t voter_id = 0;
    Uuid voter_directory_id;
    std::vector<Endpoint> endpoints;
    KRaftVersionFeature kraft_version_feature;

    bool operator==(const Voter&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Voter::voter_id, "VoterId"));
      visit(field(&Voter::voter_directory_id, "VoterDirectoryId"));
      visit(field(&Voter::endpoints, "Endpoints"));
      visit(field(&Voter::kraft_version_feature, "KRaftVersionFeature"));
    }
  };

  std::int16_t version = 0;
  std::vector<Voter> voters;

  bool operator==(const VotersRecord&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&VotersRecord::version, "Version"));
    visit(field(&VotersRecord::voters, "Voters"));
  }
};

// What the key of a control record says it is. Key: int16 version 0, int16 type.
enum class ControlType : std::int16_t {
  abort = 0,
  commit = 1,
  leader_change = 2,
  snapshot_header = 3,
  snapshot_footer = 4,
  kraft_version = 5,
  kraft_voters = 6,
};

using ControlRecord = std::variant<LeaderChangeMessage, SnapshotHeaderRecord, SnapshotFooterRecord,
                                   KRaftVersionRecord, VotersRecord>;

// The type that a control record's value has, and the key for it.
ControlType control_type(const ControlRecord& record);
Slice encode_control_key(ControlType type);
// In the version that the record's own `version` member says; it must be a known one.
Slice encode_control_value(const ControlRecord& record);
Result<ControlType> decode_control_key(const Slice& key);
// Fails on a type that is not in the variant (transaction markers), an unknown version or a cut
// body.
Result<ControlRecord> decode_control_value(ControlType type, const Slice& value);

}  // namespace lab::protocol
