// The clients of one program as one Machine: any number of producers, consumers and admins, each
// with its own client.id and connections, driven by a host or a simulated world like a broker is.
// Who owns it calls them between inputs through run(); they answer by callbacks within later
// inputs. It touches no files and asks nobody to listen.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/client/admin.h"
#include "engine/client/consumer.h"
#include "engine/client/producer.h"
#include "engine/machine/context.h"
#include "engine/machine/machine.h"

namespace lab::client {

class ClientMachine : public Machine {
 public:
  // `traced`: the clients' events (ProducerSent, ConsumerRead, Frame, ...) come out as effects,
  // with no node (-1).
  explicit ClientMachine(bool traced) : context_(no_node, traced) {}

  // The first input must be Start; Admin{stop} closes all clients and halts.
  void handle(const Now& now, Input input, Effects& effects) override;
  // The owner's own input: runs `call` as one, so that it may use the clients. Never from within
  // another input, and not before Start.
  void run(const Now& now, Effects& effects, const std::function<void()>& call);

  // ---- To be called within run() or a callback. Names are the clients' client.id where that is
  // empty in the options; a name that is taken is a programmer error. References hold until remove.
  Producer& add_producer(const std::string& name, ProducerOptions options);
  Consumer& add_consumer(const std::string& name, ConsumerOptions options,
                         Consumer::OnRecord on_record, Consumer::OnTrouble on_trouble);
  Admin& add_admin(const std::string& name, AdminOptions options);
  // nullptr where there is none of that name.
  Producer* producer(const std::string& name);
  Consumer* consumer(const std::string& name);
  Admin* admin(const std::string& name);
  // Closes it (what was under way fails with `reason`) and forgets it after this input.
  void remove(const std::string& name, const std::string& reason);

  Context& context() { return context_; }

 private:
  template <class Client>
  using Clients = std::map<std::string, std::unique_ptr<Client>>;

  template <class Event>
  void forward(const Event& event);
  void act(const Input& input);
  void close_all(const std::string& reason);
  void check_free(const std::string& name) const;

  Context context_;
  Clients<Producer> producers_;
  Clients<Consumer> consumers_;
  Clients<Admin> admins_;
  // Removed ones: a callback of theirs may be running until the input is over.
  std::vector<std::unique_ptr<Producer>> old_producers_;
  std::vector<std::unique_ptr<Consumer>> old_consumers_;
  std::vector<std::unique_ptr<Admin>> old_admins_;
  bool started_ = false;
};

}  // namespace lab::client
