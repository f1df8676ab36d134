#ifndef CALSA_H
#define CALSA_H

#include <alsa/asoundlib.h>
#include <stdint.h>

// alsa-lib writes its errors to stderr unless it has a handler; the handler is variadic, which Swift cannot write.
static void calsa_ignore(const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file, (void)line, (void)function, (void)error, (void)format;
}

static inline void calsa_discard_log(void) { snd_lib_error_set_handler(calsa_ignore); }

// For Swift, struct timespec belongs to whichever C module was read first; so its members never cross.
static inline int calsa_htimestamp(snd_pcm_t *pcm, snd_pcm_uframes_t *available, int64_t *nanoseconds) {
  snd_htimestamp_t stamp = {0, 0};
  int result = snd_pcm_htimestamp(pcm, available, &stamp);
  *nanoseconds = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
  return result;
}

#endif
