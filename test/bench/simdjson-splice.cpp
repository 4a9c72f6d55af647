/*
 * simdjson's On-Demand parser and the splice of splice.h, a line at a time
 * where it stands.  iterate_many() over the whole block is no faster here, and
 * gives up a block for one bad byte.  On-Demand does not look into values that
 * it passes over: in that it does less work than the others.
 */
#include "splice.h"

#include "simdjson.h"

using namespace simdjson;

static bool
find(char *s, size_t len, struct found *found)
{
	static ondemand::parser parser;
	ondemand::document doc;
	ondemand::object object;

	if (parser.iterate(s, len, len + SIMDJSON_PADDING).get(doc) ||
	    doc.get_object().get(object))
		return (false);
	for (auto field : object) {
		ondemand::value value;
		std::string_view text;
		if (field.error() != SUCCESS)
			return (false);
		ondemand::raw_json_string key = field.key();
		if (field.value().get(value))
			return (false);
		if (key == "timestamp") {
			const char *raw = value.raw_json_token().data();
			if (value.get_string().get(text))
				return (false);
			found->time = text.data();
			found->time_len = text.size();
			found->spaced = raw[-1] == ' ';
		} else if (key == "device_type") {
			if (value.get_string().get(text) == SUCCESS) {
				found->type = text.data();
				found->type_len = text.size();
			}
		}
	}
	return (doc.at_end());
}

int
main(int argc, char *[])
{
	return (splice_main(argc, "simdjson " SIMDJSON_VERSION));
}
