import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The same job as a Kafka Streams application, exactly once, to measure beside.
 *
 * <p>usage: Stamp BROKERS FROM TO THREADS RECORDS STATE. Ends after RECORDS, or, if that is 0, on SIGTERM. All
 * settings but the guarantee and the threads are Kafka Streams' own.
 */
public final class Stamp {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private Stamp() {}

  private static byte[] stamp(byte[] payload) {
    try {
      ObjectNode login = (ObjectNode) MAPPER.readTree(payload);
      Instant time = Instant.ofEpochSecond(login.get("timestamp").asLong());
      return MAPPER.writeValueAsBytes(login.put("datetime", FORMAT.format(time)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws InterruptedException {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[2]);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, args[3]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, args[5]);

    AtomicLong left = new AtomicLong(Long.parseLong(args[4]));
    CountDownLatch done = new CountDownLatch(1);
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(args[1], Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(
            payload -> {
              byte[] stamped = stamp(payload);
              if (left.decrementAndGet() == 0) {
                done.countDown();
              }
              return stamped;
            })
        .to(args[2], Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));

    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    done.await();
    streams.close();
  }
}
