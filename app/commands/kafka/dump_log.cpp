#include "app/commands/kafka/dump_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/commands/kafka/log_file.h"
#include "app/commands/kafka/message_json.h"

namespace lab::commands::kafka {
namespace {

class DumpLogSession final : public Session {
 public:
  DumpLogSession(const DumpLogCommand& command, client::ClientMachine& machine, Sink sink)
      : Session(machine, std::move(sink)),
        command_(command),
        next_step_(machine.context(), [this] { step(); }) {}

  void start() override { step_later(); }

 private:
  void step_later() { next_step_.arm(context().monotonic() + Duration(1)); }

  void step() {
    if (finished()) return;
    if (!dump_) {
      if (next_ == command_.files.size()) return end();
      if (auto opened = open(command_.files[next_++]); !opened) return fail(opened.error().message);
      return step_later();
    }
    const auto more = dump_->step();
    if (!more) return fail(more.error().message);
    if (!*more) {
      findings_ += dump_->findings();
      dump_.reset();
    }
    step_later();
  }

  // One that is dumped in pieces becomes dump_; others are printed at once.
  Result<> open(const std::string& file) {
    out(fmt::format("Dumping {}\n", file));
    const FileDump::Output output{[this](std::string_view text) { out(text); },
                                  [this](std::string_view text) { err(text); }};
    const std::string name = name_of(file);
    const std::size_t dot = name.rfind('.');
    const std::string suffix = dot == std::string::npos ? "" : name.substr(dot);
    const auto in_pieces = [this](Result<std::unique_ptr<FileDump>> dump) -> Result<> {
      if (!dump) return dump.error();
      dump_ = std::move(*dump);
      return {};
    };
    const auto at_once = [this](const Result<std::string>& text) -> Result<> {
      if (!text) return text.error();
      out(*text);
      return {};
    };
    if (suffix == ".log" || suffix == ".checkpoint") {
      return in_pieces(dump_batches(command_, file, output));
    }
    if (suffix == ".index") return in_pieces(dump_offset_index(command_, file, output));
    if (suffix == ".timeindex") return in_pieces(dump_time_index(command_, file, output));
    if (suffix == ".snapshot") return at_once(dump_producer_snapshot(file));
    if (suffix == ".txnindex") return at_once(dump_transaction_index(file));
    err(fmt::format("Ignoring unknown file {}\n", file));
    return {};
  }

  void end() {
    if (!findings_.empty()) err(findings_);
    finish(0);
  }
  void fail(const std::string& why) {
    err(fmt::format("kafka-dump-log: {}\n", why));
    finish(failed);
  }

  DumpLogCommand command_;
  std::size_t next_ = 0;
  std::unique_ptr<FileDump> dump_;
  std::string findings_;
  Context::Timer next_step_;
};

}  // namespace

const OptionTable& dump_log_options() {
  static const OptionTable table{
      "kafka-dump-log",
      "print the files of a log: .log, .index, .timeindex, .snapshot, .checkpoint.",
      {
          {"files", Option::value, "FILE,FILE,...", "Required. What to dump."},
          {"print-data-log", Option::flag, "", "Keys and values of the records too."},
          {"deep-iteration", Option::flag, "", "Each record, not only batches."},
          {"cluster-metadata-decoder", Option::flag, "", "Values are records of the metadata log."},
          {"skip-record-metadata", Option::flag, "",
           "Of records print nothing but keys and values."},
          {"verify-index-only", Option::flag, "",
           "Hold an index against its log without printing it."},
          {"index-sanity-check", Option::flag, "",
           "The check of an index that a broker makes at start."},
          {"max-bytes", Option::value, "BYTES", "Read no more of each log."},
          {"max-message-size", Option::value, "BYTES", "Without effect here."},
          {"offsets-decoder", Option::flag, "", "Refused: there are no consumer groups yet."},
          {"transaction-log-decoder", Option::flag, "", "Refused: there are no transactions."},
          {"share-group-state-decoder", Option::flag, "", "Refused: there are no share groups."},
          {"remote-log-metadata-decoder", Option::flag, "", "Refused: there is no tiered storage."},
          {"key-decoder-class", Option::maybe, "CLASS", "Only Kafka's own StringDecoder."},
          {"value-decoder-class", Option::maybe, "CLASS", "Only Kafka's own StringDecoder."},
      }};
  return table;
}

Result<DumpLogCommand> parse_dump_log(const Options& options) {
  const std::pair<const char*, const char*> refused[] = {
      {"offsets-decoder", "there are no consumer groups in Brokerlab yet"},
      {"transaction-log-decoder", "there are no transactions in Brokerlab"},
      {"share-group-state-decoder", "there are no share groups in Brokerlab"},
      {"remote-log-metadata-decoder", "there is no tiered storage in Brokerlab"}};
  for (const auto& [name, why] : refused) {
    if (options.has(name)) return Error{fmt::format("--{}: {}", name, why)};
  }
  for (const char* name : {"key-decoder-class", "value-decoder-class"}) {
    for (const auto& wanted : options.all(name)) {
      if (wanted.empty() || wanted == "org.apache.kafka.tools.api.StringDecoder") continue;
      return Error{fmt::format("--{} {}: Brokerlab loads no Java classes", name, wanted)};
    }
  }
  DumpLogCommand command;
  const auto files = options.one("files");
  const auto most = options.number("max-bytes", 0);
  if (!files) return files.error();
  if (!most) return most.error();
  if (!*files) return Error{"Missing required argument \"[files]\""};
  const std::string& text = **files;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    command.files.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  if (*most) command.max_bytes = static_cast<std::uint64_t>(**most);
  command.metadata = options.has("cluster-metadata-decoder");
  command.print_data = command.metadata || options.has("print-data-log") ||
                       options.has("key-decoder-class") || options.has("value-decoder-class");
  command.deep = command.print_data || options.has("deep-iteration");
  command.skip_record_metadata = options.has("skip-record-metadata");
  command.verify_index_only = options.has("verify-index-only");
  command.index_sanity_check = options.has("index-sanity-check");
  return command;
}

std::unique_ptr<Session> run_dump_log(const DumpLogCommand& command, client::ClientMachine& machine,
                                      Sink sink) {
  return std::make_unique<DumpLogSession>(command, machine, std::move(sink));
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string json_bytes(ByteView bytes) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "\"";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? digits[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return out + '"';
}

}  // namespace lab::commands::kafka
