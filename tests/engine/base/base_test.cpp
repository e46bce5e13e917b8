// The small things under everything: checksums, ids, random numbers, slices, varints.
#include <doctest/doctest.h>

#include "engine/base/crc32c.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/base/varint.h"

using namespace lab;

TEST_CASE("crc32c gives the check value of RFC 3720 and can go on where it ended") {
  CHECK(crc32c(bytes_of("123456789")) == 0xe3069283U);
  CHECK(crc32c(bytes_of("")) == 0U);
  const std::string text = "The leader appends; followers copy what the leader has.";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const auto head = crc32c(bytes_of(std::string_view(text).substr(0, cut)));
    CHECK(crc32c(bytes_of(std::string_view(text).substr(cut)), head) == crc32c(bytes_of(text)));
  }
}

TEST_CASE("a uuid is written as Kafka writes it and read back") {
  Rng rng(7);
  for (int i = 0; i < 200; ++i) {
    const Uuid id = Uuid::random(rng);
    CHECK(id.text().size() == 22);
    CHECK(id.text()[0] != '-');
    CHECK(Uuid::parse(id.text()) == id);
  }
  CHECK(Uuid{}.text() == "AAAAAAAAAAAAAAAAAAAAAA");
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA").has_value());
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA!").has_value());
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAB").has_value());
}

TEST_CASE("varints come back as they went, and a cut or endless one is refused") {
  for (const std::int64_t x :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{300},
        std::int64_t{INT64_MIN}, std::int64_t{INT64_MAX}}) {
    ByteBuffer out;
    put_varint(out, x);
    CHECK(out.size() == varint_size(x));
    std::size_t at = 0;
    std::int64_t back = 0;
    REQUIRE(get_varint(out, at, back));
    CHECK(back == x);
    CHECK(at == out.size());
    at = 0;
    CHECK_FALSE(get_varint(ByteView(out).first(out.size() - 1), at, back));
    CHECK(at == 0);
  }
  const ByteBuffer endless(11, 0xff);
  std::size_t at = 0;
  std::uint64_t value = 0;
  CHECK_FALSE(get_uvarint(endless, at, value));
  CHECK_FALSE(get_uvarint(ByteBuffer{0xff, 0xff, 0xff, 0xff, 0x7f}, at, value, 5));
}

TEST_CASE("a slice shares its bytes and knows what it pins") {
  const Slice all = Slice::copy("leader-epoch");
  const Slice part = all.sub(7);
  CHECK(part.text() == "epoch");
  CHECK(part.data() == all.data() + 7);
  CHECK(part.pinned() == 12);
  CHECK(join({all.sub(0, 6), part}).text() == "leaderepoch");
  CHECK_THROWS_AS((void)all.sub(13), CheckFailed);
}

TEST_CASE("the same seed gives the same numbers, within their bounds") {
  Rng a(42), b(42);
  for (int i = 0; i < 1000; ++i) {
    const auto x = a.between(-3, 3);
    CHECK(x == b.between(-3, 3));
    CHECK(x >= -3);
    CHECK(x <= 3);
  }
  CHECK(Rng(1).next() != Rng(2).next());
}

TEST_CASE("a result is a value or an error with its context") {
  const Result<int> good = 3;
  CHECK(good.ok());
  CHECK(*good == 3);
  const Result<int> bad = Error{"no such file"}.in("reading meta.properties");
  CHECK_FALSE(bad.ok());
  CHECK(bad.error().message == "reading meta.properties: no such file");
  CHECK_THROWS_AS((void)bad.value(), CheckFailed);
}
