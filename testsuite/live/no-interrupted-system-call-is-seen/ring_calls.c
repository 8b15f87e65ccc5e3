// io_uring: waiting with and without a time limit, alone and together with submitting.
#include "calls.h"

#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct Ring {
  int file;
  uint32_t *submitTail, submitMask, *completeHead, *completeTail, completeMask, *array;
  struct io_uring_sqe *entries;
  struct io_uring_cqe *completions;
};

// 0 where the kernel or its owner does not have io_uring.
static int makeRing(struct Ring *ring) {
  struct io_uring_params p = {0};
  ring->file = (int)syscall(SYS_io_uring_setup, 4, &p);
  if (ring->file < 0)
    return 0;
  char *rings = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
                     MAP_SHARED, ring->file, IORING_OFF_SQ_RING);
  ring->entries =
      mmap(NULL, p.sq_entries * sizeof *ring->entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring->file, IORING_OFF_SQES);
  ring->submitTail = (uint32_t *)(rings + p.sq_off.tail);
  ring->submitMask = *(uint32_t *)(rings + p.sq_off.ring_mask);
  ring->array = (uint32_t *)(rings + p.sq_off.array);
  ring->completeHead = (uint32_t *)(rings + p.cq_off.head);
  ring->completeTail = (uint32_t *)(rings + p.cq_off.tail);
  ring->completeMask = *(uint32_t *)(rings + p.cq_off.ring_mask);
  ring->completions = (struct io_uring_cqe *)(rings + p.cq_off.cqes);
  return 1;
}
static void push(struct Ring *ring, struct io_uring_sqe entry) {
  uint32_t tail = *ring->submitTail, index = tail & ring->submitMask;
  ring->entries[index] = entry;
  ring->array[index] = index;
  __atomic_store_n(ring->submitTail, tail + 1, __ATOMIC_RELEASE);
}
// The result of the one completion; -EBUSY where there is none.
static int pop(struct Ring *ring) {
  uint32_t head = *ring->completeHead;
  if (head == __atomic_load_n(ring->completeTail, __ATOMIC_ACQUIRE))
    return -EBUSY;
  int result = ring->completions[head & ring->completeMask].res;
  __atomic_store_n(ring->completeHead, head + 1, __ATOMIC_RELEASE);
  return result;
}
static int enter(struct Ring *ring, unsigned submit, unsigned wait, unsigned flags, void *argument, size_t size) {
  return (int)syscall(SYS_io_uring_enter, ring->file, submit, wait, flags, argument, size);
}
static int skipped(void) {
  usleep(span * 1000);
  return 0;
}

static struct __kernel_timespec ringTime = {0, span * 1000000L};
static struct io_uring_sqe timeout(void) {
  return (struct io_uring_sqe){.opcode = IORING_OP_TIMEOUT, .addr = (uintptr_t)&ringTime, .len = 1};
}

static int waitTimed(void) {
  static struct Ring ring;
  if (!ring.file && !makeRing(&ring))
    return skipped();
  struct io_uring_getevents_arg limit = {.sigmask_sz = _NSIG / 8, .ts = (uintptr_t)&ringTime};
  return endsWith(enter(&ring, 0, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &limit, sizeof limit), ETIME);
}
static int submitThenWait(void) { // two calls
  static struct Ring ring;
  if (!ring.file && !makeRing(&ring))
    return skipped();
  push(&ring, timeout());
  if (enter(&ring, 1, 0, 0, NULL, 0) != 1 || enter(&ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 0)
    return -1;
  int result = pop(&ring);
  errno = -result;
  return result == -ETIME ? 0 : -1;
}
static int submitAndWait(void) { // in one call
  static struct Ring ring;
  if (!ring.file && !makeRing(&ring))
    return skipped();
  push(&ring, timeout());
  if (enter(&ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
    return -1;
  int result = pop(&ring);
  // Submitted, but a stop has ended the wait: it returns the number of what was submitted (docs/limitations.md).
  if (result == -EBUSY) {
    if (enter(&ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 0)
      return -1;
    result = pop(&ring);
  }
  errno = -result;
  return result == -ETIME ? 0 : -1;
}

// A blocking read done by one of the ring's own threads, which the process's list of threads shows.
static int readEnds[2];
static int readInWorker(void) {
  static struct Ring ring;
  static char byte;
  if (!ring.file && (pipe(readEnds) || !makeRing(&ring)))
    return skipped();
  push(&ring,
       (struct io_uring_sqe){
           .opcode = IORING_OP_READ, .flags = IOSQE_ASYNC, .fd = readEnds[0], .addr = (uintptr_t)&byte, .len = 1});
  if (enter(&ring, 1, 0, 0, NULL, 0) != 1 || enter(&ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 0)
    return -1;
  int result = pop(&ring);
  errno = -result;
  return result == 1 ? 0 : -1;
}
static void wakeWorker(void) {
  if (readEnds[1])
    (void)!write(readEnds[1], "x", 1);
}

const struct Call ringCalls[] = {
    {"io_uring-timed", waitTimed, 0, 0},
    {"io_uring-wait", submitThenWait, 0, 0},
    {"io_uring-submit-and-wait", submitAndWait, 0, 0},
    {"io_uring-worker", readInWorker, wakeWorker, 0},
    {0, 0, 0, 0},
};
