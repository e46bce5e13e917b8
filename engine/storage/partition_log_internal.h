// What the files that implement PartitionLog share. Nobody else includes it.
#pragma once

#include "engine/protocol/batch_header.h"
#include "engine/storage/partition_log.h"

namespace lab::storage {

struct PartitionLog::Parsed {
  protocol::BatchHeader header;  // as it will be in the log
  Slice bytes;                   // as it came
  bool is_produced() const { return header.has_producer_id() && header.base_sequence >= 0; }
};

// The part of a header that ProducerState looks at.
inline ProducedBatch produced_batch(const protocol::BatchHeader& header) {
  return {header.producer_id, header.producer_epoch, header.base_sequence, header.last_sequence(),
          header.base_offset, header.last_offset(),  header.max_timestamp};
}

inline AppendResult refuse(AppendResult::Status status, std::string message) {
  AppendResult result;
  result.status = status;
  result.message = std::move(message);
  return result;
}

}  // namespace lab::storage
