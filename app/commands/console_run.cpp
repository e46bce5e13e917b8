#include "app/commands/console_run.h"

#include <fmt/format.h>

#include <deque>
#include <utility>

#include "app/commands/exit_codes.h"
#include "app/commands/kafka/kafka.h"
#include "app/commands/status_text.h"
#include "app/sources/mailbox.h"
#include "engine/host/properties_file.h"

namespace lab::commands {
namespace {

using namespace sources;

constexpr std::size_t lines_kept = 10'000, longest_value = 4000;

// "producer-2": one that no client has.
std::string free_name(const LabClients& clients, const std::string& wanted,
                      const std::string& base) {
  std::string name = wanted;
  for (int i = 1; name.empty() || (wanted.empty() && clients.runs(name)); ++i) {
    name = fmt::format("{}-{}", base, i);
  }
  return name;
}

std::string names_of(const LabClients& clients) {
  std::string list;
  for (const auto& client : clients.running()) list += (list.empty() ? "" : ", ") + client.name;
  return list.empty() ? "none" : list;
}

}  // namespace

// One of Kafka's tools. The session lives where the clients do and is kept there by LabClients; the
// rest belongs to the owner's thread.
struct Console::Tool {
  std::unique_ptr<kafka::Session> session;
  std::deque<std::string> input;  // not wanted yet
  bool input_ended = false;
  std::uint64_t kept = 0;
  Waiting waiting = std::make_shared<std::atomic<std::size_t>>(0);

