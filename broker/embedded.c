/*
 * A Kafka broker in one small process, for demonstrations and fast tests:
 * the mock cluster of librdkafka (rdkafka_mock.h).  It listens on a free port
 * of 127.0.0.1, keeps about 5 MB a partition in memory and nothing on disk.
 * Groups and idempotence work, transactions are only accepted.
 *
 * usage: embedded-broker NAME:PARTITIONS...
 *
 * Prints the bootstrap servers on stdout once it is ready, and runs until
 * SIGTERM, SIGINT or the end of its stdin: whoever holds the other end of that
 * pipe owns it, and a killed owner leaves no orphan.
 *
 * Exit status: 0 ended as asked, 2 it could not start.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <sys/signalfd.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_CANNOT = 2, NAME_MAX_LENGTH = 249, PARTITIONS_MAX = 10000 };

/*
 * Create the topic that NAME:PARTITIONS describes, or end the program.
 */
static void
create_topic(rd_kafka_mock_cluster_t *cluster, const char *arg)
{
	const char *colon = strrchr(arg, ':');
	char name[NAME_MAX_LENGTH + 1];
	char *end;
	long partitions;
	rd_kafka_resp_err_t error;

	if (colon == NULL || colon == arg ||
	    colon - arg > NAME_MAX_LENGTH || colon[1] < '1' || colon[1] > '9')
		errx(EXIT_CANNOT, "%s: not NAME:PARTITIONS", arg);
	errno = 0;
	partitions = strtol(colon + 1, &end, 10);
	if (*end != '\0' || errno != 0 || partitions > PARTITIONS_MAX)
		errx(EXIT_CANNOT, "%s: partitions must be 1 to %d", arg,
		    PARTITIONS_MAX);
	memcpy(name, arg, (size_t)(colon - arg));
	name[colon - arg] = '\0';
	error = rd_kafka_mock_topic_create(cluster, name, (int)partitions, 1);
	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		errx(EXIT_CANNOT, "%s: %s", arg, rd_kafka_err2str(error));
}

/*
 * Block until a signal of `signals` (a signalfd) or the end of stdin.
 */
static void
wait_for_end(int signals)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	char ignored[512];

	for (;;) {
		if (poll(fds, 2, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(EXIT_CANNOT, "poll");
		}
		if (fds[1].revents != 0)
			return;
		if (fds[0].revents != 0 &&
		    read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0)
			return;
	}
}

int
main(int argc, char **argv)
{
	rd_kafka_mock_cluster_t *cluster;
	rd_kafka_conf_t *conf;
	rd_kafka_t *rk;
	sigset_t set;
	char reason[512];
	int i, signals;

	/* Before librdkafka starts its threads, so that they inherit it. */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(EXIT_CANNOT, "sigprocmask");
	if ((signals = signalfd(-1, &set, SFD_CLOEXEC)) == -1)
		err(EXIT_CANNOT, "signalfd");

	/* Errors only: it warns about having no servers, being one itself. */
	conf = rd_kafka_conf_new();
	if (rd_kafka_conf_set(conf, "log_level", "3", reason,
	    sizeof(reason)) != RD_KAFKA_CONF_OK ||
	    (rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason,
	    sizeof(reason))) == NULL)
		errx(EXIT_CANNOT, "librdkafka: %s", reason);
	if ((cluster = rd_kafka_mock_cluster_new(rk, 1)) == NULL)
		errx(EXIT_CANNOT, "librdkafka: no mock cluster");
	for (i = 1; i < argc; i++)
		create_topic(cluster, argv[i]);

	if (printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster)) < 0 ||
	    fflush(stdout) == EOF)
		err(EXIT_CANNOT, "stdout");
	wait_for_end(signals);

	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(rk);
	(void)close(signals);
	return 0;
}
