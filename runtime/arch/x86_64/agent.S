// The agent: what runs inside the target. Position-independent, copied there byte for byte.
//
// The first two routines are entered by a borrowed thread whose registers lie in a frame at (%rsp) (registers.h:
// SavedFrame), and leave by giving them back, so the thread goes on whether the tool still lives or not. They use no
// stack, no SSE or x87 register, and no data of their own. Their stores are seen by others in this order: x86 is TSO.
// The third is entered by the program's own threads, from a dispatch stub.
#include "runtime/core/region_offsets.h"

        .section .text.livepatch_agent, "ax", @progbits
        .balign 16
        .globl  livepatch_agent_begin
        .hidden livepatch_agent_begin
livepatch_agent_begin:

// --- A system call for the tool: number and arguments are in the registers as syscall(2) wants them ------------------
        .globl  livepatch_agent_syscall
        .hidden livepatch_agent_syscall
livepatch_agent_syscall:
        syscall
.Lresume:
        mov     %rax, (%rsp)            // the result, for whoever looks
        add     $8, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rcx
        pop     %rdx
        pop     %rsi
        pop     %rdi
        pop     %rax
        iretq                           // rip, cs, rflags, rsp, ss in one instruction: no register is left over
        .ascii  "LPscall1"              // by this the tool knows its own stub again
        .globl  livepatch_agent_syscall_end
        .hidden livepatch_agent_syscall_end
livepatch_agent_syscall_end:

// --- Commit or revert: %rdi = region header, %esi = LP_AGENT_* --------------------------------------------------------
// Gated: all other threads stand, held by the tool. Should the tool die, they run on while this routine is on its way, and
// would come across half of the work; so the tool closes the gate (the flag) once nothing can keep this thread from its
// work any more: registers first, then all signals blocked, then the gate. Whoever calls one of the functions meanwhile
// waits in its stub. An open gate says that the tool died before it was ready: then nothing is to be done at all.
// (Signals: a handler on top of this routine that called one of the functions would wait for ever.)
//
// Each data entry goes through a transient state that says "saved is right, the live value is in between". So if the
// thread is taken away for good in the middle (a signal handler that jumps out), the routine can be run again.
// A patch that takes the place of others takes their data back first, newest first, as their own reverts would; one
// byte then leads all calls to it, and only after that, when nobody comes by them any more, they are switched off.
        .balign 16
        .globl  livepatch_agent_commit
        .hidden livepatch_agent_commit
livepatch_agent_commit:
        cld                             // iretq gives the thread its own direction flag back
        mov     %rdi, %rbp              // rbp = header of the patch that is switched
        mov     %rdi, %rbx              // rbx = header of the one whose data are worked on
        mov     %esi, %r10d             // r10d = the command
        test    $LP_AGENT_GATED, %r10d
        jz      .Lbegin
        testb   $LP_FLAG_CLOSED, LP_REGION_FLAG(%rbp)
        jz      .Lgive_mask_back
.Lbegin:
        test    $LP_AGENT_REVERT, %r10d
        jnz     .Lrevert

        movl    $LP_STATE_COMMITTING, LP_REGION_STATE(%rbp)
        lea     .Lreplaced_data(%rip), %r15
        jmp     .Lreplaced_first
.Lreplaced_data:                        // rbx = a replaced patch's header, or 0 behind the last
        test    %rbx, %rbx
        jz      .Lcommit_own
        movl    $LP_STATE_REVERTING, LP_REGION_STATE(%rbx)
        lea     .Lreplaced_next(%rip), %rdx
        jmp     .Lrevert_data
.Lcommit_own:
        mov     %rbp, %rbx
        mov     LP_REGION_DATA_OFFSET(%rbx), %r13d
        add     %rbx, %r13              // r13 = data entry
        mov     LP_REGION_DATA_COUNT(%rbx), %r12d
        movl    $0, LP_REGION_LEFT(%rbx)