  void feed() {
    while (session && !session->finished() && session->wants_input() && !input.empty()) {
      std::string line = std::move(input.front());
      input.pop_front();
      *waiting -= line.size();
      session->input(std::move(line));
    }
    if (session && !session->finished() && input.empty() && input_ended && session->wants_input()) {
      session->end_of_input();
    }
  }
};

Console::Console(Source& source, Surroundings surroundings)
    : source_(source), around_(std::move(surroundings)) {}

void Console::run(std::string_view line, Output output) {
  if (is_blank(line)) return output.done(exit_code::done);
  const auto command = parse_console(line);
  if (command) return run(*command, std::move(output));
  output.err(command.error().message + "\n");
  output.done(exit_code::not_understood);
}

void Console::run(const ConsoleCommand& command, Output output) {
  const auto shared = std::make_shared<const Output>(std::move(output));
  std::visit([&](const auto& wanted) { act(wanted, shared); }, command);
}

// One line, and the end.
Then Console::answer(const Shared& output) {
  return [output](const Answer& answer) {
    if (answer) {
      output->out(*answer + "\n");
    } else {
      output->err(answer.error().message + "\n");
    }
    output->done(answer ? exit_code::done : exit_code::failed);
  };
}

void Console::act(const Command& command, const Shared& output) {
  source_.command(command, answer(output));
}

// Told at once that it has begun; of one that ends by itself, its end is told later.
void Console::act(const ProducePlan& plan, const Shared& output) {
  const auto then = source_.back(answer(output));
  const auto ended = source_.back([output](const Answer& told) {
    if (told) output->out(*told + "\n");
  });
  source_.with_clients([plan, then, ended](LabClients& clients) {
    auto named = plan;
    named.client = free_name(clients, plan.client, "producer");
    const auto started = clients.start_producer(named, plan.records != 0 ? ended : Then{});
    if (!started) return then(started.error());
    const std::string amount = plan.records == 0 ? "" : fmt::format(" {} records", plan.records);
    then(fmt::format("{0} writes{2} to {1}. It ends with: end {0}", named.client, plan.topic,
                     amount));
  });
}

void Console::act(const HandRecord& record, const Shared& output) {
  const auto then = source_.back(answer(output));
  source_.with_clients([record, then](LabClients& clients) { clients.send(record, then); });
}

void Console::act(const ReadPlan& plan, const Shared& output) {
  const auto then = source_.back(answer(output));
  const auto lines = Mailbox<std::string>::make(
      source_, lines_kept, [output](std::deque<std::string> batch, std::uint64_t dropped) {
        if (dropped != 0) output->out(fmt::format("({} records are not shown)\n", dropped));
        for (const auto& line : batch) (output->record ? output->record : output->out)(line);
      });
  source_.with_clients([plan, then, lines](LabClients& clients) {
    auto named = plan;
    named.client = free_name(clients, plan.client, "consumer");
    const auto started = clients.start_reader(named, [lines](const client::ConsumerRecord& record) {
      lines->put(
          fmt::format("{}-{} @{}  {}\n", record.topic, record.partition, record.offset,
                      record.value ? record.value->text().substr(0, longest_value) : "null"));
    });
    if (!started) return then(started.error());
    then(fmt::format("{0} reads {1}. It ends with: end {0}", named.client, plan.topic));
  });
}

void Console::act(const EndClient& end, const Shared& output) {
  const auto then = source_.back(answer(output));
  source_.with_clients([end, then](LabClients& clients) {
    if (!clients.runs(end.client)) {  // what was wanted is so
      return then(
          fmt::format("{} does not run; running: {}", end.client.substr(0, 40), names_of(clients)));
    }
    clients.stop(end.client, [end, then] { then(fmt::format("{} has ended", end.client)); });
  });
}

void Console::act(const CheckLedger& check, const Shared& output) {
  const auto then = source_.back(answer(output));
  source_.with_clients([check, then](LabClients& clients) {
    clients.check_ledger(check.client, [check, then](const Result<trace::LedgerChecked>& found) {
      if (!found) return then(found.error());
      const auto text =
          fmt::format("{}: {} acknowledged, {} found, {} lost, {} duplicated", check.client,
                      found->acknowledged, found->found, found->lost, found->duplicated);
      then(found->lost == 0 ? Answer(text) : Answer(Error{text}));
    });
  });
}

void Console::act(const Status&, const Shared& output) {
  const auto lang = around_.lang ? around_.lang() : i18n::Lang::en;
  output->out(status_text(around_.model(), source_.now(), lang));
  output->done(exit_code::done);
}

void Console::act(const Quit&, const Shared& output) {
  output->done(exit_code::done);
  around_.quit();
}

void Console::act(const Help&, const Shared& output) {
  output->out(console_help());
  output->done(exit_code::done);
}

// ---- Kafka's tools

std::string Console::bootstrap() const {
  std::string text;
  for (const auto& address : source_.bootstrap()) {
    text += (text.empty() ? "" : ",") + address.text();
  }
  return text;
}

void Console::act(const KafkaLine& line, const Shared& output) {
  const auto command =
      kafka::parse(line.tool, line.arguments, host::read_properties_file, bootstrap());
  if (!command) {
    output->err(command.error().message + "\n");
    return output->done(exit_code::failed);
  }
  struct Piece {
    bool error = false;
    std::string text;
  };
  const auto pieces = Mailbox<Piece>::make(
      source_, lines_kept, [output](std::deque<Piece> batch, std::uint64_t dropped) {
        if (dropped != 0) output->out(fmt::format("({} lines are not shown)\n", dropped));
        for (const auto& piece : batch) (piece.error ? output->err : output->out)(piece.text);
      });
  const auto tool = std::make_shared<Tool>();
  tool_ = tool;
  waiting_ = tool->waiting;
  source_.with_clients(
      [&source = source_, command = *command, output, pieces, tool](LabClients& clients) {
        kafka::Sink sink;
        sink.out = [pieces](std::string_view text) { pieces->put({false, std::string(text)}); };
        sink.err = [pieces](std::string_view text) { pieces->put({true, std::string(text)}); };
        const std::weak_ptr<Tool> weak = tool;
        sink.on_wants_input = [&source, weak] {
          source.hand_back([&source, weak] {
            source.with_clients([weak](LabClients&) {
              if (const auto waiting = weak.lock()) waiting->feed();
            });
          });
        };
        sink.done = [&source, weak, output](int exit_code) {
          source.hand_back([&source, weak, output, exit_code] {
            output->done(exit_code);
            source.with_clients([weak](LabClients& its) {
              if (const auto over = weak.lock()) its.drop(over->kept);
            });
          });
        };
        tool->kept = clients.keep(tool);
        tool->session = kafka::run(command, clients.machine(), std::move(sink));
        tool->feed();
      });
}

bool Console::input(const std::string& line) {
  if (tool_.expired()) return false;
  *waiting_ += line.size();
  source_.with_clients([weak = tool_, line](LabClients&) {
    const auto tool = weak.lock();
    if (!tool) return;
    tool->input.push_back(line);
    tool->feed();
  });
  return true;
}

std::size_t Console::input_waiting() const { return tool_.expired() ? 0 : waiting_->load(); }

void Console::end_of_input() {
  source_.with_clients([weak = tool_](LabClients&) {
    const auto tool = weak.lock();
    if (!tool) return;
    tool->input_ended = true;
    tool->feed();
  });
}

void Console::cancel() {
  source_.with_clients([weak = tool_](LabClients&) {
    if (const auto tool = weak.lock(); tool && tool->session) tool->session->cancel();
  });
}

}  // namespace lab::commands
