// Recordings on a real disk, by the names that the rooms of the lab use.
#pragma once

#include "engine/trace/recording_file.h"

namespace lab::model {

using trace::FileHandle;
using trace::FileSink;
using trace::FileSource;

}  // namespace lab::model
