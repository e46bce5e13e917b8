// The tables of words, one a file of this folder; strings.cpp joins them. Whoever adds words adds
// them to the table of their part of the lab, or a table of its own with a line here.
#pragma once

#include <span>

#include "app/i18n/strings.h"

namespace lab::i18n::tables {

std::span<const Entry> narration();  // sentences
std::span<const Entry> timeline();   // short labels
std::span<const Entry> demo();       // lines of `brokerlab demo`
std::span<const Entry> cluster();    // lines of `brokerlab cluster`
std::span<const Entry> lessons();    // lines of `brokerlab lesson`
std::span<const Entry> states();     // words on cards and rows
std::span<const Entry> window();     // toolbar, inspector, dialogs

}  // namespace lab::i18n::tables
