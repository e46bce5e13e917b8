#include "app/platform/font_atlas.h"

#include <imgui.h>
#include <imgui_freetype.h>

#include <vector>

namespace lab::platform {

void FontAtlas::want(const scene::Scene& scene, float scale) {
  for (const auto& primitive : scene.primitives) {
    if (primitive.shape != scene::Shape::text) continue;
    const int em = paint::font_size_of(primitive.width * scale);
    if (em <= 0) continue;
    for (std::uint32_t i = primitive.first; i < primitive.first + primitive.count; ++i) {
      const auto& glyph = scene.glyphs[i];
      const Size size{glyph.face, em};
      recent_.insert(size);
      if (wanted_[size].insert(glyph.code).second) missing_ = true;
    }
  }
}

void FontAtlas::forget_unused() {
  std::erase_if(wanted_, [this](const auto& entry) { return !recent_.contains(entry.first); });
}

bool FontAtlas::build() {
  if (!missing_) return false;
  missing_ = false;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  for (int attempt = 0; attempt < 2; ++attempt) {
    atlas.Clear();
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    atlas.TexDesiredWidth = 2048;
    fonts_.clear();
    // The ranges must live until Build.
    std::vector<std::vector<ImWchar>> ranges;
    ranges.reserve(wanted_.size());
    for (const auto& [size, codes] : wanted_) {
      auto& range = ranges.emplace_back();
      for (const char32_t code : codes) {
        if (code == 0 || code > 0xffff) continue;
        range.push_back(static_cast<ImWchar>(code));
        range.push_back(static_cast<ImWchar>(code));
      }
      range.push_back(0);
      if (range.size() == 1) continue;
      const std::string path = directory_ + "/" + std::string(scene::file_of(size.first));
      const auto em = static_cast<float>(size.second);
      ImFontConfig config;
      config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
      ImFont* font = atlas.AddFontFromFileTTF(path.c_str(), paint::line_of_em(size.first, em),
                                              &config, range.data());
      fonts_.add({size.first, em, font});
    }
    if (atlas.Fonts.empty()) atlas.AddFontDefault();
    atlas.Build();
    width_ = atlas.TexWidth;
    height_ = atlas.TexHeight;
    if (height_ <= limit) break;
    forget_unused();
  }
  recent_.clear();
  return true;
}

}  // namespace lab::platform
