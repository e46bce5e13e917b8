// The words for states, on cards, rows and in the inspector.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array words = {
    Entry{"broker.unknown", "not known", "알 수 없음"},
    Entry{"broker.starting", "starting", "시작하는 중"},
    Entry{"broker.starting.recovering", "reads its log, {done} of {total} partitions",
          "로그를 읽는 중, 파티션 {total}개 중 {done}개"},
    Entry{"broker.running", "running", "실행 중"},
    Entry{"broker.running.for", "running · {time}", "실행 중 · {time}"},
    Entry{"broker.running.restarted", "running · {time} (restarted)", "실행 중 · {time} (재시작)"},
    Entry{"broker.stopping", "shutting down", "종료하는 중"},
    Entry{"broker.stopping.leaders", "hands over {count} leaders", "리더 {count}개를 넘기는 중"},
    Entry{"broker.waiting", "old session valid for {time}", "이전 세션이 {time} 더 유효"},
    Entry{"broker.frozen", "frozen (SIGSTOP) {time}", "멈춤(SIGSTOP) {time}"},
    Entry{"broker.fenced", "fenced", "펜싱됨"},
    Entry{"broker.stopped", "stopped {time} ago", "{time} 전 정상 종료"},
    Entry{"broker.dead", "killed ({signal}) {time} ago", "{time} 전 강제 종료({signal})"},
    Entry{"broker.failed", "ended with code {code} {time} ago", "{time} 전 종료 코드 {code}"},
    Entry{"broker.did_not_start", "did not start", "시작하지 못함"},
    Entry{"replica.unknown", "not known", "알 수 없음"},
    Entry{"replica.leader", "leader", "리더"},
    Entry{"replica.in_sync", "follower", "팔로워"},
    Entry{"replica.out_of_sync", "out of sync", "동기화되지 않음"},
    Entry{"replica.catching_up", "catching up", "따라잡는 중"},
    Entry{"replica.offline", "offline", "오프라인"},
    Entry{"replica.behind", "{count} behind", "{count}개 뒤처짐"},
};

}  // namespace

std::span<const Entry> states() { return words; }

}  // namespace lab::i18n::tables
