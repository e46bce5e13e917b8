// The canvas: a pure function of the cluster, the view and the moment. The window calls it a frame,
// export and snapshot once; the same arguments give the same picture everywhere.
#pragma once

#include "app/model/cluster_model.h"
#include "app/scene/canvas_view.h"
#include "app/scene/display_list.h"

namespace lab::scene {

// Fills `out` (cleared first; its memory is reused). `now` is model time: the moment that is shown.
void cluster_scene(const model::ClusterModel& model, const CanvasView& view, Instant now,
                   const Measurer& measurer, Scene& out);

// How far the picture can be scrolled at this zoom: 0 to (width, height) × (zoom − 1).
Point scroll_limit(const CanvasView& view);

}  // namespace lab::scene
