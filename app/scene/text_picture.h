// The canvas as plain text, for terminals (`status`), for people who cannot see the picture and for
// golden tests: a broker is a column, a partition is a row, as on the canvas. Pure.
#pragma once

#include <string>

#include "app/model/cluster_model.h"
#include "app/scene/canvas_view.h"

namespace lab::scene {

// Lines end with '\n'. Where the columns do not fit into `columns`, brokers come one after the
// other. Marks before a role: # leader, = in sync, ~ not in sync, x offline, ? not known.
std::string text_picture(const model::ClusterModel& model, const CanvasView& view, Instant now,
                         std::size_t columns = 100);

}  // namespace lab::scene
