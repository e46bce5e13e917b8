// Reads a server.properties from the file system. Used by brokerd, kafka-storage and the lab.
#pragma once

#include <string>

#include "engine/broker/config.h"

namespace lab::host {

// The file's text; an error where it cannot be read, is no file, or is larger than 1 MiB.
Result<std::string> read_properties_file(const std::string& path);
Result<broker::LoadedConfig> load_properties_file(const std::string& path);

}  // namespace lab::host
