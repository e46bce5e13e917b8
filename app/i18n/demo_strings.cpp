// What `brokerlab demo` prints.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array demo_lines = {
    Entry{"demo.ready",
          "Three brokers are ready after {time}. Active controller: broker {controller}.",
          "브로커 세 대가 {time} 만에 준비되었습니다. 활성 컨트롤러: 브로커 {controller}."},
    Entry{"demo.topic", "Topic orders, 3 partitions, replication factor 2:",
          "토픽 orders, 파티션 3개, 복제 팩터 2:"},
    Entry{"demo.partition", "{partition}: leader {leader}, replicas {replicas}, ISR {isr}",
          "{partition}: 리더 {leader}, 복제본 {replicas}, ISR {isr}"},
    Entry{"demo.flowing", "Records flow: {count} acknowledged so far (acks=all).",
          "레코드가 흐릅니다: 지금까지 {count}개 확인됨 (acks=all)."},
    Entry{"demo.kill", "kill -9 {pid}: broker {broker}, the leader of orders-0.",
          "kill -9 {pid}: orders-0의 리더인 브로커 {broker}."},
    Entry{"demo.lost", "leader lost: broker {broker} is gone", "리더 상실: 브로커 {broker} 종료"},
    Entry{"demo.controller", "broker {broker} is the new active controller",
          "브로커 {broker}{이/가} 새 활성 컨트롤러"},
    Entry{"demo.noticed", "noticed: controller {controller} fences broker {broker}",
          "알아차림: 컨트롤러 {controller}{이/가} 브로커 {broker} 펜싱"},
    Entry{"demo.elected", "broker {broker} leads orders-0, epoch {epoch}",
          "브로커 {broker}{이/가} orders-0의 리더, 에포크 {epoch}"},
    Entry{"demo.acked", "first write acknowledged by the new leader", "새 리더가 첫 쓰기를 확인"},
    Entry{"demo.started", "Broker {broker} is started again (pid {pid}).",
          "브로커 {broker}{을/를} 다시 시작합니다 (pid {pid})."},
    Entry{"demo.caught_up", "broker {broker} has caught up and is in the ISR again",
          "브로커 {broker}{이/가} 따라잡아 다시 ISR에 들어감"},
    Entry{"demo.ledger",
          "A fresh consumer read {found} of {acked} acknowledged records: lost {lost}, duplicated "
          "{duplicated}.",
          "새 컨슈머가 확인된 레코드 {acked}개 중 {found}개를 읽었습니다: 손실 {lost}, 중복 "
          "{duplicated}."},
    Entry{
        "demo.ledger_lost",
        "MISSING: a fresh consumer read only {found} of {acked} acknowledged records: lost {lost}, "
        "duplicated {duplicated}.",
        "누락: 새 컨슈머가 확인된 레코드 {acked}개 중 {found}개만 읽었습니다: 손실 {lost}, 중복 "
        "{duplicated}."},
};

}  // namespace

std::span<const Entry> demo() { return demo_lines; }

}  // namespace lab::i18n::tables
