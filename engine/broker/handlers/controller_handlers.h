// What a controller listener serves: the quorum's own requests, brokers' registrations and
// heartbeats, ISR changes, and what brokers pass on from clients. Each handler is named by its
// request; those for the active controller answer NOT_CONTROLLER elsewhere.
#pragma once

#include "engine/broker/controller_side.h"

namespace lab::broker {

std::span<const Served<ControllerSide>> controller_handlers();

}  // namespace lab::broker
