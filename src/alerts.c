#include <inttypes.h>

#include "alerts.h"
#include "terminal.h"
#include "watchoptions.h"

void
alerts_open(struct alerts *alerts, struct watch_options *options,
    struct members *members, struct teller *teller)
{
	const struct alert_rule *rule;
	const struct alert_row *row;
	size_t kind;

	*alerts = (struct alerts){.options = options, .teller = teller};
	for (kind = 0; kind < ALERT_KINDS; kind++) {
		rule = &options->alerts[kind];
		row = &alert_rows[kind];
		if (!rule->on || row->way != ALERT_CROWD)
			continue;
		alerts->crowds[kind] =
		    crowd_open(rule->threshold, rule->seconds);
		alerts->entity[kind] =
		    members_add(members, options, span_of(row->entity));
		if (row->value != NULL)
			alerts->value[kind] = members_add(
			    members, options, span_of(row->value));
	}
	rule = &options->alerts[ALERT_RATE];
	alerts->pace = (struct pace){
	    .deviations = rule->threshold, .seconds = rule->seconds};
}

/* Tell of an incident's begin or end, and count it. */
static void
tell(struct alerts *alerts, enum alert_kind kind, bool begins,
    struct teller_alert *alert)
{
	alert->name = alert_rows[kind].name;
	alert->state = begins ? "begin" : "end";
	if (begins)
		alerts->begun[kind]++;
	else
		alerts->ended[kind]++;
	teller_put_alert(alerts->teller, alert);
}

static struct span
span_of_text(const struct crowd_text *text)
{
	return ((struct span){text->bytes, text->len});
}

static void
tell_crowd(struct alerts *alerts, enum alert_kind kind,
    const struct crowd_entity *entity, int64_t now, bool begins)
{
	const struct alert_row *row = &alert_rows[kind];
	struct teller_alert alert = {
	    .at = now,
	    .member = span_of(row->entity),
	    .value = span_of_text(&entity->text),
	    .threshold = alerts->crowds[kind]->threshold,
	    .seconds = alerts->crowds[kind]->seconds,
	    .counted = row->value != NULL ? row->value : "records",
	    .begin = entity->begin,
	    .records = entity->records,
	};
	size_t i;

	for (i = 0; begins && row->value != NULL &&
	    i < entity->mark_count && i < TELLER_EVIDENCE;
	    i++)
		alert.evidence[alert.evidence_count++] =
		    span_of_text(&crowd_mark(entity, i)->text);
	tell(alerts, kind, begins, &alert);
}

static void
see_crowd(struct alerts *alerts, enum alert_kind kind, int64_t at,
    int64_t now)
{
	const struct period_value *value = alerts->value[kind];
	struct crowd *crowd = alerts->crowds[kind];
	const struct crowd_entity *entity;
	struct crowd_entity ended;

	while ((entity = crowd_end(crowd, now)) != NULL)
		tell_crowd(alerts, kind, entity, now, false);
	if (alerts->entity[kind]->text.ptr == NULL ||
	    (value != NULL && value->text.ptr == NULL))
		return;
	entity = crowd_see(
	    crowd, alerts->entity[kind], value, at, now, &ended);
	if (ended.active)
		tell_crowd(alerts, kind, &ended, now, false);
	if (entity != NULL)
		tell_crowd(alerts, kind, entity, now, true);
}

static void
see_pace(struct alerts *alerts, int64_t now)
{
	struct pace *pace = &alerts->pace;
	struct teller_alert alert;
	struct pace_news news;

	while (pace_move(pace, now, &news)) {
		if (!news.begins && !news.ends)
			continue;
		alert = (struct teller_alert){
		    .at = (news.stretch + 1) * pace->seconds,
		    .threshold = (uint64_t)pace->deviations,
		    .seconds = pace->seconds,
		    .counted = "deviations",
		    .begin = pace->begin * pace->seconds,
		    .records = news.count,
		    .has_mean = true,
		    .mean = news.mean,
		    .deviation = news.deviation,
		};
		tell(alerts, ALERT_RATE, news.begins, &alert);
	}
	pace->count++;
}

void
alerts_see(struct alerts *alerts, int64_t at, int64_t now)
{
	enum alert_kind kind;

	for (kind = 0; kind < ALERT_KINDS; kind++)
		if (alerts->crowds[kind] != NULL)
			crowd_expect(alerts->crowds[kind],
			    alerts->entity[kind]->hash);
	for (kind = 0; kind < ALERT_KINDS; kind++)
		if (alerts->crowds[kind] != NULL)
			see_crowd(alerts, kind, at, now);
	if (alerts->options->alerts[ALERT_RATE].on)
		see_pace(alerts, now);
}

void
alerts_see_value(struct alerts *alerts, struct span member,
    const struct period_value *value, const struct frequent *frequent,
    int64_t first, int64_t at)
{
	const struct alert_rule *rule =
	    &alerts->options->alerts[ALERT_NEW_VALUE];
	struct teller_alert alert = {
	    .name = alert_rows[ALERT_NEW_VALUE].name,
	    .state = "once",
	    .at = at,
	    .member = member,
	    .value = value->text,
	    .threshold = rule->threshold,
	    .seconds = rule->seconds,
	    .counted = "records",
	    .begin = at,
	    .records = frequent_total(frequent),
	};

	/* Beyond its counters it cannot say what is new. */
	if (rule->on && value->text.ptr != NULL &&
	    frequent_total(frequent) >= rule->threshold &&
	    first <= at && at - first >= rule->seconds &&
	    frequent_bound(frequent) == 0 &&
	    !frequent_has(frequent, value->text, value->frequent_hash)) {
		alerts->begun[ALERT_NEW_VALUE]++;
		alerts->ended[ALERT_NEW_VALUE]++;
		teller_put_alert(alerts->teller, &alert);
	}
}

void
alerts_report(const struct alerts *alerts, struct report *report)
{
	size_t kind;

	_Static_assert(ALERT_KINDS <= REPORT_ALERTS_MAX, "a row for each");
	for (kind = 0; kind < ALERT_KINDS; kind++)
		if (alerts->options->alerts[kind].on)
			report_add_alert(report,
			    (struct report_alert){alert_rows[kind].name,
				alerts->begun[kind],
				alerts->begun[kind] - alerts->ended[kind]});
}

void
alerts_close(struct alerts *alerts)
{
	size_t kind;

	for (kind = 0; kind < ALERT_KINDS; kind++)
		if (alerts->crowds[kind] != NULL)
			crowd_close(alerts->crowds[kind]);
}
