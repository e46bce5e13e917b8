// A picture for slides and papers: the canvas without chrome, with a caption (what just happened,
// cluster, moment) and a legend, as PNG, PDF, SVG or plain text by the file's extension. Called by
// the window's Export, by `snapshot` and `demo`.
#pragma once

#include <string>

#include "app/model/cluster_model.h"
#include "app/scene/canvas_view.h"
#include "app/scene/display_list.h"
#include "engine/base/result.h"

namespace lab::exports {

enum class Format : std::uint8_t { png, pdf, svg, text };

struct PictureRequest {
  // Language, theme, text size, zoom and what is selected. Its size is the page's.
  scene::CanvasView view;
  double scale = 1;             // PNG: pixels a unit
  std::string title, subtitle;  // empty: the newest sentence of the narration
  std::string source;           // "recording lecture-4, event 8 213"; may be empty
  bool caption = true, legend = true;
};
// A page of 1280 × 800 units.
PictureRequest default_request();

// By ".png", ".pdf", ".svg", ".txt"; the error names the four.
Result<Format> format_of(const std::string& path);

// The page as a scene.
void export_scene(const model::ClusterModel& model, const PictureRequest& request, Instant now,
                  const scene::Measurer& measurer, scene::Scene& out);
// The file's bytes.
Result<std::string> render(const model::ClusterModel& model, const PictureRequest& request,
                           Instant now, Format format);
// Renders and writes it whole: PATH is never left half written.
Result<void> write_picture(const model::ClusterModel& model, const PictureRequest& request,
                           Instant now, const std::string& path);

// The same picture as .png, .svg and .pdf beside each other, under the first free name of the form
// brokerlab-001: no picture is written over. Gives that name without an ending.
Result<std::string> write_pictures(const model::ClusterModel& model, const PictureRequest& request,
                                   Instant now, const std::string& directory);

}  // namespace lab::exports
