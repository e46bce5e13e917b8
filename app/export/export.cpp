// See export.h. A page is composed of scenes: title, canvas, legend, footer.
#include "app/export/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

#include "app/i18n/format.h"
#include "app/model/narration.h"
#include "app/paint/cairo_painter.h"
#include "app/paint/svg_painter.h"
#include "app/scene/bars.h"
#include "app/scene/cluster_scene.h"
#include "app/scene/pen.h"
#include "app/scene/text_picture.h"

namespace lab::exports {
namespace {

using scene::Measurer;
using scene::Pen;
using scene::Scene;
using scene::Token;
using scene::Type;

struct Words {
  std::string title, subtitle, footer;
};

std::string footer(const model::ClusterModel& model, const PictureRequest& request, Instant now) {
  const scene::Lang lang = request.view.lang;
  std::string text = "Brokerlab";
  if (!model.cluster_id().empty()) {
    text += " · " + scene::say(scene::Word::caption_cluster, lang, model.cluster_id());
  }
  text += " · " + scene::say(scene::Word::caption_brokers, lang,
                             i18n::number(static_cast<std::int64_t>(model.brokers().size())));
  if (const auto wall = model.wall_us(now)) {
    text += " · " + i18n::clock(*wall, request.view.clock_offset_s, 3);
  }
  const model::Failover* failover = model.failover();
  if (failover != nullptr && now >= failover->lost && now - failover->lost < seconds(60)) {
    text += " · " + scene::say(scene::Word::after_loss, lang,
                               i18n::duration_fine(now - failover->lost, lang));
  }
  return text;
}

Words words_of(const model::ClusterModel& model, const PictureRequest& request, Instant now) {
  Words words{request.title, request.subtitle, footer(model, request, now)};
  if (words.title.empty()) {
    const model::Sentence sentence = model::narrate_latest(model, now, request.view.lang);
    words.title = sentence.lead;
    if (words.subtitle.empty()) words.subtitle = sentence.rest;
  }
  return words;
}

// The largest of the type sizes in which the title stands on one line, else two lines of the least.
float draw_title(Pen& pen, const Words& words, float x, float y, float width) {
  float em = pen.u(17);
  for (const float size : {30.0F, 22.0F}) {
    if (pen.width(words.title, pen.u(size), Type::bold) <= width) {
      em = pen.u(size);
      break;
    }
  }
  for (const auto line : pen.measurer().wrap(words.title, em, Type::bold, width)) {
    y += em * 1.2F;
    pen.text({x, y}, line, em, Type::bold, Token::ink);
  }
  const float small = pen.u(14);
  y += words.subtitle.empty() ? 0 : pen.u(6);
  for (const auto line : pen.measurer().wrap(words.subtitle, small, Type::regular, width)) {
    y += small * 1.5F;
    pen.text({x, y}, line, small, Type::regular, Token::muted);
  }
  return y;
}

void draw_footer(Pen& pen, const Words& words, const PictureRequest& request, float x, float y,
                 float width) {
  const float em = pen.u(12);
  const float used = pen.width(words.footer, em, Type::regular);
  if (used <= width) {
    pen.text({x, y}, words.footer, em, Type::regular, Token::muted);
  } else {
    const auto lines = pen.measurer().wrap(words.footer, em, Type::regular, width);
    if (!lines.empty())
      pen.text_if({x, y}, lines.front(), em, Type::regular, Token::muted, scene::Align::left,
                  width);
  }
  pen.text_if({x + width, y}, request.source, em, Type::regular, Token::muted, scene::Align::right,
              width - std::min(used, width) - pen.u(16));
}

paint::Document document_of(const Words& words, const PictureRequest& request) {
  std::string subject = words.footer;
  if (!request.source.empty()) subject += " · " + request.source;
  return {words.title, subject};
}

std::string text_of(const model::ClusterModel& model, const PictureRequest& request, Instant now) {
  const Words words = words_of(model, request, now);
  std::string out;
  if (request.caption) {
    out += words.title + "\n";
    if (!words.subtitle.empty()) out += words.subtitle + "\n";
    out += "\n";
  }
  out += scene::text_picture(model, request.view, now, 120);
  if (request.caption) {
    out += "\n" + words.footer + (request.source.empty() ? "" : " · " + request.source) + "\n";
  }
  return out;
}

}  // namespace

PictureRequest default_request() {
  PictureRequest request;
  request.view.width = 1280;
  request.view.height = 800;
  return request;
}

Result<Format> format_of(const std::string& path) {
  const auto ends = [&](std::string_view with) {
    return path.size() > with.size() &&
           std::string_view(path).substr(path.size() - with.size()) == with;
  };
  if (ends(".png")) return Format::png;
  if (ends(".pdf")) return Format::pdf;
  if (ends(".svg")) return Format::svg;
  if (ends(".txt")) return Format::text;
  return Error{fmt::format("{}: a picture's name ends with .png, .pdf, .svg or .txt", path)};
}

void export_scene(const model::ClusterModel& model, const PictureRequest& request, Instant now,
                  const Measurer& measurer, Scene& out) {
  out.clear();
  const scene::CanvasView& view = request.view;
  out.view = {0, 0, view.width, view.height};
  out.ground = Token::panel;
  const float unit = static_cast<float>(std::clamp(view.text_percent, 80, 300)) / 100;
  Pen pen(out, measurer, unit, scene::stroke_factor(view.theme));
  const Words words = words_of(model, request, now);
  const float margin = std::min(pen.u(32), view.width * 0.03F), width = view.width - 2 * margin;
  float top = 0, bottom = view.height;
  if (request.caption) {
    const std::size_t element = pen.open({scene::Kind::caption}, out.view);
    top = draw_title(pen, words, margin, margin * 0.6F, width) + pen.u(8);
    draw_footer(pen, words, request, margin, view.height - margin * 0.7F, width);
    bottom = view.height - margin * 0.7F - pen.u(20);
    pen.close(element);
  }
  if (request.legend) {
    Scene part;
    const scene::BarView bar{width, 0, view.lang, view.text_percent, view.theme, true};
    const float height = scene::legend(bar, measurer, &part);
    // A legend that would take a third of the page is left out: the words at the marks suffice.
    if (height < view.height * 0.3F) {
      bottom -= height;
      out.append(part, {margin, bottom});
      pen.line({margin, bottom - pen.u(6)}, {view.width - margin, bottom - pen.u(6)}, Token::line,
               pen.hair());
      bottom -= pen.u(12);
    }
  }
  scene::CanvasView canvas = view;
  canvas.height = std::max(bottom - top, 1.0F);
  canvas.show_metadata = view.show_metadata && !request.legend;
  canvas.show_quorum = view.show_quorum && !request.legend;
  canvas.offer_actions = false;
  canvas.ground = Token::panel;
  Scene part;
  scene::cluster_scene(model, canvas, now, measurer, part);
  out.append(part, {0, top});
}

Result<std::string> render(const model::ClusterModel& model, const PictureRequest& request,
                           Instant now, Format format) {
  if (format == Format::text) return text_of(model, request, now);
  auto measurer = Measurer::open();
  if (!measurer) return measurer.error();
  Scene page;
  export_scene(model, request, now, *measurer, page);
  const paint::Document document = document_of(words_of(model, request, now), request);
  if (format == Format::svg) return paint::svg(page, request.view.theme, document);
  auto fonts = paint::CairoFonts::open();
  if (!fonts) return fonts.error();
  if (format == Format::pdf) return paint::pdf(page, request.view.theme, document, *fonts);
  return paint::png(page, request.view.theme, request.scale, *fonts);
}

Result<void> write_picture(const model::ClusterModel& model, const PictureRequest& request,
                           Instant now, const std::string& path) {
  const auto format = format_of(path);
  if (!format) return format.error();
  const auto bytes = render(model, request, now, *format);
  if (!bytes) return bytes.error().in(path);
  const std::string draft = path + ".tmp";
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  file.close();
  if (!file || std::rename(draft.c_str(), path.c_str()) != 0) {
    std::remove(draft.c_str());
    return Error{fmt::format("{} cannot be written", path)};
  }
  return {};
}

Result<std::string> write_pictures(const model::ClusterModel& model, const PictureRequest& request,
                                   Instant now, const std::string& directory) {
  constexpr std::array<const char*, 3> endings{".png", ".svg", ".pdf"};
  for (int number = 1; number < 10'000; ++number) {
    const std::string name = fmt::format("brokerlab-{:03}", number);
    const std::string path = directory + "/" + name;
    const bool taken = std::any_of(endings.begin(), endings.end(), [&](const char* ending) {
      return std::ifstream(path + ending).good();
    });
    if (taken) continue;
    for (const char* ending : endings) {
      const auto written = write_picture(model, request, now, path + ending);
      if (!written) return written.error();
    }
    return name;
  }
  return Error{fmt::format("{} has 9,999 pictures; move some away", directory)};
}

}  // namespace lab::exports