.Lcommit_entry:
        test    %r12d, %r12d
        jz      .Lcommit_done
        mov     LP_DATA_STATE(%r13), %eax
        cmp     $LP_DATA_WRITTEN, %eax
        je      .Lcommit_next
        cmp     $LP_DATA_WRITING, %eax
        je      .Lcommit_write          // an interrupted run has saved already
        testl   $LP_DATA_FLAG_GUARDED, LP_DATA_FLAGS(%r13)
        jz      .Lcommit_save
        mov     LP_DATA_GUARD(%r13), %esi
        add     %rbx, %rsi
        mov     LP_DATA_ADDRESS(%r13), %rdi
        mov     LP_DATA_LENGTH(%r13), %ecx
        cmp     %ecx, %ecx              // equal, should there be no byte to compare
        repe cmpsb
        je      .Lcommit_save
        movl    $LP_DATA_LEFT, LP_DATA_STATE(%r13)
        incl    LP_REGION_LEFT(%rbx)
        jmp     .Lcommit_next
.Lcommit_save:
        mov     LP_DATA_ADDRESS(%r13), %rsi
        mov     LP_DATA_SAVED(%r13), %edi
        add     %rbx, %rdi
        mov     LP_DATA_LENGTH(%r13), %ecx
        lea     .Lcommit_saved(%rip), %r14
        jmp     .Lcopy
.Lcommit_saved:
        movl    $LP_DATA_WRITING, LP_DATA_STATE(%r13)
.Lcommit_write:
        mov     LP_DATA_NEW(%r13), %esi
        add     %rbx, %rsi
        mov     LP_DATA_ADDRESS(%r13), %rdi
        mov     LP_DATA_LENGTH(%r13), %ecx
        lea     .Lcommit_written(%rip), %r14
        jmp     .Lcopy
.Lcommit_written:
        movl    $LP_DATA_WRITTEN, LP_DATA_STATE(%r13)
.Lcommit_next:
        add     $LP_DATA_SIZE, %r13
        dec     %r12d
        jmp     .Lcommit_entry
.Lcommit_done:
        movb    $LP_FLAG_ON, LP_REGION_FLAG(%rbp) // from here on every call goes to the patch
        lea     .Lreplaced_flag(%rip), %r15
        jmp     .Lreplaced_first
.Lreplaced_flag:
        test    %rbx, %rbx
        jz      .Lcommitted
        movb    $LP_FLAG_OFF, LP_REGION_FLAG(%rbx)
        movl    $LP_STATE_REVERTED, LP_REGION_STATE(%rbx)
        jmp     .Lreplaced_next
.Lcommitted:
        movl    $LP_STATE_COMMITTED, LP_REGION_STATE(%rbp)
.Lend:
        test    $LP_AGENT_CHILD, %r10d
        jnz     .Lchild_done
        test    $LP_AGENT_GATED, %r10d
        jz      .Lleave
.Lgive_mask_back:
        mov     $14, %eax               // rt_sigprocmask(SIG_SETMASK, mask, NULL, 8)
        mov     $2, %edi
        lea     LP_FRAME_MASK(%rsp), %rsi
        xor     %edx, %edx
        mov     $8, %r10d
        syscall
.Lleave:
        mov     LP_REGION_LEFT(%rbp), %eax
        jmp     .Lresume

// Goes to *%r15 once for each header in the list of replaced ones, with it in %rbx, and then with 0.
.Lreplaced_first:
        mov     LP_REGION_REPLACED_COUNT(%rbp), %r8d
        mov     LP_REGION_REPLACED_OFFSET(%rbp), %r9d
        add     %rbp, %r9
.Lreplaced_next:
        xor     %ebx, %ebx
        test    %r8d, %r8d
        jz      1f
        mov     (%r9), %rbx
        add     $8, %r9
        dec     %r8d
        test    %rbx, %rbx              // a place that is not used
        jz      .Lreplaced_next
1:      jmp     *%r15

.Lrevert:
        movl    $LP_STATE_REVERTING, LP_REGION_STATE(%rbp)
        lea     .Lrevert_done(%rip), %rdx
// Takes the data of the patch at %rbx back, then goes to *%rdx.
.Lrevert_data:
        mov     LP_REGION_DATA_OFFSET(%rbx), %r13d
        add     %rbx, %r13
        mov     LP_REGION_DATA_COUNT(%rbx), %r12d
        movl    $0, LP_REGION_LEFT(%rbx)
