// The short labels of the timeline's marks.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array labels = {
    Entry{"mark.started", "started", "시작"},
    Entry{"mark.killed", "killed", "강제 종료"},
    Entry{"mark.failed", "ended", "종료됨"},
    Entry{"mark.frozen", "frozen", "멈춤"},
    Entry{"mark.thawed", "goes on", "재개"},
    Entry{"mark.stopped", "stopped", "정상 종료"},
    Entry{"mark.did_not_start", "did not start", "시작 실패"},
    Entry{"mark.waiting", "waits", "대기"},
    Entry{"mark.fenced", "fenced", "펜싱"},
    Entry{"mark.fenced_after", "fenced, +{time}", "펜싱, +{time}"},
    Entry{"mark.unfenced", "unfenced", "펜싱 해제"},
    Entry{"mark.elected", "leads {partitions}", "리더: {partitions}"},
    Entry{"mark.elected_many", "leads {count} partitions", "파티션 {count}개의 리더"},
    Entry{"mark.leaderless", "{partitions}: no leader", "{partitions}: 리더 없음"},
    Entry{"mark.leaderless_many", "{count} partitions: no leader", "파티션 {count}개: 리더 없음"},
    Entry{"mark.isr_shrunk", "ISR of {partitions} shrank", "{partitions} ISR 축소"},
    Entry{"mark.isr_shrunk_many", "ISR of {count} partitions shrank",
          "파티션 {count}개의 ISR 축소"},
    Entry{"mark.isr_grew", "ISR of {partitions} grew", "{partitions} ISR 확대"},
    Entry{"mark.isr_grew_many", "ISR of {count} partitions grew", "파티션 {count}개의 ISR 확대"},
    Entry{"mark.truncated", "log cut: {partitions}", "로그 잘림: {partitions}"},
    Entry{"mark.truncated_many", "{count} logs cut", "로그 {count}개 잘림"},
    Entry{"mark.caught_up", "caught up: {partitions}", "따라잡음: {partitions}"},
    Entry{"mark.caught_up_many", "caught up: {count} partitions", "따라잡음: 파티션 {count}개"},
    Entry{"mark.crown", "active controller", "활성 컨트롤러"},
    Entry{"mark.first_ack", "first write acked, +{time}", "첫 쓰기 확인, +{time}"},
    Entry{"mark.refused_write", "writes refused: {error}", "쓰기 거부: {error}"},
    Entry{"mark.refused_request", "request refused: {error}", "요청 거부: {error}"},
    Entry{"mark.topic_created", "{topic} created", "{topic} 생성"},
    Entry{"mark.topic_gone", "{topic} deleted", "{topic} 삭제"},
    Entry{"mark.client_joined", "{client} joined", "{client} 참가"},
    Entry{"mark.client_left", "{client} left", "{client} 종료"},
    Entry{"mark.fault_on", "{fault} {target}", "{fault} {target}"},
    Entry{"mark.fault_off", "{fault} {target} ended", "{fault} {target} 끝"},
    Entry{"mark.stalled", "stalled {time}", "{time} 멈칫"},
    Entry{"mark.gap", "{count} events missed", "이벤트 {count}개 누락"},
    Entry{"mark.ledger", "checked: {lost} lost", "대조: 손실 {lost}개"},
};

}  // namespace

std::span<const Entry> timeline() { return labels; }

}  // namespace lab::i18n::tables
