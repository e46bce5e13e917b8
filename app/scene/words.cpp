// The table of words; one line a word, English and Korean, in the order of the enumeration.
#include "app/scene/words.h"

#include <array>
#include <string>

#include "engine/base/check.h"

namespace lab::scene {
namespace {

struct Line {
  Word word;
  std::string_view en, ko;
};

constexpr std::array lines{
    Line{Word::broker, "Broker {0}", "브로커 {0}"},
    Line{Word::controller_node, "Controller {0}", "컨트롤러 {0}"},
    Line{Word::controller, "controller", "컨트롤러"},
    Line{Word::epoch, "epoch {0}", "에포크 {0}"},
    Line{Word::running, "running", "실행 중"},
    Line{Word::starting, "starting", "시작 중"},
    Line{Word::loaded_of, "{0} of {1} partitions", "파티션 {1}개 중 {0}개"},
    Line{Word::restarted, "(restarted)", "(다시 시작됨)"},
    Line{Word::stopping, "shutting down", "종료하는 중"},
    Line{Word::waiting, "old session valid for {0}", "이전 세션이 {0} 동안 유효"},
    Line{Word::frozen, "frozen (SIGSTOP) {0}", "멈춤(SIGSTOP) {0}"},
    Line{Word::fenced, "fenced {0}", "펜싱됨 · {0}"},
    Line{Word::stopped, "stopped {0}", "종료됨 · {0}"},
    Line{Word::killed, "killed ({0}) {1}", "강제 종료({0}) · {1}"},
    Line{Word::killed_brief, "killed {0}", "강제 종료 · {0}"},
    Line{Word::failed, "ended with exit {0}, {1}", "종료 코드 {0} · {1}"},
    Line{Word::gone_unseen, "dead, unknown how", "죽음(원인 알 수 없음)"},
    Line{Word::did_not_start, "did not start", "시작하지 못함"},
    Line{Word::not_known, "not known", "알 수 없음"},
    Line{Word::stalled, "stalled for {0}", "{0} 동안 지연됨"},
    Line{Word::leader, "leader", "리더"},
    Line{Word::follower, "follower", "팔로워"},
    Line{Word::out_of_sync, "out of sync", "동기화 안 됨"},
    Line{Word::catching_up, "catching up", "따라잡는 중"},
    Line{Word::offline, "offline", "오프라인"},
    Line{Word::new_leader, "NEW LEADER", "새 리더"},
    Line{Word::behind, "{0} behind", "{0}개 뒤처짐"},
    Line{Word::no_leader, "no leader since {0}", "{0} 동안 리더 없음"},
    Line{Word::cut, "{0} cut", "{0} 잘림"},
    Line{Word::no_partitions, "no partitions yet", "아직 파티션이 없습니다"},
    Line{Word::folded_topic, "{0} partitions, folded", "파티션 {0}개, 접음"},
    Line{Word::leaders, "{0} leaders", "리더 {0}개"},
    Line{Word::followers, "{0} followers", "팔로워 {0}개"},
    Line{Word::out_of_sync_n, "{0} out of sync", "동기화 안 됨 {0}개"},
    Line{Word::offline_n, "{0} offline", "오프라인 {0}개"},
    Line{Word::leaderless_n, "{0} without leader", "리더 없음 {0}개"},
    Line{Word::under_n, "{0} under-replicated", "복제본 부족 {0}개"},
    Line{Word::other_topics, "{0} other topics: a column each, a cell a replica",
         "다른 토픽 {0}개: 열마다 토픽, 칸마다 복제본"},
    Line{Word::under_replicated_leader, "leader, under-replicated", "리더, 복제본 부족"},
    Line{Word::follower_in_sync, "follower in sync", "동기화된 팔로워"},
    Line{Word::outside, "outside", "외부"},
    Line{Word::group, "group {0}", "그룹 {0}"},
    Line{Word::generation, "generation {0}", "세대 {0}"},
    Line{Word::lag, "lag {0}", "랙 {0}"},
    Line{Word::retries, "{0} retries", "재시도 {0}회"},
    Line{Word::reaches_none, "reaches no broker", "연결된 브로커 없음"},
    Line{Word::bootstrap, "bootstrap", "부트스트랩"},
    Line{Word::more_clients, "{0} more", "{0}개 더"},
    Line{Word::quorum_of, "quorum · {0} of {1}", "쿼럼 · {1}대 중 {0}대"},
    Line{Word::no_majority, "no majority", "과반수 없음"},
    Line{Word::agree_all, "What all brokers agree on", "모든 브로커가 공유하는 메타데이터"},
    Line{Word::agree_live, "What all live brokers agree on",
         "살아 있는 브로커가 공유하는 메타데이터"},
    Line{Word::agree_last, "What the brokers last agreed on",
         "브로커들이 마지막으로 공유한 메타데이터"},
    Line{Word::agree_count, "{0} of {1} brokers agree", "브로커 {1}대 중 {0}대 일치"},
    Line{Word::agree_live_count, "{0} of {1} live brokers agree",
         "살아 있는 브로커 {1}대 중 {0}대 일치"},
    Line{Word::metadata_offset, "metadata offset {0}", "메타데이터 오프셋 {0}"},
    Line{Word::stopped_at, "Br#{0} stopped at {1}", "Br#{0}: {1}에서 멈춤"},
    Line{Word::disagree, "{0} of {1} brokers believe something older",
         "브로커 {1}대 중 {0}대가 예전 정보를 믿음"},
    Line{Word::topic_partition, "Topic {0} partition {1}: ", "토픽 {0} 파티션 {1}: "},
    Line{Word::leader_is, "Leader Br#{0}", "리더 Br#{0}"},
    Line{Word::leader_none, "no leader", "리더 없음"},
    Line{Word::follower_label, ", Follower ", ", 팔로워 "},
    Line{Word::is_offline, "(offline)", "(오프라인)"},
    Line{Word::is_behind, "(behind)", "(뒤처짐)"},
    Line{Word::believes, "Br#{0} believes: leader {1}, epoch {2}",
         "Br#{0}의 정보: 리더 {1}, 에포크 {2}"},
    Line{Word::more_partitions, "{0} more partitions, every replica in sync",
         "나머지 파티션 {0}개는 모든 복제본이 동기화됨"},
    Line{Word::more_partitions_trouble, "{0} more partitions, {1} of them under-replicated",
         "나머지 파티션 {0}개, 그중 {1}개는 복제본 부족"},
    Line{Word::create_topic, "Create topic", "토픽 만들기"},
    Line{Word::any_client, "Any Kafka client can join: {0}",
         "어떤 Kafka 클라이언트든 접속할 수 있습니다: {0}"},
    Line{Word::how_to_connect, "How to connect", "연결 방법"},
    Line{Word::nobody_alive, "No broker is alive.", "살아 있는 브로커가 없습니다."},
    Line{Word::last_known, "Last known at {0}", "{0}의 마지막 상태"},
    Line{Word::start_all, "Start all", "모두 시작"},
    Line{Word::start_cluster, "Start three brokers", "브로커 세 대 시작"},
    Line{Word::no_cluster, "There is no cluster here yet.", "아직 클러스터가 없습니다."},
    Line{Word::hides_log_ends, "This cluster does not tell us log ends",
         "이 클러스터는 로그 끝 오프셋을 알려 주지 않습니다"},
    Line{Word::events_here, "Events appear here", "이벤트가 여기에 표시됩니다"},
    Line{Word::clients_lane, "clients", "클라이언트"},
    Line{Word::live, "LIVE", "실시간"},
    Line{Word::replay, "REPLAY", "다시 보기"},
    Line{Word::simulated, "SIMULATED", "시뮬레이션"},
    Line{Word::engine_ahead, "{0}, engine {1} ahead", "{0}, 엔진이 {1} 앞섬"},
    Line{Word::of_length, "{0} of {1}", "{1} 중 {0}"},
    Line{Word::after_loss, "{0} after the loss", "장애 후 {0}"},
    Line{Word::paused, "paused", "일시 정지"},
    Line{Word::story, "story", "이야기"},
    Line{Word::seed, "seed {0}", "시드 {0}"},
    Line{Word::failover_of, "Failover of {0}", "{0} 장애 조치"},
    Line{Word::failover_controller, "Failover of the controller", "컨트롤러 장애 조치"},
    Line{Word::leader_lost, "Leader lost", "리더를 잃음"},
    Line{Word::controller_lost, "Controller lost", "컨트롤러를 잃음"},
    Line{Word::noticed, "Noticed", "알아차림"},
    Line{Word::new_controller, "New controller", "새 컨트롤러"},
    Line{Word::new_leader_station, "New leader", "새 리더"},
    Line{Word::first_write, "First write acked", "첫 쓰기 확인"},
    Line{Word::caught_up, "Caught up", "따라잡음"},
    Line{Word::not_yet, "not yet", "아직"},
    Line{Word::waits_for_broker, "waits for broker {0}", "브로커 {0} 대기"},
    Line{Word::nobody_writes, "nobody writes", "쓰는 클라이언트 없음"},
    Line{Word::last_heartbeat, "last heartbeat {0} before", "마지막 하트비트는 {0} 전"},
    Line{Word::waiting_share, "{0} % of the time was waiting to be sure.",
         "전체의 {0}%는 확실해질 때까지 기다린 시간입니다."},
    Line{Word::by_broker, "broker {0}", "브로커 {0}"},
    Line{Word::by_client, "{0}", "{0}"},
    Line{Word::without_leader, "without a leader", "리더가 없던 시간"},
    Line{Word::legend_offline, "offline, last known", "오프라인, 마지막 상태"},
    Line{Word::legend_records, "records on their way", "이동 중인 레코드"},
    Line{Word::legend_broken, "broken connection", "끊긴 연결"},
    Line{Word::legend_outside, "client from outside", "외부 클라이언트"},
    Line{Word::legend_log_start, "log start offset", "로그 시작 오프셋"},
    Line{Word::legend_watermark, "high watermark", "하이 워터마크"},
    Line{Word::legend_log_end, "log end offset", "로그 끝 오프셋"},
    Line{Word::legend_uncommitted, "not committed yet", "아직 커밋되지 않음"},
    Line{Word::legend_preferred, "preferred leader", "선호 리더"},
    Line{Word::legend_fewer, "fewer replicas in sync", "동기화된 복제본 부족"},
    Line{Word::legend_controller, "active controller", "활성 컨트롤러"},
    Line{Word::legend_in_sync, "follower, in sync", "팔로워, 동기화됨"},
    Line{Word::legend_out_of_sync, "follower, out of sync", "팔로워, 동기화 안 됨"},
    Line{Word::caption_cluster, "cluster {0}", "클러스터 {0}"},
    Line{Word::caption_brokers, "{0} brokers", "브로커 {0}대"},
    Line{Word::caption_event, "event {0}", "이벤트 {0}"},
    Line{Word::link_cut, "link {0} cut", "링크 {0} 끊김"},
    Line{Word::link_slow, "link {0} slow: {1}", "링크 {0} 지연: {1}"},
    Line{Word::disk_fault, "disk: {0}", "디스크: {0}"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (static_cast<std::size_t>(lines[i].word) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table has the order of Word");

}  // namespace

std::string_view word(Word what, Lang lang) {
  const Line& line = lines[static_cast<std::size_t>(what)];
  return lang == Lang::ko ? line.ko : line.en;
}

std::string say(Word what, Lang lang, std::string_view a, std::string_view b, std::string_view c) {
  const std::string_view pattern = word(what, lang);
  const std::array<std::string_view, 3> values{a, b, c};
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}') {
      const auto slot = static_cast<std::size_t>(pattern[i + 1] - '0');
      LAB_CHECK(slot < values.size());
      out += values[slot];
      i += 2;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

}  // namespace lab::scene
