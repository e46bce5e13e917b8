// Advances from the font files by FreeType, kept in pages of 256 code points once asked for.
#include "app/scene/measure.h"

#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <unistd.h>

#include <array>
#include <climits>

namespace lab::scene {
namespace {

struct FaceInfo {
  std::string_view file, family;
  int weight;
};
constexpr std::array<FaceInfo, face_count> faces{{
    {"Inter-Regular.otf", "Inter", 400},
    {"Inter-SemiBold.otf", "Inter", 600},
    {"Inter-Bold.otf", "Inter", 700},
    {"NanumGothic.ttf", "NanumGothic", 400},
    {"NanumGothicBold.ttf", "NanumGothic", 700},
    {"NanumGothicCoding.ttf", "NanumGothicCoding", 400},
}};

constexpr char32_t replacement = 0xFFFD;

// Which faces to ask for a glyph, best first.
std::array<Face, 3> chain(Type type) {
  switch (type) {
    case Type::regular:
      return {Face::inter_regular, Face::nanum_regular, Face::coding};
    case Type::semibold:
      return {Face::inter_semibold, Face::nanum_bold, Face::coding};
    case Type::bold:
      return {Face::inter_bold, Face::nanum_bold, Face::coding};
    case Type::mono:
      return {Face::coding, Face::nanum_regular, Face::inter_regular};
  }
  return {Face::inter_regular, Face::nanum_regular, Face::coding};
}

bool is_digit(char32_t code) { return code >= U'0' && code <= U'9'; }

// Continuation bytes that follow a lead byte, the lead's own bits, and the smallest code that needs
// that many; -1 where it leads nothing.
struct Lead {
  int more;
  char32_t bits, least;
};
Lead lead_of(unsigned char byte) {
  if (byte < 0x80U) return {0, byte, 0};
  if (byte >= 0xC2U && byte < 0xE0U) return {1, byte & 0x1FU, 0x80};
  if (byte >= 0xE0U && byte < 0xF0U) return {2, byte & 0x0FU, 0x800};
  if (byte >= 0xF0U && byte < 0xF5U) return {3, byte & 0x07U, 0x10000};
  return {-1, 0, 0};
}

}  // namespace

std::string_view file_of(Face face) { return faces[static_cast<std::size_t>(face)].file; }
std::string_view family_of(Face face) { return faces[static_cast<std::size_t>(face)].family; }
int weight_of(Face face) { return faces[static_cast<std::size_t>(face)].weight; }

std::string font_directory() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return "fonts";
  std::string program(path.data(), static_cast<std::size_t>(size));
  const std::size_t slash = program.rfind('/');
  return program.substr(0, slash == std::string::npos ? 0 : slash) + "/../share/brokerlab/fonts";
}

char32_t next_code(std::string_view utf8, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(utf8[at++]);
  const Lead lead = lead_of(byte);
  if (lead.more < 0) return replacement;
  char32_t code = lead.bits;
  std::size_t end = at;
  for (int i = 0; i < lead.more; ++i, ++end) {
    if (end >= utf8.size() || (static_cast<unsigned char>(utf8[end]) & 0xC0U) != 0x80U) {
      return replacement;
    }
    code = code << 6U | (static_cast<unsigned char>(utf8[end]) & 0x3FU);
  }
  if (code < lead.least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    return replacement;
  }
  at = end;
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ? U' ' : code;
}

struct Measurer::Fonts {
  struct Metric {
    float advance = -1;  // em; -1: not asked for yet
    float shift = 0;     // em: centres a digit in the advance of `0`
    Face face = Face::inter_regular;
    char32_t shown = 0;  // what is drawn for it: itself, or '?' where no face has it
  };
  using Page = std::array<Metric, 256>;

  std::string directory;
  FT_Library library = nullptr;
  std::array<FT_Face, face_count> face{};
  std::array<std::vector<std::unique_ptr<Page>>, 4> pages;

