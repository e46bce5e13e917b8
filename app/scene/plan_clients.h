// Places of the clients along the upper edge: producers and others from the left, groups from the
// right, so that nobody moves when another one comes. Part of make_plan.
#pragma once

#include "app/scene/plan.h"

namespace lab::scene {

// A client that is here, or left so lately that its place is kept.
bool is_shown(const model::Client& client, Instant now);
bool has_clients(const model::ClusterModel& model, Instant now);
void place_clients(Plan& plan, const model::ClusterModel& model, const CanvasView& view,
                   Instant now, const Measurer& measurer);

}  // namespace lab::scene
