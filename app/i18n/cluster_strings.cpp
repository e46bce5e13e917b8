// What `brokerlab cluster` prints for people.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array cluster_lines = {
    Entry{"cluster.type",
          "Type: kill N, stop N, start N, freeze N, thaw N, produce, kafka-topics, status, help, "
          "quit",
          "입력: kill N, stop N, start N, freeze N, thaw N, produce, kafka-topics, status, help, "
          "quit"},
    Entry{"cluster.killed", "broker {broker} (pid {pid}) was killed by {signal}",
          "브로커 {broker}{이/가} {signal} 신호로 종료되었습니다(pid {pid})"},
    Entry{"cluster.stopped", "broker {broker} (pid {pid}) has stopped",
          "브로커 {broker}{이/가} 정상 종료되었습니다(pid {pid})"},
    Entry{"cluster.did_not_start", "broker {broker} (pid {pid}) did not start, exit code {code}: ",
          "브로커 {broker}{이/가} 시작하지 못했습니다(pid {pid}, 종료 코드 {code}): "},
    Entry{"cluster.failed", "broker {broker} (pid {pid}) has failed, exit code {code}: ",
          "브로커 {broker}{이/가} 비정상 종료되었습니다(pid {pid}, 종료 코드 {code}): "},
    Entry{"cluster.silent", "it said nothing", "남긴 말이 없습니다"},
    Entry{"cluster.none", "no broker could start", "시작한 브로커가 없습니다"},
    Entry{"cluster.runs_on", "broker {broker} (pid {pid}) was started by hand and runs on",
          "브로커 {broker}{은/는} 손으로 시작한 것이므로 계속 실행됩니다(pid {pid})"},
    Entry{"status.broker", "broker", "브로커"},
    Entry{"status.link", "link", "링크"},
    Entry{"status.leader", "leader", "리더"},
    Entry{"status.no_leader", "no leader", "리더 없음"},
    Entry{"status.replicas", "replicas", "복제본"},
    Entry{"status.epoch", "epoch", "에포크"},
    Entry{"status.none", "none", "없음"},
    Entry{"status.unknown_how", "unknown how", "원인 알 수 없음"},
    Entry{"status.controller", "active controller (epoch {epoch})",
          "활성 컨트롤러(에포크 {epoch})"},
    Entry{"status.no_controller", "no active controller", "활성 컨트롤러 없음"},
    Entry{"status.state.unknown", "unknown", "알 수 없음"},
    Entry{"status.state.starting", "starting", "시작하는 중"},
    Entry{"status.state.running", "running", "실행 중"},
    Entry{"status.state.stopping", "stopping", "종료하는 중"},
    Entry{"status.state.waiting", "waiting", "이전 세션 대기"},
    Entry{"status.state.frozen", "frozen", "정지(SIGSTOP)"},
    Entry{"status.state.fenced", "fenced", "펜싱됨"},
    Entry{"status.state.stopped", "stopped", "정상 종료됨"},
    Entry{"status.state.dead", "dead", "죽음"},
    Entry{"status.state.did_not_start", "did not start", "시작하지 못함"},
};

}  // namespace

std::span<const Entry> cluster() { return cluster_lines; }

}  // namespace lab::i18n::tables
