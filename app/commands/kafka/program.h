// One of Kafka's tools as a program: its standard input, output and signals around kafka::run, on
// real TCP. Called by app/main.cpp. The only part of this folder that knows a process.
#pragma once

#include <string>
#include <vector>

namespace lab::commands::kafka {

// `arguments` without the tool's name. The exit code.
int run_program(const std::string& tool, const std::vector<std::string>& arguments);

}  // namespace lab::commands::kafka
