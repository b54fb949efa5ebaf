/* A loadable extension of SQLite that lets one thread stop what another thread's connection is doing, wherever inside SQLite that is.
 * better-sqlite3 offers no way to do that: it has no sqlite3_interrupt, and its SQLite is built without progress handlers.
 *
 * trefoil_watch(slot) says that this connection runs the statement with that number; trefoil_watch(-1) says that it is over.
 * trefoil_interrupt(slot), called on any connection of the process, stops the statement with that number if one runs.
 *
 * A connection leaves the table before its statement's end is reported and before it is closed, both under the lock that
 * trefoil_interrupt holds: so neither a later statement nor a closed connection is ever hit. Built by build-interrupt.ts. */

#include <stdatomic.h>
#include "sqlite3ext.h"
SQLITE_EXTENSION_INIT1

#define SLOTS (1 << 20)

typedef struct {
  sqlite3 *db;
  int slot;
} Watched;

static sqlite3 *running[SLOTS];
static atomic_flag lock = ATOMIC_FLAG_INIT;

static void enter(void) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {
  }
}

static void leave(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

static void moveTo(Watched *own, int slot) {
  enter();
  if (own->slot >= 0 && running[own->slot] == own->db) running[own->slot] = 0;
  own->slot = slot >= 0 && slot < SLOTS ? slot : -1;
  if (own->slot >= 0) running[own->slot] = own->db;
  leave();
}

static void watch(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  moveTo(sqlite3_user_data(context), sqlite3_value_int(values[0]));
}

static void closed(void *own) {
  moveTo(own, -1);
  sqlite3_free(own);
}

static void interrupt(sqlite3_context *context, int count, sqlite3_value **values) {
  int slot = sqlite3_value_int(values[0]);
  int found = 0;
  (void)count;
  enter();
  if (slot >= 0 && slot < SLOTS && running[slot]) {
    sqlite3_interrupt(running[slot]);
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
  own->db = db;
  own->slot = -1;
  /* On failure SQLite calls closed() by itself. */
  rc = sqlite3_create_function_v2(db, "trefoil_watch", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, own, watch, 0, 0, closed);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_function(db, "trefoil_interrupt", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, 0, interrupt, 0, 0);
}
