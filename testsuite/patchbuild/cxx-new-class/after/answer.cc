#include <cstdio>

struct Speaker {
    virtual ~Speaker() = default;
    virtual int say(int value) { return value + 1; }
};

struct Loud : Speaker {
    int say(int value) override { return value * 100; }
};

static int volume = 3;

__attribute__((noinline)) Speaker *choose(int value)
{
    if (value == 'l')
        return new Loud;
    return new Speaker;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    Speaker *speaker = choose(question[0]);
    std::snprintf(text, sizeof text, "%s %d", question, speaker->say(2) + volume);
    delete speaker;
    return text;
}
