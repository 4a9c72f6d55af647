#include <math.h>

#include "pace.h"

#define MEMORY 30

/* A pause of more stretches than this says no more than one of so many. */
#define PAUSE_MAX 1000

/* The stretch at hand is over. */
static void
close_stretch(struct pace *pace, struct pace_news *news)
{
	double count = (double)pace->count, off = count - pace->mean;
	double deviation = sqrt(fmax(pace->variance, fmax(pace->mean, 1)));
	double weight = 1.0 / (pace->learnt < MEMORY ? pace->learnt + 1 : MEMORY);
	bool is_off = pace->learnt >= PACE_LEARN &&
	    fabs(off) > pace->deviations * deviation;

	*news = (struct pace_news){
	    .begins = is_off && !pace->active,
	    .ends = pace->active && !is_off,
	    .stretch = pace->stretch,
	    .count = pace->count,
	    .mean = pace->mean,
	    .deviation = deviation,
	};
	if (news->begins)
		pace->begin = pace->stretch;
	pace->active = is_off;
	pace->mean += weight * off;
	pace->variance = (1 - weight) * (pace->variance + weight * off * off);
	if (pace->learnt < MEMORY)
		pace->learnt++;
}

bool
pace_move(struct pace *pace, int64_t now, struct pace_news *news)
{
	int64_t stretch = now / pace->seconds - (now % pace->seconds < 0);

	if (!pace->set || stretch - pace->stretch > PAUSE_MAX ||
	    stretch < pace->stretch - PAUSE_MAX) {
		/* The first stretch is cut short, so it begins one before. */
		pace->set = true;
		pace->stretch = stretch;
		pace->count = 0;
		pace->learnt = 0;
		pace->mean = pace->variance = 0;
	}
	if (stretch <= pace->stretch)
		return (false);
	close_stretch(pace, news);
	pace->stretch++;
	pace->count = 0;
	return (true);
}
