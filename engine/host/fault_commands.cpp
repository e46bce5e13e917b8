#include "engine/host/fault_commands.h"

#include <charconv>

namespace lab::host {

Result<> FaultCommands::carry_out(Runner& runner, const trace::FaultChanged& fault) {
  const bool writes = fault.fault == "hold-writes";
  if (!writes && fault.fault != "hold-reads") {
    return Error{"unknown fault '" + fault.fault + "'; there are hold-writes and hold-reads"};
  }
  const auto colon = fault.target.rfind(':');
  const char* end = fault.target.data() + fault.target.size();
  Address peer;
  const auto parsed = colon == std::string::npos
                          ? std::from_chars_result{nullptr, std::errc::invalid_argument}
                          : std::from_chars(fault.target.data() + colon + 1, end, peer.port);
  if (parsed.ec != std::errc{} || parsed.ptr != end || colon == 0) {
    return Error{"'" + fault.target + "' is no host:port"};
  }
  peer.host = fault.target.substr(0, colon);
  LinkHold& hold = holds_[peer];
  (writes ? hold.writes : hold.reads) = fault.active;
  runner.hold(peer, hold);
  if (!hold.any()) holds_.erase(peer);
  return {};
}

}  // namespace lab::host
