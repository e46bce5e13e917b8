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
    // ---- What was asked of a broker
    Line{"broker {0} does not run", "브로커 {0}{은/는} 실행 중이 아닙니다"},
    Line{"broker {0} runs already (pid {1})", "브로커 {0}{은/는} 이미 실행 중입니다(pid {1})"},
    Line{"broker {0} runs already", "브로커 {0}{은/는} 이미 실행 중입니다"},
    Line{"broker {0} is frozen already", "브로커 {0}{은/는} 이미 정지(SIGSTOP)되어 있습니다"},
    Line{"broker {0} is not frozen", "브로커 {0}{은/는} 정지(SIGSTOP)되어 있지 않습니다"},
    Line{
        "broker {0} is frozen and cannot stop: {1}",
        "브로커 {0}{은/는} 정지(SIGSTOP)되어 있어 종료할 수 없습니다. 먼저 thaw {0} 또는 kill {0}"},
    Line{"broker {0} started", "브로커 {0}{을/를} 시작했습니다"},
    Line{"broker {0} is stopping", "브로커 {0}{을/를} 정상 종료하는 중입니다"},
    Line{"broker {0} ends at once", "브로커 {0}{을/를} 바로 종료했습니다"},
    Line{"broker {0} killed", "브로커 {0}{을/를} 강제 종료했습니다"},
    Line{"broker {0} frozen", "브로커 {0}{을/를} 정지(SIGSTOP)시켰습니다"},
    Line{"broker {0} thawed", "브로커 {0}{을/를} 재개(SIGCONT)했습니다"},
    Line{"broker {0} runs: its log directory can be wiped when it is down ({1})",
         "브로커 {0}{이/가} 실행 중입니다. 로그 디렉터리는 브로커가 멈춘 뒤에 비울 수 있습니다"},
    Line{"there is no broker {0}: this cluster has 1 to {1}, and the clients",
         "브로커 {0}{은/는} 없습니다. 이 클러스터에는 1부터 {1}까지와 클라이언트(clients)가 "
         "있습니다"},
    Line{"there is no broker {0}: this cluster has 1 to {1}",
         "브로커 {0}{은/는} 없습니다. 이 클러스터에는 1부터 {1}까지 있습니다"},
    Line{"there is no broker {0}", "브로커 {0}{은/는} 없습니다"},
    Line{"there is no port for broker {0}", "브로커 {0}에게 줄 포트가 없습니다"},
    Line{"a cluster has at most {0} brokers", "클러스터의 브로커는 최대 {0}대입니다"},
    Line{"a simulated cluster has at most {0} brokers",
         "시뮬레이션 클러스터의 브로커는 최대 {0}대입니다"},
    Line{"a fresh cluster of {0} brokers, seed {1}", "브로커 {0}대의 새 클러스터, 시드 {1}"},
    Line{"a fresh cluster of {0} brokers", "브로커 {0}대의 새 클러스터"},
    Line{"the cluster is ending already", "클러스터를 이미 종료하고 있습니다"},
    Line{"not all brokers have ended; nothing was removed",
         "종료되지 않은 브로커가 있어 아무것도 지우지 않았습니다"},
    Line{"there is no cluster", "클러스터가 없습니다"},
    Line{"this is a recording: it can be looked at, and nothing in it can be changed",
         "녹화입니다. 볼 수만 있고, 아무것도 바꿀 수 없습니다"},
    Line{"a recording has no files of its brokers", "녹화에는 브로커의 파일이 없습니다"},
    Line{"{0}; the recording ends there", "{0} 녹화는 여기에서 끝납니다."},
    // ---- Links
    Line{"link {0}: cut", "링크 {0}{을/를} 끊었습니다"},
    Line{"link {0}: heal", "링크 {0}{을/를} 복구했습니다"},
    Line{"link {0}: delay", "링크 {0}{을/를} 느리게 했습니다"},
    Line{"link {0}: reset-link", "링크 {0}의 연결을 끊었습니다(reset-link)"},
    Line{"all links are healed", "모든 링크를 복구했습니다"},
    Line{"a link has two different ends", "링크의 양 끝은 서로 달라야 합니다"},
    // ---- Files
    Line{"{0} is as it was generated", "{0}{이/가} 처음 만들어진 그대로 돌아갔습니다"},
    Line{"{0} is wiped ({1} files)", "{0}{을/를} 비웠습니다(파일 {1}개)"},
    Line{"{0} is left alone: it is not below this cluster's directory {1}",
         "{0}{은/는} 그대로 두었습니다. 이 클러스터의 디렉터리 {1} 안에 있지 않습니다"},
    Line{"{0} is left alone: it has no meta.properties that says it is this cluster's ({1})",
         "{0}{은/는} 그대로 두었습니다. 이 클러스터의 것이라고 적힌 meta.properties가 "
         "없습니다({1})"},
    Line{"{0} is left alone: its meta.properties is of another cluster (cluster.id {1})",
         "{0}{은/는} 그대로 두었습니다. meta.properties에 다른 클러스터가 적혀 있습니다(cluster.id "
         "{1})"},
    Line{"broker {0}'s file names no log.dirs", "브로커 {0}의 설정 파일에 log.dirs가 없습니다"},
    Line{"Log directory {0} is already formatted.",
         "로그 디렉터리 {0}{은/는} 이미 포맷되어 있습니다"},
    Line{"{0} (counts when broker {1} is started again)",
         "{0} (브로커 {1}{을/를} 다시 시작하면 적용됩니다)"},
    Line{"{0}. Neither Kafka nor Brokerlab knows this property: did you mean {1}?",
         "{0}. Kafka와 Brokerlab에 없는 설정입니다. {1}{을/를} 쓰려던 것인가요?"},
    Line{"{0}. Neither Kafka nor Brokerlab knows this property",
         "{0}. Kafka와 Brokerlab에 없는 설정입니다"},
    Line{"{0}: no {1} any more", "{0}: {1} 줄을 지웠습니다"},
    Line{"\"{0}\" is no property's name: NAME=VALUE",
         "\"{0}\"{은/는} 설정 이름이 아닙니다. 이름=값으로 씁니다"},
    Line{"the value of {0} must be one line", "{0}의 값은 한 줄이어야 합니다"},
    // ---- Clients
    Line{"{0} writes {1} records to {2}. It ends with: end {3}",
         "{0}{이/가} {2}에 레코드 {1}개를 씁니다. 끝내려면: end {0}"},
    Line{"{0} writes to {1}. It ends with: end {2}", "{0}{이/가} {1}에 씁니다. 끝내려면: end {0}"},
    Line{"{0} reads {1}. It ends with: end {2}",
         "{0}{이/가} {1}{을/를} 읽습니다. 끝내려면: end {0}"},
    Line{"{0} has ended", "{0}{을/를} 종료했습니다"},
    Line{"{0} does not run; running: none",
         "{0}{은/는} 실행 중이 아닙니다. 실행 중인 것이 없습니다"},
    Line{"{0} does not run; running: {1}", "{0}{은/는} 실행 중이 아닙니다. 실행 중: {1}"},
    Line{"{0}: {1} acknowledged, {2} found, {3} lost, {4} duplicated",
         "{0}: 확인됨 {1}건, 찾음 {2}건, 손실 {3}건, 중복 {4}건"},
    Line{"{0} cannot read {1}: there is no such topic",
         "{0}{이/가} {1}{을/를} 읽을 수 없습니다. 그런 토픽이 없습니다"},
    Line{"{0} cannot read {1}: {2}", "{0}{이/가} {1}{을/를} 읽을 수 없습니다: {2}"},
    Line{"producer {0} has stopped: {1}", "프로듀서 {0}{이/가} 멈췄습니다: {1}"},
    Line{"there is a client \"{0}\" already", "클라이언트 \"{0}\"{은/는} 이미 있습니다"},
    Line{"{0} has written nothing", "{0}{이/가} 쓴 레코드가 없습니다"},
    Line{"{0} is a reader", "{0}{은/는} 컨슈머입니다"},
    Line{"{0} records a second: from 0 to a million",
         "초당 레코드 {0}개: 0부터 1000000까지 쓸 수 있습니다"},
    Line{"a producer needs a name and a topic", "프로듀서에는 이름과 토픽이 필요합니다"},
    Line{"a reader needs a name and a topic", "컨슈머에는 이름과 토픽이 필요합니다"},
    Line{"{0}: nothing is written", "{0}. 아무것도 쓰지 않았습니다"},
    Line{"{0}: no producer is started", "{0}. 프로듀서를 시작하지 않았습니다"},
    Line{"{0}, offset {1}", "{0}, 오프셋 {1}"},
    Line{"{0}, sent", "{0}, 보냄(확인 없음)"},
    Line{"{0}: {1} records acknowledged, {2} refused",
         "{0}: 레코드 {1}건이 확인되고 {2}건이 거부되었습니다"},
    Line{"{0}: {1} records acknowledged", "{0}: 레코드 {1}건이 확인되었습니다"},
    Line{"{0}: {1} records sent, none acknowledged (acks=0)",
         "{0}: 레코드 {1}건을 보냈고 확인은 없습니다(acks=0)"},
    Line{"({0} records are not shown)", "(레코드 {0}개는 보이지 않습니다)"},
    Line{"({0} lines are not shown)", "({0}줄은 보이지 않습니다)"},
    Line{"the topics could not be read to their ends within a minute",
         "1분 안에 토픽을 끝까지 읽지 못했습니다"},
    Line{"the topics are gone", "토픽이 없어졌습니다"},
    Line{"there is no such topic", "그런 토픽이 없습니다"},
    // ---- What nobody asked for
    Line{"the machine is busy: simulated time is more than a second behind real time",
         "컴퓨터가 바빠서 시뮬레이션 시간이 실제 시간보다 1초 넘게 늦어졌습니다"},
    Line{"the recording ends here: the cluster is reset",
         "녹화를 여기서 마칩니다. 클러스터를 새로 만들었습니다"},
    Line{"the recording ends here: {0}", "녹화를 여기서 마칩니다: {0}"},
    Line{"{0} cannot be written", "{0}{을/를} 쓸 수 없습니다"},
    Line{"writing {0}: No space left on device",
         "{0}{을/를} 쓸 수 없습니다. 디스크가 가득 찼습니다"},
    Line{"writing {0}: {1}", "{0}{을/를} 쓸 수 없습니다: {1}"},
    // ---- A cluster that cannot begin
    Line{"port {0} is taken by {1}. These are free: --base-port {2}",
         "포트 {0}{을/를} {1}{이/가} 쓰고 있습니다. 비어 있는 포트: --base-port {2}"},
    Line{"port {0} is taken by {1}", "포트 {0}{을/를} {1}{이/가} 쓰고 있습니다"},
    Line{"a process of another user", "다른 사용자의 프로세스"},
    Line{"{0} is in use by {1}. End that one, or give this one a directory of its own with --data",
         "{0}{을/를} {1}{이/가} 쓰고 있습니다. 그쪽을 끝내거나, --data로 다른 디렉터리를 "
         "지정하세요"},
    Line{"there are no free ports between 20000 and 31000",
         "20000에서 31000까지 비어 있는 포트가 없습니다"},
    Line{"{0} cannot be made", "{0}{을/를} 만들 수 없습니다"},
    Line{"the cluster was not ready in {0} s", "클러스터가 {0}초 안에 준비되지 않았습니다"},
    Line{"the temporary directory (TMPDIR): {0}", "임시 디렉터리(TMPDIR): {0}"},
    Line{"No such file or directory", "그런 파일이나 디렉터리가 없습니다"},
    Line{"{0}: No such file or directory", "{0}: 그런 파일이나 디렉터리가 없습니다"},
    Line{"{0}: No space left on device", "{0}: 디스크가 가득 찼습니다"},
    Line{"{0}: Permission denied", "{0}: 권한이 없습니다"},
    // ---- Lines of the console that were not understood
    Line{"unknown command \"{0}\" (did you mean {1}?). There are: {2}",
         "\"{0}\": 그런 명령이 없습니다({1}{을/를} 쓰려던 것인가요?). 쓸 수 있는 명령: {2}"},
    Line{"unknown command \"{0}\". There are: {1}",
         "\"{0}\": 그런 명령이 없습니다. 쓸 수 있는 명령: {1}"},
    Line{"{0} has no option {1} (did you mean {2}?). There are: {3}",
         "{0}에는 {1} 옵션이 없습니다({2}{을/를} 쓰려던 것인가요?). 쓸 수 있는 옵션: {3}"},
    Line{"{0} has no option {1}. There are: {2}",
         "{0}에는 {1} 옵션이 없습니다. 쓸 수 있는 옵션: {2}"},
    Line{"{0} needs a value", "{0}에는 값이 필요합니다"},
    Line{"{0}: a number from {1} to {2}", "{0}: {1}부터 {2}까지의 수를 씁니다"},
    Line{"--acks {0}: all, 1 or 0", "--acks {0}: all, 1, 0 가운데 하나를 씁니다"},
    Line{"\"{0}\" is no broker's number: {1}", "\"{0}\"{은/는} 브로커 번호가 아닙니다. 예: {1}"},
    Line{"\"{0}\" is no number of milliseconds: {1}",
         "\"{0}\"{은/는} 밀리초 수가 아닙니다. 예: {1}"},
    Line{"\"{0}\" is not NAME=VALUE", "\"{0}\"{은/는} 이름=값이 아닙니다"},
    Line{"{0} takes the broker's number: {1}", "{0}에는 브로커 번호가 필요합니다. 예: {1}"},
    Line{"{0} takes a client's name: {1}", "{0}에는 클라이언트 이름이 필요합니다. 예: {1}"},
    Line{"{0} takes nothing behind it", "{0} 뒤에는 아무것도 쓰지 않습니다"},
    Line{"it takes: two brokers, or \"clients\", and the milliseconds: {0}",
         "브로커 둘(또는 \"clients\")과 밀리초가 필요합니다. 예: {0}"},
    Line{"it takes: two brokers, or \"clients\": {0}",
         "브로커 둘(또는 \"clients\")이 필요합니다. 예: {0}"},
    Line{"it takes: a broker and a property: {0}", "브로커와 설정이 필요합니다. 예: {0}"},
    Line{"it takes: a broker and a property's name: {0}",
         "브로커와 설정 이름이 필요합니다. 예: {0}"},
    Line{"it takes: {0}", "이렇게 씁니다: {0}"},
    Line{"{0} and Kafka's tools (kafka-topics and so on)",
         "{0} 그리고 Kafka의 도구(kafka-topics 등)"},
    // ---- help
    Line{"end broker N at once (SIGKILL)", "브로커 N을 강제 종료합니다(SIGKILL)"},
    Line{"stop it cleanly (SIGTERM): it hands its leaders over first",
         "정상 종료합니다(SIGTERM). 먼저 리더 역할을 넘깁니다"},
    Line{"start it again, with what its server-N.properties says now",
         "다시 시작합니다. 지금 server-N.properties에 적힌 대로입니다"},
    Line{"let it stand still (SIGSTOP)", "정지시킵니다(SIGSTOP)"},
    Line{"let it go on (SIGCONT)", "재개합니다(SIGCONT)"},
    Line{"a producer: {0}", "프로듀서: {0}"},
    Line{"one record: {0}", "레코드 하나: {0}"},
    Line{"a reader: {0}", "컨슈머: {0}"},
    Line{"end a producer or a reader", "프로듀서나 컨슈머를 끝냅니다"},
    Line{"read all that this producer wrote, and count what is lost",
         "이 프로듀서가 쓴 것을 모두 읽어 잃은 것을 셉니다"},
    Line{"cut the link between two brokers [--one-way]",
         "두 브로커 사이의 링크를 끊습니다 [--one-way]"},
    Line{"heal it, or all", "링크를 복구합니다. all: 모두"},
    Line{"slow it down", "링크를 느리게 합니다"},
    Line{"break its connections", "링크의 연결을 끊습니다"},
    Line{"change a line of server-N.properties", "server-N.properties의 한 줄을 바꿉니다"},
    Line{"take a line out of it", "server-N.properties에서 한 줄을 지웁니다"},
    Line{"server-N.properties as it was generated",
         "server-N.properties를 처음 만들어진 대로 되돌립니다"},
    Line{"empty the log directory of a broker that is down",
         "멈춘 브로커의 로그 디렉터리를 비웁니다"},
    Line{"format it (kafka-storage format)", "로그 디렉터리를 포맷합니다(kafka-storage format)"},
    Line{"one broker more", "브로커를 한 대 늘립니다"},
    Line{"a fresh cluster: everything goes", "새 클러스터를 만듭니다. 모두 지워집니다"},
    Line{"how the cluster stands", "클러스터의 상태를 봅니다"},
    Line{"this list", "이 목록을 봅니다"},
    Line{"end all brokers", "모든 브로커를 끝냅니다"},
    Line{"{0} as Kafka's; without --bootstrap-server: this cluster",
         "{0} Kafka의 것과 같습니다. --bootstrap-server가 없으면 이 클러스터입니다"},
    // ---- Lessons
    Line{"what is waited for has not come in {0} s",
         "기다리던 일이 {0}초 안에 일어나지 않았습니다"},
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
  // A line of help: how it is written, and from a column on what it does.
  constexpr std::size_t column = 22;
  if (text.size() > column && text[column - 1] == ' ' && text[column] != ' ') {
    const std::string what = heard(text.substr(column), lang);
    if (what != text.substr(column)) return std::string(text.substr(0, column)) + what;
  }
  for (const Line& line : heard_lines) {
    if (auto values = match(text, line.en)) {
      for (auto& value : *values) value = heard(value, lang);
      return fill(line.ko, *values);
    }
  }
  return std::string(text);
}

}  // namespace lab::i18n
