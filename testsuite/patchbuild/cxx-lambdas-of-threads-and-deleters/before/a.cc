#include <cstring>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
static std::string text, log_;
static std::shared_ptr<int> kept, extra;
static std::function<void()> job, job2;
static std::packaged_task<int(int)> task;
void set()
{
    kept = std::shared_ptr<int>(new int(1), [](int *p) {
        log_ += "D1 ";
        delete p;
    });
    job = [] {
        std::thread t([] { log_ += "T2 "; });
        t.join();
    };
    task = std::packaged_task<int(int)>([](int x) { return x + 3; });
}
extern "C" const char *answer(const char *q)
{
    if (!std::strcmp(q, "set")) {
        set();
        return "set";
    }
    log_.clear();
    extra.reset();
    kept.reset();
    if (job2)
        job2();
    if (job)
        job();
    job2 = nullptr;
    task(4);
    log_ += std::to_string(task.get_future().get());
    task.reset();
    text = log_;
    return text.c_str();
}
