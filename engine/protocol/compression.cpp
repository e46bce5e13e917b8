// See compression.h. Snappy, which has no stream of its own, is in snappy_blocks.cpp.
#include "engine/protocol/compression.h"

#include <fmt/format.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "engine/protocol/snappy_blocks.h"

namespace lab::protocol {
namespace {

constexpr std::string_view words[] = {"none", "gzip", "snappy", "lz4", "zstd"};

class Plain : public Decompressor {
 public:
  explicit Plain(ByteView bytes) : left_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    const std::size_t count = std::min(out.size(), left_.size());
    std::copy_n(left_.begin(), count, out.begin());
    left_ = left_.subspan(count);
    return count;
  }

 private:
  ByteView left_;
};

class Gzip : public Decompressor {
 public:
  explicit Gzip(ByteView bytes) {
    constexpr int gzip_window = 15 + 16;  // zlib's way to ask for the gzip wrapping
    LAB_CHECK(inflateInit2(&stream_, gzip_window) == Z_OK);
    stream_.next_in = const_cast<Bytef*>(bytes.data());  // zlib only reads it
    stream_.avail_in = static_cast<uInt>(bytes.size());
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out == out.size() && !ended_) {
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        ended_ = stream_.avail_in == 0;
        if (!ended_) LAB_CHECK(inflateReset(&stream_) == Z_OK);  // one more member follows
      } else if (code != Z_OK) {
        return Error{fmt::format("gzip: {}", stream_.msg != nullptr ? stream_.msg : "cut")};
      }
    }
    return out.size() - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

class Lz4 : public Decompressor {
 public:
  explicit Lz4(ByteView bytes) : left_(bytes) {
    LAB_CHECK(!LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)));
  }
  ~Lz4() override { LZ4F_freeDecompressionContext(context_); }
  Lz4(const Lz4&) = delete;
  Lz4& operator=(const Lz4&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    while (!ended_) {
      std::size_t taken = left_.size();
      std::size_t made = out.size();
      const std::size_t hint =
          LZ4F_decompress(context_, out.data(), &made, left_.data(), &taken, nullptr);
      if (LZ4F_isError(hint)) return Error{fmt::format("lz4: {}", LZ4F_getErrorName(hint))};
      left_ = left_.subspan(taken);
      ended_ = hint == 0;
      if (made > 0) return made;
      if (!ended_ && taken == 0) return Error{"lz4: cut"};
    }
    return std::size_t{0};
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  ByteView left_;
  bool ended_ = false;
};

class Zstd : public Decompressor {
 public:
  explicit Zstd(ByteView bytes)
      : in_{bytes.data(), bytes.size(), 0}, stream_(ZSTD_createDStream()) {
    LAB_CHECK(stream_ != nullptr);
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (to.pos == 0) {
      if (frame_ended_ && in_.pos == in_.size) return std::size_t{0};
      const std::size_t before = in_.pos;
      const std::size_t hint = ZSTD_decompressStream(stream_, &to, &in_);
      if (ZSTD_isError(hint)) return Error{fmt::format("zstd: {}", ZSTD_getErrorName(hint))};
      frame_ended_ = hint == 0;
      if (!frame_ended_ && to.pos == 0 && in_.pos == before) return Error{"zstd: cut"};
    }
    return to.pos;
  }

 private:
  ZSTD_inBuffer in_;
  ZSTD_DStream* stream_;
  bool frame_ended_ = true;
};

ByteBuffer compress_gzip(ByteView bytes) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  LAB_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  ByteBuffer out(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib only reads it
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  deflateEnd(&stream);
  LAB_CHECK(code == Z_STREAM_END);
  out.resize(stream.total_out);
  return out;
}

ByteBuffer compress_lz4(ByteView bytes) {
  LZ4F_preferences_t how{};  // 64 KiB blocks, no checksum: what Kafka's Java client can read
  how.frameInfo.blockMode = LZ4F_blockIndependent;
  how.frameInfo.blockSizeID = LZ4F_max64KB;
  ByteBuffer out(LZ4F_compressFrameBound(bytes.size(), &how));
  const std::size_t size =
      LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &how);
  LAB_CHECK(!LZ4F_isError(size));
  out.resize(size);
  return out;
}

ByteBuffer compress_zstd(ByteView bytes) {
  ByteBuffer out(ZSTD_compressBound(bytes.size()));
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), ZSTD_CLEVEL_DEFAULT);
  LAB_CHECK(!ZSTD_isError(size));
  out.resize(size);
  return out;
}

}  // namespace

std::string_view name(Compression codec) {
  const auto index = static_cast<std::size_t>(codec);
  return index < std::size(words) ? words[index] : std::string_view{};
}

std::optional<Compression> parse_compression(std::string_view word) {
  const auto at = std::find(std::begin(words), std::end(words), word);
  if (at == std::end(words)) return std::nullopt;
  return static_cast<Compression>(at - std::begin(words));
}

Result<std::unique_ptr<Decompressor>> make_decompressor(Compression codec, ByteView bytes) {
  std::unique_ptr<Decompressor> out;
  switch (codec) {
    case Compression::none:
      out = std::make_unique<Plain>(bytes);
      break;
    case Compression::gzip:
      out = std::make_unique<Gzip>(bytes);
      break;
    case Compression::snappy:
      out = std::make_unique<SnappyBlocks>(bytes);
      break;
    case Compression::lz4:
      out = std::make_unique<Lz4>(bytes);
      break;
    case Compression::zstd:
      out = std::make_unique<Zstd>(bytes);
      break;
  }
  if (!out) return Error{fmt::format("compression {} is not known", static_cast<int>(codec))};
  return out;
}

Result<ByteBuffer> decompress(Compression codec, ByteView bytes, std::size_t limit) {
  auto source = make_decompressor(codec, bytes);
  if (!source) return source.error();
  ByteBuffer out;
  std::uint8_t piece[16 * 1024];
  for (;;) {
    const auto got = (*source)->read(piece);
    if (!got) return got.error();
    if (*got == 0) return out;
    if (*got > limit - out.size()) {
      return Error{fmt::format("{}: more than {} bytes when decompressed", name(codec), limit)};
    }
    out.insert(out.end(), piece, piece + *got);
  }
}

ByteBuffer compress(Compression codec, ByteView bytes) {
  switch (codec) {
    case Compression::gzip:
      return compress_gzip(bytes);
    case Compression::snappy:
      return compress_snappy(bytes);
    case Compression::lz4:
      return compress_lz4(bytes);
    case Compression::zstd:
      return compress_zstd(bytes);
    case Compression::none:
      break;
  }
  LAB_CHECK(codec == Compression::none);
  return {bytes.begin(), bytes.end()};
}

}  // namespace lab::protocol
