#include <cstdio>

class Session {
public:
    int next() { return ++count_; }

private:
    int count_ = 0;
};

static Session *session = new Session;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%s %d", question, session->next());
    return text;
}
