#include <cstdio>
#include <map>
#include <string>
#include <vector>

using namespace std;

namespace store {
struct entry {
    string name;
};
struct shelf {
    vector<entry> entries;
    map<string, vector<entry>::size_type> index;
};
} // namespace store

static store::shelf *shelf = new store::shelf;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    shelf->index[question] = shelf->entries.size();
    shelf->entries.push_back({question});
    snprintf(text, sizeof text, "%s %zu", question, shelf->index.size());
    return text;
}