.Lrevert_entry:
        test    %r12d, %r12d
        jz      .Lreverted_data
        mov     LP_DATA_STATE(%r13), %eax
        cmp     $LP_DATA_RESTORING, %eax
        je      .Lrevert_restore
        cmp     $LP_DATA_WRITING, %eax  // a commit that did not end
        je      .Lrevert_begin
        cmp     $LP_DATA_WRITTEN, %eax
        jne     .Lrevert_next
        mov     LP_DATA_HAND_DOWN(%r13), %rdi
        test    %rdi, %rdi              // a newer patch wrote here too: it shall restore what this one found
        jnz     .Lrevert_copy
        mov     LP_DATA_NEW(%r13), %esi
        add     %rbx, %rsi
        mov     LP_DATA_ADDRESS(%r13), %rdi
        mov     LP_DATA_LENGTH(%r13), %ecx
        cmp     %ecx, %ecx
        repe cmpsb
        je      .Lrevert_begin
        movl    $LP_DATA_KEPT, LP_DATA_STATE(%r13) // the program has changed it since: that value stays
        incl    LP_REGION_LEFT(%rbx)
        jmp     .Lrevert_next
.Lrevert_begin:
        movl    $LP_DATA_RESTORING, LP_DATA_STATE(%r13)
.Lrevert_restore:
        mov     LP_DATA_ADDRESS(%r13), %rdi
.Lrevert_copy:                          // rdi = where the saved bytes go
        mov     LP_DATA_SAVED(%r13), %esi
        add     %rbx, %rsi
        mov     LP_DATA_LENGTH(%r13), %ecx
        lea     .Lrevert_restored(%rip), %r14
        jmp     .Lcopy
.Lrevert_restored:
        movl    $LP_DATA_UNWRITTEN, LP_DATA_STATE(%r13)
.Lrevert_next:
        movq    $0, LP_DATA_HAND_DOWN(%r13)     // behind the state, for who runs this again
        add     $LP_DATA_SIZE, %r13
        dec     %r12d
        jmp     .Lrevert_entry
.Lreverted_data:
        jmp     *%rdx
.Lrevert_done:
        movb    $LP_FLAG_OFF, LP_REGION_FLAG(%rbx)
        movl    $LP_STATE_REVERTED, LP_REGION_STATE(%rbx)
        jmp     .Lend

// Copies %ecx bytes from (%rsi) to (%rdi), then goes to *%r14. Each naturally aligned number is stored with one
// instruction, so that another thread never reads half a pointer.
.Lcopy:
        test    %ecx, %ecx
        jz      .Lcopied
        cmp     $8, %ecx
        jb      1f
        test    $7, %dil
        jnz     1f
        movsq
        sub     $8, %ecx
        jmp     .Lcopy
1:      cmp     $4, %ecx
        jb      2f
        test    $3, %dil
        jnz     2f
        movsl
        sub     $4, %ecx
        jmp     .Lcopy
2:      cmp     $2, %ecx
        jb      3f
        test    $1, %dil
        jnz     3f
        movsw
        sub     $2, %ecx
        jmp     .Lcopy
3:      movsb
        dec     %ecx
        jmp     .Lcopy
.Lcopied:
        jmp     *%r14

// --- Called by a stub while the gate is closed: comes back when it may look again -------------------------------------
// Flags and r11 are free; everything else is as the caller of the function left it. In the process in which the switch
// was begun the agent is at work, on another thread. But a child that was forked meanwhile has nobody who would ever
// open its gate: it has a copy of the region, however far the agent had come, and the first of its threads to arrive
// brings the switch to its end, for the agent can be run again from anywhere. What tells a child is the mark: a page
// that the kernel empties in every child (MADV_WIPEONFORK), but not in a vfork's, which shares memory and waits. Signals
// are blocked, because a handler could call one of the functions, too.
        .balign 16
        .globl  livepatch_agent_wait
        .hidden livepatch_agent_wait
livepatch_agent_wait:
        endbr64
        push    %rax
        push    %rcx
        push    %rdx
        push    %rbx
        push    %rbp
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     livepatch_agent_header(%rip), %rbp
.Lwait:
        mov     LP_REGION_MARK(%rbp), %r12
