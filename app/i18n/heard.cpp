#include "app/i18n/heard.h"

#include <array>
#include <optional>
#include <vector>

#include "app/i18n/format.h"

namespace lab::i18n {
namespace {

// "{0}" to "{9}" are whatever stands there, and come back in the other language's order.
struct Line {
  std::string_view en, ko;
};
constexpr std::array heard_lines = {
    Line{"broker {0} does not run", "브로커 {0}{은/는} 실행 중이 아닙니다"},
    Line{"broker {0} runs already (pid {1})", "브로커 {0}{은/는} 이미 실행 중입니다(pid {1})"},
    Line{"broker {0} runs already", "브로커 {0}{은/는} 이미 실행 중입니다"},
    Line{"broker {0} is frozen already", "브로커 {0}{은/는} 이미 정지(SIGSTOP)되어 있습니다"},
    Line{"broker {0} is not frozen", "브로커 {0}{은/는} 정지(SIGSTOP)되어 있지 않습니다"},
    Line{
        "broker {0} is frozen and cannot stop: {1}",
        "브로커 {0}{은/는} 정지(SIGSTOP)되어 있어 종료할 수 없습니다. 먼저 thaw {0} 또는 kill {0}"},
    Line{"broker {0} runs: its log directory can be wiped when it is down ({1})",
         "브로커 {0}{이/가} 실행 중입니다. 로그 디렉터리는 브로커가 멈춘 뒤에 비울 수 있습니다"},
    Line{"there is no broker {0}: this cluster has 1 to {1}, and the clients",
         "브로커 {0}{은/는} 없습니다. 이 클러스터에는 1부터 {1}까지와 클라이언트(clients)가 "
         "있습니다"},
    Line{"there is no broker {0}: this cluster has 1 to {1}",
         "브로커 {0}{은/는} 없습니다. 이 클러스터에는 1부터 {1}까지 있습니다"},
    Line{"there is no broker {0}", "브로커 {0}{은/는} 없습니다"},
    Line{"a cluster has at most {0} brokers", "클러스터의 브로커는 최대 {0}대입니다"},
    Line{"a simulated cluster has at most {0} brokers",
         "시뮬레이션 클러스터의 브로커는 최대 {0}대입니다"},
    Line{"a fresh cluster of {0} brokers, seed {1}", "브로커 {0}대의 새 클러스터, 시드 {1}"},
    Line{"a fresh cluster of {0} brokers", "브로커 {0}대의 새 클러스터"},
    Line{"link {0}: cut", "링크 {0}{을/를} 끊었습니다"},
    Line{"link {0}: heal", "링크 {0}{을/를} 복구했습니다"},
    Line{"link {0}: delay", "링크 {0}{을/를} 느리게 했습니다"},
    Line{"link {0}: reset-link", "링크 {0}의 연결을 끊었습니다(reset-link)"},
    Line{"all links are healed", "모든 링크를 복구했습니다"},
    Line{"the machine is busy: simulated time is more than a second behind real time",
         "컴퓨터가 바빠서 시뮬레이션 시간이 실제 시간보다 1초 넘게 늦어졌습니다"},
    Line{"a link has two different ends", "링크의 양 끝은 서로 달라야 합니다"},
    Line{"{0} is as it was generated", "{0}{이/가} 처음 만들어진 그대로 돌아갔습니다"},
    Line{"{0} is wiped ({1} files)", "{0}{을/를} 비웠습니다(파일 {1}개)"},
    Line{"{0} cannot read {1}: there is no such topic",
         "{0}{이/가} {1}{을/를} 읽을 수 없습니다. 그런 토픽이 없습니다"},
    Line{"{0} cannot read {1}: {2}", "{0}{이/가} {1}{을/를} 읽을 수 없습니다: {2}"},
    Line{"producer {0} has stopped: {1}", "프로듀서 {0}{이/가} 멈췄습니다: {1}"},
    Line{"there is a client \"{0}\" already", "클라이언트 \"{0}\"{은/는} 이미 있습니다"},
    Line{"{0} has written nothing", "{0}{이/가} 쓴 레코드가 없습니다"},
    Line{"{0} is a reader", "{0}{은/는} 컨슈머입니다"},
    Line{"{0}, offset {1}", "{0}, 오프셋 {1}"},
    Line{"{0}, sent", "{0}, 보냄(확인 없음)"},
    Line{"{0}: {1} records acknowledged", "{0}: 레코드 {1}건이 확인되었습니다"},
    Line{"{0}: {1} records acknowledged, {2} refused",
         "{0}: 레코드 {1}건이 확인되고 {2}건이 거부되었습니다"},
    Line{"{0}: {1} records sent, none acknowledged (acks=0)",
         "{0}: 레코드 {1}건을 보냈고 확인은 없습니다(acks=0)"},
    Line{"the topics could not be read to their ends within a minute",
         "1분 안에 토픽을 끝까지 읽지 못했습니다"},
    Line{"there is no such topic", "그런 토픽이 없습니다"},
};

// What stands at each number; nothing where the text is not of this kind.
std::optional<std::vector<std::string>> match(std::string_view text, std::string_view pattern) {
  std::vector<std::string> found;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    if (text.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
    text.remove_prefix(open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    pattern.remove_prefix(3);
    const std::string_view next = pattern.substr(0, std::min(pattern.find('{'), pattern.size()));
    const std::size_t end = next.empty() ? text.size() : text.find(next);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    found.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!text.empty()) return std::nullopt;
  return found;
}

std::string fill(std::string_view pattern, const std::vector<std::string>& values) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    out += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const std::size_t close = pattern.find('}');
    const std::string_view name = pattern.substr(1, close - 1);
    if (name.find('/') != std::string_view::npos) {
      out += particle(name, ending_of(out));
    } else if (const auto at = static_cast<std::size_t>(name[0] - '0'); at < values.size()) {
      out += values[at];
    }
    pattern.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::string heard(std::string_view text, Lang lang) {
  if (lang == Lang::en) return std::string(text);
  for (const Line& line : heard_lines) {
    if (auto values = match(text, line.en)) {
      for (auto& value : *values) value = heard(value, lang);
      return fill(line.ko, *values);
    }
  }
  return std::string(text);
}

}  // namespace lab::i18n
