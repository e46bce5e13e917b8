// See snippets.h. The calls are those of kcat 1.7, kafka-clients, confluent-kafka, kafkajs and
// franz-go. `$B` stands for the servers, `$L` for them as a list of strings, `$T` for the topic.
#include "app/views/snippets.h"

namespace lab::views {
namespace {

constexpr std::string_view kcat = R"(# which brokers and partitions there are
kcat -b $B -L
# write one record
echo hello | kcat -b $B -P -t $T -X acks=all
# read all from the beginning, and stop at the end
kcat -b $B -C -t $T -o beginning -e
)";

constexpr std::string_view java = R"(// org.apache.kafka:kafka-clients
import java.util.Map;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

public class Hello {
  public static void main(String[] args) throws Exception {
    Map<String, Object> config = Map.of(
        "bootstrap.servers", "$B",
        "acks", "all");
    var text = new StringSerializer();
    try (var producer = new KafkaProducer<String, String>(config, text, text)) {
      RecordMetadata at = producer.send(new ProducerRecord<>("$T", "hello")).get();
      System.out.println(at.topic() + "-" + at.partition() + " at offset " + at.offset());
    }
  }
}
)";

constexpr std::string_view python = R"(# pip install confluent-kafka
from confluent_kafka import Producer

def told(error, record):
    print(error or f"{record.topic()}-{record.partition()} at offset {record.offset()}")

producer = Producer({
    "bootstrap.servers": "$B",
    "acks": "all",
})
producer.produce("$T", value="hello", on_delivery=told)
producer.flush()
)";

constexpr std::string_view javascript = R"(// npm install kafkajs
const { Kafka } = require("kafkajs");

async function main() {
  const kafka = new Kafka({
    clientId: "hello",
    brokers: [$L],
  });
  const producer = kafka.producer();
  await producer.connect();
  const messages = [{ value: "hello" }];
  console.log(await producer.send({ topic: "$T", acks: -1, messages }));
  await producer.disconnect();
}

main();
)";

constexpr std::string_view go = R"(// go get github.com/twmb/franz-go/pkg/kgo
package main

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers(
		$L))
	if err != nil {
		panic(err)
	}
	defer client.Close()
	record := &kgo.Record{Topic: "$T", Value: []byte("hello")}
	if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
		panic(err)
	}
	fmt.Printf("%s-%d at offset %d\n", record.Topic, record.Partition, record.Offset)
}
)";

constexpr std::array<std::string_view, snippet_names.size()> texts{kcat, java, python, javascript,
                                                                   go};

// "a:1,b:2" as "\"a:1\", \"b:2\"".
std::string quoted_list(std::string_view servers) {
  std::string out = "\"";
  for (const char c : servers) {
    if (c == ',') {
      out += "\", \"";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string snippet(std::size_t which, std::string_view bootstrap, std::string_view topic) {
  const std::string_view text = texts[which % texts.size()];
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char what = text[i] == '$' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (what == 'B') {
      out += bootstrap;
    } else if (what == 'L') {
      out += quoted_list(bootstrap);
    } else if (what == 'T') {
      out += topic;
    } else {
      out += text[i];
      continue;
    }
    ++i;
  }
  return out;
}

}  // namespace lab::views
