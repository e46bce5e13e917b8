// The values in one batch of the metadata log or of a snapshot. Used by Quorum and snapshot_file.
#pragma once

#include <vector>

#include "engine/protocol/batch.h"

namespace lab::raft {

// The values of a data batch, sharing its bytes where it is not compressed; a null value counts as
// empty. The checksum is not looked at.
Result<std::vector<Slice>> record_values(const protocol::BatchHeader& header, const Slice& batch);
// The records of a control batch; those of a type that is not the quorum's are left out.
Result<std::vector<protocol::ControlRecord>> control_records(const Slice& batch);

}  // namespace lab::raft
