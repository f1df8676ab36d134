#ifndef CLINUX_NETWORK_H
#define CLINUX_NETWORK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Numbers of <linux/rtnetlink.h> and its neighbours: some are macros that Swift does not import, and the headers define
// structures again that libc has too. CLinuxNetwork.c holds them against the kernel's.
enum {
  CLINUX_DONE = 3,
  CLINUX_NEW_LINK = 16,
  CLINUX_DELETED_LINK = 17,
  CLINUX_NEW_ADDRESS = 20,
  CLINUX_NEW_ROUTE = 24,
  CLINUX_LINK_UP = 0x1,
  CLINUX_LINK_LOOPBACK = 0x8,
  CLINUX_LINK_RUNNING = 0x40,
  CLINUX_ADDRESS_TENTATIVE = 0x40,
  CLINUX_SCOPE_LINK = 253,
  CLINUX_ROUTE_UNICAST = 1,
  CLINUX_ROUTE_CLONED = 0x200,
  CLINUX_BIND_TO_INTERFACE = 62,
};

/// Opens a socket on which the kernel tells of links, addresses and routes that come and go (rtnetlink); it never blocks
/// and is not inherited. Answers 0 or errno.
int clinux_network_socket(int *descriptor);

/// Takes the next datagram from such a socket; answers its length, 0 for one that is not the kernel's, or -1 with errno:
/// EAGAIN where there is none, ENOBUFS where some were lost.
ssize_t clinux_network_receive(int descriptor, void *bytes, size_t capacity);

#endif
