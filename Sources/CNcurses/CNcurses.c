#define _GNU_SOURCE
#include "CNcurses.h"
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>

SCREEN *cncurses_open(const char *type, FILE *output, FILE *input) {
  static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
  enum { count = sizeof signals / sizeof *signals };
  struct sigaction before[count];
  for (int index = 0; index < count; index++) sigaction(signals[index], NULL, &before[index]);
  SCREEN *screen = newterm(type, output, input);
  for (int index = 0; index < count; index++) sigaction(signals[index], &before[index], NULL);
  return screen;
}

int cncurses_number(const char *name) { return tigetnum((char *)name); }

const char *cncurses_string(const char *name) {
  static char text[256];
  const char *found = tigetstr((char *)name);
  if (found == NULL || found == (const char *)-1) return NULL;
  size_t length = 0;
  while (*found != 0 && length + 1 < sizeof text) {
    const char *end = found[0] == '$' && found[1] == '<' ? strchr(found, '>') : NULL;
    if (end != NULL) {
      found = end + 1;
    } else {
      text[length++] = *found++;
    }
  }
  text[length] = 0;
  return text;
}

FILE *cncurses_memory_file(void) {
  int descriptor = memfd_create("terminal", MFD_CLOEXEC);
  if (descriptor < 0) return NULL;
  FILE *file = fdopen(descriptor, "w");
  if (file == NULL) close(descriptor);
  return file;
}

int cncurses_width(wchar_t character) { return wcwidth(character); }

const char *cncurses_use_locale(void) {
  setlocale(LC_CTYPE, "");
  return nl_langinfo(CODESET);
}
