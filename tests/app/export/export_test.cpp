// Files for slides: format by extension, whole files, captions, and what is refused.
#include "app/export/export.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/app/support/moments.h"

using namespace lab;
using exports::Format;

TEST_CASE("the format follows the extension") {
  CHECK(exports::format_of("a/b.png").value() == Format::png);
  CHECK(exports::format_of("b.pdf").value() == Format::pdf);
  CHECK(exports::format_of("b.svg").value() == Format::svg);
  CHECK(exports::format_of("b.txt").value() == Format::text);
  CHECK_FALSE(exports::format_of("b.jpeg").ok());
  CHECK_FALSE(exports::format_of(".png").ok());
}

TEST_CASE("all four formats of a moment") {
  const test::Moment moment = test::failover();
  auto request = exports::default_request();
  request.source = "recording lecture-4, event 8 213";
  request.scale = 0.5;
  const auto png = exports::render(moment.model(), request, moment.now, Format::png);
  REQUIRE(png.ok());
  CHECK(png->substr(1, 3) == "PNG");
  const auto pdf = exports::render(moment.model(), request, moment.now, Format::pdf);
  REQUIRE(pdf.ok());
  CHECK(pdf->substr(0, 5) == "%PDF-");
  const auto svg = exports::render(moment.model(), request, moment.now, Format::svg);
  REQUIRE(svg.ok());
  CHECK(svg->find("recording lecture-4") != std::string::npos);
  const auto text = exports::render(moment.model(), request, moment.now, Format::text);
  REQUIRE(text.ok());
  CHECK(text->find("orders-1") != std::string::npos);
  CHECK(text->find("Brokerlab · cluster three-brokers · 3 brokers") != std::string::npos);
}

TEST_CASE("a file is written whole, and what cannot be written says so") {
  const test::Moment moment = test::healthy();
  auto request = exports::default_request();
  const auto directory = std::filesystem::temp_directory_path() / "brokerlab-export-test";
  std::filesystem::create_directories(directory);
  const std::string path = (directory / "picture.svg").string();
  CHECK(exports::write_picture(moment.model(), request, moment.now, path).ok());
  CHECK(std::filesystem::file_size(path) > 10000);
  CHECK_FALSE(std::filesystem::exists(path + ".tmp"));
  CHECK_FALSE(exports::write_picture(moment.model(), request, moment.now,
                                     (directory / "none" / "x.png").string())
                  .ok());
  request.scale = 100;
  CHECK_FALSE(
      exports::write_picture(moment.model(), request, moment.now, (directory / "huge.png").string())
          .ok());
  std::filesystem::remove_all(directory);
}

// For a person to look at: the pages into the directory LAB_PICTURES.
TEST_CASE("pages to look at") {
  const char* directory = std::getenv("LAB_PICTURES");
  if (directory == nullptr) return;
  const auto save = [&](const char* name, const test::Moment& moment, auto change) {
    auto request = exports::default_request();
    request.source = "recording lecture-4, event 8 213";
    request.scale = 1.25;
    change(request);
    CHECK(exports::write_picture(moment.model(), request, moment.now,
                                 std::string(directory) + "/" + name)
              .ok());
  };
  const auto same = [](exports::PictureRequest&) {};
  save("page.png", test::failover(), same);
  save("page.svg", test::failover(), same);
  save("page.pdf", test::failover(), same);
  save("page.txt", test::failover(), same);
  save("page-ko.png", test::healthy(), [](auto& r) { r.view.lang = scene::Lang::ko; });
  save("page-dark.png", test::catch_up(), [](auto& r) { r.view.theme = scene::Theme::dark; });
  save("page-200.png", test::failover(), [](auto& r) { r.view.text_percent = 200; });
}

TEST_CASE("PNG, SVG and PDF beside each other, and never over an older picture") {
  const test::Moment moment = test::failover();
  auto request = exports::default_request();
  request.scale = 0.5;
  const auto directory = std::filesystem::temp_directory_path() / "brokerlab-exports-test";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const auto first =
      exports::write_pictures(moment.model(), request, moment.now, directory.string());
  const auto second =
      exports::write_pictures(moment.model(), request, moment.now, directory.string());
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(*first == "brokerlab-001");
  CHECK(*second == "brokerlab-002");
  for (const char* ending : {".png", ".svg", ".pdf"}) {
    CHECK(std::filesystem::file_size(directory / (*second + ending)) > 1000);
  }
  CHECK_FALSE(
      exports::write_pictures(moment.model(), request, moment.now, (directory / "none").string())
          .ok());
  std::filesystem::remove_all(directory);
}
