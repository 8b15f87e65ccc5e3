// Its constants become a table of numbers, whose halves, taken for distances from the table, lead into texts.
unsigned long limitOf(int kind, int way);

static int count;
__attribute__((noinline)) static void note(int by) { count += by; __asm__ volatile(""); }

unsigned long limitOf(int kind, int way)
{
    // Calls, so that this one is a table of jumps: distances from it lead back into the function.
    switch (way) {
    case 0: note(1); break;
    case 1: note(20); count ^= 3; break;
    case 2: count *= 5; note(300); break;
    case 3: note(4000); note(2); break;
    case 4: count -= 9; break;
    case 5: note(7); count <<= 1; break;
    }
    switch (kind) {
    case 0: return 0x80;
    case 1: return 0x400;
    case 2: return 0x2000;
    case 3: return 0x10000;
    case 4: return 0x7fffffff;
    }
    return (unsigned long)count;
}
