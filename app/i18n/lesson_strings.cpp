// What `brokerlab lesson` and `brokerlab notes` print, and the results file.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array lesson_lines = {
    Entry{"lesson.line", "{title} ({minutes} min)", "{title} ({minutes}분)"},
    Entry{"lesson.state.finished", "finished", "완료"},
    Entry{"lesson.state.begun", "{done} of {of} steps", "{of}단계 중 {done}단계"},
    Entry{"lesson.results.title", "Brokerlab: results", "Brokerlab: 학습 결과"},
    Entry{"lesson.results.finished", "finished {at}, {time} of work, {done} of {of} steps",
          "{at} 완료, 학습 시간 {time}, {of}단계 중 {done}단계"},
    Entry{"lesson.results.begun", "begun, {time} of work, {done} of {of} steps",
          "진행 중, 학습 시간 {time}, {of}단계 중 {done}단계"},
    Entry{"lesson.results.shown", "shown", "시연으로 완료"},
    Entry{"lesson.results.hints", "hints: {count}", "힌트: {count}"},
    Entry{"lesson.results.right", "predicted \"{chosen}\", and so it happened",
          "예측: \"{chosen}\" — 예측대로 되었습니다"},
    Entry{"lesson.results.wrong", "predicted \"{chosen}\"; what happened: \"{happened}\"",
          "예측: \"{chosen}\" — 실제 결과: \"{happened}\""},
    Entry{"notes.none", "No lesson is open in a window.", "창에 열린 레슨이 없습니다."},
    Entry{"notes.head", "{lesson} {title} · step {number} of {count} ({step})",
          "{lesson} {title} · {count}단계 중 {number}단계 ({step})"},
    Entry{"notes.empty", "This step has no notes.", "이 단계에는 노트가 없습니다."},
};

}  // namespace

std::span<const Entry> lessons() { return lesson_lines; }

}  // namespace lab::i18n::tables