.Lwait_on:
        pause
        testb   $LP_FLAG_CLOSED, LP_REGION_FLAG(%rbp)
        jz      .Lwaited
        test    %r12, %r12
        jz      .Lwait_on
        cmpl    $0, (%r12)
        jne     .Lwait_on
        sub     $16, %rsp
        movq    $-1, 8(%rsp)
        mov     $14, %eax               // rt_sigprocmask(SIG_SETMASK, all, before, 8)
        mov     $2, %edi
        lea     8(%rsp), %rsi
        mov     %rsp, %rdx
        mov     $8, %r10d
        syscall
        xor     %eax, %eax
        mov     $1, %ecx
        lock cmpxchg %ecx, (%r12)
        jnz     .Lchild_done            // another thread was faster
        movzbl  LP_REGION_FLAG(%rbp), %esi
        and     $LP_AGENT_COMMIT | LP_AGENT_REVERT, %esi
        or      $LP_AGENT_CHILD, %esi
        mov     %rbp, %rdi
        jmp     livepatch_agent_commit
.Lchild_done:
        mov     $14, %eax               // rt_sigprocmask(SIG_SETMASK, before, NULL, 8)
        mov     $2, %edi
        mov     %rsp, %rsi
        xor     %edx, %edx
        mov     $8, %r10d
        syscall
        add     $16, %rsp
        jmp     .Lwait
.Lwaited:
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rdi
        pop     %rsi
        pop     %rbp
        pop     %rbx
        pop     %rdx
        pop     %rcx
        pop     %rax
        ret

        .balign 8
        .globl  livepatch_agent_header
        .hidden livepatch_agent_header
livepatch_agent_header:
        .quad   0                       // filled in by the tool: the region header

// --- In front of _dl_find_object(pc, result): answers for the patch's code, which no loader knows ----------------------
// glibc, <dlfcn.h>: int _dl_find_object(void *, struct dl_find_object *); fields flags, map_start, map_end, link_map,
// eh_frame (the address of PT_GNU_EH_FRAME). An ordinary function otherwise: it may use rax, rcx and rdx, and since it
// only reads constant tables, it is as safe in signal handlers as the original must be.
        .balign 8
        .globl  livepatch_agent_find_object_next
        .hidden livepatch_agent_find_object_next
livepatch_agent_find_object_next:
        .quad   0                       // filled in by the tool: who is asked for all other code
        .globl  livepatch_agent_find_object
        .hidden livepatch_agent_find_object
livepatch_agent_find_object:
        endbr64
        mov     livepatch_agent_header(%rip), %rax
        mov     LP_REGION_UNWIND_COUNT(%rax), %ecx
        mov     LP_REGION_UNWIND_OFFSET(%rax), %edx
        add     %rax, %rdx
.Lfind_range:
        test    %ecx, %ecx
        jz      .Lfind_elsewhere
        cmp     LP_UNWIND_START(%rdx), %rdi
        jb      .Lfind_next
        cmp     LP_UNWIND_END(%rdx), %rdi
        jb      .Lfound
.Lfind_next:
        add     $LP_UNWIND_SIZE, %rdx
        dec     %ecx
        jmp     .Lfind_range
.Lfind_elsewhere:
        jmp     *livepatch_agent_find_object_next(%rip)
.Lfound:
        movq    $0, (%rsi)              // dlfo_flags
        mov     LP_UNWIND_START(%rdx), %rax
        mov     %rax, 8(%rsi)           // dlfo_map_start
        mov     LP_UNWIND_END(%rdx), %rax
        mov     %rax, 16(%rsi)          // dlfo_map_end
        movq    $0, 24(%rsi)            // dlfo_link_map: there is none
        mov     LP_UNWIND_EH_FRAME_HEADER(%rdx), %rax
        mov     %rax, 32(%rsi)          // dlfo_eh_frame
        xor     %eax, %eax
        ret

        .globl  livepatch_agent_end
        .hidden livepatch_agent_end
livepatch_agent_end:

        .section .note.GNU-stack, "", @progbits
