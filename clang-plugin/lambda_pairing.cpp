#include "clang-plugin/lambda_pairing.h"

#include <algorithm>
#include <cstddef>

namespace livepatch {
namespace {

using Olds = std::vector<const Lambda *>;

class Numbering {
public:
  Numbering(const Olds &old, std::vector<Lambda> &now, unsigned &next) : old_(old), now_(now), next_(next) {}

  void run() {
    std::size_t oldAt = 0, nowAt = 0;
    for (const auto &[oldSame, nowSame] : same()) {
      gap(oldAt, oldSame, nowAt, nowSame);
      now_[nowSame].number = old_[oldSame]->number;
      oldAt = oldSame + 1;
      nowAt = nowSame + 1;
    }
    gap(oldAt, old_.size(), nowAt, now_.size());
  }

private:
  static bool isSame(const Lambda &a, const Lambda &b) { return a.text == b.text && a.shape == b.shape; }

  // The longest common subsequence: what did not change keeps its order.
  std::vector<std::pair<std::size_t, std::size_t>> same() const {
    const std::size_t olds = old_.size(), nows = now_.size();
    std::vector<std::vector<std::size_t>> longest(olds + 1, std::vector<std::size_t>(nows + 1, 0));
    for (std::size_t i = olds; i-- > 0;)
      for (std::size_t j = nows; j-- > 0;)
        longest[i][j] =
            isSame(*old_[i], now_[j]) ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0, j = 0; i < olds && j < nows;) {
      if (isSame(*old_[i], now_[j]))
        pairs.emplace_back(i++, j++);
      else
        longest[i + 1][j] >= longest[i][j + 1] ? ++i : ++j;
    }
    return pairs;
  }

  std::size_t ofShape(const std::string &shape, std::size_t from, std::size_t to, bool old) const {
    std::size_t count = 0;
    for (std::size_t i = from; i < to; ++i)
      count += (old ? old_[i]->shape : now_[i].shape) == shape;
    return count;
  }

  // Between two lambdas that did not change.
  void gap(std::size_t oldFrom, std::size_t oldTo, std::size_t nowFrom, std::size_t nowTo) {
    // None was added or removed: each stands where it stood.
    const bool inOrder = oldTo - oldFrom == nowTo - nowFrom;
    for (std::size_t j = nowFrom; j < nowTo; ++j) {
      Lambda &now = now_[j];
      const std::size_t olds = ofShape(now.shape, oldFrom, oldTo, true);
      if (inOrder && old_[oldFrom + (j - nowFrom)]->shape == now.shape) {
        now.number = old_[oldFrom + (j - nowFrom)]->number;
        continue;
      }
      for (std::size_t i = oldFrom; i < oldTo; ++i)
        if (olds == 0 || old_[i]->shape == now.shape)
          now.replaces.push_back(old_[i]->number);
      if (olds == 1 && ofShape(now.shape, nowFrom, nowTo, false) == 1) {
        now.number = now.replaces.front();
        now.replaces.clear();
        continue;
      }
      now.number = next_++;
      now.ambiguous = olds > 0;
    }
  }

  const Olds &old_;
  std::vector<Lambda> &now_;
  unsigned &next_;
};

} // namespace

void numberLambdas(const Olds &old, std::vector<Lambda> &now, unsigned &next) {
  Numbering(old, now, next).run();
}

} // namespace livepatch
