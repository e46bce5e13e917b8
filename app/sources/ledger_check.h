// The check of a producer's ledger: a fresh consumer reads everything of its topics, from the start
// to the high watermark, and looks which of the promised records are there. Started by LabClients
// on its ClientMachine; within inputs of that machine only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/sources/promises.h"
#include "engine/client/client_machine.h"

namespace lab::sources {

struct LedgerQuestion {
  std::string reader;  // client.id of the fresh consumer
  std::string client;  // whose ledger
  std::string run;     // RecordIdentity::producer
  std::vector<std::string> topics;
  NumberSet promised;
  client::NetworkOptions network;
};

// `then` runs once, in a later input: an error where the topics could not be read within a minute.
// The outcome is traced as well (LedgerChecked).
void start_ledger_check(client::ClientMachine& machine, client::Admin& admin,
                        LedgerQuestion question,
                        std::function<void(Result<trace::LedgerChecked>)> then);

}  // namespace lab::sources
