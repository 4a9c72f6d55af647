/*
 * The protocol of scripts/pipeline on one partition, for Spin: workers that rival with each other and may be killed or
 * frozen at every step, a broker with epochs, an open transaction and a log, and a commit whose answer may be lost.
 *
 * A record is its offset. Some pass and some are refused, in every way that there is. What is committed must be all
 * records that pass of those between what the last header said and what this one says, so nothing is lost, nothing is
 * twice and the order is kept. Of a batch in which nothing passes nothing is left in the output.
 *
 * What is wrong with a variant is said by -D: LOOK_FIRST (look before the fence stands), NO_LOOK, END_OF_FILE (commit at
 * the end of the input of kcat -P, not by count), UNCHECKED (a batch that was cut short while it was read is taken as
 * whole), TRUST_STATUS (kcat -P's status 0 is taken as a proof, without another look), TRUST_ANSWER (once the broker has
 * acknowledged a commit the next fence is not asked whether there was another one between), OVERRULE (behind a batch in
 * which nothing passes it goes on, although a look has found that the one before came to nothing).
 */
#ifndef RECORDS
#define RECORDS 3
#endif
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef FAULTS
#define FAULTS 3
#endif
#define BATCH 2

/* The broker: whose producer is the newest of the one transactional.id, and what that has open. */
bool newest[WORKERS];
bool passed_by[WORKERS];	/* the epoch has moved on since this one's last fence, without it */
bool open = false;
bool complete = false;		/* all its records are there: whoever holds it may commit at any time */
byte open_base, open_count;	/* what its worker believes the last header says, and how many records are in it */
byte open_next;			/* what its headers say */

/* The input: how many of the first so many records pass. */
byte passing[RECORDS + 1];

/* The output: what the last record's header says. */
byte next = 0;
byte faults = 0;

#define may_fail (faults < FAULTS)

/* What becomes of a transaction, by the broker. */
inline append()
{
	/* Nothing twice, in order. */
	assert(open_base == next);
	/* Nothing lost: what the header says is done is done. */
	assert(open_count == passing[open_next] - passing[open_base]);
	next = open_next;
	open = false;
	complete = false
}

inline abort()
{
	open = false;
	complete = false
}

/* A producer starts: earlier ones are powerless, and what they left open is aborted. */
inline init_producer()
{
	/* Its epoch is the successor of the one it had: what is left open takes one more. */
	alone = !passed_by[me] && !open;
	i = 0;
	do
	:: i < WORKERS -> newest[i] = (i == me); passed_by[i] = (i != me); i++
	:: else -> break
	od;
	i = 0;
	abort()
}

/*
 * A worker, with its kcat -P. Frozen is what takes no step for a while; killed is what starts again, and leaves its
 * transaction open, which a kcat -P that is left may still commit.
 */
