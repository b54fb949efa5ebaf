/* A loadable extension of SQLite that lets one thread stop what another thread's connection is doing, wherever inside SQLite that is,
 * and see how far it is. better-sqlite3 offers no way to do that: it has no sqlite3_interrupt, and its SQLite is built without progress
 * handlers.
 *
 * trefoil_watch(slot) says that this connection runs the statement with that number; trefoil_watch(-1) says that it is over.
 * trefoil_interrupt(slot), called on any connection of the process, stops the statement with that number if one runs.
 * trefoil_follow(text) says that SQL statements with this text, run by this connection from now on, are to be counted, up to the end of
 * the statement that is watched. trefoil_steps(slot), called on any connection, gives how many rows they have gone through.
 *
 * A connection leaves the table before its statement's end is reported and before it is closed, both under the lock that
 * trefoil_interrupt holds: so neither a later statement nor a closed connection is ever hit. In the same way an SQL statement is looked at
 * by another thread only between the moment at which SQLite says that it begins and that at which it says that it is over. That it says
 * both is certain for the statements that the program itself runs, not for those by which SQLite reads its schema; therefore the text.
 * Built by build-interrupt.ts. */

#include <stdatomic.h>
#include <string.h>
#include "sqlite3ext.h"
SQLITE_EXTENSION_INIT1

#define SLOTS (1 << 20)
/* SQL statements of one connection that are counted at the same time: the sides of joins that our own operators run. */
#define FOLLOWED 8

typedef struct {
  sqlite3 *db;
  int slot;
  char *text;
  sqlite3_stmt *live[FOLLOWED];
  int makesIndex[FOLLOWED];
  sqlite3_int64 ended;
} Watched;

static Watched *running[SLOTS];
static atomic_flag lock = ATOMIC_FLAG_INIT;

static void enter(void) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {
  }
}

static void leave(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

/* Rows of full scans, and those put into an index that is made for this one statement. The making of an index goes over the rows twice, once to read and once to write, and SQLite counts both beside the
 * counters that have a name. */
static sqlite3_int64 stepsOf(Watched *own, int i, int reset) {
  sqlite3_int64 steps = sqlite3_stmt_status(own->live[i], SQLITE_STMTSTATUS_FULLSCAN_STEP, reset);
  steps += sqlite3_stmt_status(own->live[i], SQLITE_STMTSTATUS_AUTOINDEX, reset);
  if (own->makesIndex[i]) steps += sqlite3_stmt_status(own->live[i], 0, reset);
  return steps;
}

static void moveTo(Watched *own, int slot) {
  enter();
  if (own->slot >= 0 && running[own->slot] == own) running[own->slot] = 0;
  own->slot = slot >= 0 && slot < SLOTS ? slot : -1;
  if (own->slot >= 0) running[own->slot] = own;
  own->ended = 0;
  memset(own->live, 0, sizeof own->live);
  leave();
}

/* SQLite begins or ends an SQL statement on this connection. */
static int traced(unsigned event, void *data, void *statement, void *text) {
  Watched *own = data;
  int i;
  enter();
  if (event == SQLITE_TRACE_PROFILE) {
    for (i = 0; i < FOLLOWED; i++) {
      if (own->live[i] != statement) continue;
      own->ended += stepsOf(own, i, 1);
      own->live[i] = 0;
    }
  } else if (own->text && strcmp(own->text, (const char *)text) == 0) {
    for (i = 0; i < FOLLOWED && own->live[i] && own->live[i] != statement; i++) {
    }
    if (i < FOLLOWED) {
      own->live[i] = statement;
      own->makesIndex[i] = strncmp(own->text, "CREATE ", 7) == 0 || strncmp(own->text, "REINDEX", 7) == 0;
      stepsOf(own, i, 1);
    }
  }
  leave();
  return 0;
}

static void follow(sqlite3_context *context, int count, sqlite3_value **values) {
  Watched *own = sqlite3_user_data(context);
  const char *text = (const char *)sqlite3_value_text(values[0]);
  (void)count;
  if (own->slot < 0 || !text) return;
  sqlite3_free(own->text);
  own->text = sqlite3_mprintf("%s", text);
  if (own->text) sqlite3_trace_v2(own->db, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, traced, own);
}

static void steps(sqlite3_context *context, int count, sqlite3_value **values) {
  int slot = sqlite3_value_int(values[0]);
  sqlite3_int64 sum = 0;
  int i;
  (void)count;
  enter();
  if (slot >= 0 && slot < SLOTS && running[slot]) {
    sum = running[slot]->ended;
    for (i = 0; i < FOLLOWED; i++)
      if (running[slot]->live[i]) sum += stepsOf(running[slot], i, 0);
  }
  leave();
  sqlite3_result_int64(context, sum);
}

static void watch(sqlite3_context *context, int count, sqlite3_value **values) {
  Watched *own = sqlite3_user_data(context);
  (void)count;
  moveTo(own, sqlite3_value_int(values[0]));
  if (own->text) sqlite3_trace_v2(own->db, 0, 0, 0);
  sqlite3_free(own->text);
  own->text = 0;
}

static void closed(void *data) {
  Watched *own = data;
  moveTo(own, -1);
  sqlite3_free(own->text);
  sqlite3_free(own);
}

static void interrupt(sqlite3_context *context, int count, sqlite3_value **values) {
  int slot = sqlite3_value_int(values[0]);
  int found = 0;
  (void)count;
  enter();
  if (slot >= 0 && slot < SLOTS && running[slot]) {
    sqlite3_interrupt(running[slot]->db);
    found = 1;
  }
  leave();
  sqlite3_result_int(context, found);
}

#ifdef _WIN32
__declspec(dllexport)
#endif
int sqlite3_extension_init(sqlite3 *db, char **message, const sqlite3_api_routines *api) {
  Watched *own;
  int rc;
  (void)message;
  SQLITE_EXTENSION_INIT2(api);
  own = sqlite3_malloc(sizeof *own);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, sizeof *own);
  own->db = db;
  own->slot = -1;
  /* On failure SQLite calls closed() by itself. */
  rc = sqlite3_create_function_v2(db, "trefoil_watch", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, own, watch, 0, 0, closed);
  if (rc == SQLITE_OK) rc = sqlite3_create_function(db, "trefoil_follow", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, own, follow, 0, 0);
  if (rc == SQLITE_OK) rc = sqlite3_create_function(db, "trefoil_steps", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, 0, steps, 0, 0);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_function(db, "trefoil_interrupt", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, 0, interrupt, 0, 0);
}
