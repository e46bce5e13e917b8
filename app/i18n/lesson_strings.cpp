// What `brokerlab lesson` prints, and the results file.
#include <array>

#include "app/i18n/tables.h"

namespace lab::i18n::tables {
namespace {

constexpr std::array lines = {
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
};

}  // namespace

std::span<const Entry> lessons() { return lines; }

}  // namespace lab::i18n::tables