proctype worker(byte me)
{
	byte base;			/* what it believes the last header says */
	byte at;			/* where it reads on: between are only records that were refused */
	byte whole, count, fed, i;
	bool alone;
	bool known;			/* base was true while its last fence stood */

again:
	/* Fence, and plan by what the output says. */
	atomic { known = false; fed = 0; count = 0; init_producer() }
	atomic { base = next; at = next; known = true }
restart:
	if
	:: at >= RECORDS -> goto ended
	:: else
	fi;

	/* Read, up to a batch; a read that is cut short is one that failed, whose status says so, or whose last words do. */
	atomic {
		if
		:: at + BATCH <= RECORDS -> whole = BATCH
		:: else -> whole = RECORDS - at
		fi;
		count = passing[at + whole] - passing[at];
		if
		:: skip
		:: may_fail -> faults++;
#ifdef UNCHECKED
			if
			:: count > 0 -> count--
			:: else
			fi
#else
			goto again
#endif
		fi
	}

	/* Nothing to commit. What may have been committed last is looked for; if it is not there, all begins anew. */
	if
	:: count == 0 ->
		atomic {
			if
			:: known
			:: !known && next == base -> known = true
			:: !known && next != base ->
#ifdef OVERRULE
				atomic { init_producer() }
				base = next; known = true
#else
				goto again
#endif
			fi;
			at = at + whole;
			goto restart
		}
	:: else
	fi;

#ifdef LOOK_FIRST
	/* Look, and only then fence. */
	atomic { if :: next != base -> goto again :: else fi }
	atomic { init_producer() }
#else
	/* Fence: it is waited for until it stands. */
	atomic { init_producer() }
#ifdef TRUST_ANSWER
	alone = true;
#endif
#ifndef NO_LOOK
	/* Look, unless nobody can have come between. */
	if
	:: known && alone
	:: else -> atomic { if :: next != base -> goto again :: else fi }
	fi;
#endif
#endif
	known = false;

	/* Feed, record by record. The header says where the batch ends as it was planned. */
	fed = 0;
	do
	:: fed < count ->
		if
		:: atomic { !newest[me] -> goto again }		/* fenced */
		:: atomic { newest[me] && (open || fed == 0) ->
			if
			:: !open -> open = true; open_base = base; open_count = 0; open_next = at + whole
			:: else
			fi;
			open_count++;
			fed++;
			complete = (fed == count) }
		:: atomic { newest[me] && !open && fed > 0 -> goto again }	/* it took too long */
		:: atomic { may_fail -> faults++;
			/* The feeder, kcat -P or all of it is killed: what is open stays so until somebody fences. */
#ifdef END_OF_FILE
			/* The feeder's end is the end of the file: kcat -P commits. */
			complete = open;
#endif
			goto again }
		fi
	:: fed == count -> break
	od;

	/* kcat -P commits. Status 0 if it did, or if it was told to end before. */
	if
	:: atomic { !newest[me] -> goto again }
	:: atomic { newest[me] && open -> append(); known = true }	/* and the broker's answer is heard */
	:: atomic { newest[me] && !open -> goto again }		/* it took too long */
	:: atomic { may_fail -> faults++; goto again }		/* killed, or the answer is lost */
	:: atomic { may_fail && newest[me] -> faults++; abort() }	/* SIGTERM: aborted, status 0 */
	fi;

	/* The next batch follows on this one, in the worker's belief; its look will tell. */
	base = at + whole;
	at = base;
	fed = 0;
	count = 0;
#ifdef TRUST_STATUS
	if
	:: at < RECORDS ->
		atomic { init_producer() }
		atomic {
			if
			:: newest[me] -> open = true; open_base = base; open_count = passing[at + 1] - passing[at];
				open_next = at + 1; append()
			:: else
			fi }
		goto again
	:: else
	fi;
#else
	goto restart;
#endif
ended:
	/* It ends only when the answer, or else a fence and a look, have said that all is there. */
	if
	:: known
	:: else -> goto again
	fi;
	/* Behind what the header says are only records that were refused. */
	assert(passing[next] == passing[RECORDS])
}

/* What was left by a killed worker commits what is whole, or the broker ends a commit that was begun. */
active proctype left()
{
end:
	do
	:: atomic { open && complete -> append() }
	od
}

/* The broker aborts a transaction that is open for too long, and its producer is powerless. */
active proctype clock()
{
	byte i;
end:
	do
	:: atomic { may_fail && open -> faults++;
		i = 0;
		do
		:: i < WORKERS -> newest[i] = false; passed_by[i] = true; i++
		:: else -> break
		od;
		i = 0;
		abort() }
	od
}

init {
	atomic {
		byte n = 0;
		do
		:: n < RECORDS -> passing[n + 1] = passing[n] + 1; n++
		:: n < RECORDS -> passing[n + 1] = passing[n]; n++
		:: else -> break
		od;
		n = 0;
		do
		:: n < WORKERS -> run worker(n); n++
		:: else -> break
		od
	}
}