  ~Fonts() {
    for (FT_Face one : face) {
      if (one != nullptr) FT_Done_Face(one);
    }
    if (library != nullptr) FT_Done_FreeType(library);
  }

  float advance(Face of, FT_UInt glyph) const {
    FT_Face one = face[static_cast<std::size_t>(of)];
    if (FT_Load_Glyph(one, glyph, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING) != 0) return 0;
    return static_cast<float>(one->glyph->metrics.horiAdvance) /
           static_cast<float>(one->units_per_EM);
  }

  Metric look_up(char32_t code, Type type) const {
    for (const Face of : chain(type)) {
      FT_Face one = face[static_cast<std::size_t>(of)];
      const FT_UInt glyph = FT_Get_Char_Index(one, code);
      if (glyph == 0) continue;
      Metric metric{advance(of, glyph), 0, of, code};
      if (is_digit(code)) {
        const float zero = advance(of, FT_Get_Char_Index(one, U'0'));
        metric.shift = (zero - metric.advance) / 2;
        metric.advance = zero;
      }
      return metric;
    }
    return code == U'?' ? Metric{0.5F, 0, Face::inter_regular, U'?'} : look_up(U'?', type);
  }

  const Metric& metric(char32_t code, Type type) {
    auto& rows = pages[static_cast<std::size_t>(type)];
    const std::size_t page = code >> 8U;
    if (page >= rows.size()) rows.resize(page + 1);
    if (!rows[page]) rows[page] = std::make_unique<Page>();
    Metric& found = (*rows[page])[code & 0xFFU];
    if (found.advance < 0) found = look_up(code, type);
    return found;
  }
};

Measurer::Measurer(std::unique_ptr<Fonts> fonts) : fonts_(std::move(fonts)) {}
Measurer::Measurer(Measurer&&) noexcept = default;
Measurer& Measurer::operator=(Measurer&&) noexcept = default;
Measurer::~Measurer() = default;

Result<Measurer> Measurer::open(const std::string& directory) {
  auto fonts = std::make_unique<Fonts>();
  fonts->directory = directory;
  if (FT_Init_FreeType(&fonts->library) != 0) return Error{"FreeType does not start"};
  for (std::size_t i = 0; i < face_count; ++i) {
    const std::string path = fmt::format("{}/{}", directory, faces[i].file);
    if (FT_New_Face(fonts->library, path.c_str(), 0, &fonts->face[i]) != 0) {
      return Error{
          fmt::format("the font {} cannot be read; it is copied there by the build", path)};
    }
  }
  return Measurer(std::move(fonts));
}

float Measurer::width(std::string_view utf8, float em, Type type) const {
  float sum = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    sum += fonts_->metric(next_code(utf8, at), type).advance;
  }
  return sum * em;
}

float Measurer::place(std::string_view utf8, float em, Type type, std::vector<Glyph>& out) const {
  float x = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto& metric = fonts_->metric(next_code(utf8, at), type);
    out.push_back({metric.shown, metric.face, x + metric.shift * em, metric.advance * em});
    x += metric.advance * em;
  }
  return x;
}

std::vector<std::string_view> Measurer::wrap(std::string_view utf8, float em, Type type,
                                             float limit) const {
  std::vector<std::string_view> lines;
  std::size_t begin = 0, end = 0;  // the line so far
  for (std::size_t at = 0; at <= utf8.size();) {
    std::size_t stop = utf8.find(' ', at);
    if (stop == std::string_view::npos) stop = utf8.size();
    if (end > begin && width(utf8.substr(begin, stop - begin), em, type) > limit) {
      lines.push_back(utf8.substr(begin, end - begin));
      begin = at;
    }
    end = stop;
    at = stop + 1;
  }
  if (end > begin) lines.push_back(utf8.substr(begin, end - begin));
  return lines;
}

const std::string& Measurer::directory() const { return fonts_->directory; }

}  // namespace lab::scene
