// Offsets of the fields of a patch region's header, as plain numbers: the agent's assembly needs them too.
//
// core/region_header.cpp asserts each of them against the C++ structs. Preprocessor only: included from .S files.
#pragma once

// RegionHeader's fixed part
#define LP_REGION_STATE 56
#define LP_REGION_LEFT 60 // data entries whose guard did not hold in the last commit
#define LP_REGION_FLAG 64 // the one byte that the stubs look at; alone in its cache line
#define LP_REGION_WAIT                                                                                                 \
  72 // address of the routine in which callers wait for a closed flag; behind the flag by LP_FLAG_TO_WAIT
#define LP_FLAG_TO_WAIT 8
#define LP_REGION_DATA_COUNT 296
#define LP_REGION_DATA_OFFSET 300
#define LP_REGION_UNWIND_COUNT 304
#define LP_REGION_UNWIND_OFFSET 308
#define LP_REGION_REPLACED_COUNT 440 // headers of the patches that this one takes the place of; 0: an unused place
#define LP_REGION_REPLACED_OFFSET 444
#define LP_REGION_MARK 448 // address of a number that is 0 in a child of the process that began a switch; or 0
#define LP_REGION_FIXED_SIZE 512

// What the flag says. Closed, it also holds back whoever is about to enter one of the functions (its sign bit is set);
// LP_AGENT_COMMIT or LP_AGENT_REVERT is added, for whoever has to bring the switch to its end.
#define LP_FLAG_OFF 0
#define LP_FLAG_ON 1
#define LP_FLAG_CLOSED 0x80

// RegionState
#define LP_STATE_FILLING 0    // being written by a tool; may be unmapped if that tool is gone
#define LP_STATE_LOADED 1     // complete, no entry points here yet
#define LP_STATE_ARMING 2     // entries are being turned into jumps
#define LP_STATE_ARMED 3      // all entries jump to the stubs; the flag has never been set
#define LP_STATE_COMMITTING 4 // the agent is at work
#define LP_STATE_COMMITTED 5
#define LP_STATE_REVERTING 6 // the agent is at work
#define LP_STATE_REVERTED 7
#define LP_STATE_RETIRED 8 // off for good, and nobody inside: is being taken out of the chains, then unmapped

// One data entry
#define LP_DATA_ADDRESS 0
#define LP_DATA_LENGTH 8
#define LP_DATA_FLAGS 12
#define LP_DATA_STATE 16
#define LP_DATA_GUARD 20 // offsets of bytes, counted from the header's start
#define LP_DATA_NEW 24
#define LP_DATA_SAVED 28
#define LP_DATA_HAND_DOWN 32
#define LP_DATA_SIZE 64

#define LP_DATA_FLAG_GUARDED 2

// DataState. The two transient ones make an interrupted routine repeatable: `saved` is already right.
#define LP_DATA_UNWRITTEN 0
#define LP_DATA_WRITTEN 1
#define LP_DATA_LEFT 2 // the guard did not hold: the live value stays
#define LP_DATA_WRITING 3
#define LP_DATA_RESTORING 4
#define LP_DATA_KEPT 5 // at revert the live value was no longer the patch's: it stays

// One unwind range
#define LP_UNWIND_START 0
#define LP_UNWIND_END 8
#define LP_UNWIND_EH_FRAME_HEADER 16
#define LP_UNWIND_SIZE 24

// What remote code is asked for in its second argument
#define LP_AGENT_COMMIT 1
#define LP_AGENT_REVERT 2
#define LP_AGENT_CHILD 8 // added: by a caller of the wait routine, in a child that was forked meanwhile
#define LP_AGENT_GATED 4 // added: only if the tool has closed the gate; give the signal mask back at the end

// Where the agent finds the signal mask in its frame (arch/x86_64/registers.h)
#define LP_FRAME_MASK 168
