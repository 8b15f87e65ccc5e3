#include "tinyxml2.h"
#include <string>
using namespace tinyxml2;
static std::string text;
static const char *docs[] = {
    "<?xml version=\"1.0\"?><a x='1' y=\"2.5\"><b>t &amp; &#65; &lt;</b><!-- c --><![CDATA[raw <>]]><c z='true'/></a>",
    "<a><b></a>",
    "<a",
    "",
    "<r>  sp  <e/>\n</r>",
    "<!DOCTYPE foo><r a='&quot;' b=\"&#x20AC;\"/>",
    "<a b='1' b='2'/>",
    "<x>&unknown;</x>"};
extern "C" const char *answer(const char *q) {
  text.clear();
  for (auto d : docs)
    for (int ws = 0; ws < 2; ++ws) {
      XMLDocument doc(true, ws ? COLLAPSE_WHITESPACE : PRESERVE_WHITESPACE);
      doc.Parse(d);
      text += std::to_string(doc.ErrorID()) + (doc.ErrorStr() ? doc.ErrorStr() : "-");
      XMLPrinter p(nullptr, ws);
      doc.Print(&p);
      text += p.CStr();
      if (auto *r = doc.RootElement()) {
        text += std::to_string(r->IntAttribute("x", -1)) + std::to_string(r->DoubleAttribute("y", -2));
        bool b = false;
        if (auto *c = r->FirstChildElement("c"))
          c->QueryBoolAttribute("z", &b);
        text += b ? "T" : "F";
        auto *n = r->InsertNewChildElement("new");
        n->SetText(4.5);
        n->SetAttribute("q", q);
        n->SetAttribute("u", uint64_t(18446744073709551615ull));
        XMLPrinter p2;
        doc.Print(&p2);
        text += p2.CStr();
        r->DeleteChild(n);
        XMLDocument copy;
        doc.DeepCopy(&copy);
        text += std::to_string(copy.NoChildren());
      }
    }
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
