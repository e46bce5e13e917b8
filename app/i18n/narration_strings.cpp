// The sentences of the narration (LOOKS §8). A key with ".lead" is the bold beginning, ".rest" what
// follows it. Past tense for events, present for states.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array sentences = {
    // Who
    Entry{"who.broker", "broker {id}", "브로커 {id}"},
    Entry{"who.Broker", "Broker {id}", "브로커 {id}"},
    Entry{"who.controller", "controller {id}", "컨트롤러 {id}"},
    Entry{"who.Controller", "Controller {id}", "컨트롤러 {id}"},

    // Processes
    Entry{"say.process_started", "{Who} was started (pid {pid}).",
          "{Who}{이/가} 시작되었습니다(pid {pid})."},
    Entry{"say.node_started", "{Who} starts.", "{Who}{이/가} 시작됩니다."},
    Entry{"say.ready", "{Who} accepts connections on port {port}.",
          "{Who}{이/가} 포트 {port}에서 연결을 받습니다."},
    Entry{"say.ready_portless", "{Who} accepts connections.", "{Who}{이/가} 연결을 받습니다."},
    Entry{"say.stopping.lead", "{Who} shuts down.", "{Who}{이/가} 종료를 시작했습니다."},
    Entry{"say.stopping.rest", "It hands its leaderships over first.",
          "먼저 리더 역할을 다른 브로커에 넘깁니다."},
    Entry{"say.killed.lead", "{Who} was killed ({signal}).",
          "{Who}{이/가} 강제 종료({signal})되었습니다."},
    Entry{"say.killed.unknown", "The controller does not know yet.", "컨트롤러는 아직 모릅니다."},
    Entry{"say.killed.controller", "It was the active controller: the quorum has to elect another.",
          "활성 컨트롤러였으므로 쿼럼이 새 컨트롤러를 선출해야 합니다."},
    Entry{"say.nobody", "No broker is alive.", "살아 있는 브로커가 없습니다."},
    Entry{"say.nobody.since", "Last known at {time}.", "마지막으로 확인한 시각은 {time}입니다."},
    Entry{"say.exited", "{Who} ended with exit code {code}.",
          "{Who}{이/가} 종료 코드 {code}{으로/로} 끝났습니다."},
    Entry{"say.gone_unseen", "{Who} is gone; nobody saw how it ended.",
          "{Who}{이/가} 사라졌습니다. 어떻게 끝났는지는 알 수 없습니다."},
    Entry{"say.stopped", "{Who} has stopped.", "{Who}{이/가} 정상 종료되었습니다."},
    Entry{"say.did_not_start", "{Who} did not start.", "{Who}{이/가} 시작하지 못했습니다."},
    Entry{"say.halted", "{Who} halted.", "{Who}{이/가} 스스로 멈췄습니다."},
    Entry{"say.frozen.lead", "{Who} was frozen (SIGSTOP).", "{Who}{이/가} 멈췄습니다(SIGSTOP)."},
    Entry{"say.frozen.rest", "Its connections stay open, but nothing moves on them.",
          "연결은 열려 있지만 아무것도 오가지 않습니다."},
    Entry{"say.thawed.lead", "{Who} goes on (SIGCONT).", "{Who}{이/가} 다시 움직입니다(SIGCONT)."},
    Entry{"say.thawed.fenced", "It was fenced meanwhile and has to find out.",
          "그동안 펜싱되었지만 아직 모릅니다."},
    Entry{"say.stalled", "{Who} stalled for {time}.", "{Who}{이/가} {time} 동안 멈칫했습니다."},

    // Controller
    Entry{"say.controller", "{Who} is the active controller now, quorum epoch {epoch}.",
          "{Who}{이/가} 이제 활성 컨트롤러입니다(쿼럼 에포크 {epoch})."},
    Entry{"say.waits", "{Who} waits: its old session is valid for {time} more.",
          "{Who}{이/가} 기다립니다. 이전 세션이 {time} 더 유효합니다."},
    Entry{"say.twin", "Another process asked to be {who} and was refused: {who} lives.",
          "다른 프로세스가 {who}{이/가} 되려고 했지만 거부되었습니다. {who}{은/는} 살아 있습니다."},
    Entry{"say.fenced.lead",
          "{Who} was silent for {time}:", "{Who}의 하트비트가 {time} 동안 없어,"},
    Entry{"say.fenced.only", "the controller ({controller}) fenced it.",
          "컨트롤러({controller})가 {who}{을/를} 펜싱했습니다."},
    Entry{"say.fenced.one",
          "the controller ({controller}) fenced it and made {leader} leader of {partition}, epoch "
          "{epoch}.",
          "컨트롤러({controller})가 {who}{을/를} 펜싱하고 {leader}{을/를} {partition}의 새 리더로 "
          "선출했습니다(에포크 {epoch})."},
    Entry{"say.fenced.many", "the controller ({controller}) fenced it and made {leaders}.",
          "컨트롤러({controller})가 {who}{을/를} 펜싱하고 {leaders} 선출했습니다."},
    Entry{"say.fenced.leads", "{leader} leader of {partitions}",
          "{leader}{을/를} {partitions}의 새 리더로"},
    Entry{"say.fenced.partition", "{partition}, epoch {epoch}", "{partition}(에포크 {epoch})"},
    Entry{"say.fenced.count", "{count} partitions", "파티션 {count}개"},
    Entry{"say.fenced.leaderless", "{partitions} {has} no leader now: no replica in sync is alive.",
          "{partitions}에는 이제 리더가 없습니다. 동기화된 복제본이 살아 있지 않습니다."},
    Entry{"say.unfenced", "The controller ({controller}) unfenced {who}: it may lead again.",
          "컨트롤러({controller})가 {who}의 펜싱을 풀었습니다. 다시 리더가 될 수 있습니다."},

    // Leaders
    Entry{"say.elected", "{Who} leads {partition} now, epoch {epoch}.",
          "{Who}{이/가} 이제 {partition}의 리더입니다(에포크 {epoch})."},
    Entry{"say.elected.shutdown", "{From} handed {partition} over to {who}, epoch {epoch}.",
          "{From}{이/가} {partition}의 리더 역할을 {who}에 넘겼습니다(에포크 {epoch})."},
    Entry{"say.elected.preferred",
          "{Who} leads {partition} again: it is the preferred leader, epoch {epoch}.",
          "선호 리더인 {who}{이/가} 다시 {partition}의 리더가 되었습니다(에포크 {epoch})."},
    Entry{"say.elected.unclean.lead",
          "{Who} was made leader of {partition} although it was not in the ISR, epoch {epoch}.",
          "ISR에 없던 {who}{이/가} {partition}의 리더로 선출되었습니다(에포크 {epoch})."},
    Entry{"say.elected.unclean.rest", "Acknowledged records that it does not have are at risk.",
          "이 브로커에 없는, 이미 확인된 레코드가 위험합니다."},
    Entry{"say.elected.last.lead",
          "{Who}, the last leader of {partition}, leads it again, epoch {epoch}.",
          "{partition}의 마지막 리더였던 {Who}{이/가} 다시 리더가 되었습니다(에포크 {epoch})."},
    Entry{"say.elected.last.alone", "It has the only replica.", "복제본은 이 브로커에만 있습니다."},
    Entry{"say.elected.last.rest",
          "No replica is known to have everything; what it had not synced when it died is at risk.",
          "모든 레코드가 있다고 알려진 복제본이 없습니다. 이 브로커가 죽을 때 디스크에 동기화하지 "
          "않은 "
          "레코드가 위험합니다."},
    Entry{"say.leaderless", "{partition} has no leader: no replica in sync is alive.",
          "{partition}에 리더가 없습니다. 동기화된 복제본이 살아 있지 않습니다."},

    // Followers
    Entry{"say.left_isr.lead", "{Who} fell behind and left the ISR of {partitions}.",
          "{Who}{이/가} 뒤처져 {partitions}의 ISR에서 빠졌습니다."},
    Entry{"say.left_isr.rest", "It had not caught up for replica.lag.time.max.ms = {value}.",
          "replica.lag.time.max.ms = {value} 동안 리더를 따라잡지 못했습니다."},
    Entry{"say.back.lead", "{Who} is back as a follower.", "{Who}{이/가} 팔로워로 돌아왔습니다."},
    Entry{"say.back.cut", "It cut {records}, which {leader} never had, and copies what it missed.",
          "{leader}에 없는 {records} 레코드를 잘라 내고, 밀린 레코드를 복제하는 중입니다."},
    Entry{"say.back.cut_many",
          "It cut {count} records in {partitions} partitions, which the leaders never had, and "
          "copies what it missed.",
          "파티션 {partitions}개에서 리더에 없는 레코드 {count}개를 잘라 내고, 밀린 레코드를 "
          "복제하는 중입니다."},
    Entry{"say.back.copies", "It copies what it missed.", "밀린 레코드를 복제하는 중입니다."},
    Entry{"say.follows.lead", "{Who} is a follower of {partition} now.",
          "{Who}{이/가} 이제 {partition}의 팔로워입니다."},
    Entry{"say.cut.one", "record {first}", "{first}번"},
    Entry{"say.cut.two", "records {first} and {last}", "{first}·{last}번"},
    Entry{"say.cut.range", "records {first} to {last}", "{first}–{last}번"},
    Entry{"say.caught_up", "{Who} has caught up and is in the ISR of {partitions} again.",
          "{Who}{이/가} 리더를 따라잡아 {partitions}의 ISR에 다시 들어왔습니다."},

    // Topics and clients
    Entry{"say.topic_created", "Topic {topic} was created.", "토픽 {topic}{이/가} 생성되었습니다."},
    Entry{"say.topic_gone", "Topic {topic} was deleted.", "토픽 {topic}{이/가} 삭제되었습니다."},
    Entry{"say.acked.killed", "{client} writes to {partition} again, {time} after the kill.",
          "강제 종료된 지 {time} 만에 {client}{이/가} {partition}에 다시 쓰기 시작했습니다."},
    Entry{"say.acked.frozen", "{client} writes to {partition} again, {time} after the freeze.",
          "멈춘 지 {time} 만에 {client}{이/가} {partition}에 다시 쓰기 시작했습니다."},
    Entry{
        "say.acked.silent",
        "{client} writes to {partition} again, {time} after the last heartbeat.",
        "마지막 하트비트로부터 {time} 만에 {client}{이/가} {partition}에 다시 쓰기 시작했습니다."},
    Entry{"say.acked.failed",
          "{client} writes to {partition} again, {time} after the leader ended.",
          "리더가 끝난 지 {time} 만에 {client}{이/가} {partition}에 다시 쓰기 시작했습니다."},
    Entry{"say.refused.one",
          "{partition} refuses acks=all: {count} replica in sync, min.insync.replicas is {min}.",
          "{partition}{이/가} acks=all 쓰기를 거부합니다. 동기화된 복제본은 {count}개인데 "
          "min.insync.replicas가 {min}입니다."},
    Entry{"say.refused.many",
          "{partition} refuses acks=all: {count} replicas in sync, min.insync.replicas is {min}.",
          "{partition}{이/가} acks=all 쓰기를 거부합니다. 동기화된 복제본은 {count}개인데 "
          "min.insync.replicas가 {min}입니다."},
    Entry{"say.request_refused", "What was asked of topic {topic} is refused: {error}.",
          "토픽 {topic}에 대한 요청이 거부되었습니다: {error}."},
    Entry{"say.refused.unknown", "{partition} refuses acks=all: too few replicas are in sync.",
          "{partition}{이/가} acks=all 쓰기를 거부합니다. 동기화된 복제본이 부족합니다."},
    Entry{"say.gave_up.one", "{client} gave up on {count} record of {partition}: {error}.",
          "{client}{이/가} {partition}의 레코드 {count}개를 포기했습니다: {error}."},
    Entry{"say.gave_up.many", "{client} gave up on {count} records of {partition}: {error}.",
          "{client}{이/가} {partition}의 레코드 {count}개를 포기했습니다: {error}."},
    Entry{"say.client_started", "{client} started.", "{client}{이/가} 시작되었습니다."},
    Entry{"say.client_stopped", "{client} stopped.", "{client}{이/가} 종료되었습니다."},
    Entry{"say.group", "Group {group}: {state}, generation {generation}, members {members}.",
          "그룹 {group}: {state}, 세대 {generation}, 멤버 {members}."},
    Entry{"say.group_empty", "Group {group} has no members.", "그룹 {group}에 멤버가 없습니다."},
    Entry{"say.ledger_good.one", "Nothing was lost: the acknowledged record of {client} is there.",
          "손실이 없습니다. {client}{이/가} 확인받은 레코드 {count}개가 남아 있습니다."},
    Entry{"say.ledger_good.many",
          "Nothing was lost: all {count} acknowledged records of {client} are there.",
          "손실이 없습니다. {client}{이/가} 확인받은 레코드 {count}개가 모두 남아 있습니다."},
    Entry{"say.ledger_lost.one", "{count} acknowledged record of {client} is lost.",
          "{client}{이/가} 확인받은 레코드 {count}개가 손실되었습니다."},
    Entry{"say.ledger_lost.many", "{count} acknowledged records of {client} are lost.",
          "{client}{이/가} 확인받은 레코드 {count}개가 손실되었습니다."},
    Entry{"say.ledger_duplicated.one", "{count} record is there twice.",
          "레코드 {count}개가 중복되었습니다."},
    Entry{"say.ledger_duplicated.many", "{count} records are there twice.",
          "레코드 {count}개가 중복되었습니다."},

    // Faults and the stream
    Entry{"say.cut_on", "The link {target} is cut: what is sent there waits.",
          "링크 {target}{이/가} 끊겼습니다. 보낸 데이터는 복구될 때까지 기다립니다."},
    Entry{"say.cut_off", "The link {target} is whole again: what waited goes on.",
          "링크 {target}{이/가} 복구되었습니다. 기다리던 데이터가 전달됩니다."},
    Entry{"say.delay_on", "The link {target} is slow: everything comes {time} later.",
          "링크 {target}{이/가} 느려졌습니다. 모든 데이터가 {time} 늦게 도착합니다."},
    Entry{"say.delay_off", "The link {target} is as fast as before.",
          "링크 {target}의 지연이 없어졌습니다."},
    Entry{"say.fault_on", "Fault {fault} on {target}.",
          "{target}에 장애 {fault}{을/를} 넣었습니다."},
    Entry{"say.fault_off", "Fault {fault} on {target} has ended.",
          "{target}의 장애 {fault}{이/가} 끝났습니다."},
    Entry{"say.gap", "The lab fell behind: {count} events of {who} were not told.",
          "실험실이 뒤처져 {who}의 이벤트 {count}개를 받지 못했습니다."},

    // How the cluster stands
    Entry{"say.state.empty", "Nothing is known yet.", "아직 알려진 것이 없습니다."},
    Entry{"say.state.no_topics", "No topics yet.", "아직 토픽이 없습니다."},
    Entry{"say.state.leaderless.one", "{count} partition has no leader.",
          "리더가 없는 파티션이 {count}개 있습니다."},
    Entry{"say.state.leaderless.many", "{count} partitions have no leader.",
          "리더가 없는 파티션이 {count}개 있습니다."},
    Entry{"say.state.under", "{count} of {all} partitions miss a replica in their ISR.",
          "파티션 {all}개 중 {count}개의 ISR에 빠진 복제본이 있습니다."},
    Entry{"say.state.healthy.one", "The partition has every replica in sync.",
          "파티션의 모든 복제본이 동기화되어 있습니다."},
    Entry{"say.state.healthy.many", "All {count} partitions have every replica in sync.",
          "파티션 {count}개의 모든 복제본이 동기화되어 있습니다."},
    Entry{"say.state.never_failed", "Nothing has failed since the start.",
          "시작한 뒤로 아무 장애도 없었습니다."},
};

}  // namespace

std::span<const Entry> narration() { return sentences; }

}  // namespace lab::i18n::tables
